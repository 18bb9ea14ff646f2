"""Exercises 1.4 and 1.5: weights in other units, learning rates for other losses."""

import numpy as np

from course_lib import plots
from course_lib.checks import exercise
from course_lib.optim import Optimizer, descend, sgd


@exercise(
    "1.4",
    inputs=[
        (np.array([6.0]), 2.0, np.array([10.0]), np.array([3.0])),
        (np.array([1.0, -4.0]), 0.5, np.array([5.0, 1.0]), np.array([2.0, 0.5])),
        (np.array([2.0, 0.0, 1.0]), -1.0, np.array([1.0, 2.0, -4.0]), np.array([4.0, 1.0, 8.0])),
    ],
    returns="w b",
    hints=[
        "Write the prediction of the standardised columns, w · z + b, put in z = (x - mean) / std, "
        "and collect what is multiplied by x and what is not.",
        "For one column: w (x - mean) / std + b = (w / std) x + (b - w mean / std).",
        "With several columns the raw weights are w / std, column by column, and the raw bias is "
        "b minus the sum of w * mean / std over the columns.",
    ],
)
def weights_in_raw_units(w, b, mean, std):
    return w / std, b - np.sum(w * mean / std)


@weights_in_raw_units.also_right
def by_asking_for_predictions(w, b, mean, std):
    """The bias is the prediction for x = 0, a weight what one unit more adds to it."""
    x = np.vstack([np.zeros(len(w)), np.eye(len(w))])
    at_zero, *at_ones = (x - mean) / std @ w + b
    return np.array(at_ones) - at_zero, at_zero


@weights_in_raw_units.also_right
def with_a_loop(weights, bias, means, stds):
    raw = np.zeros(len(weights))
    for j in range(len(weights)):
        raw[j] = weights[j] / stds[j]
        bias = bias - raw[j] * means[j]
    return raw, bias


mistake = weights_in_raw_units.mistake
mistake(
    "the weights are multiplied by std. One unit of z is std units of x, so one unit of x counts "
    "for less: divide.",
    lambda w, b, mean, std: (w * std, b - np.sum(w * mean / std)),
)
mistake(
    "the weights are multiplied by std, and the bias is made with these weights. Divide by std.",
    lambda w, b, mean, std: (w * std, b - np.sum(w * std * mean)),
)
mistake(
    "the bias is left as it is. It is the prediction at z = 0, which is x = mean; "
    "wanted is the prediction at x = 0.",
    lambda w, b, mean, std: (w / std, b),
)
mistake(
    "the bias has mean * w / std added. Going from x = mean back to x = 0, it is taken off.",
    lambda w, b, mean, std: (w / std, b + np.sum(w * mean / std)),
)
mistake(
    "the bias is made with the standardised weights. Take the raw ones, w / std.",
    lambda w, b, mean, std: (w / std, b - np.sum(w * mean)),
)
mistake(
    "in the bias the sum of w * mean is divided by the sum of std. Divide each w * mean by its own "
    "std before you add them up.",
    lambda w, b, mean, std: (w / std, b - np.sum(w * mean) / np.sum(std)),
)
mistake(
    "the bias lacks the weights: w * mean / std is taken off, not mean / std.",
    lambda w, b, mean, std: (w / std, b - np.sum(mean / std)),
)
mistake(
    "the weights are left as they are. A weight is per unit of its column, and the unit changes.",
    lambda w, b, mean, std: (w, b - np.sum(w * mean / std)),
)
mistake(
    "the weights are divided by the variance, std². Divide by std.",
    lambda w, b, mean, std: (w / std**2, b - np.sum(w * mean / std**2)),
)
mistake(
    "only the weights are standardised here: this maps from raw units, not back to them.",
    lambda w, b, mean, std: (w * std, b + np.sum(w * mean)),
)


@weights_in_raw_units.draws
def one_line_in_two_units(answer):
    """A line found in standardised units, and the same line in centimetres by the answer."""
    rng = np.random.default_rng(4)
    height = rng.normal(172, 9, 60)
    mass = 0.9 * height - 85 + rng.normal(0, 6, 60)
    mean, std = height.mean(), height.std()
    z = (height - mean) / std
    slope, intercept = np.polyfit(z, mass, 1)
    (raw,), bias = answer(np.array([slope]), intercept, np.array([mean]), np.array([std]))
    fig, axes = plots.figure(1, 2, sharey=True)
    for ax, name, x, a, c, label in (
        (axes[0], "z", z, slope, intercept, "z, the standardised height"),
        (axes[1], "x", height, raw, bias, "x, the height in cm"),
    ):
        ends = np.array([x.min(), x.max()])
        ax.plot(x, mass, "o", color="0.6", ms=4)
        ax.plot(ends, a * ends + c, color=plots.COLOURS["blue"])
        ax.set(title=f"mass = {a:.2f} {name} {'-' if c < 0 else '+'} {abs(c):.1f}", xlabel=label)
    axes[0].set(ylabel="mass in kg")
    return fig, (
        f"The same 60 made-up people twice. Left, against the standardised height, the fitted line has "
        f"slope {slope:.2f} and intercept {intercept:.1f}. Right, against the height in centimetres, "
        f"your slope {raw:.2f} and intercept {bias:.1f} draw the same line through the same points."
    )


