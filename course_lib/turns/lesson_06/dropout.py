"""Part 3 of lesson 6: dropout."""

import numpy as np

from course_lib.turns import turn

SQUARE, UNIFORM = np.array([[1.0, -2.0], [3.0, 4.0]]), np.array([[0.25, 0.1], [0.9, 0.6]])


@turn(
    "3.a",
    inputs=[(SQUARE, 0.25, UNIFORM), (np.array([2.0, -1.0, 5.0]), 0.6, np.array([0.5, 0.7, 0.6]))],
    hints=[
        "u >= rate is True, which counts as 1, where an entry is kept.",
        "Divide by 1 - rate, the share that is kept.",
    ],
)
def drop(x, rate, u):
    return x * (u >= rate) / (1 - rate)


@drop.also_right
def _with_where(x, rate, u):
    return np.where(u < rate, 0.0, x / (1 - rate))


@drop.mistake("the division is missing: divide what is kept by 1 - rate, so that the mean stays.")
def _not_inverted(x, rate, u):
    return x * (u >= rate)


@drop.mistake("you divide by rate. The share that is kept is 1 - rate.")
def _divided_by_rate(x, rate, u):
    return x * (u >= rate) / rate


@drop.mistake("you keep what should be dropped: an entry is kept where u >= rate.")
def _reversed_mask(x, rate, u):
    return x * (u < rate) / (1 - rate)


@drop.mistake("an entry whose u equals rate is kept: u >= rate.")
def _strictly(x, rate, u):
    return x * (u > rate) / (1 - rate)


@drop.mistake("you multiply by 1 - rate. Divide: what is kept must make up for what is missing.")
def _multiplied(x, rate, u):
    return x * (u >= rate) * (1 - rate)


@drop.mistake("rate is the share that is dropped: keep where u >= rate, and divide by 1 - rate.")
def _rate_kept(x, rate, u):
    return x * (u < rate) / rate
