"""Exercise 1.1: the loss and its gradient."""

import numpy as np

from course_lib.checks import exercise

# Small enough to follow with a pencil. The second X is square, so that X @ r runs where X.T @ r
# is meant, and returns a wrong number instead of an error.
X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
y = np.array([1.0, 2.0, 0.0])
X_square = np.array([[1.0, 2.0], [3.0, -1.0]])
X_one = np.array([[2.0], [0.0], [1.0], [-1.0]])


@exercise(
    "1.1",
    inputs=[
        (np.array([1.0, -1.0]), 0.5, X, y),
        (np.array([2.0, 1.0]), -1.0, X_square, np.array([1.0, 3.0])),
        (np.array([0.5]), 1.0, X_one, np.array([3.0, 1.0, 1.0, 2.0])),
        (np.zeros(2), 0.0, X[:1], y[:1]),
    ],
    returns="loss d_w d_b",
    hints=[
        "Begin with the residual, one number for each row of X: r = X @ w + b - y. "
        "The loss is the mean of its squares.",
        "The derivative of r² is 2 r times the derivative of r. "
        "∂r/∂w_j is column j of X; ∂r/∂b is 1.",
        "d_w[j] is the mean over the rows of 2 r X[:, j]. "
        "X.T @ r makes the sum over the rows for all j at once. "
        "d_b is the mean of 2 r.",
    ],
)
def loss_and_gradient(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r**2), 2 * X.T @ r / len(y), 2 * np.mean(r)


@loss_and_gradient.also_right
def with_loops(weights, bias, rows, targets):
    n = len(targets)
    loss, d_weights, d_bias = 0, np.zeros(len(weights)), 0
    for row, target in zip(rows, targets, strict=True):
        error = sum(row * weights) + bias - target
        loss += error**2 / n
        d_weights += 2 * error * row / n
        d_bias += 2 * error / n
    return loss, d_weights, d_bias


@loss_and_gradient.also_right
def with_the_sign_of_the_residual_reversed(w, b, X, y):
    r = y - b - np.dot(X, w)
    d = np.full_like(y, -2 / y.size) * r
    return np.dot(r, r) / y.size, d @ X, d.sum()


loss_and_gradient.scaled(
    {
        (1, -1, -1): "the gradient has the wrong sign. Is the residual in d_w and d_b "
        "y - prediction? It is prediction - y.",
        (1, 0.5, 0.5): "the factor 2 is missing in d_w and d_b: the derivative of r² is 2 r.",
        (0.5, 0.5, 0.5): "this is ½ times the mean of r², a convention of many books. In this "
        "course the loss is the mean of r², without ½, so loss, d_w and d_b are twice as large.",
        ("N", "N", "N"): "everything is summed over the rows. The loss is a mean: divide by N, "
        "len(y).",
        (1, "N", "N"): "d_w and d_b are sums over the rows; divide them by N too.",
        (1, "N", 1): "d_w is a sum over the rows; divide it by N too.",
        (1, 1, "N"): "d_b is a sum over the rows; divide it by N too.",
        ("N", 1, 1): "the loss is a sum over the rows; divide it by N.",
        (1, "1/N", "1/N"): "d_w and d_b are divided by N twice. Does np.mean do it already?",
        (1, 1, 0): "d_b is 0. The loss depends on b too: d_b is the mean of 2 r.",
    },
    N=lambda w, b, X, y: len(y),
)


@loss_and_gradient.mistake("b is left out of the prediction: r = X @ w + b - y.")
def without_bias(w, b, X, y):
    return loss_and_gradient.reference(w, 0.0, X, y)


@loss_and_gradient.mistake(
    "you used X instead of X.T: d_w has one number for each column of X, so it is X.T @ r."
)
def not_transposed(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r**2), 2 * X @ r / len(y), 2 * np.mean(r)


@loss_and_gradient.mistake(
    "the loss is the square of the mean of r. It should be the mean of the squares."
)
def square_of_mean(w, b, X, y):
    _, d_w, d_b = loss_and_gradient.reference(w, b, X, y)
    return np.mean(X @ w + b - y) ** 2, d_w, d_b


@loss_and_gradient.mistake("the loss is the mean of |r|. It should be the mean of r².")
def mean_of_absolutes(w, b, X, y):
    _, d_w, d_b = loss_and_gradient.reference(w, b, X, y)
    return np.mean(abs(X @ w + b - y)), d_w, d_b
