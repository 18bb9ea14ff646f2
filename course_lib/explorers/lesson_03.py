"""Lesson 3: mini-batches, their noise and what they cost."""

import functools

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.data import Data, Split
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED, number, with_ones
from course_lib.optim import Optimizer, sgd
from course_lib.plots import figure
from course_lib.stage import Stage
from course_lib.training import train

DRAWN = 80  # batches in the cloud
CURVATURES, NOISE, THETA0 = (1.0, 0.1), 10.0, 10.0  # of the cost model, in each direction
SIZES, LRS = np.geomspace(1, 2**12, 37).round(), np.geomspace(1e-3, 1, 73)  # tried in it
EXAMPLE = np.column_stack(parts.example_line())  # (n, 2)
STEPS_AND_SHARE = "{:,.0f} steps; {:.0%} of the time is the fixed cost"
UPRIGHT = {"color": "white", "head": None, "vertical": True}
SQUARE = {"color": "none", "markersize": 13, "markeredgecolor": RED["color"], "markeredgewidth": 3}
WIDER = Question(
    "A batch is made four times as large. The cloud of its gradients becomes ...",
    ("a quarter as wide", "half as wide", "as wide as before, around another centre"),
    "Compare B = 4 with B = 16, then go to the right end with both ways of drawing.",
)
PAIR = Question(
    "The batch is doubled, and every run may look at equally many examples. The best η then ...",
    ("stays as it is", "doubles", "doubles for small batches, and not for large ones"),
    "Follow the white line of the best η upwards, and hold it against the dashed one.",
)
DEADLINE = Question(
    "A step takes as long as a + B examples. When the fixed cost a grows, the best batch size ...",
    ("shrinks", "stays as it is", "grows"),
    "Then take the same learning rate for every B: what is different, and why?",
)


@explorer(EXAMPLE)
def noise_ellipse(gradients, seed=0):
    """The gradients of n examples (n, 2), of DRAWN batches of B, and where theory puts these."""
    n, mean = len(gradients), gradients.mean(axis=0)
    size, drawing = controls(
        Slider("batch size B", _sizes(n), start=4, digits=9),
        Choice("an example is drawn", ["at most once", "with repeats"]),
    )
    batches = _batch_gradients(gradients, size.values.astype(int), np.random.default_rng(seed))
    once, repeats = theory.batch_variance(size.axis, n), theory.batch_variance(size.axis)
    spread = np.sqrt(np.where(drawing.axis == 0, once, repeats))  # one example's is 1
    covariance = np.cov(gradients, rowvar=False, bias=True)
    outline = mean + np.multiply.outer(spread, parts.ellipse(covariance))

    fig, (plane, noise) = figure(1, 2, size=(9.6, 4))
    _draw_gradients(plane, gradients, mean)
    _draw_noise_axes(noise, size.values)

    alt = "Gradients of batches around that of all examples, and their spread against B."
    stage = Stage("noise-ellipse", fig, [size, drawing], alt=alt, question=WIDER)
    stage.points(plane, *np.unstack(batches, axis=-1), "^", markersize=5, label="a batch", **BLUE)
    stage.line(plane, *np.unstack(outline, axis=-1), linewidth=1.5, **RED)
    shown = np.maximum(_spread_of(batches, gradients), 1e-3)  # 0 has no place on this axis
    stage.point(noise, size.axis, shown, "^", markersize=9, label=f"{DRAWN} batches", **BLUE)
    uphill = (batches @ mean < 0).sum(axis=-1)
    stage.text(plane, f"{{}} of {DRAWN} batches point uphill", uphill)
    stage.text(noise, _noise_words, spread, size.axis)
    plane.legend(loc="upper left", fontsize=9, frameon=True)
    noise.legend(loc="lower left")
    return stage


