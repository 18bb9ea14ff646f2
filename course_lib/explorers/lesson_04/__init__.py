"""Lesson 4, momentum: its explorers, each in a file of this folder."""

from course_lib.explorers.lesson_04.bowl import cycle
from course_lib.explorers.lesson_04.conventions import conventions
from course_lib.explorers.lesson_04.rates import rate_map

__all__ = ["conventions", "cycle", "rate_map"]
