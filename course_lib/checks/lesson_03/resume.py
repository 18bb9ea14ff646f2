"""Exercise 3.11: where a training goes on after it was interrupted."""

from course_lib.checks import exercise


@exercise(
    "3.11",
    inputs=[
        (4, 10, 3),
        (3, 10, 3),
        (0, 10, 3),
        (7, 12, 4),
        (8, 12, 4),
        (5, 7, 7),
        (3, 5, 8),
        (4, 7, 1),
    ],
    returns="epoch begin end",
    hints=[
        "How many steps does one epoch have? With n = 10 and B = 3 it is 4: the last batch has 1 row.",
        "steps // per_epoch is the number of whole epochs, steps % per_epoch the number of batches "
        "that this epoch has used.",
        "per_epoch = -(-n // B) rounds up. The batch begins at (steps % per_epoch) * B, and ends B "
        "further on or at n, whichever comes first.",
    ],
)
def next_batch(steps, n, B):
    per_epoch = -(-n // B)
    begin = steps % per_epoch * B
    return steps // per_epoch, begin, min(begin + B, n)


@next_batch.also_right
def by_counting(done, rows, size):
    epoch = begin = 0
    for _ in range(done):
        begin += size
        if begin >= rows:
            epoch, begin = epoch + 1, 0
    return epoch, begin, min(rows, begin + size)


def batch_with(
    per_epoch=lambda n, B: -(-n // B),
    end=lambda begin, n, B: min(begin + B, n),
    steps=lambda steps: steps,
    first=0,
):
    """next_batch, or a wrong version where a part is replaced."""

    def wrong(done, n, B):
        count = steps(done)
        begin = count % per_epoch(n, B) * B
        return count // per_epoch(n, B) + first, begin, end(begin, n, B)

    return wrong


next_batch.mistake(
    "the smaller batch at the end of an epoch is not counted as a step. An epoch has n / B steps, "
    "rounded up.",
    batch_with(per_epoch=lambda n, B: max(n // B, 1)),
)
next_batch.mistake(
    "n // B rounds down: the smaller last batch is not counted as a step, and where n is below B an "
    "epoch has no step at all. Round up: -(-n // B).",
    batch_with(per_epoch=lambda n, B: n // B),
)
next_batch.mistake(
    "an epoch has one step too many where B divides n: n / B rounded up, not n // B + 1.",
    batch_with(per_epoch=lambda n, B: n // B + 1),
)
next_batch.mistake(
    "end lies beyond the last row. The last batch of an epoch ends at n.",
    batch_with(end=lambda begin, n, B: begin + B),
)
next_batch.mistake(
    "end is the last row of the batch here. As in a slice, it is the first row after the batch.",
    batch_with(end=lambda begin, n, B: min(begin + B, n) - 1),
)
next_batch.mistake(
    "this is the batch of the last step that was taken. The exercise asks for the next one.",
    batch_with(steps=lambda steps: max(steps - 1, 0)),
)
next_batch.mistake("epochs count from 0 here, as the orders in a list do.", batch_with(first=1))


@next_batch.mistake(
    "n * epochs is not a whole number of batches: a batch of the next epoch never begins in the "
    "middle of the last one. Count batches, not rows."
)
def as_one_long_stream(steps, n, B):
    epoch, begin = divmod(steps * B, n)
    return epoch, begin, min(begin + B, n)


@next_batch.mistake("begin counts batches. Multiply by B to get the row.")
def counts_batches(steps, n, B):
    per_epoch = -(-n // B)
    begin = steps % per_epoch
    return steps // per_epoch, begin, min(begin + B, n)


@next_batch.mistake(
    "each epoch has a smaller batch at its end, and the next epoch begins a batch of its own. "
    "Count whole batches: steps * B is not the number of rows used."
)
def as_one_stream_of_rows(steps, n, B):
    epoch, begin = divmod(steps * B, n)
    return epoch, begin, begin + B


@next_batch.mistake("epoch is not a whole number: 5 / 4 is 1.25. Whole epochs are 5 // 4.")
def with_fractions(steps, n, B):
    _, begin, end = next_batch.reference(steps, n, B)
    return steps / -(-n // B), begin, end
