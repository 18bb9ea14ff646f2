"""Exercise 3.2: the variance of a batch's gradient."""

import numpy as np

from course_lib.checks import exercise

G = np.array([[1.0, 0.0], [3.0, 2.0], [-1.0, 4.0], [5.0, -2.0], [2.0, 1.0]])


@exercise(
    "3.2",
    inputs=[
        (G, 2),
        (np.array([[1.0], [4.0], [7.0], [0.0]]), 3),
        (G[:4], 1),
        (G, 5),
    ],
    hints=[
        "First σ², for a single example: the mean squared distance of the rows from their mean.",
        "gradients.var(axis=0) is the variance of each column; σ² is their sum.",
        "Then σ² / B, times (n - B) / (n - 1), where n = len(gradients).",
    ],
)
def batch_variance(gradients, B):
    n = len(gradients)
    return gradients.var(axis=0).sum() / B * (n - B) / (n - 1)


@batch_variance.also_right
def by_another_convention(gradients, B):
    """The variance with n - 1 below goes with the factor (n - B) / n: the same number."""
    n = len(gradients)
    return np.trace(np.atleast_2d(np.cov(gradients.T))) / B * (1 - B / n)


@batch_variance.also_right
def with_distances(rows, size):
    away = rows - rows.mean(axis=0)
    sigma2 = (away**2).sum() / len(rows)
    return sigma2 * (len(rows) - size) / size / (len(rows) - 1)


def variance_with(factor):
    """The variance of one example times factor(n, B)."""
    return lambda gradients, B: gradients.var(axis=0).sum() * factor(len(gradients), B)


batch_variance.mistake(
    "the finite-population factor (n - B) / (n - 1) is missing. No example comes twice in a batch.",
    variance_with(lambda n, B: 1 / B),
)
batch_variance.mistake(
    "this is the variance of one example, whatever B is.", variance_with(lambda n, B: 1)
)
batch_variance.mistake(
    "the factor is (n - B) / n. With a variance that divides by n it is (n - B) / (n - 1).",
    variance_with(lambda n, B: (n - B) / n / B),
)
batch_variance.mistake(
    "the variance of one example divides by n - 1 here. With the factor (n - B) / (n - 1) it divides "
    "by n, as var() does.",
    variance_with(lambda n, B: n / (n - 1) * (n - B) / (n - 1) / B),
)
batch_variance.mistake(
    "1/√B belongs to the standard deviation. The variance has 1/B.",
    variance_with(lambda n, B: (n - B) / (n - 1) / np.sqrt(B)),
)
batch_variance.mistake(
    "this is the square root of the variance, the standard deviation.",
    lambda gradients, B: np.sqrt(batch_variance.reference(gradients, B)),
)
batch_variance.mistake(
    "the columns are averaged. The squared distance of a vector is the sum over its entries.",
    lambda gradients, B: batch_variance.reference(gradients, B) / gradients.shape[1],
)


@batch_variance.mistake(
    "the distances are measured from 0. Measure them from the mean of the gradients."
)
def from_zero(gradients, B):
    n = len(gradients)
    return (gradients**2).sum() / n / B * (n - B) / (n - 1)
