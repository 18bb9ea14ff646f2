"""Exercise 1.4: from the weights of standardised columns to those of raw ones."""

import numpy as np

from course_lib.checks import exercise


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


weights_in_raw_units.mistake(
    "the weights are multiplied by std. One unit of z is std units of x, so one unit of x counts "
    "for less: divide.",
    lambda w, b, mean, std: (w * std, b - np.sum(w * mean / std)),
)
weights_in_raw_units.mistake(
    "the weights are multiplied by std, and the bias uses these weights. Divide by std.",
    lambda w, b, mean, std: (w * std, b - np.sum(w * std * mean)),
)
weights_in_raw_units.mistake(
    "the bias is unchanged. It is the prediction at z = 0, which is x = mean; "
    "you need the prediction at x = 0.",
    lambda w, b, mean, std: (w / std, b),
)
weights_in_raw_units.mistake(
    "mean * w / std is added to the bias. Going from x = mean back to x = 0, it is subtracted.",
    lambda w, b, mean, std: (w / std, b + np.sum(w * mean / std)),
)
weights_in_raw_units.mistake(
    "the bias uses the standardised weights. Take the raw ones, w / std.",
    lambda w, b, mean, std: (w / std, b - np.sum(w * mean)),
)
weights_in_raw_units.mistake(
    "in the bias the sum of w * mean is divided by the sum of std. Divide each w * mean by its own "
    "std before you add them up.",
    lambda w, b, mean, std: (w / std, b - np.sum(w * mean) / np.sum(std)),
)
weights_in_raw_units.mistake(
    "the bias lacks the weights: subtract w * mean / std, not mean / std.",
    lambda w, b, mean, std: (w / std, b - np.sum(mean / std)),
)
weights_in_raw_units.mistake(
    "the weights are unchanged. A weight is per unit of its column, and the unit changes.",
    lambda w, b, mean, std: (w, b - np.sum(w * mean / std)),
)
weights_in_raw_units.mistake(
    "the weights are divided by the variance, std². Divide by std.",
    lambda w, b, mean, std: (w / std**2, b - np.sum(w * mean / std**2)),
)
weights_in_raw_units.mistake(
    "this converts from raw units to standardised ones. The exercise asks for the way back.",
    lambda w, b, mean, std: (w * std, b + np.sum(w * mean)),
)
