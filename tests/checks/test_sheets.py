"""Every sheet of exercises: what is graded is steady, and tells right from wrong."""

import json

import numpy as np
import pytest
from helpers.solved_sheets import SHEETS, Sheet, check_of

from course_lib.checks import case


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


def as_json(bundle):
    """As text, in which 1 and True differ."""
    return json.dumps(bundle)


@pytest.fixture(scope="module", params=SHEETS, ids=[path.stem for path in SHEETS])
def sheet(request):
    return Sheet(request.param)


def test_moving_every_input_by_1e_12_changes_no_print(sheet):
    rng = np.random.default_rng(0)
    for number in sheet.graded:
        shown = sheet.bundles(number)
        assert all(bundle["status"] == "ok" for bundle in shown)
        for _ in range(10):
            assert sheet.bundles(number, change=lambda given: nudged(given, rng)) == shown


def test_every_catalogued_mistake_is_graded_otherwise_and_every_right_version_the_same(sheet):
    for number in sheet.graded:
        tried, shown = check_of(number), sheet.bundles(number)
        for right in (tried.reference, *tried.alternatives):
            assert sheet.bundles(number, right) == shown
        for cause, wrong in tried.mistakes.items():
            assert as_json(sheet.bundles(number, wrong)) != as_json(shown), cause
        assert tried.verdict(sheet.space[sheet.names[number]]).passed


def test_a_mistake_shows_in_what_is_hidden_too(sheet):
    """Else an answer made up for the inputs on the page would get the points."""
    for number in sheet.graded:
        shown = sheet.bundles(number)
        for cause, wrong in check_of(number).mistakes.items():
            wrongly = sheet.bundles(number, wrong)
            assert len(shown) == 1 or as_json(wrongly[1]) != as_json(shown[1]), cause
