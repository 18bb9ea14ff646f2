"""Exercise 3.1: an order cut into batches."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "3.1",
    inputs=[
        (np.array([4, 0, 6, 2, 5, 1, 3]), 3),
        (np.array([5, 3, 0, 4, 2, 1]), 2),
        (np.array([1, 3, 0, 2]), 9),
        (np.array([9, 2, 5, 0, 7, 1, 8, 3, 6, 4]), 4),
    ],
    hints=[
        "The batches begin at the indices 0, B, 2 B, ... of order. range(0, len(order), B) gives them.",
        "order[begin : begin + B] is one batch. Beyond the end a slice simply stops: the ragged "
        "batch comes out by itself.",
        "[order[begin : begin + B] for begin in range(0, len(order), B)]",
    ],
)
def cut(order, B):
    return [order[begin : begin + B] for begin in range(0, len(order), B)]


@cut.also_right
def with_array_split(order, B):
    return np.array_split(order, np.arange(B, len(order), B))


@cut.also_right
def with_a_while_loop(rows, size):
    pieces = []
    while len(rows) > 0:
        piece, rows = rows[:size], rows[size:]
        pieces.append(piece)
    return pieces


cut.mistake(
    "the rows of the ragged end are left out: the last batch may be smaller than B.",
    lambda order, B: [order[k : k + B] for k in range(0, len(order) - B + 1, B)],
)
cut.mistake(
    "these are B batches. B is the number of rows in a batch, not the number of batches.",
    lambda order, B: np.array_split(order, B),
)
cut.mistake(
    "the batches do not follow order. They hold the numbers in order, not 0, 1, 2, ...",
    lambda order, B: cut.reference(np.arange(len(order)), B),
)
cut.mistake(
    "the batches overlap: the next one begins B rows further on, not 1.",
    lambda order, B: [order[k : k + B] for k in range(len(order))],
)
cut.mistake(
    "there is an empty batch at the end when B divides the number of rows.",
    lambda order, B: [order[k : k + B] for k in range(0, len(order) + 1, B)],
)
cut.mistake(
    "order is sorted before it is cut, so the shuffling is lost for each batch.",
    lambda order, B: [np.sort(rows) for rows in cut.reference(order, B)],
)


@cut.mistake("the ragged end is filled up with rows that were there already: each row comes once.")
def filled_up(order, B):
    *full, last = cut.reference(order, B)
    return [*full, np.resize(np.concatenate([last, order]), B)]
