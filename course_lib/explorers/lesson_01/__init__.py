"""Lesson 1, linear regression: its explorers, each in a file of this folder."""

from course_lib.explorers.lesson_01.descent import three_panels
from course_lib.explorers.lesson_01.directions import contraction
from course_lib.explorers.lesson_01.losses import outliers
from course_lib.explorers.lesson_01.valley import units

__all__ = ["contraction", "outliers", "three_panels", "units"]
