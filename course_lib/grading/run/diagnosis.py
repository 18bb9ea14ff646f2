"""Why an answer may be wrong, by its values alone: a catalogued mistake, or a general cause.

The practice cells say the same to a student who tries an answer, but they run it. Here it has been run,
and what is left of it is a bundle of values beside the right one.
"""

from course_lib.checks.calling import Raised, Returned, case
from course_lib.checks.causes import general_cause
from course_lib.checks.judging import compare
from course_lib.grading.sheet.bundles import agree


def causes(got, mistakes):
    """The causes of the catalogued mistakes that show the same as `got`, bundles by their ids.

    A mistake counts when all bundles in `got` are its own, and at least one of them is not that of
    the right answer.
    """
    return [
        mistake["cause"]
        for mistake in mistakes
        if not got.keys().isdisjoint(mistake["tells"])
        and got.keys() <= mistake["bundles"].keys()
        and all(agree(shown, mistake["bundles"][name]) for name, shown in got.items())
    ]


def likely(got, entry):
    """The likely causes of a wrong bundle of an exercise in the catalogue; [] when none is known."""
    known = causes({got["id"]: got}, entry["mistakes"])
    if known:
        return known
    try:
        right = entry["bundles"][got["id"]]
        outcomes, expected = (list(map(_outcome, part["values"])) for part in (got, right))
        changed = list(map(_changed, got["values"]))
        general = general_cause(compare(outcomes, expected, entry["returns"], changed=changed))
    except Exception:  # a student can display anything in place of a bundle
        return []
    return [general[:300]] if general else []


def _outcome(value):
    if isinstance(value, dict) and "error" in value:
        return Raised(str(value["error"])[:60])
    return Returned(value["value"] if _changed(value) else value, case())


def _changed(value):
    """Which arguments the call changed in place, as `values` wrote them down."""
    is_changed = isinstance(value, dict) and value.keys() == {"changed", "value"}
    return tuple(str(which)[:20] for which in value["changed"]) if is_changed else ()
