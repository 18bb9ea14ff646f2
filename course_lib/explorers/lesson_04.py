"""Lesson 4: momentum. The map of rates, three conventions of one rule, a bowl with a cycle."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED, number, outcome
from course_lib.landscapes import lessard_recht_packard, quadratic
from course_lib.optim import (
    Optimizer,
    convert_lr,
    descend,
    ema_momentum,
    momentum,
    nesterov,
    sgd,
    velocity_momentum,
)
from course_lib.plots import DASHES, contours, figure
from course_lib.stage import Stage

LEAST, MOST = 1.0, 25.0  # the curvatures of the valley in the first two explorers
THETA0 = (-8.0, 1.6)
WINDOW = (-10, 10, -3.2, 3.2)

FASTEST = Question(
    "Every point of the map is a pair of learning rate η and momentum β. Where is the quickest pair?",
    (
        "at the largest β that still converges",
        "at a middle β, with an η beyond the limit of plain descent",
        "at a middle β, with an η below the limit of plain descent",
    ),
    "Go up the left edge first, where β = 0; then look for the darkest place.",
)
SAME_NUMBERS = Question(
    "With β = 0 the three conventions walk the same path. What happens when all get β = 0.9?",
    ("they still agree", "two agree, the third goes its own way", "all three differ"),
    "Set β to 0.9, then move η up until some of them diverge. Last, give the mean η / (1 − β).",
)
ROLLING = Question(
    "This bowl bends differently at different places. Heavy ball gets the pair that is best for every "
    "quadratic bowl of these curvatures. Does it arrive?",
    ("yes, and first", "yes, but last", "it depends on where it starts"),
    "Press play; then try other starts, 3.3 among them.",
)


@explorer()
def rate_map(steps=40):
    """The rate over (lr, beta) with a point to move | its path in the valley | its loss."""
    lr, beta = controls(
        Slider("learning rate η", np.linspace(0.01, 0.165, 32), start=0.07, digits=3),
        Slider("momentum β", [0, 0.1, 0.2, 0.3, *np.linspace(0.35, 0.95, 13), 0.98], start=0),
    )
    valley = quadratic(MOST)
    path = descend(valley, THETA0, Optimizer(momentum, lr=lr.axis, beta=beta.axis), steps)
    loss, _ = valley(path)

    fig, (field, plane, curve) = figure(1, 3, size=(11.4, 3.9), width_ratios=(1.15, 1.05, 1))
    _draw_map(field)
    _draw_valley(plane, valley)
    parts.set_loss_axes(curve, steps, (1e-12, 1e6))
    alt = "A map of the rate over momentum and learning rate, the path in the valley, and its loss."
    stage = Stage("rate-map", fig, [lr, beta], steps=steps, alt=alt, question=FASTEST)
    dot = {"color": "white", "markeredgecolor": "black", "markeredgewidth": 2, "markersize": 11}
    stage.point(field, beta.axis, lr.axis, **dot)
    stage.path(plane, path, ".-", linewidth=1.2, **BLUE)
    stage.over_steps(curve, loss, ".-", **BLUE)
    stage.text(field, _patience, _rate(lr.axis, beta.axis))
    stage.text(plane, _motion, lr.axis, beta.axis)
    stage.text(curve, lambda loss: f"after {steps} steps: {_in_words(loss)}", loss[-1])
    return stage


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
    alt = (
        "Paths of heavy ball in three conventions over the contours of a valley, and their losses."
    )
    stage = Stage("conventions", fig, [lr, beta, given], alt=alt, question=SAME_NUMBERS)
    for name, rule, its_lr, style in (
        ("sum", momentum, lr.axis, {"linestyle": "-", "linewidth": 1.4, **BLUE}),
        ("velocity", velocity_momentum, lr.axis, {"linestyle": "", "marker": "x", "ms": 5, **BLUE}),
        ("mean", ema_momentum, for_mean, {"linestyle": DASHES["dashed"], "linewidth": 2.4, **RED}),
    ):
        path = descend(valley, THETA0, Optimizer(rule, lr=its_lr, beta=beta.axis), steps)
        stage.path(plane, path, returns=False, **style)
        stage.over_steps(curve, valley(path)[0], label=name, **style)
    curve.legend(loc="upper right")
    stage.text(plane, _verdict("sum, velocity: η λ_max"), lr.axis * MOST, beta.axis)
    as_sum = convert_lr(for_mean, beta.axis, "ema", "sum")
    stage.text(curve, _verdict("mean: (1 − β) η λ_max"), as_sum * MOST, beta.axis)
    return stage


@explorer()
def cycle(steps=45):
    """Heavy ball, Nesterov and plain descent on an uneven bowl: where they are | the way."""
    theta0 = Slider("start", np.arange(-40, 41) / 10, start=2.5)
    f = lessard_recht_packard
    fig, (bowl, way) = figure(1, 2, size=(10.4, 4), width_ratios=(1, 1.5))
    _draw_bowl(bowl, f)
    way.set(xlim=(-1, steps + 1), ylim=(-5, 6), xlabel="step", ylabel="x")
    way.axhline(0, color="0.4", linewidth=1)
    alt = "Three balls on a bowl, and where each of them has been, step by step."
    stage = Stage("cycle", fig, [theta0], steps=steps, alt=alt, question=ROLLING)
    walks = {}
    for name, optimizer, (style, ball, head), colour in _three_rules():
        path = descend(f, np.stack([theta0.axis], axis=-1), optimizer, steps)  # (steps + 1, 81, 1)
        x = walks[name] = path[..., 0]
        stage.point(bowl, x, f(path)[0], ball, markersize=10, mfc="none", mew=2, **colour)
        thin = {"linewidth": 1.2, "markersize": 4, **colour}
        stage.over_steps(way, x, style, head=head, label=name, **thin)
    way.legend(loc="upper right", ncols=3)
    places = "plain {:z.2f}, heavy {:z.2f}, Nesterov {:z.2f}"
    stage.text(bowl, places, *walks.values(), fontsize=10)
    stage.text(way, _ending, np.abs(walks["heavy ball"][-10:]).max(axis=0))
    return stage


def _three_rules():
    """Each rule with its usual settings: name, optimizer, (line, ball on the bowl, head), colour."""
    plain = Optimizer(sgd, lr=theory.best_lr(LEAST, MOST))
    lr, beta = theory.heavy_ball_pair(LEAST, MOST)
    heavy = Optimizer(momentum, lr=lr, beta=beta)
    lr, beta = theory.nesterov_pair(LEAST, MOST)
    ahead = Optimizer(nesterov, lr=lr, beta=beta)
    return (
        ("plain descent", plain, ("s:", "s", "P"), {"color": "black"}),
        ("heavy ball", heavy, ("^-", "^", "o"), BLUE),
        ("Nesterov", ahead, (">--", ">", "*"), RED),
    )


def _rate(lr, beta):
    return theory.slowest_factor(lr, beta, (LEAST, MOST))


def _draw_valley(ax, valley):
    contours(valley, WINDOW, levels=10, ax=ax)
    ax.plot(0, 0, "*", color="0.2", markersize=10)


def _draw_valley_and_loss(valley, steps):
    fig, (plane, curve) = figure(1, 2, size=(10.4, 4))
    _draw_valley(plane, valley)
    parts.set_loss_axes(curve, steps, (1e-8, 1e6))
    return fig, plane, curve


def _draw_map(ax):
    """The rate over β and η in steps of colour, the limit of η, and the best pair."""
    beta, lr = np.meshgrid(np.linspace(0, 1, 151), np.linspace(0, 0.17, 151))
    levels = [0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1]
    filled = ax.contourf(beta, lr, _rate(lr, beta), levels, cmap="viridis", extend="min")
    ax.figure.colorbar(filled, ax=ax, label="share of the error left by a step")
    beta = np.array([0, 1])
    ax.plot(beta, theory.lr_limit(MOST, beta), "--", color="0.2", linewidth=1.5)
    ax.annotate("diverges", (0.06, 0.135), color="0.2")
    lr, beta = theory.heavy_ball_pair(LEAST, MOST)
    ax.plot(beta, lr, "*", color="white", markeredgecolor="black", markersize=15)
    ax.set(xlim=(-0.03, 1), ylim=(0, 0.17), xlabel="momentum β", ylabel="learning rate η")
    ax.grid(False)


def _draw_bowl(ax, f):
    x = np.linspace(-4.4, 4.4, 201)
    ax.plot(x, f(np.stack([x], axis=-1))[0], color="0.5")
    for kink in (1, 2):
        ax.axvline(kink, color="0.6", linestyle=":", linewidth=1)
    ax.set(xlim=(-4.4, 4.4), ylim=(-12, 240), xlabel="x", ylabel="loss")


def _patience(rate):
    sign, end = outcome(rate, 1)
    if sign != "<":
        return f"rate {number(rate)}: {end}"
    return f"rate {rate:.3f}: a thousandth in {theory.steps_needed(rate, 1e-3):,.0f}"


def _motion(lr, beta):
    """How heavy ball moves along the flat and the steep direction, in words."""
    return f"flat {_kind(lr * LEAST, beta)}, steep {_kind(lr * MOST, beta)}"


def _kind(eta_lambda, beta):
    roots = theory.heavy_ball_roots(eta_lambda, beta)
    if np.abs(roots).max() > 1:
        return "diverges"
    if roots.imag.any():
        return "swings"
    return "creeps" if roots.real.max() > 0 else "jumps"


def _verdict(name):
    def say(s, beta):
        limit = theory.lr_limit(1, beta)
        sign, end = outcome(s, limit)
        return f"{name} = {s:.2f} {sign} {limit:.2f}: {end}"

    return say


def _ending(largest):
    return "all three arrive at 0" if largest < 0.1 else "heavy ball cycles for ever"


def _in_words(loss):
    """A loss in words; nan is that of a path that diverged."""
    return f"loss {loss:.1e}" if loss < 1e6 else "diverged"
