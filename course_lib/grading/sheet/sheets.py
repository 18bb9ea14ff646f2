"""A sheet of exercises as the grader sees it: its solutions, its blanks and its points.

Only the course's own notebooks are read here, never a student's.
"""

import ast
import hashlib
import json
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course_lib.sheet_format import ANSWER, GRADED, course_of

SOLUTIONS, EXERCISES = "solutions", "exercises"


PARSER = threading.Lock()


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
    grade_id: str = ""


@dataclass(frozen=True)
class Sheet:
    """The code cells of a sheet in order, and what each exercise is worth."""

    name: str
    cells: tuple[SheetCell, ...]
    points: dict[str, float]
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


def parse(source):
    """ast.parse, by one thread at a time: Python 3.11 counts its depth for all threads together.

    Where another thread runs in the middle, that count is wrong, and a SystemError comes.
    """
    with PARSER:
        return ast.parse(source)


def last_function(source):
    """The name of the last function that the course's own source defines; "" when there is none."""
    names = [part.name for part in parse(source).body if isinstance(part, ast.FunctionDef)]
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
    return Sheet(name, tuple(cells), points, course.get("version"))


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
    if raw.get("execution_count") is None:
        raise SheetError(
            f"the cell {raw['id']} of {SOLUTIONS}/{name}.ipynb was not run; "
            "type: python -m course_lib build"
        )
    course = course_of(raw["metadata"])
    return SheetCell(
        id=raw["id"],
        source=_text(raw["source"]),
        stub=blanks[raw["id"]],
        role=course.get("role", ""),
        exercise=course.get("exercise", ""),
        outputs=[_output(output) for output in raw.get("outputs", [])],
        grade_id=raw["metadata"].get("nbgrader", {}).get("grade_id", ""),
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
