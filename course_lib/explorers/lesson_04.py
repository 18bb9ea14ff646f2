"""Lesson 4: momentum. The map of rates, three conventions of one rule, a bowl with a cycle."""

import numpy as np

from course_lib.controls import Choice, Question, Slider
from course_lib.explorers import number
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
from course_lib.plots import COLOURS, DASHES, contours, figure
from course_lib.stage import Stage

LEAST, MOST = 1.0, 25.0  # the curvatures of the valley in the first two explorers
START = (-8.0, 1.6)
WINDOW = (-10, 10, -3.2, 3.2)
BLUE, RED = {"color": COLOURS["blue"]}, {"color": COLOURS["red"]}

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


def spectral_radius(eta_lambda, beta):
    """The share of the error that a heavy-ball step leaves in the long run, for η λ and β.

    It is the larger |r| of the two roots of r² - (1 + β - ηλ) r + β = 0; arrays broadcast.
    """
    half = (1 + beta - eta_lambda) / 2
    return np.maximum(*(np.abs(half + s * np.emath.sqrt(half**2 - beta)) for s in (1, -1)))


def rate(lr, beta, curvatures=(LEAST, MOST)):
    """The spectral radius of the slowest of the curvatures, for lr and beta that broadcast."""
    return np.maximum.reduce([spectral_radius(lr * c, beta) for c in curvatures])


def best_pair(least=LEAST, most=MOST):
    """The lr and beta for which heavy ball is quickest on curvatures from least to most."""
    low, high = np.sqrt(least), np.sqrt(most)
    return 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2


def rate_map(steps=40):
    """The rate over (lr, beta) with a point to move | its path in the valley | its loss."""
    lr = Slider("learning rate η", np.linspace(0.01, 0.165, 32), start=0.07, digits=3)
    beta = Slider("momentum β", [0, 0.1, 0.2, 0.3, *np.linspace(0.35, 0.95, 13), 0.98], start=0)
    eta, memory = lr.values[:, None], beta.values
    valley = quadratic(MOST)
    path = descend(valley, START, Optimizer(momentum, lr=eta, beta=memory), steps)
    loss, _ = valley(path)

    fig, (field, plane, curve) = figure(1, 3, size=(11.4, 3.9), width_ratios=(1.15, 1.05, 1))
    _draw_map(field)
    _draw_valley(plane, valley)
    curve.set(xlim=(-1, steps + 1), ylim=(1e-12, 1e6), yscale="log", xlabel="step", ylabel="loss")
    alt = "A map of the rate over momentum and learning rate, the path in the valley, and its loss."
    stage = Stage("rate-map", fig, [lr, beta], steps=steps, alt=alt, question=FASTEST)
    dot = {"color": "white", "markeredgecolor": "black", "markeredgewidth": 2, "markersize": 11}
    stage.points(field, memory[:, None], eta[..., None], **dot)
    stage.trail(plane, path[..., 0], path[..., 1], ".-", linewidth=1.2, **BLUE)
    stage.trail(curve, stage.steps, loss, ".-", **BLUE)
    stage.text(field, _patience, rate(eta, memory))
    stage.text(plane, _motion, eta, memory)
    stage.text(curve, f"after {steps} steps: {{}}".format, _in_words(loss[-1]))
    return stage


def conventions(steps=50):
    """Sum, velocity and mean convention with the same lr and beta: paths in the valley | losses."""
    lr = Slider("learning rate η", np.geomspace(0.005, 1.6, 20), start=0.05)
    beta = Slider("momentum β", [0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95], start=0)
    given = Choice("the mean gets", ["the same η", "η / (1 − β)"])
    eta, memory = lr.values[:, None, None], beta.values[:, None]
    for_mean = np.concatenate([eta + 0 * memory, convert_lr(eta, memory, "sum", "ema")], axis=-1)
    valley = quadratic(MOST)

    fig, (plane, curve) = figure(1, 2, size=(10.4, 4))
    _draw_valley(plane, valley)
    curve.set(xlim=(-1, steps + 1), ylim=(1e-8, 1e6), yscale="log", xlabel="step", ylabel="loss")
    alt = (
        "Paths of heavy ball in three conventions over the contours of a valley, and their losses."
    )
    stage = Stage("conventions", fig, [lr, beta, given], alt=alt, question=SAME_NUMBERS)
    for name, rule, its_lr, look in (
        ("sum", momentum, eta, {"linestyle": "-", "linewidth": 1.4, **BLUE}),
        ("velocity", velocity_momentum, eta, {"linestyle": "", "marker": "x", "ms": 5, **BLUE}),
        ("mean", ema_momentum, for_mean, {"linestyle": DASHES["dashed"], "linewidth": 2.4, **RED}),
    ):
        path = descend(valley, START, Optimizer(rule, lr=its_lr, beta=memory), steps)
        x, y = np.moveaxis(_until_it_leaves(path), (-1, 0), (0, -1))
        stage.line(plane, x, y, **look)
        loss = np.moveaxis(valley(path)[0], 0, -1)
        stage.line(curve, np.arange(steps + 1), loss, label=name, **look)
    curve.legend(loc="upper right")
    stage.text(plane, _verdict("sum, velocity: η λ_max"), eta * MOST, memory)
    as_sum = convert_lr(for_mean, memory, "ema", "sum")
    stage.text(curve, _verdict("mean: (1 − β) η λ_max"), as_sum * MOST, memory)
    return stage


