"""Exercise 1.11: gradient descent that stops where the gradient is small."""

import numpy as np

from course_lib.checks import exercise


def round_bowl(theta):
    """¼ |θ|²: with lr = 1 each step halves θ."""
    return theta @ theta / 4, theta / 2


def long_bowl(theta):
    """½ (θ₁² + 4 θ₂²)."""
    g = np.array([1.0, 4.0]) * theta
    return theta @ g / 2, g


@exercise(
    "1.11",
    inputs=[
        # Whole numbers and halves: the gradient becomes exactly as long as the tolerance.
        (round_bowl, np.array([16.0, 0.0]), 1, 1, 20),
        (round_bowl, np.array([24.0, -32.0]), 1, 5, 20),
        (round_bowl, np.array([24.0, -24.0]), 1, 4, 20),
        (long_bowl, np.array([3.0, 1.0]), 0.2, 0.5, 50),
        (long_bowl, np.array([3.0, 1.0]), 0.3, 0.01, 4),
        (long_bowl, np.array([0.5, 0.25]), 0.4, 0.1, 3),
        (long_bowl, np.array([-1.0, -1.0]), 0.05, 2.0, 3),
        (long_bowl, np.array([0.1, 0.1]), 0.1, 1.0, 10),
        (long_bowl, np.array([2.0, 2.0]), 0.1, 0.1, 0),
    ],
    returns="theta steps",
    hints=[
        "A loop of at most `most` turns. What has to be known before it is decided whether to take "
        "a step? np.linalg.norm(g) is the length of g.",
        "In each turn: compute the gradient; if it is short enough, return θ and the number of "
        "steps "
        "taken so far; otherwise take a step. What do you return when the loop ends by itself?",
        "With `for steps in range(most)` the variable steps is, at the top of the loop, the "
        "number of steps "
        "taken so far.",
    ],
)
def descend_until(f, theta, lr, tolerance, most):
    for steps in range(most):
        _, g = f(theta)
        if np.linalg.norm(g) <= tolerance:
            return theta, steps
        theta = theta - lr * g
    return theta, most


@descend_until.also_right
def with_while(function, start, eta, small, limit):
    theta, steps = np.array(start), 0
    while steps < limit and np.sum(function(theta)[1] ** 2) > small**2:
        theta = theta - eta * function(theta)[1]
        steps += 1
    return theta, steps


def descend_with(
    is_small=lambda loss, g, lr, tolerance: np.linalg.norm(g) <= tolerance,
    sign=1,
    extra=0,
    late=False,
):
    """The right answer, or a wrong one where its test, its sign or its count is replaced."""

    def wrong(f, theta, lr, tolerance, most):
        for steps in range(most):
            loss, g = f(theta)
            stop = is_small(loss, g, lr, tolerance)
            if stop and not late:
                return theta, steps + extra
            theta = theta - sign * lr * g
            if stop:
                return theta, steps + 1
        return theta, most + extra

    return wrong


descend_until.mistake(
    "the loop never stops early: the gradient is not tested.", descend_with(lambda *_: False)
)
descend_until.mistake(
    "it stops only when the gradient is shorter than the tolerance. Stop also when the two are "
    "equal: <=.",
    descend_with(lambda loss, g, lr, tolerance: np.linalg.norm(g) < tolerance),
)
descend_until.mistake(
    "it tests the loss. A small loss is no sign that the minimum is near; test the length of the "
    "gradient.",
    descend_with(lambda loss, g, lr, tolerance: loss <= tolerance),
)
descend_until.mistake(
    "it tests the length of the step, lr times the gradient. With a small learning rate that is "
    "always short.",
    descend_with(lambda loss, g, lr, tolerance: np.linalg.norm(lr * g) <= tolerance),
)
descend_until.mistake(
    "it tests the squared length of the gradient, g @ g. Take the root, or square the tolerance.",
    descend_with(lambda loss, g, lr, tolerance: g @ g <= tolerance),
)
descend_until.mistake(
    "it tests the largest component of the gradient. The length is np.linalg.norm(g), over all "
    "components.",
    descend_with(lambda loss, g, lr, tolerance: np.abs(g).max() <= tolerance),
)
descend_until.mistake(
    "it tests the sum of the absolute components. The length is np.linalg.norm(g).",
    descend_with(lambda loss, g, lr, tolerance: np.abs(g).sum() <= tolerance),
)
descend_until.mistake(
    "it tests the components without their absolute values: a large negative component counts as "
    "small.",
    descend_with(lambda loss, g, lr, tolerance: np.all(g <= tolerance)),
)
descend_until.mistake("the steps go uphill: theta - lr * g.", descend_with(sign=-1))
descend_until.mistake(
    "it takes one more step after the gradient is short enough. Test before the step.",
    descend_with(late=True),
)
descend_until.mistake(
    "theta is right, and the number of steps is one too large. Before the first step it is 0.",
    descend_with(extra=1),
)


@descend_until.mistake(
    "theta is right, and the number of steps is always `most`. Return the number of steps taken."
)
def most_steps(f, theta, lr, tolerance, most):
    return descend_until.reference(f, theta, lr, tolerance, most)[0], most


@descend_until.mistake("it returns after one step: is the last return inside the loop?")
def one_step(f, theta, lr, tolerance, most):
    return descend_until.reference(f, theta, lr, tolerance, min(most, 1))


@descend_until.mistake(
    "the gradient is computed once, before the loop. It changes with theta: compute it in each "
    "step."
)
def same_gradient(f, theta, lr, tolerance, most):
    _, g = f(theta)
    return descend_until.reference(lambda theta: (0, g), theta, lr, tolerance, most)


@descend_until.mistake("the gradient is divided by its length, so that all steps are equally long.")
def normalised(f, theta, lr, tolerance, most):
    for steps in range(most):
        _, g = f(theta)
        if np.linalg.norm(g) <= tolerance:
            return theta, steps
        theta = theta - lr * g / np.linalg.norm(g)
    return theta, most


@descend_until.mistake("`most` is not used: the descent takes more steps than that.")
def without_most(f, theta, lr, tolerance, most):
    return descend_until.reference(f, theta, lr, tolerance, 10_000)


@descend_until.mistake(
    "where the tolerance is not reached it takes one step more than `most`. Stop when steps == "
    "most."
)
def one_more(f, theta, lr, tolerance, most):
    return descend_until.reference(f, theta, lr, tolerance, most + 1)


@descend_until.mistake(
    "where the loop ends by itself, `most` steps were taken, and its variable stops at most - 1."
)
def count_of_the_loop(f, theta, lr, tolerance, most):
    for steps in range(most):  # noqa: B007
        _, g = f(theta)
        if np.linalg.norm(g) <= tolerance:
            break
        theta = theta - lr * g
    return theta, steps


@descend_until.mistake(
    "it takes a step before it tests the gradient. Where the start is good enough, no step is "
    "needed."
)
def step_first(f, theta, lr, tolerance, most):
    for steps in range(1, most + 1):
        theta = theta - lr * f(theta)[1]
        if np.linalg.norm(f(theta)[1]) <= tolerance:
            return theta, steps
    return theta, most
