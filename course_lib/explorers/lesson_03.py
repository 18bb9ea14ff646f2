"""Lesson 3: mini-batches."""

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.ticker import NullFormatter

from course_lib.controls import Choice, Question, Slider
from course_lib.data import Data, Split
from course_lib.explorers import number
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, sgd
from course_lib.plots import COLOURS, figure
from course_lib.stage import Stage
from course_lib.training import train

DRAWN = 80  # batches in the cloud
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
CURVATURES = (1.0, 0.1)  # of the two directions of the cost model


def noise_ellipse(gradients, seed=0):
    """The gradients of n examples (n, 2), of DRAWN batches of B, and where theory puts these."""
    n, mean = len(gradients), gradients.mean(axis=0)
    size = Slider("batch size B", _sizes(n), start=4, digits=9)
    drawing = Choice("an example is drawn", ["at most once", "with repeats"])
    clouds = _batch_gradients(gradients, size.values.astype(int), np.random.default_rng(seed))
    share = np.stack([(n - size.values) / (n - 1), np.ones(len(size.values))], axis=1)
    share = share / size.values[:, None]  # of the variance of one example, (B, 2)
    spread = 2 * np.linalg.cholesky(np.cov(gradients.T, bias=True)).T
    ellipse = mean + np.sqrt(share)[..., None, None] * (_circle() @ spread)

    fig, (plane, noise) = figure(1, 2, size=(9.6, 4))
    plane.plot(*gradients.T, ".", color="0.8", markersize=4, label="one example")
    plane.plot(*mean, "*", color="black", markersize=13, zorder=5, label="all examples")
    plane.plot(0, 0, "+", color="0.3", markersize=10)
    reach = 3 * gradients.std(axis=0)
    plane.set(xlim=mean[0] + reach[0] * np.array([-1, 1]), xlabel="derivative by the slope")
    plane.set(ylim=mean[1] + reach[1] * np.array([-1, 1]), ylabel="derivative by the intercept")
    _draw_noise_axes(noise, size.values)

    alt = "Gradients of batches around that of all examples, and their spread against B."
    stage = Stage("noise-ellipse", fig, [size, drawing], alt=alt, question=WIDER)
    blue = {"color": COLOURS["blue"], "markersize": 5, "label": "a batch"}
    stage.points(plane, clouds[..., 0], clouds[..., 1], "^", **blue)
    stage.line(plane, ellipse[..., 0], ellipse[..., 1], color=COLOURS["red"], linewidth=1.5)
    measured = np.sqrt(((clouds - mean) ** 2).sum(axis=-1).mean(axis=-1) / gradients.var(0).sum())
    at = np.broadcast_to(size.values[:, None], measured.shape)
    shown = np.maximum(measured, 1e-3)  # no noise at all has no place on a logarithmic axis
    drawn = {"color": COLOURS["blue"], "markersize": 9, "label": f"{DRAWN} batches"}
    stage.points(noise, at[..., None], shown[..., None], "^", **drawn)
    uphill = (clouds @ mean < 0).sum(axis=-1)
    stage.text(plane, f"{{}} of {DRAWN} batches point uphill", uphill)
    stage.text(noise, _noise_words, np.sqrt(share), at)
    plane.legend(loc="upper left", fontsize=9, frameon=True)
    noise.legend(loc="lower left")
    return stage


