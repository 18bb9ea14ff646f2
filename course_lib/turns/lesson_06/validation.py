"""Part 1 of lesson 6: cross-validation."""

import numpy as np

from course_lib.turns import turn


def _mean_of_targets(X, y, new_X, new_y):
    return np.mean((new_y - y.mean()) ** 2)


def _line(X, y, new_X, new_y):
    slope = (X @ y) / (X @ X)
    return np.mean((slope * new_X - new_y) ** 2)


FEW_X, FEW_Y = np.array([1.0, 2.0, -1.0, 0.5, 3.0, -2.0]), np.array([2.0, 3.0, 0.0, 1.0, 7.0, -3.0])


@turn(
    "1.a",
    inputs=[(_line, FEW_X, FEW_Y, 3), (_mean_of_targets, FEW_X[:5], FEW_Y[:5], 2)],
    hints=[
        "fold = np.arange(len(X)) % k; fold == j picks the rows of fold j, fold != j the others.",
        "error(X[fold != j], y[fold != j], X[fold == j], y[fold == j]) is one of the k errors.",
    ],
)
def cross_validation(error, X, y, k):
    fold = np.arange(len(X)) % k
    errors = [error(X[fold != j], y[fold != j], X[fold == j], y[fold == j]) for j in range(k)]
    return np.mean(errors)


@cross_validation.also_right
def _with_slices(error, X, y, k):
    total = 0.0
    for j in range(k):
        held_out = np.zeros(len(X), bool)
        held_out[j::k] = True
        total += error(X[~held_out], y[~held_out], X[held_out], y[held_out])
    return total / k


@cross_validation.mistake("you train on the fold and validate on the others: it is the reverse.")
def _reversed(error, X, y, k):
    fold = np.arange(len(X)) % k
    return np.mean(
        [error(X[fold == j], y[fold == j], X[fold != j], y[fold != j]) for j in range(k)]
    )


@cross_validation.mistake("the fold is among the rows that you train on: train on fold != j.")
def _trains_on_all(error, X, y, k):
    fold = np.arange(len(X)) % k
    return np.mean([error(X, y, X[fold == j], y[fold == j]) for j in range(k)])


@cross_validation.mistake("you measure on the rows that you train on: measure on fold == j.")
def _measures_on_training(error, X, y, k):
    fold = np.arange(len(X)) % k
    return np.mean(
        [error(X[fold != j], y[fold != j], X[fold != j], y[fold != j]) for j in range(k)]
    )


@cross_validation.mistake("this is the sum of the k errors. Return their mean.")
def _sum(error, X, y, k):
    fold = np.arange(len(X)) % k
    return sum(error(X[fold != j], y[fold != j], X[fold == j], y[fold == j]) for j in range(k))


@cross_validation.mistake("the last fold is missing: j runs from 0 to k - 1.")
def _last_fold_missing(error, X, y, k):
    fold = np.arange(len(X)) % k
    return np.mean(
        [error(X[fold != j], y[fold != j], X[fold == j], y[fold == j]) for j in range(k - 1)]
    )


@cross_validation.mistake("your folds are blocks of neighbours. Row i belongs to fold i % k.")
def _blocks(error, X, y, k):
    fold = np.arange(len(X)) * k // len(X)
    return np.mean(
        [error(X[fold != j], y[fold != j], X[fold == j], y[fold == j]) for j in range(k)]
    )


@turn("1.b", predict=True)
def best_of_200():
    return 0.6
