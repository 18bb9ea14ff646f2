"""The engine of the checks, tried with odd answers on small exercises of its own."""

import numpy as np
import pytest

from course_lib.checks import case, exercise
from course_lib.checks.calling import Raised, call


@pytest.fixture
def total():
    @exercise(
        "0.1",
        inputs=[(np.array([1.0, 2.0]), 3.0), (np.array([4.0]), -1.0)],
        returns="value",
        hints=["Multiply first."],
    )
    def total(x, factor):
        return np.sum(x) * factor

    total.mistake("the factor is added.", lambda x, factor: np.sum(x) + factor)
    return total


def said(tried, answer):
    return repr(tried.verdict(answer))


def test_a_right_answer(total):
    assert said(total, lambda x, factor: float(sum(x * factor))).startswith(
        "✓ Exercise 0.1: passed"
    )


def test_a_wrong_answer_shows_input_expected_and_got(total):
    shown = said(total, lambda x, factor: np.sum(x) + factor)
    assert shown.startswith("✗ Exercise 0.1: not right yet")
    assert "x = [1, 2]\n    factor = 3" in shown
    assert "expected 9\n           got      6" in shown
    assert "Likely cause: the factor is added." in shown
    assert "check.total.hint()" in shown


def adds_in_place(x, factor):
    x *= factor
    return np.sum(x)


def own_error(x, factor):
    middle = x.mean()
    return middle / {}["nothing"]


def inside_numpy(x, factor):
    return np.linalg.inv(x)


def answers_with_notebook_variables(x, factor):
    return 7.0


class Sneaky:
    def __eq__(self, other):
        return True

    def __float__(self):
        return 9.0

    def __repr__(self):
        raise RuntimeError("nobody may call this")


class Fussy(Exception):
    def __str__(self):
        raise RuntimeError("not even a message")


class Odd:
    """A callable that will not be looked at."""

    __signature__ = "none"

    def __call__(self, x, factor):
        return self.missing


class Exiting(Exception):
    def __str__(self):
        raise SystemExit


class Liar(type):
    """A class of classes that claims to be float, and has no name."""

    __hash__ = lambda cls: hash(float)
    __eq__ = lambda cls, other: True
    __name__ = property(lambda cls: 1 / 0)


class Nine(metaclass=Liar):
    def __float__(self):
        return 9.0


class Unnamed(Exception, metaclass=Liar):
    pass


def endless(x, factor):
    return endless(x, factor)


class Subclass(float):
    def __eq__(self, other):
        return True

    __hash__ = None


def raiser(error):
    def answer(x, factor):
        raise error

    return answer


@pytest.mark.parametrize(
    ("answer", "expected_words"),
    [
        (adds_in_place, "changes its argument x in place"),
        (own_error, "KeyError: 'nothing'"),
        (own_error, """: return middle / {}["nothing"]"""),
        (inside_numpy, "of its cell: return np.linalg.inv(x)"),
        (answers_with_notebook_variables, "the same for every input"),
        (lambda x, factor: None, "returns None"),
        (lambda x: 0, "called with (x, factor), and its first line says (x)"),
        (lambda x, factor: [1, 2], "it is a list"),
        (lambda x, factor: x * factor, "array of shape (2,). Is a sum or a mean missing?"),
        (lambda x, factor: np.sum(x) * factor * 1.0001, "close, not equal"),
        (lambda x, factor: -np.sum(x) * factor, "opposite sign"),
        (lambda x, factor: "nine", "it is a text"),
        (lambda x, factor: Sneaky(), "an object of type Sneaky"),
        (lambda x, factor: Subclass(9), "an object of type Subclass"),
        (lambda x, factor: np.nan, "got      nan"),
        (lambda x, factor: (yield 1), "an object of type generator"),
        (raiser(SystemExit(3)), "quit() or exit()"),
        (raiser(Fussy()), "Fussy"),
        (raiser(Exiting()), "Exiting"),
        (raiser(Unnamed("who")), "Unnamed: who"),
        (lambda x, factor: Nine(), "an object of type Nine"),
        (endless, "RecursionError"),
        (Odd(), "AttributeError"),
        (raiser(GeneratorExit()), "GeneratorExit"),
        (raiser(ValueError("m" * 10**6)), "ValueError: mmm"),
        (np.linalg.norm, "not right yet"),
        (print, "returns None"),
        (int, "not right yet"),
        (9.0, "was given 9. Write the name without brackets"),
        (None, "was given None"),
        (Sneaky(), "an object of type Sneaky"),
    ],
)
def test_odd_answers_are_explained_and_never_raise(total, answer, expected_words):
    shown = said(total, answer)
    assert shown.startswith("✗")
    assert expected_words in shown
    assert len(shown) < 2000


