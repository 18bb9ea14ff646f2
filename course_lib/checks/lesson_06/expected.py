"""Exercise 6.7: the loss of a linear model under dropout of its inputs, in the mean over all masks."""

from itertools import product

import numpy as np

from course_lib.checks import exercise

X = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
y = np.array([2.0, 1.0, -1.0])


@exercise(
    "6.7",
    inputs=[
        (np.array([2.0]), np.array([[3.0]]), np.array([5.0]), 0.5),
        (np.array([1.0, -1.0]), X, y, 0.2),
        (np.array([0.5, 2.0, -1.0]), np.array([[1.0, 0.5, 2.0], [2.0, 1.0, 0.0]]), y[:2], 0.75),
        (np.array([1.0, 3.0]), X, y, 0.0),
    ],
    returns="loss d_w",
    hints=[
        "One number first: w x is kept with probability 1 - rate as w x / (1 - rate), and is 0 "
        "otherwise. What are its mean and its variance?",
        "For any random prediction the mean of (prediction - y)² is (its mean - y)² plus its variance. "
        "The mean of the prediction is X w, and the variances of the columns add up.",
        "The variance of one term is rate / (1 - rate) w² x². So the loss is mean (Xw - y)² + "
        "rate / (1 - rate) Σ_j w_j² mean(x_j²). Its gradient has one part for each of the two.",
    ],
)
def expected_loss(w, X, y, rate):
    r = X @ w - y
    strength = rate / (1 - rate) * (X**2).mean(axis=0)
    loss = (r**2).mean() + np.sum(strength * w**2)
    return loss, 2 * X.T @ r / len(y) + 2 * strength * w


@expected_loss.also_right
def over_all_masks(weights, rows, targets, p):
    loss, d_w = 0.0, np.zeros(len(weights))
    for kept in product([0, 1], repeat=len(weights)):
        kept = np.array(kept)
        chance = np.prod(np.where(kept == 1, 1 - p, p))
        thinned = rows * kept / (1 - p)
        r = thinned @ weights - targets
        loss += chance * np.mean(r**2)
        d_w += chance * 2 * thinned.T @ r / len(r)
    return loss, d_w


def loss_with(
    strength=lambda p: p / (1 - p),
    size=lambda X: (X**2).mean(axis=0),
    shrink=lambda p: 1,
    factor=1,
    of_weights=(lambda w: w**2, lambda w: 2 * w),
    n=len,
):
    """expected_loss, or a wrong version where a part is replaced."""

    def wrong(w, X, y, rate):
        X = shrink(rate) * X
        r, penalty = X @ w - y, strength(rate) * size(X)
        value, slope = (part(w) for part in of_weights)
        loss = factor * (r @ r / n(y) + np.sum(penalty * value))
        return loss, factor * (2 * X.T @ r / n(y) + penalty * slope)

    return wrong


