"""Exercise 2.3: how the noise floor rises with the learning rate."""

import numpy as np

from course_lib.checks import exercise

RATES = np.array([0.01, 0.02, 0.05, 0.1])


@exercise(
    "2.3",
    inputs=[
        (RATES, 3 * RATES),
        (RATES, 0.5 * RATES**2),
        (np.array([0.1, 0.3, 0.9, 1.2]), np.array([0.2, 0.5, 4.0, 5.0])),
    ],
    returns="slope",
    hints=[
        "If floor = c · η^p, then log floor = log c + p log η: a straight line whose slope is p.",
        "np.polyfit(a, b, 1) fits a line to points (a, b) by least squares, "
        "and returns its slope first.",
        "Give it np.log(rates) and np.log(floors), and return the first of the two numbers.",
    ],
)
def floor_slope(rates, floors):
    return np.polyfit(np.log(rates), np.log(floors), 1)[0]


@floor_slope.also_right
def by_least_squares(etas, heights):
    a = np.log10(etas) - np.log10(etas).mean()
    return a @ np.log10(heights) / (a @ a)


floor_slope.mistake(
    "the line is fitted without logarithms. Its slope depends on the units; the power does not.",
    lambda rates, floors: np.polyfit(rates, floors, 1)[0],
)
floor_slope.mistake(
    "only the floors are logarithms. Take those of the rates too.",
    lambda rates, floors: np.polyfit(rates, np.log(floors), 1)[0],
)
floor_slope.mistake(
    "only the rates are logarithms. Take those of the floors too.",
    lambda rates, floors: np.polyfit(np.log(rates), floors, 1)[0],
)
floor_slope.mistake(
    "rates and floors are exchanged: the floor depends on the rate.",
    lambda rates, floors: np.polyfit(np.log(floors), np.log(rates), 1)[0],
)
floor_slope.mistake(
    "this is the intercept of the line. np.polyfit returns the slope first.",
    lambda rates, floors: np.polyfit(np.log(rates), np.log(floors), 1)[1],
)
floor_slope.mistake(
    "this is the slope between the first and the last point. Fit a line to all of them.",
    lambda rates, floors: np.log(floors[-1] / floors[0]) / np.log(rates[-1] / rates[0]),
)
floor_slope.mistake(
    "this is the mean of log floor / log rate. That is the slope only of a line through the origin.",
    lambda rates, floors: np.mean(np.log(floors) / np.log(rates)),
)
