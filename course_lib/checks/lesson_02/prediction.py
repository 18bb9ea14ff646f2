"""Exercise 2.13: how high the noise floor is at another learning rate, to predict."""

from course_lib.checks import exercise


@exercise(
    "2.13",
    returns="v",
    hints=[
        "How large is s², the variance of the noise? The first measurement tells you.",
        "η λ = 1 in the first measurement: that is not small. Use the whole formula of the "
        "lesson, not its "
        "approximation for a small η λ.",
    ],
)
def predicted_floor():
    return 0.1


predicted_floor.mistake(
    "the floor is in proportion to the learning rate only while η λ is small. At η = 0.5, η λ is "
    "1.",
    lambda: 0.18,
)
predicted_floor.mistake(
    "this is s², the variance of the noise. Now put it into the formula with η = 0.1.", lambda: 3.6
)
predicted_floor.mistake(
    "this is the mean of ½ λ θ², the loss. The question is about the mean of θ².", lambda: 0.05
)
predicted_floor.mistake("the floor is in proportion to η, and not to η².", lambda: 0.036)