expected_loss.mistake(
    "this is the loss without dropout. Its mean over the masks is larger: the variance of the "
    "predictions is added.",
    loss_with(strength=lambda p: 0),
)
expected_loss.mistake(
    "the factor of the second part is rate. The kept numbers are divided by 1 - rate, so the variance "
    "has the factor rate / (1 - rate).",
    loss_with(strength=lambda p: p),
)
expected_loss.mistake(
    "the factor rate (1 - rate) is that of a mask of 0 and 1. Here what is kept is divided by "
    "1 - rate, so the variance is divided by (1 - rate)².",
    loss_with(strength=lambda p: p * (1 - p)),
)
expected_loss.mistake(
    "this is dropout without the division by 1 - rate, whose predictions shrink.",
    loss_with(strength=lambda p: p / (1 - p), shrink=lambda p: 1 - p),
)
expected_loss.mistake(
    "the factor of the second part is 1 / (1 - rate). That is the mean of the square; the variance has "
    "rate / (1 - rate).",
    loss_with(strength=lambda p: 1 / (1 - p)),
)
expected_loss.mistake(
    "rate is the probability to drop a number, not to keep it: the factor is rate / (1 - rate).",
    loss_with(strength=lambda p: (1 - p) / max(p, 1e-3)),
)
expected_loss.mistake(
    "the second part is a sum over the rows. Take the mean of x², as in the first part.",
    loss_with(size=lambda X: (X**2).sum(axis=0)),
)
expected_loss.mistake(
    "both parts are sums over the rows. Take the means.",
    loss_with(size=lambda X: (X**2).sum(axis=0), n=lambda y: 1),
)
expected_loss.mistake(
    "the second part is a plain ridge penalty. Each weight has its own strength: the mean of x² of "
    "its column.",
    loss_with(size=lambda X: np.ones(X.shape[1])),
)
expected_loss.mistake(
    "each weight's strength is the mean of x² of its column, not the square of the mean.",
    loss_with(size=lambda X: X.mean(axis=0) ** 2),
)
expected_loss.mistake(
    "each weight's strength is the mean of x² of its column, not the variance: x is not centred.",
    loss_with(size=lambda X: X.var(axis=0)),
)
expected_loss.mistake(
    "all weights share one strength, the mean of all x². Each column has its own: axis=0.",
    loss_with(size=lambda X: np.full(X.shape[1], (X**2).mean())),
)
expected_loss.mistake("the loss is halved. It is the mean of r², without ½.", loss_with(factor=0.5))
expected_loss.mistake(
    "the second part of the loss is halved, as if it were ½ λ w². It is the variance itself.",
    loss_with(strength=lambda p: p / (1 - p) / 2),
)
expected_loss.mistake(
    "the second part has |w| in place of w².", loss_with(of_weights=(np.abs, np.sign))
)
expected_loss.mistake(
    "the second part is subtracted. A variance is added.",
    loss_with(strength=lambda p: -p / (1 - p)),
)
expected_loss.mistake(
    "the gradient has no second part. Differentiate both parts of the loss.",
    loss_with(of_weights=(lambda w: w**2, lambda w: 0)),
)
expected_loss.mistake(
    "the second part of the gradient lacks the factor 2: the derivative of w² is 2 w.",
    loss_with(of_weights=(lambda w: w**2, lambda w: w)),
)
expected_loss.mistake(
    "the loss is right for the first part only: the second part is in the gradient, not in the loss.",
    loss_with(of_weights=(lambda w: 0, lambda w: 2 * w)),
)
expected_loss.scaled(
    {
        (1, 0.5): "the gradient lacks the factor 2: the derivative of r² is 2 r r'.",
        (1, -1): "the gradient has the opposite sign.",
        (1, "N"): "the gradient is a sum over the rows. The loss is a mean, so it is too.",
    },
    N=lambda w, X, y, rate: len(y),
)


@expected_loss.mistake(
    "these are the loss and the gradient for random masks. The mean over all masks is exact: no "
    "random numbers."
)
def with_random_masks(w, X, y, rate):
    mask = (np.random.default_rng(0).random(X.shape) >= rate) / (1 - rate)
    r = (X * mask) @ w - y
    return r @ r / len(y), 2 * (X * mask).T @ r / len(y)


@expected_loss.mistake(
    "w² belongs inside the mean over rows and columns: sum over the columns, then the mean over the "
    "rows. You took the mean over both."
)
def mean_over_columns(w, X, y, rate):
    return loss_with(strength=lambda p: p / (1 - p) / len(w))(w, X, y, rate)


def over_masks(chance=lambda kept, rate: np.prod(np.where(kept, 1 - rate, rate)), size=None):
    """The mean over all masks, each with a chance, of what is kept divided by size(rate)."""

    def wrong(w, X, y, rate):
        loss, d_w = 0.0, np.zeros(len(w))
        for kept in product([False, True], repeat=len(w)):
            thinned = X * kept / (size or (lambda p: 1 - p))(rate)
            r = thinned @ w - y
            share = chance(np.array(kept), rate)
            loss, d_w = loss + share * np.mean(r**2), d_w + share * 2 * thinned.T @ r / len(y)
        return loss, d_w

    return wrong


expected_loss.mistake(
    "all masks count the same. A mask has the probability (1 - rate) for each number it keeps, times "
    "rate for each that it drops.",
    over_masks(chance=lambda kept, rate: 0.5 ** len(kept)),
)
expected_loss.mistake(
    "the masks have the probabilities of keeping and dropping exchanged: rate is that of dropping.",
    over_masks(chance=lambda kept, rate: np.prod(np.where(kept, rate, 1 - rate))),
)
expected_loss.mistake(
    "what is kept is divided by rate. Divide it by 1 - rate, the probability to keep it.",
    over_masks(size=lambda p: p),
)
expected_loss.mistake(
    "the variance of a kept number is rate (1 - rate) / (1 - rate)², which is rate / (1 - rate), not "
    "rate / (1 - rate)².",
    loss_with(strength=lambda p: p / (1 - p) ** 2),
)


@expected_loss.mistake(
    "here a mask drops a whole row, or keeps it. Each number is dropped on its own: with two columns "
    "there are four masks of a row."
)
def whole_rows(w, X, y, rate):
    z = X @ w
    loss = np.mean((1 - rate) * (z / (1 - rate) - y) ** 2 + rate * y**2)
    return loss, 2 * X.T @ (z / (1 - rate) - y) / len(y)
