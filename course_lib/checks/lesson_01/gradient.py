"""Exercise 1.1: the loss and its gradient."""

import numpy as np

from course_lib import plots
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
        "By w_j, r changes as column j of X; by b, it changes by 1.",
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
def with_the_residual_turned_round(w, b, X, y):
    r = y - b - np.dot(X, w)
    d = np.full_like(y, -2 / y.size) * r
    return np.dot(r, r) / y.size, d @ X, d.sum()


def times(loss, d_w, d_b):
    """The right answer with its parts multiplied: factors are numbers, or "n" and "1/n"."""

    def wrong(w, b, X, y):
        known = {"n": len(y), "1/n": 1 / len(y)}
        factors = [known.get(factor, factor) for factor in (loss, d_w, d_b)]
        right = loss_and_gradient.reference(w, b, X, y)
        return tuple(factor * part for factor, part in zip(factors, right, strict=True))

    return wrong


mistake = loss_and_gradient.mistake
mistake(
    "the gradient has the wrong sign. Does the residual in d_w and d_b say y - prediction? "
    "It is prediction - y.",
    times(1, -1, -1),
)
mistake("the factor 2 is missing in d_w and d_b: the derivative of r² is 2 r.", times(1, 0.5, 0.5))
mistake(
    "this is ½ times the mean of r², a convention of many books. In this course the loss is the "
    "mean of r², without ½, so loss, d_w and d_b are twice as large.",
    times(0.5, 0.5, 0.5),
)
mistake(
    "everything is summed over the rows. A mean is wanted: divide by N, len(y).",
    times("n", "n", "n"),
)
mistake("d_w and d_b are sums over the rows; divide them by N too.", times(1, "n", "n"))
mistake("d_w is a sum over the rows; divide it by N too.", times(1, "n", 1))
mistake("d_b is a sum over the rows; divide it by N too.", times(1, 1, "n"))
mistake("the loss is a sum over the rows; divide it by N.", times("n", 1, 1))
mistake("d_w and d_b are divided by N twice. Does np.mean do it already?", times(1, "1/n", "1/n"))
mistake("d_b is 0. The loss depends on b too: d_b is the mean of 2 r.", times(1, 1, 0))


@mistake("b is left out of the prediction: r = X @ w + b - y.")
def without_bias(w, b, X, y):
    return loss_and_gradient.reference(w, 0.0, X, y)


@mistake("X stands where X.T belongs: d_w has one number for each column of X, so it is X.T @ r.")
def not_transposed(w, b, X, y):
    r = X @ w + b - y
    return np.mean(r**2), 2 * X @ r / len(y), 2 * np.mean(r)


@mistake("the loss is the square of the mean of r. It is the mean of the squares.")
def square_of_mean(w, b, X, y):
    _, d_w, d_b = loss_and_gradient.reference(w, b, X, y)
    return np.mean(X @ w + b - y) ** 2, d_w, d_b


@mistake("the loss is the mean of |r|. It is the mean of r².")
def mean_of_absolutes(w, b, X, y):
    _, d_w, d_b = loss_and_gradient.reference(w, b, X, y)
    return np.mean(abs(X @ w + b - y)), d_w, d_b


@loss_and_gradient.draws
def descent_to_a_line(answer, steps=60, lr=0.15):
    """The student's gradient at work: a line fitted to points, and the loss on the way."""
    x = np.linspace(-2, 2, 30)
    y = 1.5 * x - 0.5 + 0.6 * np.random.default_rng(1).standard_normal(30)
    w, b, lines, losses = np.zeros(1), 0.0, [], []
    for _ in range(steps + 1):
        loss, d_w, d_b = answer(w, b, x[:, None], y)
        lines.append((w[0], b))
        losses.append(loss)
        w, b = w - lr * d_w, b - lr * d_b
    fig, (fit, curve) = plots.figure(1, 2)
    fit.plot(x, y, "o", color=plots.COLOURS["black"], label="data")
    for step, dash in ((0, ":"), (2, "--"), (steps, "-")):
        slope, height = lines[step]
        fit.plot(x, slope * x + height, dash, label=f"step {step}")
    fit.set(title="The line at three steps", xlabel="x", ylabel="y")
    fit.legend()
    curve.plot(losses)
    curve.set(title="Mean squared error", xlabel="step", ylabel="loss")
    sign = "-" if height < 0 else "+"
    return fig, (
        f"Left: 30 points and the line found with your gradient, which ends at "
        f"y = {slope:.2f} x {sign} {abs(height):.2f}. Right: the loss falls from {losses[0]:.2f} to "
        f"{losses[-1]:.2f} in {steps} steps of gradient descent with learning rate {lr}."
    )