GRADIENTS = {"sum": lambda N: N, "mean": lambda N: 1, "half": lambda N: 0.5}


@exercise(
    "1.5",
    inputs=[
        (0.5, 10, "sum", "mean"),
        (0.3, 40, "mean", "half"),
        (0.2, 10, "mean", "sum"),
        (0.6, 8, "half", "mean"),
        (0.1, 5, "half", "sum"),
        (0.1, 4, "sum", "half"),
        (0.7, 3, "sum", "sum"),
    ],
    returns="lr",
    hints=[
        "A step is lr times the gradient. "
        "Both losses make the same step when this product is the same.",
        "Give each loss a number that says how long its gradient is beside that of the mean: "
        'N for "sum", 1 for "mean", and which for "half"?',
        "If the gradient of the target loss is longer, its learning rate is shorter in proportion: "
        "lr * length[source] / length[target], with a dictionary of the three lengths.",
    ],
)
def convert(lr, N, source, target):
    return lr * GRADIENTS[source](N) / GRADIENTS[target](N)


@convert.also_right
def by_way_of_the_mean(lr, N, source, target):
    if source == "sum":
        lr = lr * N
    elif source == "half":
        lr = lr / 2
    if target == "sum":
        return lr / N
    return 2 * lr if target == "half" else lr


@convert.also_right
def by_limits(rate, rows, source, target):
    limit = {"sum": 2 / rows, "mean": 2, "half": 4}
    return rate / limit[source] * limit[target]


def lengths(total, half, turned=False):
    """A conversion with these lengths, as functions of N, for the gradients of "sum" and "half"."""

    def wrong(lr, N, source, target):
        length = {"sum": total(N), "mean": 1, "half": half(N)}
        if turned:
            source, target = target, source
        return lr * length[source] / length[target]

    return wrong


mistake = convert.mistake
mistake(
    "this is upside down. A loss with a longer gradient needs a smaller learning rate.",
    lengths(lambda N: N, lambda N: 0.5, turned=True),
)
mistake(
    'the 2 is missing: "half" is treated like "mean", and its gradient is half as long.',
    lengths(lambda N: N, lambda N: 1),
)
mistake(
    'the 2 of "half" is on the wrong side. Its gradient is half as long as that of the mean.',
    lengths(lambda N: N, lambda N: 2),
)
mistake(
    'N is missing: the gradient of "sum" is N times as long as that of "mean".',
    lengths(lambda N: 1, lambda N: 0.5),
)
mistake(
    'N is on the wrong side. The gradient of "sum" is N times as long as that of "mean".',
    lengths(lambda N: 1 / N, lambda N: 0.5),
)
mistake(
    '"half" is treated as half the sum, ½ Σ r². Here it is half the mean.',
    lengths(lambda N: N, lambda N: N / 2),
)
mistake(
    'the gradient of "sum" is treated as 2 N times as long. The 2 of the derivative is in all three.',
    lengths(lambda N: 2 * N, lambda N: 0.5),
)
mistake(
    "the source is not used: this is right from the mean only.",
    lambda lr, N, source, target: convert.reference(lr, N, "mean", target),
)
mistake(
    "the target is not used: this is right to the mean only.",
    lambda lr, N, source, target: convert.reference(lr, N, source, "mean"),
)
mistake(
    "the learning rate comes back unchanged.",
    lambda lr, N, source, target: lr,
)


@convert.draws
def three_losses_one_path(answer, lr=0.25, steps=9):
    """Slopes on the way: one learning rate for all three losses, and the converted ones."""
    rng = np.random.default_rng(5)
    x = rng.normal(0, 1, 8)
    y = 1.5 * x + 0.3 * rng.standard_normal(8)
    fig, axes = plots.figure(1, 2, sharey=True)
    ends = {}
    titles = ("one learning rate for all", "learning rates converted by you")
    for ax, title in zip(axes, titles, strict=True):
        for k, (name, length) in enumerate(GRADIENTS.items()):
            rate = answer(lr, len(x), "mean", name) if ax is axes[1] else lr
            path = descend(line_through_0(x, y, length(len(x))), [0.0], sgd_with(rate), steps=steps)
            look = plots.line_style("", k) | {"ms": 12 - 4 * k, "mfc": "none"}
            ax.plot(path, label=f"{name}, lr = {rate:.3g}", **look)
            ends[title, name] = path[-1, 0]
        ax.set(title=title, xlabel="step", ylim=(-2, 5))
        ax.legend(loc="lower right", frameon=True, framealpha=0.9)
    axes[0].set(ylabel="slope")
    same, yours = (
        ", ".join(f"{name} {ends[title, name]:.3g}" for name in GRADIENTS) for title in titles
    )
    return fig, (
        f"The slope of a line in {steps} steps of three descents. Left, all with the learning rate "
        f"{lr}, they go different ways and end at: {same}. Right, with the rates you "
        f"converted, all three lie on top of each other and end at: {yours}."
    )


def line_through_0(x, y, length):
    """The mean squared error of y = a x, times `length`."""

    def f(theta):
        r = theta * x - y
        return length * np.mean(r**2, axis=-1), length * 2 * np.mean(r * x, axis=-1, keepdims=True)

    return f


def sgd_with(lr):
    return Optimizer(sgd, lr=lr)
