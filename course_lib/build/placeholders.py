"""What the build writes into the text of a source: points, totals, and the table of the lessons.

    # ## 1.1 The largest step (10 minutes)      the heading of an exercise; its points are added
    # {minutes} minutes, {points} points        in the first cell of a sheet: the totals
    # {lessons}                                 in a lesson: the table of all lessons

A row of the table comes from a lesson's first cell, from its parts, and from the headings of its sheet:

    # %% [markdown] about="loss, gradient" builds_on="0"
    # # Lesson 1: linear regression
    #
    # About {minutes} minutes.
"""

import re

import jupytext

from course_lib.build import EXERCISES, parts, turns
from course_lib.build.cells import OF_LESSON, source_of
from course_lib.sheet_format import GRADED, SOURCE_HEADING, exercise_of, role_of

TOTALS = "{minutes} minutes, {points} points"
LESSONS = "{lessons}"
TITLE = re.compile(r"^# (?:Lesson \d+: )?(.+)$", re.MULTILINE)
MINUTES = re.compile(r"^About \{minutes\} minutes\.", re.MULTILINE)
COLUMNS = ("lesson", "minutes", "what it is about", "builds on", "exercises")


def fill_sheet(notebook, path):
    """Write points into the headings and totals into the first cell, in place; return what is wrong."""
    graded = [cell for cell in notebook.cells if role_of(cell) == GRADED]
    points = {exercise_of(cell): cell.metadata.nbgrader.points for cell in graded}
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    minutes = _minutes(texts)
    if minutes.keys() != points.keys():
        numbers = ", ".join(sorted(minutes.keys() ^ points.keys()))
        return [f"{numbers}: an exercise has its cells and a heading ## 1.1 Title (10 minutes)"]
    first = notebook.cells[0]
    if TOTALS not in first.source:
        return [f"the first cell needs a line that the build fills in: {TOTALS}"]
    total = _amount(sum(points.values()), "point")
    first.source = first.source.replace(TOTALS, f"{sum(minutes.values())} minutes, {total}")
    for cell in texts:
        cell.source = SOURCE_HEADING.sub(lambda line: _with_points(line, points), cell.source)
    return []


def _minutes(cells):
    """{exercise: minutes} from the headings in these cells."""
    lines = [line for cell in cells for line in SOURCE_HEADING.finditer(cell.source)]
    return {line[1]: int(line[3]) for line in lines}


def _with_points(line, points):
    return f"{line[0].removesuffix(')')}, {_amount(points[line[1]], 'point')})"


def _amount(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fill_lesson(notebook, path):
    """Write the table of the lessons into the lesson at `path`, in place; return what is wrong."""
    if not _has_row(notebook.cells[0]):
        return [
            'the first cell of a lesson begins with "# Title" and says "About {minutes} minutes."'
        ]
    if faults := parts.problems(notebook.cells) + turns.problems(notebook.cells):
        return faults
    parts.fill(notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and LESSONS in cell.source.splitlines():
            cell.source = cell.source.replace(LESSONS, "\n".join(_table(path)))
    return []


def _has_row(cell):
    return TITLE.match(cell.source) and MINUTES.search(cell.source)


def _table(path):
    """The lines of the table, for the lesson at `path`: a link to every lesson but itself."""
    yield _row(COLUMNS)
    yield _row("---" for _ in COLUMNS)
    for lesson in sorted(path.parent.glob("*.py")):
        first = jupytext.read(lesson, fmt="py:percent").cells[0]
        if _has_row(first):
            yield _row(_columns(lesson, first, is_linked=lesson != path))


def _row(columns):
    return f"| {' | '.join(columns)} |"


def _columns(lesson, first, is_linked):
    title = TITLE.match(first.source)[1]
    name = f"{int(lesson.stem.partition('_')[0])}. {title[0].upper()}{title[1:]}"
    yield f"[{name}]({lesson.stem}.ipynb)" if is_linked else name
    yield f"{parts.total(source_of(lesson).cells)}"
    yield from (first.metadata.get(key, "") for key in OF_LESSON)
    sheet = lesson.parents[1] / EXERCISES / lesson.name
    minutes = (
        sum(_minutes(jupytext.read(sheet, fmt="py:percent").cells).values())
        if sheet.exists()
        else 0
    )
    yield f"[{minutes} minutes](../exercises/{sheet.stem}.ipynb)" if minutes else ""
