"""Exercise 5.5: a training with AMSGrad that has two faults."""

from types import SimpleNamespace

import numpy as np

from course_lib.checks import exercise

X = np.array([[1.0, 1.0], [2.0, 1.0], [-1.0, 1.0], [0.0, 1.0], [3.0, 1.0]])
y = np.array([3.0, 1.0, -2.0, 0.5, 40.0])
TWO_EPOCHS = [np.array([1, 0, 2]), np.array([2, 1, 0])]


def slope(w, rows):
    """The gradient of the mean squared error of these rows."""
    return 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)


def gentle(w, rows):
    """A small gradient, whatever the rows are."""
    return 0.1 * w


def one_number(w, rows):
    """The gradient of the mean of (w - c)²: c is 100 in row 0, and 1 in the others."""
    return 2 * np.mean(w - np.where(rows == 0, 100.0, 1.0), keepdims=True)


@exercise(
    "5.5",
    inputs=[
        (one_number, np.zeros(1), TWO_EPOCHS, 1, 0.5, 0.5, 0.75, 0.1),
        (slope, np.array([0.5, -1.0]), [np.array([4, 3, 1, 0, 2])] * 3, 2, 0.1, 0.9, 0.8, 0.5),
        (slope, np.array([0.5, -1.0]), [np.arange(5)] * 3, 5, 1.0, 0.5, 0.5, 0.01),
        (gentle, np.array([1.0, -2.0]), [np.arange(2)] * 2, 1, 0.1, 0.8, 0.7, 0.05),
        (slope, np.array([2.0, 0.0]), [np.array([4, 0, 1])], 1, 0.2, 0.6, 0.9, 1.0),
    ],
    returns="w",
    hints=[
        "Which number does t stand for in the function, and which should it be? Follow it through "
        "two epochs of three steps.",
        "v_max is computed and kept. Look for the line that should use it.",
        "t starts at 0 before both loops, and t = t + 1 stands in the inner loop. The root is "
        "np.sqrt(v_max / (1 - beta2**t)).",
    ],
)
def fixed_amsgrad(gradient, w, orders, B, lr, beta1, beta2, eps):
    m = v = v_max = np.zeros(len(w))
    t = 0
    for order in orders:
        for begin in range(0, len(order), B):
            g = gradient(w, order[begin : begin + B])
            t = t + 1
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            v_max = np.maximum(v_max, v)
            m_hat = m / (1 - beta1**t)
            v_hat = v_max / (1 - beta2**t)
            w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w


@fixed_amsgrad.also_right
def with_a_list_of_batches(slope, place, orders, size, rate, keep, keep_squares, tiny):
    batches = [order[k : k + size] for order in orders for k in range(0, len(order), size)]
    m, v, most = 0, 0, 0
    for t, rows in enumerate(batches, 1):
        g = slope(place, rows)
        m, v = keep * m + (1 - keep) * g, keep_squares * v + (1 - keep_squares) * g * g
        most = most + np.maximum(v - most, 0)
        place = place - rate * m / (1 - keep**t) / ((most / (1 - keep_squares**t)) ** 0.5 + tiny)
    return place


PARTS = {
    "count": lambda t, epoch, begin, B, order: t,
    "largest": np.maximum,
    "used": lambda v_max, v, t, beta2: v_max / (1 - beta2**t),
    "memory": lambda m, g, beta1: beta1 * m + (1 - beta1) * g,
    "hat": lambda m, t, beta1: m / (1 - beta1**t),
    "step": lambda lr, m_hat, v_hat, eps: lr * m_hat / (np.sqrt(v_hat) + eps),
    "kept": lambda m, m_hat: m,
    "every_epoch": False,
    "late": False,
}


def training_with(**changed):
    """fixed_amsgrad, or a wrong version where a part is replaced."""
    part = SimpleNamespace(**PARTS | changed)

    def wrong(gradient, w, orders, B, lr, beta1, beta2, eps):
        m = v = v_max = np.zeros(len(w))
        steps = 0
        for epoch, order in enumerate(orders, 1):
            if part.every_epoch:
                m = v = v_max = np.zeros(len(w))
            for begin in range(0, len(order), B):
                g, steps = gradient(w, order[begin : begin + B]), steps + 1
                t = part.count(steps, epoch, begin, B, order)
                m, v = part.memory(m, g, beta1), beta2 * v + (1 - beta2) * g**2
                before, v_max = v_max, part.largest(v_max, v)
                m_hat, v_hat = (
                    part.hat(m, t, beta1),
                    part.used(before if part.late else v_max, v, t, beta2),
                )
                w = w - part.step(lr, m_hat, v_hat, eps)
                m = part.kept(m, m_hat)
        return w

    return wrong


def of_adam(v_max, v, t, beta2):
    return v / (1 - beta2**t)


