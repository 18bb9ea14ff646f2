"""Turns: a student writes a function inside a lesson, and the lesson goes on with it.

Each file lesson_NN.py holds the references of a lesson:
`from course_lib.turns import lesson_01 as turn`.
"""

from course_lib.turns.engine import Turn, turn

__all__ = ["Turn", "turn"]
