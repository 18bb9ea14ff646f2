"""Exercise 5.8, open: features that are rare, and 3,000 examples, each seen once."""

import numpy as np

from course_lib.checks import exercise
from course_lib.checks.contests import rare_score


def reached(learner, seed):
    """Whether the score on 20 sets is a number, below each mark, and with at most 3,000 gradients."""
    score, calls = rare_score(learner, seed)
    return np.isfinite(score), score < 8, score < 3, calls <= 3000


@exercise(
    "5.8",
    inputs=[(0,), (100,)],
    returns="finite below_8 below_3 within_3000",
    through=reached,
    hints=[
        "Some features occur in every example, others in one of a hundred. Which method of the lesson "
        "was made for this?",
        "AdaGrad with a constant η reaches the first mark: s is an array of zeros at the start, and "
        "eps = 1e-10 prevents 0 / 0.",
        "At the end the noise of the last steps remains. Lesson 2 has two remedies: lower η towards "
        "the end, or return the mean of the last half of all θ. With them a larger η is better.",
    ],
)
def my_learner(gradient, theta):
    s, total = np.zeros(len(theta)), 0
    for t in range(3000):
        g = gradient(theta)
        s = s + g**2
        theta = theta - 0.5 * g / (np.sqrt(s) + 1e-10)
        if t >= 1500:
            total = total + theta
    return total / 1500


@my_learner.also_right
def with_a_falling_rate(gradient, theta):
    s = 0
    for t in range(3000):
        g = gradient(theta)
        s = s + g**2
        theta = theta - 0.5 * (1 - t / 3000) * g / (np.sqrt(s) + 1e-10)
    return theta


def constant(lr, adaptive=True, steps=3000):
    """AdaGrad, or SGD, with a constant learning rate."""

    def wrong(gradient, theta):
        s = 0
        for _ in range(steps):
            g = gradient(theta)
            s = s + g**2 if adaptive else 1.0
            theta = theta - lr * g / (np.sqrt(s) + 1e-10)
        return theta

    return wrong


my_learner.mistake(
    "neither mark is reached. Do rare features move far enough, and does the noise shrink at the end?",
    constant(0.01, adaptive=False),
)
my_learner.mistake(
    "the first mark is reached, and not the second: the noise of the last steps stays. Lower η "
    "towards the end, or average θ over the last steps.",
    constant(0.2),
)
my_learner.mistake(
    "the first mark is reached, but gradient was called more than 3,000 times.",
    constant(0.2, steps=3500),
)
my_learner.mistake(
    "θ is not finite at the end. Either η is too large, or a feature that has not occurred yet gives "
    "0 / 0: add a small eps to the root.",
    lambda gradient, theta: theta + np.nan * gradient(theta),
)
my_learner.mistake(
    "the second mark is reached, but gradient was called more than 3,000 times.",
    lambda gradient, theta: my_learner.reference(gradient, theta + 0 * gradient(theta)),
)
my_learner.mistake(
    "neither mark is reached, and gradient was called more than 3,000 times. Call it once a step and "
    "give the result a name.",
    constant(0.01, adaptive=False, steps=6000),
)
