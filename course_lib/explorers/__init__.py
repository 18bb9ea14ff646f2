"""Pictures under sliders, one file for each lesson; here is what several of them say."""


def number(value):
    """A number in few characters: 1.31, −0.16, 1.7e+12, nan."""
    short = f"{value:z.2f}" if abs(value) < 1000 else f"{value:.1e}"
    return short.replace("-", "−")
