"""What the answers of lesson 5 do, as pictures: for each exercise a figure and its alt text."""

import numpy as np

from course_lib import plots


def without_hats(answer):
    """The factor by which the bias correction changes each step, for three values of β2."""
    steps = np.unique(np.geomspace(1, 10_000, 200).astype(int))
    fig, ax = plots.figure(size=(6.2, 4))
    lowest = {}
    for beta2, style in ((0.9, ":"), (0.99, "--"), (0.999, "-")):
        factors = np.array([answer(int(t), 1.0, 0.9, beta2, 0.0)[0] for t in steps])
        ax.semilogx(steps, factors, style, label=f"β2 = {beta2:g}")
        lowest[beta2] = factors.min()
    ax.axhline(1, color="0.7", lw=1)
    ax.set(xlabel="step t", ylabel="ηₜ / η", ylim=(0, None))
    ax.legend()
    return fig, (
        "The factor of the bias correction against the step, for β1 = 0.9 and three values of β2. All "
        f"end at 1. With β2 = 0.999 the factor falls to {lowest[0.999]:.2f} before it rises; with "
        f"β2 = 0.9 it begins at {answer(1, 1.0, 0.9, 0.9, 0.0)[0]:.1f} and falls."
    )
