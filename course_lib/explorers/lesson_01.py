"""Lesson 1: linear regression by gradient descent."""

import numpy as np
from matplotlib.ticker import LogLocator

from course_lib.controls import Choice, Question, Slider
from course_lib.explorers import number
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import COLOURS, figure
from course_lib.stage import Stage

POINTS = {"textcoords": "offset points"}
GROWING = Question(
    "This learning rate works. What happens when it keeps growing?",
    ("learning only gets faster", "faster, then to and fro, then it diverges", "it gets slower"),
    "Move the learning rate past η λ_max = 1, and then past 2.",
)

SLOWEST = Question(
    "Which learning rate makes the slowest direction as quick as it can be?",
    ("the largest below the limit", "the one that suits λ_max best, 1 / λ_max", "one in between"),
    "Look for the lowest point of the line on the right: there two directions are equally slow.",
)
STRETCH = Question(
    "The same data in a unit ten times as small: the numbers x grow tenfold. The valley ...",
    ("stays as it is", "becomes rounder", "becomes narrower"),
    "It depends on where you start: look for the unit that makes the contours roundest.",
)


def three_panels(x, y, start=(-1.0, 1.0), steps=40, x_label="x", y_label="y"):
    """A line fitted to x (N,), y (N,): the data | the loss over (slope, intercept) | the loss."""
    f = Objective(MLP(1, 1), squared_error).on(x[:, None], y)
    best, curvature = _least_squares(x, y)
    lr = Slider("learning rate η", np.geomspace(0.02, 2.5, 32) / curvature, start=0.4 / curvature)
    path = descend(f, start, Optimizer(sgd, lr=lr.values), steps)  # (steps + 1, 32, 2)
    slope, intercept = path[..., 0], path[..., 1]
    loss, _ = f(path)
    across = np.linspace(x.min(), x.max(), 21)

    fig, (data, surface, curve) = figure(1, 3, size=(11, 3.6))
    data.plot(x, y, "o", color="0.7", markersize=3)
    data.set(xlabel=x_label, ylabel=y_label)
    _draw_surface(surface, f, best, np.array(start))
    _draw_loss_axes(curve, f(best)[0], loss[0, 0], steps)

    alt = (
        "A line fitted to data, its path over the contours of the loss, and the loss at each step."
    )
    stage = Stage("three-panels", fig, [lr], steps=steps, alt=alt, question=GROWING)
    blue = {"color": COLOURS["blue"]}
    stage.line(data, across, slope[..., None] * across + intercept[..., None], **blue)
    stage.trail(surface, slope, intercept, ".-", linewidth=1.2, **blue)
    stage.trail(curve, stage.steps, loss, ".-", **blue)
    stage.text(data, _equation, slope, intercept)
    stage.text(surface, verdict, lr.values * curvature)
    stage.text(curve, lambda loss: f"loss {number(loss)}", loss)
    return stage


def verdict(eta_lambda):
    """What gradient descent does at η times the largest curvature, in words."""
    s = round(eta_lambda, 2)
    sign, end = (
        ("<", "settles") if s < 2 else (">", "diverges") if s > 2 else ("=", "never settles")
    )
    return f"η λ_max = {s:.2f} {sign} 2: {'bounces, ' * (1 < s < 2)}{end}"


def contraction(eigenvalues):
    """The factor |1 - ηλ| of each eigenvalue (n,) as a bar, | the largest of them against η."""
    best, limit = 2 / (eigenvalues[0] + eigenvalues[-1]), 2 / eigenvalues[-1]
    lr = Slider("learning rate η", np.linspace(0.03, 1.15, 36) * limit, limit / 3, digits=3)
    factors = np.abs(1 - lr.values[:, None] * eigenvalues)  # (36, n)
    slowest = factors.max(axis=1)

    fig, (bars, curve) = figure(1, 2, size=(9.6, 3.6))
    names = [f"λ = {number(v)}" for v in eigenvalues]
    bars.set_xticks(range(len(names)), names)
    bars.set(ylim=(0, 1.45), ylabel="factor |1 − η λ| of the error in a step")
    bars.axhline(1, color="0.3", linestyle="--", linewidth=1)
    _draw_slowest(curve, eigenvalues, best, limit)

    alt = "A bar for each eigenvalue with a dashed line at 1, and the slowest factor against η."
    stage = Stage("contraction", fig, [lr], alt=alt, question=SLOWEST)
    at = np.arange(len(names))
    below, above = np.where(factors < 1, factors, np.nan), np.where(factors < 1, np.nan, factors)
    stage.bars(bars, at, below, width=0.6, color=COLOURS["blue"])
    stage.bars(bars, at, above, width=0.6, color=COLOURS["red"], edgecolor="black", linewidth=2)
    stage.points(curve, lr.values[:, None], slowest[:, None], color=COLOURS["blue"], markersize=9)
    stage.text(bars, lambda *f: f"factors {', '.join(map(number, f))}", *factors.T)
    stage.text(curve, _patience, slowest)
    return stage


