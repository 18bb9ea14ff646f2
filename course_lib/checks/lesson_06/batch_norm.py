"""Exercise 6.4: batch normalisation with a running average, as libraries do it."""

import numpy as np

from course_lib.checks import exercise

two = np.array([2.0, 1.0]), np.array([1.0, -1.0])
known = np.array([0.5, -1.0]), np.array([2.0, 0.5])


@exercise(
    "6.4",
    inputs=[
        (np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 6.0]]), *two, *known, 0.25, 0.5, True),
        (np.array([[4.0, 2.0], [2.0, 0.0]]), *two, np.zeros(2), np.ones(2), 0.1, 0.1, True),
        (np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 6.0]]), *two, *known, 0.25, 0.5, False),
        (np.array([[4.0, 2.0]]), *two, *known, 0.5, 0.1, False),
    ],
    returns="y running_mean running_var",
    hints=[
        "Two cases. In training: the mean and the variance of each column of x, then y, then the two "
        "running averages. In evaluation: y from the running averages, which stay as they are.",
        "A running average: (1 - share) * running_mean + share * mean. The right side makes a new "
        "array, so that the caller's stays as it is.",
        "y uses x.var(axis=0), which divides by N. The running average takes x.var(axis=0, ddof=1), "
        "which divides by N - 1.",
    ],
)
def batch_norm_step(x, gamma, beta, running_mean, running_var, share, eps, training):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - share) * running_mean + share * mean
        running_var = (1 - share) * running_var + share * x.var(axis=0, ddof=1)
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return y, running_mean, running_var


@batch_norm_step.also_right
def with_two_branches(rows, gain, shift, centre, spread, weight, small, learning):
    if not learning:
        return gain * (rows - centre) * (spread + small) ** -0.5 + shift, centre, spread
    N = len(rows)
    away = rows - rows.sum(axis=0) / N
    squares = (away**2).sum(axis=0)
    y = gain * away / np.sqrt(squares / N + small) + shift
    centre = centre + weight * (rows.sum(axis=0) / N - centre)
    return y, centre, spread + weight * (squares / (N - 1) - spread)


def divided_by_N(x):
    return x.var(axis=0)


def divided_by_less(x):
    """The unbiased variance; that of a single row is 0 here."""
    return x.var(axis=0, ddof=min(1, len(x) - 1))


def norm_with(
    mean=lambda x: x.mean(axis=0),
    inside=divided_by_N,
    kept=divided_by_less,
    scale=lambda var, eps: np.sqrt(var + eps),
    out=lambda x_hat, gamma, beta: gamma * x_hat + beta,
    average=lambda old, new, share: (1 - share) * old + share * new,
    uses_batch=lambda training: training,
    updates=lambda training: training,
    after=False,
    returned=lambda y, mean, var: (y, mean, var),
):
    """batch_norm_step, or a wrong version where a part is replaced.

    after tells whether training, too, uses the running averages after their update.
    """

    def wrong(x, gamma, beta, running_mean, running_var, share, eps, training):
        old = running_mean, running_var
        if updates(training):
            running_mean = average(running_mean, mean(x), share)
            running_var = average(running_var, kept(x), share)
        used = (mean(x), inside(x)) if uses_batch(training) else old
        used = (running_mean, running_var) if after and training else used
        y = out((x - used[0]) / scale(used[1], eps), gamma, beta)
        return returned(y, running_mean, running_var)

    return wrong


