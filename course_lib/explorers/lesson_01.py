"""Lesson 1: linear regression by gradient descent."""

import numpy as np
from matplotlib.ticker import LogLocator

from course_lib.controls import Question, Slider
from course_lib.explorers import number
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import COLOURS, figure
from course_lib.stage import Stage

QUESTION = Question(
    "This learning rate works. What happens when it keeps growing?",
    ("learning only gets faster", "faster, then to and fro, then it diverges", "it gets slower"),
    "Move the learning rate past η λ_max = 1, and then past 2.",
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
    stage = Stage("three-panels", fig, [lr], steps=steps, alt=alt, question=QUESTION)
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
