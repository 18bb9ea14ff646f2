"""The gradients of single examples, and their mean."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED, line_loss, with_ones
from course_lib.numbers import number
from course_lib.plots import COLOURS, figure
from course_lib.stage import Stage

ONE = {"color": COLOURS["purple"]}  # the example that stands out
NEARER = Question(
    "The line comes ever closer to the best one. What becomes of the single examples' gradients?",
    ("all of them go to 0", "only their mean goes to 0", "they do not change"),
    "Drag the point over the contours to the star, then choose the other targets. Which "
    "example has the longest arrow, and why?",
    right=1,
    why="At the best line the single gradients cancel, but none of them is 0, unless all targets lie "
    "on one line.",
)


@explorer(*parts.example_line(30))
def cloud(x, y):
    """Gradients of the squared error of a line, one for each example x (N,), y (N,), and their mean.

    The line at a distance from the best one, and the examples | its place over the loss | the gradients
    there. One example stands out, with its residual and its gradient.
    """
    x, y = x[np.argsort(x)], y[np.argsort(x)]
    away, targets, example = controls(
        Slider("distance to the best line", np.linspace(0, 3, 31), start=3),
        Choice("targets", ["with noise", "on one line"]),
        Slider("example, from the left", range(1, len(x) + 1), start=len(x), digits=9),
    )
    best = theory.least_squares(with_ones(x), y)
    theta = best + np.multiply.outer(away.axis, [-0.6, 0.8])  # (31, 1, 1, 2)
    y = np.stack([y, with_ones(x) @ best]).reshape(2, 1, -1)  # (2, 1, N)
    r = theta[..., :1] * x + theta[..., 1:] - y  # (31, 2, 1, N)
    g = 2 * np.stack([r * x, r], axis=-1)  # (31, 2, 1, N, 2): the gradient of each r²

    fig, line, plane, arrows = _draw_cloud(x, y, best, g[-1, 0, 0])
    alt = (
        "Left, a line and the examples. Middle, the place of the line over the contours of the loss. "
        "Right, an arrow from 0 for the gradient of each example, and a thick one for their mean."
    )
    about = {"question": NEARER, "still": {away: 0}}
    stage = Stage("cloud", fig, [away, targets, example], alt=alt, **about)
    _add_line(stage, line, x, y, theta)
    stage.point(plane, *np.unstack(theta, axis=-1), drags=(away,), markersize=9, **BLUE)
    _add_arrows(stage, arrows, g)
    stage.text(plane, lambda loss: f"loss {number(loss)}", (r**2).mean(axis=-1).round(12))
    return stage


def _add_line(stage, ax, x, y, theta):
    """The line θ, the examples x (N,), y (2, 1, N), and one of them with its residual."""
    slope, intercept = np.unstack(theta, axis=-1)
    ends = np.array([x[0], x[-1]])
    stage.line(ax, ends, theta[..., :1] * ends + theta[..., 1:], **BLUE)
    stage.points(ax, x, y, markersize=4, color="0.5")
    fitted, y = slope * x + intercept, y.reshape(2, -1)  # each has the examples as its last axis
    upright = np.stack(np.broadcast_arrays(fitted.reshape(-1, 1, len(x)), y), axis=-1)
    stage.line(ax, np.stack([x, x], axis=-1), upright, "-.", linewidth=2, **ONE)
    stage.point(ax, x, y, "D", markersize=8, **ONE)
    residual = (fitted.reshape(-1, 1, len(x)) - y).round(12)
    stage.text(ax, lambda r: f"diamond: residual {number(r)}", residual)


def _add_arrows(stage, ax, g):
    """The gradients g (31, 2, 1, N, 2) as arrows, that of one example, and their mean."""
    stage.line(ax, *_from_zero(g), linewidth=0.7, color="0.6")
    stage.points(ax, *np.unstack(g, axis=-1), markersize=4, color="0.35")
    mean = g.mean(axis=-2, keepdims=True)
    stage.line(ax, *_from_zero(mean), "--", linewidth=2.5, **RED)
    stage.points(ax, *np.unstack(mean, axis=-1), marker="s", markersize=8, **RED)
    one = g.squeeze(axis=2)  # (31, 2, N, 2): the examples are an axis of controls now
    stage.line(ax, *_from_zero(one.reshape(*one.shape[:3], 1, 2)), "-.", linewidth=2.5, **ONE)
    stage.point(ax, *np.unstack(one, axis=-1), "D", markersize=8, **ONE)
    spread = np.sqrt(((g - mean) ** 2).sum(axis=-1).mean(axis=-1)).round(12)
    lengths = np.linalg.norm(mean, axis=-1).squeeze(axis=-1).round(12)
    stage.text(ax, _lengths, lengths, spread)


def _from_zero(g):
    """Segments from 0 to the points g (..., N, 2) as one line, x and y (..., 3 N), nan between them."""
    line = np.stack([np.zeros_like(g), g, np.full_like(g, np.nan)], axis=-2)  # (..., N, 3, 2)
    return np.unstack(line.reshape(*g.shape[:-2], -1, 2), axis=-1)


def _draw_cloud(x, y, best, g):
    """The panels of `cloud`; the right one holds 0 and the gradients g (N, 2), with some room."""
    fig, (line, plane, arrows) = figure(1, 3, size=(9.9, 3.6))
    room = 0.1 * np.ptp(x)
    line.set(xlim=(x[0] - room, x[-1] + room), xlabel="x", ylabel="y")
    line.set(ylim=(y.min() - 1.5, y.max() + 2.5))
    parts.draw_excess_loss(plane, line_loss(x, y[0, 0]), best, reach=3.2)
    arrows.plot(0, 0, "+", color="0.2", markersize=10)
    low, high = np.minimum(g.min(axis=0), 0), np.maximum(g.max(axis=0), 0)
    room = 0.25 * (high - low) + 1
    (left, bottom), (right, top) = low - room, high + room
    arrows.set(xlim=(left, right), xlabel="∂/∂ slope")
    arrows.set(ylim=(bottom, top), ylabel="∂/∂ intercept")
    return fig, line, plane, arrows


def _lengths(mean, spread):
    return f"mean {number(mean)} long, spread {number(spread)}"
