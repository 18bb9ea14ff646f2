"""Exercise 6.5: k-fold predictions that have seen the rows they predict."""

import numpy as np

from course_lib.checks import exercise

rng = np.random.default_rng(65)
X = rng.standard_normal((9, 5)).round(1) * [1, 2, 1, 4, 1] + [0, 1, 0, -2, 3]
y = (X @ [1, 0, -1, 0.5, 0] + rng.standard_normal(9)).round(1)


@exercise(
    "6.5",
    inputs=[
        (X, y, [np.array([0, 1, 2]), np.array([3, 4, 5]), np.array([6, 7, 8])], 2, 1.0),
        (X[:7, :3], y[:7], [np.array([4, 1, 6]), np.array([5, 0]), np.array([3, 2])], 1, 0.5),
        (X[:, 1:], y, [np.array([8, 0]), np.array([2, 6, 4]), np.array([1, 7, 3, 5])], 4, 2.0),
    ],
    returns="predictions",
    hints=[
        "Which lines use rows of the fold before the loop begins? There are three: a mean and a "
        "standard deviation, the choice of the columns, and a mean of y.",
        "Move these lines into the loop, and let them see X[rest] and y[rest] only.",
        "The rows of the fold are standardised too, with the mean and the standard deviation of "
        "X[rest]: Z = (X - X[rest].mean(axis=0)) / X[rest].std(axis=0).",
    ],
)
def honest_predictions(X, y, folds, count, lam):
    predictions = np.zeros(len(y))
    for rows in folds:
        rest = np.setdiff1d(np.arange(len(y)), rows)
        Z = (X - X[rest].mean(axis=0)) / X[rest].std(axis=0)
        level = y[rest].mean()
        best = np.argsort(np.abs(Z[rest].T @ (y[rest] - level)))[-count:]
        A = Z[rest][:, best]
        w = np.linalg.solve(A.T @ A + lam * np.eye(count), A.T @ (y[rest] - level))
        predictions[rows] = level + Z[rows][:, best] @ w
    return predictions


@honest_predictions.also_right
def with_masks(table, targets, parts, most, strength):
    predicted = np.empty(len(table))
    for rows in parts:
        known = np.ones(len(table), bool)
        known[rows] = False
        inside, outside = table[known], table[rows]
        centre, size = np.mean(inside, axis=0), np.std(inside, axis=0)
        inside, outside = (inside - centre) / size, (outside - centre) / size
        goals = targets[known] - targets[known].mean()
        order = np.abs(inside.T @ goals).argsort()[::-1][:most]
        inside, outside = inside[:, order], outside[:, order]
        gram = inside.T @ inside + strength * np.eye(most)
        predicted[rows] = targets[known].mean() + outside @ np.linalg.solve(gram, inside.T @ goals)
    return predicted


def everything(X, rows, rest):
    return np.arange(len(X))


def not_the_fold(X, rows, rest):
    return rest


def by_itself(X, rows, Z):
    """The rows of the fold, standardised with their own mean and standard deviation."""
    return (X[rows] - X[rows].mean(axis=0)) / X[rows].std(axis=0)


def predictions_with(
    seen=(not_the_fold,) * 5,
    kept=lambda strength, count: np.argsort(np.abs(strength))[-count:],
    size=lambda X: X.std(axis=0),
    ridge=lambda lam, n: lam,
    added=lambda level: level,
    tested=lambda X, rows, Z: Z[rows],
):
    """honest_predictions, or a wrong version where a part is replaced.

    seen: the rows of the mean and the standard deviation of X, of the choice, of the mean of y, of w.
    """

    def wrong(X, y, folds, count, lam):
        predictions = np.zeros(len(y))
        for rows in folds:
            rest = np.setdiff1d(np.arange(len(y)), rows)
            centre, spread, choice, here, fit = (which(X, rows, rest) for which in seen)
            Z, level = (X - X[centre].mean(axis=0)) / size(X[spread]), y[here].mean()
            best = kept(Z[choice].T @ (y[choice] - level), count)
            A, penalty = Z[fit][:, best], ridge(lam, len(fit)) * np.eye(len(best))
            w = np.linalg.solve(A.T @ A + penalty, A.T @ (y[fit] - level))
            predictions[rows] = added(level) + tested(X, rows, Z)[:, best] @ w
        return predictions

    return wrong


def leaking(*seen):
    """honest_predictions, where the lines with these numbers, from 0, see all rows."""
    return predictions_with([everything if k in seen else not_the_fold for k in range(5)])


