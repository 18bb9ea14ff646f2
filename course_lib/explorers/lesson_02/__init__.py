"""Lesson 2, stochastic gradient descent: its explorers, each in a file of this folder."""

from course_lib.explorers.lesson_02.fair import budget
from course_lib.explorers.lesson_02.gradients import cloud
from course_lib.explorers.lesson_02.noise import floor

__all__ = ["budget", "cloud", "floor"]
