"""Exercise 5.6: which method wins at one learning rate, and which at its own best."""

import statistics

import numpy as np

from course_lib.checks import exercise

nan = np.nan
# (methods, learning rates, seeds)
two = np.array(
    [
        [[9.0, 8.0, 7.0], [5.0, 4.0, 6.0], [3.0, nan, 1.0]],
        [[4.0, 6.0, 5.0], [2.5, 7.0, 4.5], [5.0, nan, nan]],
    ]
)
one_lucky = np.array(
    [
        [[3.0, 3.0, 3.0, 3.0, 90.0], [2.0, 2.2, 2.4, 2.1, 2.3], [nan, nan, nan, 0.5, 0.5]],
        [[4.0, 4.5, 4.2, 0.1, 4.4], [3.5, 3.1, 3.3, 3.2, 3.4], [1.0, 9.0, 8.0, nan, 7.0]],
        [[5.0, 5.0, 5.0, 5.0, 5.0], [2.6, nan, 2.0, 2.5, 1.9], [nan, nan, nan, nan, nan]],
    ]
)
pairs = np.array([[[1.0, 10.0], [4.0, 4.6]], [[4.0, 5.0], [1.0, 5.0]]])
four_rates = np.array(
    [
        [[7.0, 8.0], [3.0, 4.0], [1.0, 6.0], [nan, 1.0]],
        [[2.0, 2.1], [2.5, 2.0], [9.0, nan], [nan, nan]],
        [[8.0, 8.0], [6.0, 5.0], [4.0, 3.0], [2.5, 2.0]],
        [[5.0, 2.0], [1.5, 3.0], [4.0, 4.0], [6.0, 4.0]],
    ]
)


@exercise(
    "5.6",
    inputs=[
        (two, 0),
        (one_lucky, 0),
        (one_lucky, 1),
        (one_lucky, 2),
        (four_rates, 1),
        (four_rates, 3),
        (pairs, 0),
        (pairs, 1),
    ],
    returns="at_k tuned at_end",
    hints=[
        "First one number for each method and learning rate: the median over the seeds, axis=-1. "
        "What is the median when some seeds diverged?",
        "np.where(np.isnan(losses), np.inf, losses) puts a diverged run behind all others. Then the "
        "median is right as it is.",
        "With `medians` of shape (methods, learning rates): medians[:, k].argmin(), "
        "medians.min(axis=1).argmin(), and the best learning rates medians.argmin(axis=1).",
    ],
)
def compare(losses, k):
    medians = np.median(np.where(np.isnan(losses), np.inf, losses), axis=-1)
    best = medians.argmin(axis=1)
    at_end = (best == 0) | (best == medians.shape[1] - 1)
    return medians[:, k].argmin(), medians.min(axis=1).argmin(), at_end


@compare.also_right
def with_loops(table, number):
    medians = []
    for method in table:
        no_nan = [[float("inf") if run != run else run for run in runs] for runs in method]
        medians.append([statistics.median(runs) for runs in no_nan])
    here = [row[number] for row in medians]
    tuned = [min(row) for row in medians]
    ends = [row.index(min(row)) in (0, len(row) - 1) for row in medians]
    return here.index(min(here)), tuned.index(min(tuned)), np.array(ends)


def comparison_with(
    middle=lambda losses: np.median(np.where(np.isnan(losses), np.inf, losses), axis=-1),
    at_k=lambda medians, k: medians[:, k].argmin(),
    tuned=lambda medians, k: medians.min(axis=1).argmin(),
    at_end=lambda best, size, tuned: (best == 0) | (best == size - 1),
):
    """compare, or a wrong version where a part is replaced."""

    def wrong(losses, k):
        medians = middle(losses)
        winner = tuned(medians, k)
        ends = at_end(medians.argmin(axis=1), medians.shape[1], winner)
        return at_k(medians, k), winner, ends

    return wrong


def with_inf(losses):
    return np.where(np.isnan(losses), np.inf, losses)


