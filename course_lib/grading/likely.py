"""Why an answer may be wrong, by its values alone: a catalogued mistake, or a general cause.

The practice cells say the same to a student who tries an answer, but they run it. Here it has been run,
and what is left of it is a bundle of values beside the right one.
"""

from types import SimpleNamespace

from course_lib.checks.attempt import Attempt
from course_lib.checks.calling import Raised, Returned, case
from course_lib.checks.causes import general_cause
from course_lib.grading.bundles import RTOL, agree
from course_lib.grading.facts import causes


def likely(got, fact):
    """The likely causes of a wrong bundle of an exercise; [] when none is known."""
    known = causes({got["id"]: got}, fact["mistakes"])
    if known:
        return known
    try:
        general = general_cause(Seen(got, fact["bundles"][got["id"]], fact["returns"]))
    except Exception:  # a student can display anything in place of a bundle
        return []
    return [general[:300]] if general else []


class Seen(Attempt):
    """An Attempt of which only the returned values are known."""

    def __init__(self, got, right, returns):
        def same(outcome, other):
            return agree(getattr(outcome, "value", None), getattr(other, "value", None))

        expected = [_outcome(value) for value in right["values"]]
        self.exercise = SimpleNamespace(expected=expected, returns=returns, agree=same)
        self.outcomes = [_outcome(value) for value in got["values"]]

    rtol, misfit = RTOL, ""

    def _changed(self, place):
        return ()


def _outcome(value):
    if isinstance(value, dict) and "error" in value:
        return Raised(str(value["error"])[:60])
    return Returned(value, case())
