"""A line fitted by gradient descent."""

import functools

import numpy as np
from matplotlib.ticker import LogLocator

from course_lib import theory
from course_lib.controls import Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, outcome, with_ones
from course_lib.numbers import number
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import figure
from course_lib.stage import Stage

GROWING = Question(
    "This learning rate works. What happens when it keeps growing?",
    (
        "learning only gets faster",
        "faster, then back and forth, then it diverges",
        "it gets slower",
    ),
    "Move the learning rate from small to large. Then drag the start, the open circle.",
    right=1,
    why="Above some η each step jumps across the valley. Above twice that η it ends higher than it "
    "began. Part 2 computes both.",
)


@explorer(*parts.example_line())
def three_panels(x, y, theta0=(-1.0, 1.0), steps=30, x_label="x", y_label="y"):
    """A line fitted to x (N,), y (N,): the data | the loss over (slope, intercept) | the loss."""
    f, best = parts.line_loss(x, y), theory.least_squares(with_ones(x), y)
    most = np.linalg.eigvalsh(theory.squared_error_hessian(with_ones(x)))[-1]
    reach = 1.4 * np.abs(theta0 - best).max()
    lr, *start = controls(
        Slider("learning rate η", np.geomspace(0.02, 2.5, 14) / most, start=0.37 / most),
        *_start_sliders(best, theta0, reach),
    )
    theta0 = np.stack(np.broadcast_arrays(start[0].axis, start[1].axis), axis=-1)
    path = descend(f, theta0, Optimizer(sgd, lr=lr.axis), steps)  # (steps + 1, 14, 6, 6, 2)
    loss, (slope, intercept) = f(path)[0], np.unstack(path, axis=-1)

    fig, (data, plane, curve) = figure(1, 3, size=(10.1, 3.6))
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


def verdict(eta_lambda):
    """What gradient descent does at η times the largest curvature, in words."""
    end = outcome(eta_lambda, 2)[1]
    if end == "diverges":
        return end
    return f"{'oscillates' if eta_lambda > 1 else 'stays on one side'}, {end}"


def _line_words(bottom, top):
    def say(low, high):
        return "the line" if low < top and high > bottom else "the line has left the picture"

    return say


def _start_sliders(best, theta0, reach):
    """A slider for each parameter of the line at the start, six places around the `best`."""
    places = [np.linspace(centre - 0.9 * reach, centre + 0.9 * reach, 6) for centre in best]
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
    ax.tick_params(labelsize=11)
    ax.legend(loc="upper right")
