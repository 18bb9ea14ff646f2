"""Exercise 1.13: from the weights of standardised columns and targets to those of raw ones."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "1.13",
    inputs=[
        (np.array([6.0]), 2.0, np.array([10.0]), np.array([3.0]), 5.0, 2.0),
        (np.array([1.0, -4.0]), 0.5, np.array([5.0, 1.0]), np.array([2.0, 0.5]), -3.0, 4.0),
        (
            np.array([2.0, 0.0, 1.0]), -1.0, np.array([1.0, 2.0, -4.0]), np.array([4.0, 1.0, 8.0]),
            7.0, 0.5,
        ),
    ],
    returns="w b",
    hints=[
        "The descent predicts (y - y_mean) / y_std. Write that as w · z + b, put in "
        "z = (x - x_mean) / x_std, and solve for y.",
        "For one column: y = y_mean + y_std (w (x - x_mean) / x_std + b). "
        "Collect what is multiplied by x and what is not.",
        "The raw weight of a column is w * y_std / x_std. The raw bias is the prediction at x = 0.",
    ],
)  # fmt: skip
def in_raw_units(w, b, x_mean, x_std, y_mean, y_std):
    w_raw = w * y_std / x_std
    return w_raw, y_mean + y_std * b - w_raw @ x_mean


@in_raw_units.also_right
def by_asking_for_predictions(w, b, x_mean, x_std, y_mean, y_std):
    """The bias is the prediction for x = 0, a weight what one unit more adds to it."""
    x = np.vstack([np.zeros(len(w)), np.eye(len(w))])
    predictions = y_mean + y_std * ((x - x_mean) / x_std @ w + b)
    return predictions[1:] - predictions[0], predictions[0]


@in_raw_units.also_right
def with_a_loop(weights, bias, means, stds, centre, scale):
    raw, bias = np.zeros(len(weights)), centre + scale * bias
    for j in range(len(weights)):
        raw[j] = scale * weights[j] / stds[j]
        bias = bias - raw[j] * means[j]
    return raw, bias


def raw_with(weights=lambda w, x_std, y_std: w * y_std / x_std, bias=None):
    """The right weights and bias, or others."""

    def wrong(w, b, x_mean, x_std, y_mean, y_std):
        raw = weights(w, x_std, y_std)
        if bias is None:
            return raw, y_mean + y_std * b - np.sum(raw * x_mean)
        return raw, bias(w, b, x_mean, x_std, y_mean, y_std)

    return wrong


in_raw_units.mistake(
    "y_std and y_mean are not used. The targets were standardised too: the prediction is y_mean "
    "+ y_std "
    "times what the descent predicts.",
    raw_with(
        lambda w, x_std, y_std: w / x_std,
        lambda w, b, x_mean, x_std, y_mean, y_std: b - np.sum(w * x_mean / x_std),
    ),
)
in_raw_units.mistake(
    "y_mean is missing: it is added to every prediction, so it belongs to the bias.",
    raw_with(
        bias=lambda w, b, x_mean, x_std, y_mean, y_std: y_std * (b - np.sum(w * x_mean / x_std))
    ),
)
in_raw_units.mistake(
    "y_mean is multiplied by y_std. It is in raw units already.",
    raw_with(
        bias=lambda w, b, x_mean, x_std, y_mean, y_std: (
            y_std * (b + y_mean - np.sum(w * x_mean / x_std))
        )
    ),
)
in_raw_units.mistake(
    "b is not multiplied by y_std. It is a part of the standardised prediction, like w · z.",
    raw_with(
        bias=lambda w, b, x_mean, x_std, y_mean, y_std: (
            y_mean + b - y_std * np.sum(w * x_mean / x_std)
        )
    ),
)
in_raw_units.mistake(
    "y_std is missing in the weights.",
    raw_with(
        lambda w, x_std, y_std: w / x_std,
        lambda w, b, x_mean, x_std, y_mean, y_std: (
            y_mean + y_std * (b - np.sum(w * x_mean / x_std))
        ),
    ),
)
in_raw_units.mistake(
    "y_std is missing in the weights, and in what the bias makes of them.",
    raw_with(lambda w, x_std, y_std: w / x_std),
)
in_raw_units.mistake(
    "the weights are divided by y_std. One unit of the standardised prediction is y_std raw "
    "units: multiply.",
    raw_with(lambda w, x_std, y_std: w / x_std / y_std),
)
in_raw_units.mistake(
    "the weights are multiplied by x_std. One unit of z is x_std units of x, so one unit of x "
    "counts "
    "for less: divide.",
    raw_with(lambda w, x_std, y_std: w * y_std * x_std),
)
in_raw_units.mistake(
    "the weights are divided by the variance, x_std². Divide by x_std.",
    raw_with(lambda w, x_std, y_std: w * y_std / x_std**2),
)
in_raw_units.mistake(
    "the weights are not converted. A weight is per unit of its column, and the units change.",
    raw_with(
        lambda w, x_std, y_std: w,
        lambda w, b, x_mean, x_std, y_mean, y_std: (
            y_mean + y_std * (b - np.sum(w * x_mean / x_std))
        ),
    ),
)
in_raw_units.mistake(
    "the bias is the prediction at x = x_mean. You need the prediction at x = 0: "
    "subtract the raw weights times x_mean.",
    raw_with(bias=lambda w, b, x_mean, x_std, y_mean, y_std: y_mean + y_std * b),
)
in_raw_units.mistake(
    "the raw weights times x_mean are added to the bias. From x = x_mean back to x = 0 they are "
    "subtracted.",
    raw_with(
        bias=lambda w, b, x_mean, x_std, y_mean, y_std: (
            y_mean + y_std * (b + np.sum(w * x_mean / x_std))
        )
    ),
)
in_raw_units.mistake(
    "the bias uses the standardised weights. Take the raw ones.",
    raw_with(
        bias=lambda w, b, x_mean, x_std, y_mean, y_std: y_mean + y_std * b - np.sum(w * x_mean)
    ),
)
in_raw_units.mistake(
    "in the bias x_mean is not divided by x_std. Take the raw weights there: w_raw @ x_mean.",
    raw_with(
        bias=lambda w, b, x_mean, x_std, y_mean, y_std: y_mean + y_std * (b - np.sum(w * x_mean))
    ),
)
in_raw_units.mistake(
    "x_std is used twice in the bias: the raw weights are already divided by it.",
    raw_with(
        bias=lambda w, b, x_mean, x_std, y_mean, y_std: (
            y_mean + y_std * (b - np.sum(w / x_std * x_mean / x_std))
        )
    ),
)
in_raw_units.mistake(
    "the bias subtracts a mean over the columns. Each column adds its own part: take the sum.",
    raw_with(
        bias=lambda w, b, x_mean, x_std, y_mean, y_std: (
            y_mean + y_std * (b - np.mean(w * x_mean / x_std))
        )
    ),
)
in_raw_units.mistake(
    "this converts from raw units to standardised ones. The exercise asks for the way back.",
    raw_with(
        lambda w, x_std, y_std: w * x_std / y_std,
        lambda w, b, x_mean, x_std, y_mean, y_std: (b - y_mean + np.sum(w * x_mean)) / y_std,
    ),
)
