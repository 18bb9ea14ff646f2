"""Lesson 3, mini-batches: its explorers, each in a file of this folder."""

from course_lib.explorers.lesson_03.cost import cost_model
from course_lib.explorers.lesson_03.noise import noise_ellipse
from course_lib.explorers.lesson_03.rates import lr_and_batch

__all__ = ["cost_model", "lr_and_batch", "noise_ellipse"]
