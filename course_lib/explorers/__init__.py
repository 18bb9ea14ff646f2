"""Pictures under sliders, one file for each lesson; here is what several of them say."""


def number(value):
    """A number in few characters: 1.31, −0.16, 3,890, 1.7e+12, nan."""
    size = abs(value)
    short = f"{value:z.2f}" if size < 1000 else f"{value:,.0f}" if size < 1e5 else f"{value:.1e}"
    return short.replace("-", "−")