def lr_and_batch(X, y, sizes=tuple(2**k for k in range(10)), epochs=(1, 4, 16), rates=24):
    """The loss of a linear regression for each η and B after as many passes over the data."""
    n, X1 = len(X), np.column_stack([X, np.ones(len(X))])
    highest = np.linalg.eigvalsh(2 / n * X1.T @ X1)[-1]
    lr = Slider("learning rate η", np.geomspace(0.002, 3, rates) / highest, start=0.1 / highest)
    size = Slider("batch size B", [*sizes[:-1], n], start=8, digits=9)
    budget = Choice("passes over the data", epochs, start=1)
    loss = _trained(X, y, lr.values, size.values.astype(int), max(epochs))  # (epochs + 1, η, B)
    left = np.moveaxis(loss[list(epochs)], 0, -1)  # (η, B, budgets)
    best = np.nanargmin(left, axis=0)  # (B, budgets)

    fig, (chart, curve) = figure(1, 2, size=(10.4, 4.2))
    norm = LogNorm(np.nanmin(left), np.nanmax(loss[0]))
    _draw_chart_axes(chart, lr.values, size.values)
    fig.colorbar(ScalarMappable(norm), ax=chart, label="loss above its lowest")
    curve.set(xlim=(-0.3, max(epochs) + 0.3), xlabel="passes over the data", yscale="log")
    curve.set(ylim=(norm.vmin / 2, 2 * norm.vmax), xticks=range(0, max(epochs) + 1, 2))

    alt = "Left, the loss for each learning rate and batch size; right, that of the chosen pair."
    stage = Stage("lr-and-batch", fig, [lr, size, budget], alt=alt, question=PAIR)
    edges = [_edges(axis.values) for axis in (lr, size)]
    stage.picture(chart, lambda ax, k: ax.pcolormesh(*edges, left[..., k].T, norm=norm), budget)
    stage.line(chart, lr.values[best].T, size.values, "o-", color="white", linewidth=1.5)
    linear = lr.values[best[:1]].T * size.values / size.values[0]
    stage.line(chart, linear, size.values, color="white", linestyle="--", linewidth=1.2)
    at = np.broadcast_arrays(lr.values[:, None, None, None], size.values[:, None, None])
    square = {"marker": "s", "markersize": 13, "color": "none", "markeredgecolor": COLOURS["red"]}
    stage.points(chart, *at, **square, markeredgewidth=3)
    passes = np.arange(len(loss))
    seen = passes <= np.array(epochs)[:, None]  # (budgets, epochs + 1)
    mine = np.where(seen, np.moveaxis(loss, 0, -1)[:, :, None], np.nan)
    own_best = np.take_along_axis(mine, best[None, ..., None], axis=0)
    stage.line(curve, passes, own_best, "s--", color="0.5", markersize=4, label="best η for this B")
    stage.line(curve, passes, mine, "o-", color=COLOURS["red"], markersize=5, label="chosen η")
    stage.text(chart, _loss_words, left)
    stage.text(curve, _best_words, lr.values[best], lr.values[best] / lr.values[best[:1]])
    curve.legend(loc="upper right")
    return stage


