"""Lesson 2: stochastic gradient descent."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED, line_loss, with_ones
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import figure
from course_lib.schedules import inverse_time
from course_lib.stage import Stage

MEAN_AND_SPREAD = "the mean is {:.2f} long, single ones lie {:.2f} from it"
NEARER = Question(
    "The line comes ever closer to the best one. What becomes of the single examples' gradients?",
    ("all of them go to 0", "only their mean goes to 0", "they do not change"),
    "Move the distance to 0, then choose the other targets.",
)
BUDGET = Question(
    "Each of the two may look at 240 examples. Which is nearer to the lowest point then?",
    ("descent with all examples", "descent with one example a step", "both are equally near"),
    "Look at 'examples', then at 'steps'. Then find a learning rate and a decay that end lower.",
)
TENTH = Question(
    "The learning rate is made ten times smaller. The floor of the squared distance becomes ...",
    ("about a hundred times lower", "about ten times lower", "no lower: noise is noise"),
    "Compare two learning rates on the right; then look at the left for what the lower floor costs.",
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
    spread = np.sqrt(((g - mean) ** 2).sum(axis=-1).mean(axis=-1))

    fig, plane, arrows = _draw_cloud(line_loss(x, y), best, g[-1, 0])
    alt = (
        "Left, the place of the line over the contours of the loss. "
        "Right, an arrow from 0 for the gradient of each example, and a thick one for their mean."
    )
    stage = Stage("cloud", fig, [away, targets], alt=alt, question=NEARER)
    stage.point(plane, *np.unstack(theta, axis=-1), markersize=9, **BLUE)
    stage.line(arrows, *_from_zero(g), linewidth=0.7, color="0.6")
    stage.points(arrows, *np.unstack(g, axis=-1), markersize=4, color="0.35")
    stage.line(arrows, *_from_zero(mean), "--", linewidth=2.5, **RED)
    stage.points(arrows, *np.unstack(mean, axis=-1), marker="s", markersize=8, **RED)
    stage.text(plane, "loss {:.2f}", (r**2).mean(axis=-1))
    stage.text(arrows, MEAN_AND_SPREAD, np.linalg.norm(mean, axis=-1)[..., 0], spread)
    return stage


@explorer(*parts.example_line(30))
def budget(x, y, theta0=(-2.0, 3.0), steps=240):
    """A line fitted to x (N,), y (N,) by all examples a step (GD) and by one example a step (SGD).

    Both paths over the loss | how far the loss is above its lowest, against steps, epochs or examples.
    """
    N, f, best = len(x), line_loss(x, y), theory.least_squares(with_ones(x), y)
    lr, half, end = controls(
        Slider("learning rate η", np.geomspace(0.01, 1.1, 14), start=0.1),
        Slider("steps until η is halved", [5, 20, 80, 320, 1e9], 1e9, names={1e9: "never"}),
        Choice("up to", [f"{steps} steps", f"{steps // N} epochs", f"{steps} examples"], [1, N, N]),
    )
    gd = descend(f, theta0, Optimizer(sgd, lr=lr.axis), steps)  # (steps + 1, 14, 1, 1, 2)
    decaying = Optimizer(sgd, lr=inverse_time(lr.axis, half.axis))
    one = descend(_one_by_one(x, y), theta0, decaying, steps)  # (steps + 1, 14, 5, 1, 2)
    of_gd, of_one = (np.minimum(f(path)[0] - f(best)[0], 1e6) for path in (gd, one))

    fig, plane, curve = _draw_budget(f, best, theta0)
    alt = "Two paths over the contours of the loss, and how far each is above the lowest loss."
    stage = Stage("budget", fig, [lr, half, end], alt=alt, question=BUDGET)
    affordable = {"until": steps / end.axis, "markersize": 3, "linewidth": 1.2, **BLUE}
    stage.path(plane, one, linewidth=0.8, label="SGD", **RED)
    stage.path(plane, gd, "o--", label="GD", **affordable)
    stage.over_steps(curve, of_one, step=1 / steps, linewidth=0.8, **RED)
    stage.over_steps(curve, of_gd, "o--", step=end.axis / steps, **affordable)
    plane.legend(loc="lower left")
    gd_ends = np.where(end.axis == 1, of_gd[-1], of_gd[steps // N])
    stage.text(plane, _ending("GD, all examples a step,"), gd_ends)
    stage.text(curve, _ending("SGD, one example a step,"), of_one[-steps // 10 :].mean(axis=0))
    stage.text(curve, "0 to {}", end.options, at=(0.5, -0.12), ha="center")
    return stage


@explorer()
def floor(steps=400, runs=80, seed=1):
    """f(θ) = ½ θ² with a noisy gradient: one run of θ² | where θ² ends in the mean, against η."""
    lr, noise = controls(
        Slider("learning rate η", np.geomspace(0.01, 2.2, 25), start=0.1),
        Choice("gradient", ["noise s = 1", "noise s = 0.1", "no noise"], [1.0, 0.1, 0.0]),
    )
    theta0 = np.full((3, runs), 3.0)  # every run is a coordinate of its own
    bowl = _noisy_bowl(noise.axis, runs, seed)
    path = descend(bowl, theta0, Optimizer(sgd, lr=lr.axis), steps)  # (steps + 1, 25, 3, runs)
    square = np.minimum(path**2, 1e6)  # what diverges is far outside the frame
    run = square[::2, ..., 0]
    ends = square[-steps // 4 :].mean(axis=(0, -1))  # (25, 3)
    formula = theory.stationary_variance(lr.axis, 1.0, noise.axis)

    fig, (curve, against) = figure(1, 2, size=(9.6, 3.8))
    _draw_floor_axes(curve, against, steps)

    alt = (
        "Left, the squared distance of one run with the floor as a dashed line. Right, the mean "
        "squared distance at the end of many runs, as dots, and the formula as a line, against η."
    )
    stage = Stage("floor", fig, [lr, noise], alt=alt, question=TENTH)
    stage.over_steps(curve, run, step=2, linewidth=0.9, **BLUE)
    stage.line(curve, [0, steps], lambda step: formula, "--", linewidth=1.8, **RED)
    stage.sweep(against, lr, formula, "--", head=None, linewidth=1.5, **RED)
    stage.sweep(against, lr, ends, "o", head="D", markersize=4, **BLUE)
    stage.text(curve, _last, run[-1])
    stage.text(against, _floor, lr.axis, ends, formula)
    return stage


def _one_by_one(x, y, seed=3):
    """f(theta) whose every call takes one example, drawn at random, the same for all runs."""
    line, draw = parts.regression(1), np.random.default_rng(seed)

    def f(theta):
        i = draw.integers(len(x))
        return line(theta, x[i : i + 1].reshape(1, 1), y[i : i + 1])

    return f


def _noisy_bowl(s, runs, seed):
    """½ |θ|² with a gradient that is s times as noisy, the noise of the runs being shared by all s."""
    draw = np.random.default_rng(seed)

    def f(theta):
        return 0.5 * (theta**2).sum(axis=-1), theta + np.multiply.outer(s, draw.normal(size=runs))

    return f


def _from_zero(g):
    """Segments from 0 to the points g (..., N, 2) as one line, x and y (..., 3 N), nan between them."""
    line = np.stack([np.zeros_like(g), g, np.full_like(g, np.nan)], axis=-2)  # (..., N, 3, 2)
    return np.unstack(line.reshape(*g.shape[:-2], -1, 2), axis=-1)


def _draw_excess_loss(ax, f, best, reach):
    parts.draw_line_loss(ax, f, best, reach, count=11, above=f(best)[0])


def _draw_cloud(f, best, g):
    """The panels of `cloud`; the right one holds 0 and the gradients g (N, 2), with some room."""
    fig, (plane, arrows) = figure(1, 2, size=(9.6, 3.9))
    _draw_excess_loss(plane, f, best, reach=3.2)
    arrows.plot(0, 0, "+", color="0.2", markersize=10)
    low, high = np.minimum(g.min(axis=0), 0), np.maximum(g.max(axis=0), 0)
    room = 0.25 * (high - low) + 1
    (left, bottom), (right, top) = low - room, high + room
    arrows.set(xlim=(left, right), xlabel="gradient by the slope")
    arrows.set(ylim=(bottom, top), ylabel="gradient by the intercept")
    return fig, plane, arrows


def _draw_budget(f, best, theta0):
    """The panels of `budget`; the right one runs from none to all of a budget, which a text names."""
    fig, (plane, curve) = figure(1, 2, size=(9.6, 3.8))
    _draw_excess_loss(plane, f, best, reach=1.1 * np.abs(np.array(theta0) - best).max())
    curve.set(xlim=(-0.01, 1.01), ylim=(1e-4, 100), yscale="log")
    curve.set(ylabel="loss above its lowest", xlabel=" ")
    curve.set_xticks(np.linspace(0, 1, 6), [])
    return fig, plane, curve


def _draw_floor_axes(curve, against, steps):
    """The squared distance against steps, and against the learning rate with its limit."""
    for ax in (curve, against):
        ax.set(yscale="log", ylim=(1e-6, 100))
    curve.set(xlim=(0, steps), xlabel="step", ylabel="squared distance θ²")
    against.set(xscale="log", xlim=(0.008, 2.6), xlabel="learning rate η")
    against.set(ylabel="mean of θ² at the end")
    limit = theory.lr_limit(1.0)
    against.axvline(limit, color="0.3", linestyle="--", linewidth=1)
    against.annotate("limit 2", (limit, 40), (-4, 0), ha="right", textcoords="offset points")


def _ending(who):
    def say(above):
        if not above < 100:  # nan too
            return f"{who} diverges"
        return f"{who} arrives" if above < 1e-9 else f"{who} ends {above:.2g} above"

    return say


def _last(square):
    return f"θ² after the last step: {square:.1e}" if square < 100 else "θ² grows: it diverges"


def _floor(lr, ends, formula):
    if not np.isfinite(formula):
        return f"η = {lr:.2g} > 2: diverges"
    return f"mean of θ²: {ends:.2g}; formula: {formula:.2g}"
