"""Exercise 4.5: the largest learning rate for which heavy ball converges, by trying."""

import numpy as np

from course_lib.checks import exercise

rising = np.linspace(0.1, 4.1, 41)


@exercise(
    "4.5",
    inputs=[
        (1.0, 0.5, rising + 0.013),
        (10.0, 0.9, rising / 10 + 0.0021),
        (2.0, 0.0, rising / 2 + 0.007),
        (0.5, 0.3, rising * 2 + 0.013),
    ],
    returns="lr",
    hints=[
        "For each lr start again with theta = 1.0 and v = 0.0, and take 500 steps.",
        "The gradient is curvature * theta; the step is heavy ball's of exercise 4.1.",
        "Keep the lr whenever abs(theta) < 1 at the end. They rise, so the last kept is the largest.",
    ],
)
def largest_that_settles(curvature, beta, lrs):
    best = np.nan
    for lr in lrs:
        theta, v = 1.0, 0.0
        for _ in range(500):
            v = beta * v + curvature * theta
            theta = theta - lr * v
        if abs(theta) < 1:
            best = lr
    return best


@largest_that_settles.also_right
def all_at_once(curvature, beta, lrs):
    theta, v = np.ones(len(lrs)), np.zeros(len(lrs))
    for _ in range(500):
        v = beta * v + curvature * theta
        theta = theta - lrs * v
    return lrs[np.abs(theta) < 1].max()


@largest_that_settles.also_right
def by_the_limit(curvature, beta, lrs):
    return lrs[lrs * curvature < 2 * (1 + beta)][-1]


largest_that_settles.mistake(
    "the velocity is forgotten between the steps: this is the limit of plain descent.",
    lambda curvature, beta, lrs: by_the_limit(curvature, 0.0, lrs),
)
largest_that_settles.mistake(
    "you returned the index, not the learning rate: return lrs[k], not k.",
    lambda curvature, beta, lrs: float(np.sum(lrs * curvature < 2 * (1 + beta)) - 1),
)
largest_that_settles.mistake(
    "this is the first that diverges. Return the last that settles.",
    lambda curvature, beta, lrs: lrs[lrs * curvature > 2 * (1 + beta)][0],
)
largest_that_settles.mistake(
    "this is the smallest that settles. Do not stop at the first one.",
    lambda curvature, beta, lrs: lrs[0],
)
largest_that_settles.mistake(
    "the curvature is left out: the gradient is curvature * theta, not theta.",
    lambda curvature, beta, lrs: by_the_limit(1.0, beta, lrs),
)
largest_that_settles.mistake(
    "the curvature counts half. The gradient of ½ curvature theta² is curvature * theta.",
    lambda curvature, beta, lrs: by_the_limit(curvature / 2, beta, lrs),
)
