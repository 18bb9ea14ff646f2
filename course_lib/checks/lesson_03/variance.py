"""Exercise 3.2: the variance of a batch's gradient."""

import numpy as np

from course_lib import plots
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


def scaled(by):
    """The right variance times by(n, B)."""
    return lambda gradients, B: batch_variance.reference(gradients, 1) * by(len(gradients), B)


mistake = batch_variance.mistake
mistake(
    "the finite-population factor (n - B) / (n - 1) is missing. No example comes twice in a batch.",
    scaled(lambda n, B: 1 / B),
)
mistake("this is the variance of one example, whatever B is.", scaled(lambda n, B: 1))
mistake(
    "the factor is (n - B) / n. With a variance that divides by n it is (n - B) / (n - 1).",
    scaled(lambda n, B: (n - B) / n / B),
)
mistake(
    "the variance of one example divides by n - 1 here. With the factor (n - B) / (n - 1) it divides "
    "by n, as var() does.",
    scaled(lambda n, B: n / (n - 1) * (n - B) / (n - 1) / B),
)
mistake(
    "1/√B belongs to the spread. The variance has 1/B.",
    scaled(lambda n, B: (n - B) / (n - 1) / np.sqrt(B)),
)


@mistake("this is the square root of the variance, the spread.")
def spread(gradients, B):
    return np.sqrt(batch_variance.reference(gradients, B))


@mistake("the columns are averaged. The squared distance of a vector is the sum over its entries.")
def mean_of_columns(gradients, B):
    return batch_variance.reference(gradients, B) / gradients.shape[1]


@mistake("the distances are taken from 0. Take them from the mean of the gradients.")
def from_zero(gradients, B):
    n = len(gradients)
    return (gradients**2).sum() / n / B * (n - B) / (n - 1)


@batch_variance.draws
def against_drawn_batches(answer, n=40):
    """The student's formula beside batches drawn at random."""
    rng = np.random.default_rng(5)
    gradients = rng.standard_normal((n, 2)) * [2.0, 1.0] + 1
    sizes = np.array([1, 2, 4, 8, 16, 32])
    orders = rng.permuted(np.tile(np.arange(n), (2000, 1)), axis=1)
    drawn = [gradients[orders[:, :B]].mean(axis=1).var(axis=0).sum() for B in sizes]
    formula = [answer(gradients, int(B)) for B in sizes]
    columns = {"your formula": formula, "2,000 drawn batches": drawn}
    ax = plots.curves(columns, x=sizes, xlabel="batch size B", ylabel="variance")
    ax.set(xscale="log", yscale="log", xticks=sizes, xticklabels=sizes)
    return ax.figure, (
        f"The variance of batches of {n} gradients, by your formula and drawn at random, lies on "
        f"one curve. From B = 1 to B = 16 it falls to {formula[4] / formula[0]:.3f} of itself."
    )
