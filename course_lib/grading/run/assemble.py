"""The notebook that nbval runs: the sheet, with a student's answers in the places of the solutions.

    guard | setup | (own cells, answer, put back, graded) for each exercise

Everything but the answers and the student's own cells is the sheet's. Only graded cells are compared.
"""

import ast

from course_lib.grading.sheet.sheets import parse
from course_lib.sheet_format import ANSWER, GRADED, VALUES

GUARD = '__import__("course_probe").probe.remember()'
PUT_BACK = '__import__("course_probe").probe.put_back()'
KERNEL = "course-sandbox"
SECONDS = 60  # for a cell whose time has not been measured
OWN = 300  # seconds for all cells of a student's own together: there can be thousands


def assemble(sheet, merged=None, replaced=(), left_out=(), timeouts=None, expected=None, until=""):
    """A notebook as JSON data; without `merged` all answers are the reference's.

    replaced   exercises in which the reference's answer is run after the student's, and counts
    left_out   exercises in which nothing of the student's is run
    timeouts   seconds by cell id; expected: bundles by exercise, in place of the sheet's outputs
    until      the exercise whose graded cell is the last one; "" for the whole sheet
    """
    limits, exercise = timeouts or {}, ""
    share = OWN / max(1, sum(map(len, merged.extras.values()))) if merged else OWN
    cells = [_cell("guard", GUARD, "guard", "")]
    for cell in sheet.cells:
        exercise = cell.exercise or exercise
        seconds = limits.get(cell.id, SECONDS)
        if merged and exercise and exercise not in left_out:
            for number, source in enumerate(_own(sheet, merged, cell)):
                name, most = f"{cell.id}-own-{number}", min(seconds, share)
                cells.append(_cell(name, source, "own", exercise, most))
            if cell.role == ANSWER:
                source = merged.answers[exercise]
                cells.append(_cell(cell.id, source, ANSWER, exercise, seconds))
        if cell.role == ANSWER and (merged is None or exercise in {*replaced, *left_out}):
            name = f"{cell.id}-reference"
            cells.append(_cell(name, cell.source, "reference", exercise, seconds))
        elif cell.role == GRADED:
            put_back = f"{PUT_BACK}\n{imports(sheet, cell.source)}"
            cells.append(_cell(f"{cell.id}-back", put_back, "put back", exercise))
            outputs = cell.outputs if expected is None else _outputs(expected[exercise])
            made = _cell(cell.id, cell.source, GRADED, exercise, seconds)
            cells.append(made | {"outputs": list(outputs), "execution_count": 1})
            if exercise == until:
                break
        elif not cell.role:
            role = "provided" if exercise else "setup"
            cells.append(_cell(cell.id, cell.source, role, exercise, seconds))
    kernel = {"name": KERNEL, "display_name": KERNEL, "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _own(sheet, merged, cell):
    """The student's own cells in front of a cell; before the first answer, all at once."""
    first = next(c for c in sheet.cells if c.role == ANSWER)
    places = sheet.cells[: sheet.cells.index(first) + 1] if cell == first else [cell]
    return [source for place in places for source in merged.extras.get(place.id, ())]


def imports(sheet, source):
    """The sheet's own import lines for the names in `source`: an answer may have reused the names."""
    used = {node.id for node in ast.walk(parse(source)) if isinstance(node, ast.Name)}
    lines = []
    for cell in sheet.cells:
        if cell.role:
            continue
        for node in parse(cell.source).body:
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            names = [a for a in node.names if (a.asname or a.name.split(".")[0]) in used]
            if names:
                node.names = names
                lines.append(ast.unparse(node))
    return "\n".join(lines)


def _cell(name, source, role, exercise, seconds=SECONDS):
    course = {"exercise": exercise, "role": role, "timeout": seconds}
    tags = [] if role == GRADED else ["nbval-ignore-output"]
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"course": course, "tags": tags},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def _outputs(bundles):
    return [
        {"output_type": "display_data", "data": {VALUES: bundle}, "metadata": {}}
        for bundle in bundles
    ]
