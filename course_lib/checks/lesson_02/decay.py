"""Exercise 2.4: stochastic gradient descent whose learning rate falls with every step."""

import numpy as np

from course_lib.checks import exercise

X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
y = np.array([1.0, 2.0, 0.0])
X_one = np.array([[2.0], [1.0]])


@exercise(
    "2.4",
    inputs=[
        (np.array([1.0, -1.0]), X, y, np.array([2, 0, 1, 2, 2, 0, 1]), 0.1, 3.0),
        (np.array([0.5]), X_one, np.array([1.0, 3.0]), np.array([1, 0]), 0.2, 1.0),
        (np.array([0.0, 0.0]), X, y, np.array([0, 1, 2, 0]), 0.05, 10.0),
    ],
    returns="theta",
    hints=[
        "Go through `order` with a loop. The step counts from 1: "
        "for t, i in enumerate(order, start=1).",
        "The gradient of example i is 2 * (X[i] @ theta - y[i]) * X[i].",
        "In step t the learning rate is lr / (1 + (t - 1) / half), "
        "computed each time from lr, the first one.",
    ],
)
def decaying_sgd(theta, X, y, order, lr, half):
    for t, i in enumerate(order, start=1):
        eta = lr / (1 + (t - 1) / half)
        theta = theta - eta * 2 * (X[i] @ theta - y[i]) * X[i]
    return theta


@decaying_sgd.also_right
def counted_from_zero(theta, rows, targets, order, lr, half):
    theta = np.array(theta)
    for k in range(len(order)):
        row, target = rows[order[k]], targets[order[k]]
        theta -= lr * half / (half + k) * 2 * row * (np.sum(row * theta) - target)
    return theta


def sgd_with(
    rate=lambda t, lr, half, N: lr / (1 + (t - 1) / half), row=lambda i, N, t: i, factor=2.0
):
    """SGD with this learning rate, this row and this factor of the gradient in step t."""

    def wrong(theta, X, y, order, lr, half):
        N = len(X)
        for t, i in enumerate(order, start=1):
            i = row(i, N, t)
            theta = theta - rate(t, lr, half, N) * factor * (X[i] @ theta - y[i]) * X[i]
        return theta

    return wrong


decaying_sgd.mistake(
    "the learning rate does not fall: every step takes lr.",
    sgd_with(rate=lambda t, lr, half, N: lr),
)
decaying_sgd.mistake(
    "the schedule is one step ahead: the first step takes lr itself, so it is t - 1 with t from 1, "
    "or t with t from 0.",
    sgd_with(rate=lambda t, lr, half, N: lr / (1 + t / half)),
)
decaying_sgd.mistake(
    "the schedule counts epochs, and stays the same for len(X) steps. It should count steps.",
    sgd_with(rate=lambda t, lr, half, N: lr / (1 + (t - 1) // N / half)),
)
decaying_sgd.mistake(
    "this halves the learning rate again after each `half` steps, like 0.5**((t - 1) / half). "
    "Inverse time is lr / (1 + (t - 1) / half).",
    sgd_with(rate=lambda t, lr, half, N: lr * 0.5 ** ((t - 1) / half)),
)
decaying_sgd.mistake(
    "the learning rate falls as 1 / √t: remove the square root.",
    sgd_with(rate=lambda t, lr, half, N: lr / np.sqrt(1 + (t - 1) / half)),
)
decaying_sgd.mistake(
    "the factor 2 of the gradient is missing: the derivative of r² is 2 r.", sgd_with(factor=1.0)
)
decaying_sgd.mistake("the steps go uphill: theta - eta * g.", sgd_with(factor=-2.0))
decaying_sgd.mistake(
    "the examples are taken in the order of X, not in the order given. Step t takes row order[t - 1].",
    sgd_with(row=lambda i, N, t: (t - 1) % N),
)


@decaying_sgd.mistake(
    "lr itself is divided in each step, so that the decays multiply. "
    "Compute the learning rate of a step from the first lr."
)
def compounded(theta, X, y, order, lr, half):
    for t, i in enumerate(order, start=1):
        lr = lr / (1 + (t - 1) / half)
        theta = theta - lr * 2 * (X[i] @ theta - y[i]) * X[i]
    return theta


@decaying_sgd.mistake(
    "each step takes the gradient of all examples. Step t takes that of row order[t - 1] alone."
)
def with_all(theta, X, y, order, lr, half):
    for t, _ in enumerate(order, start=1):
        theta = theta - lr / (1 + (t - 1) / half) * 2 * X.T @ (X @ theta - y) / len(y)
    return theta
