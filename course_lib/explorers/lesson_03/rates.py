"""The best learning rate for each batch size."""

import numpy as np
from matplotlib.colors import LogNorm

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.data import Data, Split
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import RED, with_ones
from course_lib.numbers import number
from course_lib.optim import Optimizer, sgd
from course_lib.plots import figure
from course_lib.stage import Stage
from course_lib.training import train

UPRIGHT = {"color": "white", "head": None, "vertical": True, "after_prediction": True}
SQUARE = {"color": "none", "markersize": 13, "markeredgecolor": RED["color"], "markeredgewidth": 3}
EXAMPLE = parts.example_gradients()
PAIR = Question(
    "The batch is doubled, and every run may look at equally many examples. The best η then ...",
    ("stays as it is", "doubles", "doubles for small batches, and not for large ones"),
    "Follow the white line of the best η upwards, and hold it against the dashed one. Drag the square.",
    right=2,
    why="Small batches are mostly noise, and twice as many examples allow twice the step. Large ones "
    "have little noise left, and no batch allows an η beyond 2 / λ_max.",
)


@explorer(EXAMPLE[:, :1], EXAMPLE[:, 1], sizes=(1, 2, 4, 8, 16), epochs=(1, 2, 4))
def lr_and_batch(X, y, sizes=tuple(2**k for k in range(10)), epochs=(1, 4, 16), rates=24):
    """The loss of a linear regression for each η and B after as many passes over the data."""
    most = np.linalg.eigvalsh(theory.squared_error_hessian(with_ones(X)))[-1]
    lr, size, budget = controls(
        Slider("learning rate η", np.geomspace(0.002, 3, rates) / most, start=0.1 / most),
        Slider("batch size B", [*sizes[:-1], len(X)], start=8, digits=9),
        Choice("passes over the data", epochs, epochs, start=epochs[1]),
    )
    loss = _trained(X, y, lr.axis, size.values.astype(int), max(epochs))  # (epochs + 1, η, B, 1)
    loss[1:] = np.where(lr.axis < theory.lr_limit(most), loss[1:], np.nan)  # in the long run
    left = np.concatenate([loss[k] for k in epochs], axis=-1)  # (η, B, budgets)
    best = np.nanargmin(left, axis=0)  # (B, budgets)
    best_lr, linear = lr.values[best], lr.values[best[:1]] * size.axis / size.values[0]
    of_best = [loss[:, k, range(len(k)), 0] for k in np.unstack(best, axis=-1)]
    fig, chart, curve, paint = _draw_chart(lr.values, size.values, left, loss[0], max(epochs))
    alt = "Left, the loss for each learning rate and batch size; right, that of the chosen pair."
    stage = Stage("lr-and-batch", fig, [lr, size, budget], alt=alt, question=PAIR)
    stage.picture(chart, paint, budget)
    stage.sweep(chart, size, best_lr, "o-", linewidth=1.5, **UPRIGHT)
    stage.sweep(chart, size, linear, "--", linewidth=1.2, **UPRIGHT)
    stage.point(chart, lr.axis, size.axis, "s", drags=(lr, size), **SQUARE)
    grey = {"color": "0.5", "markersize": 4, "label": "best η for this B"}
    stage.over_steps(curve, np.stack(of_best, axis=-1), "s--", until=budget.axis, **grey)
    stage.over_steps(curve, loss, "o-", until=budget.axis, markersize=5, label="chosen η", **RED)
    stage.text(chart, _loss_words, left)
    named = np.array(lr.options)[best]
    stage.text(curve, "best η {} (B = 1: {})", named, named[:1], after_prediction=True)
    curve.legend(loc="upper right")
    return stage


def _trained(X, y, lr, sizes, epochs):
    """The loss above its lowest after each epoch, (epochs + 1, η, B, 1); a call for each batch size."""
    data = Data("made up", Split(X, y), Split(X[:0], y[:0]), Split(X[:0], y[:0]))
    objective = parts.regression(X.shape[1])
    lowest, _ = objective(theory.least_squares(with_ones(X), y), X, y)
    settings = {"epochs": epochs, "theta": np.zeros(X.shape[1] + 1), "progress": False}
    runs = [train(objective, data, Optimizer(sgd, lr=lr), batch=int(B), **settings) for B in sizes]
    loss = np.concatenate([run["train_loss"] for run in runs], axis=2) - lowest
    return np.where(loss < 1e3 * loss[0].max(), loss, np.nan)


def _draw_chart(lr, sizes, left, first, epochs):
    """The panels of `lr_and_batch`, and `paint`, which paints left (η, B, budgets) of budget k."""
    fig, (chart, curve) = figure(1, 2, size=(6.6, 4.2))
    norm = LogNorm(np.nanmin(left), np.nanmax(first))
    x, y = parts.cell_edges(lr), parts.cell_edges(sizes)
    chart.set(xscale="log", yscale="log", xlim=x[[0, -1]], ylim=y[[0, -1]])
    chart.set_yticks(sizes, [f"{size:.0f}" for size in sizes])
    chart.minorticks_off()
    chart.set(xlabel="learning rate η", ylabel="batch size B")
    chart.patch.set(hatch="///", edgecolor="0.6", facecolor="white")  # under what diverged
    chart.grid(False)
    empty = chart.pcolormesh(x, y, np.full((len(sizes), len(lr)), np.nan), norm=norm)
    label = {"label": "loss above its lowest", "extend": "max", "location": "bottom"}
    fig.colorbar(empty, ax=chart, **label)
    curve.set(xlim=(-0.3, epochs + 0.3), xlabel="passes over the data", yscale="log")
    curve.set(ylim=(norm.vmin / 2, 2 * norm.vmax), xticks=range(0, epochs + 1, 2))
    return fig, chart, curve, lambda ax, k: parts.heat_cells(ax, lr, sizes, left[..., k], norm=norm)


def _loss_words(left):
    return f"loss {number(left)} above its lowest" if np.isfinite(left) else "diverges"
