"""Exercise 5.2: Adam without hats, with a learning rate and an eps of each step instead."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "5.2",
    inputs=[
        (1, 0.1, 0.5, 0.75, 0.01),
        (2, 1.0, 0.5, 0.75, 0.1),
        (5, 0.001, 0.9, 0.99, 1e-3),
        (3, 0.5, 0.8, 0.6, 2.0),
    ],
    returns="lr_t eps_t",
    hints=[
        "Write Adam's step with m and v alone: put m / (1 - β1ᵗ) for m̂ and v / (1 - β2ᵗ) for v̂.",
        "√v̂ is √v / √(1 - β2ᵗ). Multiply the numerator and the denominator by √(1 - β2ᵗ). What "
        "happens to ε?",
        "With c = np.sqrt(1 - beta2**t) the new eps is c * eps, and the new learning rate is lr times "
        "c / (1 - beta1**t).",
    ],
)
def without_hats(t, lr, beta1, beta2, eps):
    root = np.sqrt(1 - beta2**t)
    return lr * root / (1 - beta1**t), eps * root


@without_hats.also_right
def from_a_step(count, rate, keep, keep_squares, tiny):
    """The two numbers from what is asked of them, with other brackets."""
    left = 1 - keep_squares**count
    return rate / (1 - keep**count) * left**0.5, left**0.5 * tiny


def pair_with(
    first=lambda t, beta: 1 - beta**t,
    second=lambda t, beta: 1 - beta**t,
    lr_t=lambda lr, a, b: lr * np.sqrt(b) / a,
    eps_t=lambda eps, a, b: eps * np.sqrt(b),
):
    """without_hats, or a wrong version where a part is replaced; a and b are 1 - β1ᵗ and 1 - β2ᵗ."""

    def wrong(t, lr, beta1, beta2, eps):
        a, b = first(t, beta1), second(t, beta2)
        return lr_t(lr, a, b), eps_t(eps, a, b)

    return wrong


without_hats.mistake(
    "lr_t is right, and eps is left as it was. Both sides of the fraction are multiplied by "
    "√(1 - β2ᵗ), eps too.",
    pair_with(eps_t=lambda eps, a, b: eps),
)
without_hats.mistake(
    "lr_t is right. eps is divided by √(1 - β2ᵗ); it must be multiplied by it.",
    pair_with(eps_t=lambda eps, a, b: eps / np.sqrt(b)),
)
without_hats.mistake(
    "lr_t is right. For eps the root is missing: the factor is √(1 - β2ᵗ).",
    pair_with(eps_t=lambda eps, a, b: eps * b),
)
without_hats.mistake(
    "lr_t is right. eps got the same factor as lr; it stands beside √v, so it needs √(1 - β2ᵗ) alone.",
    pair_with(eps_t=lambda eps, a, b: eps * np.sqrt(b) / a),
)
without_hats.mistake(
    "the root over 1 - β2ᵗ is missing, in lr_t and in eps_t: v stands under a root.",
    pair_with(lr_t=lambda lr, a, b: lr * b / a, eps_t=lambda eps, a, b: eps * b),
)
without_hats.mistake(
    "the root is missing in the factor of lr: v stands under a root, so its correction is √(1 - β2ᵗ).",
    pair_with(lr_t=lambda lr, a, b: lr * b / a),
)
without_hats.mistake(
    "the root covers both corrections. m is not under the root, so 1 - β1ᵗ is not either.",
    pair_with(lr_t=lambda lr, a, b: lr * np.sqrt(b / a)),
)
without_hats.mistake(
    "lr_t is upside down: it is lr √(1 - β2ᵗ) / (1 - β1ᵗ).",
    pair_with(lr_t=lambda lr, a, b: lr * a / np.sqrt(b)),
)
without_hats.mistake(
    "lr_t multiplies both corrections. m̂ divides by 1 - β1ᵗ, so lr_t does too.",
    pair_with(lr_t=lambda lr, a, b: lr * a * np.sqrt(b)),
)
without_hats.mistake(
    "lr_t divides by both corrections. √v̂ stands in the denominator, so its √(1 - β2ᵗ) moves up.",
    pair_with(lr_t=lambda lr, a, b: lr / (a * np.sqrt(b))),
)
without_hats.mistake(
    "lr is corrected for m only. The correction of v belongs to it too: multiply by √(1 - β2ᵗ).",
    pair_with(lr_t=lambda lr, a, b: lr / a),
)
without_hats.mistake(
    "lr is corrected for v only. The correction of m belongs to it too: divide by 1 - β1ᵗ.",
    pair_with(lr_t=lambda lr, a, b: lr * np.sqrt(b)),
)
without_hats.mistake(
    "the correction is 1 - β to the power t, beta**t. You used beta times t.",
    pair_with(lambda t, beta: 1 - beta * t, lambda t, beta: np.abs(1 - beta * t)),
)
without_hats.mistake(
    "the power t is missing: this is the same number in every step.",
    pair_with(lambda t, beta: 1 - beta, lambda t, beta: 1 - beta),
)
without_hats.mistake(
    "this is (1 - beta)**t. The correction is 1 - beta**t.",
    pair_with(lambda t, beta: (1 - beta) ** t, lambda t, beta: (1 - beta) ** t),
)
without_hats.mistake(
    "t counts from 1 here. Leave it as it is: no t + 1.",
    pair_with(lambda t, beta: 1 - beta ** (t + 1), lambda t, beta: 1 - beta ** (t + 1)),
)
without_hats.mistake(
    "the order of the returned values is lr_t, eps_t.",
    lambda *arguments: without_hats.reference(*arguments)[::-1],
)


@without_hats.mistake("β1 and β2 are exchanged: β1 belongs to m, β2 to v.")
def exchanged(t, lr, beta1, beta2, eps):
    return without_hats.reference(t, lr, beta2, beta1, eps)


without_hats.mistake(
    "lr_t is right. eps got the correction of m; it stands beside √v, so it needs √(1 - β2ᵗ).",
    pair_with(eps_t=lambda eps, a, b: eps * a),
)
without_hats.mistake(
    "the root over 1 - β2ᵗ is missing, and eps is left as it was. Both need √(1 - β2ᵗ).",
    pair_with(lr_t=lambda lr, a, b: lr * b / a, eps_t=lambda eps, a, b: eps),
)
without_hats.mistake(
    "lr_t divides by √(1 - β2ᵗ), and eps too. √v̂ stands in the denominator: both are multiplied by it.",
    pair_with(lr_t=lambda lr, a, b: lr / a / np.sqrt(b), eps_t=lambda eps, a, b: eps / np.sqrt(b)),
)
without_hats.mistake(
    "the power is taken of the root of 1 - beta2. It is the root of 1 - beta2**t.",
    pair_with(second=lambda t, beta: (1 - beta) ** t),
)
without_hats.mistake(
    "lr is corrected for m, and eps for v. Multiply the whole fraction by √(1 - β2ᵗ), above and below.",
    pair_with(lr_t=lambda lr, a, b: lr / a, eps_t=lambda eps, a, b: eps / b),
)
