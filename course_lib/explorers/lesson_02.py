"""Lesson 2: stochastic gradient descent."""

import numpy as np

from course_lib.controls import Choice, Question, Slider
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import COLOURS, figure
from course_lib.schedules import inverse_time
from course_lib.stage import Stage

BLUE, RED = {"color": COLOURS["blue"]}, {"color": COLOURS["red"]}
LINE = Objective(MLP(1, 1), squared_error)
NEARER = Question(
    "The line comes ever closer to the best one. What becomes of the single examples' gradients?",
    ("all of them go to 0", "only their mean goes to 0", "they do not change"),
    "Move the distance to 0, then choose the other targets.",
)
BUDGET = Question(
    "Each of the two may look at 240 examples. Which is nearer to the lowest point then?",
    ("descent with all examples", "descent with one example a step", "both are equally near"),
    "Look at 'examples', then at 'steps'. Then find a learning rate and a decay that end lower.",
)
TENTH = Question(
    "The learning rate is made ten times smaller. The floor of the squared distance becomes ...",
    ("about a hundred times lower", "about ten times lower", "no lower: noise is noise"),
    "Compare two learning rates on the right; then look at the left for what the lower floor costs.",
)


def cloud(x, y):
    """Gradients of the squared error of a line, one for each example x (N,), y (N,), and their mean.

    The line stands at a distance from the best one: its place over the loss | the gradients there.
    """
    away = Slider("distance to the best line", np.linspace(0, 3, 31), start=3)
    targets = Choice("targets", ["with noise", "on one line"])
    best = _best(x, y)
    y = np.stack([y, best[0] * x + best[1]])  # (2, N); both have the same best line
    theta = best + away.values[:, None] * np.array([-0.6, 0.8])  # (31, 2)
    loss, g = _each(theta[:, None, None], x, y)  # (31, 2, N), (31, 2, N, 2)
    mean = g.mean(axis=-2)

    fig, (surface, arrows) = figure(1, 2, size=(9.6, 3.9))
    _draw_surface(surface, x, y[0], best, reach=3.2)
    arrows.plot(0, 0, "+", color="0.2", markersize=10)
    arrows.set(xlabel="gradient by the slope", ylabel="gradient by the intercept")
    _frame(arrows, g[-1, 0])

    alt = (
        "Left, the place of the line over the contours of the loss. "
        "Right, an arrow from 0 for the gradient of each example, and a thick one for their mean."
    )
    stage = Stage("cloud", fig, [away, targets], alt=alt, question=NEARER)
    stage.points(surface, theta[:, None, 0:1], theta[:, None, 1:2], markersize=9, **BLUE)
    stage.line(arrows, *_from_zero(g), linewidth=0.7, color="0.6")
    stage.points(arrows, g[..., 0], g[..., 1], markersize=4, color="0.35")
    stage.line(arrows, *_from_zero(mean[..., None, :]), "--", linewidth=2.5, **RED)
    stage.points(arrows, mean[..., 0:1], mean[..., 1:2], marker="s", markersize=8, **RED)
    stage.text(surface, "loss {:.2f}", loss.mean(axis=-1))
    spread = np.sqrt(((g - mean[..., None, :]) ** 2).sum(axis=-1).mean(axis=-1))
    stage.text(arrows, _spread, np.linalg.norm(mean, axis=-1), spread)
    return stage