@explorer(EXAMPLE[:, :1], EXAMPLE[:, 1], sizes=(1, 2, 4, 8, 16), epochs=(1, 2, 4))
def lr_and_batch(X, y, sizes=tuple(2**k for k in range(10)), epochs=(1, 4, 16), rates=24):
    """The loss of a linear regression for each η and B after as many passes over the data."""
    most = np.linalg.eigvalsh(theory.squared_error_hessian(with_ones(X)))[-1]
    lr, size, budget = controls(
        Slider("learning rate η", np.geomspace(0.002, 3, rates) / most, start=0.1 / most),
        Slider("batch size B", [*sizes[:-1], len(X)], start=8, digits=9),
        Choice("passes over the data", epochs, epochs, start=epochs[1]),
    )
    loss = _trained(X, y, lr.axis, size.values.astype(int), max(epochs))  # (epochs + 1, η, B, 1)
    left = np.concatenate([loss[k] for k in epochs], axis=-1)  # (η, B, budgets)
    best = np.nanargmin(left, axis=0)  # (B, budgets)
    best_lr, linear = lr.values[best], lr.values[best[:1]] * size.axis / size.values[0]
    of_best = [loss[:, k, range(len(k)), 0] for k in np.unstack(best, axis=-1)]

    fig, chart, curve, paint = _draw_chart(lr.values, size.values, left, loss[0], max(epochs))
    alt = "Left, the loss for each learning rate and batch size; right, that of the chosen pair."
    stage = Stage("lr-and-batch", fig, [lr, size, budget], alt=alt, question=PAIR)
    stage.picture(chart, paint, budget)
    stage.sweep(chart, size, best_lr, "o-", linewidth=1.5, **UPRIGHT)
    stage.sweep(chart, size, linear, "--", linewidth=1.2, **UPRIGHT)
    stage.point(chart, lr.axis, size.axis, "s", **SQUARE)
    grey = {"color": "0.5", "markersize": 4, "label": "best η for this B"}
    stage.over_steps(curve, np.stack(of_best, axis=-1), "s--", until=budget.axis, **grey)
    stage.over_steps(curve, loss, "o-", until=budget.axis, markersize=5, label="chosen η", **RED)
    stage.text(chart, _loss_words, left)
    words = "best η for this B: {}, {:.3g} × that of B = 1"
    stage.text(curve, words, np.array(lr.options)[best], best_lr / best_lr[:1])
    curve.legend(loc="upper right")
    return stage