def test_an_interrupt_passes_through(total):
    with pytest.raises(KeyboardInterrupt):
        total.verdict(raiser(KeyboardInterrupt()))


def test_the_student_may_print(total, capsys):
    def talks(x, factor):
        print("x is", x)
        return np.sum(x) * factor

    assert total.verdict(talks).passed
    assert "x is [1. 2.]" in capsys.readouterr().out


def test_inputs_are_safe_from_a_spoiling_answer(total):
    total.verdict(adds_in_place)
    assert total.verdict(total.reference).passed


def test_html_is_escaped_and_says_the_same(total):
    html = total.verdict(lambda x, factor: "<script>alert(1)</script>")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "not right yet" in html


def test_columns_and_vectors_are_told_apart():
    @exercise("0.2", inputs=[(np.ones(3),), (np.arange(3.0),)])
    def double(x):
        return 2 * x

    shown = said(double, lambda x: 2 * x[:, None])
    assert "should be an array of shape (3,), and it is an array of shape (3, 1)" in shown
    assert "column[:, 0]" in shown
    assert "combine to a table" in said(double, lambda x: x + x[:, None])
    assert "np.array(...)" in said(double, lambda x: list(2 * x))
    assert double.verdict(lambda x: (2 * x).astype(np.float32)).passed


def test_several_parts_are_compared_one_by_one():
    @exercise("0.3", inputs=[(1.0,), (2.0,)], returns="a b")
    def pair(x):
        return x, x**2

    assert "a: right\n    b: expected 1\n       got      5" in said(pair, lambda x: (x, 5.0))
    assert "2 values are wanted, return a, b; 1 came" in said(pair, lambda x: x)
    assert "without brackets" in said(pair, lambda x: [x, x**2])
    assert "b is twice what is expected" in said(pair, lambda x: (x, 2 * x**2))


def test_an_answer_without_arguments_keeps_its_secret():
    @exercise("0.4")
    def choice():
        return "b"

    choice.mistake("a step is one update, not one pass.", lambda: "a")
    assert choice.verdict(lambda: " B ").passed
    shown = said(choice, lambda: "a")
    assert "one update" in shown
    assert "'b'" not in shown
    assert "expected" not in shown


def test_keywords_and_answers_used_through_another_function():
    def three_steps(rule, theta, **hyper):
        for _ in range(3):
            theta = rule(theta, 2 * theta, **hyper)
        return theta

    @exercise("0.5", inputs=[case(1.0, lr=0.1), case(4.0, lr=0.6)], through=three_steps)
    def my_sgd(theta, g, *, lr):
        return theta - lr * g

    my_sgd.mistake("the step goes uphill.", lambda theta, g, *, lr: theta + lr * g)
    assert my_sgd.verdict(lambda t, g, lr: t - g * lr).passed
    shown = said(my_sgd, lambda theta, g, *, lr: theta + lr * g)
    assert "uphill" in shown
    assert "theta = 1" in shown
    assert "TypeError" in said(my_sgd, lambda theta, g: theta)


def test_a_function_among_the_inputs_is_shown_by_name():
    @exercise("0.6", inputs=[(np.sin, 0.0), (np.cos, 0.0)])
    def at(f, x):
        return f(x)

    assert "f = sin\n    x = 0" in said(at, lambda f, x: f(x) + 1)


def test_inputs_with_one_right_answer_do_not_blame_the_notebook():
    @exercise("0.7", inputs=[(1.0,), (2.0,)])
    def nothing(x):
        return 0 * x

    assert "same for every input" not in said(nothing, lambda x: 3.0)


def test_a_picture_comes_only_after_passing_and_never_raises(total, capsys):
    total.plot()
    assert "has no picture" in capsys.readouterr().out

    @total.draws
    def bars(answer):
        raise ValueError("drawn badly")

    total.plot()
    assert "once the check passes" in capsys.readouterr().out
    total(total.reference)
    total.plot()
    assert "ValueError: drawn badly" in capsys.readouterr().out
    total(9)
    total.plot()
    assert "once the check passes" in capsys.readouterr().out


def test_inputs_must_be_tuples_or_cases():
    with pytest.raises(TypeError, match="tuples of arguments"):
        exercise("0.6", inputs=[1.0])(lambda x: x)


def test_a_call_reports_what_happened():
    outcome = call(own_error, case(np.ones(2), 1.0))
    assert isinstance(outcome, Raised)
    assert (outcome.kind, outcome.code) == ("KeyError", """return middle / {}["nothing"]""")


def test_an_answer_that_raises_on_every_input_is_not_called_constant(total):
    words = said(total, lambda x, factor: [][0])
    assert "IndexError" in words
    assert "same for every input" not in words
