"""Lesson 1: linear regression by gradient descent."""

import functools

import numpy as np
from matplotlib.ticker import LogLocator

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED, against, with_ones
from course_lib.numbers import number
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import figure
from course_lib.stage import Stage

GROWING = Question(
    "This learning rate works. What happens when it keeps growing?",
    ("learning only gets faster", "faster, then to and fro, then it diverges", "it gets slower"),
    "Move the learning rate past η λ_max = 1, and then past 2. Drag the start, the open circle.",
    right=1,
    why="Past η λ_max = 1 a step jumps across the valley, and past 2 it ends higher than it began.",
)
SLOWEST = Question(
    "Which learning rate makes the slowest direction as quick as it can be?",
    ("the largest below the limit", "the one that suits λ_max best, 1 / λ_max", "one in between"),
    "Drag the point to the lowest place of the line: there two directions are equally slow.",
    right=2,
    why="It is 2 / (λ_min + λ_max): with a larger one the steepest direction is the slowest.",
)
STRETCH = Question(
    "The same data in a unit ten times as small: the numbers x grow tenfold. The valley ...",
    ("stays as it is", "becomes rounder", "becomes narrower", "rounder or narrower: it depends"),
    "Look for the unit that makes the contours roundest.",
    right=3,
    why="Counted from the mean, the valley is round where the numbers x have standard deviation 1: "
    "numbers below that make it rounder as they grow, numbers beyond it narrower.",
)


@explorer(*parts.example_line())
def three_panels(x, y, theta0=(-1.0, 1.0), steps=30, x_label="x", y_label="y"):
    """A line fitted to x (N,), y (N,): the data | the loss over (slope, intercept) | the loss."""
    f, best = parts.line_loss(x, y), theory.least_squares(with_ones(x), y)
    most = np.linalg.eigvalsh(theory.squared_error_hessian(with_ones(x)))[-1]
    reach = 1.4 * np.abs(theta0 - best).max()
    lr, *start = controls(
        Slider("learning rate η", np.geomspace(0.02, 2.5, 16) / most, start=0.37 / most),
        *_start_sliders(best, theta0, reach),
    )
    theta0 = np.stack(np.broadcast_arrays(start[0].axis, start[1].axis), axis=-1)
    path = descend(f, theta0, Optimizer(sgd, lr=lr.axis), steps)  # (steps + 1, 16, 7, 7, 2)
    loss, (slope, intercept) = f(path)[0], np.unstack(path, axis=-1)

    fig, (data, plane, curve) = figure(1, 3, size=(9.9, 3.6))
    data.plot(x, y, "o", color="0.7", markersize=3)
    data.set(xlabel=x_label, ylabel=y_label)
    _draw_plane(plane, f, best, reach)
    _draw_loss_axes(curve, f(best)[0], loss[0].max(), steps)
    alt = "A line fitted to data, its path over contours of the loss, and the loss at each step."
    about = {"steps": steps, "question": GROWING, "still": {lr: 1.8 / most}}
    stage = Stage("three-panels", fig, [lr, *start], alt=alt, **about)
    ends = np.stack([slope * end + intercept for end in (x.min(), x.max())], axis=-1)
    stage.line(data, [x.min(), x.max()], ends, **BLUE)
    stage.path(plane, path, ".-", linewidth=1.2, **BLUE)
    stage.point(plane, *np.unstack(theta0, axis=-1), drags=start, mfc="white", color="0.2")
    stage.over_steps(curve, loss, ".-", **BLUE)
    stage.text(data, _line_words(*data.get_ylim()), ends.min(axis=-1), ends.max(axis=-1))
    stage.text(plane, verdict, lr.axis * most)
    stage.text(curve, lambda loss: f"loss {number(loss)}", loss)
    return stage


@explorer(np.array([0.5, 1.0, 3.0]))
def contraction(eigenvalues):
    """The factor |1 - ηλ| of each eigenvalue (n,) as a bar | the largest of them against η."""
    limit = theory.lr_limit(eigenvalues[-1])
    lr = Slider("learning rate η", np.linspace(0.03, 1.15, 36) * limit, limit / 3, digits=3)
    factors = np.stack([theory.convergence_factor(lr.axis, v) for v in eigenvalues], axis=-1)
    slowest = factors.max(axis=-1)

    fig, (bars, curve) = figure(1, 2, size=(6.6, 3.4))
    at = range(len(eigenvalues))
    bars.set_xticks(at, [f"λ = {number(v)}" for v in eigenvalues])
    bars.set(ylim=(0, 1.45), ylabel="factor |1 − η λ| in a step")
    bars.axhline(1, color="0.3", linestyle="--", linewidth=1)
    answer = _draw_slowest(curve, eigenvalues, limit)

    alt = "A bar for each eigenvalue with a dashed line at 1, and the slowest factor against η."
    best = theory.best_lr(eigenvalues[0], eigenvalues[-1])
    stage = Stage("contraction", fig, [lr], alt=alt, question=SLOWEST, still={lr: best})
    stage.after_prediction(*answer)
    below, above = np.where(factors < 1, factors, np.nan), np.where(factors < 1, np.nan, factors)
    stage.bars(bars, at, below, width=0.6, **BLUE)
    stage.bars(bars, at, above, width=0.6, edgecolor="black", linewidth=2, **RED)
    stage.point(curve, lr.axis, slowest, drags=(lr,), markersize=9, **BLUE)
    stage.text(bars, _factors, *np.unstack(factors, axis=-1))
    stage.text(curve, _patience, slowest)
    return stage


