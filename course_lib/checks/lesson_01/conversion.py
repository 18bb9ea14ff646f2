"""Exercise 1.5: from the learning rate of one loss to that of another."""

from course_lib.checks import exercise

# How long the gradient of each loss is, beside that of the mean of r²; N is the number of rows.
LENGTHS = {"sum": lambda N: N, "mean": lambda N: 1, "half": lambda N: 0.5}


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
    return lr * LENGTHS[source](N) / LENGTHS[target](N)


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


def convert_with(total=lambda N: N, half=lambda N: 0.5):
    """A conversion with these lengths, as functions of N, for the gradients of "sum" and "half"."""

    def wrong(lr, N, source, target):
        length = {"sum": total(N), "mean": 1, "half": half(N)}
        return lr * length[source] / length[target]

    return wrong


convert.mistake(
    "this is upside down. A loss with a longer gradient needs a smaller learning rate.",
    lambda lr, N, source, target: convert.reference(lr, N, target, source),
)
convert.mistake(
    'the 2 is missing: "half" is treated like "mean", and its gradient is half as long.',
    convert_with(half=lambda N: 1),
)
convert.mistake(
    'the 2 of "half" is on the wrong side. Its gradient is half as long as that of the mean.',
    convert_with(half=lambda N: 2),
)
convert.mistake(
    'N is missing: the gradient of "sum" is N times as long as that of "mean".',
    convert_with(total=lambda N: 1),
)
convert.mistake(
    'N is on the wrong side. The gradient of "sum" is N times as long as that of "mean".',
    convert_with(total=lambda N: 1 / N),
)
convert.mistake(
    '"half" is treated as half the sum, ½ Σ r². Here it is half the mean.',
    convert_with(half=lambda N: N / 2),
)
convert.mistake(
    'the gradient of "sum" is treated as 2 N times as long. All three losses have the 2 of the '
    "derivative.",
    convert_with(total=lambda N: 2 * N),
)
convert.mistake(
    "the source is not used: this is right from the mean only.",
    lambda lr, N, source, target: convert.reference(lr, N, "mean", target),
)
convert.mistake(
    "the target is not used: this is right to the mean only.",
    lambda lr, N, source, target: convert.reference(lr, N, source, "mean"),
)
convert.mistake("the learning rate is unchanged.", lambda lr, N, source, target: lr)
