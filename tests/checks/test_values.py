"""Graded cells: `values` displays what an answer returns, in a form that can be compared."""

import json
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.checks import case
from course_lib.checks import values as values_module
from course_lib.checks.equality import each_number, rounded, same
from course_lib.checks.plain import plain
from course_lib.checks.printing import text
from course_lib.checks.values import values
from course_lib.sheet_format import VALUES


@pytest.fixture
def shown(monkeypatch):
    """values(...) as the bundle that it displays; its text must be there too."""

    def run(*args, **kwargs):
        displayed = []
        monkeypatch.setattr(values_module, "display", lambda data, raw: displayed.append(data))
        assert values(*args, **kwargs) is None
        assert len(displayed) == 1
        assert set(displayed[0]) == {VALUES, "text/plain"}
        bundle = displayed[0][VALUES]
        status = " returned:\n" if bundle["status"] == "ok" else f": {bundle['status']}"
        assert displayed[0]["text/plain"].startswith(f"Exercise {bundle['id']}{status}")
        return json.loads(json.dumps(bundle, allow_nan=False))

    return run


def test_one_bundle_with_every_case(shown):
    bundle = shown("1.2", lambda x, y: x + y, (1, 2.5), (np.array([1.0, 2.0]), 1))
    assert bundle == {
        "id": "1.2",
        "status": "ok",
        "values": [3.5, {"array": [2], "data": [2.0, 3.0]}],
    }


def test_keywords_and_no_arguments(shown):
    assert shown("1.2", lambda x, *, lr: x * lr, case(4.0, lr=0.5))["values"] == [2.0]
    assert shown("1.3", lambda: "B ")["values"] == [{"text": "b"}]


def test_the_blank(shown):
    def blank(x):
        raise NotImplementedError()

    assert shown("1.2", blank, (1,), (2,)) == {"id": "1.2", "status": "not attempted", "values": []}


def test_errors_are_named_and_other_cases_still_shown(shown):
    bundle = shown("1.2", lambda x: 1 / x, (1,), (0,), (2,))
    assert bundle["status"] == "error: ZeroDivisionError"
    assert bundle["values"] == [1.0, {"error": "ZeroDivisionError"}, 0.5]


@pytest.mark.parametrize("error", [SystemExit(), GeneratorExit(), RecursionError(), MemoryError()])
def test_it_never_raises(shown, error):
    def answer():
        raise error

    assert shown("1.2", answer)["status"] == f"error: {type(error).__name__}"


def test_what_cannot_be_called_is_a_type_error(shown):
    assert shown("1.2", 3.5)["status"] == "error: TypeError"
    assert shown("1.2", lambda: 1, (1, 2))["status"] == "error: TypeError"


def test_an_interrupt_passes_through():
    def answer():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        values("1.2", answer)


def test_answers_work_on_copies(shown):
    x = np.array([1.0, 2.0])

    def spoils(x):
        x *= 0
        return x

    assert shown("1.2", spoils, (x,), (x,))["status"] == "ok"
    assert x.tolist() == [1.0, 2.0]


def test_what_an_answer_prints_is_dropped(shown, capsys):
    def talks():
        print("x" * 10**6)
        print("x", file=sys.stderr)
        return 1

    assert shown("1.2", talks)["values"] == [1.0]
    assert capsys.readouterr() == ("", "")


class Liar(float):
    def __eq__(self, other):
        return True

    __hash__ = None


class Array(np.ndarray):
    def __eq__(self, other):
        return True

    __hash__ = None


class Lazy:
    def __getattr__(self, name):
        raise RuntimeError("nobody may look in here")

    def __float__(self):
        return 1.0

    def __array__(self, dtype=None, copy=None):
        return np.ones(2)

    __repr__ = __str__ = __float__


MAKERS = {
    "float subclass": lambda: Liar(1),
    "array subclass": lambda: np.ones(2).view(Array),
    "lazy object": Lazy,
    "iterator": lambda: iter([1.0]),
    "masked array": lambda: np.ma.ones(2),
    "function": lambda: len,
    "array of objects": lambda: np.array([Liar(1)], dtype=object),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_nothing_passes_for_a_number_or_an_array(shown, make):
    (data,) = shown("1.2", make)["values"]
    assert set(data) == {"object"}


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (1, 1.0),
        (np.float32(0.5), 0.5),
        (np.array(2.0), 2.0),
        (-0.0, 0.0),
        (1e-12, 0.0),
        (-1e-12, 0.0),
        (123456789, 123457000.0),
        (10**400, "inf"),
        (float("nan"), "nan"),
        (-np.inf, "-inf"),
        (True, True),
        (np.bool_(False), False),
        (None, None),
        ("Adam ", {"text": "adam"}),
        ([1, 2], {"list": [1.0, 2.0]}),
        ((1, "a"), {"tuple": [1.0, {"text": "a"}]}),
        ({"b": 1, "a": 2}, {"dict": [[{"text": "a"}, 2.0], [{"text": "b"}, 1.0]]}),
        (np.array([1, 2]), {"array": [2], "data": [1.0, 2.0]}),
        (np.array([[1.0], [np.nan]]), {"array": [2, 1], "data": [1.0, "nan"]}),
        (np.zeros((0, 3)), {"array": [0, 3], "data": []}),
        (np.array([True]), {"array": [1], "data": [True]}),
        (1 + 2j, {"object": "complex"}),
        (np.array([1j]), {"object": "array of complex128"}),
    ],
)
def test_what_a_value_becomes(shown, value, data):
    (got,) = shown("1.2", lambda: value)["values"]
    assert got == data
    assert type(got) is type(data)


def test_shape_and_kind_are_part_of_the_value():
    kinds = [1.0, True, "1", None, ["1"], (1.0,), np.array([1.0]), np.array([[1.0]]), {1.0: 1.0}]
    for place, one in enumerate(kinds):
        for other in kinds[place + 1 :]:
            assert not same(plain(one), plain(other)), (one, other)


def test_huge_answers_are_bounded_and_still_told_apart(shown):
    endless = []
    endless.append(endless)
    big = np.linspace(0, 1, 10**6)
    other = big.copy()
    other[5000:6000] = 0
    for value in (big, list(range(10**5)), "x" * 10**6, endless, {i: i for i in range(10**4)}):
        assert len(json.dumps(shown("1.2", lambda value=value: value))) < 40_000
    assert shown("1.2", lambda: big) != shown("1.2", lambda: other)
    assert len(json.dumps(shown("1.2", lambda: (big,) * 200))) < 40_000


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(anything)
def test_plain_data_is_json_equals_itself_and_can_be_read(value):
    data = rounded(plain(value), 1e-9)
    assert same(data, json.loads(json.dumps(data, allow_nan=False)))
    assert isinstance(text(data), str)


@given(st.floats(min_value=1e-6, max_value=1e6))
def test_six_digits_are_kept(x):
    assert rounded(plain(x), 1e-9) == pytest.approx(x, rel=5e-6)


def test_each_number_leaves_shapes_alone():
    assert each_number(plain(np.ones((2, 1))), lambda x: 3 * x) == plain(3 * np.ones((2, 1)))
