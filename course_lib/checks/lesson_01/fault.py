"""Exercise 1.6: a descent whose right learning rate depends on the number of rows, and why."""

import numpy as np

from course_lib import plots
from course_lib.checks import exercise

X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
X_square = np.array([[1.0, 2.0], [3.0, -1.0]])
X_four = np.array([[2.0], [0.0], [1.0], [-1.0]])


@exercise(
    "1.6",
    inputs=[
        (np.array([1.0, -1.0]), X, np.array([1.0, 2.0, 0.0]), 0.1),
        (np.array([0.0, 2.0]), X_square, np.array([1.0, 3.0]), 0.05),
        (np.array([0.5]), X_four, np.array([3.0, 1.0, 1.0, 2.0]), 0.2),
    ],
    returns="w cost",
    hints=[
        "Twice the rows make a good learning rate a bad one. Which of the lines of faulty_step gives "
        "something that grows with the number of rows, though nothing else changes?",
        "Is the gradient the derivative of the cost that is printed? Differentiate the mean by w, "
        "and look for what the code leaves out.",
        "The cost is divided by the number of rows, by np.mean; the gradient is not. "
        "2 * X.T @ residuals adds up all rows: divide it by len(y).",
    ],
)
def fixed_step(w, X, y, lr):
    residuals = X @ w - y
    return w - lr * 2 * X.T @ residuals / len(y), np.mean(residuals**2)


@fixed_step.also_right
def by_dividing_the_learning_rate(w, X, y, lr):
    residuals = X @ w - y
    return w - lr / len(X) * (2 * X.T @ residuals), residuals @ residuals / len(X)


@fixed_step.also_right
def by_a_mean_over_rows(weights, rows, targets, rate):
    residuals = np.sum(rows * weights, axis=1) - targets
    gradient = np.mean(2 * residuals[:, None] * rows, axis=0)
    return weights - rate * gradient, np.square(residuals).mean()


def stepping(factor=1.0, cost_factor=1.0):
    """A step with the right gradient times factor(N, n), and the cost times cost_factor(N, n)."""

    def wrong(w, X, y, lr):
        r = X @ w - y
        gradient = 2 * X.T @ r / len(y)
        N, n = X.shape
        by, cost_by = (f(N, n) if callable(f) else f for f in (factor, cost_factor))
        return w - lr * by * gradient, cost_by * np.mean(r**2)

    return wrong


def rows(N, n):
    return N


mistake = fixed_step.mistake
mistake(
    "the fault is still there: with twice the rows the step is twice as long, and the cost is not "
    "twice as large.",
    stepping(rows),
)
mistake(
    "now the cost and the gradient are both sums. They fit each other, but the right learning "
    "rate still depends on the number of rows, and so does the cost. Make both a mean.",
    stepping(rows, rows),
)
mistake(
    "the step is right, but the cost has become a sum. It was a mean, and that was right.",
    stepping(1, rows),
)
mistake(
    "the gradient has lost its factor 2: it is now that of half the mean, and the cost is the mean.",
    stepping(0.5),
)
mistake(
    "this is half the mean in both places. It is a convention of many books, but here the cost "
    "should stay the mean of the squares.",
    stepping(0.5, 0.5),
)
mistake(
    "the step is divided by the number of rows twice. Does a mean do it already?",
    stepping(lambda N, n: 1 / N),
)
mistake(
    "the step is divided by the number of columns. The sum runs over the rows, len(y).",
    stepping(lambda N, n: N / n),
)
mistake("the step goes uphill: w - lr * gradient.", stepping(-1))


@mistake("the cost is that of the new w. The faulty step returned the cost before it; keep that.")
def cost_afterwards(w, X, y, lr):
    w, _ = fixed_step.reference(w, X, y, lr)
    return w, np.mean((X @ w - y) ** 2)


@mistake(
    "the gradient is made a unit vector. Then every step has the same length, however near the "
    "lowest point is."
)
def normalised(w, X, y, lr):
    g = X.T @ (X @ w - y)
    return w - lr * g / np.linalg.norm(g), np.mean((X @ w - y) ** 2)


@fixed_step.draws
def the_same_rate_for_all(answer, lr=0.2, steps=30):
    """The cost of descents on 100, 200 and 400 rows with one learning rate."""
    rng = np.random.default_rng(6)
    X = np.column_stack([rng.standard_normal((400, 2)), np.ones(400)])
    y = X @ [2.0, -1.0, 3.0] + rng.standard_normal(400)
    costs = {}
    for count in (100, 200, 400):
        w, column = np.zeros(3), []
        for _ in range(steps):
            w, cost = answer(w, X[:count], y[:count], lr)
            column.append(cost)
        costs[f"{count} rows"] = column
    fig, ax = plots.figure()
    plots.curves(costs, xlabel="step", ylabel="cost", ax=ax)
    ends = ", ".join(f"{column[-1]:.2f} for {name}" for name, column in costs.items())
    return fig, (
        f"The cost in {steps} steps with your function and the learning rate {lr}, on 100, 200 and 400 "
        f"rows. The three curves fall almost together and end at {ends}."
    )
