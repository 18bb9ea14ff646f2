"""Exercise 3.1: an order cut into batches."""

import numpy as np

from course_lib import plots
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
        "The batches begin at the places 0, B, 2 B, ... of order. range(0, len(order), B) gives them.",
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


mistake = cut.mistake


@mistake("the rows of the ragged end are left out: the last batch may be smaller than B.")
def without_the_end(order, B):
    return [order[k : k + B] for k in range(0, len(order) - B + 1, B)]


@mistake("these are B batches. B is the number of rows in a batch, not the number of batches.")
def number_of_pieces(order, B):
    return np.array_split(order, B)


@mistake("the batches do not follow order. They hold the numbers in order, not 0, 1, 2, ...")
def places(order, B):
    return cut.reference(np.arange(len(order)), B)


@mistake("the batches overlap: the next one begins B places further on, not 1.")
def overlapping(order, B):
    return [order[k : k + B] for k in range(len(order))]


@mistake("there is an empty batch at the end when B divides the number of rows.")
def with_an_empty_one(order, B):
    return [order[k : k + B] for k in range(0, len(order) + 1, B)]


@mistake("the ragged end is filled up with rows that were there already: each row comes once.")
def filled_up(order, B):
    pieces = cut.reference(order, B)
    return [*pieces[:-1], np.resize(np.concatenate([pieces[-1], order]), B)]


@mistake("order is sorted before it is cut, so the shuffling is lost for each batch.")
def sorted_batches(order, B):
    return [np.sort(piece) for piece in cut.reference(order, B)]


@cut.draws
def rows_of_three_epochs(answer, n=23, B=5):
    """Which batch holds which row, in three epochs."""
    rng = np.random.default_rng(3)
    table = np.full((3, n), np.nan)
    for epoch in range(3):
        for k, rows in enumerate(answer(rng.permutation(n), B)):
            table[epoch, rows] = k + 1
    fig, ax = plots.figure(size=(9, 2))
    ax.imshow(table, aspect="auto", cmap="viridis", alpha=0.5)
    for epoch, row in np.ndindex(table.shape):
        ax.text(row, epoch, f"{table[epoch, row]:.0f}", ha="center", va="center", fontsize=9)
    ax.set_yticks(range(3), ["epoch 1", "epoch 2", "epoch 3"])
    ax.set(xlabel="row", title="The batch that holds each row")
    ax.grid(False)
    return fig, (
        f"For each of {n} rows the number of its batch in three epochs: every row has one, each "
        "epoch mixes them anew, and the last batch has 3 rows."
    )
