"""values: the graded cells. They display what an answer returns, and leave the verdict to others."""

import io
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
from IPython.display import display
from IPython.utils.capture import capture_output

from course_lib.checks.calling import Raised, call, case, changed
from course_lib.checks.equality import rounded
from course_lib.checks.printing import aligned, text
from course_lib.checks.secret import moved
from course_lib.sheet_format import VALUES


def values(exercise, function, *cases, atol=1e-9):
    """Display what function returns for each of `cases`, rounded to 6 significant digits.

        values("1.2", my_gradient, (theta0, X, y), (theta1, X, y))

    A case is a tuple of arguments, or `case(...)` with keywords; without any, the function is called
    once, without arguments. Numbers below atol become exactly 0. The function works on copies, what
    it prints is dropped, and no exception leaves here but an interrupt. When a sheet is
    graded with a secret, "1.2 hidden" has other inputs, see `course_lib.checks.secret`.
    """
    shown = bundle(exercise, function, *cases, atol=atol)
    display({VALUES: shown, "text/plain": as_text(shown)}, raw=True)


def bundle(exercise, function, *cases, atol=1e-9):
    """What `values` displays: {"id", "status", "values"}, all of it JSON.

    status is "ok", "not attempted" or "error: TypeError", the type of the first exception; in values,
    a call that raised is {"error": "TypeError"}, and one that changed its arguments in place is
    {"changed": [1], "value": ...}: the exercises ask for functions that leave them alone.
    """
    outcomes, shown = [], []
    for given in map(case.of, moved(exercise, cases or ((),))):
        outcomes.append(_quietly(function, given))
        if outcomes[-1].blank:
            return {"id": exercise, "status": "not attempted", "values": []}
        shown.append(_value(given, outcomes[-1], atol))
    errors = [outcome.kind for outcome in outcomes if isinstance(outcome, Raised)]
    status = f"error: {errors[0]}" if errors else "ok"
    return {"id": exercise, "status": status, "values": shown}


def as_text(bundle):
    """The bundle as lines to read, one value per case; "ok" would sound like a verdict."""
    status = " returned:" if bundle["status"] == "ok" else f": {bundle['status']}"
    lines = [f"Exercise {bundle['id']}{status}"]
    for number, value in enumerate(bundle["values"], 1):
        lines.append(aligned(f"{number}: ", text(value)))
    return "\n".join(lines)


class _Nowhere(io.TextIOBase):
    """A stream that keeps nothing, however much is printed."""

    def write(self, printed):
        return len(printed)


def _quietly(function, arguments):
    nowhere = _Nowhere()
    with (
        capture_output(stdout=False, stderr=False, display=True),
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        np.errstate(),
    ):
        return call(function, arguments)


def _value(given, outcome, atol):
    if isinstance(outcome, Raised):
        return {"error": outcome.kind}
    value, names = rounded(outcome.value, atol), changed(given, outcome)
    return {"changed": list(names), "value": value} if names else value
