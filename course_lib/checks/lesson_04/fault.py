"""Exercise 4.14: a training with momentum that has two faults."""

import numpy as np

from course_lib.checks import exercise


def twice(answer, w, X, y, orders, B, lr, beta):
    """What two calls with the same arguments return, one after the other."""
    return answer(w, X, y, orders, B, lr, beta), answer(w, X, y, orders, B, lr, beta)


X = np.array([[1.0, 1.0], [2.0, 1.0], [-1.0, 1.0], [0.0, 1.0], [3.0, 1.0]])
y = np.array([3.0, 1.0, -2.0, 0.5, 4.0])


@exercise(
    "4.14",
    inputs=[
        (
            np.array([0.5, -1.0]),
            X,
            y,
            [np.array([3, 1, 4, 0, 2]), np.array([0, 2, 1, 3, 4])],
            2,
            0.05,
            0.5,
        ),
        (np.array([1.0]), X[:3, :1], y[:3], [np.array([0, 1, 2])] * 3, 3, 0.1, 0.9),
        (np.array([0.0, 2.0]), X[:4], y[:4], [np.array([2, 0, 3, 1])], 1, 0.1, 0.8),
    ],
    returns="first second",
    through=twice,
    hints=[
        "With one batch an epoch, beta has no effect. Follow v by hand through two epochs of one step.",
        "The velocity must live longer than an epoch. Where is it set to 0?",
        "For the other symptom: w -= ... changes the array that the caller passed in. "
        "w = w - ... makes a new one.",
    ],
)
def fixed_training(w, X, y, orders, B, lr, beta):
    v = np.zeros(len(w))
    for order in orders:
        for begin in range(0, len(order), B):
            rows = order[begin : begin + B]
            g = 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
            v = beta * v + g
            w = w - lr * v
    return w


@fixed_training.also_right
def on_a_copy(w, X, y, orders, B, lr, beta):
    w, v = w.copy(), 0
    for order in orders:
        for k in range(0, len(order), B):
            rows = order[k : k + B]
            r = X[rows] @ w - y[rows]
            v = beta * v + np.mean(2 * r[:, None] * X[rows], axis=0)
            w -= lr * v
    return w


def training_with(
    velocity=lambda v, g, beta: beta * v + g,
    step=lambda v, g, lr, beta: lr * v,
    number=lambda rows, X, B: len(rows),
    every_epoch=False,
    every_batch=False,
    in_place=False,
):
    """The right training, or a wrong one where a part is replaced."""

    def wrong(w, X, y, orders, B, lr, beta):
        w, v = w if in_place else w.copy(), np.zeros_like(w)
        for order in orders:
            v = np.zeros_like(w) if every_epoch else v
            for begin in range(0, len(order), B):
                rows = order[begin : begin + B]
                g = 2 * X[rows].T @ (X[rows] @ w - y[rows]) / number(rows, X, B)
                v = velocity(np.zeros_like(w) if every_batch else v, g, beta)
                w -= step(v, g, lr, beta)
        return w

    return wrong


fixed_training.mistake(
    "both faults are still there: the velocity is lost after each epoch, and the caller's w changes.",
    training_with(every_epoch=True, in_place=True),
)
fixed_training.mistake(
    "the caller's w is safe now, but the velocity is still set to 0 at the start of each epoch.",
    training_with(every_epoch=True),
)
fixed_training.mistake(
    "the velocity lasts now, but the function still changes the caller's w. w -= ... works in place.",
    training_with(in_place=True),
)
fixed_training.mistake(
    "the velocity has no effect, so this is SGD without momentum. Is v set to 0 for each batch, or "
    "does w move with g?",
    training_with(every_batch=True),
)
fixed_training.mistake(
    "the gradient is multiplied by 1 - beta now, the mean convention. The colleague's convention is "
    "the sum, and it is no fault.",
    training_with(velocity=lambda v, g, beta: beta * v + (1 - beta) * g),
)
fixed_training.mistake(
    "this is Nesterov's step now. Heavy ball moves with lr * v.",
    training_with(step=lambda v, g, lr, beta: lr * (g + beta * v)),
)
fixed_training.mistake(
    "the gradient is a sum over the batch now. It was a mean, and that was right.",
    training_with(number=lambda rows, X, B: 1),
)
fixed_training.mistake(
    "the sum over a batch is divided by the number of all examples now.",
    training_with(number=lambda rows, X, B: len(X)),
)
fixed_training.mistake(
    "the sum over the last, smaller batch is divided by B now. Divide by len(rows).",
    training_with(number=lambda rows, X, B: B),
)
fixed_training.mistake(
    "w moves uphill now: subtract lr * v.", training_with(step=lambda v, g, lr, beta: -lr * v)
)
fixed_training.mistake(
    "v += beta * v + g adds to the old velocity, which counts twice then. Write v = beta * v + g.",
    training_with(velocity=lambda v, g, beta: v + beta * v + g),
)


@fixed_training.mistake(
    "only the first epoch is trained. Is the return indented too far, inside the loop?"
)
def first_epoch(w, X, y, orders, B, lr, beta):
    return fixed_training.reference(w, X, y, orders[:1], B, lr, beta)


@fixed_training.mistake("the velocity starts as a copy of w. It starts at 0: np.zeros(len(w)).")
def starts_with_w(w, X, y, orders, B, lr, beta):
    v = w
    for order in orders:
        for begin in range(0, len(order), B):
            rows = order[begin : begin + B]
            v = beta * v + 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
            w = w - lr * v
    return w
