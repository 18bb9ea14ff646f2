"""Batch norm: what a batch's own mean and variance do to the output."""

import numpy as np

from course_lib import theory
from course_lib.controls import Question, Slider, controls
from course_lib.explorers import explorer
from course_lib.explorers.parts import BLUE, RED
from course_lib.layers import batch_norm
from course_lib.numbers import number
from course_lib.plots import COLOURS, figure
from course_lib.stage import Stage

N = 256  # examples
SIZES = [2, 4, 8, 16, 32, 64, 128, N]
BATCHES = 128  # drawn for every size
ALT = (
    "Left, mean and standard deviation of batches; middle, the noise of the mean and the variance of a "
    "batch against B; right, the output of each example against its input."
)
DOTS = {"markersize": 4, "color": COLOURS["sky"], "label": "a batch"}
CROSS = {"markersize": 11, "markeredgecolor": "white", **RED}
EXACT = {"markersize": 13, "color": "black", "label": "all examples"}
PAIR = Question(
    "Batch norm normalises a batch of 2 with its own mean and variance. Which outputs x̂ are possible?",
    ("any number", "any number from −1 to 1", "only −1 and 1, apart from ε"),
    "Drag the diamond to B = 2, then to 256, all examples. Then change the factor on the weights: "
    "which panels change?",
    right=2,
    why="Two numbers are equally far from their mean, and this distance is their standard deviation. "
    "In a batch of 1 every output is 0: batch norm cannot train with it.",
)


@explorer()
def batch_norm_and_batch_size(rho=0.9):
    """Mean and deviation of batches | their noise and variance against B | outputs against inputs."""
    size, factor = controls(
        Slider("batch size B", SIZES, start=16, digits=9),
        Slider("factor on the weights", [0.25, 0.5, 1, 2], start=1),
    )
    x, c = _inputs(), factor.values.reshape(-1, 1)
    batches = [x[_draw_rows(B)] for B in SIZES]  # each (batches, B)
    mean, var = (np.stack([[of(b, axis=1)] for b in batches]) for of in (np.mean, np.var))
    running_mean, running_var = _running_average(mean, rho), _running_average(var, rho)
    outputs = np.stack([_outputs(c, batch[: N // batch.shape[1]]) for batch in batches])
    noise, ratio = mean.std(axis=-1) / x.std(), var.mean(axis=-1) / x.var()
    fig, cloud, curves, plane = _draw_axes(x)
    about = {"question": PAIR, "still": {size: 2}}
    stage = Stage("batch-norm-and-batch-size", fig, [size, factor], alt=ALT, **about)
    stage.points(cloud, c * mean, c * np.sqrt(var), **DOTS)
    center, spread = factor.axis * running_mean, factor.axis * np.sqrt(running_var)
    stage.point(cloud, center, spread, "X", label="running average", **CROSS)
    stage.point(cloud, factor.axis * x.mean(), factor.axis * x.std(), "*", **EXACT)
    stage.sweep(curves, size, ratio, "--", head="s", label="mean of its variance", **RED)
    stage.sweep(curves, size, noise, head="D", drags=(size,), label="noise of its mean", **BLUE)
    shown = np.stack([[batch.ravel()[:N]] for batch in batches])  # (sizes, 1, 256)
    stage.points(plane, shown, outputs, **DOTS)
    ends = np.array(plane.get_xlim())
    by_running = (ends - running_mean[..., [0]]) / np.sqrt(running_var[..., [0]])
    stage.line(plane, ends, by_running.reshape(-1, 1, 2), "--", label="running average", **RED)
    off = np.abs(outputs - (shown - x.mean()) / x.std()).mean(axis=-1)
    change = np.abs(outputs - outputs[:, [factor.position]]).mean(axis=-1)
    _say(stage, (cloud, curves, plane), size.axis, noise, running_var / x.var(), off, change)
    return stage


def _inputs(seed=4):
    """The inputs x (256,) of one unit's batch norm: skewed, as those of a network often are."""
    return 0.5 + np.random.default_rng(seed).gamma(2.0, 1.0, N)


def _draw_rows(B, seed=0):
    """The rows (128, B) of the batches of some epochs, each in a new order."""
    rng = np.random.default_rng(seed)
    epochs = [rng.permutation(N) for _ in range(BATCHES * B // N)]
    return np.concatenate(epochs).reshape(BATCHES, B)


def _running_average(moments, rho):
    """r ← ρ r + (1 - ρ) moment, from 0, after all batches: (sizes, 1) from (sizes, 1, batches)."""
    return ((1 - rho) * rho ** np.arange(BATCHES)[::-1] * moments).sum(axis=-1)


def _outputs(scale, batches):
    """x̂ (factors, 256) of every example in its batch (batches, B), for inputs times each factor."""
    x = scale.reshape(-1, 1, 1, 1) * batches.reshape(*batches.shape, 1)
    y, _ = batch_norm(x, 1.0, 0.0)
    return y.reshape(len(scale), N)


def _draw_axes(x):
    fig, (cloud, curves, plane) = figure(1, 3, size=(9.9, 4.1))
    cloud.set(xlim=(0, 10), ylim=(0, 6), xlabel="mean", ylabel="standard deviation")
    curves.set(xscale="log", xlim=(1.7, 300), ylim=(-0.06, 1.3), xlabel="batch size B")
    curves.set_ylabel("share of the exact σ, σ²")
    curves.set_xticks(SIZES[::2], [str(B) for B in SIZES[::2]])
    curves.minorticks_off()
    plane.set(xlim=(0, 9), ylim=(-3, 6.5), xlabel="input at factor 1", ylabel="output x̂")
    ends = np.array(plane.get_xlim())
    plane.plot(
        ends, (ends - x.mean()) / x.std(), color="black", linewidth=1.2, label="all examples"
    )
    return fig, cloud, curves, plane


def _say(stage, axes, size, noise, ratio, off, change):
    """The words above the panels: the running average, noise and expected noise, the outputs."""
    cloud, curves, plane = axes
    words = "running variance {} σ²"
    stage.text(cloud, lambda share: words.format(number(share)), ratio)
    stage.text(curves, lambda share: f"noise {number(share)} σ", noise.round(12), at=(0, 1.09))
    expected = np.sqrt(theory.batch_variance(size, N))
    stage.text(curves, lambda share: f"expected {number(share)} σ", expected)
    stage.text(plane, _output_words, size, off, at=(0, 1.09))
    stage.text(plane, lambda change: f"factor changes them by {number(change, 2)}", change)
    for ax, corner in zip(axes, ("upper right", "upper right", "upper left"), strict=True):
        ax.legend(loc=corner)


def _output_words(size, off):
    if size == N:
        return "outputs as of all examples"
    if size == 2:
        return "every output is about −1 or 1"
    return f"outputs are off by {number(off, 2)}"
