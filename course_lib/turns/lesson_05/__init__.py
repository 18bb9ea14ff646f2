"""What students write in lesson 5, adaptive methods: a file a part."""

from course_lib.turns.lesson_05.adagrad import adagrad_step, ratio_of_learning_rates
from course_lib.turns.lesson_05.adam import adam_step, first_step
from course_lib.turns.lesson_05.adamax import adamax_step, one_round
from course_lib.turns.lesson_05.comparison import best_lr, counts_epochs

__all__ = [
    "adagrad_step",
    "adam_step",
    "adamax_step",
    "best_lr",
    "counts_epochs",
    "first_step",
    "one_round",
    "ratio_of_learning_rates",
]