honest_predictions.mistake(
    "all three faults are still there: mean and standard deviation of X, choice of the columns, and "
    "mean of y see all rows.",
    leaking(0, 1, 2, 3),
)
honest_predictions.mistake(
    "X is still standardised before splitting, with the mean and standard deviation of all rows. Take "
    "those of X[rest].",
    leaking(0, 1),
)
honest_predictions.mistake(
    "the columns are still chosen with all rows. This is the worst of the three faults: choose them "
    "with rest, in the loop.",
    leaking(2),
)
honest_predictions.mistake(
    "the mean of y is still that of all rows. Take that of y[rest].",
    leaking(3),
)
honest_predictions.mistake(
    "two faults are left: X is standardised with all rows, and the columns are chosen with all rows.",
    leaking(0, 1, 2),
)
honest_predictions.mistake(
    "two faults are left: X is standardised with all rows, and the mean of y is that of all rows.",
    leaking(0, 1, 3),
)
honest_predictions.mistake(
    "two faults are left: the columns are chosen with all rows, and the mean of y is that of all rows.",
    leaking(2, 3),
)
honest_predictions.mistake(
    "the rows of the fold are standardised with their own mean and standard deviation. They take those "
    "of X[rest], as the weights were fitted to that scale.",
    predictions_with(tested=by_itself),
)
honest_predictions.mistake(
    "the rows of the fold are not standardised. They take the mean and standard deviation of X[rest].",
    predictions_with(tested=lambda X, rows, Z: X[rows]),
)
honest_predictions.mistake(
    "the model is fitted to all rows now, those of the fold too. Fit it to rest.",
    leaking(4),
)
honest_predictions.mistake(
    "the roles are exchanged: the model is fitted to the fold. Fit it to rest.",
    predictions_with([lambda X, rows, rest: rows] * 5),
)
honest_predictions.mistake(
    "these are the columns with the smallest |correlation|. np.argsort puts the largest last.",
    predictions_with(kept=lambda strength, count: np.argsort(np.abs(strength))[:count]),
)
honest_predictions.mistake(
    "columns with a negative correlation are missed: np.abs belongs around it.",
    predictions_with(kept=lambda strength, count: np.argsort(strength)[-count:]),
)
honest_predictions.mistake(
    "all columns are used. Use the best `count` of them.",
    predictions_with(kept=lambda strength, count: np.arange(len(strength))),
)
honest_predictions.mistake(
    "the standard deviation is divided by N - 1 now. It was divided by N, and that was right.",
    predictions_with(size=lambda X: X.std(axis=0, ddof=1)),
)
honest_predictions.mistake(
    "the mean of y[rest] is not added to the predictions.",
    predictions_with(added=lambda level: 0),
)
honest_predictions.mistake(
    "lam is multiplied by the number of rows now. It was right as it stood.",
    predictions_with(ridge=lambda lam, n: n * lam),
)
honest_predictions.mistake(
    "lam is not used now: A.T @ A + lam * np.eye(count).",
    predictions_with(ridge=lambda lam, n: 0),
)


@honest_predictions.mistake(
    "the predictions stand in the order of the folds. Write them to predictions[rows]."
)
def in_order_of_folds(X, y, folds, count, lam):
    return honest_predictions.reference(X, y, folds, count, lam)[np.concatenate(folds)]


@honest_predictions.mistake("only the first fold is predicted. Is the return inside the loop?")
def first_fold(X, y, folds, count, lam):
    return honest_predictions.reference(X, y, folds, count, lam) * np.isin(
        np.arange(len(y)), folds[0]
    )


@honest_predictions.mistake(
    "the columns are chosen by X itself, not standardised, so a column with large numbers wins."
)
def by_size(X, y, folds, count, lam):
    predictions = np.zeros(len(y))
    for rows in folds:
        rest = np.setdiff1d(np.arange(len(y)), rows)
        goals = y[rest] - y[rest].mean()
        best = np.sort(np.argsort(np.abs(X[rest].T @ goals))[-count:])
        part = honest_predictions.reference(X[:, best], y, [rows], count, lam)
        predictions[rows] = part[rows]
    return predictions


honest_predictions.mistake(
    "the mean of y is that of the fold, which is to be predicted. Take that of y[rest].",
    predictions_with([*(not_the_fold,) * 3, lambda X, rows, rest: rows, not_the_fold]),
)
honest_predictions.mistake(
    "the mean of X is still that of all rows. The standard deviation is right: treat the mean alike.",
    leaking(0),
)
honest_predictions.mistake(
    "the standard deviation of X is still that of all rows. The mean is right: treat it alike.",
    leaking(1),
)


@honest_predictions.mistake(
    "the rows of rest are predicted, by a model fitted to them. Predict the rows of the fold."
)
def predicts_the_rest(X, y, folds, count, lam):
    predictions = np.zeros(len(y))
    for rows in folds:
        rest = np.setdiff1d(np.arange(len(y)), rows)
        Z, level = (X - X[rest].mean(axis=0)) / X[rest].std(axis=0), y[rest].mean()
        best = np.argsort(np.abs(Z[rest].T @ y[rest]))[-count:]
        A = Z[rest][:, best]
        w = np.linalg.solve(A.T @ A + lam * np.eye(count), A.T @ y[rest])
        predictions[rest] = level + A @ w
    return predictions


honest_predictions.mistake(
    "X is centred, but not divided by its standard deviation. Keep that, with X[rest].std(axis=0).",
    predictions_with(size=lambda X: 1),
)
