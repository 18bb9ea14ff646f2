"""The regularisers beside one another, on 500 digits, a quarter of them with a wrong label."""

import numpy as np
from matplotlib.ticker import MaxNLocator
from threadpoolctl import threadpool_limits

from course_lib.augmentation import chain, rotate, shift
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.data import Data, Split, load
from course_lib.explorers import explorer
from course_lib.explorers.parts import BLUE, RED
from course_lib.losses import cross_entropy
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, adam
from course_lib.penalties import l2, none
from course_lib.plots import figure
from course_lib.rerun import Rerun
from course_lib.stage import Stage
from course_lib.training import train_epochs

BATCH, LR = 25, 0.02
NAMES = ["none", "L2", "dropout", "augmentation", "batch norm", "early stopping", "all"]
LAMBDAS, RATES, PATIENCE = (0.001, 0.003, 0.01, 0.03), (0.1, 0.3, 0.5, 0.7), (8, 5, 3, 1)
TURNS = ("10°", "20°", "40°", "20° and 1 pixel")
ALT = (
    "Left, training and test error over the epochs, with their range over the seeds; right, the test "
    "error at the end for each strength."
)
RUN = "Run 30 epochs, 5 seeds (half a minute)"
LINES = (("training", "-", ":", BLUE), ("test", "--", "-.", RED))
FITS_BEST = Question(
    "500 digits, and a quarter of the training labels is wrong. Which network fits these wrong labels "
    "best: which has the smallest training error?",
    ("without regularisation", "with L2", "with dropout", "with batch norm"),
    "Choose each one and drag the diamond. Which lowers the test error most, and what happens to the "
    "training error? Then press Run, for more seeds and epochs.",
    right=3,
    why="Batch norm speeds training up, so the network fits the wrong labels sooner, and the test "
    "error gains nothing. The others make it harder to fit them.",
)


@explorer(epochs=2)
def regularisers(epochs=12, seeds=1, progress=None):
    """Training and test error of seven ways to train | the last test error against the strength."""
    kind, strength = controls(
        Choice("regulariser", NAMES),
        Slider("strength", [1, 2, 3, 4], start=2),
    )
    runs = _train_all(epochs, seeds, progress or (lambda share: None))
    train, _, test = runs  # each (epochs + 1, 7, 4, seeds)
    fig, curve, chart = _draw_axes(epochs)
    more = None if progress else Rerun(RUN, lambda progress: regularisers(30, 5, progress))
    about = {"question": FITS_BEST, "still": {kind: NAMES.index("all"), strength: 2}, "rerun": more}
    stage = Stage("regularisers", fig, [kind, strength], alt=ALT, **about)
    for error, (name, dash, band, style) in zip((train, test), LINES, strict=True):
        stage.over_steps(curve, np.median(error, axis=-1), dash, label=name, **style)
        stage.line(curve, *_outline(error), band, linewidth=0.9, **style)
    end = np.median(test[-1], axis=-1)  # (7, 4)
    low, high = test[-1].min(axis=-1), test[-1].max(axis=-1)
    for edge, dash in ((low, ":"), (high, (0, (1, 3)))):
        stage.sweep(chart, strength, edge, linestyle=dash, head=None, linewidth=0.9, **RED)
    stage.sweep(chart, strength, end, "s--", label="test, at the end", **RED)
    chart.axhline(end[0, 0], color="0.3", linewidth=1.2, label="without")
    stage.point(chart, strength.axis, 0.02, "D", drags=(strength,), color="0.3", markersize=11)
    stage.text(curve, _setting, kind.axis, strength.axis, at=(0, 1.09))
    _say(stage, curve, chart, np.median(train[-1], axis=-1), end)
    return stage


def _say(stage, curve, chart, train, test):
    """The errors at the end in words, and the legends."""
    stage.text(curve, "training error {:.1f} %", 100 * train)
    stage.text(chart, "test error {:.1f} %", 100 * test, at=(0, 1.09))
    stage.text(chart, "without: {:.1f} %", 100 * test[0, 0])
    for ax in (curve, chart):
        ax.legend(loc="upper right")


