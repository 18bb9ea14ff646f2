"""Exercise 3.16: the mean loss of the batches of an epoch, and the loss on all examples, to predict."""

from course_lib.checks import exercise


@exercise(
    "3.16",
    returns="printed after",
    hints=[
        "Write down the loss on all examples before each of the four steps, and after the last.",
        "The loss of a batch is computed before the step that uses its gradient.",
    ],
)
def two_losses():
    return 30.0, 4.0


two_losses.mistake(
    "the losses after the steps are averaged. A batch's loss is computed before its step.",
    lambda: (15.0, 4.0),
)
two_losses.mistake(
    "both losses are the one after the epoch. The mean is over what the program saw on its way.",
    lambda: (4.0, 4.0),
)
two_losses.mistake(
    "the losses of the batches are added up. The program prints their mean.", lambda: (120.0, 4.0)
)
two_losses.mistake(
    "the last loss is the one before the last step. The last step halves it again.",
    lambda: (30.0, 8.0),
)
two_losses.mistake("the order is printed, after.", lambda: (4.0, 30.0))
