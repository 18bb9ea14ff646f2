"""One source file as a notebook: cells with lasting ids, and the metadata nbgrader and we need.

A sheet of exercises says with the first line of a cell what the cell is:

    # %% answer="1.1"               the function to write, with its solution
    # %% practice="1.1"             tries the answer, gives no points
    # %% graded="1.1" points=2      shows what the answer returns, to be graded

What the build writes into the text stands in `placeholders`.
"""

import jupytext
import nbformat

from course_lib.build import EXERCISES, BuildError, placeholders
from course_lib.build.rules import problems
from course_lib.sheet_format import ANSWER, GRADED, PRACTICE, exercise_of, role_of

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
KEYS = {ANSWER: {ANSWER}, PRACTICE: {PRACTICE}, GRADED: {GRADED, "points"}, "": set()}
ANYWHERE = {"tags", "jupyter"}
DROPPED = {"lines_to_next_cell", *placeholders.KEYS}


def read(path):
    """The notebook in the source file `path`, not executed.

    Raises BuildError with every problem of the file: a cell of no known form, a marker that is not
    exactly one, an exercise without its heading.
    """
    notebook, is_sheet = jupytext.read(path, fmt="py:percent"), path.parent.name == EXERCISES
    fill = placeholders.fill_sheet if is_sheet else placeholders.fill_lesson
    faults = []
    for place, cell in enumerate(notebook.cells, 1):
        faults += _translate(cell, path.stem, place, is_sheet)
    faults = faults or problems(notebook, is_sheet) or fill(notebook, path)
    if faults:
        lines = [f"{path.parent.name}/{path.name}, {fault}" for fault in faults]
        raise BuildError("\n".join(lines))
    notebook.metadata = nbformat.from_dict(_notebook_metadata(notebook, path.stem))
    nbformat.validate(notebook)
    return notebook


def _translate(cell, name, place, is_sheet):
    """Give a cell its id and metadata, in place; return what is wrong with its first line."""
    given = {k: v for k, v in cell.metadata.items() if k not in DROPPED}
    roles = [role for role in KEYS if role in given]
    role = roles[0] if roles else ""
    unknown = sorted(given.keys() - KEYS[role] - ANYWHERE)
    if unknown:
        return [f"cell {place}: its first line says {', '.join(unknown)}, which means nothing here"]
    if role and not is_sheet:
        return [f"cell {place}: {role} belongs in source/{EXERCISES}, not in a lesson"]
    if role and (cell.cell_type != "code" or type(given[role]) is not str):
        return [f'cell {place}: an exercise cell is code and begins with # %% {role}="1.1"']
    if role == GRADED and type(given.get("points")) is not int:
        return [f'cell {place}: a graded cell says its points: # %% graded="1.1" points=2']
    kept = {key: given[key] for key in sorted(ANYWHERE & given.keys())}
    cell.metadata = nbformat.from_dict(kept | (_metadata(role, given) if role else {}))
    cell.id = f"{name}-{_exercise_id(role, given[role]) if role else f'{place:02}'}"
    return []


def _exercise_id(role, number):
    """ "ex-1-1" for the answer, "ex-1-1-practice" and "ex-1-1-graded" for what follows it."""
    base = f"ex-{number.replace('.', '-')}"
    return base if role == ANSWER else f"{base}-{role}"


def _metadata(role, given):
    """The cell's entries for nbgrader (schema 3) and, beside it, for the course."""
    course = {"exercise": given[role], "role": role}
    if role == PRACTICE:
        return {"course": course}
    nbgrader = {
        "schema_version": 3,
        "grade_id": _exercise_id(role, given[role]),
        "grade": role == GRADED,
        "solution": role == ANSWER,
        "locked": role == GRADED,
        "task": False,
        "cell_type": "code",
    }
    if role == GRADED:
        nbgrader["points"] = given["points"]
    return {"course": course, "nbgrader": nbgrader}


def _notebook_metadata(notebook, name):
    course = {"name": name}
    graded = [cell for cell in notebook.cells if role_of(cell) == GRADED]
    if graded:
        course["points"] = sum(cell.metadata.nbgrader.points for cell in graded)
        course["exercises"] = [exercise_of(cell) for cell in graded]
    return {"course": course, "kernelspec": KERNEL, "language_info": {"name": "python"}}
