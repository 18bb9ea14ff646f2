"""Exercise 4.3: a learning rate for the mean of gradients, made one for their sum."""

from course_lib.checks import exercise


@exercise(
    "4.3",
    inputs=[(0.1, 0.9), (2.0, 0.5), (0.03, 0.99), (0.4, 0.0)],
    returns="lr_sum",
    hints=[
        "Let the gradient stay 1 for a long time. How far does a step go in each convention?",
        "The sum goes lr_sum / (1 - beta), the mean goes lr_ema. Make the two equal.",
    ],
)
def sum_lr(lr_ema, beta):
    return (1 - beta) * lr_ema


@sum_lr.also_right
def from_two_steps(rate, keep):
    return rate - keep * rate


sum_lr.mistake(
    "this converts in the other direction, from the sum to the mean. A sum of gradients is larger "
    "than their mean, so its learning rate is smaller.",
    lambda lr_ema, beta: lr_ema / (1 - beta),
)
sum_lr.mistake(
    "the factor is 1 - beta, the weight of the new gradient in the mean, not beta.",
    lambda lr_ema, beta: beta * lr_ema,
)
sum_lr.mistake(
    "the learning rate is unchanged. The two conventions weigh the gradient differently.",
    lambda lr_ema, beta: lr_ema,
)
sum_lr.mistake("the factor is 1 - beta, not 1 + beta.", lambda lr_ema, beta: (1 + beta) * lr_ema)
sum_lr.mistake(
    "beta is subtracted from lr. Multiply lr by 1 - beta.", lambda lr_ema, beta: lr_ema - beta
)
