"""What a source file must keep to, so that nothing is lost, leaks or goes uncompared."""

import ast
import re
from collections import Counter

SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
# nbgrader and nbval look for parts of lines, so a line that only resembles a marker would either
# act as one or leave a solution in the students' copy.
SHOUTED = r"(BEGIN|END)[\W_]*(SOLUTION|HIDDEN|MARK[\W_]*SCHEME)|AUTOTEST"
WHISPERED = (
    r"^#+\W*(begin|end|start|stop)[\W_]*(of[\W_]*)?(the[\W_]*)?(solution|hidden[\W_]*test)"
    r"|^#+\W*(to[\W_]*remove[\W_]*solution|nbval_|pytest_validate_)"
)
LOOKALIKE = re.compile(f"{SHOUTED}|(?i:{WHISPERED})")
HEADING = r"^## {} .*\((\d+) minutes, (\d+) points?\)$"
TOTAL = re.compile(r"(\d+) minutes, (\d+) points?\b")


def problems(notebook, is_sheet):
    """Every problem of a notebook, as "cell 4: ..." or "the sheet ..."; [] when there is none."""
    found = []
    for place, cell in enumerate(notebook.cells, 1):
        own = [*_markers(cell), *_regions(cell)]
        if not own and is_sheet and cell.cell_type == "code":
            own = [*_answer(cell), *_graded(cell)]
        found += [f"cell {place}: {problem}" for problem in own]
    return found + (_sheet(notebook) if is_sheet and not found else [])


def role_of(cell):
    """ "answer", "practice", "graded" or ""."""
    return cell.metadata.get("course", {}).get("role", "")


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
    if role == "answer" and seen != list(SOLUTION):
        yield f"an answer holds one solution, between {SOLUTION[0]} and {SOLUTION[1]}"
    if role == "graded" and seen not in ([], list(HIDDEN)):
        yield f"a graded cell holds at most one hidden part, {HIDDEN[0]} to {HIDDEN[1]}"
    if role not in ("answer", "graded") and seen:
        yield f"{seen[0]} belongs in an answer or a graded cell"


def _answer(cell):
    """An answer is one function, its solution the last, indented lines of it."""
    if role_of(cell) != "answer":
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
    if role_of(cell) != "graded":
        return
    tree = _parse(cell)
    if tree is None:
        yield "the graded cell is not valid Python"
        return
    hides = HIDDEN[0] in cell.source
    number = cell.metadata.course.exercise
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
    """Each exercise has its three cells in order; minutes and points are said, and add up."""
    order = [(c.metadata.course.exercise, role_of(c)) for c in notebook.cells if role_of(c)]
    numbers = list(dict.fromkeys(number for number, _ in order))
    wanted = [(n, role) for n in numbers for role in ("answer", "practice", "graded")]
    if order != wanted:
        repeated = [f"{n} {role}" for (n, role), times in Counter(order).items() if times > 1]
        return [f"every exercise has an answer, a practice and a graded cell {repeated or ''}"]
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    minutes = points = 0
    for cell in (c for c in notebook.cells if role_of(c) == "graded"):
        number, worth = cell.metadata.course.exercise, cell.metadata.nbgrader.points
        said = re.search(HEADING.format(re.escape(number)), text, re.MULTILINE)
        if not said or int(said[2]) != worth:
            return [f"exercise {number}: its heading should end (N minutes, {worth} points)"]
        minutes, points = minutes + int(said[1]), points + worth
    said = TOTAL.search(notebook.cells[0].source)
    if not said or (int(said[1]), int(said[2])) != (minutes, points):
        return [f"the first cell should say: {minutes} minutes, {points} points"]
    return []
