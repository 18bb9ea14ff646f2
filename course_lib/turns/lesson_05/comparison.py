"""Part 4 of lesson 5: the best learning rate, and a faulty optimizer."""

import numpy as np

from course_lib.turns import turn

NAN = np.nan
LRS = np.array([0.01, 0.1, 1.0])


@turn(
    "4.a",
    inputs=[
        (LRS, np.array([[0.9, 0.5, 0.7], [0.8, 0.6, 0.1], [0.9, 0.4, 0.8]])),
        (LRS, np.array([[0.9, 0.5, 0.1], [0.8, 0.7, NAN], [0.7, 0.6, 0.2]])),
        (LRS, np.array([[0.1, 0.9, 0.4], [0.8, 0.2, 0.4], [0.9, 0.2, 0.4]])),
        (LRS, np.array([[NAN, 0.5, 0.7], [0.8, 0.6, 0.9], [0.9, 0.4, 0.8]])),
    ],
    hints=[
        "np.median(losses, axis=0) has one median for each learning rate, nan where a seed diverged.",
        "np.nanargmin gives the position of the smallest number and passes over nan.",
    ],
)
def best_lr(lrs, losses):
    return lrs[np.nanargmin(np.median(losses, axis=0))]


@best_lr.also_right
def _infinite(lrs, losses):
    of_seeds = np.where(np.isnan(losses), np.inf, losses)
    of_seeds[:, np.isnan(losses).any(axis=0)] = np.inf
    return float(lrs[np.argmin(np.median(of_seeds, axis=0))])


@best_lr.mistake("this is the best single run. Take the median over the seeds first.")
def _luckiest(lrs, losses):
    return lrs[np.nanargmin(np.nanmin(losses, axis=0))]


@best_lr.mistake("np.argmin takes nan for the smallest number: use np.nanargmin.")
def _nan_wins(lrs, losses):
    return lrs[np.argmin(np.median(losses, axis=0))]


@best_lr.mistake("np.nanmedian forgets the seed that diverged. Use np.median, which returns nan.")
def _forgives(lrs, losses):
    return lrs[np.nanargmin(np.nanmedian(losses, axis=0))]


@best_lr.mistake(
    "this is the mean over the seeds; return the learning rate of the smallest median."
)
def _mean(lrs, losses):
    return lrs[np.nanargmin(np.mean(losses, axis=0))]


@best_lr.mistake("this is the position of the best learning rate: return lrs[position].")
def _position(lrs, losses):
    return np.nanargmin(np.median(losses, axis=0))


@best_lr.mistake("this is the smallest median itself. Return the learning rate that has it.")
def _loss(lrs, losses):
    return np.nanmin(np.median(losses, axis=0))


@best_lr.mistake("axis=1 takes the median over the learning rates; the seeds are axis 0.")
def _other_axis(lrs, losses):
    return lrs[np.nanargmin(np.median(losses, axis=1))]


@turn("4.b", predict=True)
def counts_epochs():
    return "B"
