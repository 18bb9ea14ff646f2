"""What a check says when the answer stops with an error, never ends, or is a list or an old version."""

import math
import signal
import threading
from _thread import interrupt_main

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from course_lib.checks import exercise, judging, lesson_00
from course_lib.checks.judging import judge


@pytest.fixture
def step():
    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    @exercise("0.1", inputs=[(np.array([1.0, 2.0]), X, 0.5), (np.array([3.0, 2.0]), X[:2], 0.5)])
    def step(theta, X, lr):
        return theta - lr * X.sum(axis=0)

    return step


def pair(theta):
    return 1.0, theta


def by_truth(theta, X, lr):
    return theta if theta > 0 else -theta


def by_unpacking(theta, X, lr):
    _, _, _ = pair(theta)


def by_unpacking_less(theta, X, lr):
    (_,) = pair(theta)


def by_unpacking_a_number(theta, X, lr):
    _, _ = lr


def by_whole_numbers(theta, X, lr):
    a = np.array([1, 2])
    a -= 0.5


def by_local_name(theta, X, lr):
    for _ in range(2):
        v = v + 1  # noqa: F821, F841


def by_itself(theta, X, lr):
    return by_itself(theta, X, lr)


def by_branch(theta, X, lr):  # noqa: RET503
    if len(X) == 3:
        return theta - lr * X.sum(axis=0)


def yields(theta, X, lr):
    yield 1.0


CAUSES = [
    (by_truth, "`if`, `and`, `or`"),
    (lambda theta, X, lr: X * np.ones(3), "shapes (3,2) (3,) number by number"),
    (lambda theta, X, lr: X.T @ theta, "Is a transpose missing"),
    (lambda theta, X, lr: np.dot(X.T, theta), "Is a transpose missing"),
    (lambda theta, X, lr: X @ lr, "Use * for a number"),
    (lambda theta, X, lr: theta - lr * pair(theta), "two names: value, g = f(theta)"),
    (lambda theta, X, lr: -pair(theta), "two names: value, g = f(theta)"),
    (lambda theta, X, lr: pair(theta).shape, "two names: value, g = f(theta)"),
    (lambda theta, X, lr: theta - pair(theta), "returns (value, gradient)"),
    (by_unpacking, "has 3 names, and the right side has only 2 values"),
    (by_unpacking_less, "more values than the left side has names (1)"),
    (by_unpacking_a_number, "the right side is one number"),
    (lambda theta, X, lr: [1.0] - lr, "np.array(a_list)"),
    (lambda theta, X, lr: [1.0].shape, "np.array(a_list)"),
    (lambda theta, X, lr: theta.sort() + 1, "something here is None"),
    (lambda theta, X, lr: theta - pair, "Call it, with round brackets"),
    (lambda theta, X, lr: pair[0], "Call it, with round brackets"),
    (lambda theta, X, lr: theta(lr), "stands for a value (ndarray)"),
    (lambda theta, X, lr: lr[0], "this is a single number"),
    (lambda theta, X, lr: theta[0][0], "this is a single number"),
    (lambda theta, X, lr: lr.shape, "this is a single number"),
    (lambda theta, X, lr: range(6 / 2), "// gives a whole number"),
    (lambda theta, X, lr: theta[:1.0], "// gives a whole number"),
    (lambda theta, X, lr: theta[1.0], "// gives a whole number"),
    (lambda theta, X, lr: np.zeros(2.0), "// gives a whole number"),
    (lambda theta, X, lr: math.sqrt(theta), "np.sqrt"),
    (lambda theta, X, lr: theta[2], "go from 0 to 2 - 1, and this index is 2"),
    (lambda theta, X, lr: [1][2], "go from 0 to n - 1"),
    (lambda theta, X, lr: theta[:, 0], "A vector has no columns"),
    (lambda theta, X, lr: theta.sum(axis=1), "axis=1 does not exist"),
    (by_whole_numbers, "a = a - b, which makes a new array"),
    (by_local_name, "v is used before it has a value"),
    (lambda theta, X, lr: 1 / 0, "divided by 0"),
    (by_itself, "calls itself again and again"),
    (lambda theta, X, lr: np.linalg.inv(np.ones((2, 2))), "has no inverse"),
    (lambda theta, X, lr: np.linalg.inv(X), "needs a square matrix"),
    (lambda theta, X, lr: pair(), "calls pair without its argument"),
    (lambda theta, X, lr: pair(size=1), "pair has no argument with the name size"),
    (lambda theta, X, lr: pair(1, 2), "calls pair with 2 arguments, and it takes 1"),
    (lambda theta, X, lr: tehta, "Did you mean the argument theta?"),  # noqa: F821
    (lambda theta, X, lr: omega, "no name omega here"),  # noqa: F821
    (lambda theta, X, lr: np.mena(X), "Did you mean np.mean?"),
    (lambda theta, X, lr: np.linalg.eigenvals(X), "Did you mean np.linalg.eigvals?"),
    (lambda theta, X, lr: theta - "a", "a text or an object stands where a number belongs"),
    (lambda theta, X, lr: theta + 0j, "complex numbers"),
    (lambda theta, X, lr: pair, "Call that function"),
    (yields, "yield makes a generator"),
    (by_branch, "Is there an if without a return"),
    (lambda theta, X, lr: [[1.0], 2.0], "its rows differ in length"),
    (lambda theta, X, lr: X.sum(axis=0)[:1], "it is an array of shape (1,)"),
]


