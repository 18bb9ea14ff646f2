"""Schedules: functions t -> number, t = 1, 2, ..., to stand where a hyper-parameter stands.

    Optimizer(adam, lr=cosine(1e-3, 5000))

A start value may be an array, one value per run.
"""

import numpy as np


def constant(value):
    """value at every step."""
    return lambda t: value


def step(value, every, factor=0.1):
    """value · factor^⌊(t - 1) / every⌋: multiplied by `factor` after each `every` steps."""
    return lambda t: value * factor ** ((t - 1) // every)


def inverse_time(value, half):
    """value / (1 + (t - 1) / half): half of it after `half` steps. Falls as 1 / t, so its sum grows
    for ever and the sum of its squares does not: the condition of Robbins and Monro (1951)."""
    return lambda t: value / (1 + (t - 1) / half)


def cosine(value, steps, floor=0.0):
    """floor + ½ (value - floor) (1 + cos π (t - 1) / steps), then floor. (Loshchilov, Hutter, 2017)"""
    return lambda t: floor + (value - floor) * (1 + np.cos(np.pi * min((t - 1) / steps, 1))) / 2


def warm_up(schedule, steps):
    """schedule(t) · t / steps in the first `steps` steps, then schedule(t). A number is a constant.

    (Goyal et al., 2017)
    """
    after = schedule if callable(schedule) else constant(schedule)
    return lambda t: after(t) * min(t / steps, 1)
