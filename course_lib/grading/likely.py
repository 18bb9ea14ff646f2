"""Why an answer may be wrong, by its values alone: a catalogued mistake, or a general cause.

The practice cells say the same to a student who tries an answer, but they run it. Here it has been run,
and what is left of it is a bundle of values beside the right one.
"""

from course_lib.checks.calling import Raised, Returned, case
from course_lib.checks.causes import general_cause
from course_lib.checks.judging import compare
from course_lib.grading.bundles import ATOL, RTOL
from course_lib.grading.facts import causes


def likely(got, fact):
    """The likely causes of a wrong bundle of an exercise; [] when none is known."""
    known = causes({got["id"]: got}, fact["mistakes"])
    if known:
        return known
    try:
        right = fact["bundles"][got["id"]]
        outcomes, expected = (list(map(_outcome, part["values"])) for part in (got, right))
        general = general_cause(compare(outcomes, expected, fact["returns"], rtol=RTOL, atol=ATOL))
    except Exception:  # a student can display anything in place of a bundle
        return []
    return [general[:300]] if general else []


def _outcome(value):
    if isinstance(value, dict) and "error" in value:
        return Raised(str(value["error"])[:60])
    return Returned(value, case())