compare.mistake(
    "np.nanmedian leaves out the runs that diverged, as if they had never been started. Count each "
    "as a loss of inf.",
    comparison_with(
        middle=lambda losses: np.nanmedian(
            np.where(np.isnan(losses).all(axis=-1, keepdims=True), np.inf, losses), axis=-1
        )
    ),
)
compare.mistake(
    "nan is still there. np.median of it is nan, and argmin returns the place of a nan.",
    comparison_with(middle=lambda losses: np.median(losses, axis=-1)),
)
compare.mistake(
    "one diverged run makes you give up the learning rate. A median stands some: count each as inf.",
    comparison_with(middle=lambda losses: with_inf(np.median(losses, axis=-1))),
)
compare.mistake(
    "a diverged run counts as the loss 0, so it wins. Count it as inf.",
    comparison_with(middle=lambda losses: np.median(np.nan_to_num(losses), axis=-1)),
)
compare.mistake(
    "this is the mean over the seeds. Take the median, which one lucky or unlucky seed cannot move.",
    comparison_with(middle=lambda losses: np.mean(with_inf(losses), axis=-1)),
)
compare.mistake(
    "this is the mean over the seeds that did not diverge. Take the median over all of them.",
    comparison_with(
        middle=lambda losses: np.nanmean(
            np.where(np.isnan(losses).all(axis=-1, keepdims=True), np.inf, losses), axis=-1
        )
    ),
)
compare.mistake(
    "with an even number of seeds the median is the mean of the two in the middle. np.median does it.",
    comparison_with(
        middle=lambda losses: np.sort(with_inf(losses), axis=-1)[..., losses.shape[-1] // 2]
    ),
)
compare.mistake(
    "this takes the best seed. A lucky seed is no evidence: take the median over the seeds.",
    comparison_with(middle=lambda losses: with_inf(losses).min(axis=-1)),
)
compare.mistake(
    "this takes the worst seed. Take the median over the seeds.",
    comparison_with(middle=lambda losses: with_inf(losses).max(axis=-1)),
)
compare.mistake(
    "this is the first seed alone. Take the median over the seeds.",
    comparison_with(middle=lambda losses: with_inf(losses)[..., 0]),
)
compare.mistake(
    "the winner with tuning is the one with the best median over all its learning rates: take the "
    "minimum over the learning rates, not the mean or the median.",
    comparison_with(tuned=lambda medians, k: np.median(medians, axis=1).argmin()),
)
compare.mistake(
    "tuned is a place in the flattened array. argmin needs one number for each method: "
    "medians.min(axis=1).argmin().",
    comparison_with(tuned=lambda medians, k: medians.argmin()),
)
compare.mistake(
    "tuned is a learning rate: the minimum over the methods was taken. Return the number of the "
    "method.",
    comparison_with(tuned=lambda medians, k: medians.min(axis=0).argmin()),
)
compare.mistake(
    "tuned is the winner at learning rate k again. Each method takes its own best learning rate.",
    comparison_with(tuned=lambda medians, k: medians[:, k].argmin()),
)
compare.mistake(
    "at_k takes row k: that is a method. The learning rates are the second axis, medians[:, k].",
    comparison_with(at_k=lambda medians, k: medians[min(k, len(medians) - 1)].argmin()),
)
compare.mistake(
    "k counts from 0, as Python does. You used k - 1.",
    comparison_with(at_k=lambda medians, k: medians[:, k - 1].argmin()),
)
compare.mistake(
    "these are the methods with the largest losses. The smallest loss wins: argmin.",
    comparison_with(
        at_k=lambda medians, k: medians[:, k].argmax(),
        tuned=lambda medians, k: medians.min(axis=1).argmax(),
    ),
)
compare.mistake(
    "at_k and tuned are losses. Return the numbers of the methods: argmin in place of min.",
    comparison_with(
        at_k=lambda medians, k: medians[:, k].min(), tuned=lambda medians, k: medians.min()
    ),
)
compare.mistake(
    "methods are counted from 1. Count from 0, as argmin does.",
    comparison_with(
        at_k=lambda medians, k: medians[:, k].argmin() + 1,
        tuned=lambda medians, k: medians.min(axis=1).argmin() + 1,
    ),
)
compare.mistake(
    "at_end looks at the largest learning rate only. The smallest is an end of the grid too.",
    comparison_with(at_end=lambda best, size, tuned: best == size - 1),
)
compare.mistake(
    "at_end looks at the smallest learning rate only. The largest is an end of the grid too.",
    comparison_with(at_end=lambda best, size, tuned: best == 0),
)
compare.mistake(
    "at_end is the wrong way round: it is True where the best learning rate is the first or the last.",
    comparison_with(at_end=lambda best, size, tuned: (best != 0) & (best != size - 1)),
)
compare.mistake(
    "at_end is one value, for the winner. Return one for each method.",
    comparison_with(at_end=lambda best, size, tuned: best[tuned] in (0, size - 1)),
)
compare.mistake(
    "at_end holds the numbers of the best learning rates. Return True where such a number is the "
    "first or the last.",
    comparison_with(at_end=lambda best, size, tuned: best),
)
compare.mistake(
    "the order of the returned values is at_k, tuned, at_end.",
    lambda losses, k: tuple(compare.reference(losses, k)[j] for j in (1, 0, 2)),
)
compare.mistake(
    "the median runs over the learning rates. The seeds are the last axis: axis=-1.",
    comparison_with(middle=lambda losses: np.median(with_inf(losses), axis=1)),
)
compare.mistake(
    "at_end compares with the number of methods. The last learning rate is medians.shape[1] - 1.",
    comparison_with(at_end=lambda best, size, tuned: (best == 0) | (best == len(best) - 1)),
)
compare.mistake(
    "at_end asks for the first and the last at once. Either is enough: | in place of &.",
    comparison_with(at_end=lambda best, size, tuned: (best == 0) & (best == size - 1)),
)
compare.mistake(
    "at_end holds numbers. Return True and False, as a comparison gives them.",
    comparison_with(at_end=lambda best, size, tuned: ((best == 0) | (best == size - 1)) + 0),
)
compare.mistake(
    "tuned goes by the mean of a method's medians. A method is as good as its best learning rate: "
    "take their minimum.",
    comparison_with(tuned=lambda medians, k: medians.mean(axis=1).argmin()),
)
compare.mistake(
    "tuned is the method whose best learning rate is smallest. Compare the losses there, "
    "medians.min(axis=1).",
    comparison_with(tuned=lambda medians, k: medians.argmin(axis=1).argmin()),
)
