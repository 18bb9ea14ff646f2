"""Exercise 6.6: what larger weights before batch normalisation change, to predict."""

from course_lib.checks import exercise


@exercise(
    "6.6",
    returns="gradient rate",
    hints=[
        "Batch normalisation takes the factor away again, so L(5 W) = L(W) for every W. "
        "Differentiate both sides with respect to W.",
        "A step turns W by about the length of the step divided by the length of W. Which of the two "
        "lengths changes, and by what factor?",
    ],
)
def predicted_rescaling():
    return 1 / 5, 25.0


predicted_rescaling.mistake(
    "the loss does not change, but its gradient does: 5 L'(5 W) = L'(W).", lambda: (1.0, 5.0)
)
predicted_rescaling.mistake(
    "the first number is upside down: W is five times as long, so a change of W matters less.",
    lambda: (5.0, 1 / 25),
)
predicted_rescaling.mistake(
    "this learning rate makes the step as long as before. But W is five times as long as before too.",
    lambda: (1 / 5, 5.0),
)
predicted_rescaling.mistake(
    "the second number is upside down: the step must become longer.", lambda: (1 / 5, 1 / 25)
)
predicted_rescaling.mistake(
    "the gradient itself has the factor 1/5; 1/25 is that of the angle.", lambda: (1 / 25, 25.0)
)
predicted_rescaling.mistake("the order is gradient, learning rate.", lambda: (25.0, 1 / 5))
