"""Exercise 6.8, open: forty columns, fifty noisy rows."""

import numpy as np

from course_lib.checks import exercise
from course_lib.checks.sparse_lines import error_left


def reached(answer, seed):
    """Whether the answer's error in the weights is below that of w = 0, and below each mark."""
    share = error_left(answer, seed)
    return share < 1, share < 0.7, share < 0.25


@exercise(
    "6.8",
    inputs=[(0,), (5,)],
    returns="below_1 below_0.7 below_0.25",
    through=reached,
    hints=[
        "The board shows what least squares and ridge reach. Which penalty of the lesson expects that "
        "most weights are 0?",
        "Minimise the mean squared error with an L1 penalty, by proximal steps: a gradient step, "
        "then the threshold lr * l1. A few hundred steps are enough.",
        "Which strength? Cut the rows into folds, and take the strength with the smallest error on "
        "rows that were not used for the fit. Then fit once more, to all rows.",
    ],
)
def my_fit(X, y):
    strengths = np.geomspace(0.1, 2, 8)

    def lasso(X, y):
        H, b = 2 * X.T @ X / len(y), 2 * X.T @ y[:, None] / len(y)
        lr, w = 1 / np.linalg.norm(H, 2), np.zeros((X.shape[1], len(strengths)))
        for _ in range(100):
            u = w - lr * (H @ w - b)
            w = np.sign(u) * np.maximum(np.abs(u) - lr * strengths, 0)
        return w  # a column for each strength

    error = 0
    for k in range(5):
        held = np.arange(len(y)) % 5 == k
        w = lasso(X[~held], y[~held])
        error = error + np.sum((X[held] @ w - y[held, None]) ** 2, axis=0)
    return lasso(X, y)[:, np.argmin(error)]


@my_fit.also_right
def one_strength(rows, targets):
    """One strength for all data sets, found by trying on the board."""
    w, rate = np.zeros(rows.shape[1]), 0.1
    for _ in range(300):
        w = w - rate * 2 * rows.T @ (rows @ w - targets) / len(rows)
        w = np.sign(w) * np.clip(np.abs(w) - rate * 0.5, 0, None)
    return w


def ridge(lam):
    """The minimum of the mean squared error plus lam Σ w²."""

    def fit(X, y):
        return np.linalg.solve(X.T @ X + len(y) * lam * np.eye(X.shape[1]), X.T @ y)

    return fit


my_fit.mistake(
    "your weights are worse than w = 0. Least squares does this with so few rows, and so do steps that "
    "diverge.",
    ridge(0),
)
my_fit.mistake(
    "this is better than w = 0, but no mark is reached. A penalty may be too weak, or too strong.",
    ridge(8.0),
)
my_fit.mistake(
    "the first mark is reached, the second is not. Ridge gets here, and so does an L1 penalty that is "
    "too weak: most weights of the best fit are exactly 0.",
    ridge(0.6),
)
