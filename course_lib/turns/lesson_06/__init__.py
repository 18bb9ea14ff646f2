"""What students write in lesson 6, regularisation: a file a part."""

from course_lib.turns.lesson_06.batch_norm import pull_centre, pull_scale
from course_lib.turns.lesson_06.dropout import drop
from course_lib.turns.lesson_06.penalties import ridge, soft_threshold
from course_lib.turns.lesson_06.validation import best_of_200, cross_validation

__all__ = [
    "best_of_200",
    "cross_validation",
    "drop",
    "pull_centre",
    "pull_scale",
    "ridge",
    "soft_threshold",
]
