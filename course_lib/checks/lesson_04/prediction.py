"""Exercise 4.16: the effective learning rate at the best pair, to predict."""

from course_lib.checks import exercise


@exercise(
    "4.16",
    returns="effective times",
    hints=[
        "Under a constant gradient heavy ball moves as gradient descent with lr / (1 - beta) would.",
        "The best pair is in the lesson's summary. With square roots 2 and 30 the numbers are short.",
    ],
)
def predicted_gain():
    return 1 / 60, 7.5


predicted_gain.mistake(
    "the first number is the learning rate of the best pair. Divide it by 1 - beta.",
    lambda: (1 / 256, 7.5),
)
predicted_gain.mistake(
    "beta was not squared: the best beta is the square of (√κ - 1) / (√κ + 1).",
    lambda: (1 / 32, 14.0625),
)
predicted_gain.mistake(
    "the second number compares with the best learning rate of gradient descent, not with its limit.",
    lambda: (1 / 60, 904 / 120),
)
predicted_gain.mistake("the order is effective, times.", lambda: (7.5, 1 / 60))
