"""Exercise 1.6: a descent whose right learning rate depends on the number of rows, and why."""

import numpy as np

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
        "With twice the rows, a good learning rate becomes a bad one. Which line of faulty_step "
        "gives "
        "something that grows with the number of rows, though nothing else changes?",
        "Is the gradient the derivative of the cost that is printed? Differentiate the mean with "
        "respect to w, and look for what the code leaves out.",
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


def step_with(gradient=1.0, cost=1.0):
    """The right step with its gradient and its cost times a factor: a number or a function of X."""

    def wrong(w, X, y, lr):
        by, cost_by = (f(X) if callable(f) else f for f in (gradient, cost))
        r = X @ w - y
        return w - lr * by * 2 * X.T @ r / len(y), cost_by * np.mean(r**2)

    return wrong


fixed_step.mistake(
    "the fault is still there: with twice the rows the step is twice as long, but the cost stays "
    "the same.",
    step_with(gradient=len),
)
fixed_step.mistake(
    "now the cost and the gradient are both sums. They agree with each other, but the right "
    "learning "
    "rate still depends on the number of rows, and so does the cost. Make both a mean.",
    step_with(gradient=len, cost=len),
)
fixed_step.mistake(
    "the step is right, but the cost has become a sum. It was a mean, and that was right.",
    step_with(cost=len),
)
fixed_step.mistake(
    "the gradient has lost its factor 2: it is now that of half the mean, and the cost is the "
    "mean.",
    step_with(gradient=0.5),
)
fixed_step.mistake(
    "this is half the mean in both places. It is a convention of many books, but here the cost "
    "should stay the mean of the squares.",
    step_with(gradient=0.5, cost=0.5),
)
fixed_step.mistake(
    "the step is divided by the number of rows twice. Does a mean do it already?",
    step_with(gradient=lambda X: 1 / len(X)),
)
fixed_step.mistake(
    "the step is divided by the number of columns. The sum runs over the rows, len(y).",
    step_with(gradient=lambda X: len(X) / X.shape[1]),
)
fixed_step.mistake("the step goes uphill: w - lr * gradient.", step_with(gradient=-1))


@fixed_step.mistake(
    "the cost is that of the new w. The faulty step returned the cost before the step; keep that."
)
def cost_afterwards(w, X, y, lr):
    w, _ = fixed_step.reference(w, X, y, lr)
    return w, np.mean((X @ w - y) ** 2)


@fixed_step.mistake(
    "the gradient is divided by its length. Then every step has the same length, however close the "
    "minimum is."
)
def normalised(w, X, y, lr):
    g = X.T @ (X @ w - y)
    return w - lr * g / np.linalg.norm(g), np.mean((X @ w - y) ** 2)


fixed_step.mistake(
    "the step is divided by 100, the number of rows of her first patients. Divide by the number "
    "of rows "
    "that come in, len(y).",
    step_with(gradient=lambda X: len(X) / 100),
)


@fixed_step.mistake(
    "np.mean makes one number of the whole gradient. Take the mean over the rows only, for each "
    "weight."
)
def mean_of_everything(w, X, y, lr):
    residuals = X @ w - y
    return w - lr * 2 * np.mean(X.T @ residuals), np.mean(residuals**2)
