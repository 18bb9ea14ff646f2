"""Hidden inputs that nobody can look up: with a secret, graded cells use other numbers than usual.

The course is public, and so is what its graded cells hide. To grade with a secret, the grader sets
COURSE_SECRET in the kernel to `key(secret, sheet)`. Without it all numbers stay as they are written.
"""

import hashlib
import hmac
import os

import numpy as np

from course_lib.checks.calling import case

VARIABLE = "COURSE_SECRET"
HIDDEN = " hidden"  # the end of an id whose inputs move
SMALLEST = 0.9  # factor of a moved number, at most 1: what lies in [0, 1] stays there


def key(secret, sheet):
    """The key of one sheet, "01_linear_regression", as 64 hexadecimal digits; the secret stays out."""
    if not secret:
        raise ValueError('the secret is empty; type one, as in --secret "blue bicycle"')
    return hmac.new(secret.encode(), sheet.encode(), hashlib.sha256).hexdigest()


def fresh(number):
    """The whole number itself; with a secret another one, below 2³²: `default_rng(fresh(31))`."""
    return _seed(f"fresh {number}") if os.environ.get(VARIABLE) else number


def moved(name, cases):
    """The cases, each number in them moved when `name` is that of a hidden part and there is a secret.

    Floats and arrays of floats are multiplied by factors from U(0.9, 1), one for each number. Whole
    numbers, texts, functions and other objects stay. The cases themselves are not changed.
    """
    if not name.endswith(HIDDEN) or not os.environ.get(VARIABLE):
        return list(cases)
    return [
        _moved(given, np.random.default_rng(_seed(f"{name} {number}")))
        for number, given in enumerate(cases, 1)
    ]


def _seed(text):
    """A whole number below 2³² from the key and a text."""
    digest = hmac.new(os.environ[VARIABLE].encode(), text.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4], "big")


def _moved(given, rng):
    kind = type(given)
    if kind is case:
        return case(*_moved(given.args, rng), **_moved(given.kwargs, rng))
    if kind in (tuple, list):
        return kind(_moved(part, rng) for part in given)
    if kind is dict:
        return {name: _moved(part, rng) for name, part in given.items()}
    if isinstance(given, float | np.floating):
        return kind(given * kind(rng.uniform(SMALLEST, 1)))
    if kind is np.ndarray and given.dtype.kind == "f":
        return np.asarray(given * rng.uniform(SMALLEST, 1, given.shape), given.dtype)
    return given
