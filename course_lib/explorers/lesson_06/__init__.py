"""Lesson 6, regularisation: its explorers, each in a file of this folder."""

from course_lib.explorers.lesson_06.batches import batch_norm_and_batch_size
from course_lib.explorers.lesson_06.dashboard import regularisers
from course_lib.explorers.lesson_06.penalties import lambda_path
from course_lib.explorers.lesson_06.thinned import thinned_nets

__all__ = ["batch_norm_and_batch_size", "lambda_path", "regularisers", "thinned_nets"]
