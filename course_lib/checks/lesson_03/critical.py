"""Exercise 3.17: the critical batch size, from steps to a target."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "3.17",
    inputs=[
        (np.array([1.0, 2.0, 4.0]), np.array([40.0, 24.0, 16.0])),
        (np.array([1.0, 4.0, 16.0, 64.0]), np.array([210.0, 65.0, 20.0, 14.0])),
        (np.array([1.0, 2.0, 5.0, 10.0]), np.array([np.nan, 62.0, 33.0, 20.0])),
        (np.array([8.0, 2.0, 4.0, 1.0]), np.array([9.0, 21.0, np.nan, np.nan])),
    ],
    returns="fewest critical",
    hints=[
        "The law is a straight line in 1/B: steps = fewest + slope * (1/B). What is slope?",
        "slope = fewest * critical. Leave out the sizes that never reached the target: "
        "there = ~np.isnan(steps).",
        "slope, fewest = np.polyfit(1 / sizes[there], steps[there], 1); critical is slope / fewest.",
    ],
)
def critical_batch(sizes, steps):
    there = ~np.isnan(steps)
    slope, fewest = np.polyfit(1 / sizes[there], steps[there], 1)
    return fewest, slope / fewest


@critical_batch.also_right
def by_covariance(B, S):
    x, y = (1 / B)[S == S], S[S == S]  # nan is not equal to itself
    table = np.cov(x, y)
    slope = table[0, 1] / table[0, 0]
    low = y.mean() - slope * x.mean()
    return low, slope / low


@critical_batch.also_right
def with_lstsq(sizes, steps):
    keep = np.isfinite(steps)
    A = np.column_stack([np.ones(keep.sum()), 1 / sizes[keep]])
    fewest, slope = np.linalg.lstsq(A, steps[keep])[0]
    return fewest, slope / fewest


def fit_with(
    line=lambda x, y: np.polyfit(x, y, 1),
    x=lambda B: 1 / B,
    fill=None,
    returned=lambda slope, fewest: (fewest, slope / fewest),
):
    """critical_batch, or a wrong version where a part is replaced."""

    def wrong(sizes, steps):
        there = ~np.isnan(steps) if fill is None else np.ones(len(steps), bool)
        y = steps if fill is None else np.nan_to_num(steps, nan=fill)
        return returned(*line(x(sizes[there]), y[there]))

    return wrong


critical_batch.mistake(
    "the second number is the slope, fewest * critical. Divide it by fewest.",
    fit_with(returned=lambda slope, fewest: (fewest, slope)),
)
critical_batch.mistake(
    "critical is upside down: it is slope / fewest.",
    fit_with(returned=lambda slope, fewest: (fewest, fewest / slope)),
)
critical_batch.mistake(
    "the order is fewest, critical.",
    fit_with(returned=lambda slope, fewest: (slope / fewest, fewest)),
)
critical_batch.mistake(
    "np.polyfit returns the slope first, then the intercept. You use them the other way round.",
    fit_with(returned=lambda slope, fewest: (slope, fewest / slope)),
)
critical_batch.mistake(
    "the line is fitted in B. The law is a straight line in 1/B.", fit_with(x=lambda B: B)
)
critical_batch.mistake(
    "a size that never reached the target counts as 0 steps here. Leave it out.", fit_with(fill=0.0)
)
critical_batch.mistake(
    "the line is fitted to the logarithms, which makes a power law of it. The law has a fixed part.",
    fit_with(
        line=lambda x, y: np.polyfit(np.log(x), np.log(y), 1),
        returned=lambda slope, fewest: (np.exp(fewest), slope),
    ),
)


@critical_batch.mistake(
    "fewest is the smallest measured number of steps. It is the limit that the steps approach as the "
    "batch grows, and no batch reaches it: fit a line."
)
def smallest_measured(sizes, steps):
    fewest = np.nanmin(steps)
    return fewest, np.nanmean((steps / fewest - 1) * sizes)


@critical_batch.mistake(
    "only two of the sizes are used. Fit the line to all that reached the target."
)
def two_of_them(sizes, steps):
    there = ~np.isnan(steps)
    x, y = 1 / sizes[there], steps[there]
    slope = (y[-1] - y[0]) / (x[-1] - x[0])
    return y[0] - slope * x[0], slope / (y[0] - slope * x[0])


@critical_batch.mistake(
    "nan makes the whole fit nan. Leave out the sizes that never reached the target."
)
def nan_left_in(sizes, steps):
    if np.isnan(steps).any():
        return np.nan, np.nan
    return critical_batch.reference(sizes, steps)
