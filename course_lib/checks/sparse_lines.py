"""The given part of the open exercise of lesson 6: linear data in which few columns matter.

Lower is better. The sheet shows the same numbers for least squares and for ridge.
"""

import numpy as np


def sparse_line(seed, rows=50, columns=40, nonzero=3):
    """X (rows, columns), y (rows,) and the weights (columns,) behind y, `nonzero` of them not 0.

    The noise in y has a standard deviation between 1 and 2, which changes with the seed.
    """
    rng = np.random.default_rng(seed)
    w = np.zeros(columns)
    sizes = rng.choice([-1, 1], nonzero) * rng.uniform(1, 2, nonzero)
    w[rng.permutation(columns)[:nonzero]] = sizes
    X = rng.standard_normal((rows, columns))
    return X, X @ w + rng.uniform(1, 2) * rng.standard_normal(rows), w


def error_left(fit, seed, sets=16):
    """Σ |fit(X, y) - w|² over some data sets, divided by Σ |w|²: the share that w = 0 would leave is 1.

    It is the error in predicting new rows without noise, because the columns are independent. Raises
    ValueError when the weights have another shape than (columns,).
    """
    errors, sizes = 0.0, 0.0
    for k in range(sets):
        X, y, w = sparse_line((seed, k))
        fitted = np.asarray(fit(X.copy(), y.copy()))
        if fitted.shape != w.shape:
            raise ValueError(f"the weights have the shape {fitted.shape}, not {w.shape}")
        errors += np.sum((fitted - w) ** 2)
        sizes += np.sum(w**2)
    return errors / sizes
