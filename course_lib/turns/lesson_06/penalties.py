"""Part 2 of lesson 6: ridge regression and soft thresholding."""

import numpy as np

from course_lib.turns import turn

TALL = np.array([[1.0, 2.0], [0.0, 1.0], [-1.0, 1.0], [2.0, 0.5]])


@turn(
    "2.a",
    inputs=[(TALL, np.array([1.0, 2.0, 0.0, -1.0]), 0.5), (TALL[:3], np.array([3.0, 1.0, 2.0]), 2)],
    hints=[
        "The gradient of the objective is 2 / N Xᵀ(X w - y) + λ w.",
        "It is 0 where (2 / N XᵀX + λ I) w = 2 / N Xᵀy.",
    ],
)
def ridge(X, y, lam):
    N, n = X.shape
    return np.linalg.solve(2 / N * X.T @ X + lam * np.eye(n), 2 / N * X.T @ y)


@ridge.also_right
def _with_inverse(X, y, lam):
    return np.linalg.inv(X.T @ X + lam * len(X) / 2 * np.eye(X.shape[1])) @ X.T @ y


@ridge.mistake("the loss is a mean: 2 / N is missing before XᵀX and Xᵀy.")
def _sum_of_squares(X, y, lam):
    return np.linalg.solve(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y)


@ridge.mistake(
    "λ counts double: the gradient of the loss has the factor 2 / N, that of ½ λ ‖w‖² is λ w."
)
def _two_lambda(X, y, lam):
    N, n = X.shape
    return np.linalg.solve(2 / N * X.T @ X + 2 * lam * np.eye(n), 2 / N * X.T @ y)


@ridge.mistake("the right side needs its 2 / N too.")
def _right_side(X, y, lam):
    N, n = X.shape
    return np.linalg.solve(2 / N * X.T @ X + lam * np.eye(n), X.T @ y)


@ridge.mistake("you add λ to every entry of XᵀX. Add it to the diagonal: λ np.eye(n).")
def _without_identity(X, y, lam):
    N = len(X)
    return np.linalg.solve(2 / N * X.T @ X + lam, 2 / N * X.T @ y)


@ridge.mistake("this is least squares: the penalty is missing.")
def _no_penalty(X, y, lam):
    return np.linalg.solve(X.T @ X, X.T @ y)


@ridge.mistake("the sign of λ is wrong: the penalty is added.")
def _minus(X, y, lam):
    N, n = X.shape
    return np.linalg.solve(2 / N * X.T @ X - lam * np.eye(n), 2 / N * X.T @ y)


@turn(
    "2.b",
    inputs=[
        (np.array([3.0, -3.0, 0.5, -0.5, 1.0, 0.0]), 1.0),
        (np.array([[0.2, -2.0], [5.0, 0.1]]), 0.25),
    ],
    hints=[
        "np.abs(u) - amount is the new size, where it is not negative: np.maximum(..., 0).",
        "np.sign(u) gives the sign back.",
    ],
)
def soft_threshold(u, amount):
    return np.sign(u) * np.maximum(np.abs(u) - amount, 0)


@soft_threshold.also_right
def _minus_the_clipped_part(u, amount):
    return u - np.clip(u, -amount, amount)


@soft_threshold.mistake("small entries cross 0: use np.maximum(np.abs(u) - amount, 0).")
def _crosses(u, amount):
    return u - amount * np.sign(u)


@soft_threshold.mistake(
    "this is hard thresholding: the large entries must move towards 0 by amount too."
)
def _hard(u, amount):
    return np.where(np.abs(u) > amount, u, 0)


@soft_threshold.mistake("the sign is missing: negative entries stay negative.")
def _without_sign(u, amount):
    return np.maximum(np.abs(u) - amount, 0)


@soft_threshold.mistake("negative entries move up: their size shrinks, np.abs(u) - amount.")
def _only_positive(u, amount):
    return np.maximum(u - amount, 0)


@soft_threshold.mistake("this moves the entries away from 0.")
def _away(u, amount):
    return u + amount * np.sign(u)
