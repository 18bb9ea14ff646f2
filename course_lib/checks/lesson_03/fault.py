"""Exercise 3.15: a loader of batches with three faults."""

import numpy as np

from course_lib.checks import exercise


def twice(answer, X, y, B, seed):
    """What two calls with the same arguments return, one after the other."""
    return answer(X, y, B, seed), answer(X, y, B, seed)


X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [9.0, 10.0]])
y = np.array([10.0, 20.0, 30.0, 40.0, 50.0])


@exercise(
    "3.15",
    inputs=[(X, y, 2, 0), (X[:4], y[:4], 2, 1), (X[:3, :1], y[:3], 1, 2), (X, y, 7, 3)],
    returns="first second",
    through=twice,
    hints=[
        "Follow row 0 of X and row 0 of y through the two calls of shuffle. Do they stay together?",
        "Shuffle row numbers, not the data: order = rng.permutation(len(X)). Then take the same rows "
        "of X and of y.",
        "The batches begin at 0, B, 2 B, ... as long as they begin before len(X): range(0, len(X), B).",
    ],
)
def fixed_batches(X, y, B, seed):
    order = np.random.default_rng(seed).permutation(len(X))
    pieces = [order[begin : begin + B] for begin in range(0, len(X), B)]
    return [(X[rows], y[rows]) for rows in pieces]


@fixed_batches.also_right
def with_shuffled_copies(inputs, targets, size, seed):
    order = np.arange(len(inputs))
    np.random.default_rng(seed).shuffle(order)
    inputs, targets = inputs[order], targets[order]
    return [(inputs[k : k + size], targets[k : k + size]) for k in range(0, len(targets), size)]


def batches_with(shuffled, begins=lambda n, B: range(0, n, B)):
    """The batches of what shuffled(X, y, rng) returns, with these first rows."""

    def wrong(X, y, B, seed):
        X, y = shuffled(X, y, np.random.default_rng(seed))
        return [(X[k : k + B].copy(), y[k : k + B].copy()) for k in begins(len(X), B)]

    return wrong


def in_place(X, y, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    return X, y


def apart(X, y, rng):
    return X[rng.permutation(len(X))], y[rng.permutation(len(y))]


def together(X, y, rng):
    order = rng.permutation(len(X))
    return X[order], y[order]


def too_few(n, B):
    return range(0, n - B, B)


fixed_batches.mistake(
    "all three faults are still there: X and y are shuffled apart, in place, and rows are missing.",
    batches_with(in_place, too_few),
)
fixed_batches.mistake(
    "all rows are there now, but X and y are still shuffled apart, and in place.",
    batches_with(in_place),
)
fixed_batches.mistake(
    "X and y are copies now, but each has an order of its own: shuffle and permutation draw a new "
    "order each time. Draw one, and take the same rows of both.",
    batches_with(apart),
)
fixed_batches.mistake(
    "X and y are still shuffled apart, and the last rows are still missing.",
    batches_with(apart, too_few),
)
fixed_batches.mistake(
    "X and y stay together now, but the last rows are still missing.",
    batches_with(together, too_few),
)
fixed_batches.mistake(
    "the last batch is missing where it has fewer than B rows. It belongs to the epoch too.",
    batches_with(together, lambda n, B: range(0, n - B + 1, B)),
)
fixed_batches.mistake(
    "there is an empty batch at the end where B divides the number of rows.",
    batches_with(together, lambda n, B: range(0, n + 1, B)),
)
fixed_batches.mistake(
    "nothing is shuffled now. The order is np.random.default_rng(seed).permutation(len(X)).",
    batches_with(lambda X, y, rng: (X, y)),
)
fixed_batches.mistake(
    "X is shuffled and y is not. Take the same rows of both.",
    batches_with(lambda X, y, rng: (X[rng.permutation(len(X))], y)),
)
fixed_batches.mistake(
    "y is shuffled and X is not. Take the same rows of both.",
    batches_with(lambda X, y, rng: (X, y[rng.permutation(len(X))])),
)


@fixed_batches.mistake(
    "X and y are shuffled by two generators with the same seed, so they stay together. But shuffle "
    "still works in place and changes the caller's arrays."
)
def same_seed_in_place(X, y, B, seed):
    np.random.default_rng(seed).shuffle(X)
    np.random.default_rng(seed).shuffle(y)
    return [(X[k : k + B].copy(), y[k : k + B].copy()) for k in range(0, len(X), B)]


@fixed_batches.mistake("these are B batches. B is the number of rows in a batch.")
def so_many_batches(X, y, B, seed):
    order = np.random.default_rng(seed).permutation(len(X))
    return [(X[rows], y[rows]) for rows in np.array_split(order, B)]


@fixed_batches.mistake(
    "the order comes from np.random.seed, the old global generator. Use np.random.default_rng(seed)."
)
def old_generator(X, y, B, seed):
    order = np.random.RandomState(seed).permutation(len(X))
    pieces = [order[begin : begin + B] for begin in range(0, len(X), B)]
    return [(X[rows], y[rows]) for rows in pieces]


@fixed_batches.mistake(
    "these are two lists, one of X and one of y. Return one list of pairs: [(X[rows], y[rows]), ...]."
)
def two_lists(X, y, B, seed):
    pairs = fixed_batches.reference(X, y, B, seed)
    return [rows for rows, _ in pairs], [values for _, values in pairs]
