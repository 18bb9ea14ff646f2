"""Exercise 6.1: when early stopping ends a training, and which epoch it keeps."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "6.1",
    inputs=[
        (np.array([9, 7, 8, 6, 7, 7, 5]), 2, 0),
        (np.array([9, 7, 8, 6, 7, 7, 5]), 3, 0),
        (np.array([10, 8, 7, 6, 5, 4]), 2, 2),
        (np.array([10, 8, 7, 8, 8, 1]), 2, 2),
        (np.array([5, 4, 4, 6, 7]), 3, 0),
        (np.array([2, 3, 4, 1]), 1, 0),
        (np.array([0.9, 0.5, 0.45, 0.44, 0.7, 0.8]), 3, 0.1),
        (np.array([6, 9, 8, 7, 5]), 3, 0),
    ],
    returns="best last",
    hints=[
        "One loop over the epochs 1, 2, 3, ... Two variables: the loss of the last epoch that made "
        "progress, and how many epochs in a row have made none.",
        "An epoch makes progress when valid_loss[k] < mark - min_delta. Then mark = valid_loss[k] and "
        "the count is 0 again; otherwise the count grows by 1.",
        "Stop when the count reaches patience. After the loop, the best epoch is "
        "np.argmin(valid_loss[: last + 1]).",
    ],
)
def stopped(valid_loss, patience, min_delta):
    mark, waited = valid_loss[0], 0
    for last in range(1, len(valid_loss)):
        if valid_loss[last] < mark - min_delta:
            mark, waited = valid_loss[last], 0
        else:
            waited += 1
        if waited == patience:
            break
    return np.argmin(valid_loss[: last + 1]), last


@stopped.also_right
def by_the_last_progress(losses, wait, least):
    losses = list(losses)
    progress, epoch = 0, 0
    while epoch - progress < wait and epoch + 1 < len(losses):
        epoch += 1
        if losses[progress] - losses[epoch] > least:
            progress = epoch
    trained = losses[: epoch + 1]
    return trained.index(min(trained)), epoch


def stopped_with(
    progress=lambda loss, mark, lowest, before, min_delta: loss < mark - min_delta,
    patience=lambda patience: patience,
    reset=0,
    best=lambda losses, last, at: np.argmin(losses[: last + 1]),
    returned=lambda best, last: (best, last),
):
    """stopped, or a wrong version where a part is replaced; `at` is the last epoch with progress."""

    def wrong(valid_loss, most, min_delta):
        mark, waited, at, last = valid_loss[0], 0, 0, 0
        for last in range(1, len(valid_loss)):
            loss, before = valid_loss[last], valid_loss[:last]
            if progress(loss, mark, before.min(), before[-1], min_delta):
                mark, at = loss, last
                waited = waited if reset is None else reset
            else:
                waited += 1
            if waited >= patience(most):
                break
        return returned(best(valid_loss, last, at), last)

    return wrong


stopped.mistake(
    "an epoch with exactly min_delta less counts as progress for you. It must be more than min_delta.",
    stopped_with(lambda loss, mark, lowest, before, min_delta: loss <= mark - min_delta),
)
stopped.mistake(
    "min_delta is not used: every loss below the mark counts as progress for you.",
    stopped_with(lambda loss, mark, lowest, before, min_delta: loss < mark),
)
stopped.mistake(
    "min_delta is added to the mark, so a higher loss can count as progress. Subtract it.",
    stopped_with(lambda loss, mark, lowest, before, min_delta: loss < mark + min_delta),
)
stopped.mistake(
    "you compare with the epoch just before. Compare with the last epoch that made progress.",
    stopped_with(lambda loss, mark, lowest, before, min_delta: loss < before - min_delta),
)
stopped.mistake(
    "you compare with the lowest loss so far. Small decreases then never add up: compare with the "
    "last epoch that made progress.",
    stopped_with(lambda loss, mark, lowest, before, min_delta: loss < lowest - min_delta),
)
stopped.mistake(
    "you compare every epoch with epoch 0. Compare with the last epoch that made progress.",
    lambda losses, patience, min_delta: stopped_with(
        lambda loss, mark, lowest, before, min_delta: loss < losses[0] - min_delta
    )(losses, patience, min_delta),
)
stopped.mistake(
    "the training goes on for one epoch too many. It stops as soon as the count reaches patience.",
    stopped_with(patience=lambda patience: patience + 1),
)
stopped.mistake(
    "the training stops one epoch too early. patience epochs without progress may pass.",
    stopped_with(patience=lambda patience: patience - 1),
)
stopped.mistake(
    "the patience counts all epochs without progress. It counts those in a row: progress sets the "
    "count back to 0.",
    stopped_with(reset=None),
)
stopped.mistake(
    "after progress the count is set to 1. Set it to 0: this epoch did make progress.",
    stopped_with(reset=1),
)
stopped.mistake(
    "you keep the last epoch that made progress. A later one may have a lower loss, by less than "
    "min_delta: keep the lowest.",
    stopped_with(best=lambda losses, last, at: at),
)
stopped.mistake(
    "you look for the lowest loss among all epochs. Those after the stop are never trained.",
    stopped_with(best=lambda losses, last, at: np.argmin(losses)),
)
stopped.mistake(
    "the last epoch that was trained is left out when you look for the best: the slice ends before "
    "its second number, [: last + 1].",
    stopped_with(best=lambda losses, last, at: np.argmin(losses[:last])),
)
stopped.mistake(
    "where two epochs have the same lowest loss you keep the last of them. Keep the first.",
    stopped_with(best=lambda losses, last, at: last - np.argmin(losses[: last + 1][::-1])),
)
stopped.mistake(
    "epoch 0, before training, is left out. It counts too: a training may only make things worse.",
    stopped_with(best=lambda losses, last, at: 1 + np.argmin(losses[1 : last + 1])),
)
stopped.mistake(
    "the first part is a loss. Return the number of the epoch: np.argmin, not min.",
    stopped_with(best=lambda losses, last, at: losses[: last + 1].min()),
)
stopped.mistake("the order is best, last.", stopped_with(returned=lambda best, last: (last, best)))
stopped.mistake(
    "the second part is the number of epochs with epoch 0 counted. Return the last epoch's number.",
    stopped_with(returned=lambda best, last: (best, last + 1)),
)
stopped.mistake(
    "you keep the epoch at which the training stops. Keep the one with the lowest loss.",
    stopped_with(best=lambda losses, last, at: last),
)


@stopped.mistake(
    "the training never stops: the loop needs a break, or a return, when the count reaches patience."
)
def never(valid_loss, patience, min_delta):
    return np.argmin(valid_loss), len(valid_loss) - 1


stopped.mistake(
    "a loss that rises by more than min_delta counts as progress for you, because of abs. Progress is "
    "a lower loss.",
    stopped_with(lambda loss, mark, lowest, before, min_delta: abs(loss - mark) > min_delta),
)


@stopped.mistake(
    "the loop begins at epoch 0, which then counts as one without progress. Begin at 1: range(1, ...)."
)
def counts_the_start(valid_loss, patience, min_delta):
    again = np.concatenate([valid_loss[:1], valid_loss])
    best, last = stopped_with(best=lambda losses, last, at: np.argmin(losses[1 : last + 1]))(
        again, patience, min_delta
    )
    return best, last - 1


@stopped.mistake(
    "you keep the epoch that lies `patience` epochs before the last one. Look for the lowest loss."
)
def so_many_before(valid_loss, patience, min_delta):
    _, last = stopped.reference(valid_loss, patience, min_delta)
    return last - patience, last
