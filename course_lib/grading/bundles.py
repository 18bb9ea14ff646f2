"""Bundles of values: what a graded cell displayed, and whether it is what it should be.

This is the comparison that points hang on. It happens in the process of pytest, where nothing that
a student wrote runs, on plain data.
"""

from course_lib.checks.equality import same
from course_lib.grading.results import Status
from course_lib.sheet_format import VALUES

# Values are displayed with 6 significant digits, and as 0 below 1e-9: two right answers can differ
# by one unit in the last digit.
RTOL, ATOL = 2e-5, 2e-9


def shown(outputs, mime=VALUES):
    """The data of this kind among a cell's outputs, in order."""
    return [out["data"][mime] for out in outputs if mime in (out.get("data") or {})]


def agree(got, expected):
    """True when one bundle says what the other says, numbers within the tolerance."""
    return same(got, expected, RTOL, ATOL)


def verdicts(got, expected):
    """By each expected bundle's id: passed, wrong, error, not attempted, or None: nothing came.

    More bundles than expected, or two of one id, can only come from tampering: then none counts.
    """
    ids = [bundle.get("id") if isinstance(bundle, dict) else None for bundle in got]
    wanted = [bundle["id"] for bundle in expected]
    if ids != wanted[: len(ids)]:
        return dict.fromkeys(wanted, Status.WRONG)
    found = dict(zip(ids, got, strict=True))
    return {bundle["id"]: _verdict(found.get(bundle["id"]), bundle) for bundle in expected}


def _verdict(got, expected):
    if got is None:
        return None
    if agree(got, expected):
        return Status.PASSED
    status = got.get("status")
    if status == Status.NOT_ATTEMPTED:
        return Status.NOT_ATTEMPTED
    is_error = isinstance(status, str) and status.startswith(Status.ERROR)
    return Status.ERROR if is_error else Status.WRONG
