"""A sheet of exercises as the grader sees it: its solutions, its blanks and its points.

Only the course's own notebooks are read here, never a student's.
"""

import ast
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course_lib.grading.bundles import shown
from course_lib.sheet_format import ANSWER, GRADED, HIDDEN, course_of

SOLUTIONS, EXERCISES = "solutions", "exercises"
UNWANTED_TAGS = ("skip", "ignore", "raises")
MARKER = re.compile(r"^\W*(NBVAL|PYTEST_VALIDATE)_", re.MULTILINE)


class SheetError(ValueError):
    """A sheet that is not there, or is not what the build makes."""


@dataclass(frozen=True)
class SheetCell:
    """One code cell: `source` as in solutions/, `stub` as a student gets it."""

    id: str
    source: str
    stub: str
    role: str  # "answer", "practice", "graded", or "" for a cell of no exercise
    exercise: str
    outputs: list
    execution_count: int | None
    grade_id: str = ""
    tags: tuple = ()


@dataclass(frozen=True)
class Sheet:
    """The code cells of a sheet in order, and what each exercise is worth."""

    name: str
    cells: tuple[SheetCell, ...]
    points: dict[str, float]
    exercises: tuple[str, ...] = ()  # those the notebook announces
    announced: float | None = None  # the points it announces
    version: str | None = None  # answers fit every sheet of this version

    @property
    def max_points(self):
        return sum(self.points.values())

    def cell(self, role, exercise):
        """The cell with this role in this exercise; None when there is none."""
        found = [c for c in self.cells if (c.role, c.exercise) == (role, exercise)]
        return found[0] if found else None

    def function(self, exercise):
        """The name of the function that the exercise's answer defines: the last one in its cell."""
        return self._functions[exercise]

    @cached_property
    def _functions(self):
        answers = [cell for cell in self.cells if cell.role == ANSWER]
        return {cell.exercise: last_function(cell.source) for cell in answers}

    @cached_property
    def hash(self):
        """A fingerprint of everything that matters for grading; another one, and grades may change."""
        cells = [
            (c.id, c.role, c.exercise, c.source, c.stub, c.outputs if c.role == GRADED else [])
            for c in self.cells
        ]
        everything = json.dumps([self.name, list(self.points.items()), cells], sort_keys=True)
        return hashlib.sha256(everything.encode()).hexdigest()

    def lint(self):
        """What is wrong with the sheet as a list of sentences; empty when it can be graded with."""
        return [*_whole_sheet(self), *_exercises(self)]


def last_function(source):
    """The name of the last function that the course's own source defines; "" when there is none."""
    names = [part.name for part in ast.parse(source).body if isinstance(part, ast.FunctionDef)]
    return names[-1] if names else ""


def names(root):
    """The names of all sheets below root, in order: "01_linear_regression" and so on."""
    return sorted(path.stem for path in (Path(root) / SOLUTIONS).glob("*.ipynb"))


def choose(root, text):
    """The sheet that "03", "03_mini_batches" or "exercises/03_mini_batches.ipynb" stands for."""
    there = names(root)
    wanted = Path(str(text).strip()).name.removesuffix(".ipynb")
    number = wanted.zfill(2) if wanted.isdecimal() else None
    found = [name for name in there if name == wanted or name.split("_")[0] == number]
    if len(found) == 1:
        return load(root, found[0])
    listed = ", ".join(there) or f"none; is {Path(root)} the course's folder, and is it built?"
    what = "more than one sheet" if found else "no sheet"
    raise SheetError(f"{text!r} names {what}. Needed is the name or number of one of: {listed}")


def load(root, name):
    """The Sheet `name`, from solutions/NAME.ipynb and exercises/NAME.ipynb."""
    solutions, exercises = (
        _read(Path(root) / folder / f"{name}.ipynb") for folder in (SOLUTIONS, EXERCISES)
    )
    course = course_of(solutions.get("metadata", {}))
    blanks = {cell.get("id"): _text(cell["source"]) for cell in exercises["cells"]}
    cells, points = [], {}
    for raw in solutions["cells"]:
        if raw["cell_type"] != "code":
            continue
        cell = _cell(raw, blanks, name)
        cells.append(cell)
        if cell.role == GRADED:
            given = raw["metadata"].get("nbgrader", {}).get("points", 0)
            points[cell.exercise] = points.get(cell.exercise, 0.0) + float(given)
    announced = tuple(course.get("exercises", ())), course.get("points")
    return Sheet(name, tuple(cells), points, *announced, course.get("version"))


