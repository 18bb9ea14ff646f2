"""Exercise 2.2: how high the noise floor is."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "2.2",
    inputs=[(0.1, 2.0, 3.0), (0.5, 1.0, 0.5), (0.02, 10.0, 1.0)],
    returns="v",
    hints=[
        "The mean of θ² no longer changes. What is it after a step? Set that equal to v.",
        "v = (1 - η λ)² v + η² s². Bring both terms with v to one side.",
        "v (1 - (1 - η λ)²) = η² s², and 1 - (1 - η λ)² = η λ (2 - η λ).",
    ],
)
def stationary_variance(lr, curvature, s):
    return lr * s**2 / (curvature * (2 - lr * curvature))


@stationary_variance.also_right
def before_it_is_simplified(eta, lam, noise):
    return (eta * noise) ** 2 / (1 - (1 - eta * lam) ** 2)


@stationary_variance.also_right
def by_many_steps(lr, curvature, s):
    v = 0.0
    for _ in range(2000):
        v = (1 - lr * curvature) ** 2 * v + lr**2 * s**2
    return v


stationary_variance.mistake(
    "this is what one step adds, η² s². The variance from before shrinks, but does not vanish.",
    lambda lr, curvature, s: lr**2 * s**2,
)
stationary_variance.mistake(
    "this is the approximation for a small η λ. The denominator is λ (2 - η λ), not 2 λ.",
    lambda lr, curvature, s: lr * s**2 / (2 * curvature),
)
stationary_variance.mistake(
    "s lacks its square: the variance of the noise is s².",
    lambda lr, curvature, s: lr * s / (curvature * (2 - lr * curvature)),
)
stationary_variance.mistake(
    "this is the standard deviation, the root of the mean of θ².",
    lambda lr, curvature, s: np.sqrt(lr * s**2 / (curvature * (2 - lr * curvature))),
)
stationary_variance.mistake(
    "the learning rate is squared once too often: one of the two in η² s² is cancelled by the η "
    "in 1 - (1 - η λ)².",
    lambda lr, curvature, s: lr**2 * s**2 / (curvature * (2 - lr * curvature)),
)
stationary_variance.mistake(
    "the factor of a step is not squared: θ shrinks by 1 - η λ, so θ² by its square.",
    lambda lr, curvature, s: lr**2 * s**2 / (lr * curvature),
)
stationary_variance.mistake(
    "this is the mean height ½ λ v of the loss. The exercise asks for the mean of θ².",
    lambda lr, curvature, s: lr * s**2 / (2 * (2 - lr * curvature)),
)
stationary_variance.mistake(
    "λ is missing before the bracket: 1 - (1 - η λ)² = η λ (2 - η λ).",
    lambda lr, curvature, s: lr * s**2 / (2 - lr * curvature),
)
