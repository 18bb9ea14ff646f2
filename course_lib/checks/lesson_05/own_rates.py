"""Exercise 5.1: the learning rates that AdaGrad gives its parameters, step by step."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "5.1",
    inputs=[
        (np.array([[3.0, 0.0], [4.0, 1.0]]), 1.0, 1.0),
        (np.array([[1.0, -2.0, 0.5], [-2.0, 0.0, 0.5], [2.0, 1.0, 0.0]]), 0.1, 0.25),
        (np.array([[2.0], [-6.0], [9.0]]), 0.5, 0.01),
    ],
    returns="rates",
    hints=[
        "AdaGrad's s after step t is the sum of the squared gradients of steps 1 to t, for each "
        "parameter. Which sums do you need for the second row?",
        "np.cumsum(a, axis=0) holds in row t the sum of the rows 0 to t of a.",
        "With s = np.cumsum(gradients**2, axis=0) the learning rates are lr divided by "
        "(np.sqrt(s) + eps).",
    ],
)
def learning_rates(gradients, lr, eps):
    return lr / (np.sqrt(np.cumsum(gradients**2, axis=0)) + eps)


@learning_rates.also_right
def step_by_step(slopes, rate, tiny):
    s, table = 0, []
    for g in slopes:
        s = s + g**2
        table.append(rate / (s**0.5 + tiny))
    return np.array(table)


def rates_with(
    s=lambda gradients: np.cumsum(gradients**2, axis=0),
    rates=lambda s, lr, eps, gradients: lr / (np.sqrt(s) + eps),
):
    """learning_rates, or a wrong version where a part is replaced."""

    def wrong(gradients, lr, eps):
        return rates(s(gradients), lr, eps, gradients)

    return wrong


def all_steps(gradients):
    return np.sum(gradients**2, axis=0)


learning_rates.mistake(
    "these are the learning rates of the last step only. The answer has a row for each step.",
    rates_with(s=all_steps),
)
learning_rates.mistake(
    "every row holds the learning rates of the last step. Step t knows only the gradients up to step "
    "t: use a running sum.",
    rates_with(s=lambda gradients: all_steps(gradients) + 0 * gradients),
)
learning_rates.mistake(
    "without axis=0, np.cumsum makes one long row of all numbers.",
    rates_with(s=lambda gradients: np.cumsum(gradients**2)),
)
learning_rates.mistake(
    "the sum runs over the parameters. It runs over the steps, down the rows: axis=0.",
    rates_with(s=lambda gradients: np.cumsum(gradients**2, axis=1)),
)
learning_rates.mistake(
    "there is no running sum: each row uses the gradient of its own step alone.",
    rates_with(s=lambda gradients: gradients**2),
)
learning_rates.mistake(
    "the gradients are not squared before they are added.",
    rates_with(s=lambda gradients: np.cumsum(gradients, axis=0)),
)
learning_rates.mistake(
    "you add the gradients and square the sum. Square each gradient first, then add.",
    rates_with(s=lambda gradients: np.cumsum(gradients, axis=0) ** 2),
)
learning_rates.mistake(
    "you add the sizes |g|. AdaGrad adds the squares and takes the root of the sum.",
    rates_with(s=lambda gradients: np.cumsum(np.abs(gradients), axis=0) ** 2),
)
learning_rates.mistake(
    "the gradient of the step itself is missing in s. AdaGrad adds it before it divides.",
    rates_with(s=lambda gradients: np.cumsum(gradients**2, axis=0) - gradients**2),
)
learning_rates.mistake(
    "this divides by the root of the mean of the squares. AdaGrad's s is their sum.",
    rates_with(
        s=lambda gradients: (
            np.cumsum(gradients**2, axis=0) / np.arange(1, len(gradients) + 1)[:, None]
        )
    ),
)
learning_rates.mistake(
    "the root is missing: lr is divided by √s + eps.",
    rates_with(rates=lambda s, lr, eps, gradients: lr / (s + eps)),
)
learning_rates.mistake(
    "eps stands inside the root. In this course it is added to the root.",
    rates_with(rates=lambda s, lr, eps, gradients: lr / np.sqrt(s + eps)),
)
learning_rates.mistake(
    "brackets are missing: lr / np.sqrt(s) + eps adds eps to the quotient.",
    rates_with(rates=lambda s, lr, eps, gradients: lr / np.sqrt(s) + eps),
)
learning_rates.mistake(
    "eps is left out.", rates_with(rates=lambda s, lr, eps, gradients: lr / np.sqrt(s))
)
learning_rates.mistake(
    "these are steps. A learning rate is what the gradient is multiplied by: leave out g.",
    rates_with(rates=lambda s, lr, eps, gradients: lr * gradients / (np.sqrt(s) + eps)),
)
learning_rates.mistake(
    "lr is left out.", rates_with(rates=lambda s, lr, eps, gradients: 1 / (np.sqrt(s) + eps))
)
learning_rates.mistake(
    "this multiplies by √s + eps. Large gradients must make the learning rate small: divide.",
    rates_with(rates=lambda s, lr, eps, gradients: lr * (np.sqrt(s) + eps)),
)
learning_rates.mistake(
    "this is √s + eps alone. The learning rate is lr divided by it.",
    rates_with(rates=lambda s, lr, eps, gradients: np.sqrt(s) + eps),
)
learning_rates.mistake(
    "only the first row is there. Is the return indented too far, inside the loop?",
    lambda gradients, lr, eps: learning_rates.reference(gradients[:1], lr, eps),
)
learning_rates.mistake(
    "all parameters share one s, the sum over the whole row. Each parameter has its own.",
    rates_with(s=lambda gradients: np.cumsum((gradients**2).sum(axis=1))[:, None] + 0 * gradients),
)
learning_rates.mistake(
    "the average forgets, as RMSProp's does. AdaGrad adds up all squares.",
    lambda gradients, lr, eps: lr / (np.sqrt(forgetting(gradients)) + eps),
)
learning_rates.mistake(
    "rows and columns are exchanged: the answer has a row for each step.",
    lambda *arguments: learning_rates.reference(*arguments).T,
)


def forgetting(gradients):
    """RMSProp's s with ρ = 0.9 after each step, (T, P)."""
    s, table = 0, []
    for g in gradients:
        s = 0.9 * s + 0.1 * g**2
        table.append(s)
    return np.array(table)


@learning_rates.mistake(
    "each row divides the learning rates of the row before. Every row begins with the lr given."
)
def divided_again(gradients, lr, eps):
    s, table = 0, []
    for g in gradients:
        s = s + g**2
        lr = lr / (np.sqrt(s) + eps)
        table.append(lr)
    return np.array(table)
