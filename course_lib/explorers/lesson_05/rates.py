"""The loss after training against the learning rate, with the same net and data for each rule."""

import numpy as np
from matplotlib.ticker import NullLocator

from course_lib import toys
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.data import Data
from course_lib.explorers import explorer, parts
from course_lib.losses import binary_cross_entropy
from course_lib.models import MLP
from course_lib.numbers import number
from course_lib.objective import Objective
from course_lib.optim import Optimizer, adam, ema_momentum, rmsprop, sgd
from course_lib.plots import figure, line_style
from course_lib.stage import Stage
from course_lib.training import train

RULES = {"SGD": sgd, "momentum (EMA)": ema_momentum, "RMSProp": rmsprop, "Adam": adam}
EVERY = 5  # epochs between two points of the right panel
GUESSING = np.log(2)  # the loss of the probability ½ for every point
FINER = 6  # strokes of the band between two learning rates
LRS = [
    1e-4,
    3e-4,
    7e-4,
    0.0015,
    0.003,
    0.006,
    0.01,
    0.02,
    0.04,
    0.07,
    0.1,
    0.2,
    0.4,
    0.7,
    1,
    2,
    4,
    7,
]
BOTTOM, TOP = 0.02, 8  # losses shown
BAND = {"color": "0.5", "alpha": 0.3, "linewidth": 3}
TRIANGLE = {"marker": "^", "color": "0.3", "markersize": 10}
ALT = (
    "The training loss of four rules against the learning rate, with the range of the seeds for one of "
    "them, and the loss against epochs at one learning rate."
)
FAMOUS = Question(
    "A well-known course trains this net with η = 0.0007 for each rule and finds Adam far ahead. Give "
    "each rule its own best η. Then ...",
    (
        "Adam is still far ahead",
        "Adam's lead is smaller than the spread between seeds",
        "SGD is far ahead",
    ),
    "Drag the triangle from 0.0007 to the right. Compare the minima of the curves, and all seeds of "
    "each rule.",
    right=1,
    why="At η = 0.0007 SGD has hardly moved, because its steps are η g and g is small here; Adam's are "
    "about η long. With an η of its own each rule learns about as much.",
)


@explorer(epochs=(5, 10), seeds=2)
def loss_against_lr(epochs=(5, 10, 20, 30, 50, 100), seeds=5):
    """The training loss of a small net on two moons for each η and rule | against epochs at one η."""
    lr, passes, chosen = controls(
        Slider("learning rate η", LRS, start=7e-4),
        Slider("epochs", epochs, start=epochs[-1], digits=9),
        Choice("all seeds of", [*RULES], start=3),
    )
    loss = np.stack([_losses(rule, max(epochs), seeds) for rule in RULES.values()], axis=-1)
    median = np.median(loss, axis=0)  # (epochs + 1, η, rules)
    after = lambda loss: np.stack([loss[e] for e in epochs], axis=1)  # (η, epochs, rules)
    end, low, high = after(median), after(loss.min(axis=0)), after(loss.max(axis=0))
    fig, (chart, curve) = _draw_axes(max(epochs))
    about = {"alt": ALT, "question": FAMOUS, "still": {lr: 0.07}}
    stage = Stage("loss-against-lr", fig, [lr, passes, chosen], **about)
    stage.line(chart, *_band(low, high), label="all seeds", after_prediction=True, **BAND)
    for k, (name, rule) in enumerate(RULES.items()):
        style = {"markersize": 5, "label": name} | line_style(rule.__name__)
        stage.sweep(chart, lr, end[..., [k]], head=None, after_prediction=True, **style)
        dot = {"marker": style["marker"], "color": style["color"], "markersize": 9}
        stage.point(chart, lr.axis, end[..., [k]], **dot)
        at_lr = median[::EVERY, ..., k].reshape(-1, len(LRS), 1, 1)
        stage.over_steps(curve, at_lr, step=EVERY, until=passes.axis / EVERY, **style)
    stage.line(chart, *_upright(lr.axis), ":", color="0.3", linewidth=1)
    stage.point(chart, lr.axis, 1.15 * BOTTOM, drags=(lr,), **TRIANGLE)
    _say(stage, chart, curve, end, low, high)
    curve.legend(loc="upper right", fontsize=10)
    return stage


