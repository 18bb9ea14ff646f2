"""The comparison that points hang on: what a graded cell displayed, with what it should display.

It happens in the process of pytest, where nothing that a student wrote runs, on plain data.
"""

from course_lib.grading.results import Status
from course_lib.grading.sheet.bundles import agree


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
