"""Checks: tell a student whether an answer is right, and if not, which mistake it looks like.

One file per lesson holds its exercises; `from course_lib.checks import lesson_01 as check`.
"""

from course_lib.checks.calling import case
from course_lib.checks.engine import Exercise, exercise

__all__ = ["Exercise", "case", "exercise"]
