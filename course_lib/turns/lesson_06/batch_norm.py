"""Part 4 of lesson 6: the backward pass of batch normalisation."""

import numpy as np

from course_lib.turns import turn

DC = np.array([1.0, -2.0, 4.0, 0.5])


@turn(
    "4.a",
    inputs=[(DC,), (np.array([3.0, 1.0]),)],
    hints=[
        "∂L/∂xⱼ = Σᵢ dcᵢ ∂cᵢ/∂xⱼ, where ∂cᵢ/∂xⱼ is 1 - 1/N for i = j, and -1/N otherwise.",
        "So ∂L/∂xⱼ = dcⱼ - (1/N) Σᵢ dcᵢ.",
    ],
)
def pull_centre(dc):
    return dc - dc.mean()


@pull_centre.also_right
def _with_matrix(dc):
    N = len(dc)
    return (np.eye(N) - 1 / N) @ dc


@pull_centre.mistake("the mean depends on x too: subtract the mean of dc.")
def _unchanged(dc):
    return dc


@pull_centre.mistake("you subtract the sum. The mean of x has the factor 1/N.")
def _minus_sum(dc):
    return dc - dc.sum()


@pull_centre.mistake("x_j occurs in the c of the other examples too, not in its own only.")
def _own_only(dc):
    return dc * (1 - 1 / len(dc))


@pull_centre.mistake("the sign of the mean: c = x - mean(x) has a minus.")
def _plus_mean(dc):
    return dc + dc.mean()


@turn(
    "4.b",
    inputs=[
        (np.array([1.0, -2.0, 1.0]), np.array([0.5, 1.0, -1.0]), 1.0),
        (np.array([3.0, -3.0]), np.array([1.0, 2.0]), 0.5),
    ],
    hints=[
        "Directly: d_hat / s. Through s: ∂x̂ᵢ/∂s = -cᵢ / s², and ∂s/∂cⱼ = cⱼ / (N s).",
        "Together: d_hat / s - c * np.mean(d_hat * c) / s**3.",
    ],
)
def pull_scale(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * np.mean(d_hat * c) / s**3


@pull_scale.also_right
def _with_x_hat(c, d_hat, eps):
    s = np.sqrt((c * c).sum() / len(c) + eps)
    x_hat = c / s
    return (d_hat - x_hat * (d_hat @ x_hat) / len(c)) / s


@pull_scale.mistake("s depends on c too: the way through s is missing.")
def _direct_only(c, d_hat, eps):
    return d_hat / np.sqrt(np.mean(c**2) + eps)


@pull_scale.mistake("through s there is a sum over the batch: np.mean(d_hat * c), one number.")
def _not_summed(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * (d_hat * c) / s**3


@pull_scale.mistake(
    "c_j acts through s on every x̂: sum d_hat * c over the batch before you divide."
)
def _own_output_only(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * (d_hat * c) / (len(c) * s**3)


@pull_scale.mistake("the factor 1/N of the mean is missing: np.mean(d_hat * c), not the sum.")
def _sum(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * np.sum(d_hat * c) / s**3


@pull_scale.mistake("the way through s has a minus: x̂ shrinks when s grows.")
def _plus(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s + c * np.mean(d_hat * c) / s**3


@pull_scale.mistake("count the powers of s: 1 / s² from x̂ = c / s, and 1 / s from ∂s/∂c.")
def _wrong_power(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * np.mean(d_hat * c) / s


@pull_scale.mistake("eps is missing in s = √(mean(c²) + eps).")
def _without_eps(c, d_hat, eps):
    s = np.sqrt(np.mean(c**2))
    return d_hat / s - c * np.mean(d_hat * c) / s**3
