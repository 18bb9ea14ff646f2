"""Lesson 4, momentum: its explorers, each in a file of this folder."""

from course_lib.explorers.lesson_04.bowl import cycle
from course_lib.explorers.lesson_04.conventions import conventions
from course_lib.explorers.lesson_04.curves import match_the_curve
from course_lib.explorers.lesson_04.left import what_is_left
from course_lib.explorers.lesson_04.rates import rate_map

__all__ = ["conventions", "cycle", "match_the_curve", "rate_map", "what_is_left"]