def _losses(rule, epochs, seeds):
    """The training loss (seeds, epochs + 1, η) of a 2-5-2-1 net on two moons, inf where it diverged."""
    objective, moons = Objective(MLP(2, 5, 2, 1), binary_cross_entropy), toys.moons(300, noise=0.2)
    data = Data(moons.name, moons.train, moons.valid[:0], moons.test[:0])
    about = {"epochs": epochs, "batch": 64, "progress": False}
    optimizer = Optimizer(rule, lr=np.array(LRS))
    loss = [train(objective, data, optimizer, seed=s, **about)["train_loss"] for s in range(seeds)]
    return np.nan_to_num(loss, nan=np.inf)


def _band(low, high):
    """A line up and down between low and high (η, ...), x (points,) and y (..., points).

    Its strokes are so close that they fill the area between.
    """
    x, y = [], []
    weights = np.linspace(0, 1, FINER, endpoint=False)
    for k, w in [(k, w) for k in range(len(LRS) - 1) for w in weights]:
        for edge in (low, high):
            x.append(LRS[k] ** (1 - w) * LRS[k + 1] ** w)
            y.append(edge[k] ** (1 - w) * edge[k + 1] ** w)
    return np.array(x), np.stack(y, axis=-1)


def _upright(x):
    """A line from below to above at x (...): x and y (..., 2)."""
    return np.stack([x, x], axis=-1), (BOTTOM, TOP)


def _draw_axes(epochs):
    fig, (chart, curve) = figure(1, 2, size=(6.6, 4.2))
    for ax in (chart, curve):
        ax.axhline(GUESSING, color="0.4", linestyle="--", linewidth=1)
        ax.set(yscale="log", ylim=(BOTTOM, TOP), ylabel="training loss")
        ax.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5])
        ax.yaxis.set(major_formatter="{x:g}", minor_locator=NullLocator())
    chart.set(xscale="log", xlim=(LRS[0] / 1.5, LRS[-1] * 1.5), xlabel="learning rate η")
    parts.set_powers(chart.xaxis)
    curve.set(xlim=(-0.02 * epochs, 1.02 * epochs), xlabel="epochs")
    curve.text(0.98 * epochs, 1.15 * GUESSING, "guessing", ha="right", color="0.3")
    return fig, (chart, curve)


def _say(stage, chart, curve, end, low, high):
    """The words of `loss_against_lr` for the median loss and its ends, each (η, epochs, rules)."""
    best = end.argmin(axis=0).reshape(1, *end.shape[1:])
    end_there, low, high = (np.take_along_axis(edge, best, axis=0) for edge in (end, low, high))
    later, upper, lower = {"after_prediction": True}, {"at": (0, 1.1)}, {"at": (0, 1.02)}
    stage.text(chart, _compared("here"), end[..., [0]], end[..., [3]], **upper)
    stage.text(
        chart, _compared("best η"), end_there[..., [0]], end_there[..., [3]], **lower, **later
    )
    names, lrs = [*RULES], np.array(LRS)[best]
    best_words = lambda k, lr: f"{names[k]}, best η = {lr:g}:"
    stage.text(curve, best_words, np.arange(len(names)), lrs, **upper, **later)
    stage.text(curve, _spread, low, high, **lower, **later)


def _compared(where):
    return lambda sgd, adam: f"{where}: SGD {number(sgd, 2)}, Adam {number(adam, 2)}"


def _spread(low, high):
    return f"{number(low, 2)} to {number(high, 2)} over the seeds"
