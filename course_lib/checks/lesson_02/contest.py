"""Exercise 2.15, open: how low with the gradients of 200 examples?"""

import numpy as np

from course_lib.checks import exercise
from course_lib.checks.budgets import reached_with_noise


@exercise(
    "2.15",
    inputs=[(0,), (100,)],
    returns="start lower below_mark within_200",
    through=reached_with_noise,
    hints=[
        "Look at the board: which constant learning rates are still in the transient after 200 "
        "examples, and "
        "which are in their noise ball?",
        "A learning rate that is large enough for the transient leaves a noise ball. The lesson "
        "has two remedies: "
        "a schedule and averaging.",
        "Take a constant learning rate near 0.1 and return the mean of the later part of the path.",
    ],
)
def my_sgd(gradient, theta):
    mean = np.zeros_like(theta)
    for t in range(200):
        theta = theta - 0.1 * gradient(theta)
        if t >= 50:
            mean = mean + theta / 150
    return mean


@my_sgd.also_right
def schedule_and_mean(gradient, theta):
    points = []
    for t in range(200):
        theta = theta - 0.2 / (1 + t / 50) * gradient(theta)
        points.append(theta)
    return np.mean(points[80:], axis=0)


def constant(lr, steps=200):
    """SGD with a constant learning rate."""

    def wrong(gradient, theta):
        for _ in range(steps):
            theta = theta - lr * gradient(theta)
        return theta

    return wrong


my_sgd.mistake(
    "the loss falls, but not to the mark. With a constant learning rate you end in the noise "
    "ball, or before it: "
    "average the path, or let the learning rate fall.",
    constant(0.1),
)
my_sgd.mistake(
    "the loss is not lower than at the start: the learning rate is too large for single examples.",
    constant(0.6),
)


@my_sgd.mistake(
    "the mark is reached, but with more than 200 examples. Each call of gradient(theta) draws one."
)
def too_many(gradient, theta):
    return my_sgd.reference(gradient, my_sgd.reference(gradient, theta))