fixed_amsgrad.mistake(
    "both faults are still there: t counts epochs, and v_max has no effect.",
    training_with(count=lambda t, epoch, begin, B, order: epoch, used=of_adam),
)
fixed_amsgrad.mistake(
    "t counts the steps now, but v_max still has no effect: this is Adam.",
    training_with(used=of_adam),
)
fixed_amsgrad.mistake(
    "v_max is used now, but t still counts the epochs.",
    training_with(count=lambda t, epoch, begin, B, order: epoch),
)
fixed_amsgrad.mistake(
    "t starts again in each epoch. m and v go on, so t must go on too: set it to 0 before both loops.",
    training_with(count=lambda t, epoch, begin, B, order: begin // B + 1),
)
fixed_amsgrad.mistake(
    "t starts again in each epoch, and v_max still has no effect.",
    training_with(count=lambda t, epoch, begin, B, order: begin // B + 1, used=of_adam),
)
fixed_amsgrad.mistake(
    "t is one too large: in the first step it is 1.",
    training_with(count=lambda t, epoch, begin, B, order: t + 1),
)
fixed_amsgrad.mistake(
    "t is the number of the epoch plus that of the batch. It counts all steps so far.",
    training_with(count=lambda t, epoch, begin, B, order: epoch + begin // B),
)
fixed_amsgrad.mistake(
    "t counts examples. It counts steps.",
    training_with(count=lambda t, epoch, begin, B, order: min(begin + B, len(order))),
)
fixed_amsgrad.mistake(
    "v_max is used without its correction: divide it by 1 - beta2**t.",
    training_with(used=lambda v_max, v, t, beta2: v_max),
)
fixed_amsgrad.mistake(
    "m, v and v_max start again in each epoch. Set them to 0 once, before both loops.",
    training_with(every_epoch=True),
)
fixed_amsgrad.mistake(
    "the correction of m is gone: m_hat = m / (1 - beta1**t).",
    training_with(hat=lambda m, t, beta1: m),
)
fixed_amsgrad.mistake(
    "both corrections are gone. They were right, only t was not.",
    training_with(hat=lambda m, t, beta1: m, used=lambda v_max, v, t, beta2: v_max),
)
fixed_amsgrad.mistake(
    "eps stands inside the root now. It was right where it was.",
    training_with(step=lambda lr, m_hat, v_hat, eps: lr * m_hat / np.sqrt(v_hat + eps)),
)
fixed_amsgrad.mistake(
    "w moves uphill now: subtract the step.",
    training_with(step=lambda lr, m_hat, v_hat, eps: -lr * m_hat / (np.sqrt(v_hat) + eps)),
)
fixed_amsgrad.mistake(
    "m adds the whole gradient now. Its weight 1 - beta1 was right.",
    training_with(memory=lambda m, g, beta1: beta1 * m + g),
)


@fixed_amsgrad.mistake(
    "the maximum is taken of the corrected values. AMSGrad, as the function and the library have it, "
    "takes the maximum of v, and corrects it afterwards."
)
def maximum_of_corrected(gradient, w, orders, B, lr, beta1, beta2, eps):
    m = v = highest = np.zeros(len(w))
    t = 0
    for order in orders:
        for begin in range(0, len(order), B):
            g, t = gradient(w, order[begin : begin + B]), t + 1
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
            highest = np.maximum(highest, v / (1 - beta2**t))
            w = w - lr * m / (1 - beta1**t) / (np.sqrt(highest) + eps)
    return w


@fixed_amsgrad.mistake(
    "v itself is replaced by the maximum, so the next average starts from it. Keep v and v_max apart."
)
def maximum_in_v(gradient, w, orders, B, lr, beta1, beta2, eps):
    m = v = np.zeros(len(w))
    t = 0
    for order in orders:
        for begin in range(0, len(order), B):
            g, t = gradient(w, order[begin : begin + B]), t + 1
            m, v = (
                beta1 * m + (1 - beta1) * g,
                np.maximum(v, beta2 * v + (1 - beta2) * g**2),
            )
            w = w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w


@fixed_amsgrad.mistake(
    "only the first epoch is trained. Is the return indented too far, inside the loop?"
)
def first_epoch(gradient, w, orders, *rest):
    return fixed_amsgrad.reference(gradient, w, orders[:1], *rest)


fixed_amsgrad.mistake(
    "t is begin + 1. begin counts rows, not steps, and starts again in each epoch.",
    training_with(count=lambda t, epoch, begin, B, order: begin + 1),
)
fixed_amsgrad.mistake(
    "t is computed from len(order) // B. The last, smaller batch is a step too: count with t = t + 1.",
    training_with(
        count=lambda t, epoch, begin, B, order: (epoch - 1) * (len(order) // B) + begin // B + 1
    ),
)
fixed_amsgrad.mistake(
    "t stays at 1. Raise it in the inner loop: t = t + 1.",
    training_with(count=lambda t, epoch, begin, B, order: 1),
)
fixed_amsgrad.mistake(
    "np.max takes one maximum over all parameters. Each keeps its own: np.maximum(v_max, v).",
    training_with(largest=lambda v_max, v: np.full_like(v, max(v_max.max(), v.max()))),
)
fixed_amsgrad.mistake(
    "the step uses v_max before the newest v is in it. First the new v_max, then the step.",
    training_with(late=True),
)
fixed_amsgrad.mistake(
    "m is overwritten by its corrected value, and the next average starts from that. Keep both.",
    training_with(kept=lambda m, m_hat: m_hat),
)
