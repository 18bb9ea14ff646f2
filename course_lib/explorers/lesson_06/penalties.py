"""Weights and validation error against the strength of a penalty."""

import numpy as np

from course_lib.controls import Choice, Question, Slider, controls
from course_lib.data import load
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import BLUE, RED
from course_lib.numbers import number
from course_lib.optim import Optimizer, descend, proximal_sgd, sgd
from course_lib.plots import figure
from course_lib.stage import Stage

PENALTIES = ["L2", "L1", "L1, subgradient", "elastic net"]
EXAMPLES, NOISE = 60, 11  # rows to train on, columns without information
KEPT = [0, 1, 2, 3, 5, 6, 7, 8, 9]  # all columns but s1, which is almost a sum of others
ALT = "Left, each weight against λ; right, the training and the validation error, with their bands."
ZEROS = Question(
    "Of the 20 columns of a linear model 11 are pure noise. Which method sets weights to exactly 0?",
    ("L2", "L1 with proximal steps", "L1 with subgradient steps", "L2 and both forms of L1"),
    "For each penalty, drag the point to the smallest validation error: how many weights are 0?",
    right=1,
    why="The proximal step sets each weight that is small enough to 0. L2 multiplies weights by a "
    "factor that is never 0, and a subgradient step jumps over 0.",
)


@explorer(splits=4)
def lambda_path(splits=10):
    """The weights of a linear model for each λ and penalty | training and validation error."""
    penalty, lam = controls(
        Choice("penalty", PENALTIES),
        Slider("strength λ", np.geomspace(0.003, 10, 24), start=0.01),
    )
    train, valid = _splits(splits)
    weights = np.stack([_weights(*train, k, lam.values) for k in range(len(PENALTIES))])
    train_error, error = (_errors(weights, *split) for split in (train, valid))
    middle = np.median(error, axis=1)  # (penalties, λ)
    best = middle.argmin(axis=-1, keepdims=True)
    fig, left, right = _draw_axes(lam.values)
    about = {"question": ZEROS, "still": {penalty: 1, lam: lam.values[best[1, 0]]}}
    stage = Stage("lambda-path", fig, [penalty, lam], alt=ALT, **about)
    stage.picture(left, lambda ax, k: _paint_weights(ax, lam.values, weights[k, 0]), penalty)
    stage.picture(right, _paint_errors(lam.values, train_error, error), penalty)
    upright = {"color": "0.3", "linewidth": 1.2}
    for ax, ends in ((left, left.get_ylim()), (right, right.get_ylim())):
        stage.line(ax, np.stack([lam.axis, lam.axis], axis=-1), ends, "-.", **upright)
    stage.point(right, lam.axis, 0.08, drags=(lam,), markersize=11, color="0.3")
    zeros = weights[:, 0] == 0  # (penalties, λ, columns)
    stage.text(left, "{} of 20 weights are 0", zeros.sum(axis=-1), at=(0, 1.09))
    stage.text(left, "{} of the 11 for noise", zeros[..., -NOISE:].sum(axis=-1))
    stage.text(right, lambda error: f"validation error {number(error)}", middle, at=(0, 1.09))
    stage.text(right, lambda best: f"smallest at λ = {number(best, 2)}", lam.values[best])
    return stage


def _splits(count):
    """Standardised examples to train and to validate on, each X (count, n, 20) and y (count, n)."""
    data, rng = load("diabetes"), np.random.default_rng(0)
    X = np.concatenate([data.train.X, data.valid.X, data.test.X])
    X = np.column_stack([X[:, KEPT], rng.standard_normal((len(X), NOISE))])
    y = np.concatenate([data.train.y, data.valid.y, data.test.y])
    table = np.column_stack([X, y])
    both = []
    for seed in range(count):
        table = np.random.default_rng(seed).permutation(table)
        train = table[:EXAMPLES]
        both.append((table - train.mean(axis=0)) / train.std(axis=0))
    both = np.stack(both)
    return [(part[..., :-1], part[..., -1]) for part in np.split(both, [EXAMPLES], axis=1)]


def _weights(X, y, penalty, lam, steps=500):
    """The weights (splits, λ, 20) of least loss and penalty, from the weights of least loss."""
    H = 2 / EXAMPLES * np.einsum("snp,snq->spq", X, X)
    c = 2 / EXAMPLES * np.einsum("snp,sn->sp", X, y).reshape(-1, 1, X.shape[-1])
    l1, l2 = [(0 * lam, lam), (lam, 0 * lam), (lam, 0 * lam), (lam / 2, lam / 2)][penalty]
    by_subgradient = PENALTIES[penalty] == "L1, subgradient"

    def f(w):
        g = w @ H - c + l2.reshape(-1, 1) * w
        return np.zeros(w.shape[:-1]), g + by_subgradient * l1.reshape(-1, 1) * np.sign(w)

    lr = 1 / (np.linalg.eigvalsh(H)[:, -1:] + l2)
    rule = Optimizer(sgd, lr=lr) if by_subgradient else Optimizer(proximal_sgd, lr=lr, l1=l1)
    return descend(f, c @ np.linalg.inv(H), rule, steps)[-1]


def _errors(weights, X, y):
    """The mean squared error (penalties, splits, λ)."""
    guess = np.einsum("askp,snp->askn", weights, X)
    return ((guess - y.reshape(len(y), 1, -1)) ** 2).mean(axis=-1)


def _draw_axes(lam):
    fig, (left, right) = figure(1, 2, size=(6.6, 3.9))
    for ax, ylabel in ((left, "weight"), (right, "mean squared error")):
        ax.set(
            xscale="log", xlim=(lam[0] / 1.15, lam[-1] * 1.15), xlabel="strength λ", ylabel=ylabel
        )
        parts.set_plain_numbers(ax, y="{x:.1f}")
    left.set(ylim=(-0.9, 0.6))
    right.set(ylim=(0, 1.6))
    left.plot([], [], label="information", **BLUE)
    left.plot([], [], "--", label="noise", **RED)
    right.plot([], [], "--", label="training", **BLUE)
    right.plot([], [], label="validation", **RED)
    right.plot([], [], "*", color="0.2", markersize=10, label="smallest")
    left.legend(loc="lower left")
    right.legend(loc="upper left")
    return fig, left, right


def _paint_weights(ax, lam, weights):
    ax.axhline(0, color="0.4", linewidth=1)
    ax.plot(lam, weights[:, :-NOISE], linewidth=1.4, **BLUE)
    ax.plot(lam, weights[:, -NOISE:], "--", linewidth=1.2, **RED)


def _paint_errors(lam, train_error, error):
    """A function that paints both errors of penalty k: the median of the splits and half of them."""

    def paint(ax, k):
        for values, dash, style in ((train_error[k], "--", BLUE), (error[k], "-", RED)):
            low, middle, high = np.quantile(values, (0.25, 0.5, 0.75), axis=0)
            ax.fill_between(lam, low, high, alpha=0.18, linewidth=0, **style)
            ax.plot(lam, middle, dash, **style)
        best = middle.argmin()
        ax.plot(lam[best], middle[best], "*", color="0.2", markersize=13, zorder=5)

    return paint
