"""The noise floor: how low the mean loss of a noisy descent gets."""

import numpy as np
from matplotlib.ticker import NullLocator

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED
from course_lib.numbers import number
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import figure
from course_lib.stage import Stage

TENTH = Question(
    "The noise s becomes ten times smaller, at the same learning rate. The noise floor becomes ...",
    ("about ten times lower", "about a hundred times lower", "no lower, but you reach it sooner"),
    "Compare two learning rates on the right; then look at the left for what the lower floor costs.",
    right=1,
    why="The floor is η s² / (2 (2 − η)): in proportion to s², and for small η in proportion to η.",
)


@explorer()
def floor(steps=400, runs=80, seed=1):
    """f(θ) = ½ θ² with a noisy gradient: the loss of a run | the mean loss at the end, against η."""
    lr, noise = controls(
        Slider("learning rate η", np.geomspace(0.01, 2.2, 25), start=0.1),
        Choice("gradient", ["noise s = 1", "noise s = 0.1", "no noise"], [1.0, 0.1, 0.0]),
    )
    theta0 = np.full((3, runs), 3.0)  # every run is a coordinate of its own
    bowl = _noisy_bowl(noise.axis, runs, seed)
    path = descend(bowl, theta0, Optimizer(sgd, lr=lr.axis), steps)  # (steps + 1, 25, 3, runs)
    loss = np.minimum(path**2 / 2, 1e6)  # what diverges is far outside the frame
    run = loss[::2, ..., 0]
    ends = loss[-steps // 4 :].mean(axis=(0, -1))  # (25, 3)
    formula = theory.stationary_variance(lr.axis, 1.0, noise.axis) / 2

    fig, curve, against = _draw_floor_axes(steps)
    alt = "Left, the loss of one run and its expected value; right, the mean loss at the end."
    stage = Stage("floor", fig, [lr, noise], alt=alt, question=TENTH, still={lr: 0.02})
    stage.over_steps(curve, run, step=2, linewidth=0.9, **BLUE)
    expected = _expected_loss(np.arange(0, steps + 1, 4).reshape(-1, 1, 1), lr.axis, noise.axis)
    stage.over_steps(curve, expected, "--", step=4, linewidth=1.8, **RED)
    dashed, dots = {"linewidth": 1.5, **RED}, {"markersize": 4, **BLUE}
    stage.sweep(against, lr, formula, "--", head=None, after_prediction=True, **dashed)
    stage.sweep(against, lr, ends, "o", head=None, after_prediction=True, **dots)
    stage.point(against, lr.axis, ends, "D", markersize=10, **BLUE)
    stage.text(curve, _last, run[-1])
    stage.text(against, _mean, ends, at=(0, 1.1))
    stage.text(against, _floor, lr.axis, formula, at=(0, 1.02))
    return stage


def _noisy_bowl(s, runs, seed):
    """½ |θ|² with a gradient that is s times as noisy, the noise of the runs being shared by all s."""
    draw = np.random.default_rng(seed)

    def f(theta):
        return 0.5 * (theta**2).sum(axis=-1), theta + np.multiply.outer(s, draw.normal(size=runs))

    return f


def _expected_loss(step, lr, s):
    """The mean of ½ θ² after so many steps from 3, where this does not diverge."""
    with np.errstate(over="ignore", invalid="ignore"):
        return sum(theory.expected_loss(step, lr, 1.0, s, 3.0))


def _draw_floor_axes(steps):
    """The loss against steps, and against the learning rate with its limit."""
    fig, (curve, against) = figure(1, 2, size=(6.6, 3.6))
    for ax in (curve, against):
        ax.set(yscale="log", ylim=(1e-6, 100))
        parts.set_powers(ax.yaxis)
    curve.set(xlim=(0, steps), xlabel="step", ylabel="loss ½ θ²")
    against.set(xscale="log", xlim=(0.008, 2.6), xlabel="learning rate η")
    against.xaxis.set(major_formatter="{x:g}", minor_locator=NullLocator())
    against.set(ylabel="mean loss at the end")
    limit = theory.lr_limit(1.0)
    against.axvline(limit, color="0.3", linestyle="--", linewidth=1)
    against.annotate("limit 2", (limit, 40), (-4, 0), ha="right", textcoords="offset points")
    return fig, curve, against


def _small(loss):
    return "less than 10⁻¹²" if loss < 1e-12 else number(loss)


def _last(loss):
    return f"last loss: {_small(loss)}" if loss < 50 else "the loss grows"


def _mean(loss):
    return f"80 runs: {_small(loss)}" if loss < 50 else "the mean loss grows"


def _floor(lr, formula):
    if not np.isfinite(formula):
        return f"η = {number(lr)} > 2: diverges"
    if formula == 0:
        return "no noise, no floor"
    return f"formula: {number(formula)}"
