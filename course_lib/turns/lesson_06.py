"""What students write in lesson 6, regularisation."""

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


TALL = np.array([[1.0, 2.0], [0.0, 1.0], [-1.0, 1.0], [2.0, 0.5]])


@turn(
    "2.a",
    inputs=[(TALL, np.array([1.0, 2.0, 0.0, -1.0]), 0.5), (TALL[:3], np.array([3.0, 1.0, 2.0]), 2)],
    hints=[
        "The gradient of the objective is 2 / N Xᵀ(X w - y) + λ w.",
        "It is 0 where (2 / N XᵀX + λ I) w = 2 / N Xᵀy.",
    ],
)
def ridge(X, y, lam):
    N, n = X.shape
    return np.linalg.solve(2 / N * X.T @ X + lam * np.eye(n), 2 / N * X.T @ y)


@ridge.also_right
def _with_inverse(X, y, lam):
    return np.linalg.inv(X.T @ X + lam * len(X) / 2 * np.eye(X.shape[1])) @ X.T @ y


@ridge.mistake("the loss is a mean: 2 / N is missing before XᵀX and Xᵀy.")
def _sum_of_squares(X, y, lam):
    return np.linalg.solve(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y)


@ridge.mistake(
    "λ counts double: the gradient of the loss has the factor 2 / N, that of ½ λ ‖w‖² is λ w."
)
def _two_lambda(X, y, lam):
    N, n = X.shape
    return np.linalg.solve(2 / N * X.T @ X + 2 * lam * np.eye(n), 2 / N * X.T @ y)


@ridge.mistake("the right side needs its 2 / N too.")
def _right_side(X, y, lam):
    N, n = X.shape
    return np.linalg.solve(2 / N * X.T @ X + lam * np.eye(n), X.T @ y)


@ridge.mistake("you add λ to every entry of XᵀX. Add it to the diagonal: λ np.eye(n).")
def _without_identity(X, y, lam):
    N = len(X)
    return np.linalg.solve(2 / N * X.T @ X + lam, 2 / N * X.T @ y)


@ridge.mistake("this is least squares: the penalty is missing.")
def _no_penalty(X, y, lam):
    return np.linalg.solve(X.T @ X, X.T @ y)


@ridge.mistake("the sign of λ is wrong: the penalty is added.")
def _minus(X, y, lam):
    N, n = X.shape
    return np.linalg.solve(2 / N * X.T @ X - lam * np.eye(n), 2 / N * X.T @ y)


@turn(
    "2.b",
    inputs=[
        (np.array([3.0, -3.0, 0.5, -0.5, 1.0, 0.0]), 1.0),
        (np.array([[0.2, -2.0], [5.0, 0.1]]), 0.25),
    ],
    hints=[
        "np.abs(u) - amount is the new size, where it is not negative: np.maximum(..., 0).",
        "np.sign(u) gives the sign back.",
    ],
)
def soft_threshold(u, amount):
    return np.sign(u) * np.maximum(np.abs(u) - amount, 0)


@soft_threshold.also_right
def _minus_the_clipped_part(u, amount):
    return u - np.clip(u, -amount, amount)


@soft_threshold.mistake("small entries cross 0: use np.maximum(np.abs(u) - amount, 0).")
def _crosses(u, amount):
    return u - amount * np.sign(u)


@soft_threshold.mistake(
    "this is hard thresholding: the large entries must move towards 0 by amount too."
)
def _hard(u, amount):
    return np.where(np.abs(u) > amount, u, 0)


@soft_threshold.mistake("the sign is missing: negative entries stay negative.")
def _without_sign(u, amount):
    return np.maximum(np.abs(u) - amount, 0)


@soft_threshold.mistake("negative entries move up: their size shrinks, np.abs(u) - amount.")
def _only_positive(u, amount):
    return np.maximum(u - amount, 0)


@soft_threshold.mistake("this moves the entries away from 0.")
def _away(u, amount):
    return u + amount * np.sign(u)


SQUARE, UNIFORM = np.array([[1.0, -2.0], [3.0, 4.0]]), np.array([[0.25, 0.1], [0.9, 0.6]])


@turn(
    "3.a",
    inputs=[(SQUARE, 0.25, UNIFORM), (np.array([2.0, -1.0, 5.0]), 0.6, np.array([0.5, 0.7, 0.6]))],
    hints=[
        "u >= rate is True, which counts as 1, where an entry is kept.",
        "Divide by 1 - rate, the share that is kept.",
    ],
)
def drop(x, rate, u):
    return x * (u >= rate) / (1 - rate)


