"""What the answers of lesson 4 do, as pictures: for each exercise a figure and its alt text."""

import numpy as np

from course_lib import plots, theory


def best_beta(answer):
    """The convergence factor against β at one learning rate, with your β."""
    lr, curvatures, betas = 0.01, np.array([1.0, 9.0, 100.0]), np.linspace(0, 0.999, 500)
    beta, factor = answer(lr, curvatures)
    fig, ax = plots.figure(size=(6.2, 4))
    for curvature, style in zip(curvatures, ("-", "--", ":"), strict=True):
        ax.plot(
            betas, theory.spectral_radius(lr * curvature, betas), style, label=f"λ = {curvature:g}"
        )
    ax.plot(beta, factor, "o", color=plots.COLOURS["red"], ms=9, label="your β")
    ax.set(xlabel="momentum β", ylabel="convergence factor", ylim=(0, 1.02))
    ax.legend()
    return fig, (
        "The convergence factors of three curvatures against β, at η = 0.01. Your point lies at "
        f"β = {beta:.2f}, where the largest of the three is smallest, {factor:.2f}."
    )
