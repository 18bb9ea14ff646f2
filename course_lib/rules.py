"""The update rules, each one written as in its paper.

    theta, *state = rule(theta, g, t, *state, **hyper)

theta, g and the states are (..., P); t counts steps from 1. A signature is the rule's definition:
first what changes, with the initial states as defaults; after the star the hyper-parameters, spelled
as in PyTorch. Rules are pure: they return new arrays. A hyper-parameter is a number, or an array
that broadcasts against theta, one value per run (see `Optimizer`).
"""

import numpy as np


def sgd(theta, g, t, *, lr=0.01):
    """θ ← θ - lr g. (Robbins, Monro, 1951; Cauchy, 1847, where g is the full gradient)"""
    return theta - lr * g


def momentum(theta, g, t, v=0.0, *, lr=0.01, beta=0.9):
    """v ← β v + g;  θ ← θ - lr v. Heavy ball in the sum convention, PyTorch's.

    A constant gradient is taken 1 / (1 - β) times. See `ema_momentum`, `velocity_momentum` for the
    other two conventions and `convert_lr` for the way between them. (Polyak, 1964)
    """
    v = beta * v + g
    return theta - lr * v, v


def adam(theta, g, t, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """θ ← θ - lr m̂ / (√v̂ + eps), m and v the moving means of g and g², hats correct their start at 0.

    eps stands outside the root, as in the paper and in PyTorch. (Kingma, Ba, 2015, algorithm 1)
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


# A new rule needs its function above and its line here: the tests and the plots' colours follow.
RULES = {
    "sgd": sgd,
    "momentum": momentum,
    "adam": adam,
}
