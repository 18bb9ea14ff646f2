"""Exercise 2.1: the gradient of each example, and their mean."""

import numpy as np

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
        "The squared error of example i is (X[i] @ theta - y[i])**2. "
        "Differentiate it with respect to theta.",
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


per_sample.scaled(
    {
        (-1, -1): "both have the wrong sign. The residual is prediction minus target.",
        (0.5, 0.5): "the factor 2 is missing: the derivative of r² is 2 r.",
        ("1/N", 1): "g_each is divided by N. The squared error of one example is not a mean; "
        "only g is.",
        (1, "N"): "g is the sum of the rows. It should be their mean.",
        ("1/N", "1/N"): "g_each is divided by N, and g twice. Divide only once, when you take the "
        "mean.",
    },
    N=lambda theta, X, y: len(y),
)


@per_sample.mistake("the residuals are missing: these are 2 X.")
def without_residual(theta, X, y):
    return 2 * X, 2 * X.mean(axis=0)


@per_sample.mistake("y is left out of the residual: r = X @ theta - y.")
def without_target(theta, X, y):
    return per_sample.reference(theta, X, 0 * y)


@per_sample.mistake(
    "X times r takes the residuals along the columns; each row needs its own. Write r[:, None]."
)
def along_the_columns(theta, X, y):
    g_each = 2 * (X @ theta - y) * X
    return g_each, g_each.mean(axis=0)


@per_sample.mistake(
    "the mean runs along the rows. g has one number for each parameter: use axis=0."
)
def along_the_rows(theta, X, y):
    g_each, _ = per_sample.reference(theta, X, y)
    return g_each, g_each.mean(axis=1)
