"""The engine of the checks, tried with odd answers on small exercises of its own."""

import importlib
import inspect
import subprocess
import sys
from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import numpy as np
import pytest

from course_lib.checks import case, exercise, report
from course_lib.checks.calling import Raised, call
from course_lib.checks.causes import general_cause
from course_lib.checks.judging import judge, outcomes_of


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


ODD = Sneaky()


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
        (lambda x, default=ODD, *, other: 0, "TypeError"),
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
    assert double.verdict(lambda x: (2 * x).astype(np.float32)).passed


def test_several_parts_are_compared_one_by_one():
    @exercise("0.3", inputs=[(1.0,), (2.0,)], returns="a b")
    def pair(x):
        return x, x**2

    assert "a: right\n    b: expected 1\n       got      5" in said(pair, lambda x: (x, 5.0))
    assert "should return 2 values (a, b); it returned 1" in said(pair, lambda x: x)
    assert "without brackets" in said(pair, lambda x: [x, x**2])
    assert "b is twice what is expected" in said(pair, lambda x: (x, 2 * x**2))


def test_an_answer_without_arguments_keeps_its_secret():
    @exercise("0.4")
    def choice():
        return "b"

    choice.mistake("a step is one update, not one pass.", lambda: "a")
    right, wrong = choice.verdict(lambda: " B "), choice.verdict(lambda: "a")
    assert right.passed
    assert wrong.passed
    assert repr(right) == repr(wrong).replace("'a'", "'b'")
    shown = said(choice, lambda: 2)
    assert "should be a text, and it is a number" in shown
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


def test_a_picture_comes_only_after_passing_and_never_raises(total, capsys, monkeypatch):
    total.plot()
    assert "has no picture" in capsys.readouterr().out

    def bars(answer):
        raise ValueError("drawn badly")

    monkeypatch.setitem(sys.modules, "bars", SimpleNamespace(total=bars))
    total.pictures = "bars"
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


def test_a_judgement_is_made_once_and_printing_it_calls_nothing(total):
    calls = []
    total.mistake("nothing is added.", lambda x, factor: calls.append(1) or 0.0)
    judgement = judge(total, lambda x, factor: 0.0)
    assert len(calls) == len(total.inputs)
    assert (judgement.status, judgement.failed) == ("wrong", 0)
    assert (judgement.got, judgement.expected) == (0.0, 9.0)
    assert judgement.cause == "nothing is added."
    assert repr(report.verdict(total, judgement)) == repr(report.verdict(total, judgement))
    assert len(calls) == len(total.inputs)
    with pytest.raises(FrozenInstanceError):
        judgement.cause = ""


@pytest.mark.parametrize(
    "answer", [lambda x, factor: sum(x) * factor, None, raiser(NotImplementedError())]
)
def test_a_judgement_without_a_failed_input_has_no_cause_and_raises_nothing(total, answer):
    judgement = judge(total, answer)
    assert judgement.status in ("passed", "not attempted", "not a function")
    assert (judgement.failed, judgement.expected, judgement.raised) == (None, None, None)
    assert (judgement.changed, judgement.arguments, judgement.cause) == ((), {}, "")
    assert general_cause(judgement) == ""


def test_scaled_catalogues_the_right_parts_times_factors():
    @exercise("0.8", inputs=[([1.0, 2.0],), ([3.0],)], returns="a b")
    def ends(x):
        return x[0], x[-1]

    ends.scaled({(1, -1): "sign.", ("N", 0.5): "half.", (1, "1/N"): "mean."}, N=len)
    got = {
        cause: [o.value["tuple"] for o in outcomes_of(ends, f)]
        for cause, f in ends.mistakes.items()
    }
    assert got == {
        "sign.": [[1.0, -2.0], [3.0, -3.0]],
        "half.": [[2.0, 1.0], [3.0, 1.5]],
        "mean.": [[1.0, 1.0], [3.0, 3.0]],
    }


