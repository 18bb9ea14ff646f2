"""Lesson 0: the first slider."""

import numpy as np

from course_lib.controls import Question, Slider
from course_lib.explorers import explorer
from course_lib.explorers.parts import BLUE, outcome
from course_lib.numbers import number
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import figure
from course_lib.stage import Stage

QUESTION = Question(
    "The ball rolls down f(θ) = θ² by steps of η times the slope. What does a much larger η do?",
    (
        "it needs fewer steps",
        "it jumps back and forth, and still converges",
        "it flies off",
    ),
    "Move the learning rate to both ends, then play the steps.",
    right=(0, 1, 2),
    why="Each answer is right somewhere: up to η = 0.5 a larger η takes fewer steps, from there to 1 "
    "the ball jumps back and forth and still reaches the minimum, and beyond 1 it flies off.",
)


@explorer()
def first_slider(theta0=2.0, steps=20):
    """Gradient descent on f(θ) = θ² from theta0: the steps on the parabola, and the loss."""
    lr = Slider("learning rate η", 0.01 * 10 ** (np.arange(31) / 14), start=0.1)
    theta = descend(_parabola, [theta0], Optimizer(sgd, lr=lr.axis), steps)[..., 0]
    loss = theta**2  # (steps + 1, 31)

    fig, (hill, curve) = figure(1, 2, size=(6.6, 3.4), sharey=True)
    across = np.linspace(-3.2, 3.2, 121)
    hill.plot(across, across**2, color="0.6")
    hill.set(xlim=(-3.2, 3.2), ylim=(-0.4, 9), xlabel="θ", ylabel="loss f(θ) = θ²")
    curve.set(xlim=(-0.4, steps + 0.4), xlabel="step", ylabel="loss")
    curve.xaxis.get_major_locator().set_params(integer=True)

    alt = "Left, a parabola with the steps of gradient descent; right, the loss at each step."
    stage = Stage("first-slider", fig, [lr], steps=steps, alt=alt, question=QUESTION)
    stage.trail(hill, theta, loss, ".--", linewidth=1.2, **BLUE)
    stage.over_steps(curve, loss, ".-", **BLUE)
    stage.text(hill, _verdict, 1 - 2 * lr.axis)
    stage.text(curve, lambda t, loss: f"θ = {number(t)}, loss {number(loss)}", theta, loss)
    return stage


def _parabola(theta):
    return (theta**2).sum(axis=-1), 2 * theta


def _verdict(factor):
    """What multiplying θ by `factor` at each step comes to."""
    _, end = outcome(abs(factor), 1)
    oscillates = "oscillates, " if factor < 0 and end == "converges" else ""
    return f"θ → {number(factor)} θ: {oscillates}{end}"
