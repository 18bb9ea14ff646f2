"""What the answers of lesson 3 do, as pictures: for each exercise a figure and its alt text."""

import numpy as np

from course_lib import plots


def critical_batch(answer):
    """Your law through measured steps."""
    sizes = np.array([1.0, 2, 4, 8, 16, 32, 64, 128])
    steps = np.array([410.0, 215, 118, 62, 36, 24, 17.5, 14])
    fewest, critical = answer(sizes, steps)
    many = np.geomspace(1, 1000, 100)
    fig, ax = plots.figure(size=(6.2, 4))
    ax.plot(sizes, steps, "o", color=plots.COLOURS["blue"], label="measured")
    ax.plot(
        many, fewest * (1 + critical / many), "--", color=plots.COLOURS["red"], label="your law"
    )
    ax.axvline(critical, color="0.4", linewidth=1, label=f"critical: {critical:.0f}")
    ax.set(xscale="log", yscale="log", xlabel="batch size B", ylabel="steps to the target")
    ax.legend()
    return fig, (
        f"Steps to a target against the batch size, with your law: it falls as 1/B, bends near the "
        f"critical batch size {critical:.0f} and approaches {fewest:.0f} steps."
    )
