"""GD and SGD with the same budget, of gradient evaluations or of steps."""

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
OF_SGD = {"after_prediction": True, **RED}
OF_GD = {"markersize": 3, "linewidth": 1.2, "after_prediction": True, **BLUE}
BUDGET = Question(
    "Each method may compute 240 gradients of single examples. Which has the smaller loss then?",
    ("GD, all examples a step", "SGD, one example a step", "both about the same"),
    "Compare '240 evaluations' with '240 steps'. Then find a learning rate and a decay with which "
    "SGD ends lower.",
    right=1,
    why="With 240 evaluations GD takes 8 steps, and SGD takes 240.",
)


@explorer(*parts.example_line(30))
def budget(x, y, theta0=(-2.0, 3.0), steps=240):
    """A line fitted to x (N,), y (N,) by all examples a step (GD) and by one example a step (SGD).

    A path of each over the loss | their excess loss against evaluations or steps, SGD for SEEDS seeds.
    """
    N, f, best = len(x), line_loss(x, y), theory.least_squares(with_ones(x), y)
    lr, half, count = controls(
        Slider("learning rate η", np.geomspace(0.01, 1.1, 14), start=0.1),
        Slider(
            "steps until the η of SGD is halved", [5, 20, 80, 320, 1e9], 1e9, names={1e9: "never"}
        ),
        Choice("both may use", [f"{steps} evaluations", f"{steps} steps"], [N, 1]),
    )
    gd = descend(f, theta0, Optimizer(sgd, lr=lr.axis), steps)  # (steps + 1, 14, 1, 1, 2)
    decaying = Optimizer(sgd, lr=inverse_time(lr.axis, half.axis))
    one = _sgd_paths(x, y, theta0, decaying, steps)  # (SEEDS, steps + 1, 14, 5, 1, 2)
    of_gd, of_one = (np.minimum(f(path)[0] - f(best)[0], 1e6) for path in (gd, one[:, ::4]))

    fig, plane, curve = _draw_budget(f, best, theta0, steps)
    alt = "Two paths over the contours of the loss, and the excess loss of both methods."
    stage = Stage("budget", fig, [lr, half, count], alt=alt, question=BUDGET)
    stage.path(plane, one[0], linewidth=0.8, label="SGD", **OF_SGD)
    stage.path(plane, gd, "o--", label="GD", until=steps / count.axis, **OF_GD)
    stage.line(curve, *_one_after_another(of_one, 4), ":", linewidth=0.8, **OF_SGD)
    median = np.median(of_one, axis=0)
    stage.over_steps(curve, median, step=4, linewidth=2.2, **OF_SGD)
    stage.over_steps(curve, of_gd, "o--", until=steps / count.axis, step=count.axis, **OF_GD)
    gd_ends = np.where(count.axis == 1, of_gd[-1], of_gd[steps // N])
    _say_budget(stage, plane, curve, gd_ends, median[-6:].mean(axis=0))
    return stage


def _sgd_paths(x, y, theta0, optimizer, steps):
    """The paths of SGD with SEEDS orders of the examples, (SEEDS, steps + 1, ..., 2)."""
    line = parts.regression(1)
    orders = [line.one_by_one(x.reshape(-1, 1), y, seed=seed) for seed in range(SEEDS)]
    return np.stack([descend(order, theta0, optimizer, steps) for order in orders])


def _say_budget(stage, plane, curve, of_gd, of_sgd):
    """The words of `budget` over the panel of the losses, and the legend over that of the paths."""
    stage.text(curve, _ending("GD"), of_gd, at=(0, 1.1), after_prediction=True)
    said = _ending(f"SGD, median of {SEEDS}")
    stage.text(curve, said, of_sgd, at=(0, 1.02), after_prediction=True)
    stage.text(curve, "{}", ["gradient evaluations", "steps"], at=(0.5, -0.2), ha="center")
    plane.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)


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
        return f"{who}: converged" if above < 1e-9 else f"{who}: {number(above)}"

    return say
