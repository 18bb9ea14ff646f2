"""What the first line of a cell says: its role in an exercise or a turn, and its tags.

A sheet of exercises:

    # %% answer="1.1"               the function to write, with its solution
    # %% practice="1.1"             tries the answer, gives no points
    # %% graded="1.1" points=2      shows what the answer returns, to be graded

A lesson:

    # %% turn="1.a"                 a function that the student writes
    # %% tags=["test"]              proves a sentence; in no notebook
    # %% [markdown] tags=["teacher"]   a note for teachers; in no notebook, but in book/teaching.md
    # %% tags=["hide-output"]       its output is collapsed until the cell is run
    # %% tags=["hide-input"]        its code is collapsed
"""

import jupytext
import nbformat

from course_lib.build import EXERCISES, BuildError
from course_lib.build.parts import UNREAD
from course_lib.sheet_format import ANSWER, GRADED, PRACTICE, TURN

KEYS = {
    ANSWER: {ANSWER},
    PRACTICE: {PRACTICE},
    GRADED: {GRADED, "points"},
    TURN: {TURN},
    "": set(),
}
ANYWHERE = {"tags", "jupyter"}
ABOUT, BUILDS_ON = OF_LESSON = (
    "about",
    "builds_on",
)  # of a lesson's first cell, for the table of lessons
DROPPED = {"lines_to_next_cell", *OF_LESSON}
HIDES = {"hide-input": "source_hidden", "hide-output": "outputs_hidden"}  # tag: JupyterLab's flag


def source_of(path):
    """The source file as a notebook: its cells one by one, each with its role and its tags.

    Raises BuildError for a cell of no known form.
    """
    notebook, is_sheet = jupytext.read(path, fmt="py:percent"), path.parent.name == EXERCISES
    faults = []
    for place, cell in enumerate(notebook.cells, 1):
        faults += [f"cell {place}: {fault}" for fault in _translate(cell, is_sheet)]
    if faults:
        raise error(path, faults)
    return notebook


def error(path, faults):
    """The BuildError that lists what is wrong with a source file."""
    return BuildError("\n".join(f"{path.parent.name}/{path.name}, {fault}" for fault in faults))


def _translate(cell, is_sheet):
    """Give a cell its metadata, in place; yield what is wrong with its first line."""
    given = {k: v for k, v in cell.metadata.items() if k not in DROPPED}
    roles = [role for role in KEYS if role in given]
    role = roles[0] if roles else ""
    unknown = sorted(given.keys() - KEYS[role] - ANYWHERE)
    if fault := _first_line(cell, given, role, unknown, is_sheet):
        yield fault
        return
    kept = {key: given[key] for key in sorted(ANYWHERE & given.keys())}
    for tag in HIDES.keys() & set(kept.get("tags", ())):
        kept["jupyter"] = kept.get("jupyter", {}) | {HIDES[tag]: True}
    cell.metadata = nbformat.from_dict(kept | (_metadata(role, given) if role else {}))


def _first_line(cell, given, role, unknown, is_sheet):
    """What is wrong with the first line of a cell, "" for nothing."""
    if unknown:
        return f"its first line says {', '.join(unknown)}, which means nothing here"
    if role and (role == TURN) == is_sheet:
        here, there = ("an exercise", "lessons") if is_sheet else ("a lesson", EXERCISES)
        return f"{role} belongs in source/{there}, not in {here}"
    if is_sheet and set(UNREAD) & set(given.get("tags", ())):
        return f"the tags {' and '.join(UNREAD)} belong in a lesson"
    if role and (cell.cell_type != "code" or type(given[role]) is not str):
        example = "1.a" if role == TURN else "1.1"
        return f'an exercise cell is code and begins with # %% {role}="{example}"'
    if role == GRADED and type(given.get("points")) is not int:
        return 'a graded cell says its points: # %% graded="1.1" points=2'
    return ""


def exercise_id(role, number):
    """ "ex-1-1" for the answer, "ex-1-1-practice" and "ex-1-1-graded" for what follows; "turn-1-a"."""
    if role == TURN:
        return f"turn-{number.replace('.', '-')}"
    base = f"ex-{number.replace('.', '-')}"
    return base if role == ANSWER else f"{base}-{role}"


def _metadata(role, given):
    """The cell's entries for nbgrader (schema 3) and, beside it, for the course."""
    course = {"exercise": given[role], "role": role}
    if role in (PRACTICE, TURN):
        return {"course": course}
    nbgrader = {
        "schema_version": 3,
        "grade_id": exercise_id(role, given[role]),
        "grade": role == GRADED,
        "solution": role == ANSWER,
        "locked": role == GRADED,
        "task": False,
        "cell_type": "code",
    }
    if role == GRADED:
        nbgrader["points"] = given["points"]
    return {"course": course, "nbgrader": nbgrader}
