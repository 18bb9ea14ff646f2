"""Lesson 5, adaptive methods: its explorers, each in a file of this folder."""

from course_lib.explorers.lesson_05.anatomy import anatomy_of_a_step
from course_lib.explorers.lesson_05.game import amsgrad_game
from course_lib.explorers.lesson_05.rates import loss_against_lr
from course_lib.explorers.lesson_05.valley import rotate_the_valley

__all__ = ["amsgrad_game", "anatomy_of_a_step", "loss_against_lr", "rotate_the_valley"]
