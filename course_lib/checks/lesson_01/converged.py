"""Exercise 1.7: has a descent converged when its loss hardly falls?"""

from course_lib.checks import exercise


@exercise(
    "1.7",
    hints=[
        "The landscape is a bowl, perhaps a long narrow one. What does the descent do along its "
        "steep direction, and what along its flat one?",
        "A flat direction is one in which the loss changes little, even over a long distance. "
        "What does a small decrease of the loss then say about the distance that is left?",
    ],
)
def answer_7():
    return "c"


answer_7.mistake(
    "the loss and the parameters are not the same thing. In the lesson a loss curve looked flat "
    "while much of the way along one direction was left.",
    lambda: "a",
)
answer_7.mistake(
    "ten times 0.9 of the limit is far beyond the limit. Look again at the descent with 1.01 of it, "
    "in exercise 1.2.",
    lambda: "b",
)
answer_7.mistake(
    "the mean squared error of a linear regression is one bowl: it has no second, higher valley. "
    "Another start leads to the same minimum.",
    lambda: "d",
)