@pytest.mark.parametrize(("answer", "words"), CAUSES)
def test_an_error_is_explained(step, answer, words):
    assert words in judge(step, answer).cause


def test_where_a_number_belongs_an_array_is_explained():
    @exercise("0.2", inputs=[(np.array([1.0, 2.0]),), (np.array([4.0, 1.0]),)])
    def last(x):
        return x[-1]

    assert "x[0] or x.item()" in judge(last, lambda x: x[-1:]).cause
    assert "return that one alone" in judge(last, lambda x: x).cause
    assert "a sum or a mean" in judge(last, lambda x: x + 3).cause


@pytest.mark.parametrize(
    ("answer", "passes"),
    [
        (lambda x: list(2 * x), True),
        (lambda x: [list(row) for row in 2 * x], True),
        (lambda x: list(3 * x), False),
        (lambda x: list(2 * x)[:1], False),
        (lambda x: [2 * x], False),
        (lambda x: tuple(2 * x), False),
    ],
)
def test_a_list_of_numbers_counts_as_the_array(answer, passes):
    @exercise("0.2", inputs=[(np.array([[1.0, 2.0], [3.0, 4.0]]),), (np.array([[1.0, 0.0]]),)])
    def double(x):
        return 2 * x

    assert double.verdict(answer).passed is passes


@pytest.fixture
def impatient(monkeypatch):
    """A time limit of a fifth of a second; an interrupt raises KeyboardInterrupt."""
    monkeypatch.setattr(judging, "SECONDS", 0.2)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def never_ends(theta, X, lr):
    while lr > 0:
        pass


def catches_everything(theta, X, lr):
    while True:
        try:
            while True:
                pass
        except BaseException:
            return theta


def ends_on_the_first_input_only(theta, X, lr):
    while len(X) < 3:
        pass
    return theta - lr * X.sum(axis=0)


@pytest.mark.parametrize("answer", [never_ends, catches_everything, ends_on_the_first_input_only])
def test_an_answer_that_never_ends_is_stopped(step, impatient, answer):
    shown = repr(step.verdict(answer))
    assert "It was stopped:\n    TimeUp: it had not returned after 0 seconds" in shown
    assert "a loop that never ends" in shown
    if answer is not catches_everything:  # the line it was in
        assert "of its cell: " in shown


def test_the_interrupt_of_the_student_passes_through(step, impatient, monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 60)
    threading.Timer(0.2, interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        step.verdict(never_ends)


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_a_check_says_when_it_tries_an_older_version(shell):
    shell.user_ns["check"] = lesson_00
    right, wrong = "def my_mean(x):\n    return x.sum() / len(x)", "def my_mean(x):\n    return 1.0"
    for cell, old in [
        (right, False),
        ("def my_mean(x):\n    return (x.sum()", True),
        (wrong, False),
        (f"nothing\n{right}", True),
        (f"1\n{right}", False),
    ]:
        shell.run_cell(cell, store_history=True)
        verdict = shell.run_cell("check.mean.verdict(my_mean)", store_history=True).result
        assert ("older version of my_mean" in repr(verdict)) is old, cell
