"""What is left of the loss: the distance still to go, and the noise, in each direction."""

import numpy as np
from matplotlib.ticker import NullLocator

from course_lib.controls import Question, Slider, controls
from course_lib.explorers import explorer
from course_lib.explorers.lesson_04.noisy_bowl import CURVATURES, loss_parts_at
from course_lib.explorers.parts import set_powers
from course_lib.numbers import number
from course_lib.plots import COLOURS, figure
from course_lib.stage import Stage

STEPS = [1, 2, 4, 7, 12, 20, 35, 60, 100, 180, 300, 550, 1000]
LOWEST, HIGHEST = -5, 3  # decades of the loss that the panels show
ALT = "What is left of the loss in five directions as bars, and against the step as lines."
DISTANCE = {"color": COLOURS["blue"], "label": "distance"}
FROM_NOISE = {"color": COLOURS["orange"], "label": "noise"}
LARGEST = Question(
    "A bowl with five curvatures λ, and noisy gradients. After 550 steps with η = 0.1, β = 0 and "
    "B = 1, what is the largest part of the loss that is left?",
    (
        "distance, in the flattest direction",
        "distance, in the steepest direction",
        "noise, in the flattest direction",
        "noise, in the steepest direction",
    ),
    "Go on to step 1,000. Then make the largest bar smaller, with η, β or B: which other bars grow?",
    right=0,
    why="In the flattest direction a step leaves 1 − ηλ = 0.999 of the distance, and the distance part "
    "of the loss is still 0.17. The largest noise part, in the steepest direction, is 0.11.",
)


@explorer()
def what_is_left():
    """Distance and noise along five curvatures for every η, β, B and step | their sums over steps."""
    lr, beta, size, step = controls(
        Slider("learning rate η", [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 1.9], start=0.1),
        Slider("momentum β", [0, 0.5, 0.8, 0.9, 0.95, 0.98], start=0),
        Slider("batch size B", [1, 10, 100, 1000], start=1, digits=9),
        Slider("step", STEPS, start=550, digits=9),
    )
    parts = loss_parts_at(STEPS, lr.axis, beta.axis, size.axis)
    distance, noise = parts  # (η, β, B, step, curvature)
    total = (distance + noise).sum(axis=-1)
    fig, bars, sums = _draw_axes()
    stage = Stage("what-is-left", fig, [lr, beta, size, step], alt=ALT, question=LARGEST)
    place, bar = np.arange(len(CURVATURES)), {"width": 0.38, "after_prediction": True}
    stage.bars(bars, place - 0.2, _height(distance), **bar, **DISTANCE)
    stage.bars(bars, place + 0.2, _height(noise), **bar, **FROM_NOISE)
    stage.sweep(
        sums, step, distance.sum(axis=-1), "--", head=None, after_prediction=True, **DISTANCE
    )
    stage.sweep(sums, step, noise.sum(axis=-1), ":", head=None, after_prediction=True, **FROM_NOISE)
    stage.sweep(sums, step, total, color="black", label="together")
    largest = np.concatenate(parts, axis=-1).argmax(axis=-1)
    stage.text(bars, _largest_words, largest, after_prediction=True)
    stage.text(sums, lambda loss: f"loss left: {number(loss, 2)}", total)
    for ax in (bars, sums):
        ax.legend(loc="upper right")
    return stage


def _draw_axes():
    fig, (bars, sums) = figure(1, 2, size=(6.6, 3.8))
    bars.set(xlim=(-0.6, 4.6), ylim=(0, HIGHEST - LOWEST), xlabel="curvature λ", ylabel="loss left")
    bars.set_xticks(range(5), [f"{curvature:g}" for curvature in CURVATURES])
    decades = range(LOWEST, HIGHEST + 1, 2)
    bars.set_yticks([d - LOWEST for d in decades], [number(10.0**d, 1) for d in decades])
    sums.set(xscale="log", yscale="log", xlim=(0.9, 1200), ylim=(10.0**LOWEST, 10.0**HIGHEST))
    sums.set(xlabel="step", ylabel="loss, summed over the directions")
    set_powers(sums.yaxis)
    sums.xaxis.set(major_formatter="{x:,.0f}", minor_locator=NullLocator())
    return fig, bars, sums


def _height(loss):
    """The height of a bar in decades above the bottom of the panel."""
    return np.maximum(np.log10(np.maximum(loss, 1e-300)) - LOWEST, 0)


def _largest_words(k):
    part = "distance" if k < len(CURVATURES) else "noise"
    return f"largest: {part}, λ = {CURVATURES[int(k) % len(CURVATURES)]:g}"
