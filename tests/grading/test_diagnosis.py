"""Likely causes from values alone: the catalogue first, then what is general, and never a crash."""

import re

import pytest

from course_lib.grading.run.diagnosis import likely


def bundle(*values):
    return {"id": "1.1", "status": "ok", "values": list(values)}


def pair(loss, *gradient):
    return {"tuple": [loss, {"array": [len(gradient)], "data": list(gradient)}]}


RIGHT = bundle(pair(1.23457, 2.22222, -3.33333), pair(0.5, 1.11111, 4.0))
SIGN = bundle(pair(9.0, 1.0), pair(8.0, 1.0))
FACT = {
    "bundles": {"1.1": RIGHT},
    "returns": ["loss", "d_w"],
    "mistakes": [{"cause": "the sum is no mean.", "bundles": {"1.1": SIGN}, "tells": ["1.1"]}],
}


def test_a_catalogued_mistake_comes_first():
    assert likely(SIGN, FACT) == ["the sum is no mean."]


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (
            bundle(pair(1.23457, -2.22222, 3.33333), pair(0.5, -1.11111, -4.0)),
            "d_w has the opposite",
        ),
        (bundle(pair(0.617285, 2.22222, -3.33333), pair(0.25, 1.11111, 4.0)), "loss is half"),
        (bundle(pair(0.617284, 2.22222, -3.33333), pair(0.25, 1.11111, 4.0)), "loss is half"),
        (bundle(None, None), "returns None"),
        (bundle(1.23457, 0.5), r"should return 2 values \(loss, d_w\); it returned 1"),
        (
            bundle(pair(1.23457, 2.22222), pair(0.5, 1.11111)),
            r"shape \(2,\), and it is an array of",
        ),
        (bundle(pair(7.0, 1.0, 1.0), pair(7.0, 1.0, 1.0)), "the same for every input"),
        (
            bundle(*({"changed": [2], "value": pair(1.23457, 2.22222, -3.33333)} for _ in "ab")),
            "changes its argument 2 in place",
        ),
        (bundle(pair(1.2346, 2.2222, -3.3333), pair(0.5, 1.1111, 4.0)), "close, not equal"),
    ],
)
def test_general_causes_are_those_of_the_practice_cells(got, said):
    causes = likely(got, FACT)
    assert len(causes) == 1
    assert re.search(said, causes[0])


@pytest.mark.parametrize(
    "values",
    [
        [],
        [{"tuple": 3}, 4],
        [{"array": "x", "data": {}}, {"array": [2]}],
        [{"error": ["x"]}, {"error": {}}],
        [[[[[]]]], "nan"],
        [{"object": "x" * 1000}, {"object": "y"}],
        [{"changed": 3, "value": 4}, {"changed": ["x" * 1000], "value": {}}],
        [{"changed": [[["x"]]], "value": None}, {"changed": {}}],
        None,
    ],
)
def test_forged_values_do_no_harm(values):
    causes = likely({"id": "1.1", "status": "ok", "values": values}, FACT)
    assert all(isinstance(cause, str) and len(cause) <= 300 for cause in causes)
