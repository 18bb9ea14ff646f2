"""A student's own rule in Optimizer: right ones work, wrong ones are told plainly what is wrong."""

import functools

import numpy as np
import pytest
from helpers.compare import assert_close, assert_refused
from helpers.own_rules import in_place_momentum

from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, momentum, sgd

BOWL, START = quadratic(7), (1.5, -0.7)


def my_momentum(theta, g, t, v=0.0, *, lr=0.01, beta=0.9):
    v = beta * v + g
    return theta - lr * v, v


def sharing_momentum(theta, g, t, v=0.0, *, lr=0.01, beta=0.9):
    """Returns a buffer of its own, the same every time, as theta and as state."""
    sharing_momentum.buffer[:] = beta * v + g
    sharing_momentum.theta[:] = theta - lr * sharing_momentum.buffer
    return sharing_momentum.theta, sharing_momentum.buffer


sharing_momentum.buffer, sharing_momentum.theta = np.zeros(2), np.zeros(2)


def momentum_without_defaults(theta, g, t, v=0.0, *, lr, beta):
    return my_momentum(theta, g, t, v, lr=lr, beta=beta)


class CallableMomentum:
    def __call__(self, theta, g, t, v=0.0, *, lr=0.01, beta=0.9):
        return my_momentum(theta, g, t, v, lr=lr, beta=beta)


@pytest.mark.parametrize(
    "rule",
    [
        my_momentum,
        in_place_momentum,
        sharing_momentum,
        CallableMomentum(),
        functools.partial(my_momentum),
        momentum_without_defaults,
    ],
)
def test_ways_to_write_a_rule(rule):
    path = descend(BOWL, START, Optimizer(rule, lr=0.02, beta=0.8), 30)
    assert_close(path, descend(BOWL, START, Optimizer(momentum, lr=0.02, beta=0.8), 30))


@pytest.mark.parametrize("rule", [in_place_momentum, sharing_momentum])
def test_a_rule_that_works_in_place_cannot_corrupt(rule):
    optimizer, theta, g = Optimizer(rule), np.array(START), np.array([1.0, 2.0])
    first = optimizer.step(theta, g)
    kept, state = first.copy(), optimizer.state[0].copy()
    fresh = optimizer.fresh()
    fresh.step(theta, 3 * g)
    np.testing.assert_array_equal(theta, START)
    np.testing.assert_array_equal(g, [1, 2])
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_array_equal(optimizer.state[0], state)


def test_a_rule_may_return_any_dtype_and_whole_numbers():
    def wide(theta, g, t, v=0.0, count=0, *, lr=0.01):
        return (theta - lr * g).astype(float), g.astype(int), np.float64(count + 1)

    optimizer, theta = Optimizer(wide), np.ones(2, np.float32)
    for _ in range(2):
        theta = optimizer.step(theta, np.array([1.5, 2.5]))
    v, count = optimizer.state
    assert theta.dtype == v.dtype == np.float32
    assert (type(count), count) == (float, 2)


def test_a_rule_that_fails_leaves_the_memory_as_it_was():
    def stumbling(theta, g, t, v=0.0):
        theta = theta - v - g
        v += g
        if t == 2 and stumbling.ill:
            raise ZeroDivisionError
        return theta, v

    stumbling.ill = True
    optimizer, g = Optimizer(stumbling), np.ones(2)
    theta = optimizer.step(np.zeros(2), g)
    with pytest.raises(ZeroDivisionError):
        optimizer.step(theta, g)
    assert optimizer.t == 1
    stumbling.ill = False
    assert optimizer.step(theta, g).tolist() == [-3, -3]


# Wrong rules: name, what it returns, the error, its words.

