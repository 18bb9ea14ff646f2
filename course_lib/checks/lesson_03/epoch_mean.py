"""Exercise 3.6: the mean loss of the batches of an epoch, and the loss on all examples."""

from course_lib.checks import exercise


@exercise(
    "3.6",
    hints=[
        "With which θ was the loss of the first batch computed, and with which that of the last?",
        "Would the two numbers agree if θ stayed the same during the epoch?",
    ],
)
def answer_6():
    return "b"


answer_6.mistake(
    "an average over batches of equal size is the average over all, as long as θ stays the same.",
    lambda: "a",
)
answer_6.mistake(
    "the triangle inequality is about lengths of vectors, the gradients. Losses are numbers, and their "
    "mean is their mean.",
    lambda: "c",
)
answer_6.mistake(
    "1,000 examples make exactly 100 batches of 10: there is no ragged batch here.",
    lambda: "d",
)
