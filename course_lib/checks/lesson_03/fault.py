"""Exercise 3.5: an epoch with two faults."""

import numpy as np

from course_lib import plots
from course_lib.checks import exercise
from course_lib.checks.lesson_03.pieces import cut


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
        "X is shuffled, y is not: both have to be taken with the same row numbers, rows.",
        "The second fault is in the mean: how many terms does the sum have, and by what is it divided? "
        "The ragged batch has fewer than B.",
    ],
)
def fixed_epoch(w, X, y, order, B, lr):
    return _epoch(w, X, y, order, B, lr)


def _epoch(
    w, X, y, order, B, lr,
    targets=lambda y, rows, begin: y[rows],
    divide=lambda rows, n, B: len(rows),
    factor=2.0, end=lambda n, B: n,
):  # fmt: skip
    """An epoch of steps, with parts to be replaced by wrong ones."""
    for begin in range(0, end(len(X), B), B):
        rows = order[begin : begin + B]
        residuals = X[rows] @ w - targets(y, rows, begin)
        w = w - lr * factor * X[rows].T @ residuals / divide(rows, len(X), B)
    return w


def faulty(**parts):
    return lambda w, X, y, order, B, lr: _epoch(w, X, y, order, B, lr, **parts)


@fixed_epoch.also_right
def with_means(w, X, y, order, B, lr):
    X, y = X[order], y[order]
    for k in range(0, len(y), B):
        r = X[k : k + B] @ w - y[k : k + B]
        w = w - lr * np.mean(2 * r[:, None] * X[k : k + B], axis=0)
    return w


def by_position(y, rows, begin):
    return y[begin : begin + len(rows)]


mistake = fixed_epoch.mistake
mistake(
    "both faults are still there: in the targets, and in the number the sum is divided by.",
    faulty(targets=by_position, divide=lambda rows, n, B: n),
)
mistake(
    "the mean is right now, but X and y come from different rows. The targets of a batch are y[rows].",
    faulty(targets=by_position),
)
mistake(
    "the targets are right now, but the sum over a batch is divided by the number of all examples, so "
    "the steps are too short. Divide by the size of the batch.",
    faulty(divide=lambda rows, n, B: n),
)
mistake(
    "the ragged batch has fewer than B rows: divide by len(rows).",
    faulty(divide=lambda rows, n, B: B),
)
mistake("the gradient is a sum over the batch now. Make it a mean.", faulty(divide=lambda *_: 1))
mistake("the factor 2 of the derivative of r² has been lost.", faulty(factor=1.0))
mistake("the step goes uphill: w - lr * gradient.", faulty(factor=-2.0))
mistake("the ragged end is left out.", faulty(end=lambda n, B: n - B + 1))


@mistake(
    "all residuals are computed before the first step. w moves: compute them anew in each batch."
)
def stale_residuals(w, X, y, order, B, lr):
    residuals = X @ w - y
    for rows in cut.reference(order, B):
        w = w - lr * 2 * X[rows].T @ residuals[rows] / len(rows)
    return w


@fixed_epoch.draws
def epochs_of_the_fixed_loop(answer, epochs=12):
    """The loss on all points after each epoch, for two learning rates."""
    rng = np.random.default_rng(2)
    X = np.column_stack([rng.standard_normal((105, 2)), np.ones(105)])
    y = X @ [2.0, -1.0, 3.0] + 0.3 * rng.standard_normal(105)
    columns = {}
    for lr in (0.01, 0.05):
        w, losses = np.zeros(3), []
        for _ in range(epochs + 1):
            losses.append(np.mean((X @ w - y) ** 2))
            w = answer(w, X, y, rng.permutation(105), 10, lr)
        columns[f"lr = {lr:g}"] = losses
    ax = plots.curves(columns, log=True)
    return ax.figure, (
        f"The loss on 105 points in {epochs} epochs with your function falls from {losses[0]:.1f} to "
        f"{losses[-1]:.3f}, near the noise of the points, with a learning rate of 0.05."
    )
