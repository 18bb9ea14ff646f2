"""What several explorers share: a line's loss, panels drawn alike, ellipses, and words for outcomes."""

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.numbers import apart
from course_lib.objective import Objective
from course_lib.plots import COLOURS

BLUE, RED = {"color": COLOURS["blue"]}, {"color": COLOURS["red"]}


def regression(columns):
    """The mean squared error of a linear regression on so many columns: `regression(1)` fits a line."""
    return Objective(MLP(columns, 1), squared_error)


def example_line(n=40):
    """x (n,) and y (n,) near a line: the data with which the tests run an explorer."""
    x = np.linspace(0, 2, n)
    return x, 1.5 * x - 0.5 + 0.3 * np.sin(40 * x)


def example_gradients(n=40):
    """Pairs of numbers (n, 2): the gradients with which the tests run an explorer."""
    return np.column_stack(example_line(n))


def line_loss(x, y):
    """f(θ), the mean squared error of a line with θ = (slope, intercept) on x (N,), y (N,)."""
    return regression(1).on(x.reshape(-1, 1), y)


def with_ones(x):
    """x (N,) or (N, n) with a column of ones for the intercept."""
    return np.column_stack([x, np.ones(len(x))])


def draw_line_loss(ax, f, best, reach, *, count=14, above=0.0):
    """Contours of f(slope, intercept) as far as `reach` around `best`, evenly spaced in the root of the
    loss over `above`."""
    slope, intercept = (np.linspace(centre - reach, centre + reach, 61) for centre in best)
    loss, _ = f(np.stack(np.meshgrid(slope, intercept), axis=-1))
    roots = np.sqrt(np.maximum([loss.min() - above, loss.max() - above], 0))
    levels = above + np.linspace(*roots, count)[1:] ** 2
    ax.contour(slope, intercept, loss, levels, colors="0.75", linewidths=0.8)
    ax.plot(*best, "*", color="0.2", markersize=10)
    ax.set(xlabel="slope", ylabel="intercept")


def draw_excess_loss(ax, f, best, reach):
    """Contours of the excess loss as far as `reach` around `best`."""
    draw_line_loss(ax, f, best, reach, count=11, above=f(best)[0])


def set_loss_axes(ax, steps, ylim):
    """Axes for the loss against the step, the loss on a logarithmic scale."""
    ax.set(xlim=(-1, steps + 1), ylim=ylim, yscale="log", xlabel="step", ylabel="loss")
    set_powers(ax.yaxis)


def set_powers(*axes):
    """Few powers of ten at logarithmic axes, large enough for their exponents to be read."""
    for axis in axes:
        axis.set(major_locator=LogLocator(numticks=6), minor_locator=NullLocator())
        axis.set_tick_params(labelsize=13)


def set_plain_numbers(ax, x="{x:g}", y="{x:g}"):
    """Numbers at the large ticks of logarithmic axes, without powers of ten, and no others."""
    ax.xaxis.set(major_formatter=x, minor_locator=NullLocator())
    ax.yaxis.set(major_formatter=y, minor_locator=NullLocator())


def circle():
    """Points on the unit circle, (61, 2)."""
    angle = np.linspace(0, 2 * np.pi, 61)
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def ellipse(covariance):
    """Points two standard deviations from 0, (61, 2)."""
    return circle() @ (2 * np.linalg.cholesky(covariance)).T


def level_curves(H, roots):
    """The curves ½ δᵀHδ = root² for Hessians H (..., 2, 2) as a line (..., points, 2), nan between."""
    gap = np.full((1, 2), np.nan)
    circles = np.concatenate([part for root in roots for part in (root * circle(), gap)])
    values, vectors = np.linalg.eigh(H)
    return circles / np.sqrt(values / 2)[..., None, :] @ vectors.mT


def bowl(H):
    """f(δ) = ½ δᵀ H δ for Hessians H (..., 2, 2), the excess loss at a distance δ."""

    def f(delta):
        g = np.einsum("...ij,...j->...i", H, delta)
        return 0.5 * (delta * g).sum(axis=-1), g

    return f


def cell_edges(centres):
    """Where the cells of a heat map on a logarithmic axis begin and end: (n + 1,) for centres (n,)."""
    middle = np.sqrt(centres[1:] * centres[:-1])
    return np.concatenate([[centres[0] ** 2 / middle[0]], middle, [centres[-1] ** 2 / middle[-1]]])


def heat_cells(ax, x, y, values, **styles):
    """values (n, m) as the colours of cells around x (n,) and y (m,) on logarithmic axes."""
    ax.pcolormesh(cell_edges(x), cell_edges(y), values.T, **styles)


def outcome(value, limit):
    """How a value compares with the limit of convergence, and what a descent then does."""
    if np.isclose(value, limit, rtol=0, atol=1e-9):
        return "=", "never converges"
    return ("<", "converges") if value < limit else (">", "diverges")


def against(value, limit):
    """`outcome` with the numbers that it compares, in words: ("1.98 < 2.00", "converges")."""
    sign, end = outcome(value, limit)
    left, right = apart(value, limit)
    return f"{right if sign == '=' else left} {sign} {right}", end