@drop.also_right
def _with_where(x, rate, u):
    return np.where(u < rate, 0.0, x / (1 - rate))


@drop.mistake("the division is missing: divide what is kept by 1 - rate, so that the mean stays.")
def _not_inverted(x, rate, u):
    return x * (u >= rate)


@drop.mistake("you divide by rate. The share that is kept is 1 - rate.")
def _divided_by_rate(x, rate, u):
    return x * (u >= rate) / rate


@drop.mistake("you keep what should be dropped: an entry is kept where u >= rate.")
def _reversed_mask(x, rate, u):
    return x * (u < rate) / (1 - rate)


@drop.mistake("an entry whose u equals rate is kept: u >= rate.")
def _strictly(x, rate, u):
    return x * (u > rate) / (1 - rate)


@drop.mistake("you multiply by 1 - rate. Divide: what is kept must make up for what is missing.")
def _multiplied(x, rate, u):
    return x * (u >= rate) * (1 - rate)


@drop.mistake("rate is the share that is dropped: keep where u >= rate, and divide by 1 - rate.")
def _rate_kept(x, rate, u):
    return x * (u < rate) / rate


DC = np.array([1.0, -2.0, 4.0, 0.5])


@turn(
    "4.a",
    inputs=[(DC,), (np.array([3.0, 1.0]),)],
    hints=[
        "∂L/∂xⱼ = Σᵢ dcᵢ ∂cᵢ/∂xⱼ, where ∂cᵢ/∂xⱼ is 1 - 1/N for i = j, and -1/N otherwise.",
        "So ∂L/∂xⱼ = dcⱼ - (1/N) Σᵢ dcᵢ.",
    ],
)
def pull_centre(dc):
    return dc - dc.mean()


@pull_centre.also_right
def _with_matrix(dc):
    N = len(dc)
    return (np.eye(N) - 1 / N) @ dc


@pull_centre.mistake("the mean depends on x too: subtract the mean of dc.")
def _unchanged(dc):
    return dc


@pull_centre.mistake("you subtract the sum. The mean of x has the factor 1/N.")
def _minus_sum(dc):
    return dc - dc.sum()


@pull_centre.mistake("x_j occurs in the c of the other examples too, not in its own only.")
def _own_only(dc):
    return dc * (1 - 1 / len(dc))


@pull_centre.mistake("the sign of the mean: c = x - mean(x) has a minus.")
def _plus_mean(dc):
    return dc + dc.mean()


@turn(
    "4.b",
    inputs=[
        (np.array([1.0, -2.0, 1.0]), np.array([0.5, 1.0, -1.0]), 1.0),
        (np.array([3.0, -3.0]), np.array([1.0, 2.0]), 0.5),
    ],
    hints=[
        "Directly: d_hat / s. Through s: ∂x̂ᵢ/∂s = -cᵢ / s², and ∂s/∂cⱼ = cⱼ / (N s).",
        "Together: d_hat / s - c * np.mean(d_hat * c) / s**3.",
    ],
)
def pull_scale(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * np.mean(d_hat * c) / s**3


@pull_scale.also_right
def _with_x_hat(c, d_hat, eps):
    s = np.sqrt((c * c).sum() / len(c) + eps)
    x_hat = c / s
    return (d_hat - x_hat * (d_hat @ x_hat) / len(c)) / s


@pull_scale.mistake("s depends on c too: the way through s is missing.")
def _direct_only(c, d_hat, eps):
    return d_hat / np.sqrt(np.mean(c**2) + eps)


@pull_scale.mistake("through s there is a sum over the batch: np.mean(d_hat * c), one number.")
def _not_summed(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * (d_hat * c) / s**3


@pull_scale.mistake(
    "c_j acts through s on every x̂: sum d_hat * c over the batch before you divide."
)
def _own_output_only(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * (d_hat * c) / (len(c) * s**3)


@pull_scale.mistake("the factor 1/N of the mean is missing: np.mean(d_hat * c), not the sum.")
def _sum(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * np.sum(d_hat * c) / s**3


@pull_scale.mistake("the way through s has a minus: x̂ shrinks when s grows.")
def _plus(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s + c * np.mean(d_hat * c) / s**3


@pull_scale.mistake("count the powers of s: 1 / s² from x̂ = c / s, and 1 / s from ∂s/∂c.")
def _wrong_power(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * np.mean(d_hat * c) / s


@pull_scale.mistake("eps is missing in s = √(mean(c²) + eps).")
def _without_eps(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2))
    return d_hat / s - c * np.mean(d_hat * c) / s**3
