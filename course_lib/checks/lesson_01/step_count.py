"""Exercise 1.3: how many steps the best learning rate takes."""

import math

import numpy as np

from course_lib.checks import exercise


def exact_steps(condition, tolerance):
    """The number of steps before it is rounded up."""
    return math.log(tolerance) / math.log((condition - 1) / (condition + 1))


@exercise(
    "1.3",
    inputs=[(3.0, 0.1), (1.5, 0.001), (10.0, 0.01), (100.0, 1e-6)],
    returns="steps",
    hints=[
        "With the best learning rate each step multiplies the error by q = (κ - 1) / (κ + 1). "
        "What is left after k steps?",
        "q to the power k is left. Solve q**k = tolerance for k with logarithms: "
        "the logarithm of q**k is k times that of q.",
        "k = log(tolerance) / log(q) is not a whole number, and with fewer steps too much is left: "
        "math.ceil rounds up.",
    ],
)
def steps_needed(condition, tolerance):
    return math.ceil(exact_steps(condition, tolerance))


@steps_needed.also_right
def by_counting(kappa, goal):
    left, steps = 1.0, 0
    while left > goal:
        left *= (kappa - 1) / (kappa + 1)
        steps += 1
    return steps


@steps_needed.also_right
def with_numpy(condition, tolerance):
    q = 1 - 2 / (condition + 1)
    return np.ceil(np.log10(tolerance) / np.log10(q))


steps_needed.mistake(
    "this is rounded down: after so many steps a little too much is left.",
    lambda condition, tolerance: math.floor(exact_steps(condition, tolerance)),
)
steps_needed.mistake(
    "this is rounded to the nearest whole number, sometimes down; then too much is left. Round up.",
    lambda condition, tolerance: round(exact_steps(condition, tolerance)),
)
steps_needed.mistake("this is not a whole number. Round up.", exact_steps)
steps_needed.mistake(
    "this is one step too many. A loop that counts should begin with 0 steps and the error 1.",
    lambda condition, tolerance: math.ceil(exact_steps(condition, tolerance)) + 1,
)
steps_needed.mistake(
    "1 - 1 / κ is the factor of the step 1 / λ_max. The best step has a smaller factor.",
    lambda condition, tolerance: math.ceil(math.log(tolerance) / math.log(1 - 1 / condition)),
)
steps_needed.mistake(
    "the number is negative: q is upside down, or a logarithm has the wrong sign.",
    lambda condition, tolerance: math.ceil(-exact_steps(condition, tolerance)),
)
steps_needed.mistake(
    "the quotient of the logarithms is upside down: from q**k = tolerance follows "
    "k = log(tolerance) / log(q).",
    lambda condition, tolerance: math.ceil(1 / exact_steps(condition, tolerance)),
)
steps_needed.mistake(
    "this is how many steps the loss needs. In each step the error is multiplied by q, the loss by q².",
    lambda condition, tolerance: math.ceil(exact_steps(condition, tolerance) / 2),
)
steps_needed.mistake(
    "this is the rule of thumb ½ κ log(1 / tolerance). It is good for a large κ only; "
    "take the logarithm of q itself.",
    lambda condition, tolerance: math.ceil(-condition * math.log(tolerance) / 2),
)
