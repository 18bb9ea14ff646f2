"""Lesson 5, adaptive methods: its exercises, each in a file of this folder."""

from course_lib.checks.engine import exercises_in

globals().update(exercises_in(__name__))
