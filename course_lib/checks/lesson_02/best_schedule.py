"""Exercise 2.14: the learning rate that is best for each single step."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "2.14",
    inputs=[
        (4.0, 1.0, 2.0, 4),
        (9.0, 2.0, 3.0, 3),
        (0.5, 0.5, 0.1, 6),
        (1.0, 4.0, 0.0, 1),
    ],
    returns="rates",
    hints=[
        "After a step with η the mean of θ² is (1 - ηλ)² v + η² s². For which η is this smallest? "
        "Differentiate with respect to η.",
        "The derivative is -2λ(1 - ηλ) v + 2η s². Set it to 0 and solve for η.",
        "η = λ v / (λ² v + s²). Then compute the new v with this η, and go on with it.",
    ],
)
def best_rates(v, curvature, s, steps):
    rates = []
    for _ in range(steps):
        rates.append(curvature * v / (curvature**2 * v + s**2))
        v = (1 - rates[-1] * curvature) ** 2 * v + rates[-1] ** 2 * s**2
    return np.array(rates)


@best_rates.also_right
def by_inverse_time(v, lam, noise, count):
    """1 / η grows by λ in every step: inverse time."""
    return 1 / (lam + noise**2 / (lam * v) + lam * np.arange(count))


def rates_with(
    best=lambda v, curvature, s: curvature * v / (curvature**2 * v + s**2),
    step=lambda v, eta, curvature, s: (1 - eta * curvature) ** 2 * v + eta**2 * s**2,
):
    """The right answer, or a wrong one where the rate or the step is replaced."""

    def wrong(v, curvature, s, steps):
        rates = []
        for _ in range(steps):
            rates.append(best(v, curvature, s))
            v = step(v, rates[-1], curvature, s)
        return np.array(rates)

    return wrong


best_rates.mistake(
    "the noise is missing: 1 / λ is best without noise only.",
    rates_with(best=lambda v, curvature, s: 1 / curvature),
)
best_rates.mistake(
    "λ lacks its square in the denominator: λ² v + s².",
    rates_with(best=lambda v, curvature, s: curvature * v / (curvature * v + s**2)),
)
best_rates.mistake(
    "λ is missing in the numerator: λ v / (λ² v + s²).",
    rates_with(best=lambda v, curvature, s: v / (curvature**2 * v + s**2)),
)
best_rates.mistake(
    "s lacks its square: λ² v + s².",
    rates_with(best=lambda v, curvature, s: curvature * v / (curvature**2 * v + s)),
)
best_rates.mistake(
    "v stays as it was, so all rates are the same. Compute the new v after each step.",
    rates_with(step=lambda v, eta, curvature, s: v),
)
best_rates.mistake(
    "the new v lacks the noise of the step, η² s².",
    rates_with(step=lambda v, eta, curvature, s: (1 - eta * curvature) ** 2 * v),
)
best_rates.mistake(
    "v is multiplied by 1 - ηλ and the noise is added: the factor of θ² is the square of 1 - ηλ.",
    rates_with(step=lambda v, eta, curvature, s: (1 - eta * curvature) * v + eta**2 * s**2),
)


@best_rates.mistake("these are the values of v. Return the learning rates.")
def variances(v, curvature, s, steps):
    values = []
    for _ in range(steps):
        values.append(v)
        eta = curvature * v / (curvature**2 * v + s**2)
        v = (1 - eta * curvature) ** 2 * v + eta**2 * s**2
    return np.array(values)


@best_rates.mistake("the first rate is missing: it belongs to the v that is given.")
def one_late(v, curvature, s, steps):
    return best_rates.reference(v, curvature, s, steps + 1)[1:]


@best_rates.mistake("this is only the last rate. Return all of them.")
def last(v, curvature, s, steps):
    return best_rates.reference(v, curvature, s, steps)[-1]


@best_rates.mistake("these are the values of v after each step. Return the learning rates.")
def variances_after(v, curvature, s, steps):
    return variances(v, curvature, s, steps + 1)[1:]


@best_rates.mistake(
    "the first rate is right, and the others are the first divided by t. Compute each from its "
    "own v."
)
def divided_by_t(v, curvature, s, steps):
    return best_rates.reference(v, curvature, s, 1) / np.arange(1, steps + 1)
