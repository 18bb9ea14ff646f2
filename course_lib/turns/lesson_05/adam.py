"""Part 2 of lesson 5: a step of Adam, and its first one."""

import numpy as np

from course_lib.turns import turn

THETA, G = np.array([1.0, 2.0]), np.array([0.5, -3.0])

M, V = np.array([0.2, -1.0]), np.array([0.09, 4.0])


@turn(
    "2.a",
    inputs=[
        (THETA, G, 1, np.zeros(2), np.zeros(2), 0.1, 0.9, 0.99, 1e-8),
        (THETA, G, 3, M, V, 0.2, 0.8, 0.9, 0.5),
    ],
    returns="theta m v",
    hints=[
        "First the new m and v, then m_hat = m / (1 - beta1**t) and v_hat in the same way.",
        "The step divides m_hat by np.sqrt(v_hat) + eps.",
        "Return m and v, not m_hat and v_hat: the next step continues with the uncorrected means.",
    ],
)
def adam_step(theta, g, t, m, v, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step.also_right
def _differences(theta, g, t, m, v, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (np.square(g) - v)
    denominator = np.sqrt(v / (1 - beta2**t)) + eps
    return theta - lr / (1 - beta1**t) * m / denominator, m, v


def _adam(numerator, denominator):
    """A step of Adam with another numerator and another denominator, functions of means and factors."""

    def step(theta, g, t, m, v, lr, beta1, beta2, eps):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        c1, c2 = 1 - beta1**t, 1 - beta2**t
        return theta - lr * numerator(m, c1) / denominator(v, c2, eps), m, v

    return step


def _right_numerator(m, c1):
    return m / c1


def _right_denominator(v, c2, eps):
    return np.sqrt(v / c2) + eps


adam_step.mistake(
    "the correction is missing: divide m by 1 - beta1**t and v by 1 - beta2**t.",
    _adam(lambda m, c1: m, lambda v, c2, eps: np.sqrt(v) + eps),
)
adam_step.mistake(
    "only m is corrected. v starts at 0 too: v_hat = v / (1 - beta2**t).",
    _adam(_right_numerator, lambda v, c2, eps: np.sqrt(v) + eps),
)
adam_step.mistake(
    "only v is corrected. m starts at 0 too: m_hat = m / (1 - beta1**t).",
    _adam(lambda m, c1: m, _right_denominator),
)
adam_step.mistake(
    "you multiply by the factors 1 - beta**t. Divide by them: the means are too small.",
    _adam(lambda m, c1: m * c1, lambda v, c2, eps: np.sqrt(v * c2) + eps),
)
adam_step.mistake(
    "the root is missing: divide by √v̂ + ε.",
    _adam(_right_numerator, lambda v, c2, eps: v / c2 + eps),
)
adam_step.mistake(
    "ε stands inside your root. Adam adds it after the root: √v̂ + ε.",
    _adam(_right_numerator, lambda v, c2, eps: np.sqrt(v / c2 + eps)),
)
adam_step.mistake(
    "the power t is missing: the factors are 1 - beta1**t and 1 - beta2**t.",
    lambda theta, g, t, *rest: adam_step.reference(theta, g, 1, *rest),
)


@adam_step.mistake("you return m̂ and v̂. The memory is m and v, without correction.")
def _hats_returned(theta, g, t, m, v, lr, beta1, beta2, eps):
    new, m, v = adam_step.reference(theta, g, t, m, v, lr, beta1, beta2, eps)
    return new, m / (1 - beta1**t), v / (1 - beta2**t)


@adam_step.mistake("v is the mean of the squares, g**2, not of the gradients.")
def _no_square_in_v(theta, g, t, m, v, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step.mistake("β1 and β2 are swapped: β1 belongs to m, β2 to v.")
def _betas_swapped(theta, g, t, m, v, lr, beta1, beta2, eps):
    return adam_step.reference(theta, g, t, m, v, lr, beta2, beta1, eps)


@turn("2.b", predict=True)
def first_step():
    return 1 / 11
