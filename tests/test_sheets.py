"""Every sheet of exercises: what is graded is steady, and tells right from wrong."""

import ast
import importlib

import numpy as np
import pytest

from course_lib.build.command import ROOT, find
from course_lib.build.rules import role_of
from course_lib.build.source import read
from course_lib.checks import Exercise, case
from course_lib.checks.values import bundle

SHEETS = [path for path in find(ROOT) if path.parent.name == "exercises"]


class Sheet:
    """A sheet with its solutions, run here in plain Python."""

    def __init__(self, path):
        self.graded, self.names, self.space = {}, {}, {"__name__": "sheet"}
        for cell in read(path).cells:
            if cell.cell_type != "code" or role_of(cell) == "practice":
                continue
            exec(compile(cell.source, cell.id, "exec"), self.space)
            if role_of(cell) == "answer":
                self.names[cell.metadata.course.exercise] = ast.parse(cell.source).body[-1].name
            if role_of(cell) == "graded":
                self.graded[cell.metadata.course.exercise] = cell.source

    def bundles(self, number, answer=None, change=lambda given: given):
        """What exercise `number` would show, with another answer or with changed inputs."""
        shown, space = [], dict(self.space)
        if answer:
            space[self.names[number]] = answer
        space["values"] = lambda name, function, *cases, **settings: shown.append(
            bundle(name, function, *map(change, cases or ((),)), **settings)
        )
        with np.errstate(all="ignore"):
            exec(compile(self.graded[number], f"graded {number}", "exec"), space)
        return shown


def nudged(given, rng):
    """Every float in the inputs moved by a relative 1e-12, up or down."""
    if isinstance(given, case):
        return case(
            *nudged(given.args, rng), **{k: nudged(v, rng) for k, v in given.kwargs.items()}
        )
    if isinstance(given, tuple | list):
        return type(given)(nudged(part, rng) for part in given)
    if isinstance(given, np.ndarray) and given.dtype.kind == "f":
        return (given * (1 + 1e-12 * rng.choice([-1, 1], given.shape))).astype(given.dtype)
    if isinstance(given, float):
        return given * (1 + 1e-12 * rng.choice([-1, 1]))
    return given


@pytest.fixture(scope="module", params=SHEETS, ids=[path.stem for path in SHEETS])
def sheet(request):
    return Sheet(request.param)


def exercise_of(number):
    """The Exercise that checks for this number."""
    lesson = importlib.import_module(f"course_lib.checks.lesson_{int(number.split('.')[0]):02}")
    (found,) = [
        thing
        for thing in vars(lesson).values()
        if isinstance(thing, Exercise) and thing.number == number
    ]
    return found


def test_moving_every_input_by_1e_12_changes_no_print(sheet):
    rng = np.random.default_rng(0)
    for number in sheet.graded:
        shown = sheet.bundles(number)
        assert all(bundle["status"] == "ok" for bundle in shown)
        for _ in range(10):
            assert sheet.bundles(number, change=lambda given: nudged(given, rng)) == shown


def test_every_catalogued_mistake_is_graded_otherwise_and_every_right_version_the_same(sheet):
    for number in sheet.graded:
        tried, shown = exercise_of(number), sheet.bundles(number)
        for right in (tried.reference, *tried.alternatives):
            assert sheet.bundles(number, right) == shown
        for cause, wrong in tried.mistakes.items():
            assert sheet.bundles(number, wrong) != shown, cause
        assert tried.verdict(sheet.space[sheet.names[number]]).passed


def test_a_mistake_shows_in_what_is_hidden_too(sheet):
    """Else an answer made up for the inputs on the page would get the points."""
    for number in sheet.graded:
        shown = sheet.bundles(number)
        for cause, wrong in exercise_of(number).mistakes.items():
            assert len(shown) == 1 or sheet.bundles(number, wrong)[1] != shown[1], cause
