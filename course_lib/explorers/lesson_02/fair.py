"""GD and SGD with the same budget, of examples or of steps."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED, line_loss, with_ones
from course_lib.numbers import number
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import figure
from course_lib.schedules import inverse_time
from course_lib.stage import Stage

SEEDS = 5  # runs of SGD in `budget`
BUDGET = Question(
    "Each of the two may look at 240 examples. Which is nearer to the minimum then?",
    ("descent with all examples", "descent with one example a step", "both are equally near"),
    "Compare 'examples' with 'steps'. Then find a learning rate and a decay that end lower.",
    right=1,
    why="With 240 examples GD takes 8 steps, and SGD takes 240.",
)


@explorer(*parts.example_line(30))
def budget(x, y, theta0=(-2.0, 3.0), steps=240):
    """A line fitted to x (N,), y (N,) by all examples a step (GD) and by one example a step (SGD).

    A path of each over the loss | their excess loss against examples or steps, SGD with
    SEEDS orders of the examples and their median.
    """
    N, f, best = len(x), line_loss(x, y), theory.least_squares(with_ones(x), y)
    lr, half, count = controls(
        Slider("learning rate η", np.geomspace(0.01, 1.1, 14), start=0.1),
        Slider("steps until η is halved", [5, 20, 80, 320, 1e9], 1e9, names={1e9: "never"}),
        Choice("both may use", [f"{steps} examples", f"{steps} steps"], [N, 1]),
    )
    gd = descend(f, theta0, Optimizer(sgd, lr=lr.axis), steps)  # (steps + 1, 14, 1, 1, 2)
    decaying = Optimizer(sgd, lr=inverse_time(lr.axis, half.axis))
    one = np.stack([descend(_one_by_one(x, y, s), theta0, decaying, steps) for s in range(SEEDS)])
    of_gd, of_one = (np.minimum(f(path)[0] - f(best)[0], 1e6) for path in (gd, one[:, ::4]))

    fig, plane, curve = _draw_budget(f, best, theta0, steps)
    alt = "Two paths over the contours of the loss, and the excess loss of both methods."
    stage = Stage("budget", fig, [lr, half, count], alt=alt, question=BUDGET)
    affordable = {"until": steps / count.axis, "markersize": 3, "linewidth": 1.2, **BLUE}
    stage.path(plane, one[0], linewidth=0.8, label="SGD", **RED)
    stage.path(plane, gd, "o--", label="GD", **affordable)
    stage.line(curve, *_one_after_another(of_one, 4), ":", linewidth=0.9, alpha=0.6, **RED)
    median = np.median(of_one, axis=0)
    stage.over_steps(curve, median, step=4, **RED)
    stage.over_steps(curve, of_gd, "o--", step=count.axis, **affordable)
    gd_ends = np.where(count.axis == 1, of_gd[-1], of_gd[steps // N])
    _say_budget(stage, plane, curve, gd_ends, median[-6:].mean(axis=0))
    return stage


def _one_by_one(x, y, seed):
    """f(theta) whose every call takes one example, drawn at random, the same for all runs."""
    line, draw = parts.regression(1), np.random.default_rng(seed)

    def f(theta):
        i = draw.integers(len(x))
        return line(theta, x[i : i + 1].reshape(1, 1), y[i : i + 1])

    return f


def _say_budget(stage, plane, curve, of_gd, of_sgd):
    """The words of `budget`, both above the loss, and the legend."""
    stage.text(curve, _ending("GD"), of_gd, at=(0, 1.1))
    stage.text(curve, _ending("SGD, median"), of_sgd, at=(0, 1.02))
    stage.text(curve, "{} used", ["examples", "steps"], at=(0.5, -0.2), ha="center")
    plane.legend(loc="lower left", frameon=True, framealpha=0.9)


def _one_after_another(runs, step):
    """Curves (runs, steps, ...) as one line, x and y (..., runs * (steps + 1)), nan between them."""
    runs = np.concatenate([runs, np.full_like(runs[:, :1], np.nan)], axis=1)
    x = np.tile(np.arange(runs.shape[1]) * step, len(runs))
    return x, np.stack(list(runs.reshape(-1, *runs.shape[2:])), axis=-1)


def _draw_budget(f, best, theta0, steps):
    """The panels of `budget`; what is counted along the right one stands in a text of its own."""
    fig, (plane, curve) = figure(1, 2, size=(6.6, 3.6))
    parts.draw_excess_loss(plane, f, best, reach=1.1 * np.abs(np.array(theta0) - best).max())
    curve.set(xlim=(-0.01 * steps, 1.01 * steps), ylim=(1e-4, 100), yscale="log")
    curve.set(ylabel="excess loss", xlabel=" ")
    parts.set_powers(curve.yaxis)
    return fig, plane, curve


def _ending(who):
    def say(above):
        if not above < 100:  # nan too
            return f"{who}: diverges"
        return f"{who}: converged" if above < 1e-9 else f"{who}: excess {number(above)}"

    return say
