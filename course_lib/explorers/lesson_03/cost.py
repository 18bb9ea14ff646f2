"""The best batch size for a deadline."""

import functools

import numpy as np

from course_lib import theory
from course_lib.controls import Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED
from course_lib.numbers import number
from course_lib.plots import figure
from course_lib.stage import Stage

CURVATURES, NOISE, THETA0 = (1.0, 0.1), 10.0, 10.0  # of the cost model, in each direction
SIZES, LRS = np.geomspace(1, 2**12, 37).round(), np.geomspace(1e-3, 1, 49)  # tried in it
LOSSES = (5e-4, 1e4)  # shown of it
ALT = "The loss at the deadline against the batch size, and the loss against time."
DEADLINE = Question(
    "A step takes as long as a + B examples. When the fixed cost a grows, the best batch size ...",
    ("shrinks", "stays as it is", "grows"),
    "Then change the deadline. How far does the best batch size move?",
    right=2,
    why="Each step costs a, so fewer steps with better gradients and a larger learning rate pay.",
)


@explorer()
def cost_model():
    """The loss at a deadline against B: a step takes a + B, and a batch has NOISE² / B."""
    fixed, deadline = controls(
        Slider("fixed cost a", np.geomspace(1, 300, 16), start=20),
        Slider("deadline T", np.geomspace(3e3, 1e6, 16), start=3e4),
    )
    a, T = fixed.axis, deadline.axis
    left = np.stack([_left(T, a, B, _best_lr(T, a, B)) for B in SIZES], axis=-1)  # (2, a, T, sizes)
    total = left.sum(axis=0)
    best, lowest = SIZES[total.argmin(axis=-1)], total.min(axis=-1)
    fig, chart, clock = _draw_cost_axes()
    about = {"alt": ALT, "question": DEADLINE, "still": {fixed: 300}}
    stage = Stage("cost-model", fig, [fixed, deadline], **about)
    stage.line(chart, SIZES, left[0], "--", color="0.5", label="distance left")
    stage.line(chart, SIZES, left[1], ":", label="noise", **BLUE)
    stage.line(chart, SIZES, total, "-", color="black", label="together")
    stage.point(chart, best, lowest, "*", markersize=15, label="best B", **RED)
    time = np.geomspace(10, T, 40, axis=-1)
    loss_with = lambda B: functools.partial(_loss, a=a, B=B, lr=_best_lr(T, a, B))
    stage.line(clock, time, loss_with(SIZES[0]), ":", color="0.4", label="B = 1")
    stage.line(clock, time, loss_with(best), "-", label="best B", **RED)
    stage.line(clock, time, loss_with(SIZES[-1]), "--", color="0.4", label="B = 4,096")
    stage.line(clock, *_upright(T), "-.", color="0.3", linewidth=1, label="deadline")
    stage.text(chart, _size_words, best, lowest)
    stage.text(clock, _time_words, T / (a + best), a / (a + best))
    for ax in (chart, clock):
        ax.legend(loc="upper center", ncols=2, fontsize=9)
    return stage


def _left(time, a, B, lr):
    """The two parts of the loss ½ Σ λ θ² at a time: the distance left, and the noise, (2, ...).

    The gradient of a batch has the variance NOISE² λ / B along the direction with curvature λ. Parts
    of a step count too, so that the curves are smooth.
    """
    steps, noise = time / (a + B), NOISE / np.sqrt(B)
    along = [theory.expected_loss(steps, lr, c, noise * np.sqrt(c), THETA0) for c in CURVATURES]
    return np.sum(along, axis=0)


def _loss(time, a, B, lr):
    return _left(time, a, B, lr).sum(axis=0)


def _best_lr(time, a, B):
    """The η with the least loss at a time, for time, a and B that broadcast to 2 axes.

    The best of LRS, then the vertex of the parabola through the logarithms of it and its neighbours.
    """
    loss = np.log(_loss(time, a, B, LRS.reshape(-1, 1, 1)))
    k = loss.argmin(axis=0, keepdims=True).clip(1, len(LRS) - 2)
    below, at, above = (np.take_along_axis(loss, k + d, axis=0)[0] for d in (-1, 0, 1))
    shift = (below - above) / (2 * (below - 2 * at + above))
    return LRS[k[0]] * (LRS[1] / LRS[0]) ** shift.clip(-1, 1)


def _draw_cost_axes():
    fig, (chart, clock) = figure(1, 2, size=(6.6, 3.8))
    frame = {"xscale": "log", "yscale": "log", "ylim": LOSSES}
    chart.set(**frame, xlim=(0.9, 5000), xlabel="batch size B", ylabel="loss at the deadline")
    clock.set(**frame, xlim=(8, 2e6), xlabel="time, in examples", ylabel="loss")
    for ax in (chart, clock):
        parts.set_plain_numbers(ax, "{x:,.0f}", "{x:,g}")
        ax.set_yticks([0.001, 0.01, 0.1, 1, 10, 100])
    clock.set_xticks([10, 1_000, 100_000])
    return fig, chart, clock


def _size_words(size, loss):
    return f"best B = {number(int(size))} leaves {number(loss)}"


def _time_words(steps, share):
    return f"{number(round(steps))} steps, {number(100 * share)} % fixed cost"


def _upright(x):
    """A line from below up to the legend at x (...): x and y (..., 2)."""
    return np.stack([x, x], axis=-1), (LOSSES[0], 200)
