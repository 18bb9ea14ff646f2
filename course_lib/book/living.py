"""The explorers of a built notebook as widgets that a page shows without a kernel.

The notebook keeps their still pictures alone. So the cells that they need run again, without the
trainings beside them, and each must say what its still picture says.
"""

import ast
import builtins
import contextlib
import io
import json
import symtable

from ipywidgets import embed

from course_lib.stage import Stage

STILL = '<figure class="twin-'


def explorers(notebook):
    """{position of the cell: its Stage} for each cell of the notebook that shows an explorer."""
    cells = notebook.cells
    shown = [k for k, cell in enumerate(cells) if still(cell)]
    namespace, stages = {"__name__": "__main__"}, {}
    for k in needed(cells, shown):
        with contextlib.redirect_stdout(io.StringIO()):
            value = _run(cells[k].source, namespace)
        if k in shown and isinstance(value, Stage):
            stages[k] = value
    return stages


def still(cell):
    """The still picture of the explorer that this cell shows, as HTML, or None."""
    pages = (output.get("data", {}).get("text/html", "") for output in cell.get("outputs", ()))
    return next((page for page in pages if page.startswith(STILL)), None)


def script(name, stage):
    """The stage's widgets as a script: a page opened from a disk may load scripts, but no JSON."""
    stage.rerun = None  # its button needs a kernel
    widget = stage.widget
    made = embed.embed_data(
        views=[widget], state=embed.dependency_state([widget], drop_defaults=False)
    )
    data = json.dumps({"state": made["manager_state"], "view": made["view_specs"][0]})
    return f"courseExplorers[{json.dumps(name)}] = {data};\n"


def needed(cells, shown):
    """The positions of the code cells that those shown need, themselves among them, in order.

    A cell is needed when it is the last to bind a name that a needed cell below it reads.
    """
    wanted, chosen = set(), []
    for k in reversed(range(max(shown, default=-1) + 1)):
        if cells[k].cell_type != "code":
            continue
        bound, read = bound_and_read(cells[k].source)
        if k in shown or bound & wanted:
            wanted = (wanted - bound) | read
            chosen.insert(0, k)
    return chosen


def bound_and_read(source):
    """The global names that a cell binds, and those it reads."""
    changed = (
        part.target for part in ast.walk(ast.parse(source)) if isinstance(part, ast.AugAssign)
    )
    read = {target.id for target in changed if isinstance(target, ast.Name)}  # x += 1 reads x
    bound, tables = set(), [symtable.symtable(source, "cell", "exec")]
    for table in tables:
        tables += table.get_children()
        top = table.get_type() == "module"
        for symbol in table.get_symbols():
            if top and (symbol.is_assigned() or symbol.is_imported()):
                bound.add(symbol.get_name())
            if symbol.is_referenced() and (top or symbol.is_global()):
                read.add(symbol.get_name())
    return bound, read - set(dir(builtins))


def _run(source, namespace):
    """Run a cell; returns the value of its last line where that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), namespace)
    return last and eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
