"""A bowl on which heavy ball never converges."""

import numpy as np

from course_lib import theory
from course_lib.controls import Question, Slider
from course_lib.explorers import explorer
from course_lib.explorers.lesson_04.valley import LEAST, MOST
from course_lib.landscapes import lessard_recht_packard
from course_lib.numbers import number
from course_lib.optim import (
    Optimizer,
    descend,
    momentum,
    nesterov,
    sgd,
)
from course_lib.plots import figure, line_style
from course_lib.stage import Stage

ROLLING = Question(
    "The curvature of this bowl changes from place to place. Heavy ball gets the pair that is best for "
    "quadratic bowls with these curvatures. Does it converge?",
    ("yes, faster than the others", "yes, slower than the others", "it depends on where it starts"),
    "Press play; then drag the start, the cross on the bowl, to other places, 3.3 among them.",
    right=2,
    why="From most starts it converges, from some it cycles between three points: the pair is the best "
    "for quadratic bowls, and this one is not quadratic.",
)


@explorer()
def cycle(steps=45):
    """Heavy ball, Nesterov and gradient descent on an uneven bowl: where they are | their paths."""
    theta0 = Slider("start", np.arange(-40, 41) / 10, start=2.5)
    f = lessard_recht_packard
    fig, (bowl, way) = figure(1, 2, size=(6.6, 3.6))
    _draw_bowl(bowl, f)
    way.set(xlim=(-1, steps + 1), ylim=(-5, 6), xlabel="step", ylabel="x")
    way.axhline(0, color="0.4", linewidth=1)
    alt = "The positions of three rules on a bowl, and their paths, step by step."
    about = {"steps": steps, "question": ROLLING, "still": {theta0: 3.3}}
    stage = Stage("cycle", fig, [theta0], alt=alt, **about)
    start = np.stack([theta0.axis], axis=-1)
    walks = {}
    for name, optimizer, size in _three_rules():
        path = descend(f, start, optimizer, steps)  # (steps + 1, 81, 1)
        x = walks[name] = path[..., 0]
        style = line_style(optimizer.rule.__name__)
        ball = {"markersize": size, "mfc": "none", "mew": 2, "color": style["color"]}
        stage.point(bowl, x, f(path)[0], style["marker"], **ball)
        thin = {"linewidth": 1.2, "markersize": 4} | style
        stage.over_steps(way, x, head=style["marker"], label=name, **thin)
    stage.point(bowl, theta0.axis, f(start)[0], "X", drags=(theta0,), markersize=9, color="0.3")
    way.legend(loc="upper right")
    _say_places(stage, bowl, way, walks)
    return stage


def _three_rules():
    """Each rule with its usual settings: name, optimizer, and the size of its ball on the bowl.

    The sizes differ, so that three balls in one place lie inside each other.
    """
    plain = Optimizer(sgd, lr=theory.best_lr(LEAST, MOST))
    lr, beta = theory.heavy_ball_pair(LEAST, MOST)
    heavy = Optimizer(momentum, lr=lr, beta=beta)
    lr, beta = theory.nesterov_pair(LEAST, MOST)
    ahead = Optimizer(nesterov, lr=lr, beta=beta)
    return (
        ("gradient descent", plain, 17),
        ("heavy ball", heavy, 11),
        ("Nesterov", ahead, 5),
    )


def _draw_bowl(ax, f):
    x = np.linspace(-4.4, 4.4, 201)
    ax.plot(x, f(np.stack([x], axis=-1))[0], color="0.5")
    for kink in (1, 2):
        ax.axvline(kink, color="0.6", linestyle=":", linewidth=1)
    ax.set(xlim=(-4.4, 4.4), ylim=(-12, 240), xlabel="x", ylabel="loss")


def _say_places(stage, bowl, way, walks):
    """The words of `cycle`: where the balls are, and which of them have converged, at each step."""
    for k, (name, x) in enumerate(walks.items()):
        stage.text(bowl, _place(name), x.round(9), at=(0.1, 0.93 - 0.09 * k))
    here = [np.abs(x) < 0.05 for x in walks.values()]
    cycles = np.abs(walks["heavy ball"][-10:]).max(axis=0) > 0.1
    stage.text(way, _near_0, stage.steps, *here, cycles)


def _place(name):
    return lambda x: f"{name}: {number(x)}"


def _near_0(step, plain, heavy, nesterov, cycles):
    """Which are at 0 at a step, in words; heavy ball may cross 0 in a cycle that never ends."""
    if cycles and step >= 20:
        return "heavy ball cycles indefinitely"
    names = {"gradient descent": plain, "heavy ball": heavy and not cycles, "Nesterov": nesterov}
    there = [name for name, is_there in names.items() if is_there]
    return f"≈ 0: {'all three' if len(there) == 3 else ', '.join(there) or 'none'}"