def cost_model(noise=10.0, start=10.0):
    """What is left at a deadline against B: a step takes a + B, and a batch has noise² / B."""
    fixed = Slider("fixed cost a", np.geomspace(1, 300, 16), start=20)
    deadline = Slider("deadline T", np.geomspace(3e3, 1e6, 16), start=3e4)
    tuned = Choice("learning rate", ["0.1 for every B", "the best for each B"], start=1)
    B, eta = np.geomspace(1, 2**12, 37).round(), np.geomspace(1e-3, 1, 73)
    a, T = fixed.values[:, None, None], deadline.values[:, None]  # (a, T, B)
    left = sum(_left(T // (a + B), eta[:, None, None, None], noise**2 / B, start))
    rate = np.stack([np.full(left.shape[1:], 0.1), eta[left.argmin(axis=0)]], axis=2)
    way, rest = _left((T // (a + B))[:, :, None], rate, noise**2 / B, start)  # (a, T, 2, B)
    best = (way + rest).argmin(axis=-1)[..., None]  # (a, T, 2, 1)

    fig, (chart, clock) = figure(1, 2, size=(9.8, 3.9))
    frame = {"xscale": "log", "yscale": "log", "ylim": (5e-4, 3e2)}
    chart.set(**frame, xlim=(0.9, 5000), xlabel="batch size B", ylabel="loss left at the deadline")
    clock.set(**frame, xlim=(8, 2e6), xlabel="time, in examples", ylabel="loss")
    for ax in (chart, clock):
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.yaxis.set_major_formatter("{x:,g}")
        ax.xaxis.set_minor_formatter(NullFormatter())
    clock.set_xticks([10, 1_000, 100_000])

    alt = "The loss left at the deadline against the batch size, and the loss against time."
    controls = [fixed, deadline, tuned]
    stage = Stage("cost-model", fig, controls, alt=alt, question=DEADLINE)
    stage.line(chart, B, way, "--", color="0.5", label="way still to go")
    stage.line(chart, B, rest, ":", color=COLOURS["blue"], label="noise")
    stage.line(chart, B, way + rest, "-", color="black", label="together")
    lowest = np.take_along_axis(way + rest, best, -1)
    stage.points(chart, B[best], lowest, "*", color=COLOURS["red"], markersize=15, label="best B")
    time = np.geomspace(10, deadline.values, 40, axis=-1)[:, None]  # (T, 1, times)
    for k, dash, colour in (
        (0 * best, ":", "0.4"),
        (best, "-", "red"),
        (0 * best + 36, "--", "0.4"),
    ):
        steps = time // (fixed.values[:, None, None, None] + B[k])
        loss = sum(_left(steps, np.take_along_axis(rate, k, -1), noise**2 / B[k], start))
        name = "best B" if colour == "red" else f"B = {B[k.flat[0]]:,.0f}"
        stage.line(clock, time, loss, dash, color=COLOURS.get(colour, colour), label=name)
    steps = T // (a + B[best[..., 0]])
    stage.text(chart, _size_words, B[best[..., 0]], lowest[..., 0])
    stage.text(clock, _step_words, steps, a / (a + B[best[..., 0]]))
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
    rows = np.stack([once, rng.integers(0, n, (DRAWN, n))])
    sums = gradients[rows].cumsum(axis=2)[:, :, sizes - 1] / sizes[:, None]
    return np.moveaxis(sums, 2, 0)


def _circle():
    turn = np.linspace(0, 2 * np.pi, 61)
    return np.stack([np.cos(turn), np.sin(turn)], axis=-1)


def _draw_noise_axes(ax, sizes):
    B, n = np.arange(1, sizes[-1]), sizes[-1]
    ax.plot(B, B**-0.5, "--", color="0.4", label="1 / √B: with repeats")
    ax.plot(B, np.sqrt((n - B) / (n - 1) / B), color="0.4", label="at most once")
    ax.set(xscale="log", yscale="log", xlim=(0.9, 1.2 * sizes[-1]), ylim=(8e-4, 1.5))
    ax.set(xlabel="batch size B", ylabel="spread; one example's is 1")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())


def _noise_words(share, size):
    if share == 0:
        return "no noise: the batch holds every example"
    return f"B = {size:.0f}: {share:.3f} of the spread of one example"


def _trained(X, y, rates, sizes, epochs):
    """The loss above its lowest after each epoch, (epochs + 1, η, B); a call for each batch size."""
    X1 = np.column_stack([X, np.ones(len(X))])
    lowest = np.mean((X1 @ np.linalg.lstsq(X1, y)[0] - y) ** 2)
    data = Data("made up", Split(X, y), Split(X[:0], y[:0]), Split(X[:0], y[:0]))
    objective = Objective(MLP(X.shape[1], 1), squared_error)
    settings = {"epochs": epochs, "theta": np.zeros(X.shape[1] + 1), "progress": False}
    runs = [
        train(objective, data, Optimizer(sgd, lr=rates), batch=int(B), **settings) for B in sizes
    ]
    loss = np.stack([run["train_loss"] for run in runs], axis=-1) - lowest
    return np.where(loss < 1e3 * loss[0].max(), loss, np.nan)


def _edges(centres):
    """Where the cells of a heat map on a logarithmic axis begin and end."""
    middle = np.sqrt(centres[1:] * centres[:-1])
    return np.concatenate([[centres[0] ** 2 / middle[0]], middle, [centres[-1] ** 2 / middle[-1]]])


def _draw_chart_axes(ax, rates, sizes):
    x, y = _edges(rates), _edges(sizes)
    ax.set(xscale="log", yscale="log", xlim=x[[0, -1]], ylim=y[[0, -1]])
    ax.set_yticks(sizes, [f"{size:.0f}" for size in sizes])
    ax.minorticks_off()
    ax.set(xlabel="learning rate η", ylabel="batch size B")
    ax.patch.set(hatch="///", edgecolor="0.6", facecolor="white")  # under what diverged
    ax.grid(False)


def _loss_words(left):
    return f"loss {number(left)} above its lowest" if np.isfinite(left) else "diverges"


def _best_words(rate, times):
    return f"best η for this B: {_rate(rate)}, {times:.3g} × that of B = 1"


def _rate(rate):
    """A learning rate to two digits, without an exponent."""
    return np.format_float_positional(rate, 2, fractional=False, trim="-")


def _left(steps, eta, variance, start):
    """The way still to go and the noise after `steps` on f = ½ Σ λ θ², from θ = `start`: as losses.

    A gradient has the noise `variance` · λ along the direction with curvature λ.
    """
    kept = [(1 - eta * c) ** (2 * steps) for c in CURVATURES]
    way = sum(c * start**2 / 2 * k for c, k in zip(CURVATURES, kept, strict=True))
    noise = [eta * c * (1 - k) / (2 - eta * c) for c, k in zip(CURVATURES, kept, strict=True)]
    return way, variance / 2 * sum(noise)


def _size_words(size, loss):
    return f"best: B = {size:,.0f}, which leaves {number(loss)}"


def _step_words(steps, share):
    return f"{steps:,.0f} steps; {share:.0%} of the time is the fixed cost"
