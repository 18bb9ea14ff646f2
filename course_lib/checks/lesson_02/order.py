"""Exercises 2.6 and 2.7: in which order examples come, and what a floor says."""

import numpy as np

from course_lib import plots
from course_lib.checks import exercise


@exercise(
    "2.6",
    inputs=[(4, 3, 0), (7, 2, 5), (6, 1, 2)],
    returns="order",
    hints=[
        "Count in what faulty_order returns: how often does each row come? "
        "And compare the first epoch with the second.",
        "There are two faults. One leaves rows out. The other makes all epochs alike: "
        "which line starts the random numbers from the beginning again?",
        "The generator belongs before the loop, and the slice [::2] has to go.",
    ],
)
def fixed_order(N, epochs, seed):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(N) for _ in range(epochs)])


@fixed_order.also_right
def with_a_list(rows, passes, number):
    generator, order = np.random.default_rng(number), []
    for _ in range(passes):
        order.extend(generator.permutation(rows))
    return np.array(order)


def half_of_each(make):
    """Every second row of each epoch, drawn by the generator that make(seed, epoch, rng) gives."""

    def wrong(N, epochs, seed):
        rng = np.random.default_rng(seed)
        parts = [make(seed, epoch, rng).permutation(N)[::2] for epoch in range(epochs)]
        return np.concatenate(parts)

    return wrong


mistake = fixed_order.mistake
mistake(
    "both faults are still there: every second row is left out, and all epochs are alike.",
    half_of_each(lambda seed, epoch, rng: np.random.default_rng(seed)),
)
mistake(
    "one fault is mended; the other is still there: an epoch has only every second row.",
    half_of_each(lambda seed, epoch, rng: rng),
)


@mistake(
    "one fault is mended; the other is still there: each epoch has the same order, for the generator "
    "is made anew in each."
)
def all_alike(N, epochs, seed):
    return np.tile(np.random.default_rng(seed).permutation(N), epochs)


@mistake(
    "the rows are drawn one by one, so an epoch has some twice and others not at all. "
    "A permutation has each once."
)
def drawn(N, epochs, seed):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.integers(N, size=N) for _ in range(epochs)])


@mistake("the rows are not shuffled: each epoch goes through them as they stand.")
def as_they_stand(N, epochs, seed):
    return np.tile(np.arange(N), epochs)


@mistake(
    "each epoch has a generator of its own, with the seed seed + epoch. Then the second epoch of "
    "seed 0 is the first of seed 1, and two seeds are no independent repetitions. Make one generator."
)
def a_seed_for_each(N, epochs, seed):
    parts = [np.random.default_rng(seed + epoch).permutation(N) for epoch in range(epochs)]
    return np.concatenate(parts)


@mistake(
    "each epoch is shuffled on its own, as it should be, but as a table: "
    "concatenate the epochs to one long vector."
)
def as_a_table(N, epochs, seed):
    return fixed_order.reference(N, epochs, seed).reshape(epochs, N)


@mistake(
    "all epochs are shuffled together. Then a row may come twice before another has come once."
)
def across_epochs(N, epochs, seed):
    return np.random.default_rng(seed).permutation(np.tile(np.arange(N), epochs))


@fixed_order.draws
def when_rows_come(answer, N=12, epochs=6):
    """Each row of the data against the step in which it comes."""
    order = answer(N, epochs, 1)
    fig, ax = plots.figure(size=(7, 3.2))
    ax.plot(order, "o", ms=5, color=plots.COLOURS["blue"])
    for epoch in range(1, epochs):
        ax.axvline(epoch * N - 0.5, color="0.5", ls="--", lw=1)
    ax.set(xlabel="step", ylabel="row of the data", yticks=range(0, N, 2))
    return fig, (
        f"A dot for each of {len(order)} steps at the row that it looks at. Between two dashed lines, "
        f"an epoch, there is one dot in each of the {N} rows, in another order each time."
    )


@exercise(
    "2.7",
    hints=[
        "Which of the two phases is SGD in when its loss trembles around a level?",
        "In the noise ball a step is governed by the noise. "
        "What is the level in proportion to, and what stays at 0 in the mean?",
    ],
)
def answer_7():
    return "b"


mistake = answer_7.mistake
mistake(
    "the mean of the gradients of single examples is the full gradient, at every θ and for every "
    "η. A biased gradient would not be mended by a smaller rate.",
    lambda: "a",
)
mistake(
    "the squared error of a line is one bowl. There is no other lowest point to fall into.",
    lambda: "c",
)
mistake(
    "the larger rate did good work: it made the way down short. With the smaller one from the "
    "beginning, the transient would have taken ten times the steps.",
    lambda: "d",
)
