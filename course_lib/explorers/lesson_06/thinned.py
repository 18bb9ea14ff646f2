"""Dropout: thinned networks, their average, and the full network."""

import numpy as np
from threadpoolctl import threadpool_limits

from course_lib import toys
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer
from course_lib.explorers.parts import BLUE, RED
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.numbers import number
from course_lib.objective import Objective
from course_lib.optim import Optimizer, adam, descend
from course_lib.plots import figure
from course_lib.stage import Stage

RATES = [0, 0.1, 0.2, 0.3, 0.5, 0.7]
COUNTS = [2**k for k in range(7)]  # of thinned networks that are averaged
MASKS, SHOWN = 512, 8  # thinned networks that are computed, that are drawn
FAINT = {"color": "0.7", "linewidth": 0.8, "linestyle": "-.", "label": "thinned networks"}
ACROSS = np.linspace(-3, 3, 61)
ALT = (
    "Left, the points to fit, eight thinned networks, their average and the full network; right, how "
    "far the average is from the full network, against the number of networks in it."
)
AVERAGE = Question(
    "Each mask of dropout leaves a thinned network. You average the predictions of more and more of "
    "them. How far does the average stay from the full network?",
    (
        "as far as a single thinned network",
        "it converges to the full network, for any number of hidden layers",
        "it converges to the full network for one hidden layer, close to it for two",
    ),
    "Drag the point to more networks, for one and two hidden layers and for several rates p.",
    right=2,
    why="The full network uses the mean of each hidden unit. A linear output layer carries means to "
    "means, so one hidden layer is exact; a second relu in between is not linear.",
)


@explorer(steps=60)
def thinned_nets(steps=500):
    """Thinned networks, their average and the full network | their distance against the count."""
    rate, count, layers = controls(
        Slider("dropout rate p", RATES, start=0.3),
        Slider("thinned networks averaged", COUNTS, start=1, digits=9),
        Choice("hidden layers", ["1", "2"]),
    )
    data = toys.sine_fit(n=25, noise=0.5)
    with threadpool_limits(limits=1):
        fits = [_fit(data, p, n, steps) for p in RATES for n in (1, 2)]
    full, thinned, error = (_by_position(parts) for parts in zip(*fits, strict=True))
    average = np.concatenate([thinned[..., :k].mean(axis=-1) for k in COUNTS], axis=1)
    apart = np.concatenate([_distance(thinned, full, k) for k in COUNTS], axis=1)
    fig, plane, chart = _draw_axes(data.train)
    about = {"question": AVERAGE, "still": {count: COUNTS[-1], layers: 1}}
    stage = Stage("thinned-nets", fig, [rate, count, layers], alt=ALT, **about)
    stage.line(plane, *_one_line(thinned), **FAINT)
    stage.line(plane, ACROSS, full[..., 0], label="full network", **BLUE)
    stage.line(plane, ACROSS, average, "--", label="average", **RED)
    by_root = apart[:, :1] / np.sqrt(count.axis)
    stage.sweep(chart, count, by_root, ":", head=None, color="0.3", label="single / √k")
    stage.sweep(chart, count, apart, "--", after_prediction=True, label="average of k", **RED)
    stage.point(chart, count.axis, 0.02, "D", drags=(count,), color="0.3", markersize=10)
    stage.text(plane, lambda e: f"test error {number(e)}", error)
    stage.text(chart, lambda d: f"distance {number(d)}", apart, after_prediction=True)
    stage.text(plane, lambda k: f"average of {number(int(k))}", count.axis, at=(0, 1.09))
    for ax in (plane, chart):
        ax.legend(loc="upper right")
    return stage


def _fit(data, p, layers, steps, seed=0):
    """A network trained with dropout: its prediction (61, 1), that of each thinned network (61, 512),
    and its mean squared error on the test points."""
    model, rng = MLP(1, *[40] * layers, 1, dropout=p), np.random.default_rng(seed)
    objective = Objective(model, squared_error)
    f = lambda theta: objective(theta, *data.train, rng)
    theta = descend(f, model.start(seed), Optimizer(adam, lr=0.02), steps)[-1]
    rows = np.broadcast_to(ACROSS.reshape(-1, 1, 1), (len(ACROSS), MASKS, 1))  # a mask for each row
    full, _ = model(theta, rows[:, :1])
    thinned, _ = model(theta, rows, rng)
    error, _ = objective.evaluate(theta, *data.test)
    return full, thinned, error


def _by_position(parts):
    """Arrays for every rate and number of layers as one, (rates, 1, layers, ...)."""
    return np.stack(parts).reshape(len(RATES), 1, 2, *np.shape(parts[0]))


def _distance(thinned, full, k):
    """The root mean square of average of k - full, over x and groups of k: (rates, 1, layers)."""
    average = thinned.reshape(*thinned.shape[:-1], MASKS // k, k).mean(axis=-1)
    return np.sqrt(((average - full) ** 2).mean(axis=(-2, -1))).round(12)


def _one_line(thinned):
    """x (points,) and y (rates, 1, layers, points) of eight thinned networks, a line with gaps."""
    gap = np.full((*thinned.shape[:3], 1), np.nan)
    pieces = [part for k in range(SHOWN) for part in (thinned[..., k], gap)]
    return np.tile([*ACROSS, np.nan], SHOWN), np.concatenate(pieces, axis=-1)


def _draw_axes(train):
    fig, (plane, chart) = figure(1, 2, size=(6.6, 4))
    plane.plot(*train, ".", color="0.2", markersize=7)
    plane.set(xlim=(-3, 3), ylim=(-2.6, 3.4), xlabel="x", ylabel="prediction")
    chart.set(xscale="log", xlim=(0.8, 80), ylim=(0, 0.45), xlabel="k networks averaged")
    chart.set_ylabel("distance from the full network")
    chart.set_xticks(COUNTS[::2], [str(k) for k in COUNTS[::2]])
    chart.minorticks_off()
    return fig, plane, chart
