"""The gradients of single examples, and their mean."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED, line_loss, with_ones
from course_lib.numbers import number
from course_lib.plots import figure
from course_lib.stage import Stage

NEARER = Question(
    "The line comes ever closer to the best one. What becomes of the single examples' gradients?",
    ("all of them go to 0", "only their mean goes to 0", "they do not change"),
    "Move the distance to 0, then choose the other targets.",
    right=1,
    why="At the best line the single gradients cancel, but none of them is 0, unless all targets lie "
    "on one line.",
)


@explorer(*parts.example_line(30))
def cloud(x, y):
    """Gradients of the squared error of a line, one for each example x (N,), y (N,), and their mean.

    The line stands at a distance from the best one: its place over the loss | the gradients there.
    """
    away, targets = controls(
        Slider("distance to the best line", np.linspace(0, 3, 31), start=3),
        Choice("targets", ["with noise", "on one line"]),
    )
    best = theory.least_squares(with_ones(x), y)
    theta = best + np.multiply.outer(away.axis, [-0.6, 0.8])  # (31, 1, 2)
    r = theta[..., :1] * x + theta[..., 1:] - [y, with_ones(x) @ best]  # (31, 2, N)
    g = 2 * np.stack([r * x, r], axis=-1)  # (31, 2, N, 2): the gradient of each r²
    mean = g.mean(axis=-2, keepdims=True)
    spread = np.sqrt(((g - mean) ** 2).sum(axis=-1).mean(axis=-1)).round(12)

    fig, plane, arrows = _draw_cloud(line_loss(x, y), best, g[-1, 0])
    alt = (
        "Left, the place of the line over the contours of the loss. "
        "Right, an arrow from 0 for the gradient of each example, and a thick one for their mean."
    )
    stage = Stage("cloud", fig, [away, targets], alt=alt, question=NEARER, still={away: 0})
    stage.point(plane, *np.unstack(theta, axis=-1), drags=(away,), markersize=9, **BLUE)
    stage.line(arrows, *_from_zero(g), linewidth=0.7, color="0.6")
    stage.points(arrows, *np.unstack(g, axis=-1), markersize=4, color="0.35")
    stage.line(arrows, *_from_zero(mean), "--", linewidth=2.5, **RED)
    stage.points(arrows, *np.unstack(mean, axis=-1), marker="s", markersize=8, **RED)
    stage.text(plane, lambda loss: f"loss {number(loss)}", (r**2).mean(axis=-1).round(12))
    stage.text(arrows, _lengths, np.linalg.norm(mean, axis=-1)[..., 0].round(12), spread)
    return stage


def _from_zero(g):
    """Segments from 0 to the points g (..., N, 2) as one line, x and y (..., 3 N), nan between them."""
    line = np.stack([np.zeros_like(g), g, np.full_like(g, np.nan)], axis=-2)  # (..., N, 3, 2)
    return np.unstack(line.reshape(*g.shape[:-2], -1, 2), axis=-1)


def _draw_cloud(f, best, g):
    """The panels of `cloud`; the right one holds 0 and the gradients g (N, 2), with some room."""
    fig, (plane, arrows) = figure(1, 2, size=(6.6, 3.6))
    parts.draw_excess_loss(plane, f, best, reach=3.2)
    arrows.plot(0, 0, "+", color="0.2", markersize=10)
    low, high = np.minimum(g.min(axis=0), 0), np.maximum(g.max(axis=0), 0)
    room = 0.25 * (high - low) + 1
    (left, bottom), (right, top) = low - room, high + room
    arrows.set(xlim=(left, right), xlabel="gradient by the slope")
    arrows.set(ylim=(bottom, top), ylabel="gradient by the intercept")
    return fig, plane, arrows


def _lengths(mean, spread):
    return f"mean {number(mean)} long, spread {number(spread)}"
