"""Exercise 1.16, open: how low with 200 gradients of a bowl about which nothing is known?"""

import numpy as np

from course_lib.checks import exercise
from course_lib.checks.budgets import reached


@exercise(
    "1.16",
    inputs=[(100, 1.0, 0), (100, 0.02, 5), (60, 300.0, 9)],
    returns="start lower below_mark within_200",
    through=reached,
    hints=[
        "Start with a learning rate that is surely too small, and double it in each step as long "
        "as the loss "
        "falls. What do you do when it rises?",
        "Or measure first: power iteration, as in the lesson, needs one gradient for each "
        "product H v. "
        "With 30 of them you know λ_max well enough.",
        "Use the learning rate 1.85 / λ_max for all gradients that are left. Count them: two "
        "calls for "
        "one step are one too many.",
    ],
)
def my_descent(f, theta):
    _, at_start = f(theta)
    v = at_start
    for _ in range(30):
        v = v / np.linalg.norm(v)
        v = f(theta + v)[1] - at_start
    lr = 1.85 / np.linalg.norm(v)
    for _ in range(169):
        theta = theta - lr * f(theta)[1]
    return theta


@my_descent.also_right
def by_doubling(f, theta):
    """The learning rate doubles after each step that lowers the loss, and is quartered otherwise."""
    lr, (loss, g) = 1e-6, f(theta)
    for _ in range(199):
        there = theta - lr * g
        new_loss, new_g = f(there)
        if new_loss < loss:
            theta, loss, g, lr = there, new_loss, new_g, 2 * lr
        else:
            lr = lr / 4
    return theta


@my_descent.also_right
def by_two_points(f, theta):
    """The last two points give the next learning rate. (Barzilai, Borwein, 1988)"""
    _, g = f(theta)
    lr = 1e-6
    for _ in range(120):
        step = -lr * g
        theta = theta + step
        _, new_g = f(theta)
        lr, g = step @ step / (step @ (new_g - g)), new_g
    return theta


def constant(lr, steps=200):
    """Gradient descent with one learning rate for all bowls."""

    def wrong(f, theta):
        for _ in range(steps):
            theta = theta - lr * f(theta)[1]
        return theta

    return wrong


my_descent.mistake(
    "one learning rate cannot suit all these bowls: it diverges on one of them and hardly moves "
    "on another. "
    "Find a learning rate inside your function.",
    constant(0.018),
)
my_descent.mistake(
    "the loss falls, but not far enough. Can the learning rate be larger, or may it change on "
    "the way?",
    constant(1e-5),
)
my_descent.mistake("the loss is not lower than at the start.", constant(1.0))


@my_descent.mistake(
    "the mark is reached, but f was called more than 200 times. Use the loss and the gradient of "
    "the same call."
)
def too_many(f, theta):
    return my_descent.reference(f, my_descent.reference(f, theta))