def units(x, y, steps=30):
    """The valley of a line fitted to x (N,), y (N,), for a unit of x and a place it counts from.

    The contours and the path, with the best η, are drawn around the lowest point | the loss.
    """
    unit = Slider("one unit of x is", np.geomspace(0.2, 5, 29) * x.std(), 0.4 * x.std())
    origin = Choice("x counts from", ["the mean", "the smallest", "0"])
    zero = np.array([x.mean(), x.min(), 0.0])
    H = _hessians((x - zero[:, None]) / unit.values[:, None, None])  # (29, 3, 2, 2)
    values, vectors = np.linalg.eigh(H)
    low, high = values[..., 0], values[..., 1]
    f = _bowl(H)
    path = descend(f, (-1.0, 1.0), Optimizer(sgd, lr=2 / (low + high)), steps)
    loss = f(path)[0] / f(path[:1])[0]

    fig, (valley, curve) = figure(1, 2, size=(9.6, 3.8))
    valley.set(xlim=(-2, 2), ylim=(-1.6, 1.6), xlabel="slope, from the best", aspect="equal")
    valley.set(ylabel="intercept, from the best")
    curve.set(xlim=(-0.5, steps + 0.5), ylim=(1e-8, 3), yscale="log", xlabel="step")
    curve.set(ylabel="share of the loss left")

    alt = "Contours of the loss with the path of gradient descent, and the loss at each step."
    stage = Stage("units", fig, [unit, origin], steps=steps, alt=alt, question=STRETCH)
    contours = _circles() / np.sqrt(values / 2)[..., None, :] @ vectors.mT
    stage.line(valley, contours[..., 0], contours[..., 1], color="0.6", linewidth=0.8)
    stage.trail(valley, path[..., 0], path[..., 1], ".-", linewidth=1.2, color=COLOURS["blue"])
    stage.trail(curve, stage.steps, loss, ".-", color=COLOURS["blue"])
    stage.text(valley, "κ = {:,.1f}, best η = {:.2g}", high / low, 2 / (low + high))
    stage.text(curve, "a step leaves {:.3f} of the error", (high - low) / (high + low))
    return stage


def _equation(slope, intercept):
    return f"y = {number(slope)} x + {number(intercept)}".replace("+ −", "− ")


def _least_squares(x, y):
    """The best (slope, intercept), (2,), and the largest eigenvalue of the Hessian (2 / N) XᵀX."""
    X = np.column_stack([x, np.ones_like(x)])
    return np.linalg.lstsq(X, y)[0], np.linalg.eigvalsh(2 / len(x) * X.T @ X)[-1]


def _draw_surface(ax, f, best, start):
    """Contours of f around `best`, wide enough to hold `start`, at evenly spaced roots of the loss."""
    reach = 1.4 * np.abs(start - best).max()
    slope, intercept = (np.linspace(c - reach, c + reach, 61) for c in best)
    value, _ = f(np.stack(np.meshgrid(slope, intercept), axis=-1))
    levels = np.linspace(value.min() ** 0.5, value.max() ** 0.5, 14) ** 2
    ax.contour(slope, intercept, value, levels, colors="0.75", linewidths=0.8)
    ax.plot(*best, "*", color="0.2", markersize=10)
    ax.annotate("least squares", best, (8, -14), textcoords="offset points", color="0.2")
    ax.plot(*start, "o", color="0.2", markerfacecolor="white", markersize=6)
    ax.set(xlabel="slope", ylabel="intercept")


def _draw_loss_axes(ax, lowest, first, steps):
    """A logarithmic axis from below the `lowest` loss to above the `first`."""
    ax.axhline(lowest, color="0.4", linestyle=":", label="least squares")
    ax.set(xlabel="step", ylabel="loss", yscale="log")
    ax.set(xlim=(-1, steps + 1), ylim=(0.8 * lowest, 4 * first))
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:,g}")
    ax.minorticks_off()
    ax.legend(loc="upper right")


def _draw_slowest(ax, eigenvalues, best, limit):
    """The largest |1 - ηλ| against η, with the best η and the limit."""
    eta = np.linspace(0, 1.2 * limit, 121)
    ax.plot(eta, np.abs(1 - eta[:, None] * eigenvalues).max(axis=1), color="0.5")
    ax.axhline(1, color="0.3", linestyle="--", linewidth=1)
    for at, name in ((best, "best"), (limit, "limit")):
        ax.axvline(at, color="0.3", linestyle=":", linewidth=1)
        ax.annotate(f"{name} {number(at)}", (at, 1.32), ha="right", xytext=(-4, 0), **POINTS)
    ax.set(xlim=(0, 1.2 * limit), ylim=(0, 1.45), xlabel="learning rate η")
    ax.set(ylabel="slowest factor")


def _patience(factor):
    """How many steps the slowest direction takes to a thousandth of its error, in words."""
    if factor >= 1:
        return f"slowest factor {number(factor)}: {'diverges' if factor > 1 else 'never settles'}"
    steps = np.ceil(np.log(1e-3) / np.log(factor))
    return f"slowest factor {number(factor)}: a thousandth after {steps:.0f} steps"


def _circles():
    """Four circles around 0 as one line, (4 · 62, 2), with nan between them."""
    turn = np.append(np.linspace(0, 2 * np.pi, 61), np.nan)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    return np.concatenate([radius * circle for radius in (0.35, 0.7, 1.05, 1.4)])


def _hessians(x):
    """(2 / N) XᵀX of the columns x (..., N) and 1: (..., 2, 2)."""
    X = np.stack([x, np.ones_like(x)], axis=-1)
    return 2 / x.shape[-1] * X.mT @ X


def _bowl(H):
    """f(δ) = ½ δᵀ H δ for Hessians H (..., 2, 2), the loss above its lowest value at a distance δ."""

    def f(delta):
        g = (H @ delta[..., None])[..., 0]
        return 0.5 * (delta * g).sum(axis=-1), g

    return f
