"""Follow-through: what an answer is worth on its own when it calls another one that is wrong."""

from helpers.grading_class import entry, grade, notebook

WRONG = {
    "1.1": "def double(x):\n    return 3 * x",
    "1.2": "def scale(theta, g):\n    return theta - 0.25 * double(g)",
    "1.3": "def middle(x):\n    return double(x)",
    "1.4": "def spread(x):\n    return x",
}


def test_a_right_answer_that_calls_a_wrong_one_is_known():
    policy = {"extra_cells": "keep", "follow_through": True}
    result = grade(notebook(WRONG), policy=policy)
    found = {e: entry(result, e)["follow_through"] for e in WRONG}
    assert found == {"1.1": None, "1.2": 3, "1.3": 0, "1.4": None}
    assert result["points"] == 0  # what it counts for is the instructor's business
    assert all(entry(result, e)["status"] == "wrong" for e in WRONG)


def test_without_the_option_nobody_is_asked_twice():
    result = grade(notebook(WRONG))
    assert result["runs"] == 1
    assert all(entry(result, e)["follow_through"] is None for e in WRONG)
