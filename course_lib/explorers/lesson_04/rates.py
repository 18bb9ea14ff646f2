"""The map of convergence factors over learning rate and momentum."""

import numpy as np

from course_lib import theory
from course_lib.controls import Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.lesson_04.valley import LEAST, MOST, THETA0, draw_valley
from course_lib.explorers.parts import BLUE, against
from course_lib.landscapes import quadratic
from course_lib.numbers import number
from course_lib.optim import (
    Optimizer,
    descend,
    momentum,
)
from course_lib.plots import figure
from course_lib.stage import Stage

FASTEST = Question(
    "Every point of the map is a pair of learning rate η and momentum β. Where is the fastest pair?",
    (
        "at the largest β that still converges",
        "at a middle β, with an η beyond the limit of gradient descent",
        "at a middle β, with an η below the limit of gradient descent",
    ),
    "Drag the point: up the left edge first, where β = 0; then look for the place where a "
    "step leaves the smallest share of the error.",
    right=1,
    why="At η = 0.11 and β = 0.44, the star, a step leaves two thirds of the error; the best η without "
    "momentum leaves twelve thirteenths.",
)


@explorer()
def rate_map(steps=40):
    """The convergence factor over (lr, beta), a point to move | its path in the valley | its loss."""
    lr, beta = controls(
        Slider("learning rate η", np.linspace(0.01, 0.165, 32), start=0.07, digits=3),
        Slider("momentum β", [0, 0.1, 0.2, 0.3, *np.linspace(0.35, 0.95, 13), 0.98], start=0),
    )
    valley = quadratic(MOST)
    path = descend(valley, THETA0, Optimizer(momentum, lr=lr.axis, beta=beta.axis), steps)
    loss, _ = valley(path)

    fig, (field, plane, curve) = figure(1, 3, size=(9.9, 4.2))
    answer = _draw_map(field)
    draw_valley(plane, valley)
    parts.set_loss_axes(curve, steps, (1e-12, 1e6))
    alt = (
        "The convergence factor over momentum and learning rate, the path in the valley, its loss."
    )
    about = {"steps": steps, "question": FASTEST, "still": {lr: 0.11, beta: 0.45}}
    stage = Stage("rate-map", fig, [lr, beta], alt=alt, **about)
    stage.after_prediction(*answer)
    dot = {"color": "white", "markeredgecolor": "black", "markeredgewidth": 2, "markersize": 11}
    stage.point(field, beta.axis, lr.axis, drags=(lr, beta), **dot)
    stage.path(plane, path, ".-", linewidth=1.2, **BLUE)
    stage.over_steps(curve, loss, ".-", **BLUE)
    stage.text(field, _verdict, _factor(lr.axis, beta.axis), at=(0, 1.1))
    stage.text(field, _patience, *_steps_to_thousandth(valley, lr, beta), at=(0, 1.02))
    for name, curvature, height in (("flat", LEAST, 1.1), ("steep", MOST, 1.02)):
        stage.text(plane, _motion(name, curvature), lr.axis, beta.axis, at=(0, height))
    stage.text(curve, _end_words, loss[-1])
    return stage


def _factor(lr, beta):
    return theory.slowest_factor(lr, beta, (LEAST, MOST))


def _draw_map(ax):
    """The convergence factor over β and η in steps of colour, the limit of η, and the best pair.

    Returns what gives the best pair away.
    """
    beta, lr = np.meshgrid(np.linspace(0, 1, 151), np.linspace(0, 0.17, 151))
    levels = [0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1]
    filled = ax.contourf(beta, lr, _factor(lr, beta), levels, cmap="viridis", extend="min")
    label = {"label": "share of the error left by a step", "location": "bottom"}
    ax.figure.colorbar(filled, ax=ax, ticks=levels[1::2], **label)
    beta = np.array([0, 1])
    ax.plot(beta, theory.lr_limit(MOST, beta), "--", color="0.2", linewidth=1.5)
    ax.annotate("diverges", (0.06, 0.135), color="0.2")
    lr, beta = theory.heavy_ball_pair(LEAST, MOST)
    star = ax.plot(beta, lr, "*", color="white", markeredgecolor="black", markersize=15)
    ax.set(xlim=(-0.03, 1), ylim=(0, 0.17), xlabel="momentum β", ylabel="learning rate η")
    ax.grid(False)
    return [filled, *star]


def _steps_to_thousandth(valley, lr, beta, most=1000):
    """The steps after which the distance to 0 stays below a thousandth, by the path; the factor."""
    path = descend(valley, THETA0, Optimizer(momentum, lr=lr.axis, beta=beta.axis), most)
    away = np.linalg.norm(path, axis=-1)  # (most + 1, 32, 18)
    above = ~(away < 1e-3 * away[0])
    return most + 1 - above[::-1].argmax(axis=0), _factor(lr.axis, beta.axis)


def _verdict(factor):
    compared, end = against(factor, 1)
    return f"factor {compared}: {end}"


def _patience(steps, factor, most=1000):
    if against(factor, 1)[1] != "converges":
        return "it never shrinks to 1/1000"
    return f"1/1000 left after {f'{number(most)}+' if steps > most else number(steps)} steps"


def _motion(name, curvature):
    """How heavy ball moves along a direction, in words."""
    return lambda lr, beta: f"{name} direction: {_kind(lr * curvature, beta)}"


def _kind(eta_lambda, beta):
    roots = theory.heavy_ball_roots(eta_lambda, beta)
    if np.abs(roots).max() > 1:
        return "diverges"
    if roots.imag.any():
        return "oscillates"
    return "overdamped" if roots.real.max() > 0 else "alternates"


def _end_words(loss):
    """The last loss in words; nan is that of a path that diverged."""
    return f"ends at loss {number(loss)}" if loss < 1e6 else "diverges"
