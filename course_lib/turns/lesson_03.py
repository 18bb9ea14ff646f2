"""Lesson 3, mini-batches: what the student writes, with the mistakes that are often made."""

import numpy as np

from course_lib.turns import turn

_ROWS = np.array([[1.0, -2.0], [0.5, 1.0], [-1.0, 3.0]])
_HIDDEN = np.array([[1.0, -1.0, 0.5], [0.0, 2.0, -1.0]]), np.array([[0.1, -0.2, 0.3]])
_OUTPUT = np.array([[1.0, 0.0], [-1.0, 0.5], [0.5, -0.5]]), np.array([[0.2, 0.0]])
_POINTS = np.array([[1.0, 1.0], [2.0, 1.0], [-1.0, 1.0], [0.5, 1.0], [3.0, 1.0]])
_TARGETS = np.array([1.0, 3.0, 0.0, 2.0, -1.0])


@turn(
    "1.a",
    inputs=[(_ROWS, *_HIDDEN, *_OUTPUT), (_ROWS[:1], *_HIDDEN, *_OUTPUT)],
    hints=(
        "Write the rows of the table one after the other, each result under a name of its own.",
        "The ReLU is np.maximum(Z, 0), which compares each entry with 0.",
        "e = np.exp(logits), then divide each row by its own sum: e.sum(axis=1, keepdims=True).",
    ),
)
def probabilities(X, W1, b1, W2, b2):
    Z = X @ W1 + b1
    H = np.maximum(Z, 0)
    e = np.exp(H @ W2 + b2)
    return e / e.sum(axis=1, keepdims=True)


def _logits(X, W1, b1, W2, b2):
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


def _softmax(logits, **over):
    e = np.exp(logits)
    return e / e.sum(**over)


@probabilities.mistake("the ReLU is missing between the two affine layers.")
def _(X, W1, b1, W2, b2):
    return _softmax((X @ W1 + b1) @ W2 + b2, axis=1, keepdims=True)


probabilities.mistake(
    "this divides by the sums over the examples. Sum over the classes: axis=1.",
    lambda *layers: _softmax(_logits(*layers), axis=0),
)
probabilities.mistake(
    "this divides by one sum over all examples. Each row has its own: axis=1.",
    lambda *layers: _softmax(_logits(*layers)),
)
probabilities.mistake("these are the logits. The softmax is still to come.", _logits)


@probabilities.mistake("there is a ReLU after the second affine layer too. The logits have none.")
def _(X, W1, b1, W2, b2):
    return _softmax(np.maximum(_logits(X, W1, b1, W2, b2), 0), axis=1, keepdims=True)


@turn(
    "2.a",
    inputs=[
        (np.zeros(2), _POINTS, _TARGETS, np.array([3, 0, 4, 1, 2]), 2, 0.1),
        (np.array([1.0, -0.5]), _POINTS, _TARGETS, np.array([1, 4, 0, 3, 2]), 5, 0.05),
        (np.array([0.5, 0.5]), _POINTS, _TARGETS, np.array([2, 0, 3, 4, 1]), 3, 0.1),
    ],
    hints=(
        "for begin in range(0, len(order), B): takes 0, B, 2 B, ... as the start of each batch.",
        "rows = order[begin : begin + B]. Python cuts the last slice short by itself.",
        "Take X[rows] and y[rows], and divide by len(rows), which is smaller at the end.",
    ),
)
def epoch(theta, X, y, order, B, lr):
    for begin in range(0, len(order), B):
        rows = order[begin : begin + B]
        residuals = X[rows] @ theta - y[rows]
        theta = theta - lr * 2 / len(rows) * X[rows].T @ residuals
    return theta


def _step(theta, X, y, rows, lr, *, targets=None, count=None):
    """A step with the rows of X, and with other targets or another divisor where they are given."""
    residuals = X[rows] @ theta - y[rows if targets is None else targets]
    return theta - lr * 2 / (count or len(rows)) * X[rows].T @ residuals


@epoch.mistake("the gradient is divided by the number of all examples, not of those in the batch.")
def _(theta, X, y, order, B, lr):
    for begin in range(0, len(order), B):
        theta = _step(theta, X, y, order[begin : begin + B], lr, count=len(y))
    return theta


@epoch.mistake("the last batch is divided by B, although it has fewer examples.")
def _(theta, X, y, order, B, lr):
    for begin in range(0, len(order), B):
        theta = _step(theta, X, y, order[begin : begin + B], lr, count=B)
    return theta


@epoch.mistake("the last, smaller batch is left out.")
def _(theta, X, y, order, B, lr):
    for begin in range(0, len(order) - B + 1, B):
        theta = _step(theta, X, y, order[begin : begin + B], lr)
    return theta


@epoch.mistake("the rows of X are shuffled, those of y are not: take y[rows] too.")
def _(theta, X, y, order, B, lr):
    for begin in range(0, len(order), B):
        rows = order[begin : begin + B]
        theta = _step(theta, X, y, rows, lr, targets=np.arange(begin, begin + len(rows)))
    return theta


