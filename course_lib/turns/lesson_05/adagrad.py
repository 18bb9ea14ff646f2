"""Part 1 of lesson 5: a step of AdaGrad."""

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
