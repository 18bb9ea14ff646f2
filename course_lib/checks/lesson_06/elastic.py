"""Exercise 6.2: the proximal step of the elastic net, with biases left alone."""

import numpy as np

from course_lib.checks import exercise

all_weights = np.array([True, True, True, True])


@exercise(
    "6.2",
    inputs=[
        (np.array([3, -2, 1, 0]), np.array([0, 0, 0, 0]), all_weights, 1, 1, 1),
        (
            np.array([1.0, -2.0, 0.5, 4.0]),
            np.array([6.0, -3.2, 0.2, 0.5]),
            all_weights,
            0.5,
            0.5,
            0.0,
        ),
        (
            np.array([1.0, -0.3, 0.2, 0.1]),
            np.array([0.5, 0.2, 0.4, 0.8]),
            np.array([True, True, False, False]),
            0.5,
            1.0,
            2.0,
        ),
        (
            np.array([2.0, 0.0, 0.0]),
            np.array([1.0, 0.0, 0.0]),
            np.array([True, True, False]),
            0.25,
            0.0,
            4.0,
        ),
        (
            np.array([4, 1, -1, 3]),
            np.array([1, 0, 0, 5]),
            np.array([True, True, True, False]),
            1,
            1,
            3,
        ),
    ],
    returns="theta zeros",
    hints=[
        "First the gradient step for every entry: u = theta - lr * g. The penalty changes only the "
        "weights of u.",
        "For u above 0, set the derivative of ½ (x - u)² + lr (l1 x + ½ l2 x²) to 0: "
        "x (1 + lr l2) = u - lr l1. Where the right side is below 0, the minimum is at 0.",
        "So x = sign(u) max(|u| - lr l1, 0) / (1 + lr l2); np.where(is_weight, x, u) keeps the biases. "
        "Count with np.sum(theta[is_weight] == 0).",
    ],
)
def elastic_step(theta, g, is_weight, lr, l1, l2):
    u = theta - lr * g
    shrunk = np.sign(u) * np.maximum(np.abs(u) - lr * l1, 0) / (1 + lr * l2)
    theta = np.where(is_weight, shrunk, u)
    return theta, np.sum(theta[is_weight] == 0)


@elastic_step.also_right
def entry_by_entry(point, slope, penalised, rate, absolute, square):
    end, zeros = [], 0
    for k in range(len(point)):
        x = point[k] - rate * slope[k]
        if penalised[k]:
            if x > rate * absolute:
                x = (x - rate * absolute) / (1 + rate * square)
            elif x < -rate * absolute:
                x = (x + rate * absolute) / (1 + rate * square)
            else:
                x = 0.0
                zeros += 1
        end.append(x)
    return np.array(end), zeros


def soft(u, t, l2, lr):
    """The right change of weights u at the threshold t = lr * l1."""
    return np.sign(u) * np.maximum(np.abs(u) - t, 0) / (1 + lr * l2)


def step_with(
    weights=soft,
    threshold=lambda lr, l1: lr * l1,
    biases=lambda u, shrunk: u,
    count=lambda theta, is_weight, old: np.sum(theta[is_weight] == 0),
    moved=lambda theta, g, lr: theta - lr * g,
):
    """elastic_step, or a wrong version where a part is replaced; u is theta after the gradient step."""

    def wrong(theta, g, is_weight, lr, l1, l2):
        u = moved(theta, g, lr)
        shrunk = weights(u, threshold(lr, l1), l2, lr)
        new = np.where(is_weight, shrunk, biases(u, shrunk))
        return new, count(new, is_weight, theta)

    return wrong


