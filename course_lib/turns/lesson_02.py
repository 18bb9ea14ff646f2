"""Lesson 2, stochastic gradient descent: the references of its turns."""

import numpy as np

from course_lib.turns import turn

X = np.array([[1.0, 0.0], [1.0, 2.0], [3.0, 1.0]])
# Square, so that r * X runs where each row should have its own residual, and returns wrong numbers.
X_square = np.array([[1.0, 2.0], [3.0, -1.0]])
y = np.array([1.0, 2.0, 0.0])


@turn(
    "1.a",
    inputs=[
        (np.array([1.0, -1.0]), X, y),
        (np.array([2.0, 1.0]), X_square, np.array([1.0, 3.0])),
        (np.array([0.5]), X[:1, :1], y[:1] + 2),
    ],
    returns="g_each",
    hints=(
        "The derivative of r² is 2 r times the derivative of r. For example i that is 2 * r[i] * X[i].",
        "All residuals at once: X @ theta - y. As a column, residuals[:, None], they multiply the "
        "rows of X.",
    ),
)
def per_sample(theta, X, y):
    return 2 * (X @ theta - y)[:, None] * X


per_sample.mistake(
    "the sign is wrong: the residual is the prediction minus the target.",
    lambda theta, X, y: -per_sample.reference(theta, X, y),
)
per_sample.mistake(
    "the factor 2 is missing: the derivative of r² is 2 r.",
    lambda theta, X, y: per_sample.reference(theta, X, y) / 2,
)
per_sample.mistake(
    "this is divided by N. The squared error of one example is not a mean.",
    lambda theta, X, y: per_sample.reference(theta, X, y) / len(y),
)
per_sample.mistake(
    "this is the mean of the rows, the full gradient. Return a row for each example.",
    lambda theta, X, y: per_sample.reference(theta, X, y).mean(axis=0),
)
per_sample.mistake(
    "the residuals are multiplied along the wrong axis. Row i of X needs its own residual: "
    "residuals[:, None] * X.",
    lambda theta, X, y: 2 * (X @ theta - y) * X,
)
per_sample.mistake(
    "the rows of X are missing: these are the derivatives with respect to the predictions.",
    lambda theta, X, y: 2 * (X @ theta - y),
)


@turn("2.a", predict=True)
def mean_loss_at_002():
    return 0.005


@turn(
    "2.b",
    inputs=[(4.0, 0.1, 2.0, 3.0), (0.0, 0.5, 1.0, 0.5), (1.5, 0.3, 0.5, 1.0)],
    returns="v",
    hints=(
        "The mean of (a θ)² is a² times the mean of θ². Here a = 1 - ηλ.",
        "The mean of (η ξ)² is η² s². Add both parts.",
    ),
)
def variance_after(v, lr, curvature, s):
    return (1 - lr * curvature) ** 2 * v + lr**2 * s**2


variance_after.mistake(
    "1 - ηλ is not squared: θ shrinks by this factor, θ² by its square.",
    lambda v, lr, curvature, s: (1 - lr * curvature) * v + lr**2 * s**2,
)
variance_after.mistake(
    "η lacks its square in the noise: the mean of (η ξ)² is η² s².",
    lambda v, lr, curvature, s: (1 - lr * curvature) ** 2 * v + lr * s**2,
)
variance_after.mistake(
    "s lacks its square: the variance of ξ is s².",
    lambda v, lr, curvature, s: (1 - lr * curvature) ** 2 * v + lr**2 * s,
)
variance_after.mistake(
    "v is squared. It is a mean of squares already.",
    lambda v, lr, curvature, s: (1 - lr * curvature) ** 2 * v**2 + lr**2 * s**2,
)
variance_after.mistake(
    "the noise is subtracted. Its square is positive: noise always makes the mean of θ² larger.",
    lambda v, lr, curvature, s: (1 - lr * curvature) ** 2 * v - lr**2 * s**2,
)
variance_after.mistake(
    "the noise is missing: add the mean of (η ξ)².",
    lambda v, lr, curvature, s: (1 - lr * curvature) ** 2 * v,
)


@turn(
    "3.a",
    inputs=[
        (np.array([1.0, -1.0]), X, y, np.array([2, 0, 1]), 0.1),
        (np.array([0.5, 0.0]), X_square, y[:2], np.array([1, 1, 0, 1]), 0.05),
        (np.array([2.0, 1.0]), X, y, np.array([1]), 0.2),
    ],
    returns="theta",
    hints=(
        "A loop over order: for i in order.",
        "The gradient of example i is 2 * (X[i] @ theta - y[i]) * X[i], with the current theta. "
        "With per_sample of part 1 it is per_sample(theta, X[[i]], y[[i]])[0].",
    ),
)
def sgd_epoch(theta, X, y, order, lr):
    for i in order:
        theta = theta - lr * 2 * (X[i] @ theta - y[i]) * X[i]
    return theta


def epoch_with(rows=lambda order, N: order, factor=2.0):
    """SGD over these rows, with this factor of the gradient."""

    def wrong(theta, X, y, order, lr):
        for i in rows(order, len(X)):
            theta = theta - lr * factor * (X[i] @ theta - y[i]) * X[i]
        return theta

    return wrong


sgd_epoch.mistake(
    "the rows are taken from top to bottom. Take them as order says.",
    epoch_with(rows=lambda order, N: range(N)),
)
sgd_epoch.mistake(
    "the rows are counted by position: for i in order gives the row numbers themselves.",
    epoch_with(rows=lambda order, N: range(len(order))),
)
sgd_epoch.mistake(
    "the order is sorted first. Take the rows as they come.",
    epoch_with(rows=lambda order, N: np.sort(order)),
)
sgd_epoch.mistake("the factor 2 is missing: the derivative of r² is 2 r.", epoch_with(factor=1.0))
sgd_epoch.mistake("the steps go uphill: subtract lr times the gradient.", epoch_with(factor=-2.0))


@sgd_epoch.mistake(
    "all gradients are taken at the first θ. Each step needs the gradient at the current θ."
)
def at_the_first_theta(theta, X, y, order, lr):
    return theta - lr * per_sample.reference(theta, X[order], y[order]).sum(axis=0)


@sgd_epoch.mistake("this is one step with the mean gradient. Take a step with each example.")
def one_step(theta, X, y, order, lr):
    return theta - lr * per_sample.reference(theta, X[order], y[order]).mean(axis=0)


@turn("4.a", predict=True)
def runs_that_leave():
    return 10