@explorer()
def cost_model():
    """What is left at a deadline against B: a step takes a + B, and a batch has NOISE² / B."""
    fixed, deadline, tuned = controls(
        Slider("fixed cost a", np.geomspace(1, 300, 16), start=20),
        Slider("deadline T", np.geomspace(3e3, 1e6, 16), start=3e4),
        Choice("learning rate", ["0.1 for every B", "the best for each B"], start=1),
    )
    a, T = fixed.axis, deadline.axis
    lr = lambda B: np.where(tuned.axis == 0, 0.1, _best_lr(T, a, B))
    left = np.stack([_left(T, a, B, lr(B)) for B in SIZES], axis=-1)  # (2, a, T, 2, sizes)
    total = left.sum(axis=0)
    best, lowest = SIZES[total.argmin(axis=-1)], total.min(axis=-1)

    fig, chart, clock = _draw_cost_axes()
    alt = "The loss left at the deadline against the batch size, and the loss against time."
    stage = Stage("cost-model", fig, [fixed, deadline, tuned], alt=alt, question=DEADLINE)
    stage.line(chart, SIZES, left[0], "--", color="0.5", label="way still to go")
    stage.line(chart, SIZES, left[1], ":", label="noise", **BLUE)
    stage.line(chart, SIZES, total, "-", color="black", label="together")
    stage.point(chart, best, lowest, "*", markersize=15, label="best B", **RED)
    time = np.geomspace(10, T, 40, axis=-1)
    loss_with = lambda B: functools.partial(_loss, a=a, B=B, lr=lr(B))
    stage.line(clock, time, loss_with(SIZES[0]), ":", color="0.4", label="B = 1")
    stage.line(clock, time, loss_with(best), "-", label="best B", **RED)
    stage.line(clock, time, loss_with(SIZES[-1]), "--", color="0.4", label="B = 4,096")
    stage.text(chart, _size_words, best, lowest)
    stage.text(clock, STEPS_AND_SHARE, T // (a + best), a / (a + best))
    chart.legend(loc="upper right", fontsize=9)
    clock.legend(loc="lower left", fontsize=9)
    return stage


def _sizes(n):
    """Batch sizes from 1 to n, evenly spaced in the logarithm, 4 and 16 among them."""
    spaced = np.geomspace(1, n, 25).round().astype(int)
    return np.unique([*spaced, *(s for s in (4, 16, 64) if s < n)])


def _batch_gradients(gradients, sizes, rng):
    """Means of `sizes` gradients drawn at most once, and with repeats: (sizes, 2, DRAWN, 2)."""
    n = len(gradients)
    once = rng.permuted(np.tile(np.arange(n), (DRAWN, 1)), axis=1)
    drawn = gradients[[once, rng.integers(0, n, (DRAWN, n))]]  # (2, DRAWN, n, 2)
    return np.stack([drawn[..., :size, :].mean(axis=-2) for size in sizes])


def _spread_of(batches, gradients):
    """The typical distance of batches (..., DRAWN, 2) from the mean gradient; one example's is 1."""
    away = ((batches - gradients.mean(axis=0)) ** 2).sum(axis=-1).mean(axis=-1)
    return np.sqrt(away / gradients.var(axis=0).sum())


def _draw_gradients(ax, gradients, mean):
    """The gradient of each example (n, 2), of all and 0, with limits of three standard deviations."""
    ax.plot(*np.unstack(gradients, axis=-1), ".", color="0.8", markersize=4, label="one example")
    ax.plot(*mean, "*", color="black", markersize=13, zorder=5, label="all examples")
    ax.plot(0, 0, "+", color="0.3", markersize=10)
    reach = 3 * gradients.std(axis=0)
    (left, bottom), (right, top) = mean - reach, mean + reach
    ax.set(xlim=(left, right), xlabel="derivative by the slope")
    ax.set(ylim=(bottom, top), ylabel="derivative by the intercept")


def _draw_noise_axes(ax, sizes):
    B, n = np.arange(1, sizes[-1]), sizes[-1]
    ax.plot(B, theory.batch_variance(B) ** 0.5, "--", color="0.4", label="1 / √B: with repeats")
    ax.plot(B, theory.batch_variance(B, n) ** 0.5, color="0.4", label="at most once")
    ax.set(xscale="log", yscale="log", xlim=(0.9, 1.2 * sizes[-1]), ylim=(8e-4, 1.5))
    ax.set(xlabel="batch size B", ylabel="spread; one example's is 1")
    parts.set_plain_numbers(ax)


def _noise_words(spread, size):
    if spread == 0:
        return "no noise: the batch holds every example"
    return f"B = {size:.0f}: {spread:.3f} of the spread of one example"


def _trained(X, y, lr, sizes, epochs):
    """The loss above its lowest after each epoch, (epochs + 1, η, B, 1); a call for each batch size."""
    data = Data("made up", Split(X, y), Split(X[:0], y[:0]), Split(X[:0], y[:0]))
    objective = parts.regression(X.shape[1])
    lowest, _ = objective(theory.least_squares(with_ones(X), y), X, y)
    settings = {"epochs": epochs, "theta": np.zeros(X.shape[1] + 1), "progress": False}
    runs = [train(objective, data, Optimizer(sgd, lr=lr), batch=int(B), **settings) for B in sizes]
    loss = np.concatenate([run["train_loss"] for run in runs], axis=2) - lowest
    return np.where(loss < 1e3 * loss[0].max(), loss, np.nan)


def _draw_chart(lr, sizes, left, first, epochs):
    """The panels of `lr_and_batch`, and `paint`, which paints left (η, B, budgets) of budget k."""
    fig, (chart, curve) = figure(1, 2, size=(10.4, 4.2))
    norm = LogNorm(np.nanmin(left), np.nanmax(first))
    x, y = parts.cell_edges(lr), parts.cell_edges(sizes)
    chart.set(xscale="log", yscale="log", xlim=x[[0, -1]], ylim=y[[0, -1]])
    chart.set_yticks(sizes, [f"{size:.0f}" for size in sizes])
    chart.minorticks_off()
    chart.set(xlabel="learning rate η", ylabel="batch size B")
    chart.patch.set(hatch="///", edgecolor="0.6", facecolor="white")  # under what diverged
    chart.grid(False)
    fig.colorbar(ScalarMappable(norm), ax=chart, label="loss above its lowest")
    curve.set(xlim=(-0.3, epochs + 0.3), xlabel="passes over the data", yscale="log")
    curve.set(ylim=(norm.vmin / 2, 2 * norm.vmax), xticks=range(0, epochs + 1, 2))
    return fig, chart, curve, lambda ax, k: parts.heat_cells(ax, lr, sizes, left[..., k], norm=norm)


def _loss_words(left):
    return f"loss {number(left)} above its lowest" if np.isfinite(left) else "diverges"


def _left(time, a, B, lr):
    """What is left of the loss ½ Σ λ θ² at a time: the way still to go, and the noise, (2, ...).

    The gradient of a batch has the variance NOISE² λ / B along the direction with curvature λ.
    """
    steps, noise = time // (a + B), NOISE / np.sqrt(B)
    along = [theory.expected_loss(steps, lr, c, noise * np.sqrt(c), THETA0) for c in CURVATURES]
    return np.sum(along, axis=0)


def _loss(time, a, B, lr):
    return _left(time, a, B, lr).sum(axis=0)


def _best_lr(time, a, B):
    """The learning rate with the least loss at a time, for time, a and B that broadcast to 3 axes."""
    return LRS[_loss(time, a, B, LRS.reshape(-1, 1, 1, 1)).argmin(axis=0)]


def _draw_cost_axes():
    fig, (chart, clock) = figure(1, 2, size=(9.8, 3.9))
    frame = {"xscale": "log", "yscale": "log", "ylim": (5e-4, 3e2)}
    chart.set(**frame, xlim=(0.9, 5000), xlabel="batch size B", ylabel="loss left at the deadline")
    clock.set(**frame, xlim=(8, 2e6), xlabel="time, in examples", ylabel="loss")
    for ax in (chart, clock):
        parts.set_plain_numbers(ax, "{x:,.0f}", "{x:,g}")
    clock.set_xticks([10, 1_000, 100_000])
    return fig, chart, clock


def _size_words(size, loss):
    return f"best: B = {size:,.0f}, which leaves {number(loss)}"