elastic_step.mistake(
    "the biases are penalised too. Entries where is_weight is False take only the gradient step.",
    step_with(biases=lambda u, shrunk: shrunk),
)
elastic_step.mistake(
    "the zeros among the biases are counted too. Count the weights only.",
    step_with(count=lambda theta, is_weight, old: np.sum(theta == 0)),
)
elastic_step.mistake(
    "the biases are penalised and counted too. Both concern the weights only.",
    step_with(
        biases=lambda u, shrunk: shrunk, count=lambda theta, is_weight, old: np.sum(theta == 0)
    ),
)
elastic_step.mistake(
    "the threshold is l1. The step has length lr, so the threshold is lr * l1.",
    step_with(threshold=lambda lr, l1: l1),
)
elastic_step.mistake(
    "the divisor is 1 + l2. The step has length lr, so it is 1 + lr * l2.",
    step_with(weights=lambda u, t, l2, lr: soft(u, t, l2, 1)),
)
elastic_step.mistake(
    "lr is missing in both: the threshold is lr * l1, the divisor 1 + lr * l2.",
    step_with(threshold=lambda lr, l1: l1, weights=lambda u, t, l2, lr: soft(u, t, l2, 1)),
)
elastic_step.mistake(
    "l2 is left out: this is the step of L1 alone.",
    step_with(weights=lambda u, t, l2, lr: soft(u, t, 0, lr)),
)
elastic_step.mistake(
    "l1 is left out: this is the step of L2 alone, and nothing becomes 0.",
    step_with(threshold=lambda lr, l1: 0),
)
elastic_step.mistake(
    "the weights are multiplied by 1 - lr * l2, as in weight decay. The exact minimum divides by "
    "1 + lr * l2.",
    step_with(weights=lambda u, t, l2, lr: soft(u, t, 0, lr) * (1 - lr * l2)),
)
elastic_step.mistake(
    "the derivative of ½ l2 w² is l2 w, without a factor 2: divide by 1 + lr * l2.",
    step_with(weights=lambda u, t, l2, lr: soft(u, t, 2 * l2, lr)),
)
elastic_step.mistake(
    "you divide first and subtract the threshold after that. The threshold comes first.",
    step_with(weights=lambda u, t, l2, lr: soft(u / (1 + lr * l2), t, 0, lr)),
)
elastic_step.mistake(
    "small entries become 0, but the others keep their size. Their size shrinks by lr * l1 too.",
    step_with(weights=lambda u, t, l2, lr: np.where(np.abs(u) > t, u, 0) / (1 + lr * l2)),
)
elastic_step.mistake(
    "nothing stops at 0: entries below the threshold change their sign. np.maximum(..., 0) is missing.",
    step_with(weights=lambda u, t, l2, lr: np.sign(u) * (np.abs(u) - t) / (1 + lr * l2)),
)
elastic_step.mistake(
    "the sign is lost: negative weights become positive. Multiply by np.sign(u).",
    step_with(weights=lambda u, t, l2, lr: np.abs(soft(u, t, l2, lr))),
)
elastic_step.mistake(
    "negative weights are treated as positive ones: all of them become 0. Use |u|, and np.sign(u).",
    step_with(weights=lambda u, t, l2, lr: np.maximum(u - t, 0) / (1 + lr * l2)),
)
elastic_step.mistake(
    "the gradient step is missing: the threshold acts on u = theta - lr * g.",
    step_with(moved=lambda theta, g, lr: theta),
)
elastic_step.mistake(
    "this goes uphill: u = theta - lr * g.", step_with(moved=lambda theta, g, lr: theta + lr * g)
)
elastic_step.mistake(
    "lr is missing in the gradient step: u = theta - lr * g.",
    step_with(moved=lambda theta, g, lr: theta - g),
)
elastic_step.mistake(
    "you count the zeros before the step. Count them in the new theta.",
    step_with(count=lambda theta, is_weight, old: np.sum(old[is_weight] == 0)),
)
elastic_step.mistake(
    "you count the weights that are not 0. Count the zeros: np.sum(theta[is_weight] == 0).",
    step_with(count=lambda theta, is_weight, old: np.sum(theta[is_weight] != 0)),
)


@elastic_step.mistake(
    "the threshold acts before the gradient step, so zeros move away again. First the gradient step."
)
def threshold_first(theta, g, is_weight, lr, l1, l2):
    new = np.where(is_weight, soft(theta, lr * l1, l2, lr), theta) - lr * g
    return new, np.sum(new[is_weight] == 0)


@elastic_step.mistake("np.sign of the old theta is used. Take the sign of theta - lr * g.")
def old_sign(theta, g, is_weight, lr, l1, l2):
    u = theta - lr * g
    shrunk = np.sign(theta) * np.maximum(np.abs(u) - lr * l1, 0) / (1 + lr * l2)
    new = np.where(is_weight, shrunk, u)
    return new, np.sum(new[is_weight] == 0)


@elastic_step.mistake(
    "this is a subgradient step: l1 sign(theta) + l2 theta is added to the gradient. Such a step gives "
    "no exact zeros; use the minimum of the exercise."
)
def by_subgradient(theta, g, is_weight, lr, l1, l2):
    new = theta - lr * (g + is_weight * (l1 * np.sign(theta) + l2 * theta))
    return new, np.sum(new[is_weight] == 0)


@elastic_step.mistake(
    "l2 theta is added to the gradient, and only L1 is exact. Here both are: divide by 1 + lr * l2."
)
def half_exact(theta, g, is_weight, lr, l1, l2):
    u = theta - lr * (g + is_weight * l2 * theta)
    new = np.where(is_weight, soft(u, lr * l1, 0, lr), u)
    return new, np.sum(new[is_weight] == 0)


@elastic_step.mistake(
    "the biases keep their old value. They take no penalty, but they do take the gradient step."
)
def biases_stand_still(theta, g, is_weight, lr, l1, l2):
    new, zeros = elastic_step.reference(theta, g, is_weight, lr, l1, l2)
    return np.where(is_weight, new, theta), zeros


@elastic_step.mistake("l2 is added to the threshold. It belongs to the divisor, 1 + lr * l2.")
def one_threshold(theta, g, is_weight, lr, l1, l2):
    return elastic_step.reference(theta, g, is_weight, lr, l1 + l2, 0)


elastic_step.mistake(
    "small entries become 0, but the others stay as they are. They shrink: by lr * l1, and divided by "
    "1 + lr * l2.",
    step_with(weights=lambda u, t, l2, lr: np.where(np.abs(u) > t, u, 0)),
)
elastic_step.mistake(
    "the threshold is halved. The penalty is l1 |w| without ½, so it is lr * l1.",
    step_with(threshold=lambda lr, l1: lr * l1 / 2),
)
