"""Exercise 2.4: stochastic gradient descent whose learning rate falls with every step."""

import numpy as np

from course_lib import plots
from course_lib.checks import exercise

X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
y = np.array([1.0, 2.0, 0.0])


@exercise(
    "2.4",
    inputs=[
        (np.array([1.0, -1.0]), X, y, np.array([2, 0, 1, 2, 2, 0, 1]), 0.1, 3.0),
        (
            np.array([0.5]),
            np.array([[2.0], [1.0]]),
            np.array([1.0, 3.0]),
            np.array([1, 0]),
            0.2,
            1.0,
        ),
        (np.array([0.0, 0.0]), X, y, np.array([0, 1, 2, 0]), 0.05, 10.0),
    ],
    returns="theta",
    hints=[
        "Go through `order` with a loop. The step counts from 1: "
        "for t, i in enumerate(order, start=1).",
        "The gradient of example i is 2 * (X[i] @ theta - y[i]) * X[i].",
        "In step t the learning rate is lr / (1 + (t - 1) / half), "
        "computed anew from lr, the first one.",
    ],
)
def decaying_sgd(theta, X, y, order, lr, half):
    for t, i in enumerate(order, start=1):
        eta = lr / (1 + (t - 1) / half)
        theta = theta - eta * 2 * (X[i] @ theta - y[i]) * X[i]
    return theta


@decaying_sgd.also_right
def counted_from_zero(theta, rows, targets, order, lr, half):
    theta = np.array(theta)
    for k in range(len(order)):
        row, target = rows[order[k]], targets[order[k]]
        theta -= lr * half / (half + k) * 2 * row * (np.sum(row * theta) - target)
    return theta


def walking(rate, row=lambda i, N, t: i, factor=2.0):
    """SGD with the rate (t, lr, half, N) and the row (i, N, t) in step t."""

    def wrong(theta, X, y, order, lr, half):
        N = len(X)
        for t, i in enumerate(order, start=1):
            i = row(i, N, t)
            theta = theta - rate(t, lr, half, N) * factor * (X[i] @ theta - y[i]) * X[i]
        return theta

    return wrong


def right_rate(t, lr, half, N):
    return lr / (1 + (t - 1) / half)


mistake = decaying_sgd.mistake
mistake(
    "the learning rate does not fall: every step takes lr.",
    walking(lambda t, lr, half, N: lr),
)
mistake(
    "the schedule is one step ahead: the first step takes lr itself, so it is t - 1 with t from 1, "
    "or t with t from 0.",
    walking(lambda t, lr, half, N: lr / (1 + t / half)),
)
mistake(
    "the schedule counts epochs, and stays the same for len(X) steps. It counts steps.",
    walking(lambda t, lr, half, N: lr / (1 + (t - 1) // N / half)),
)
mistake(
    "this halves the rate again after each `half` steps, like 0.5**((t - 1) / half). "
    "Inverse time is lr / (1 + (t - 1) / half).",
    walking(lambda t, lr, half, N: lr * 0.5 ** ((t - 1) / half)),
)
mistake(
    "the rate falls as 1 / √t: there is a root too many.",
    walking(lambda t, lr, half, N: lr / np.sqrt(1 + (t - 1) / half)),
)
mistake(
    "the factor 2 of the gradient is missing: the derivative of r² is 2 r.",
    walking(right_rate, factor=1.0),
)
mistake("the steps go uphill: theta - eta * g.", walking(right_rate, factor=-2.0))
mistake(
    "the examples are taken as they stand in X, not in the order given. Step t takes row order[t - 1].",
    walking(right_rate, row=lambda i, N, t: (t - 1) % N),
)


@mistake(
    "lr itself is divided in each step, so that the decays multiply. "
    "Compute the rate of a step from the first lr."
)
def compounded(theta, X, y, order, lr, half):
    for t, i in enumerate(order, start=1):
        lr = lr / (1 + (t - 1) / half)
        theta = theta - lr * 2 * (X[i] @ theta - y[i]) * X[i]
    return theta


@mistake("each step takes the gradient of all examples. Step t looks at row order[t - 1] alone.")
def with_all(theta, X, y, order, lr, half):
    for t, _ in enumerate(order, start=1):
        theta = theta - right_rate(t, lr, half, 0) * 2 * X.T @ (X @ theta - y) / len(y)
    return theta


@decaying_sgd.draws
def against_a_constant_rate(answer, epochs=50):
    """The loss at the end of each epoch for the student's decay, and for hardly any."""
    rng = np.random.default_rng(7)
    X = np.column_stack([rng.uniform(-1, 2, 40), np.ones(40)])
    y = X @ [1.5, 0.5] + 0.8 * rng.standard_normal(40)
    lowest = np.mean((X @ np.linalg.lstsq(X, y)[0] - y) ** 2)
    order = rng.integers(40, size=40 * epochs)
    heights = {}
    for name, half in (("constant 0.1", 1e12), ("inverse time, half after 50", 50.0)):
        thetas = [answer(np.zeros(2), X, y, order[: 40 * k], 0.1, half) for k in range(epochs + 1)]
        heights[name] = [np.mean((X @ theta - y) ** 2) - lowest for theta in thetas]
    ax = plots.curves(heights, ylabel="loss above its lowest", log=True)
    levels = [np.mean(column[-10:]) for column in heights.values()]
    return ax.figure, (
        f"The loss above its lowest in {epochs} epochs, on a logarithmic axis. The mean over the "
        f"last ten is {levels[0]:.3f} with a constant rate, {levels[1]:.4f} with inverse time."
    )