def cycle(steps=45):
    """Heavy ball, Nesterov and plain descent on an uneven bowl: where they are | the way."""
    start = Slider("start", np.arange(-40, 41) / 10, start=2.5)
    f, root = lessard_recht_packard, np.sqrt(MOST)
    lr, beta = best_pair()

    fig, (bowl, way) = figure(1, 2, size=(10.4, 4), width_ratios=(1, 1.5))
    _draw_bowl(bowl, f)
    way.set(xlim=(-1, steps + 1), ylim=(-5, 6), xlabel="step", ylabel="x")
    way.axhline(0, color="0.4", linewidth=1)
    alt = "Three balls on a bowl, and where each of them has been, step by step."
    stage = Stage("cycle", fig, [start], steps=steps, alt=alt, question=ROLLING)
    walks = []
    for name, optimizer, (style, ball, dot), colour in (
        ("plain descent", Optimizer(sgd, lr=2 / (LEAST + MOST)), ("s:", "s", "P"), "black"),
        ("heavy ball", Optimizer(momentum, lr=lr, beta=beta), ("^-", "^", "o"), "blue"),
        (
            "Nesterov",
            Optimizer(nesterov, lr=1 / MOST, beta=(root - 1) / (root + 1)),
            (">--", ">", "*"),
            "red",
        ),
    ):
        walk = descend(f, start.values[:, None], optimizer, steps)  # (steps + 1, 81, 1)
        look = {"color": COLOURS[colour], "linewidth": 1.2, "markersize": 4}
        stage.points(
            bowl,
            walk,
            f(walk)[0][..., None],
            ball,
            markersize=10,
            color=COLOURS[colour],
            mfc="none",
            mew=2,
        )
        stage.trail(way, stage.steps, walk[..., 0], style, head=dot, label=name, **look)
        walks.append(walk[..., 0])
    way.legend(loc="upper right", ncols=3)
    stage.text(bowl, "plain {:z.2f}, heavy {:z.2f}, Nesterov {:z.2f}", *walks, fontsize=10)
    stage.text(way, _ending, np.abs(walks[1][-10:]).max(axis=0))
    return stage


def _until_it_leaves(path):
    """The path (steps + 1, ..., 2) up to the first point far outside the window, then nan."""
    far = (np.abs(path) > 1.4 * np.abs(WINDOW[1::2])).any(axis=-1)
    gone = np.cumsum(far, axis=0) > 1  # one point outside, so that the line reaches the border
    return np.where(gone[..., None], np.nan, path)


def _draw_valley(ax, valley):
    contours(valley, WINDOW, levels=10, ax=ax)
    ax.plot(0, 0, "*", color="0.2", markersize=10)


def _draw_map(ax):
    """The rate over β and η in steps of colour, the limit of η, and the best pair."""
    beta, lr = np.linspace(0, 1, 151), np.linspace(0, 0.17, 151)[:, None]
    shown = rate(lr, beta)
    levels = [0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1]
    filled = ax.contourf(beta, lr[:, 0], shown, levels, cmap="viridis", extend="min")
    ax.figure.colorbar(filled, ax=ax, label="share of the error left by a step")
    ax.plot(beta, 2 * (1 + beta) / MOST, "--", color="0.2", linewidth=1.5)
    ax.annotate("diverges", (0.06, 0.135), color="0.2")
    lr, beta = best_pair()
    ax.plot(beta, lr, "*", color="white", markeredgecolor="black", markersize=15)
    ax.set(xlim=(-0.03, 1), ylim=(0, 0.17), xlabel="momentum β", ylabel="learning rate η")
    ax.grid(False)


def _draw_bowl(ax, f):
    x = np.linspace(-4.4, 4.4, 201)
    ax.plot(x, f(x[:, None])[0], color="0.5")
    for kink in (1, 2):
        ax.axvline(kink, color="0.6", linestyle=":", linewidth=1)
    ax.set(xlim=(-4.4, 4.4), ylim=(-12, 240), xlabel="x", ylabel="loss")


def _patience(rate):
    if rate > 1 - 1e-9:
        return f"rate {number(rate)}: {'diverges' if rate > 1 + 1e-9 else 'never settles'}"
    steps = np.ceil(np.log(1e-3) / np.log(rate))
    return f"rate {rate:.3f}: a thousandth in {steps:,.0f}"


def _motion(lr, beta):
    """How heavy ball moves along the flat and the steep direction, in words."""
    return f"flat {_kind(lr * LEAST, beta)}, steep {_kind(lr * MOST, beta)}"


def _kind(eta_lambda, beta):
    if spectral_radius(eta_lambda, beta) > 1:
        return "diverges"
    if (1 + beta - eta_lambda) ** 2 < 4 * beta:
        return "swings"
    return "creeps" if eta_lambda < 1 + beta else "jumps"


def _verdict(name):
    def say(s, beta):
        limit = 2 * (1 + beta)
        sign, end = ("<", "settles") if s < limit else (">", "diverges")
        return f"{name} = {s:.2f} {sign} {limit:.2f}: {end}"

    return say


def _ending(largest):
    return "all three arrive at 0" if largest < 0.1 else "heavy ball cycles for ever"


def _in_words(loss):
    """Each loss of an array in words, for a text; nan is a path that diverged."""
    return np.vectorize(lambda v: "diverged" if not v < 1e6 else f"loss {v:.1e}", otypes=[object])(
        loss
    )
