"""Exercise 2.6: in which order the examples come."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "2.6",
    inputs=[(4, 3, 0), (7, 2, 5), (6, 1, 2)],
    returns="order",
    hints=[
        "Look at the result of faulty_order: how often is each row in it? "
        "And compare the first epoch with the second.",
        "There are two faults. One leaves rows out. The other makes all epochs alike: "
        "which line starts the random numbers from the beginning again?",
        "Make the generator before the loop, and remove the slice [::2].",
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


@fixed_order.mistake(
    "both faults are still there: every second row is left out, and all epochs are alike."
)
def as_it_was(N, epochs, seed):
    return np.tile(np.random.default_rng(seed).permutation(N)[::2], epochs)


@fixed_order.mistake(
    "one fault is fixed; the other is still there: an epoch has only every second row."
)
def half_of_each(N, epochs, seed):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(N)[::2] for _ in range(epochs)])


@fixed_order.mistake(
    "one fault is fixed; the other is still there: each epoch has the same order. Make the generator "
    "once, before the loop, and call its permutation(N) in each epoch."
)
def all_alike(N, epochs, seed):
    return np.tile(np.random.default_rng(seed).permutation(N), epochs)


@fixed_order.mistake(
    "the rows are drawn one by one, so that an epoch has some rows twice and others not at all. "
    "A permutation has each row once."
)
def drawn(N, epochs, seed):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.integers(N, size=N) for _ in range(epochs)])


@fixed_order.mistake("the rows are not shuffled: each epoch takes them in the order of the data.")
def as_they_stand(N, epochs, seed):
    return np.tile(np.arange(N), epochs)


@fixed_order.mistake(
    "each epoch has a generator of its own, with the seed seed + epoch. Then the second epoch of "
    "seed 0 is the first of seed 1, and two seeds are not independent repetitions. Make one "
    "generator."
)
def a_seed_for_each(N, epochs, seed):
    parts = [np.random.default_rng(seed + epoch).permutation(N) for epoch in range(epochs)]
    return np.concatenate(parts)


@fixed_order.mistake(
    "each epoch is shuffled on its own, as it should be, but this is a table: "
    "concatenate the epochs to one long vector."
)
def as_a_table(N, epochs, seed):
    return fixed_order.reference(N, epochs, seed).reshape(epochs, N)


@fixed_order.mistake(
    "all epochs are shuffled together, so that a row may come twice before another row comes once."
)
def across_epochs(N, epochs, seed):
    return np.random.default_rng(seed).permutation(np.tile(np.arange(N), epochs))


@fixed_order.mistake(
    "these are the old random numbers, np.random.seed and np.random.permutation. They work, but "
    "so that results can "
    "be compared the exercise asks for np.random.default_rng(seed)."
)
def old_generator(N, epochs, seed):
    rng = np.random.RandomState(seed)
    return np.concatenate([rng.permutation(N) for _ in range(epochs)])


@fixed_order.mistake(
    "each epoch has every row once, and each epoch another order. But rng.choice draws other "
    "numbers than "
    "rng.permutation(N); take that, so that results can be compared."
)
def by_choice(N, epochs, seed):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.choice(N, N, replace=False) for _ in range(epochs)])


@fixed_order.mistake(
    "each epoch shuffles the order of the epoch before. That is a good order too, but the exercise "
    "asks for rng.permutation(N) in each epoch, so that results can be compared."
)
def shuffled_again(N, epochs, seed):
    rng, order, parts = np.random.default_rng(seed), np.arange(N), []
    for _ in range(epochs):
        rng.shuffle(order)
        parts.append(order.copy())
    return np.concatenate(parts)


@fixed_order.mistake(
    "each row comes `epochs` times in a row: np.repeat repeats the rows, not the epochs."
)
def repeated(N, epochs, seed):
    return np.repeat(np.random.default_rng(seed).permutation(N), epochs)
