"""What a source file must keep to, so that nothing is lost, leaks or goes uncompared."""

import ast
import re
from collections import Counter

from course_lib.sheet_format import (
    ANSWER,
    GRADED,
    HIDDEN,
    ROLES,
    SOLUTION,
    TURN,
    exercise_of,
    role_of,
)

WRITTEN = (ANSWER, TURN)  # cells that the student writes
# nbgrader and nbval look for parts of lines, so a line that only resembles a marker would either
# act as one or leave a solution in the students' copy.
SHOUTED = r"(BEGIN|END)[\W_]*(SOLUTION|HIDDEN|MARK[\W_]*SCHEME)|AUTOTEST"
WHISPERED = (
    r"^#+\W*(begin|end|start|stop)[\W_]*(of[\W_]*)?(the[\W_]*)?(solution|hidden[\W_]*test)"
    r"|^#+\W*(to[\W_]*remove[\W_]*solution|nbval_|pytest_validate_)"
)
LOOKALIKE = re.compile(f"{SHOUTED}|(?i:{WHISPERED})")


def problems(notebook, is_sheet):
    """Every problem of a notebook, as "cell 4: ..." or "the sheet ..."; [] when there is none."""
    faults = []
    for place, cell in enumerate(notebook.cells, 1):
        own = [*_markers(cell), *_regions(cell)]
        if not own and cell.cell_type == "code":
            own = [*_answer(cell), *_graded(cell)]
        faults += [f"cell {place}: {fault}" for fault in own]
    return faults + (_sheet(notebook) if is_sheet and not faults else [])


def _markers(cell):
    """Lines that look like a marker and are not exactly one."""
    for line in cell.source.splitlines():
        reserved = cell.cell_type == "code" and line.strip().startswith("###")
        if (reserved or LOOKALIKE.search(line.strip())) and line.strip() not in SOLUTION + HIDDEN:
            yield f"{line.strip()!r} looks like a marker; markers are {', '.join(SOLUTION + HIDDEN)}"
    if any(tag.startswith("nbval-") for tag in cell.metadata.get("tags", [])) and role_of(cell):
        yield "an exercise cell may not tell nbval to look away"


def _regions(cell):
    """Regions that are not closed, nested, or in a cell where they do not belong."""
    seen = [line.strip() for line in cell.source.splitlines() if line.strip() in SOLUTION + HIDDEN]
    role = role_of(cell)
    if role in WRITTEN and seen != list(SOLUTION):
        yield f"an answer holds one solution, between {SOLUTION[0]} and {SOLUTION[1]}"
    if role == GRADED and seen not in ([], list(HIDDEN)):
        yield f"a graded cell holds at most one hidden part, {HIDDEN[0]} to {HIDDEN[1]}"
    if role not in (*WRITTEN, GRADED) and seen:
        yield f"{seen[0]} belongs in an answer or a graded cell"


def _answer(cell):
    """An answer is one function, its solution the last, indented lines of it."""
    if role_of(cell) not in WRITTEN:
        return
    lines = cell.source.rstrip().splitlines()
    tree = _parse(cell)
    if tree is None:
        yield "the answer is not valid Python"
    elif not isinstance(tree.body[-1], ast.FunctionDef):
        yield "an answer ends with a function"
    elif lines[-1].strip() != SOLUTION[1]:
        yield f"{SOLUTION[1]} is the last line of an answer"
    elif not all(line.startswith(" ") for line in lines if line.strip() in SOLUTION):
        yield "the markers stand inside the function, indented like its lines"


def _graded(cell):
    """A graded cell shows values("1.1", ...) and in its hidden part values("1.1 hidden", ...)."""
    if role_of(cell) != GRADED:
        return
    tree = _parse(cell)
    if tree is None:
        yield "the graded cell is not valid Python"
        return
    hides = HIDDEN[0] in cell.source
    number = exercise_of(cell)
    wanted = [number, f"{number} hidden"] if hides else [number]
    found = [node for node in ast.walk(tree) if _is_values(node)]
    names = [n.args[0].value for n in sorted(found, key=lambda n: n.lineno) if _names_itself(n)]
    if names != wanted or len(found) != len(wanted):
        calls = " and ".join(f'values("{name}", ...)' for name in wanted)
        yield f"it should call {calls}, the hidden one in the hidden part"
    elif hides and not _is_hidden(cell, found):
        yield "values of the hidden part stands outside it"


def _is_hidden(cell, found):
    """True when only the last call stands between the hidden markers."""
    lines = [line.strip() for line in cell.source.splitlines()]
    begin, end = (lines.index(marker) + 1 for marker in HIDDEN)
    first, last = sorted(node.lineno for node in found)
    return first < begin < last < end


def _is_values(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "values"


def _names_itself(node):
    return bool(node.args) and isinstance(node.args[0], ast.Constant)


def _parse(cell):
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:
        return None
    return tree if tree.body else None


def _sheet(notebook):
    """Each exercise has its three cells, in order."""
    order = [(exercise_of(cell), role_of(cell)) for cell in notebook.cells if role_of(cell)]
    numbers = dict.fromkeys(number for number, _ in order)
    if order == [(number, role) for number in numbers for role in ROLES]:
        return []
    repeated = [f"{n} {role}" for (n, role), times in Counter(order).items() if times > 1]
    return [f"every exercise has an answer, a practice and a graded cell {repeated or ''}"]
