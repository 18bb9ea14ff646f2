"""One source file as a notebook: cells with lasting ids, and the metadata nbgrader and we need.

What the first line of a cell says stands in `cells`, what the build writes into the text in
`placeholders`, and what becomes of a turn in `turns`.
"""

import nbformat

from course_lib.build import EXERCISES, placeholders, turns
from course_lib.build.cells import error, exercise_id, source_of
from course_lib.build.parts import is_unread
from course_lib.build.rules import problems
from course_lib.sheet_format import GRADED, TURN, exercise_of, role_of

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def read(path):
    """The notebook in the source file `path`, not executed.

    Raises BuildError with every problem of the file: a cell of no known form, a marker that is not
    exactly one, an exercise without its heading.
    """
    notebook, is_sheet = source_of(path), path.parent.name == EXERCISES
    fill = placeholders.fill_sheet if is_sheet else placeholders.fill_lesson
    faults = problems(notebook, is_sheet) or fill(notebook, path)
    if faults:
        raise error(path, faults)
    notebook.cells = list(_kept(notebook.cells, path.stem))
    notebook.metadata = nbformat.from_dict(_notebook_metadata(notebook, path.stem))
    nbformat.validate(notebook)
    return notebook


def _kept(cells, name):
    """The cells of the notebook, each with an id: its exercise's or turn's, or its position."""
    for place, cell in enumerate([cell for cell in cells if not is_unread(cell)], 1):
        role = role_of(cell)
        cell.id = f"{name}-{exercise_id(role, exercise_of(cell)) if role else f'{place:02}'}"
        yield from turns.cells_of(cell) if role == TURN else [cell]


def _notebook_metadata(notebook, name):
    course = {"name": name}
    graded = [cell for cell in notebook.cells if role_of(cell) == GRADED]
    if graded:
        course["points"] = sum(cell.metadata.nbgrader.points for cell in graded)
        course["exercises"] = [exercise_of(cell) for cell in graded]
    return {"course": course, "kernelspec": KERNEL, "language_info": {"name": "python"}}
