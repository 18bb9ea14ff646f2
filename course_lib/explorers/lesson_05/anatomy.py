"""The anatomy of a step: what Adam is made of, each part to be switched off."""

import numpy as np

from course_lib.controls import Choice, Question, Switch, controls
from course_lib.explorers import explorer
from course_lib.explorers.parts import BLUE, RED
from course_lib.numbers import number
from course_lib.optim import adam
from course_lib.plots import figure
from course_lib.stage import Stage

STEPS = 30
EVERY = 8  # steps from one rare gradient to the next
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
GREY = {"color": "0.55", "linewidth": 1, "markersize": 4}
CLOCK = {"marker": "^", "color": "0.3", "markersize": 10}
ALT = "Three panels against the step: the numerator, the denominator, and the step, their quotient."
FIRST = Question(
    "Adam with β1 = 0.9 and β2 = 0.999 runs without its bias correction. Its first step is then ...",
    ("a tenth of η", "as long as η", "3.16 times η"),
    "Move the step back to 1, and switch the correction off and on. Then take away one part after the "
    "other, for each sequence of gradients.",
    right=2,
    why="After one step m = 0.1 g is ten times too small, but √v = 0.0316 |g| is 31.6 times too small. "
    "So the correction shortens the first steps.",
)
NAMES = {  # memory in the numerator, what divides it: its name without and with the correction
    (0, 0): ("SGD",) * 2,
    (1, 0): ("momentum (EMA)", "momentum (EMA), corrected"),
    (0, 1): ("sign descent",) * 2,
    (1, 1): ("m over |g|", "m̂ over |g|"),
    (0, 2): ("RMSProp", "RMSProp, corrected"),
    (1, 2): ("Adam without correction", "Adam"),
}


@explorer()
def anatomy_of_a_step(seed=0):
    """Numerator, denominator and step of Adam, of its parts, for four sequences of gradients."""
    kind, divisor, memory, correction = controls(
        Choice("gradients", ["constant", "sign changes", "rare spikes", "noisy"]),
        Choice("divided by", ["1", "|g|", "√v"], start=2),
        Switch("numerator memory m", start=True),
        Switch("bias correction", start=True),
    )
    g = _gradients(np.random.default_rng(seed)).reshape(-1, 4, 1, 1, 1)  # (STEPS + 1, 4, 1, 1, 1)
    above, below = _parts_of_steps(g, memory.axis, divisor.axis, correction.axis)
    step = above / below
    of_adam = np.divide(*_parts_of_steps(g, 1, 2, 1))
    fig, (top, bottom, ratio) = _draw_axes()
    about = {"steps": STEPS, "question": FIRST, "still": {correction: 0}}
    answer = {"after_prediction": True}
    stage = Stage("anatomy", fig, [kind, divisor, memory, correction], alt=ALT, **about)
    stage.over_steps(top, g, "o:", label="g", **GREY)
    stage.over_steps(top, above, head="s", label="numerator", **BLUE, **answer)
    stage.over_steps(bottom, np.abs(g), "o:", label="|g|", **GREY)
    stage.over_steps(bottom, below, "--", head="s", label="denominator", **RED, **answer)
    stage.over_steps(ratio, of_adam, "--", color="0.4", head="d", label="Adam", **answer)
    stage.over_steps(ratio, step, ".-", color="black", label="your parts", **answer)
    stage.point(top, stage.steps, -2.6, drags=stage.controls[:1], **CLOCK)
    stage.text(top, _said("numerator {}"), above, **answer)
    stage.text(bottom, _said("denominator {}"), below, **answer)
    stage.text(ratio, _name, memory.axis, divisor.axis, correction.axis, at=(0, 1.1))
    stage.text(ratio, _said("this step: {} η"), step, at=(0, 1.02), **answer)
    for ax in (top, bottom, ratio):
        ax.legend(loc="upper right", ncols=2)
    return stage


def _gradients(rng):
    """The four sequences of gradients, (STEPS + 1, 4); step 0 has none."""
    t = np.arange(STEPS + 1.0)
    constant, changing = np.ones_like(t), np.where(t % 2 == 1, 1.0, -1.0)
    rare, noisy = np.where(t % EVERY == 3, 1.0, 0.0), 0.3 + 0.8 * rng.standard_normal(len(t))
    g = np.stack([constant, changing, rare, noisy], axis=-1)
    return np.where(t.reshape(-1, 1) == 0, np.nan, g)


def _parts_of_steps(g, memory, divisor, correction):
    """Numerator and denominator of every step, (STEPS + 1, ...): Adam's m and v, as far as switched on.

    Without its memory the numerator is g, by β1 = 0; the denominator is |g| by β2 = 0, or 1.
    """
    beta1, beta2 = np.where(memory, BETA1, 0.0), np.where(np.equal(divisor, 2), BETA2, 0.0)
    m, v, parts = 0.0, 0.0, []
    for t in range(1, STEPS + 1):
        _, m, v = adam(0.0, g[t], t, m, v, beta1=beta1, beta2=beta2)
        age = np.where(correction, t, np.inf)  # of a memory that needs no correction
        root = np.sqrt(v / (1 - beta2**age)) + EPS
        parts.append(
            np.broadcast_arrays(m / (1 - beta1**age), np.where(np.equal(divisor, 0), 1, root))
        )
    return np.unstack(np.concatenate([np.full_like(parts[:1], np.nan), parts]), axis=1)


def _draw_axes():
    fig, (top, bottom, ratio) = figure(1, 3, size=(9.9, 3.8))
    for ax, name in ((top, "g and m"), (bottom, "|g| and √v"), (ratio, "step, in units of η")):
        ax.set(xlim=(-1, STEPS + 1), xlabel="step t", ylabel=name)
        ax.axhline(0, color="0.4", linewidth=1)
    top.set(ylim=(-3, 3.4))
    bottom.set(ylim=(-0.1, 2.6))
    ratio.set(yscale="symlog", ylim=(-60, 300))
    ticks = (-30, -10, -3, -1, 0, 1, 3, 10, 30, 100)
    ratio.set_yticks(ticks, [number(tick) for tick in ticks], minor=False)
    ratio.minorticks_off()
    return fig, (top, bottom, ratio)


def _said(form):
    return lambda v: form.format(number(v)) if np.isfinite(v) else "no step yet"


def _name(memory, divisor, correction):
    return NAMES[int(memory), int(divisor)][int(correction)]
