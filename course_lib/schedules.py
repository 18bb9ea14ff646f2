"""Schedules: functions t -> number, t = 1, 2, ..., which can take the place of a hyper-parameter.

    Optimizer(adam, lr=cosine(1e-3, 5000))

The start value may be an array, one value per run.
"""

import numpy as np

from course_lib.closures import check_number, named


def constant(value):
    """value at every step."""
    check_number("the value of constant", value, per_run=True)
    return named(lambda t: value, constant, value)


def step(value, every, factor=0.1):
    """value · factor^⌊(t - 1) / every⌋: multiplied by `factor` after each `every` steps."""
    check_number("the value of step", value, per_run=True)
    check_number("`every` of step", every, above=0)
    check_number("the factor of step", factor)
    return named(lambda t: value * factor ** ((t - 1) // every), step, value, every, factor)


def inverse_time(value, half):
    """value / (1 + (t - 1) / half): half of value after `half` steps. It falls as 1 / t, so its sum
    diverges and the sum of its squares converges: the condition of Robbins and Monro (1951). With an
    infinite `half` it is constant."""
    check_number("the value of inverse_time", value, per_run=True)
    check_number("`half` of inverse_time", half, above=0, per_run=True, finite=False)
    return named(lambda t: value / (1 + (t - 1) / half), inverse_time, value, half)


def cosine(value, steps, floor=0.0):
    """floor + ½ (value - floor) (1 + cos π (t - 1) / steps), then floor. (Loshchilov, Hutter, 2017)"""
    check_number("the value of cosine", value, per_run=True)
    check_number("the steps of cosine", steps, above=0)
    check_number("the floor of cosine", floor, per_run=True)

    def schedule(t):
        return floor + (value - floor) * (1 + np.cos(np.pi * min((t - 1) / steps, 1))) / 2

    return named(schedule, cosine, value, steps, floor)


def warm_up(schedule, steps):
    """schedule(t) · t / steps in the first `steps` steps, then schedule(t). A number is a constant.

    (Goyal et al., 2017)
    """
    check_number("the steps of warm_up", steps, above=0)
    after = schedule if callable(schedule) else constant(schedule)
    return named(lambda t: after(t) * min(t / steps, 1), warm_up, schedule, steps)
