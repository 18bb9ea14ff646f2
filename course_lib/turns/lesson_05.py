"""What students write in lesson 5, adaptive methods."""

import numpy as np

from course_lib.turns import turn

THETA, G = np.array([1.0, 2.0]), np.array([0.5, -3.0])


@turn(
    "1.a",
    inputs=[(THETA, G, np.array([0.75, 7.0]), 0.1, 1e-10), (THETA, G, np.zeros(2), 0.5, 0.5)],
    returns="theta s",
    hints=[
        "The first formula gives the new s: the old one plus the squares of the gradients.",
        "The second formula uses the new s. ε stands outside the root: np.sqrt(s) + eps.",
    ],
)
def adagrad_step(theta, g, s, lr, eps):
    s = s + g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


@adagrad_step.also_right
def _scaled_lr(theta, g, s, lr, eps):
    s = np.add(s, np.square(g))
    return theta - (lr / (eps + s**0.5)) * g, s


@adagrad_step.mistake("you use the old s in the step: calculate the new one first.")
def _old_sum(theta, g, s, lr, eps):
    return theta - lr * g / (np.sqrt(s) + eps), s + g**2


@adagrad_step.mistake("s adds up the squares of the gradients, g**2, not the gradients.")
def _no_square(theta, g, s, lr, eps):
    s = s + g
    return theta - lr * g / (np.sqrt(s) + eps), s


@adagrad_step.mistake("the root is missing: divide by √s + ε.")
def _no_root(theta, g, s, lr, eps):
    s = s + g**2
    return theta - lr * g / (s + eps), s


@adagrad_step.mistake("ε stands inside your root. Here it is added after the root: √s + ε.")
def _eps_inside(theta, g, s, lr, eps):
    s = s + g**2
    return theta - lr * g / np.sqrt(s + eps), s


@adagrad_step.mistake("ε is missing in the denominator, √s + ε.")
def _no_eps(theta, g, s, lr, eps):
    s = s + g**2
    return theta - lr * g / np.sqrt(s), s


@adagrad_step.mistake("s.sum() gives all parameters the same learning rate; keep a sum for each.")
def _one_for_all(theta, g, s, lr, eps):
    s = s + g**2
    return theta - lr * g / (np.sqrt(s.sum()) + eps), s


@adagrad_step.mistake("np.sum(g**2) adds the squares of all parameters; s keeps a sum for each.")
def _sum_of_all(theta, g, s, lr, eps):
    s = s + np.sum(g**2)
    return theta - lr * g / (np.sqrt(s) + eps), s


@adagrad_step.mistake("you add the step. Subtract it: θ ← θ - η g / (√s + ε).")
def _uphill(theta, g, s, lr, eps):
    s = s + g**2
    return theta + lr * g / (np.sqrt(s) + eps), s


@adagrad_step.mistake("the two results are swapped: return θ first, then s.")
def _swapped(theta, g, s, lr, eps):
    s = s + g**2
    return s, theta - lr * g / (np.sqrt(s) + eps)


@turn("1.b", predict=True)
def ratio_of_learning_rates():
    return 16


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


NAN = np.nan
LRS = np.array([0.01, 0.1, 1.0])


@turn(
    "4.a",
    inputs=[
        (LRS, np.array([[0.9, 0.5, 0.7], [0.8, 0.6, 0.1], [0.9, 0.4, 0.8]])),
        (LRS, np.array([[0.9, 0.5, 0.1], [0.8, 0.7, NAN], [0.7, 0.6, 0.2]])),
        (LRS, np.array([[0.1, 0.9, 0.4], [0.8, 0.2, 0.4], [0.9, 0.2, 0.4]])),
        (LRS, np.array([[NAN, 0.5, 0.7], [0.8, 0.6, 0.9], [0.9, 0.4, 0.8]])),
    ],
    hints=[
        "np.median(losses, axis=0) has one median for each learning rate, nan where a seed diverged.",
        "np.nanargmin gives the position of the smallest number and passes over nan.",
    ],
)
def best_lr(lrs, losses):
    return lrs[np.nanargmin(np.median(losses, axis=0))]


@best_lr.also_right
def _infinite(lrs, losses):
    of_seeds = np.where(np.isnan(losses), np.inf, losses)
    of_seeds[:, np.isnan(losses).any(axis=0)] = np.inf
    return float(lrs[np.argmin(np.median(of_seeds, axis=0))])


@best_lr.mistake("this is the best single run. Take the median over the seeds first.")
def _luckiest(lrs, losses):
    return lrs[np.nanargmin(np.nanmin(losses, axis=0))]


@best_lr.mistake("np.argmin takes nan for the smallest number: use np.nanargmin.")
def _nan_wins(lrs, losses):
    return lrs[np.argmin(np.median(losses, axis=0))]


@best_lr.mistake("np.nanmedian forgets the seed that diverged. Use np.median, which returns nan.")
def _forgives(lrs, losses):
    return lrs[np.nanargmin(np.nanmedian(losses, axis=0))]


@best_lr.mistake(
    "this is the mean over the seeds; return the learning rate of the smallest median."
)
def _mean(lrs, losses):
    return lrs[np.nanargmin(np.mean(losses, axis=0))]


@best_lr.mistake("this is the position of the best learning rate: return lrs[position].")
def _position(lrs, losses):
    return np.nanargmin(np.median(losses, axis=0))


@best_lr.mistake("this is the smallest median itself. Return the learning rate that has it.")
def _loss(lrs, losses):
    return np.nanmin(np.median(losses, axis=0))


@best_lr.mistake("axis=1 takes the median over the learning rates; the seeds are axis 0.")
def _other_axis(lrs, losses):
    return lrs[np.nanargmin(np.median(losses, axis=1))]


@turn("4.b", predict=True)
def counts_epochs():
    return "B"
