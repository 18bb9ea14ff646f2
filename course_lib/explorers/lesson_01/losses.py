"""What a wrong point does to a line, under three losses."""

import numpy as np

from course_lib import toys
from course_lib.controls import Question, Slider, controls
from course_lib.explorers import explorer
from course_lib.numbers import number
from course_lib.plots import figure, line_style
from course_lib.stage import Stage

SLIP = Question(
    "You drag the rightmost point far down. Which of the three lines follows it most?",
    ("that of the squared error", "that of the Huber loss", "that of the absolute error"),
    "Drag the ringed point down, then left: where does it turn the line, where does it shift it?",
    right=0,
    why="A residual r pulls with 2 r under the squared error, with at most 1 under the other two.",
)
LOSSES = {  # name: (δ of the Huber loss that it is, its derivative with respect to r)
    "squared error": (np.inf, lambda r: 2 * r),
    "Huber": (1.0, lambda r: np.clip(r, -1, 1)),
    "absolute error": (1e-6, np.sign),
}
DEEPEST = 12  # how far the point can be dragged down


@explorer()
def outliers(x=None, y=None):
    """Lines fitted to x (N,), y (N,) under three losses; the rightmost point is dragged | its pull.

    Without data: 30 points near a line.
    """
    x, y = _by_x(x, y)
    across, up = controls(
        Slider("x of the point", np.linspace(x[0], x[-1], 13), start=x[-1], digits=3),
        Slider("y of the point", np.linspace(y[-1] - DEEPEST, y[-1], 13), start=y[-1], digits=3),
    )
    X, Y = _with_moved_point(x, y, across.axis, up.axis)  # (13, 13, N)
    fig, plane, pull = _draw_axes(x, y)
    alt = "Points, one of which can be dragged, with three fitted lines; its pull on each of them."
    about = {"question": SLIP, "still": {up: y[-1] - DEEPEST}}
    stage = Stage("outliers", fig, [across, up], alt=alt, **about)
    stage.after_prediction(*pull.lines)
    pulls = []
    for k, (name, (delta, derivative)) in enumerate(LOSSES.items()):
        slope, intercept = fit_line(X, Y, delta)
        r = slope * across.axis + intercept - up.axis  # of the point, (13, 13)
        pulls.append(derivative(r))
        _add_line(stage, plane, k, name, slope, intercept)
        style = {"color": line_style("", k)["color"], "after_prediction": True}
        stage.point(pull, r, pulls[-1], line_style("", k)["marker"], markersize=9, **style)
    ring = {"markersize": 10, "mfc": "white", "color": "0.2", "mew": 2}
    stage.point(plane, across.axis, up.axis, drags=(across, up), **ring)
    stage.text(pull, _pulls, *pulls, after_prediction=True)
    plane.legend(loc="lower left")
    return stage


def _add_line(stage, ax, k, name, slope, intercept):
    """The k-th line from the left to the right end of the data, and its slope in words."""
    ends = stage.controls[0].values[[0, -1]]
    fitted = np.stack([slope * end + intercept for end in ends], axis=-1)
    style = {key: line_style("", k)[key] for key in ("color", "linestyle")}
    stage.line(ax, ends, fitted, label=name, **style)
    say = lambda slope: f"{name}: slope {number(slope)}"
    stage.text(ax, say, slope, at=(0.03, 0.93 - 0.09 * k))


def fit_line(x, y, delta, times=150):
    """Slope and intercept (...,) with the least Huber loss of x, y (..., N): weighted least squares,
    with weights that fall as 1 / |r| beyond δ. δ = ∞ is the squared error. (Huber, 1964)"""
    weights = np.ones_like(y)
    for _ in range(times if np.isfinite(delta) else 1):
        mean_x, mean_y = (np.average(v, axis=-1, weights=weights, keepdims=True) for v in (x, y))
        away = weights * (x - mean_x)
        slope = (away * (y - mean_y)).sum(-1, keepdims=True) / (away * x).sum(-1, keepdims=True)
        intercept = mean_y - slope * mean_x
        weights = 1 / np.maximum(np.abs(slope * x + intercept - y) / delta, 1)
    return slope[..., 0], intercept[..., 0]


def _by_x(x, y):
    """The points (N,), from left to right."""
    if x is None:
        data = toys.line(n=30, noise=0.3, seed=3).train
        x, y = data.X.ravel(), data.y
    order = np.argsort(x)
    return np.asarray(x)[order], np.asarray(y)[order]


def _with_moved_point(x, y, across, up):
    """The points with the last at every place: x and y (across, up, N)."""
    places = np.broadcast_arrays(across, up)
    columns = [[*rest[:-1], place] for rest, place in zip((x, y), places, strict=True)]
    return [np.stack(np.broadcast_arrays(*column), axis=-1) for column in columns]


def _draw_axes(x, y):
    """The points but the last and where this one belongs | the pull of a residual under each loss."""
    fig, (plane, pull) = figure(1, 2, size=(6.6, 3.8))
    plane.plot(x[:-1], y[:-1], "o", color="0.6", markersize=4)
    plane.plot(x[-1], y[-1], "+", color="0.4", markersize=9)
    plane.set(xlim=(x[0] - 0.3, x[-1] + 0.3), xlabel="x", ylabel="y")
    plane.set(ylim=(min(y.min(), y[-1] - DEEPEST) - 0.7, y.max() + 4))
    r = np.linspace(-1.2 * DEEPEST, 1.2 * DEEPEST, 301)
    for k, (_, derivative) in enumerate(LOSSES.values()):
        pull.plot(r, derivative(r), **line_style("", k) | {"marker": ""})
    pull.set(xlim=r[[0, -1]], ylim=(-2.4 * DEEPEST, 2.4 * DEEPEST))
    pull.set(xlabel="residual r of the point", ylabel="derivative of its loss")
    return fig, plane, pull


def _pulls(*pulls):
    return f"pulls {', '.join(number(abs(float(pull))) for pull in pulls)}"