@epoch.mistake("the batches are cut from the rows as they are. Take the row numbers from order.")
def _(theta, X, y, order, B, lr):
    for begin in range(0, len(order), B):
        theta = _step(theta, X, y, np.arange(len(order))[begin : begin + B], lr)
    return theta


@epoch.mistake("every gradient is computed at the first θ. Use the θ of the step before.")
def _(theta, X, y, order, B, lr):
    batches = (order[begin : begin + B] for begin in range(0, len(order), B))
    return theta + sum(_step(theta, X, y, rows, lr) - theta for rows in batches)


@epoch.mistake("only the first batch is used: is the return line inside the loop?")
def _(theta, X, y, order, B, lr):
    return _step(theta, X, y, order[:B], lr)


@epoch.mistake("this goes uphill: subtract the gradient.")
def _(theta, X, y, order, B, lr):
    for begin in range(0, len(order), B):
        theta = _step(theta, X, y, order[begin : begin + B], -lr)
    return theta


@epoch.mistake("the factor 2 of the derivative of the square is missing.")
def _(theta, X, y, order, B, lr):
    for begin in range(0, len(order), B):
        theta = _step(theta, X, y, order[begin : begin + B], lr / 2)
    return theta


@turn("2.b", predict=True)
def loss_with_batches():
    return 27.0


@turn(
    "3.a",
    inputs=[(0.5, 200), (0.1, 200), (0.25, 1000), (1.0, 50)],
    hints=(
        "The spread is the root of the variance, so the formula equals spread².",
        "Multiply by B (n - 1), and collect what contains B on one side.",
        "spread² B (n - 1) = n - B, so B (1 + (n - 1) spread²) = n.",
    ),
)
def batch_for(spread, n):
    return n / (1 + (n - 1) * spread**2)


batch_for.mistake(
    "the spread is not squared: the formula is for the variance.",
    lambda spread, n: n / (1 + (n - 1) * spread),
)
batch_for.mistake(
    "this is 1 / spread², the size for draws with repeats. The factor (n - B) / (n - 1) is missing.",
    lambda spread, n: 1 / spread**2,
)
batch_for.mistake(
    "the factor has n where n - 1 belongs.", lambda spread, n: n / (1 + n * spread**2)
)
batch_for.mistake(
    "this is rounded. Return the number as the formula gives it.",
    lambda spread, n: round(n / (1 + (n - 1) * spread**2)),
)
batch_for.mistake(
    "this is the spread that a batch of this size leaves. Solve for B.",
    lambda spread, n: np.sqrt((n - spread) / (n - 1) / spread),
)


@turn("3.b", predict=True)
def times_faster():
    return 100.0


@turn(
    "4.a",
    inputs=[
        (np.array([[2.0, 1.0], [0.0, -1.0], [4.0, 3.0], [1.0, 1.0]]),),
        (np.array([[1.0, 0.0, 2.0], [3.0, -1.0, 0.0]]),),
        (np.array([[1.0], [2.0], [6.0]]),),
    ],
    hints=(
        "g is the mean over the rows: gradients.mean(axis=0).",
        "tr(Σ) is the sum of the variances of the columns: gradients.var(axis=0).sum().",
        "‖g‖² is the sum of the squares of g: g @ g.",
    ),
)
def noise_scale(gradients):
    g = gradients.mean(axis=0)
    return gradients.var(axis=0).sum() / (g @ g)


def _ratio(noise, gradients):
    return noise / np.sum(gradients.mean(axis=0) ** 2)


noise_scale.mistake(
    "the denominator is the length of g. It should be its square, ‖g‖².",
    lambda gradients: gradients.var(axis=0).sum() / np.linalg.norm(gradients.mean(axis=0)),
)
noise_scale.mistake(
    "this is upside down: the noise is the numerator, the gradient the denominator.",
    lambda gradients: 1 / _ratio(gradients.var(axis=0).sum(), gradients),
)
noise_scale.mistake(
    "this takes one variance of all entries. Take one for each column: var(axis=0).",
    lambda gradients: _ratio(gradients.var(), gradients),
)
noise_scale.mistake(
    "the numerator is the mean of the variances. The trace is their sum.",
    lambda gradients: _ratio(gradients.var(axis=0).mean(), gradients),
)
noise_scale.mistake(
    "this adds up standard deviations. The trace adds up variances.",
    lambda gradients: _ratio(gradients.std(axis=0).sum(), gradients),
)
noise_scale.mistake(
    "the numerator is the mean of ‖gᵢ‖²: ‖g‖² has not been subtracted.",
    lambda gradients: _ratio((gradients**2).sum(axis=1).mean(), gradients),
)
noise_scale.mistake(
    "the variances are divided by n - 1. Take the mean over all n rows, as np.var does.",
    lambda gradients: _ratio(gradients.var(axis=0, ddof=1).sum(), gradients),
)
noise_scale.mistake(
    "the mean and the variances are taken over the parameters. Use axis=0.",
    lambda gradients: _ratio(gradients.var(axis=1).sum(), gradients.T),
)


@turn("4.b", predict=True)
def steps_with_all():
    return 10.0
