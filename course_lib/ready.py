"""Says whether a sheet is complete before a student hands it in, and what has been attempted.

It reads the file, and runs nothing in it.
"""

import ast
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from course_lib.sheet_format import (
    ANSWER,
    GRADED,
    STUB,
    course_of,
    current_version,
    exercise_of,
    role_of,
)

DESCRIPTION = "Say whether a sheet is complete and what in it has been attempted; runs nothing."


def add_arguments(parser):
    """What may be typed after `ready`."""
    parser.add_argument("sheets", nargs="+", type=Path, help="exercises/01_linear_regression.ipynb")


def run(args):
    """Report on each sheet; returns 1 when one is not complete, else 0."""
    complete = [report(path) for path in args.sheets]
    return 0 if all(complete) else 1


def report(path):
    """Prints what the sheet at `path` holds; returns whether it is complete."""
    path = Path(path)
    try:
        attempted, blank, problems = check(path)
    except ValueError as error:
        print(f"{path.name}: {error}")
        return False
    state = "has problems" if problems else "is complete"
    print(
        f"{path.name}: this file {state}, {len(attempted)} of {len(attempted + blank)} attempted."
    )
    if blank:
        print(f"Not attempted: {', '.join(blank)}.")
    for problem in problems:
        print(f"To fix: {problem}")
    return not problems


def check(path):
    """The exercises attempted, those still blank, and what is wrong with the file in words.

    Raises ValueError when the file cannot be read or is no sheet of this course.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
        exercises = notebook.metadata.course.exercises
    except FileNotFoundError:
        raise ValueError("there is no such file; is the path right, and the sheet saved?") from None
    except AttributeError:
        raise ValueError(
            "this is a notebook, but not a sheet of exercises of this course"
        ) from None
    except Exception as error:  # nbformat raises many kinds for files that are no notebook
        raise ValueError(f"this is no notebook ({type(error).__name__}); save it again") from None
    attempted, blank, problems = [], [], [*_older(notebook)]
    for exercise in exercises:
        answers = _cells(notebook, exercise, ANSWER)
        problems += _problems(exercise, answers, _cells(notebook, exercise, GRADED))
        is_blank = all(STUB in cell.source for cell in answers)
        (blank if is_blank else attempted).append(exercise)
    return attempted, blank, problems


def _older(notebook):
    """A problem when the sheet has changed since the student got it."""
    course = course_of(notebook.metadata)
    if course.get("version") != current_version(course.get("name")):
        yield (
            "it was made from an older sheet, which is not graded automatically: "
            f"copy your answers into a fresh {course.get('name')}.ipynb, and hand that in"
        )


def _cells(notebook, exercise, role):
    return [c for c in notebook.cells if (exercise_of(c), role_of(c)) == (exercise, role)]


def _problems(exercise, answers, graded):
    for cells, what in ((answers, "answer"), (graded, "locked graded")):
        if not cells:
            yield f"the {what} cell of {exercise} is missing: copy it from a fresh sheet"
        if len(cells) > 1:
            yield f"the {what} cell of {exercise} is there {len(cells)} times: keep one"
    for cell in answers:
        if cell.cell_type != "code":
            yield f"the answer cell of {exercise} is no code cell any more: turn it back (key Y)"
            continue
        try:
            ast.parse(TransformerManager().transform_cell(cell.source))
        except SyntaxError as error:
            yield f"the answer of {exercise} cannot run: line {error.lineno}: {error.msg}"
