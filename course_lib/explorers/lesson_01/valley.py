"""The valley of a line for units of the data."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE
from course_lib.numbers import number
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import figure
from course_lib.stage import Stage

STRETCH = Question(
    "The same data in a unit ten times as small: the numbers x grow tenfold. The valley ...",
    ("stays as it is", "becomes rounder", "becomes narrower", "rounder or narrower: it depends"),
    "Look for the unit that makes the contours roundest.",
    right=3,
    why="Counted from the mean, the valley is round when the numbers x have standard deviation 1. "
    "Smaller numbers make it rounder as they grow, larger numbers make it narrower.",
)


@explorer(*parts.example_line())
def units(x, y, steps=30):
    """The valley of a line fitted to x (N,), y (N,), for a unit of x and a place it counts from.

    The contours and the path, with the best η, are drawn around the minimum | the loss.
    """
    unit, origin = controls(
        Slider("unit of x, in standard deviations", np.geomspace(0.2, 5, 29), start=0.4),
        Choice("x counts from", ["the mean", "the smallest", "0"], [x.mean(), x.min(), 0.0]),
    )
    H = _line_hessian((x.mean() - origin.axis) / (unit.axis * x.std()), 1 / unit.axis**2)
    least, most = np.unstack(np.linalg.eigvalsh(H), axis=-1)  # (29, 3)
    lr, f = theory.best_lr(least, most), parts.bowl(H)
    path = descend(f, (-1.0, 1.0), Optimizer(sgd, lr=lr), steps)

    fig, (valley, curve) = figure(1, 2, size=(6.6, 3.4))
    valley.set(xlim=(-2, 2), ylim=(-1.6, 1.6), xlabel="slope − best slope", aspect="equal")
    valley.set(ylabel="intercept − best intercept")
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


def _line_hessian(mean, variance):
    """H = 2 [[mean of x², mean], [mean, 1]] (..., 2, 2) of the squared error of a line on data x."""
    square, mean = np.broadcast_arrays(variance + mean**2, mean)
    rows = [np.stack(row, axis=-1) for row in ((square, mean), (mean, np.ones_like(mean)))]
    return 2 * np.stack(rows, axis=-2)
