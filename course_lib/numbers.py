"""Numbers as a picture says them: three significant digits, a real minus, and powers of ten."""

import math

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
ALIKE = (
    12  # significant digits to which numbers are rounded first, so that equal ones print equally
)


def number(value, digits=3):
    """A float in few characters: 1.31, −0.160, 3,890, 1.70 × 10¹², 0, nan; an int with all digits.

    Powers of ten begin at 100,000 and end at 0.001. Only 0 is "0".
    """
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    if value == 0 or not math.isfinite(value):
        return f"{value:z.0f}".replace("-", "−").replace("inf", "∞")
    value = float(f"{value:.{ALIKE}g}")
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    if -3 <= int(power) < 5:
        places = max(digits - 1 - int(power), 0)
        return f"{float(f'{mantissa}e{power}'):,.{places}f}".replace("-", "−")
    return f"{mantissa} × 10{str(int(power)).translate(SUPERSCRIPT)}".replace("-", "−")


def apart(value, limit):
    """The words of two numbers, the first with as many digits as tell it from the second."""
    limit_words = number(limit)
    for digits in range(3, ALIKE):
        words = number(float(value), digits)
        if float(f"{value:.{digits}g}") != float(f"{limit:.{digits}g}"):
            return words, limit_words
    return limit_words, limit_words
