"""Exercise 1.12: how many steps a descent needs, from its learning rate and the eigenvalues."""

import math

import numpy as np

from course_lib.checks import exercise

HALF = np.float32(0.5)


@exercise(
    "1.12",
    inputs=[
        # With factors of exactly ½ and 1: the numbers of steps are exact, and a loop that
        # keeps all of the error must be recognised.
        (np.array([1, 3]), HALF, 8),
        (np.array([1, 2, 4]), HALF, 10),
        (np.array([0.5, 1.0]), 0.2, 1000),
        (np.array([0.1, 3.0]), 0.6, 100),
        (np.array([0.3, 5.0]), 0.5, 10),
        (np.array([2.0, 3.0]), 0.1, 1e6),
        (np.array([3, 1]), HALF, 2),
        (np.array([2.0, 2.5]), 0.7, 100),
    ],
    returns="steps",
    hints=[
        "In the direction of an eigenvalue λ a step multiplies the error by 1 - lr λ. "
        "Which direction is the slowest: that of the largest or of the smallest eigenvalue?",
        "It can be either: q is the largest of all |1 - lr λ|. If q is 1 or more, the answer is "
        "np.inf. "
        "What is left of the error after k steps?",
        "q**k is left. Solve q**k = 1 / times for k with logarithms, then think about the "
        "rounding: with "
        "one step fewer, too much would be left.",
    ],
)
def steps_needed(eigenvalues, lr, times):
    q = np.max(np.abs(1 - lr * eigenvalues))
    return math.inf if q >= 1 else math.ceil(math.log(times) / -math.log(q))


@steps_needed.also_right
def by_counting(curvatures, eta, fold):
    if any(abs(1 - eta * curvature) >= 1 for curvature in curvatures):
        return math.inf
    left, steps = np.ones(len(curvatures)), 0
    while np.max(np.abs(left)) * fold > 1:
        left = left * (1 - eta * curvatures)
        steps += 1
    return steps


@steps_needed.also_right
def by_the_two_ends(eigenvalues, lr, times):
    q = max(1 - lr * eigenvalues.min(), lr * eigenvalues.max() - 1)
    return np.ceil(np.log10(1 / times) / np.log10(q)) if q < 1 else np.inf


def steps_with(
    factor=lambda lr, eigenvalues: np.max(np.abs(1 - lr * eigenvalues)),
    rounding=math.ceil,
    count=lambda q, times: math.log(times) / -math.log(q),
    never=math.inf,
):
    """The right answer, or a wrong one where its factor, its rounding or its formula is "
    "replaced."""

    def wrong(eigenvalues, lr, times):
        q = factor(lr, eigenvalues)
        return never if q >= 1 else rounding(count(q, times))

    return wrong


steps_needed.mistake(
    "this is rounded down. After that many steps a little too much is left.",
    steps_with(rounding=math.floor),
)
steps_needed.mistake(
    "this is rounded to the nearest whole number, sometimes down; then too much is left. Round up.",
    steps_with(rounding=round),
)
steps_needed.mistake("this is not a whole number. Round up.", steps_with(rounding=float))
steps_needed.mistake(
    "this is one step too many. A loop that counts starts with 0 steps and the whole error.",
    steps_with(rounding=lambda k: math.ceil(k) + 1),
)
steps_needed.mistake(
    "where the number of steps comes out exactly, this is one too many: int(k) + 1 is not "
    "rounding up. "
    "In a loop: stop also when exactly 1 / times is left.",
    steps_with(rounding=lambda k: math.floor(k) + 1),
)
steps_needed.mistake(
    "only the largest eigenvalue is used. With a small learning rate the smallest one is slower.",
    steps_with(lambda lr, eigenvalues: abs(1 - lr * eigenvalues.max())),
)
steps_needed.mistake(
    "only the smallest eigenvalue is used. Near the limit the largest one is slower.",
    steps_with(lambda lr, eigenvalues: abs(1 - lr * eigenvalues.min())),
)
steps_needed.mistake(
    "the largest 1 - lr λ is always that of the smallest eigenvalue. But 1 - lr λ may be negative, and "
    "-0.8 leaves as much of the error as 0.8: take the largest |1 - lr λ| of all eigenvalues.",
    steps_with(lambda lr, eigenvalues: np.max(1 - lr * eigenvalues)),
)
steps_needed.mistake(
    "the fastest direction is used. The slowest one decides: take the largest |1 - lr λ|.",
    steps_with(lambda lr, eigenvalues: np.min(np.abs(1 - lr * eigenvalues)) or 1e-300),
)
steps_needed.mistake(
    "this is the factor (κ - 1) / (κ + 1) of the best learning rate. Here the learning rate is "
    "given.",
    steps_with(lambda lr, eigenvalues: 1 - 2 / (eigenvalues.max() / eigenvalues.min() + 1)),
)
steps_needed.mistake(
    "the number is negative: log(times) is positive and log(q) is negative.",
    steps_with(count=lambda q, times: math.log(times) / math.log(q)),
)
steps_needed.mistake(
    "the quotient of the logarithms is upside down: from q**k = 1 / times follows "
    "k = -log(times) / log(q).",
    steps_with(count=lambda q, times: -math.log(q) / math.log(times)),
)
steps_needed.mistake(
    "this is how many steps the loss needs. In each step the error is multiplied by q, the loss "
    "by q².",
    steps_with(count=lambda q, times: math.log(times) / -math.log(q) / 2),
)
steps_needed.mistake(
    "a factor of 1 or more is not treated: then the error never becomes small. Return np.inf.",
    steps_with(never=0),
)


@steps_needed.mistake(
    "with a factor of exactly 1 nothing of the error goes away either: return np.inf for q >= 1."
)
def strict(eigenvalues, lr, times):
    q = np.max(np.abs(1 - lr * eigenvalues))
    return -1 if q == 1 else steps_needed.reference(eigenvalues, lr, times)


@steps_needed.mistake(
    "1 - lr λ may be negative, and then its logarithm is nan: -0.8 leaves as much of the error as 0.8. "
    "Take absolute values."
)
def without_abs(eigenvalues, lr, times):
    q = np.max(1 - lr * eigenvalues)
    return np.inf if q >= 1 else np.ceil(np.log(times) / -np.log(q))
