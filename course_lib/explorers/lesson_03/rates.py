"""The best learning rate for each batch size."""

import numpy as np
from matplotlib.colors import LogNorm

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.data import Data, Split
from course_lib.explorers import explorer, parts
from course_lib.explorers.parts import RED, with_ones
from course_lib.numbers import number
from course_lib.optim import Optimizer, descend, sgd
from course_lib.plots import figure
from course_lib.stage import Stage
from course_lib.training import train

UPRIGHT = {"color": "white", "head": None, "vertical": True, "after_prediction": True}
SQUARE = {"color": "none", "markersize": 13, "markeredgecolor": RED["color"], "markeredgewidth": 3}
EXAMPLE = parts.example_gradients()
PAIR = Question(
    "You double the batch size; every run uses equally many examples. The best η then ...",
    ("stays as it is", "doubles", "doubles for small batches, and not for large ones"),
    "Follow the line of the best η upwards, and compare it with the dashed one. Drag the square. "
    "Last, give every run equally many steps.",
    right=2,
    why="Small batches are mostly noise, and twice as many examples allow twice the step. Large ones "
    "have little noise left, and no batch allows an η beyond 2 / λ_max.",
)


@explorer(EXAMPLE[:, :1], EXAMPLE[:, 1], sizes=(1, 2, 4, 8, 16), epochs=(1, 2, 4))
def lr_and_batch(X, y, sizes=tuple(2**k for k in range(10)), epochs=(1, 4, 16), rates=24):
    """The loss of a linear regression for each η and B after equally many passes, or equal steps."""
    most = np.linalg.eigvalsh(theory.squared_error_hessian(with_ones(X)))[-1]
    lr, size, budget = controls(
        Slider("learning rate η", np.geomspace(0.002, 3, rates) / most, start=0.1 / most),
        Slider("batch size B", [*sizes[:-1], len(X)], start=8, digits=9),
        Choice("every run may use", *_budgets(epochs), start=epochs[1]),
    )
    loss = _losses(X, y, lr.axis, size.values.astype(int), max(epochs))
    loss[1:] = np.where(lr.axis < theory.lr_limit(most), loss[1:], np.nan)  # in the long run
    loss = loss[..., [0] * len(epochs) + [1]]  # (epochs + 1, η, B, budgets)
    left = np.stack([loss[end, ..., k] for k, end in enumerate(budget.values)], axis=-1)
    best = np.nanargmin(left, axis=0)  # (B, budgets)
    best_lr, linear = lr.values[best], lr.values[best[:1]] * size.axis / size.values[0]
    of_best = [loss[:, k, range(len(k)), b] for b, k in enumerate(np.unstack(best, axis=-1))]
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
    _say(stage, chart, curve, left, np.array(lr.options)[best])
    curve.legend(loc="upper right")
    return stage


def _say(stage, chart, curve, left, best):
    """The words of `lr_and_batch`: the loss left, the best η in words (B, budgets), what is counted."""
    stage.text(chart, _loss_words, left)
    stage.text(curve, "best η {} (B = 1: {})", best, best[:1], after_prediction=True)
    counted = ["passes over the data"] * (best.shape[1] - 1) + ["steps"]
    stage.text(curve, "{}", counted, at=(0.5, -0.2), ha="center")


def _budgets(epochs):
    """The options of what every run may use, and the last pass or step of each."""
    passes = [f"{count} pass{'' if count == 1 else 'es'}" for count in epochs]
    return [*passes, f"{max(epochs)} steps"], [*epochs, max(epochs)]


def _losses(X, y, lr, sizes, count):
    """The excess loss after each pass, and after each step, (count + 1, η, B, 2)."""
    objective = parts.regression(X.shape[1])
    theta, optimizer = np.zeros(X.shape[1] + 1), Optimizer(sgd, lr=lr)
    data = Data("made up", Split(X, y), Split(X[:0], y[:0]), Split(X[:0], y[:0]))
    settings = {"epochs": count, "theta": theta, "progress": False}
    passes = [train(objective, data, optimizer, batch=B, **settings)["train_loss"] for B in sizes]
    paths = [descend(_on_batches(objective, X, y, B), theta, optimizer, count) for B in sizes]
    steps = [objective(path, X, y)[0] for path in paths]
    loss = np.concatenate([np.concatenate(runs, axis=2) for runs in (passes, steps)], axis=-1)
    lowest, _ = objective(theory.least_squares(with_ones(X), y), X, y)
    return np.where(loss - lowest < 1e3 * loss[0].max(), loss - lowest, np.nan)


def _on_batches(objective, X, y, size, seed=0):
    """f(theta) whose every call takes another batch, the same for all runs."""
    draw = np.random.default_rng(seed)

    def f(theta):
        rows = draw.permutation(len(X))[:size]
        return objective(theta, X[rows], y[rows])

    return f


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
    label = {"label": "excess loss", "extend": "max", "location": "bottom"}
    bar = fig.colorbar(empty, ax=chart, **label)
    bar.minorticks_off()
    parts.set_powers(chart.xaxis)
    bar.ax.tick_params(labelsize=13)
    curve.set(xlim=(-0.3, epochs + 0.3), xlabel=" ", yscale="log")
    parts.set_powers(curve.yaxis)
    curve.set(ylim=(norm.vmin / 2, 2 * norm.vmax), xticks=range(0, epochs + 1, 2))
    return fig, chart, curve, lambda ax, k: parts.heat_cells(ax, lr, sizes, left[..., k], norm=norm)


def _loss_words(left):
    return f"excess loss {number(left)}" if np.isfinite(left) else "diverges"
