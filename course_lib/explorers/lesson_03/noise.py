"""The noise in the gradient of a batch."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED
from course_lib.numbers import number
from course_lib.plots import figure
from course_lib.stage import Stage

DRAWN = 80  # batches in the cloud
WIDER = Question(
    "You make a batch four times as large. The cloud of its gradients becomes ...",
    ("a quarter as wide", "half as wide", "as wide as before, around another centre"),
    "Compare B = 4 with B = 16, then go to the right end with both ways of drawing.",
    right=1,
    why="The mean of B examples spreads 1 / √B as far as one of them.",
)


@explorer(parts.example_gradients())
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

    fig, (plane, noise) = figure(1, 2, size=(6.6, 3.6))
    _draw_gradients(plane, gradients, mean)
    answer = _draw_noise_axes(noise, size.values)

    alt = "Gradients of batches around that of all examples, and their spread against B."
    stage = Stage("noise-ellipse", fig, [size, drawing], alt=alt, question=WIDER, still={size: 16})
    stage.after_prediction(*answer)
    stage.points(plane, *np.unstack(batches, axis=-1), "^", markersize=5, label="a batch", **BLUE)
    stage.line(plane, *np.unstack(outline, axis=-1), linewidth=1.5, **RED)
    measured = _spread_of(batches, gradients).round(12)  # 0 has no place on a logarithmic axis
    stage.point(noise, size.axis, measured, "^", markersize=9, label=f"{DRAWN} batches", **BLUE)
    uphill = (batches @ mean < 0).sum(axis=-1)
    stage.text(plane, f"{{}} of {DRAWN} batches point uphill", uphill)
    stage.text(noise, _noise_words, measured, spread)
    plane.legend(loc="upper left", fontsize=9, frameon=True)
    noise.legend(loc="lower left")
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
    ax.set(xlim=(left, right), xlabel="∂/∂ slope")
    ax.set(ylim=(bottom, top), ylabel="∂/∂ intercept")


def _draw_noise_axes(ax, sizes):
    B, n = np.arange(1, sizes[-1]), sizes[-1]
    repeats, once = theory.batch_variance(B) ** 0.5, theory.batch_variance(B, n) ** 0.5
    answer = ax.plot(B, repeats, "--", color="0.4", label="1 / √B: with repeats")
    answer += ax.plot(B, once, color="0.4", label="at most once")
    ax.set(xscale="log", yscale="log", xlim=(0.9, 1.2 * sizes[-1]), ylim=(8e-4, 1.5))
    ax.set(xlabel="batch size B", ylabel="spread (one example: 1)")
    parts.set_plain_numbers(ax)
    return answer


def _noise_words(measured, spread):
    if spread == 0:
        return "no noise: every example is in it"
    return f"spread {number(measured)}; in theory {number(spread)}"
