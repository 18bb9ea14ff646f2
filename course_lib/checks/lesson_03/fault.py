"""Exercise 3.5: an epoch with two faults."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "3.5",
    inputs=[
        (
            np.array([0.5, -1.0]),
            np.array([[1.0, 1.0], [2.0, 1.0], [-1.0, 1.0], [0.0, 1.0], [3.0, 1.0]]),
            np.array([3.0, 1.0, -2.0, 0.5, 4.0]),
            np.array([3, 1, 4, 0, 2]),
            2,
            0.1,
        ),
        (
            np.array([1.0]),
            np.array([[1.0], [-2.0], [0.5], [1.5], [3.0], [-1.0], [2.0]]),
            np.array([2.0, -1.0, 0.0, 1.0, 4.0, 3.0, -2.0]),
            np.array([6, 2, 4, 0, 5, 3, 1]),
            3,
            0.05,
        ),
    ],
    returns="w",
    hints=[
        "Take B = 2 and write down, for the first batch, which rows of X it uses and which of y.",
        "X is shuffled, y is not: both need the same row numbers, rows.",
        "The second fault is in the mean: how many terms does the sum have, and what is it divided by? "
        "The ragged batch has fewer than B.",
    ],
)
def fixed_epoch(w, X, y, order, B, lr):
    for begin in range(0, len(X), B):
        rows = order[begin : begin + B]
        residuals = X[rows] @ w - y[rows]
        w = w - lr * 2 * X[rows].T @ residuals / len(rows)
    return w


@fixed_epoch.also_right
def with_means(w, X, y, order, B, lr):
    X, y = X[order], y[order]
    for k in range(0, len(y), B):
        r = X[k : k + B] @ w - y[k : k + B]
        w = w - lr * np.mean(2 * r[:, None] * X[k : k + B], axis=0)
    return w


def epoch_with(
    targets=lambda y, rows, begin: y[rows],
    divisor=lambda rows, N, B: len(rows),
    factor=2.0,
    end=lambda N, B: N,
):
    """The right epoch, or a wrong one where a part is replaced."""

    def wrong(w, X, y, order, B, lr):
        for begin in range(0, end(len(X), B), B):
            rows = order[begin : begin + B]
            residuals = X[rows] @ w - targets(y, rows, begin)
            w = w - lr * factor * X[rows].T @ residuals / divisor(rows, len(X), B)
        return w

    return wrong


def by_position(y, rows, begin):
    return y[begin : begin + len(rows)]


fixed_epoch.mistake(
    "both faults are still there: in the targets, and in the number that divides the sum.",
    epoch_with(targets=by_position, divisor=lambda rows, N, B: N),
)
fixed_epoch.mistake(
    "the mean is right now, but X and y come from different rows. The targets of a batch are y[rows].",
    epoch_with(targets=by_position),
)
fixed_epoch.mistake(
    "the targets are right now, but the sum over a batch is divided by the number of all examples, so "
    "the steps are too short. Divide by the size of the batch.",
    epoch_with(divisor=lambda rows, N, B: N),
)
fixed_epoch.mistake(
    "the ragged batch has fewer than B rows: divide by len(rows).",
    epoch_with(divisor=lambda rows, N, B: B),
)
fixed_epoch.mistake(
    "the gradient is a sum over the batch now. Make it a mean.",
    epoch_with(divisor=lambda rows, N, B: 1),
)
fixed_epoch.mistake("the factor 2 of the derivative of r² is missing now.", epoch_with(factor=1.0))
fixed_epoch.mistake("the step goes uphill: w - lr * gradient.", epoch_with(factor=-2.0))
fixed_epoch.mistake("the ragged end is left out.", epoch_with(end=lambda N, B: N - B + 1))


@fixed_epoch.mistake(
    "all residuals are computed before the first step. w moves: compute them again in each batch."
)
def stale_residuals(w, X, y, order, B, lr):
    residuals = X @ w - y
    for begin in range(0, len(X), B):
        rows = order[begin : begin + B]
        w = w - lr * 2 * X[rows].T @ residuals[rows] / len(rows)
    return w
