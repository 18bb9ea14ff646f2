"""Exercise 2.11: SGD with one example a step, until the loss over all examples is small."""

import numpy as np

from course_lib.checks import exercise

X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
y = np.array([1.0, 2.0, 4.0])  # one θ fits every row: (1, 1)
y_noisy = np.array([1.0, 2.0, 0.0])
X_same, X_two = np.array([[1.0], [1.0]]), np.array([[1.0], [2.0]])
QUARTER = np.float32(0.25)


@exercise(
    "2.11",
    inputs=[
        # Each step halves θ, so the loss becomes exactly as large as the tolerance.
        (np.array([4.0]), X_same, np.zeros(2), np.array([0, 1, 1, 0, 0]), QUARTER, 1),
        (np.array([4.0]), X_same, np.zeros(2), np.array([0, 1, 1, 0, 0]), QUARTER, 1.5),
        (np.array([4.0]), X_same, np.zeros(2), np.array([0, 1, 1, 0, 0]), QUARTER, 2),
        (np.array([1.0, -1.0]), X, y_noisy, np.array([2, 0, 1, 2, 2, 0, 1]), 0.02, 0.01),
        (np.array([0.0, 0.0]), X, y, np.array([2, 1, 0, 2, 2, 1, 0, 2]), 0.1, 0.05),
        (np.array([0.5]), X_two, np.array([1.0, 3.0]), np.array([1, 0]), 0.1, 5.0),
        (np.array([2.0]), X_two, np.array([1.0, 2.0]), np.array([1]), 0.125, 1e-9),
    ],
    returns="theta steps",
    hints=[
        "Go through `order` with a loop. Before each step, compute the loss over all rows: "
        "np.mean((X @ theta - y)**2).",
        "The step itself sees one row only, row i: x_i is X[i], and its residual is X[i] @ theta "
        "- y[i].",
        "The gradient of example i is 2 * (X[i] @ theta - y[i]) * X[i]. `for steps, i in "
        "enumerate(order)` "
        "counts the steps taken before this one.",
    ],
)
def sgd_until(theta, X, y, order, lr, tolerance):
    for steps, i in enumerate(order):
        if np.mean((X @ theta - y) ** 2) <= tolerance:
            return theta, steps
        theta = theta - lr * 2 * (X[i] @ theta - y[i]) * X[i]
    return theta, len(order)


@sgd_until.also_right
def with_while(start, rows, targets, rows_seen, eta, small):
    theta, steps = 1.0 * start, 0
    while steps < len(rows_seen):
        errors = targets - rows @ theta
        if errors @ errors / len(errors) <= small:
            break
        i = rows_seen[steps]
        theta += 2 * eta * errors[i] * rows[i]
        steps += 1
    return theta, steps


def sgd_with(
    gradient=lambda X, y, theta, i: 2 * (X[i] @ theta - y[i]) * X[i],
    loss=lambda X, y, theta, i: np.mean((X @ theta - y) ** 2),
    small=lambda loss, tolerance: loss <= tolerance,
    row=lambda order, t, N: order[t],
    extra=0,
    late=False,
):
    """The right answer, or a wrong one where a part is replaced."""

    def wrong(theta, X, y, order, lr, tolerance):
        for t in range(len(order)):
            i = row(order, t, len(X))
            stop = small(loss(X, y, theta, i), tolerance)
            if stop and not late:
                return theta, t + extra
            theta = theta - lr * gradient(X, y, theta, i)
            if stop:
                return theta, t + 1
        return theta, len(order) + extra

    return wrong