def budget(x, y, start=(-2.0, 3.0), steps=240):
    """A line fitted to x (N,), y (N,) by all examples a step (GD) and by one example a step (SGD).

    Both paths over the loss | how far the loss is above its lowest, against steps, epochs or examples.
    """
    N, best = len(x), _best(x, y)
    lr = Slider("learning rate η", np.geomspace(0.01, 1.1, 14), start=0.1)
    half = Slider("steps until η is halved", [5, 20, 80, 320, 1e9], start=1e9)
    half.options[-1] = "never"
    axis = Choice("up to", [f"{steps} steps", f"{steps // N} epochs", f"{steps} examples"])
    f = LINE.on(x[:, None], y)
    all_at_once = descend(f, start, Optimizer(sgd, lr=lr.values), steps)  # (steps + 1, 14, 2)
    rates = inverse_time(lr.values[:, None], half.values)
    one_by_one = descend(_one_by_one(x, y), start, Optimizer(sgd, lr=rates), steps)
    above = [np.minimum(f(path)[0] - f(best)[0], 1e6) for path in (all_at_once, one_by_one)]
    done = np.arange(steps + 1) / steps
    seen = np.stack([done, done * N, done * N])  # GD's share of the budget, (3, 241)

    fig, (surface, curve) = figure(1, 2, size=(9.6, 3.8))
    _draw_surface(surface, x, y, best, reach=1.1 * np.abs(np.array(start) - best).max())
    _draw_share_of_budget(curve)

    alt = "Two paths over the contours of the loss, and how far each is above the lowest loss."
    stage = Stage("budget", fig, [lr, half, axis], alt=alt, question=BUDGET)
    x_path, y_path = np.moveaxis(one_by_one, (0, -1), (-1, 0))[:, :, :, None]
    stage.line(surface, x_path, y_path, linewidth=0.8, label="SGD", **RED)
    inside = np.where(seen <= 1, 0, np.nan)
    a, c = np.moveaxis(all_at_once, (0, -1), (-1, 0))[:, :, None, None]
    stage.line(surface, a + inside, c, "o--", markersize=3, linewidth=1.2, label="GD", **BLUE)
    stage.line(curve, done, above[1].transpose(1, 2, 0)[:, :, None], linewidth=0.8, **RED)
    y_gd = above[0].T[:, None, None]
    stage.line(curve, seen, y_gd + inside, "o--", markersize=3, linewidth=1.2, **BLUE)
    surface.legend(loc="lower left")
    at_end = np.stack([above[0][-1], *[above[0][steps // N]] * 2], axis=-1)[:, None]
    stage.text(surface, lambda v: _ending("GD, all examples a step,", v), at_end)
    of_sgd = above[1][-steps // 10 :].mean(axis=0)[..., None]
    stage.text(curve, lambda v: _ending("SGD, one example a step,", v), of_sgd)
    words = np.arange(3)
    stage.text(curve, lambda k: f"0 to {axis.options[k]}", words, at=(0.5, -0.12), ha="center")
    return stage


def floor(steps=400, runs=80, seed=1):
    """f(θ) = ½ θ² with a noisy gradient: one run of θ² | where θ² ends in the mean, against η."""
    lr = Slider("learning rate η", np.geomspace(0.01, 2.2, 25), start=0.1)
    noise = Choice("gradient", ["noise s = 1", "noise s = 0.1", "no noise"])
    s = np.array([1.0, 0.1, 0.0])
    rates = lr.values[:, None, None]
    start = np.full((1, 3, runs, 1), 3.0)
    bowl = _noisy_bowl(s[:, None, None], (runs, 1), seed)
    path = descend(bowl, start, Optimizer(sgd, lr=rates), steps)[..., 0]  # (steps + 1, 25, 3, runs)
    square = np.minimum(path**2, 1e6)  # what diverges is far outside the frame
    ends = square[-steps // 4 :].mean(axis=(0, -1))  # (25, 3)
    with np.errstate(divide="ignore"):
        formula = np.where(rates < 2, rates * s[:, None] ** 2 / (2 - rates), np.nan)[..., 0]

    fig, (curve, against) = figure(1, 2, size=(9.6, 3.8))
    _draw_floor_axes(curve, against, steps)

    alt = (
        "Left, the squared distance of one run with the floor as a dashed line. Right, the mean "
        "squared distance at the end of many runs, as dots, and the formula as a line, against η."
    )
    stage = Stage("floor", fig, [lr, noise], alt=alt, question=TENTH)
    shown = slice(None, None, 2)
    run = np.moveaxis(square[shown, :, :, 0], 0, -1)
    stage.line(curve, np.arange(steps + 1)[shown], run, linewidth=0.9, **BLUE)
    stage.line(curve, [0, steps], formula[..., None], "--", linewidth=1.8, **RED)
    stage.line(against, lr.values, formula.T, "--", linewidth=1.5, **RED)
    stage.points(against, lr.values, ends.T, markersize=4, **BLUE)
    stage.points(against, lr.values[:, None, None], ends[..., None], "D", markersize=10, **BLUE)
    stage.text(curve, _last, run[..., -1])
    stage.text(against, _floor, lr.values[:, None], ends, formula)
    return stage


def _best(x, y):
    """The slope and intercept of least squares, (2,)."""
    return np.linalg.lstsq(np.column_stack([x, np.ones_like(x)]), y)[0]


def _each(theta, x, y):
    """Loss (..., N) and gradient (..., N, 2) of each example x (N,), y (..., N)."""
    theta = np.broadcast_to(theta, np.broadcast_shapes(theta.shape, (*y.shape, 2)))
    return LINE(theta, x[:, None, None], y[..., None])


def _one_by_one(x, y, seed=3):
    """f(theta) whose every call takes one example, drawn at random, the same for all runs."""
    draw = np.random.default_rng(seed)

    def f(theta):
        i = draw.integers(len(x))
        return LINE(theta, x[i, None, None], y[i, None])

    return f


def _noisy_bowl(s, shape, seed):
    """½ θ² with a gradient that is s times as noisy, the noise of `shape` being shared by all s."""
    draw = np.random.default_rng(seed)

    def f(theta):
        return 0.5 * theta[..., 0] ** 2, theta + s * draw.normal(size=shape)

    return f


def _from_zero(g):
    """Segments from 0 to the points g (..., N, 2) as one line, x and y (..., 3 N), nan between them."""
    line = np.stack([np.zeros_like(g), g, np.full_like(g, np.nan)], axis=-2)  # (..., N, 3, 2)
    return line[..., 0].reshape(*g.shape[:-2], -1), line[..., 1].reshape(*g.shape[:-2], -1)


def _draw_surface(ax, x, y, best, reach):
    """Contours of the loss around the best line, at evenly spaced roots of its height."""
    slope, intercept = (np.linspace(c - reach, c + reach, 61) for c in best)
    value, _ = LINE.on(x[:, None], y)(np.stack(np.meshgrid(slope, intercept), axis=-1))
    levels = np.linspace(0, (value.max() - value.min()) ** 0.5, 11)[1:] ** 2 + value.min()
    ax.contour(slope, intercept, value, levels, colors="0.75", linewidths=0.8)
    ax.plot(*best, "*", color="0.2", markersize=10)
    ax.set(xlabel="slope", ylabel="intercept")


def _draw_share_of_budget(ax):
    """Axes from nothing to all of a budget, whose numbers a text says."""
    ax.set(xlim=(-0.01, 1.01), ylim=(1e-4, 100), yscale="log")
    ax.set(ylabel="loss above its lowest", xlabel=" ")
    ax.set_xticks(np.linspace(0, 1, 6), [])


def _draw_floor_axes(curve, against, steps):
    """The squared distance against steps, and against the learning rate with its limit."""
    for ax in (curve, against):
        ax.set(yscale="log", ylim=(1e-6, 100))
    curve.set(xlim=(0, steps), xlabel="step", ylabel="squared distance θ²")
    against.set(xscale="log", xlim=(0.008, 2.6), xlabel="learning rate η")
    against.set(ylabel="mean of θ² at the end")
    against.axvline(2, color="0.3", linestyle="--", linewidth=1)
    against.annotate("limit 2", (2, 40), (-4, 0), ha="right", textcoords="offset points")


def _frame(ax, g):
    """Limits that hold 0 and the points g (N, 2), with room around them."""
    low, high = np.minimum(g.min(axis=0), 0), np.maximum(g.max(axis=0), 0)
    room = 0.25 * (high - low) + 1
    ax.set(xlim=(low[0] - room[0], high[0] + room[0]), ylim=(low[1] - room[1], high[1] + room[1]))


def _spread(mean, spread):
    return f"the mean is {mean:.2f} long, single ones lie {spread:.2f} from it"


def _ending(who, above):
    if not above < 100:  # nan too
        return f"{who} diverges"
    return f"{who} arrives" if above < 1e-9 else f"{who} ends {above:.2g} above"


def _last(square):
    return f"θ² after the last step: {square:.1e}" if square < 100 else "θ² grows: it diverges"


def _floor(lr, ends, formula):
    if not np.isfinite(formula):
        return f"η = {lr:.2g} > 2: diverges"
    return f"mean of θ²: {ends:.2g}; formula: {formula:.2g}"
