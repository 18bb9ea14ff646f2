"""Stages for the browser: all that a stage can do, and one of each control."""

# Every kind of control and of actor, on a stage with a question.
GALLERY = """
import numpy as np
from course_lib.controls import Choice, Question, Slider, Switch, controls
from course_lib.plots import COLOURS, figure
from course_lib.stage import Stage

a, b, side, noise = controls(
    Slider("height", np.linspace(1, 9, 17)),
    Slider("width", np.linspace(1, 9, 17)),
    Choice("side", ["left", "right", "above", "below", "behind"]),
    Switch("noise"),
)
fig, (left, right) = figure(1, 2, size=(6.8, 3))
for ax in (left, right):
    ax.set(xlim=(0, 10), ylim=(0, 10))
(star,) = left.plot(8, 8, "r*", markersize=20, label="the best pair")
question = Question("Where?", ("left", "right"), "Look.", right=1, why="The star says so.")
stage = Stage("gallery", fig, [a, b, side, noise], steps=9, alt="All.", question=question)
stage.after_prediction(star)
stage.picture(left, lambda ax, j, k: ax.axhspan(0, j + 2 * k, alpha=0.2), over=(side, noise))
stage.point(left, b.axis, a.axis, "s", drags=(a, b), markersize=12, color=COLOURS["blue"])
stage.bars(left, [1, 9], np.stack([a.axis / 2, a.axis], axis=-1), width=0.4)
ramp = np.add.outer(np.arange(8.0), np.arange(8.0))
stage.cells(right, a.axis[..., None, None] * ramp)
stage.over_steps(right, stage.steps * a.axis / 10, ".-", color="white")
stage.line(right, [1, 9], lambda x: b.axis * x / 9, "--")
stage.text(left, "{:.1f} high", a.axis)
stage.text(right, "best is {:.0f}", 8, after_prediction=True)
left.legend()
stage
"""

# One of each kind that takes keys; the explorer stands between cells that could be lost.
CONTROLS = """
from course_lib.controls import Choice, Slider, Switch, controls
from course_lib.plots import figure
from course_lib.stage import Stage

members = controls(
    Slider("height", range(1, 10)),
    Choice("side", ["left", "right"]),
    Choice("list", list("pqrst")),
    Switch("switch"),
)
fig, ax = figure()
ax.set(xlim=(0, 10), ylim=(0, 10))
stage = Stage("controls", fig, members, steps=9, alt="Controls.")
stage.point(ax, stage.steps, members[0].axis)
stage
"""
