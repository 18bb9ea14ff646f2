"""Exercise 1.9: the weighted squared error and its gradient."""

import numpy as np

from course_lib.checks import exercise

# Small enough to follow with a pencil. The second X is square, so that X @ r runs where X.T @ r
# is meant, and returns a wrong number instead of an error.
X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
y = np.array([1.0, 2.0, 0.0])
X_square = np.array([[1.0, 2.0], [3.0, -1.0]])
X_one = np.array([[2.0], [0.0], [1.0], [-1.0]])


@exercise(
    "1.9",
    inputs=[
        (np.array([1.0, -1.0]), 0.5, X, y, np.array([1.0, 3.0, 1.0])),
        (np.array([2.0, 1.0]), -1.0, X_square, np.array([1.0, 3.0]), np.array([0.5, 2.0])),
        (
            np.array([0.5]),
            1.0,
            X_one,
            np.array([3.0, 1.0, 1.0, 2.0]),
            np.array([2.0, 0.0, 1.0, 4.0]),
        ),
        (np.zeros(2), 0.0, X[:1], y[:1], np.array([4.0])),
    ],
    returns="loss d_w d_b",
    hints=[
        "Start with the residuals, one number for each row of X: r = X @ w + b - y. "
        "Then write down each example's share of the loss, s / s.sum().",
        "The shares do not depend on w and b, so they stay as factors. "
        "The derivative of r² is 2 r times the derivative of r; ∂r/∂w_j is column j of X, ∂r/∂b "
        "is 1.",
        "d_w[j] is the sum over the rows of 2 · share · r · X[:, j]. "
        "X.T @ v makes such a sum for all j at once; which v do you need?",
    ],
)
def weighted_loss(w, b, X, y, s):
    r, share = X @ w + b - y, s / s.sum()
    return share @ r**2, 2 * X.T @ (share * r), 2 * share @ r


@weighted_loss.also_right
def with_loops(weights, bias, rows, targets, importance):
    loss, d_weights, d_bias = 0, np.zeros(len(weights)), 0
    for i in range(len(targets)):
        share = importance[i] / sum(importance)
        error = sum(rows[i] * weights) + bias - targets[i]
        loss += share * error**2
        d_weights += 2 * share * error * rows[i]
        d_bias += 2 * share * error
    return loss, d_weights, d_bias


@weighted_loss.also_right
def with_averages(w, b, X, y, s):
    r = y - b - np.dot(X, w)
    loss = np.average(r**2, weights=s)
    d_w = np.average(-2 * r[:, None] * X, axis=0, weights=s)
    return loss, d_w, np.average(-2 * r, weights=s)


weighted_loss.scaled(
    {
        (1, -1, -1): "the gradient has the wrong sign. Is the residual in d_w and d_b "
        "y - prediction? It is prediction - y.",
        (1, 0.5, 0.5): "the factor 2 is missing in d_w and d_b: the derivative of r² is 2 r.",
        (1, 0.5, 1): "the factor 2 is missing in d_w: the derivative of r² is 2 r.",
        (1, 1, 0.5): "the factor 2 is missing in d_b: the derivative of r² is 2 r.",
        (
            0.5,
            0.5,
            0.5,
        ): "this is half the loss of the exercise, and half its gradient. Remove the ½.",
        ("S", "S", "S"): "all three are sums. Divide them by the sum of the weights, s.sum().",
        (1, "S", "S"): "d_w and d_b are sums. Divide them by s.sum() too.",
        (1, "S", 1): "d_w is a sum. Divide it by s.sum() too.",
        (1, 1, "S"): "d_b is a sum. Divide it by s.sum() too.",
        ("S", 1, 1): "the loss is a sum. Divide it by s.sum().",
        (1, "half", "half"): "d_w and d_b lack two factors: 2, from the derivative of r², and "
        "1 / s.sum().",
        (
            "mean",
            "mean",
            "mean",
        ): "you divided by the number of rows, len(y). Divide by the sum of the weights, s.sum().",
        (
            1,
            "mean",
            "mean",
        ): "d_w and d_b are divided by the number of rows. Divide them by s.sum(), as the loss.",
        (1, "1/S", "1/S"): "d_w and d_b are divided by s.sum() twice.",
        (
            "1/N",
            1,
            1,
        ): "the loss is divided by s.sum() and by the number of rows. np.mean divides too: use "
        "np.sum.",
        (1, -1, 1): "d_w has the wrong sign. With r = prediction - y, d_w is 2 X.T @ ...",
        (1, 1, 0): "d_b is 0. The loss depends on b too.",
    },
    N=lambda w, b, X, y, s: len(y),
    S=lambda w, b, X, y, s: s.sum(),
    half=lambda w, b, X, y, s: s.sum() / 2,
    mean=lambda w, b, X, y, s: s.mean(),
)


