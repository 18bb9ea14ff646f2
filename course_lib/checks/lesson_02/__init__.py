"""Lesson 2, stochastic gradient descent: what its exercises check."""

from course_lib.checks.lesson_02.averaging import running_mean
from course_lib.checks.lesson_02.decay import decaying_sgd
from course_lib.checks.lesson_02.floor import floor_slope, stationary_variance
from course_lib.checks.lesson_02.gradients import per_sample
from course_lib.checks.lesson_02.order import answer_7, fixed_order

__all__ = [
    "answer_7",
    "decaying_sgd",
    "floor_slope",
    "fixed_order",
    "per_sample",
    "running_mean",
    "stationary_variance",
]