def _read(path):
    remedy = "type: python -m course_lib build"
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"][0]["cell_type"]
    except FileNotFoundError:
        raise SheetError(f"there is no {path}; {remedy}") from None
    except (ValueError, LookupError, TypeError) as error:
        raise SheetError(f"{path} is no notebook ({error}); {remedy}") from None
    return notebook


def _cell(raw, blanks, name):
    if raw.get("id") not in blanks:
        raise SheetError(
            f"{SOLUTIONS}/{name}.ipynb has a cell {raw.get('id')!r} that {EXERCISES}/{name}.ipynb "
            "has not; type: python -m course_lib build"
        )
    course = course_of(raw["metadata"])
    return SheetCell(
        id=raw["id"],
        source=_text(raw["source"]),
        stub=blanks[raw["id"]],
        role=course.get("role", ""),
        exercise=course.get("exercise", ""),
        outputs=[_output(output) for output in raw.get("outputs", [])],
        execution_count=raw.get("execution_count"),
        grade_id=raw["metadata"].get("nbgrader", {}).get("grade_id", ""),
        tags=tuple(raw["metadata"].get("tags", ())),
    )


def _output(output):
    """An output with its texts in one piece; files hold them as lists of lines."""
    joined = {key: _text(part) if key == "text" else part for key, part in output.items()}
    if "data" in output:
        joined["data"] = {
            mime: part if mime.endswith("json") else _text(part)
            for mime, part in output["data"].items()
        }
    return joined


def _text(source):
    return source if isinstance(source, str) else "".join(source)


def _whole_sheet(sheet):
    ids = [cell.id for cell in sheet.cells]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"the cell id {twice} is there {ids.count(twice)} times"
    if not sheet.points:
        yield "there is no graded cell"
    if sheet.announced is not None and sheet.announced != sheet.max_points:
        yield f"it announces {sheet.announced:g} points, its exercises have {sheet.max_points:g}"
    if sheet.exercises and sheet.exercises != tuple(sheet.points):
        listed, found = ", ".join(sheet.exercises), ", ".join(sheet.points)
        yield f"it announces the exercises {listed}, and its graded cells are {found}"
    for cell in sheet.cells:
        if cell.execution_count is None:
            yield f"the cell {cell.id} was never run in {SOLUTIONS}"


def _exercises(sheet):
    for exercise in dict.fromkeys(cell.exercise for cell in sheet.cells if cell.exercise):
        for role in (ANSWER, GRADED):
            cells = [c for c in sheet.cells if (c.role, c.exercise) == (role, exercise)]
            if len(cells) != 1:
                yield f"exercise {exercise} has {len(cells)} {role} cells, and needs one"
        answer, graded = sheet.cell(ANSWER, exercise), sheet.cell(GRADED, exercise)
        if answer and not sheet.function(exercise):
            yield f"the answer of {exercise} defines no function"
        if answer and answer.stub == answer.source:
            yield f"exercise {exercise} is not blank in {EXERCISES}: its solution is there"
        if graded:
            yield from _graded(sheet, graded)


def _graded(sheet, cell):
    """What nbval would not compare, and what could not be compared."""
    if sheet.points[cell.exercise] <= 0:
        yield f"exercise {cell.exercise} is worth no points"
    for tag in cell.tags:
        if any(word in tag.lower() for word in UNWANTED_TAGS):
            yield f"the graded cell of {cell.exercise} has the tag {tag}, so nbval may pass over it"
    if MARKER.search(cell.source):
        yield f"the graded cell of {cell.exercise} has an NBVAL comment, so nbval may pass over it"
    if HIDDEN[0] in cell.stub:
        yield f"the hidden part of {cell.exercise} is not hidden in {EXERCISES}"
    expected = [cell.exercise] + [f"{cell.exercise} hidden"] * (HIDDEN[0] in cell.source)
    bundles = shown(cell.outputs)
    if [bundle.get("id") for bundle in bundles] != expected:
        yield f"the graded cell of {cell.exercise} does not show the values {', '.join(expected)}"
    for bundle in bundles:
        if bundle.get("status") != "ok" or not bundle.get("values"):
            yield f"the solution of {cell.exercise} shows {bundle.get('status')}, and no values"
