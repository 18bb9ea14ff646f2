"""What each version of an answer shows in a graded cell, found without the grader.

    sheet = Known("01_linear_regression")
    sheet.versions["1.1"][3]   ->  Version(source, status, points, cause)

The course's own cells and functions run in this process; nothing here is taken from
course_lib.grading, which is what all this is compared with.
"""

import contextlib
import importlib
import io
import json
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from helpers.grading_answers import typed

from course_lib.checks import Exercise
from course_lib.checks.values import as_text, bundle

ROOT = Path(__file__).parents[2]
SHEETS = tuple(sorted(path.stem for path in (ROOT / "solutions").glob("*.ipynb")))


@dataclass(frozen=True)
class Version:
    """An answer cell, and what it must come to."""

    source: str
    status: str
    points: float
    cause: str = ""  # the catalogued mistake that the public values give away; "" for none


class Known:
    """A sheet's blank notebook, points, and Versions by exercise: right ones, then the mistakes."""

    def __init__(self, name):
        self.name = name
        self.blank = _notebook("exercises", name)
        self.solved = _notebook("solutions", name)
        graded = [cell for cell in self.solved["cells"] if _role(cell) == "graded"]
        self.points = {_number(c): float(c["metadata"]["nbgrader"]["points"]) for c in graded}
        self.stubs = {_number(c): _text(c) for c in self.blank["cells"] if _role(c) == "answer"}
        lesson = importlib.import_module(f"course_lib.checks.lesson_{name.split('_')[0]}")
        things = [thing for thing in vars(lesson).values() if isinstance(thing, Exercise)]
        self.catalogue = {thing.number: thing for thing in things}

    @cached_property
    def right(self):
        """{exercise: Versions}: the reference and its differently written fellows."""
        return {e: found[: len(self._of(e)[0])] for e, found in self._all.items()}

    @cached_property
    def wrong(self):
        """{exercise: Versions}: the catalogued mistakes."""
        return {e: found[len(self._of(e)[0]) :] for e, found in self._all.items()}

    @cached_property
    def expected(self):
        """{exercise: the bundles that right answers show}, as a student can see the public ones."""
        return {exercise: shown[0] for exercise, shown in self._shown.items()}

    def _of(self, exercise):
        """The catalogued functions of an exercise: the right ones, the wrong ones."""
        found = self.catalogue[exercise]
        return [found.reference, *found.alternatives], list(found.mistakes.values())

    @cached_property
    def _all(self):
        return {exercise: self._versions(exercise) for exercise in self.points}

    def _versions(self, exercise):
        """The Versions of an exercise, each having shown what the function it stands for shows."""
        found, stub = self.catalogue[exercise], self.stubs[exercise]
        rights, wrongs = self._of(exercise)
        functions, causes = [*rights, *wrongs], [""] * len(rights) + list(found.mistakes)
        shown, versions = self._shown[exercise], []
        for function, cause, bundles in zip(functions, causes, shown, strict=True):
            source = typed(found, function, stub)
            typed_shown = self._run(exercise, source)
            assert typed_shown == bundles, (
                f"{exercise}: typed out, this is another version: {cause}"
            )
            status = _status(bundles, shown[0])
            public = _tells(bundles[exercise], shown[0][exercise])
            points = self.points[exercise] if status == "passed" else 0.0
            versions.append(Version(source, status, points, cause if public else ""))
        return versions

    @cached_property
    def _shown(self):
        """{exercise: what each function of the catalogue shows}, the reference first."""
        shown, self._cells, self._space = {}, {}, {"__name__": "sheet"}
        for cell in self.solved["cells"]:
            if cell["cell_type"] != "code" or _role(cell) == "practice":
                continue
            if _role(cell) == "graded":
                exercise = _number(cell)
                self._cells[exercise] = _text(cell)
                rights, wrongs = self._of(exercise)
                shown[exercise] = [self._run(exercise, function) for function in [*rights, *wrongs]]
            else:
                _quietly(_text(cell), self._space)
        return shown

    def _run(self, exercise, answer):
        """The bundles of the graded cell with this answer, a function or an answer cell's source."""
        space, bundles, before = self._space, {}, dict(self._space)

        def values(name, *arguments, **settings):
            bundles[name] = bundle(name, *arguments, **settings)

        if isinstance(answer, str):
            _quietly(answer, space)
        else:
            space[_function(self.stubs[exercise])] = answer
        space["values"] = values
        _quietly(self._cells[exercise], space)
        space.clear()
        space.update(before)
        return bundles


def _status(bundles, right):
    """passed, wrong or error: the answer's status, from all that it shows and should show."""
    if all(as_text(bundles[name]) == as_text(right[name]) for name in right):
        return "passed"
    return "wrong" if all(map(_is_ok, bundles.values())) else "error"


def _tells(bundle, right):
    """Whether some value came, and is another: the type of an exception alone says too little."""
    pairs = zip(bundle["values"], right["values"], strict=True)
    return any(got != value and not _is_error(got) for got, value in pairs)


def _is_error(value):
    return isinstance(value, dict) and "error" in value


def _is_ok(bundle):
    return bundle["status"] == "ok"


def _quietly(source, space):
    """Run the course's own code; what it prints and warns of is dropped."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(action="ignore"),
        np.errstate(all="ignore"),
    ):
        exec(compile(source, "cell", "exec"), space)


def _notebook(folder, name):
    return json.loads((ROOT / folder / f"{name}.ipynb").read_text(encoding="utf-8"))


def _role(cell):
    return cell["metadata"].get("course", {}).get("role", "")


def _number(cell):
    return cell["metadata"]["course"]["exercise"]


def _text(cell):
    return "".join(cell["source"])


def _function(stub):
    """The name of the last function that a stub defines."""
    return [line[4:].split("(")[0] for line in stub.splitlines() if line.startswith("def ")][-1]
