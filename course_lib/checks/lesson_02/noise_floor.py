"""Exercise 2.7: what a loss that trembles around a level says."""

from course_lib.checks import exercise


@exercise(
    "2.7",
    hints=[
        "Which of the two phases is SGD in when its loss trembles around a level?",
        "In the noise ball a step is governed by the noise. "
        "What is the level in proportion to, and what stays at 0 in the mean?",
    ],
)
def answer_7():
    return "b"


answer_7.mistake(
    "the mean of the gradients of single examples is the full gradient, at every θ and for every "
    "η. A smaller learning rate would not correct a biased gradient.",
    lambda: "a",
)
answer_7.mistake(
    "the squared error of a line is one bowl. It has no other minimum to fall into.",
    lambda: "c",
)
answer_7.mistake(
    "the larger learning rate did good work: it made the way down short. With the smaller one from "
    "the beginning, the transient would have taken ten times the steps.",
    lambda: "d",
)
