"""Practice and grade demand the same: value, kind, shape, tolerance, arguments left as they were.

Every right version and every catalogued mistake, and the reference in other forms, gets the same
verdict in both. Only code for the shown inputs can pass the one and fail the other.
"""

import contextlib
import functools
import io
import json
import re

import numpy as np
import pytest
from helpers.exercise_mutants import Graded, passes_practice
from helpers.solved_sheets import SHEETS, Sheet, check_of

SHEET_OF = {
    number: path
    for path in SHEETS
    for number in re.findall(r'graded="(.*?)"', path.read_text(encoding="utf-8"))
}
NUMBERS = [number for number in SHEET_OF if not check_of(number).is_prediction]
RUNS_IT_ITSELF = "its graded cell calls the answer inside a run of its own"
SEEN_BY_ONE = {("4.12", "changes argument 1"): RUNS_IT_ITSELF}
SEEN_BY_ONE |= {("4.12", "changes argument 2"): RUNS_IT_ITSELF}


def is_real(x):
    return isinstance(x, float | np.floating) or (isinstance(x, np.ndarray) and x.dtype.kind == "f")


def is_number(x):
    return isinstance(x, int | float | np.number) and type(x) is not bool


def is_array(x):
    return isinstance(x, np.ndarray) and x.ndim > 0


def each(kind, change):
    """A form of answers: `change` of each returned part of this kind."""

    def form(value):
        if type(value) is tuple:
            return tuple(form(part) for part in value)
        return change(value) if kind(value) else value

    return form


FORMS = {
    "float32": each(is_real, np.float32),
    "np.float64": each(is_number, np.float64),
    "an array without axes": each(is_number, np.array),
    "an array of one number": each(is_number, lambda x: np.array([x])),
    "a list for an array": each(is_array, lambda a: a.tolist()),
    "a tuple for an array": each(is_array, lambda a: tuple(a.tolist())),
    "a column": each(is_array, lambda a: a[..., None]),
    "a row": each(is_array, lambda a: a[None]),
    "a list for a tuple": lambda value: list(value) if type(value) is tuple else value,
    "one part more": lambda value: (*value, 0.0) if type(value) is tuple else (value,),
    "capitals and blanks": each(lambda x: type(x) is str, lambda x: f" {x.upper()} "),
    "a text for a number": each(is_number, str),
    "a complex number": each(is_number, complex),
    "0 for False": each(lambda x: isinstance(x, bool | np.bool_), int),
    "1e-8 too large": each(is_real, lambda x: x * (1 + 1e-8)),
    "1e-6 too large": each(is_real, lambda x: x * (1 + 1e-6)),
    "1e-4 too large": each(is_real, lambda x: x * (1 + 1e-4)),
}


def in_form(function, form):
    @functools.wraps(function)
    def answer(*args, **kwargs):
        return form(function(*args, **kwargs))

    return answer


def changing(function, place):
    """The function, which adds 1 to an array among its arguments after it is done with it."""

    @functools.wraps(function)
    def answer(*args, **kwargs):
        value = function(*args, **kwargs)
        if place < len(args) and is_array(args[place]) and args[place].dtype.kind in "fi":
            args[place][...] = args[place] + 1
        return value

    return answer


def answers(tried):
    """{what it is: an answer} to one exercise."""
    right = {f"right {k}": f for k, f in enumerate((tried.reference, *tried.alternatives))}
    forms = {words: in_form(tried.reference, form) for words, form in FORMS.items()}
    hasty = {f"changes argument {k + 1}": changing(tried.reference, k) for k in range(4)}
    return right | dict(tried.mistakes) | forms | hasty


@functools.cache
def sheet(path):
    with contextlib.redirect_stdout(io.StringIO()):
        return Sheet(path)


@pytest.mark.parametrize("number", NUMBERS)
def test_practice_and_grade_say_the_same(number):
    tried, graded = check_of(number), Graded(sheet(SHEET_OF[number]), number)
    different, right = {}, []
    with np.errstate(all="ignore"):
        for words, answer in answers(tried).items():
            practice, points = passes_practice(tried, answer), graded.passes(answer)
            if practice != points:
                different[number, words] = f"passes {'practice' if practice else 'the grade'} alone"
            right += [points] if words.startswith("right ") else []
    assert different.keys() == {key for key in SEEN_BY_ONE if key[0] == number}, different
    assert all(right)
    assert '"changed"' not in json.dumps(graded.right)
