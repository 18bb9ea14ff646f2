"""A lesson's source, run in plain Python with its test cells: all of it, or one part alone.

The turns are filled in as the mode says: "blank" as they are handed out, "right" with the source's
solutions, "wrong" with a catalogued mistake, or a function that raises.
"""

import importlib
import linecache

import matplotlib

from course_lib.build.blanks import stub
from course_lib.build.cells import source_of
from course_lib.build.command import ROOT, find
from course_lib.build.parts import parts
from course_lib.build.turns import parsed
from course_lib.sheet_format import SOLUTION, TURN, exercise_of, role_of
from course_lib.turns import Turn
from course_lib.turns.engine import Prediction, no_prediction

LESSONS = [path for path in find(ROOT) if path.parent.name == "lessons"]


def code_of(path):
    """The code cells of a lesson, test cells among them."""
    return [cell for cell in source_of(path).cells if cell.cell_type == "code"]


def part_numbers(path):
    return [part.number for part in parts(source_of(path).cells)]


def turns_of(path):
    """{number: the source cell} of the turns of a lesson."""
    cells = [cell for cell in code_of(path) if role_of(cell) == TURN]
    return {exercise_of(cell): cell for cell in cells}


def references_of(path):
    """{number: the Turn} of the module in course_lib/turns; {} for a lesson without turns."""
    if not turns_of(path):
        return {}
    module = importlib.import_module(f"course_lib.turns.lesson_{path.stem[:2]}")
    return {turn.number: turn for turn in vars(module).values() if isinstance(turn, Turn)}


def run(path, mode="right", part=None):
    """Run the lesson at `path`, or its first code cell and this part; return its variables.

    Raises what a cell raises, with the beginning of the cell as a note.
    """
    cells = code_of(path)
    if part is not None:
        (chosen,) = [found for found in parts(source_of(path).cells) if found.number == part]
        own = [cell for cell in chosen.cells if cell.cell_type == "code"]
        cells = [cells[0], *own]
    matplotlib.use("Agg")
    space = {"__name__": "lesson"}
    for place, cell in enumerate(cells, 1):
        where = f"{path.name}, code cell {place} of this run"
        try:
            if role_of(cell) == TURN:
                _take_turn(path, cell, mode, where, space)
            else:
                _execute(cell.source, where, space)
        except Exception as error:
            error.add_note(f"in {where}, which begins: {cell.source.strip()[:200]}")
            raise
    return space


def _take_turn(path, cell, mode, where, space):
    """Run a turn and its check, and see that the lesson goes on with the function it should."""
    turn, name = references_of(path)[exercise_of(cell)], name_of(cell)
    _execute(solution(cell) if mode == "right" else stub(cell.source), where, space)
    if mode == "wrong":
        space[name] = wrong_version(turn)
    given = space[name]
    _execute(f"{name} = turn.{name}({name})", f"{where}, check", space)
    other = no_prediction if isinstance(turn, Prediction) else turn.reference
    assert space[name] is (given if mode == "right" else other), f"turn {turn.number}, {mode}"


def solved(path, number):
    """The solution of one turn, run after the first code cell and the turns before it."""
    space = {"__name__": "lesson"}
    _execute(code_of(path)[0].source, f"{path.name}, first code cell", space)
    for other, cell in turns_of(path).items():
        _execute(solution(cell), f"{path.name}, turn {other}", space)
        if other == number:
            return space[name_of(cell)]
    raise KeyError(number)


def name_of(cell):
    """The name of the function in the source cell of a turn."""
    return parsed(cell).name


def solution(cell):
    """The source of a turn without its markers."""
    return "\n".join(line for line in cell.source.splitlines() if line.strip() not in SOLUTION)


def wrong_version(turn):
    """The first catalogued mistake, else a function that raises; for a prediction a wrong form."""
    if isinstance(turn, Prediction):
        return lambda: [1, 2]
    return next(iter(turn.mistakes.values()), lambda *given: given[0] / "a text")


def _execute(source, where, space):
    """Execute the code of a cell, with its lines in reach of tracebacks."""
    linecache.cache[where] = (len(source), None, source.splitlines(keepends=True), where)
    exec(compile(source, where, "exec"), space)
