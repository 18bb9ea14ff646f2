"""Lesson 1, linear regression: what its exercises check."""

from course_lib.checks.lesson_01.arrived import answer_7
from course_lib.checks.lesson_01.fault import fixed_step
from course_lib.checks.lesson_01.gradient import loss_and_gradient
from course_lib.checks.lesson_01.outliers import huber
from course_lib.checks.lesson_01.speed import largest_step, steps_needed
from course_lib.checks.lesson_01.units import convert, weights_in_raw_units

__all__ = [
    "answer_7",
    "convert",
    "huber",
    "largest_step",
    "loss_and_gradient",
    "fixed_step",
    "steps_needed",
    "weights_in_raw_units",
]
