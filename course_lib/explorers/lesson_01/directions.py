"""How fast the error shrinks along each direction."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer
from course_lib.explorers.parts import BLUE, RED, against
from course_lib.numbers import apart, number
from course_lib.plots import figure
from course_lib.stage import Stage

SLOWEST = Question(
    "Which learning rate makes the slowest direction as fast as possible?",
    (
        "the largest below the limit",
        "the one that is best for λ_max alone, 1 / λ_max",
        "one in between",
    ),
    "Drag the triangle until the point is at the minimum: there two directions are "
    "equally slow. Then take all ten columns.",
    right=2,
    why="It is 2 / (λ_min + λ_max): with a larger one the steepest direction is the slowest.",
)


# The Hessian of the squared error on the ten columns of diabetes, standardised, and the intercept.
TEN_COLUMNS = (0.0183, 0.15, 0.874, 1.08, 1.18, 1.36, 1.81, 2.0, 2.47, 3.07, 7.99)


@explorer(np.array([0.5, 1.0, 3.0]))
def contraction(eigenvalues, all_ten=TEN_COLUMNS):
    """The factor |1 - ηλ| of each eigenvalue (n,) as a bar | the largest of them against η λ_max.

    Beside them the reader may choose those of a larger Hessian, all_ten (m,).
    """
    lr, chosen = controls(
        Slider("η λ_max", np.linspace(0.05, 2.3, 46), 0.65, digits=3),
        Choice("eigenvalues", [f"these {len(eigenvalues)}", "of all ten columns"]),
    )
    sets = [np.asarray(values) / values[-1] for values in (eigenvalues, all_ten)]  # λ / λ_max
    factors = [theory.convergence_factor(lr.values.reshape(-1, 1), share) for share in sets]
    slowest = np.stack([each.max(axis=-1) for each in factors], axis=-1)  # (46, 2)
    best = [theory.best_lr(share[0], 1) for share in sets]

    fig, bars, curve, limit = _draw_axes()
    alt = (
        "A bar for each eigenvalue with a dashed line at 1, and the slowest factor against η λ_max."
    )
    about = {"question": SLOWEST, "still": {lr: best[0]}}
    stage = Stage("contraction", fig, [lr, chosen], alt=alt, **about)
    stage.after_prediction(limit)
    for k, each in enumerate(factors):
        _add_bars(stage, bars, each, chosen.axis == k)
    _add_answer(stage, curve, sets, best)
    stage.point(curve, lr.axis, slowest, markersize=9, **BLUE)
    stage.point(curve, lr.axis, 0.05, "^", drags=(lr,), markersize=11, color="0.2")
    ends = [np.stack([each[:, end] for each in factors], axis=-1) for end in (0, -1)]
    stage.text(bars, lambda *ends: "factors {} to {}".format(*map(number, ends)), *ends)
    stage.text(curve, _patience, slowest)
    return stage


def _draw_axes():
    """The panels of `contraction`, and the line at the limit of η λ_max."""
    fig, (bars, curve) = figure(1, 2, size=(6.6, 3.6))
    bars.set(xlim=(0, 1), ylim=(0, 1.45), xticks=(), ylabel="factor |1 − η λ| in a step")
    bars.set(xlabel="directions, flattest to steepest")
    curve.set(xlim=(0, 2.4), ylim=(0, 1.45), xlabel="η λ_max", ylabel="slowest factor")
    for ax in (bars, curve):
        ax.axhline(1, color="0.3", linestyle="--", linewidth=1)
    return fig, bars, curve, curve.axvline(2, color="0.3", linestyle="--", linewidth=1)


def _add_bars(stage, ax, factors, chosen):
    """factors (η, n) as bars where they are chosen (2,), in another colour from 1 upwards."""
    n = factors.shape[-1]
    shown = np.where(chosen.reshape(-1, 1), factors.reshape(-1, 1, n), np.nan)
    at, width = (np.arange(n) + 0.5) / n, 0.6 / n
    stage.bars(ax, at, np.where(shown < 1, shown, np.nan), width=width, **BLUE)
    above = {"width": width, "edgecolor": "black", "linewidth": 2, **RED}
    stage.bars(ax, at, np.where(shown < 1, np.nan, shown), **above)


def _add_answer(stage, ax, sets, best):
    """The slowest factor against η λ_max for each of the sets, and the best η λ_max."""
    eta = np.linspace(0, 2.4, 121)
    curves = [theory.slowest_factor(eta, 0, share) for share in sets]
    stage.line(ax, eta, np.stack(curves), color="0.5", after_prediction=True)
    upright = {"color": "0.3", "linewidth": 1.5, "after_prediction": True}
    stage.line(ax, np.stack([best, best], axis=-1), [0, 1.45], ":", **upright)
    stage.text(
        ax, lambda lr: f"best {apart(lr, 2)[0]}", best, at=(0.03, 0.93), after_prediction=True
    )


def _patience(factor):
    """How many steps the slowest direction takes to a thousandth of its error, in words."""
    compared, end = against(factor, 1)
    if end != "converges":
        return f"factor {compared}: {end}"
    steps = number(int(theory.steps_needed(factor, 1e-3)))
    return f"1/1000 after {steps} steps"
