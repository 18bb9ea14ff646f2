"""Exercise 4.17: the best momentum for a given learning rate."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "4.17",
    inputs=[
        (0.01, np.array([1.0, 9.0, 100.0])),
        (0.25, np.array([9.0, 1.0])),
        (0.25, np.array([2.25, 9.0, 4.0])),
        (0.04, np.array([81.0, 1.0, 25.0])),
        (0.25, np.array([4.0])),
        (0.03, np.array([2.0, 5.0])),
        (0.16, np.array([9.0, 4.0])),
    ],
    returns="beta factor",
    hints=[
        "Look at one curvature first: with which β are its two roots equal?",
        "The roots are equal at β = (1 - √(ηλ))². With a smaller β this direction has a larger factor "
        "than there, with a larger β its factor is √β.",
        "So no direction may have less than its own β, and more than the largest of them only slows "
        "down: take the largest (1 - √(ηλ))², and its square root as the factor.",
    ],
)
def best_beta(lr, curvatures):
    beta = ((1 - np.sqrt(lr * curvatures)) ** 2).max()
    return beta, np.sqrt(beta)


@best_beta.also_right
def from_both_ends(rate, bends):
    slow, fast = 1 - (rate * min(bends)) ** 0.5, (rate * max(bends)) ** 0.5 - 1
    factor = max(slow, fast)
    return factor**2, factor


def beta_with(own=lambda x: (1 - np.sqrt(x)) ** 2, pick=np.max, factor=np.sqrt):
    """best_beta, or a wrong version where a part is replaced; x is lr times a curvature."""

    def wrong(lr, curvatures):
        beta = pick(own(lr * np.sort(curvatures)))
        return beta, factor(beta)

    return wrong


best_beta.mistake(
    "this is the β of the smallest curvature. Where lr is large, the largest curvature needs more.",
    beta_with(pick=lambda betas: betas[0]),
)
best_beta.mistake(
    "this is the β of the largest curvature. The smallest often needs more.",
    beta_with(pick=lambda betas: betas[-1]),
)
best_beta.mistake(
    "this is the smallest of the betas. With it the other directions are slower.",
    beta_with(pick=np.min),
)
best_beta.mistake("this is the mean of the betas. Take the largest.", beta_with(pick=np.mean))
best_beta.mistake(
    "beta is not squared: it is (1 - √(ηλ))², and the factor is its square root.",
    beta_with(own=lambda x: np.abs(1 - np.sqrt(x))),
)
best_beta.mistake(
    "the square root is missing: beta is (1 - √(ηλ))², not (1 - ηλ)².",
    beta_with(own=lambda x: (1 - x) ** 2),
)
best_beta.mistake(
    "the factor is √β, not β: that is the size of two equal or complex roots.",
    beta_with(factor=lambda beta: beta),
)


@best_beta.mistake(
    "this is the beta of the best pair, which has its own learning rate. Here lr is given."
)
def of_the_best_pair(lr, curvatures):
    low, high = np.sqrt(curvatures.min()), np.sqrt(curvatures.max())
    factor = (high - low) / (high + low)
    return factor**2, factor
