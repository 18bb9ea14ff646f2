"""Exercise 3.12: large batches on a machine with little memory."""

import numpy as np

from course_lib.checks import exercise

X = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 1.0], [-1.0, 2.0], [1.0, 1.0], [3.0, 0.0], [0.0, -2.0]])
y = np.array([1.0, 0.0, 2.0, -1.0, 3.0, 1.0, 0.5])


def measured(answer, w, order, B, most, lr):
    """The answer's w, and the number of rows of each gradient that it asked for."""
    sizes = []

    def gradient(w, rows):
        sizes.append(len(rows))
        here = X[rows, : len(w)]
        return 2 * here.T @ (here @ w - y[rows]) / len(rows)

    return answer(gradient, w, order, B, most, lr), np.array(sizes)


@exercise(
    "3.12",
    inputs=[
        (np.array([1.0, -1.0]), np.array([2, 0, 3, 1]), 4, 3, 0.1),
        (np.array([0.5, 2.0]), np.array([6, 1, 4, 0, 2, 5, 3]), 4, 2, 0.1),
        (np.array([2.0]), np.array([3, 1, 0, 5, 2]), 5, 2, 0.05),
        (np.array([1.0, 1.0]), np.array([4, 6, 0]), 2, 5, 0.2),
        (np.array([0.0, 1.0]), np.array([5, 4, 3, 2, 1, 0]), 3, 1, 0.05),
    ],
    returns="w sizes",
    through=measured,
    hints=[
        "Two loops: the outer one cuts order into batches of B, the inner one cuts a batch into "
        "pieces of at most `most` rows.",
        "gradient returns a mean. The mean times the number of rows is the sum, and sums may be added.",
        "Inside a batch w does not change: total = total + len(piece) * gradient(w, piece) for each "
        "piece, and then w = w - lr * total / len(rows), once.",
    ],
)
def accumulated_epoch(gradient, w, order, B, most, lr):
    for begin in range(0, len(order), B):
        rows = order[begin : begin + B]
        total = np.zeros(len(w))
        for start in range(0, len(rows), most):
            piece = rows[start : start + most]
            total = total + len(piece) * gradient(w, piece)
        w = w - lr * total / len(rows)
    return w


@accumulated_epoch.also_right
def with_lists(slope, w, order, size, memory, rate):
    while len(order):
        rows, order = order[:size], order[size:]
        pieces = np.split(rows, range(memory, len(rows), memory))
        means = [slope(w, piece) for piece in pieces]
        w = w - rate * np.average(means, axis=0, weights=[len(piece) for piece in pieces])
    return w


def epoch_with(
    weight=lambda piece: len(piece),
    divisor=lambda rows, pieces, B: len(rows),
    within=False,
    cut=lambda most, B: most,
    end=lambda n, B: n,
):
    """accumulated_epoch, or a wrong version where a part is replaced."""

    def wrong(gradient, w, order, B, most, lr):
        for begin in range(0, end(len(order), B), B):
            rows = order[begin : begin + B]
            size = cut(most, B)
            pieces = [rows[k : k + size] for k in range(0, len(rows), size)]
            old, total = w, np.zeros(len(w))
            for piece in pieces:
                g = gradient(w if within else old, piece)
                total = total + weight(piece) * g
                if within:
                    w = w - lr * weight(piece) * g / divisor(rows, pieces, B)
            w = w if within else old - lr * total / divisor(rows, pieces, B)
        return w

    return wrong


accumulated_epoch.mistake(
    "each piece counts the same, and the last one may be smaller. Weight each mean by its rows.",
    epoch_with(weight=lambda piece: 1, divisor=lambda rows, pieces, B: len(pieces)),
)
accumulated_epoch.mistake(
    "the gradients of the pieces are added up. Each is a mean: the gradient of the batch is their "
    "weighted mean.",
    epoch_with(weight=lambda piece: 1, divisor=lambda rows, pieces, B: 1),
)
accumulated_epoch.mistake(
    "the sum over the batch is not divided by its number of rows.",
    epoch_with(divisor=lambda rows, pieces, B: 1),
)
accumulated_epoch.mistake(
    "the last batch of the epoch may have fewer than B rows: divide by len(rows).",
    epoch_with(divisor=lambda rows, pieces, B: B),
)
accumulated_epoch.mistake(
    "the weighted sum is divided by the number of pieces. Divide by the number of rows.",
    epoch_with(divisor=lambda rows, pieces, B: len(pieces)),
)
accumulated_epoch.mistake(
    "w changes after each piece. All pieces of a batch use the same w; the step comes after the last.",
    epoch_with(within=True),
)
accumulated_epoch.mistake(
    "w takes a whole step after each piece. A batch makes one step, after its last piece.",
    epoch_with(weight=lambda piece: 1, divisor=lambda rows, pieces, B: 1, within=True),
)
accumulated_epoch.mistake(
    "the result is right, but a piece has more than `most` rows, for which there is no memory.",
    epoch_with(cut=lambda most, B: B),
)
accumulated_epoch.mistake(
    "these are steps with batches of `most` rows. A step uses B of them, in pieces.",
    lambda gradient, w, order, B, most, lr: accumulated_epoch.reference(
        gradient, w, order, most, most, lr
    ),
)
accumulated_epoch.mistake(
    "the last, smaller batch of the epoch is left out.", epoch_with(end=lambda n, B: n - B + 1)
)
accumulated_epoch.mistake(
    "w moves uphill: subtract lr times the gradient.",
    lambda gradient, w, order, B, most, lr: accumulated_epoch.reference(
        gradient, w, order, B, most, -lr
    ),
)


@accumulated_epoch.mistake(
    "each mean is multiplied by `most`, but the last piece may be smaller. Multiply by len(piece)."
)
def all_pieces_full(gradient, w, order, B, most, lr):
    for begin in range(0, len(order), B):
        rows = order[begin : begin + B]
        pieces = [rows[k : k + most] for k in range(0, len(rows), most)]
        w = w - lr * most * sum(gradient(w, piece) for piece in pieces) / len(rows)
    return w


@accumulated_epoch.mistake(
    "the total is never set back to 0, so each step contains the batches before it too."
)
def total_goes_on(gradient, w, order, B, most, lr):
    total = np.zeros(len(w))
    for begin in range(0, len(order), B):
        rows = order[begin : begin + B]
        for start in range(0, len(rows), most):
            piece = rows[start : start + most]
            total = total + len(piece) * gradient(w, piece)
        w = w - lr * total / len(rows)
    return w


@accumulated_epoch.mistake(
    "the weighted mean goes on from one batch to the next. Set it to 0 before the pieces of each batch."
)
def mean_goes_on(gradient, w, order, B, most, lr):
    mean = np.zeros(len(w))
    for begin in range(0, len(order), B):
        rows = order[begin : begin + B]
        for start in range(0, len(rows), most):
            piece = rows[start : start + most]
            mean = mean + len(piece) * gradient(w, piece) / len(rows)
        w = w - lr * mean
    return w
