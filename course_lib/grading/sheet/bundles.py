"""Bundles of values, plain data that a graded cell displays, and when two of them say the same."""

from course_lib.checks.equality import ATOL, RTOL, same
from course_lib.sheet_format import VALUES


def shown(outputs, mime=VALUES):
    """The data of this kind among a cell's outputs, in order."""
    return [out["data"][mime] for out in outputs if mime in (out.get("data") or {})]


def agree(got, expected):
    """True when one bundle says what the other says, numbers within the tolerance."""
    return same(got, expected, RTOL, ATOL)
