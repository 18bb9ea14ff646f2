"""Lesson 0: the first slider."""

import numpy as np

from course_lib.controls import Question, Slider
from course_lib.explorers import number
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import COLOURS, figure
from course_lib.stage import Stage

QUESTION = Question(
    "The ball rolls down f(θ) = θ² by steps of η times the slope. What does a much larger η do?",
    ("it arrives in fewer steps", "it jumps to and fro, and still arrives", "it flies off"),
    "Move the learning rate to both ends, then play the steps: each answer is right somewhere.",
)


def first_slider(start=2.0, steps=20):
    """Gradient descent on f(θ) = θ² from `start`: the steps on the parabola, and the loss."""
    lr = Slider("learning rate η", np.geomspace(0.01, 1.2, 31), start=0.1)
    path = descend(_parabola, [start], Optimizer(sgd, lr=lr.values), steps)[
        ..., 0
    ]  # (steps + 1, 31)

    fig, (hill, curve) = figure(1, 2, size=(9, 3.4), sharey=True)
    theta = np.linspace(-3.2, 3.2, 121)
    hill.plot(theta, theta**2, color="0.6")
    hill.set(xlim=(-3.2, 3.2), ylim=(-0.4, 9), xlabel="θ", ylabel="loss f(θ) = θ²")
    curve.set(xlim=(-0.4, steps + 0.4), xlabel="step", ylabel="loss")
    curve.xaxis.get_major_locator().set_params(integer=True)

    alt = "Left, a parabola with the steps of gradient descent; right, the loss at each step."
    stage = Stage("first-slider", fig, [lr], steps=steps, alt=alt, question=QUESTION)
    stage.trail(hill, path, path**2, ".--", color=COLOURS["blue"], linewidth=1.2)
    stage.trail(curve, stage.steps, path**2, ".-", color=COLOURS["blue"])
    stage.text(hill, _verdict, 1 - 2 * lr.values)
    stage.text(curve, lambda t, loss: f"θ = {number(t)}, loss {number(loss)}", path, path**2)
    return stage


def _parabola(theta):
    return (theta**2).sum(axis=-1), 2 * theta


def _verdict(factor):
    """What multiplying θ by `factor` at each step comes to."""
    ends = ["diverges", "bounces, settles", "settles"]
    end = "never settles" if factor == -1 else ends[(factor > -1) + (factor >= 0)]
    return f"each step: θ → {number(factor)} θ: {end}"
