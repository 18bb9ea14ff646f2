"""What a turn shows and what it returns, whatever the student wrote; and predictions."""

import numpy as np
import pytest

from course_lib.turns import turn
from course_lib.turns.engine import no_prediction


@turn("1.a", inputs=[(2.0,), (np.array([1.0, -1.0]),)], hints=["The power rule."])
def slope(x):
    return 2 * x


slope.mistake("this is x² itself.", lambda x: x**2)


@turn("1.b", predict=True)
def steps():
    return 40


@turn("1.c", predict=True)
def line():
    return "b"


def stub(*given):
    raise NotImplementedError()


def reads_too_far(x):
    return x[99]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (stub, "– Your turn 1.a: not attempted yet."),
        (lambda x: x**2, "Likely cause: this is x² itself."),
        (lambda x: 1 / 0, "ZeroDivisionError"),
        (lambda x, y: x, "the function is called with (x)"),
        (reads_too_far, "return x[99]"),
        (lambda x: exit(), "SystemExit"),
        (3.0, "turn.slope(name)"),
        (None, "not a function"),
    ],
)
def test_what_is_not_right_is_said_and_the_lesson_uses_the_reference(capsys, answer, words):
    assert slope(answer) is slope.reference
    shown = capsys.readouterr().out
    assert words in shown
    assert "the lesson uses the reference" in shown


def test_the_lesson_uses_a_right_function(capsys):
    def mine(x):
        return x + x

    assert slope(mine) is mine
    shown = capsys.readouterr().out
    assert shown.startswith("✓ Your turn 1.a: passed")
    assert "the lesson uses your function" in shown


@pytest.mark.parametrize("tried", [slope, steps], ids=lambda tried: tried.name)
def test_the_check_run_twice_does_not_take_the_reference_for_an_answer(capsys, tried):
    other = tried(stub)
    capsys.readouterr()
    assert tried(other) is other
    assert "this is not your function yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tried", "value", "shown"),
    [
        (steps, 3, "3"),
        (steps, 40, "40"),
        (steps, np.float64(2.5), "2.5"),
        (line, "a", "'a'"),
        (line, "B", "'b'"),
    ],
)
def test_a_prediction_of_the_right_form_is_taken_right_or_wrong(capsys, tried, value, shown):
    function = tried(lambda: value)
    assert function() == value
    assert f"✓ {tried.title}: your prediction is {shown}." in capsys.readouterr().out


@pytest.mark.parametrize("tried", [steps, line], ids=lambda tried: tried.name)
@pytest.mark.parametrize(
    "answer",
    [stub, 5, lambda x: x, lambda: 1 / 0]
    + [lambda value=value: value for value in (None, [1], "both", float("nan"), True)],
)
def test_without_a_prediction_the_function_returns_none(capsys, tried, answer):
    assert tried(answer) is no_prediction
    assert no_prediction() is None
    shown = capsys.readouterr().out
    assert ("not attempted" in shown) == (answer is stub)
    assert not shown.startswith("✓")


@pytest.mark.parametrize(("tried", "other"), [(steps, "b"), (line, 3)])
def test_the_other_form_is_said(capsys, tried, other):
    tried(lambda: other)
    assert f"It should return {tried.form}" in capsys.readouterr().out


def test_a_prediction_is_a_number_or_a_letter():
    with pytest.raises(ValueError, match="predicts a number or a letter, not 'both'"):
        turn("1.d", predict=True)(lambda: "both")
