"""Three conventions of one rule."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.lesson_04.valley import MOST, THETA0, draw_valley
from course_lib.explorers.parts import against
from course_lib.landscapes import quadratic
from course_lib.optim import (
    Optimizer,
    convert_lr,
    descend,
    ema_momentum,
    momentum,
    velocity_momentum,
)
from course_lib.plots import DASHES, figure, line_style
from course_lib.stage import Stage

SAME_NUMBERS = Question(
    "With β = 0 the three conventions take the same path. What happens when all get β = 0.9?",
    ("they still agree", "two agree, the third differs", "all three differ"),
    "Set β to 0.9, then move η up until some of them diverge. Last, give the mean η / (1 − β).",
    right=1,
    why="The mean takes 1 − β of each gradient, so with the same η its steps are much shorter.",
)


@explorer()
def conventions(steps=50):
    """Sum, velocity and mean convention with the same lr and beta: paths in the valley | losses."""
    lr, beta, given = controls(
        Slider("learning rate η", np.geomspace(0.005, 1.6, 20), start=0.05),
        Slider("momentum β", [0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95], start=0),
        Choice("the mean gets", ["the same η", "η / (1 − β)"]),
    )
    converted = convert_lr(lr.axis, beta.axis, "sum", "ema")
    for_mean = np.where(given.axis == 0, lr.axis, converted)
    valley = quadratic(MOST)

    fig, plane, curve = _draw_valley_and_loss(valley, steps)
    alt = "Paths of heavy ball in three conventions over contours of a valley, and their losses."
    about = {"question": SAME_NUMBERS, "still": {lr: 0.19, beta: 0.9}}
    stage = Stage("conventions", fig, [lr, beta, given], alt=alt, **about)
    for name, rule, its_lr, style in (
        ("sum", momentum, lr.axis, {"linestyle": "-", "linewidth": 1.4}),
        ("velocity", velocity_momentum, lr.axis, {"linestyle": "", "marker": "x", "ms": 5}),
        ("mean", ema_momentum, for_mean, {"linestyle": DASHES["dashed"], "linewidth": 2.4}),
    ):
        style["color"] = line_style(rule.__name__)["color"]
        path = descend(valley, THETA0, Optimizer(rule, lr=its_lr, beta=beta.axis), steps)
        stage.path(plane, path, returns=False, **style)
        stage.over_steps(curve, valley(path)[0], label=name, **style)
    curve.legend(loc="upper right", frameon=True, framealpha=0.9)
    as_sum = convert_lr(for_mean, beta.axis, "ema", "sum")
    stage.text(curve, _verdict("sum"), lr.axis * MOST, beta.axis, at=(0, 1.1))
    stage.text(curve, _verdict("mean"), as_sum * MOST, beta.axis, at=(0, 1.02))
    return stage


def _draw_valley_and_loss(valley, steps):
    fig, (plane, curve) = figure(1, 2, size=(6.75, 3.8))
    draw_valley(plane, valley)
    parts.set_loss_axes(curve, steps, (1e-8, 1e6))
    curve.text(0, 1.18, "η λ_max of sum and velocity:", transform=curve.transAxes)
    return fig, plane, curve


def _verdict(name):
    def say(s, beta):
        compared, end = against(s, theory.lr_limit(1, beta))
        return f"{name}: {compared}, {end}"

    return say
