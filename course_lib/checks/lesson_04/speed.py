"""Exercise 4.7: why momentum is faster."""

from course_lib.checks import exercise


@exercise(
    "4.7",
    hints=[
        "Is there any noise in these gradients that could be averaged away?",
        "Compare the effective learning rates, and the directions in which gradients agree.",
    ],
)
def why_faster():
    return "b"


why_faster.mistake("there is no noise here: every gradient is exact.", lambda: "a")
why_faster.mistake(
    "this valley has only one minimum; there is nothing to escape from.", lambda: "c"
)
why_faster.mistake(
    "a mean of equal gradients is one gradient, and would gain nothing.", lambda: "d"
)
