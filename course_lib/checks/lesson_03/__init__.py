"""Lesson 3, mini-batches: what its exercises check."""

from course_lib.checks.lesson_03.deadline import best_batch
from course_lib.checks.lesson_03.fault import fixed_epoch
from course_lib.checks.lesson_03.pieces import cut
from course_lib.checks.lesson_03.seen import answer_6
from course_lib.checks.lesson_03.variance import batch_variance
from course_lib.checks.lesson_03.whole import whole_gradient

__all__ = [
    "answer_6",
    "batch_variance",
    "best_batch",
    "cut",
    "fixed_epoch",
    "whole_gradient",
]