def _noisy_digits(count=500, seed=0):
    """`count` digits to train on, a quarter with another digit as label; the other splits are right."""
    data, rng = load("digits"), np.random.default_rng(seed)
    X, y = data.train[:count]
    wrong = rng.permutation(count)[: count // 4]
    y = y.copy()
    y[wrong] = (y[wrong] + rng.integers(1, 10, len(wrong))) % 10
    return Data("digits", Split(X, y), data.valid, data.test, data.classes, data.shape)


def _train_all(epochs, seeds, progress):
    """Training error, validation loss and test error, (3, epochs + 1, 7, 4, seeds)."""
    data, calls = _noisy_digits(), 15 * seeds
    count = iter(range(1, calls + 1))
    settings = {"epochs": epochs, "tick": lambda: progress(next(count) / calls)}
    with threadpool_limits(limits=1):
        return np.stack([_train_seed(data, seed, **settings) for seed in range(seeds)], axis=-1)


def _trainer(data, seed, epochs, tick):
    """A function of a penalty, an augmentation and the keywords of MLP, which trains such a network:
    its training error, validation loss and test error, (3, epochs + 1, ...)."""

    def curves(penalty=none, augment=None, **layers):
        objective = Objective(MLP(64, 64, 10, **layers), cross_entropy, penalty)
        settings = {"epochs": epochs, "batch": BATCH, "seed": seed, "augment": augment}
        measured = []
        for epoch in train_epochs(
            objective, data, Optimizer(adam, lr=LR), progress=False, **settings
        ):
            _, right = objective.evaluate(epoch.theta, *data.test, epoch.stats)
            measured.append((1 - epoch.train_accuracy, epoch.valid_loss, 1 - right))
        tick()
        return np.stack([np.stack(column) for column in zip(*measured, strict=True)])

    return curves


def _train_seed(data, seed, epochs, tick):
    """The same of one seed, (3, epochs + 1, 7, 4)."""
    curves = _trainer(data, seed, epochs, tick)
    turned = [rotate(degrees, data.shape) for degrees in (10, 20, 40)]
    turned.append(chain(rotate(20, data.shape), shift(1, data.shape)))
    plain = curves()
    by_name = {
        "none": [plain] * 4,
        "L2": np.unstack(curves(l2(np.array(LAMBDAS))), axis=-1),
        "dropout": [curves(dropout=rate) for rate in RATES],
        "augmentation": [curves(augment=turn) for turn in turned],
        "batch norm": [curves(batch_norm=True)] * 4,
        "early stopping": [_stop(plain, wait) for wait in PATIENCE],
    }
    every = zip(LAMBDAS, turned, RATES, PATIENCE, strict=True)
    by_name["all"] = [
        _stop(curves(l2(lam), turn, dropout=rate, batch_norm=True), wait)
        for lam, turn, rate, wait in every
    ]
    return np.stack([np.stack(by_name[name], axis=-1) for name in NAMES], axis=-2)


def _stop(curves, patience):
    """The curves (3, epochs + 1) of a training that stops and keeps its best epoch."""
    epoch = np.arange(curves.shape[1])
    best = np.array([curves[1, : k + 1].argmin() for k in epoch])  # by the validation loss
    waited = np.flatnonzero(epoch - best >= patience)
    stop = waited[0] if len(waited) else epoch[-1]
    return curves[:, np.where(epoch < stop, epoch, best[stop])]


def _outline(error):
    """x and y of a line around the range of the seeds: error (epochs + 1, 7, 4, seeds)."""
    epoch = np.arange(len(error))
    low, high = (np.stack([*of(error, axis=-1)], axis=-1) for of in (np.min, np.max))
    return [*epoch, *epoch[::-1]], np.concatenate([low, high[..., ::-1]], axis=-1)


def _draw_axes(epochs):
    fig, (curve, chart) = figure(1, 2, size=(6.6, 4.1))
    curve.set(xlim=(-0.02 * epochs, 1.02 * epochs), ylim=(0, 0.6), xlabel="epoch", ylabel="error")
    curve.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    chart.set(xlim=(0.7, 4.3), ylim=(0, 0.6), xlabel="strength", ylabel="error")
    chart.set_xticks([1, 2, 3, 4])
    return fig, curve, chart


def _setting(kind, k):
    """What a strength means, in words."""
    k = int(k) - 1
    words = [
        "no regularisation",
        f"L2, λ = {LAMBDAS[k]:g}",
        f"dropout, p = {RATES[k]:g}",
        f"rotations, {TURNS[k]}",
        "batch norm (no strength)",
        f"stop after {PATIENCE[k]} epochs",
        "all of them",
    ]
    return words[int(kind)]
