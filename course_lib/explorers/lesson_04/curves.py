"""Match the curve: which settings made this loss curve?"""

import numpy as np

from course_lib.controls import Choice, Slider, controls
from course_lib.explorers import explorer
from course_lib.explorers.lesson_04.noisy_bowl import loss_parts, recorded_loss
from course_lib.explorers.parts import BLUE, set_loss_axes
from course_lib.numbers import number
from course_lib.plots import figure
from course_lib.stage import Stage

STEPS = 100
NEVER, CUTS = STEPS, (STEPS, 50, 20)  # the learning rate is divided by 10 after a cut
CLOSE = 1.08  # a typical factor between two curves below which they are the same
ALT = "A recorded loss curve, and the curve of your settings, against the step."
HIDDEN = {  # the settings of each recorded curve: η, β, B, cut, and what it shows
    "A": (1.9, 0, 1000, NEVER, "η near its limit"),
    "B": (0.5, 0, 1, NEVER, "a noise floor"),
    "C": (0.1, 0.98, 1000, NEVER, "β too large"),
    "D": (1, 0.8, 10, 20, "η cut too early"),
}


@explorer()
def match_the_curve(seed=0):
    """Four recorded loss curves, and one for every η, β, B and cut of the learning rate."""
    lr, beta, size, cut, curve = controls(
        Slider("learning rate η", [0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 1.9], start=0.2),
        Slider("momentum β", [0, 0.5, 0.8, 0.9, 0.95, 0.98], start=0.5),
        Slider("batch size B", [1, 10, 100, 1000], start=10, digits=9),
        Choice("η divided by 10", ["never", "after step 50", "after step 20"], CUTS),
        Choice("recorded curve", [*HIDDEN]),
    )
    distance, noise = loss_parts(_cut(lr.axis, cut.axis), beta.axis, size.axis, STEPS)
    own = (distance + noise).sum(axis=-1)  # (STEPS + 1, η, β, B, cut, 1)
    recorded = _record(np.random.default_rng(seed)).reshape(-1, 1, 1, 1, 1, len(HIDDEN))
    apart = 10 ** np.abs(np.log10(own / recorded)).mean(axis=0)
    fig, ax = figure(size=(3.4, 3.4))
    set_loss_axes(ax, STEPS, (1e-4, 1e3))
    stage = Stage("match-the-curve", fig, [lr, beta, size, cut, curve], alt=ALT)
    stage.over_steps(ax, recorded, color="0.4", linewidth=3, label="recorded")
    stage.over_steps(ax, own, "--", label="your settings", **BLUE)
    stage.text(ax, _apart_words, apart, curve.axis)
    ax.legend(loc="upper right")
    return stage


def _cut(lr, after):
    """A schedule: lr, and a tenth of it after a step; both may be arrays."""
    return lambda t: np.where(t > after, lr / 10, lr)


def _record(rng):
    """The recorded curves, (STEPS + 1, 4), each the mean loss of 100 runs."""
    return np.stack(
        [
            recorded_loss(_cut(lr, cut), beta, size, STEPS, runs=100, rng=rng)
            for lr, beta, size, cut, _ in HIDDEN.values()
        ],
        axis=-1,
    )


def _apart_words(factor, curve):
    if factor < CLOSE:
        return f"found: {[*HIDDEN.values()][int(curve)][-1]}"
    return f"apart by a factor of {number(factor, 2)}"
