"""A valley that turns: methods with one learning rate for each parameter notice it."""

import numpy as np

from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE
from course_lib.landscapes import quadratic
from course_lib.numbers import number
from course_lib.optim import Optimizer, adagrad, adam, descend, momentum, rmsprop, sgd
from course_lib.plots import figure, line_style
from course_lib.stage import Stage

CONDITION, STEPS, LAST = 100, 100, 10
START = 35  # degrees from the valley's floor to the start, at a distance of 1 from the minimum
LRS = np.geomspace(1e-3, 1, 61).reshape(-1, 1)  # tried for each rule
FLOOR = 1e-14  # losses below are drawn there
CROSS = {"marker": "X", "color": "0.3", "markersize": 11}
RING = {
    "marker": "o",
    "color": "none",
    "markeredgecolor": "black",
    "markeredgewidth": 2,
    "markersize": 12,
}
RULES = {
    "gradient descent": sgd,
    "momentum": momentum,
    "AdaGrad": adagrad,
    "RMSProp": rmsprop,
    "Adam": adam,
}
ALT = (
    "The path of a rule over the contours of a turned valley, its loss at each step, and the loss left "
    f"by five rules against the angle of the valley, the largest of the last {LAST} steps."
)
TURNED = Question(
    "The floor of a valley lies along an axis, and five rules get the η that is best for it. Now the "
    "valley is turned, and the start with it. Which rules still end at the same loss?",
    (
        "all five",
        "gradient descent and momentum",
        "AdaGrad, RMSProp and Adam",
        "none",
    ),
    "Drag the start around the minimum, then choose other rules. Last, give each angle its own best η: "
    "which rule recovers, and what does it have that AdaGrad and RMSProp lack?",
    right=1,
    why="Gradients turn with the valley, and these two only add up gradients, so their paths turn too. "
    "AdaGrad, RMSProp and Adam divide each coordinate by its own root, and in a turned valley both "
    "coordinates belong to the floor and to the walls.",
)


@explorer()
def rotate_the_valley():
    """The path of a rule in a turned valley | its loss | the loss left by all against the angle."""
    angle, rule, given = controls(
        Slider("angle in degrees", np.arange(0, 91, 3), start=0, digits=9),
        Choice("rule", [*RULES], start=2),
        Choice("η", ["best at 0°", "best at each angle"]),
    )
    H = np.stack([quadratic(CONDITION, degrees).hessian for degrees in angle.values])
    direction = np.deg2rad(angle.values + START)
    start = np.stack([np.cos(direction), np.sin(direction)], axis=-1)  # (31, 2)
    path, loss, left, lr = _best_of_rules(parts.bowl(H), start)
    fig, (plane, curve, chart) = _draw_axes()
    about = {"steps": STEPS, "question": TURNED, "still": {angle: 45}}
    stage = Stage("rotate-the-valley", fig, [angle, rule, given], alt=ALT, **about)
    ellipses = parts.level_curves(H, (0.2, 0.7, 1.5, 2.7, 4.1)).reshape(len(H), 1, 1, -1, 2)
    stage.line(plane, *np.unstack(ellipses, axis=-1), color="0.7", linewidth=0.8)
    stage.path(plane, path, ".-", linewidth=1.2, **BLUE)
    stage.point(plane, *np.unstack(start.reshape(-1, 1, 1, 2), axis=-1), drags=(angle,), **CROSS)
    stage.over_steps(curve, loss, ".-", linewidth=1.2, **BLUE)
    for k, (name, its_rule) in enumerate(RULES.items()):
        style = {"label": name, "markersize": 4} | line_style(its_rule.__name__)
        shown = np.maximum(left[:, [k]], FLOOR)
        stage.sweep(chart, angle, shown, head=None, after_prediction=True, **style)
    stage.point(chart, angle.axis, np.maximum(left, FLOOR), **RING)
    _say(stage, (plane, curve, chart), rule, lr, left)
    chart.legend(loc="lower center", fontsize=10)
    return stage


def _best_of_rules(f, start):
    """`_best_paths` of all rules: path, loss, left and η with an axis of the rules after the angles."""
    found = [_best_paths(f, start, rule) for rule in RULES.values()]
    path, loss, left, lr = zip(*found, strict=True)
    of_steps = (np.concatenate(part, axis=2) for part in (path, loss))
    return *of_steps, np.concatenate(left, axis=1), np.concatenate(lr, axis=1)


def _best_paths(f, start, rule):
    """What a rule does with the η that is best at 0°, and with that of each angle: path, loss, left, η.

    (STEPS + 1, angles, 1, 2 ways, 2), (STEPS + 1, angles, 1, 2), and twice (angles, 1, 2). Left is
    the largest of the LAST losses, so that no lucky moment of an oscillation counts.
    """
    path = descend(f, start, Optimizer(rule, lr=LRS), STEPS)  # (STEPS + 1, 61, angles, 2)
    with np.errstate(over="ignore"):  # of runs that diverge
        loss = f(path)[0] / f(start)[0]
    left = np.nan_to_num(loss[-LAST:], nan=np.inf).max(axis=0)
    best = left.argmin(axis=0)
    chosen = np.stack([np.full_like(best, best[0]), best], axis=-1).reshape(-1, 1, 2)
    which = chosen, np.arange(len(start)).reshape(-1, 1, 1)
    return path[:, *which], loss[:, *which], left[which], LRS[chosen, 0]


def _draw_axes():
    fig, (plane, curve, chart) = figure(1, 3, size=(9.9, 4))
    plane.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal", xlabel="θ1", ylabel="θ2")
    plane.plot(0, 0, "*", color="0.2", markersize=10)
    parts.set_loss_axes(curve, STEPS, (FLOOR, 10))
    curve.set(ylabel="share of the loss left")
    chart.set(xlim=(-3, 93), ylim=(FLOOR / 3, 10), yscale="log", xlabel="angle in degrees")
    chart.set(xticks=[0, 15, 30, 45, 60, 75, 90], ylabel="share of the loss left")
    parts.set_powers(chart.yaxis)
    return fig, (plane, curve, chart)


def _say(stage, panels, rule, lr, left):
    """The words of `rotate_the_valley` above its panels."""
    plane, curve, chart = panels
    names = [*RULES]
    stage.text(plane, lambda k, lr: f"{names[k]}, η = {number(lr)}", rule.axis, lr)
    stage.text(curve, lambda share: f"end: {_share(share)} left", left)
    for height, words, value in ((1.1, "at 0°", left[:1]), (1.02, "here", left)):
        about = {"at": (0, height), "after_prediction": True}
        stage.text(chart, _left_words(words), value, **about)


def _left_words(words):
    return lambda share: f"{words}: {_share(share)} left"


def _share(share):
    return f"at most {number(share)}" if share > FLOOR else "below 10⁻¹⁴"