@explorer(*parts.example_line())
def units(x, y, steps=30):
    """The valley of a line fitted to x (N,), y (N,), for a unit of x and a place it counts from.

    The contours and the path, with the best η, are drawn around the lowest point | the loss.
    """
    unit, origin = controls(
        Slider("unit of x, in standard deviations", np.geomspace(0.2, 5, 29), start=0.4),
        Choice("x counts from", ["the mean", "the smallest", "0"], [x.mean(), x.min(), 0.0]),
    )
    H = _line_hessian((x.mean() - origin.axis) / (unit.axis * x.std()), 1 / unit.axis**2)
    least, most = np.unstack(np.linalg.eigvalsh(H), axis=-1)  # (29, 3)
    lr, f = theory.best_lr(least, most), _bowl(H)
    path = descend(f, (-1.0, 1.0), Optimizer(sgd, lr=lr), steps)

    fig, (valley, curve) = figure(1, 2, size=(6.6, 3.4))
    valley.set(xlim=(-2, 2), ylim=(-1.6, 1.6), xlabel="slope, from the best", aspect="equal")
    valley.set(ylabel="intercept, from the best")
    parts.set_loss_axes(curve, steps, (1e-8, 3))
    curve.set(xlim=(-0.5, steps + 0.5), ylabel="share of the loss left")

    alt = "Contours of the loss with the path of gradient descent, and the loss at each step."
    stage = Stage("units", fig, [unit, origin], steps=steps, alt=alt, question=STRETCH)
    contours = np.unstack(parts.level_curves(H, (0.35, 0.7, 1.05, 1.4)), axis=-1)
    stage.line(valley, *contours, color="0.6", linewidth=0.8)
    stage.path(valley, path, ".-", linewidth=1.2, **BLUE)
    stage.over_steps(curve, f(path)[0] / f(path[:1])[0], ".-", **BLUE)
    stage.text(valley, lambda *v: "κ = {}, best η = {}".format(*map(number, v)), most / least, lr)
    stage.text(curve, lambda v: f"error falls by {number(v)} % a step", 100 * lr * least)
    return stage


def verdict(eta_lambda):
    """What gradient descent does at η times the largest curvature, in words."""
    compared, end = against(eta_lambda, 2)
    return f"η λ_max = {compared}: {'bounces' if eta_lambda > 1 and end == 'settles' else end}"


def _line_words(bottom, top):
    def say(low, high):
        return "the line" if low < top and high > bottom else "the line has left the picture"

    return say


def _factors(*factors):
    return f"factors {', '.join(map(number, factors))}"


def _patience(factor):
    """How many steps the slowest direction takes to a thousandth of its error, in words."""
    compared, end = against(factor, 1)
    if end != "settles":
        return f"factor {compared}: {end}"
    steps = number(int(theory.steps_needed(factor, 1e-3)))
    return f"1/1000 after {steps} steps"


def _line_hessian(mean, variance):
    """H = 2 [[mean of x², mean], [mean, 1]] (..., 2, 2) of the squared error of a line on data x."""
    square, mean = np.broadcast_arrays(variance + mean**2, mean)
    rows = [np.stack(row, axis=-1) for row in ((square, mean), (mean, np.ones_like(mean)))]
    return 2 * np.stack(rows, axis=-2)


def _bowl(H):
    """f(δ) = ½ δᵀ H δ for Hessians H (..., 2, 2), the loss above its lowest value at a distance δ."""

    def f(delta):
        g = np.einsum("...ij,...j->...i", H, delta)
        return 0.5 * (delta * g).sum(axis=-1), g

    return f


def _start_sliders(best, theta0, reach):
    """A slider for each parameter of the line at the start, seven places around the `best`."""
    places = [np.linspace(centre - 0.9 * reach, centre + 0.9 * reach, 7) for centre in best]
    names = ("start: slope", "start: intercept")
    return map(functools.partial(Slider, digits=3), names, places, theta0)


def _draw_plane(ax, f, best, reach):
    """Contours of f around the `best` parameters, as far as `reach`."""
    parts.draw_line_loss(ax, f, best, reach)
    ax.annotate("least squares", best, (8, -14), textcoords="offset points", color="0.2")


def _draw_loss_axes(ax, lowest, first, steps):
    """A logarithmic axis from below the `lowest` loss to above the `first`."""
    ax.axhline(lowest, color="0.4", linestyle=":", label="least squares")
    parts.set_loss_axes(ax, steps, (0.8 * lowest, 4 * first))
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:,g}")
    ax.minorticks_off()
    ax.legend(loc="upper right")


def _draw_slowest(ax, eigenvalues, limit):
    """The largest |1 - ηλ| against η, with the best η and the limit; returns what gives them away."""
    eta = np.linspace(0, 1.2 * limit, 121)
    answer = ax.plot(eta, theory.slowest_factor(eta, 0, eigenvalues), color="0.5")
    ax.axhline(1, color="0.3", linestyle="--", linewidth=1)
    best = theory.best_lr(eigenvalues[0], eigenvalues[-1])
    for lr, name, height in ((best, "best", 1.34), (limit, "limit", 1.2)):
        answer.append(ax.axvline(lr, color="0.3", linestyle=":", linewidth=1))
        text = {"ha": "right", "xytext": (-4, 0), "textcoords": "offset points"}
        answer.append(ax.annotate(f"{name} {number(lr)}", (lr, height), **text))
    ax.set(xlim=(0, 1.2 * limit), ylim=(0, 1.45), xlabel="learning rate η")
    ax.set(ylabel="slowest factor")
    return answer
