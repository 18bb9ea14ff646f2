"""Exercise 1.14: how many steps a descent still needs when its loss hardly falls, to predict."""

from course_lib.checks import exercise


@exercise(
    "1.14",
    returns="steps",
    hints=[
        "Late in a descent only the slowest direction is left. By which factor does its part of "
        "the loss "
        "shrink in each step? The last printed line tells you.",
        "The loss keeps this factor from now on. After how many steps is 49.5 times its power "
        "below 1? "
        "Take logarithms, as in exercise 1.12.",
    ],
)
def steps_still_needed():
    return 390_000


steps_still_needed.mistake(
    "the loss does not go on falling by the same amount. It is multiplied by the same factor in "
    "each step, "
    "so it falls by less and less.",
    lambda: 97_000,
)
steps_still_needed.mistake(
    "the printed factor is that of the loss already: do not take its root.",
    lambda: 780_000,
)
steps_still_needed.mistake(
    "the printed factor is that of the loss already: do not square it.",
    lambda: 200_000,
)
steps_still_needed.mistake(
    "round to two significant digits, as in 1,200 or 35,000.", lambda: 390_200
)
steps_still_needed.mistake(
    "the descent has not converged: a loss that hardly falls may have far to go. Its slowest "
    "direction "
    "keeps losing the same small share in each step.",
    lambda: 0,
)