def test_scaled_needs_no_tuple_for_a_single_part(total):
    total.scaled({3: "three times.", "1/n": "a mean."}, n=lambda x, factor: len(x))
    assert "three times" in said(total, lambda x, factor: 3 * np.sum(x) * factor)
    assert "a mean" in said(total, lambda x, factor: np.mean(x) * factor)


@pytest.fixture
def line():
    @exercise("0.2", inputs=[(2.0, 3.0), (-1.0, 5.0)], returns="slope height")
    def line(x, y):
        return y / x, y - x

    line.mistake("the quotient is upside down.", lambda x, y: (x / y, y - x))
    line.mistake("x is added.", lambda x, y: (y / x, y + x))
    line.mistake("y stands alone.", lambda x, y: (y, y))
    line.mistake("y stands alone, twice.", lambda x, y: (y, 2 * y))
    return line


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (lambda x, y: (x / y, 7 * x), "in slope, the quotient is upside down."),
        (lambda x, y: (y / x, y + x), "x is added."),
        (lambda x, y: (9 * x, y + x), ""),  # the first wrong part is like none in the catalogue
        (lambda x, y: (y, 7 * x), ""),  # two mistakes have this first part
        (lambda x, y: (x / y, 7 * x, 1), "the function should return 2 values"),
        (lambda x, y: [x / y, 7 * x], "the function returned a list"),
    ],
)
def test_the_first_wrong_part_tells_the_cause_where_the_whole_is_like_no_mistake(
    line, answer, cause
):
    found = judge(line, answer)
    assert found.status == "wrong"
    assert found.cause.startswith(cause) if cause else found.cause == ""


def test_an_unknown_wrong_value_that_is_no_tuple_has_no_cause(total):
    assert judge(total, lambda x, factor: 7 * factor - 100).cause == ""


def test_a_cause_belongs_to_one_mistake(total):
    with pytest.raises(ValueError, match=r"the cause .* twice"):
        total.mistake("the factor is added.", lambda x, factor: 0.0)


def test_an_exercise_sets_its_own_tolerance():
    @exercise("0.9", inputs=[(1.0,), (2.0,)], rtol=0.1, atol=0)
    def identity(x):
        return x

    assert identity.verdict(lambda x: 1.09 * x).passed
    assert not identity.verdict(lambda x: 1.11 * x).passed


FILES = {
    "__init__.py": """
        from course_lib.checks.engine import exercises_in
        globals().update(exercises_in(__name__))
        """,
    "one.py": """
        from course_lib.checks import exercise
        @exercise("9.1", inputs=[(1,)])
        def first(x):
            return x
        """,
    "two.py": """
        from NAME.one import first
        """,
    "pictures.py": """
        raise ImportError("not before it is needed")
        """,
}


@pytest.fixture
def lesson(tmp_path, monkeypatch, request):
    """A package in a temporary folder that is a lesson; NAME is its name, FILES are its files."""
    monkeypatch.syspath_prepend(tmp_path)
    name = f"lesson_of_{request.function.__name__}"
    (tmp_path / name).mkdir()
    for file, source in FILES.items():
        (tmp_path / name / file).write_text(inspect.cleandoc(source).replace("NAME", name))
    return tmp_path / name


def test_a_lesson_collects_the_exercises_of_its_folder_but_no_pictures(lesson):
    module = importlib.import_module(lesson.name)
    assert module.first.number == "9.1"
    with pytest.raises(ImportError, match="not before it is needed"):
        module.first.verdict(lambda x: x)


def test_two_exercises_of_a_lesson_need_two_names(lesson):
    (lesson / "three.py").write_text((lesson / "one.py").read_text())
    with pytest.raises(ValueError, match="same name"):
        importlib.import_module(lesson.name)


def test_checks_load_matplotlib_with_the_first_picture():
    program = """
import sys
from course_lib.checks import lesson_00, lesson_01, lesson_02, lesson_03, lesson_04
lesson_01.steps_needed.verdict(len)
assert "matplotlib" not in sys.modules
lesson_01.steps_needed.verdict(lesson_01.steps_needed.reference)
assert "matplotlib" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