sgd_until.mistake(
    "it never stops early: the loss is not tested.", sgd_with(small=lambda loss, tolerance: False)
)
sgd_until.mistake(
    "it stops only when the loss is below the tolerance. Stop also when the two are equal: <=.",
    sgd_with(small=lambda loss, tolerance: loss < tolerance),
)
sgd_until.mistake(
    "it tests the loss of the example that the step sees. That may be small by chance; test the "
    "mean over all.",
    sgd_with(loss=lambda X, y, theta, i: (X[i] @ theta - y[i]) ** 2),
)
sgd_until.mistake(
    "it tests the sum of the squares. The loss is their mean.",
    sgd_with(loss=lambda X, y, theta, i: np.sum((X @ theta - y) ** 2)),
)
sgd_until.mistake(
    "it tests half the mean of the squares. The loss is the mean, without ½.",
    sgd_with(loss=lambda X, y, theta, i: np.mean((X @ theta - y) ** 2) / 2),
)
sgd_until.mistake(
    "the factor 2 of the gradient is missing: the derivative of r² is 2 r.",
    sgd_with(lambda X, y, theta, i: (X[i] @ theta - y[i]) * X[i]),
)
sgd_until.mistake(
    "the steps go uphill: theta - lr * g.",
    sgd_with(lambda X, y, theta, i: -2 * (X[i] @ theta - y[i]) * X[i]),
)
sgd_until.mistake(
    "the gradient of one example is divided by N. It is not a mean: a step sees one example.",
    sgd_with(lambda X, y, theta, i: 2 / len(y) * (X[i] @ theta - y[i]) * X[i]),
)
sgd_until.mistake(
    "each step takes the gradient of all examples. It should see one row only, the next in "
    "`order`.",
    sgd_with(lambda X, y, theta, i: 2 / len(y) * X.T @ (X @ theta - y)),
)
sgd_until.mistake(
    "x_i is missing: the gradient of example i is 2 r_i x_i.",
    sgd_with(lambda X, y, theta, i: 2 * (X[i] @ theta - y[i]) * np.ones(len(theta))),
)
sgd_until.mistake(
    "the rows are taken in the order of X, not in the order given. Step t takes row order[t].",
    sgd_with(row=lambda order, t, N: t % N),
)
sgd_until.mistake(
    "it takes one more step after the loss is small enough. Test before the step.",
    sgd_with(late=True),
)
sgd_until.mistake(
    "theta is right, and the number of steps is one too large. Before the first step it is 0.",
    sgd_with(extra=1),
)


@sgd_until.mistake(
    "theta is right, and the number of steps is always the length of `order`. Return the number of "
    "steps taken."
)
def all_steps(theta, X, y, order, lr, tolerance):
    return sgd_until.reference(theta, X, y, order, lr, tolerance)[0], len(order)


@sgd_until.mistake(
    "the residuals are computed once, before the loop. They change with theta: compute them in "
    "each step."
)
def old_residuals(theta, X, y, order, lr, tolerance):
    r = X @ theta - y
    return sgd_with(lambda X, y, theta, i: 2 * r[i] * X[i])(theta, X, y, order, lr, tolerance)


@sgd_until.mistake("it returns after one step: is the last return inside the loop?")
def one_step(theta, X, y, order, lr, tolerance):
    return sgd_until.reference(theta, X, y, order[:1], lr, tolerance)


@sgd_until.mistake(
    "it takes a step before it computes the loss. Where the start is good enough, no step is "
    "needed."
)
def step_first(theta, X, y, order, lr, tolerance):
    for steps, i in enumerate(order, start=1):
        theta = theta - lr * 2 * (X[i] @ theta - y[i]) * X[i]
        if np.mean((X @ theta - y) ** 2) <= tolerance:
            return theta, steps
    return theta, len(order)


@sgd_until.mistake(
    "where the loop ends by itself, len(order) steps were taken; its variable stops one earlier."
)
def count_of_the_loop(theta, X, y, order, lr, tolerance):
    for steps, i in enumerate(order):  # noqa: B007
        if np.mean((X @ theta - y) ** 2) <= tolerance:
            break
        theta = theta - lr * 2 * (X[i] @ theta - y[i]) * X[i]
    return theta, steps
