"""Lesson 4, momentum: what its exercises check."""

from course_lib.checks.lesson_04.fault import nesterov_walk, why_faster
from course_lib.checks.lesson_04.rates import best_pair, largest_that_settles, sum_lr
from course_lib.checks.lesson_04.steps import heavy_ball, look_ahead

__all__ = [
    "best_pair",
    "heavy_ball",
    "largest_that_settles",
    "look_ahead",
    "nesterov_walk",
    "sum_lr",
    "why_faster",
]
