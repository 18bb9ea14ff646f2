"""Exercise 2.1: the gradient of each example, and their mean."""

import numpy as np

from course_lib import plots
from course_lib.checks import exercise

X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
# Square, so that r * X runs where each row should have its own residual, and returns wrong numbers.
X_square = np.array([[1.0, 2.0], [3.0, -1.0]])
X_one = np.array([[2.0], [0.0], [1.0], [-1.0]])


@exercise(
    "2.1",
    inputs=[
        (np.array([1.0, -1.0]), X, np.array([1.0, 2.0, 0.0])),
        (np.array([2.0, 1.0]), X_square, np.array([1.0, 3.0])),
        (np.array([0.5]), X_one, np.array([3.0, 1.0, 1.0, 2.0])),
    ],
    returns="g_each g",
    hints=[
        "The squared error of example i is (X[i] @ theta - y[i])**2. Differentiate it by theta.",
        "The derivative is 2 * r[i] * X[i], a row as long as theta. "
        "All rows at once: each row of X times its own number 2 * r[i].",
        "r[:, None] is r as a column; it multiplies row i by r[i]. "
        "g is the mean over the rows, axis 0.",
    ],
)
def per_sample(theta, X, y):
    g_each = 2 * (X @ theta - y)[:, None] * X
    return g_each, g_each.mean(axis=0)


@per_sample.also_right
def with_a_loop(theta, rows, targets):
    g_each = np.zeros_like(rows)
    for i in range(len(rows)):
        g_each[i] = 2 * rows[i] * (sum(rows[i] * theta) - targets[i])
    return g_each, 2 / len(rows) * rows.T @ (rows @ theta - targets)


@per_sample.also_right
def with_einsum(theta, X, y):
    r = y - X.dot(theta)
    return np.einsum("i,ij->ij", -2 * r, X), -2 * r @ X / len(y)


def times(each, mean):
    """The right answer with its parts multiplied by each(N, n) and mean(N, n), or by numbers."""

    def wrong(theta, X, y):
        parts = per_sample.reference(theta, X, y)
        factors = (f(*X.shape) if callable(f) else f for f in (each, mean))
        return tuple(factor * part for factor, part in zip(factors, parts, strict=True))

    return wrong


mistake = per_sample.mistake
mistake("both have the wrong sign. The residual is prediction minus target.", times(-1, -1))
mistake("the factor 2 is missing: the derivative of r² is 2 r.", times(0.5, 0.5))
mistake(
    "g_each is divided by N. The squared error of one example is not a mean; only g is.",
    times(lambda N, n: 1 / N, 1),
)
mistake("g is the sum of the rows. It is their mean.", times(1, lambda N, n: N))
mistake(
    "g_each is divided by N, and g twice. Divide only once, when you take the mean.",
    times(lambda N, n: 1 / N, lambda N, n: 1 / N),
)


@mistake("the residuals are missing: these are 2 X.")
def without_residual(theta, X, y):
    return 2 * X, 2 * X.mean(axis=0)


@mistake("y is left out of the residual: r = X @ theta - y.")
def without_target(theta, X, y):
    return per_sample.reference(theta, X, 0 * y)


@mistake(
    "X times r takes the residuals along the columns; each row needs its own. Write r[:, None]."
)
def along_the_columns(theta, X, y):
    g_each = 2 * (X @ theta - y) * X
    return g_each, g_each.mean(axis=0)


@mistake("the mean runs along the rows. g has one number for each parameter: axis=0.")
def along_the_rows(theta, X, y):
    g_each, _ = per_sample.reference(theta, X, y)
    return g_each, g_each.mean(axis=1)


@per_sample.draws
def the_cloud(answer):
    """The student's gradients of 40 examples as points, with their mean."""
    rng = np.random.default_rng(2)
    X = np.column_stack([rng.uniform(-1, 2, 40), np.ones(40)])
    y = X @ [1.5, 0.5] + 0.8 * rng.standard_normal(40)
    best = np.linalg.lstsq(X, y)[0]
    fig, axes = plots.figure(1, 2, sharex=True, sharey=True)
    for ax, theta, name in zip(
        axes, (best - 1, best), ("away from the best θ", "at the best θ"), strict=True
    ):
        g_each, g = answer(theta, X, y)
        ax.plot(*g_each.T, "o", color="0.5", ms=4, label="single examples")
        ax.plot(*g, "s", color=plots.COLOURS["red"], label="their mean")
        ax.set(title=name, xlabel="gradient by the slope")
        ax.legend()
    axes[0].set(ylabel="gradient by the intercept")
    return fig, (
        "Two clouds of 40 gradients with their means. Left, away from the best θ, the mean lies "
        "away from 0; right, at the best θ, the mean is 0 and the cloud around it is not a point."
    )