batch_norm_step.mistake(
    "y uses the variance divided by N - 1. The batch's own y takes the one divided by N.",
    norm_with(inside=divided_by_less),
)
batch_norm_step.mistake(
    "the running average takes the variance divided by N. It takes the one divided by N - 1, ddof=1.",
    norm_with(kept=divided_by_N),
)
batch_norm_step.mistake(
    "the two variances are exchanged: y takes the one divided by N, the running average the other.",
    norm_with(inside=divided_by_less, kept=divided_by_N),
)
batch_norm_step.mistake(
    "share is the weight of the batch, as PyTorch's momentum is, not that of the old average.",
    norm_with(average=lambda old, new, share: share * old + (1 - share) * new),
)
batch_norm_step.mistake(
    "the batch is added with weight share, but the old average is not multiplied by 1 - share.",
    norm_with(average=lambda old, new, share: old + share * new),
)
batch_norm_step.mistake(
    "the running averages are replaced by those of the batch. Move them by the share only.",
    norm_with(average=lambda old, new, share: new),
)
batch_norm_step.mistake(
    "the running averages do not change in training.", norm_with(updates=lambda training: False)
)
batch_norm_step.mistake(
    "the running averages change in evaluation too. There they stay as they are.",
    norm_with(updates=lambda training: True),
)
batch_norm_step.mistake(
    "in evaluation y uses the batch's own mean and variance. Use the running averages.",
    norm_with(uses_batch=lambda training: True),
)
batch_norm_step.mistake(
    "training is ignored: evaluation does all that training does.",
    norm_with(uses_batch=lambda training: True, updates=lambda training: True),
)
batch_norm_step.mistake(
    "in training y uses the running averages. Use the mean and the variance of the batch.",
    norm_with(uses_batch=lambda training: False),
)
batch_norm_step.mistake(
    "in training y uses the running averages after their update. Use those of the batch.",
    norm_with(after=True),
)
batch_norm_step.mistake(
    "training and evaluation are exchanged.",
    norm_with(uses_batch=lambda training: not training, updates=lambda training: not training),
)
batch_norm_step.mistake(
    "eps is added to the square root. It stands inside: np.sqrt(var + eps).",
    norm_with(scale=lambda var, eps: np.sqrt(var) + eps),
)
batch_norm_step.mistake(
    "eps is left out: np.sqrt(var + eps).",
    norm_with(scale=lambda var, eps: np.sqrt(np.maximum(var, 1e-300))),
)
batch_norm_step.mistake(
    "the square root is missing: divide by np.sqrt(var + eps).",
    norm_with(scale=lambda var, eps: var + eps),
)
batch_norm_step.mistake(
    "y is the normalised x. Multiply it by gamma and add beta.",
    norm_with(out=lambda x_hat, gamma, beta: x_hat),
)
batch_norm_step.mistake(
    "beta is missing in y.", norm_with(out=lambda x_hat, gamma, beta: gamma * x_hat)
)
batch_norm_step.mistake(
    "gamma is missing in y.", norm_with(out=lambda x_hat, gamma, beta: x_hat + beta)
)
batch_norm_step.mistake(
    "gamma and beta are exchanged: gamma multiplies, beta is added.",
    norm_with(out=lambda x_hat, gamma, beta: beta * x_hat + gamma),
)
batch_norm_step.mistake(
    "brackets are too wide: gamma * x̂ + beta, not gamma * (x̂ + beta).",
    norm_with(out=lambda x_hat, gamma, beta: gamma * (x_hat + beta)),
)
batch_norm_step.mistake(
    "these are the mean and the variance of all numbers of x. Each column has its own: axis=0.",
    norm_with(
        mean=lambda x: x.mean(),
        inside=lambda x: x.var(),
        kept=lambda x: x.var(ddof=1),
    ),
)
batch_norm_step.mistake(
    "these are the mean and the variance of each row, as in layer norm. Take those of each column: "
    "axis=0.",
    norm_with(
        mean=lambda x: x.mean(axis=1, keepdims=True),
        inside=lambda x: x.var(axis=1, keepdims=True),
        kept=lambda x: x.var(axis=1, ddof=1, keepdims=True),
    ),
)
batch_norm_step.mistake(
    "the running average takes the standard deviation. It takes the variance.",
    norm_with(kept=lambda x: np.sqrt(divided_by_less(x))),
)
batch_norm_step.mistake(
    "the second and the third part are exchanged: the order is y, running_mean, running_var.",
    norm_with(returned=lambda y, mean, var: (y, var, mean)),
)
batch_norm_step.mistake(
    "eps belongs into the square root only. The running average takes the variance without it.",
    lambda x, gamma, beta, mean, var, share, eps, training: norm_with(
        kept=lambda x: divided_by_less(x) + eps
    )(x, gamma, beta, mean, var, share, eps, training),
)
batch_norm_step.mistake(
    "the variance is multiplied by (N - 1) / N. x.var(axis=0) divides by N already: to divide by N - 1 "
    "multiply it by N / (N - 1).",
    norm_with(kept=lambda x: divided_by_N(x) * (len(x) - 1) / len(x)),
)


def in_evaluation(wrong):
    """batch_norm_step with the y of `wrong` in evaluation."""

    def mixed(x, gamma, beta, mean, var, share, eps, training):
        layer = batch_norm_step.reference if training else wrong
        return layer(x, gamma, beta, mean, var, share, eps, training)

    return mixed


def in_training(wrong):
    """batch_norm_step with the y of `wrong` in training."""

    def mixed(x, gamma, beta, mean, var, share, eps, training):
        layer = wrong if training else batch_norm_step.reference
        return layer(x, gamma, beta, mean, var, share, eps, training)

    return mixed


for only, words in (in_evaluation, "evaluation"), (in_training, "training"):
    batch_norm_step.mistake(
        f"in {words}, y is the normalised x. Multiply it by gamma and add beta there too.",
        only(norm_with(out=lambda x_hat, gamma, beta: x_hat)),
    )
    batch_norm_step.mistake(
        f"in {words}, eps is left out: np.sqrt(var + eps).",
        only(norm_with(scale=lambda var, eps: np.sqrt(np.maximum(var, 1e-300)))),
    )
    batch_norm_step.mistake(
        f"in {words}, eps is added to the square root. It stands inside: np.sqrt(var + eps).",
        only(norm_with(scale=lambda var, eps: np.sqrt(var) + eps)),
    )
