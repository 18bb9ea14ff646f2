"""Part 3 of lesson 5: a step of AdaMax, and a round of a game."""

import numpy as np

from course_lib.turns import turn

THETA, G, M = np.array([1.0, 2.0]), np.array([0.5, -3.0]), np.array([0.2, -1.0])


@turn("3.a", predict=True)
def one_round():
    return 1


@turn(
    "3.b",
    inputs=[
        (THETA, G, 1, np.zeros(2), np.zeros(2), 0.1, 0.9, 0.99, 0.25),
        (THETA, G, 3, M, np.array([2.0, 1.0]), 0.2, 0.8, 0.5, 0.25),
    ],
    returns="theta m u",
    hints=[
        "np.maximum(a, b) takes the larger number of each pair.",
        "Only m is corrected. The step is lr * m_hat / u.",
    ],
)
def adamax_step(theta, g, t, m, u, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    m_hat = m / (1 - beta1**t)
    return theta - lr * m_hat / u, m, u


def _adamax(denominator, correction=lambda beta1, t: 1 - beta1**t):
    """A step of AdaMax with another u, a function of β2, the old u, g and ε, or another correction."""

    def step(theta, g, t, m, u, lr, beta1, beta2, eps):
        m = beta1 * m + (1 - beta1) * g
        u = denominator(beta2, u, g, eps)
        return theta - lr * m / correction(beta1, t) / u, m, u

    return step


def _largest(beta2, u, g, eps):
    return np.maximum(beta2 * u, np.abs(g) + eps)


adamax_step.mistake(
    "m is not corrected: m_hat = m / (1 - beta1**t).", _adamax(_largest, lambda beta1, t: 1)
)
adamax_step.mistake(
    "β2 is missing: the old u shrinks by β2 before it is compared.",
    _adamax(lambda beta2, u, g, eps: np.maximum(u, np.abs(g) + eps)),
)
adamax_step.mistake(
    "u is compared with the size of the gradient, np.abs(g), not with g.",
    _adamax(lambda beta2, u, g, eps: np.maximum(beta2 * u, g + eps)),
)
adamax_step.mistake(
    "u is compared with |g|, not with g²: there is no square and no root in AdaMax.",
    _adamax(lambda beta2, u, g, eps: np.maximum(beta2 * u, g**2 + eps)),
)
adamax_step.mistake(
    "ε is missing: it is added to |g|.",
    _adamax(lambda beta2, u, g, eps: np.maximum(beta2 * u, np.abs(g))),
)
adamax_step.mistake(
    "u is a maximum, not a mean: u ← max(β2 u, |g| + ε).",
    _adamax(lambda beta2, u, g, eps: beta2 * u + (1 - beta2) * (np.abs(g) + eps)),
)


@adamax_step.mistake("ε is added again in the step: divide by u alone.")
def _eps_twice(theta, g, t, m, u, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    u = _largest(beta2, u, g, eps)
    return theta - lr * m / (1 - beta1**t) / (u + eps), m, u


@adamax_step.mistake("ε belongs in u, beside |g|, not in the step: u ← max(β2 u, |g| + ε).")
def _eps_outside(theta, g, t, m, u, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return theta - lr * m / (1 - beta1**t) / (u + eps), m, u


@adamax_step.mistake("you return m̂. The memory is m, without correction.")
def _hat_returned(theta, g, t, m, u, lr, beta1, beta2, eps):
    new, m, u = adamax_step.reference(theta, g, t, m, u, lr, beta1, beta2, eps)
    return new, m / (1 - beta1**t), u


@adamax_step.mistake("you correct u too. A maximum that starts at 0 needs no correction.")
def _u_corrected(theta, g, t, m, u, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    u = _largest(beta2, u, g, eps)
    return theta - lr * m / (1 - beta1**t) / (u / (1 - beta2**t)), m, u