@weighted_loss.mistake("the weights s are not used: this is the plain mean of the squares.")
def unweighted(w, b, X, y, s):
    return weighted_loss.reference(w, b, X, y, np.ones_like(s))


@weighted_loss.mistake("the loss uses the weights, but d_w and d_b do not.")
def gradient_unweighted(w, b, X, y, s):
    loss, _, _ = weighted_loss.reference(w, b, X, y, s)
    return loss, *unweighted(w, b, X, y, s)[1:]


@weighted_loss.mistake(
    "the weights multiply the residuals before they are squared, so each weight counts squared."
)
def weights_squared(w, b, X, y, s):
    r = s * (X @ w + b - y)
    return np.sum(r**2) / s.sum(), 2 * X.T @ (s * r) / s.sum(), 2 * np.sum(s * r) / s.sum()


@weighted_loss.mistake("b is left out of the prediction: r = X @ w + b - y.")
def without_bias(w, b, X, y, s):
    return weighted_loss.reference(w, 0.0, X, y, s)


@weighted_loss.mistake(
    "you used X where X.T is needed. d_w has one number for each column of X, so it is X.T @ ..."
)
def not_transposed(w, b, X, y, s):
    r, share = X @ w + b - y, s / s.sum()
    return share @ r**2, 2 * X @ (share * r), 2 * share @ r


@weighted_loss.mistake(
    "d_w and d_b are divided by the number of columns, X.shape[1]. Divide by s.sum()."
)
def divided_by_columns(w, b, X, y, s):
    loss, d_w, d_b = weighted_loss.reference(w, b, X, y, s)
    return loss, d_w * s.sum() / X.shape[1], d_b * s.sum() / X.shape[1]


@weighted_loss.mistake(
    "the loss is the square of the mean of r. It should be the mean of the squares."
)
def square_of_mean(w, b, X, y, s):
    _, d_w, d_b = weighted_loss.reference(w, b, X, y, s)
    return np.average(X @ w + b - y, weights=s) ** 2, d_w, d_b


@weighted_loss.mistake("the loss is the square root of the mean of r². Leave the root out.")
def root(w, b, X, y, s):
    loss, d_w, d_b = weighted_loss.reference(w, b, X, y, s)
    return np.sqrt(loss), d_w, d_b


@weighted_loss.mistake("the loss is the mean of |r|. It should be the mean of r².")
def mean_of_absolutes(w, b, X, y, s):
    _, d_w, d_b = weighted_loss.reference(w, b, X, y, s)
    return np.average(abs(X @ w + b - y), weights=s), d_w, d_b


@weighted_loss.mistake(
    "d_w adds up the columns of X, axis=1, and has a number for each row. Add up the rows, axis=0."
)
def along_the_rows(w, b, X, y, s):
    loss, _, d_b = weighted_loss.reference(w, b, X, y, s)
    r = X @ w + b - y
    return loss, 2 * ((s * r)[:, None] * X).sum(axis=1) / s.sum(), d_b


@weighted_loss.mistake(
    "the loss and d_w use the weights, but d_b does not: it is a weighted mean too."
)
def bias_unweighted(w, b, X, y, s):
    loss, d_w, _ = weighted_loss.reference(w, b, X, y, s)
    return loss, d_w, unweighted(w, b, X, y, s)[2]


@weighted_loss.mistake("the loss and d_b use the weights, but d_w does not.")
def weights_unweighted(w, b, X, y, s):
    loss, _, d_b = weighted_loss.reference(w, b, X, y, s)
    return loss, unweighted(w, b, X, y, s)[1], d_b