RETURNS = {
    "a state forgotten": (
        lambda theta, v: theta, TypeError, "mine has 1 state (v) but returned 0: return theta, v",
    ),
    "a state too many": (lambda theta, v: (theta, v, v), TypeError, "has 1 state (v) but returned 2"),
    "nothing": (lambda theta, v: None, TypeError, "mine returned None: is its last line a `return`?"),
    "no state": (lambda theta, v: (theta, None), TypeError, "mine returned None for v"),
    "no theta": (lambda theta, v: (None, v), TypeError, "mine returned None for theta"),
    "a sum": (lambda theta, v: (theta.sum(), v), ValueError, "of shape (2,) and returned shape ()"),
    "a matrix": (
        lambda theta, v: (theta[:, None] - theta, v), ValueError,
        "mine got theta of shape (2,) and returned shape (2, 2)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("returned", "kind", "words"), RETURNS.values(), ids=RETURNS)
def test_a_wrong_return_is_said_plainly(returned, kind, words):
    def mine(theta, g, t, v=0.0, *, lr=0.1):
        return returned(theta, v)

    assert_refused(kind, lambda: Optimizer(mine).step(np.ones(2), np.ones(2)), words)


def test_a_rule_without_states_that_returns_one():
    def mine(theta, g, t, *, lr=0.1):
        return theta, g

    with pytest.raises(
        TypeError, match=r"mine has 0 states \(none\) but returned 1: return theta$"
    ):
        Optimizer(mine).step(np.ones(2), np.ones(2))


def no_step(theta, g, *, lr=0.1):
    return theta - lr * g


def no_initial_state(theta, g, t, v, *, lr=0.1):
    return theta - lr * g, v


def no_star(theta, g, t, v=0.0, lr=0.1):
    return theta - lr * g, v


def no_default(theta, g, t, *, lr):
    return theta - lr * g


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Optimizer(sgd, learning_rate=1), ["sgd", "'learning_rate'", "it has lr"]),
        (lambda: Optimizer(momentum, beta1=1), ["momentum", "'beta1'", "it has lr, beta"]),
        (lambda: Optimizer(lambda theta, g, t: theta, lr=1), ["no hyper-parameter 'lr'", "has none"]),
        (lambda: Optimizer(no_default), ["no_default", "needs a value for 'lr'", "lr=..."]),
        (lambda: Optimizer(no_star, lr=0.2), ["no_star", "'lr' as a state", "*, lr=0.01"]),
        (lambda: Optimizer(no_step), ["no_step(theta, g, t", "got (theta, g, *, lr=0.1)"]),
        (lambda: Optimizer(no_initial_state), ["state with its initial value", "(theta, g, t, v,"]),
    ],
)  # fmt: skip
def test_a_rule_is_looked_at_when_the_optimizer_is_made(make, words):
    assert_refused(TypeError, make, *words)


def grid(theta0=START, **hyper):
    return lambda: descend(BOWL, theta0, Optimizer(momentum, **hyper), 2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (grid(lr=np.ones(2), beta=np.ones(3)), ["lr (2,), beta (3,)", "own axis", "lr[:, None]"]),
        (grid(np.ones((5, 2)), lr=np.ones(4)), ["theta (5,), optimizer (4,)", "own axis"]),
        (lambda: Optimizer(sgd, lr=np.ones(3)).step(np.ones(2), np.ones(2)),
         ["theta of shape (2,)", "runs (3,)", "start from (3, 2)"]),
        (lambda: Optimizer(sgd, lr=np.ones(3)).step(np.ones((4, 2)), np.ones((4, 2))),
         ["theta (4,), optimizer (3,)"]),
        (lambda: Optimizer(sgd).step(np.ones(2), np.ones((2, 1))),
         ["gradient has shape (2, 1), theta has (2,)"]),
        (lambda: Optimizer(sgd, lambda g, t, seed: None).step(np.ones(2), np.ones(2)),
         ["gradient has shape (), theta has (2,)"]),
        (lambda: descend(lambda theta: (0.0, theta[:1]), START, Optimizer(sgd), 2),
         ["gradient has shape (1,), theta has (2,)"]),
        (lambda: descend(lambda theta: (theta**2, theta), START, Optimizer(sgd), 2),
         ["value has shape (2,), theta has (2,)", "one number for each run, ()", "sum(axis=-1)"]),
        (lambda: descend(lambda theta: ((theta**2).sum(), theta), np.ones((3, 2)), Optimizer(sgd), 2),
         ["value has shape (), theta has (3, 2)", "(3,)"]),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit_are_named(call, words):
    assert_refused(ValueError, call, *words)


@pytest.mark.parametrize("result", [3.0, None, (1.0, 2.0, 3.0), [1.0, 2.0]])
def test_a_function_without_a_gradient_is_refused(result):
    with pytest.raises(TypeError, match="two things, value and gradient; got"):
        descend(lambda theta: result, START, Optimizer(sgd), 1)
