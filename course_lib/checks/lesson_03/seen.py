"""Exercise 3.6: the mean loss seen in an epoch, and the loss on all examples."""

from course_lib.checks import exercise


@exercise(
    "3.6",
    hints=[
        "With which θ was the loss of the first batch computed, and with which that of the last?",
        "Would the two numbers agree if θ were held still during the epoch?",
    ],
)
def answer_6():
    return "b"


mistake = answer_6.mistake
mistake(
    "an average over batches of equal size is the average over all, as long as θ stays the same.",
    lambda: "a",
)
mistake(
    "the triangle inequality is about lengths of vectors, the gradients. Losses are numbers, and their "
    "mean is their mean.",
    lambda: "c",
)
mistake(
    "1,000 examples make exactly 100 batches of 10: there is no ragged batch here.",
    lambda: "d",
)
