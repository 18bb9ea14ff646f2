"""Checks: tell a student whether an answer is right, and if not, which mistake it looks like.

Each folder lesson_NN holds the exercises of a lesson, each in a file of its own, and their pictures:
`from course_lib.checks import lesson_01 as check`.
"""

from course_lib.checks.calling import case
from course_lib.checks.engine import Exercise, exercise

__all__ = ["Exercise", "case", "exercise"]
