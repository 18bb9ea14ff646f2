"""judge: how an answer does on the inputs of an exercise, found once and kept as data."""

import inspect
import time
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from course_lib.checks.calling import Raised, call
from course_lib.checks.causes import general_cause
from course_lib.checks.equality import ATOL, RTOL, form_of, same
from course_lib.checks.plain import is_a, parts, plain

SECONDS = 10  # a call may take this long, or ten times as long as the reference if that is more


@dataclass(frozen=True)
class Judgement:
    """How an answer did.

    status     "passed", "wrong", "not attempted" or "not a function"
    outcomes   what the answer did on each input: Returned or Raised
    right      what the reference did on each input
    names      what the parts of the returned value are called
    rtol atol  how far a number may be from the reference's
    failed     the index of the first input that fails, or None; the fields below belong to it
    arguments  {name: value}
    got        what the answer returned, as plain data; or the thing given instead of a function
    expected   what the reference returned
    raised     the exception, a Raised, or None
    changed    the names of the arguments that the answer changed in place
    misfit     why the answer cannot be called with these arguments, or ""
    cause      the likely cause, or ""
    """

    status: str
    outcomes: tuple = ()
    right: tuple = ()
    names: tuple = ("value",)
    rtol: float = RTOL
    atol: float = ATOL
    failed: int | None = None
    arguments: dict = field(default_factory=dict)
    got: object = None
    expected: object = None
    raised: Raised | None = None
    changed: tuple = ()
    misfit: str = ""
    cause: str = ""


def judge(exercise, answer):
    """The Judgement on an answer. No exception leaves here but an interrupt."""
    if not callable(answer):
        return Judgement("not a function", got=plain(answer))
    right, seconds = _right(exercise)
    outcomes = outcomes_of(exercise, answer, seconds)
    if outcomes[-1].blank:
        return Judgement("not attempted", outcomes)
    if exercise.is_prediction:
        return _of_form(exercise, answer, outcomes, right)
    pairs = zip(exercise.inputs, outcomes, strict=True)
    judgement = compare(
        outcomes,
        right,
        exercise.returns,
        changed=[_changed(exercise, *pair) for pair in pairs],
        rtol=exercise.rtol,
        atol=exercise.atol,
    )
    return judgement if judgement.failed is None else _explained(exercise, answer, judgement)


def _explained(exercise, answer, judgement):
    """The Judgement with the arguments of the input that fails, and the likely cause."""
    arguments = exercise.inputs[judgement.failed]
    judgement = replace(
        judgement,
        arguments=_by_name(exercise, arguments),
        misfit=_misfit(exercise, answer, arguments),
    )
    cause = (
        _catalogued(exercise, judgement.outcomes)
        or general_cause(judgement)
        or _of_first_wrong_part(exercise, judgement)
    )
    return replace(judgement, cause=cause)


def _right(exercise):
    """What the reference does on each input, and how many seconds an answer may take for one."""
    start = time.perf_counter()
    outcomes = outcomes_of(exercise, exercise.reference)
    return outcomes, max(SECONDS, 10 * (time.perf_counter() - start))


def _of_form(exercise, answer, outcomes, right):
    """The Judgement on the form of a prediction: its kind and its parts, whatever the numbers are."""
    kinds = [tuple(map(_without_content, column)) for column in (outcomes, right)]
    judgement = compare(*kinds, exercise.returns)
    judgement = replace(judgement, misfit=_misfit(exercise, answer, exercise.inputs[0]))
    got = None if isinstance(outcomes[0], Raised) else outcomes[0].value
    return replace(judgement, got=got, cause=general_cause(judgement))


def _without_content(outcome):
    """The outcome with 0 in place of every number, and dots in place of every letter."""
    if isinstance(outcome, Raised):
        return outcome
    return replace(outcome, value=form_of(outcome.value))


def outcomes_of(exercise, function, seconds=None):
    """What a function does on each input of an exercise, each call limited to so many seconds.

    After a blank no further input is tried. A call that is stopped stands for those after it too.
    """
    used, outcomes = _used(exercise, function), []
    for left, arguments in zip(range(len(exercise.inputs), 0, -1), exercise.inputs, strict=True):
        outcome = call(used, arguments, seconds)
        outcomes += [outcome] * (left if outcome.timed_out else 1)
        if outcome.blank or outcome.timed_out:
            break
    return tuple(outcomes)


def compare(outcomes, right, names, *, changed=None, rtol=RTOL, atol=ATOL):
    """The Judgement on outcomes beside the right ones, still without arguments and cause.

    changed holds the names of the arguments changed in place, a tuple for each input; default: none.
    """
    passed = Judgement("passed", tuple(outcomes), tuple(right), tuple(names), rtol, atol)
    rows = zip(outcomes, right, changed or [()] * len(outcomes), strict=True)
    for index, (outcome, right_outcome, changed_names) in enumerate(rows):
        if changed_names or not agree(outcome, right_outcome, rtol, atol):
            raised = outcome if isinstance(outcome, Raised) else None
            return replace(
                passed,
                status="wrong",
                failed=index,
                got=None if raised else outcome.value,
                expected=right_outcome.value,
                raised=raised,
                changed=changed_names,
            )
    return passed


def agree(outcome, other, rtol=RTOL, atol=ATOL):
    """True when both calls raised the same type of exception, or returned the same."""
    if type(outcome) is not type(other):
        return False
    if isinstance(outcome, Raised):
        return outcome.kind == other.kind
    return same(outcome.value, other.value, rtol, atol)


def _used(exercise, function):
    """What is called with the inputs: the function, or `through` with the function in it."""
    return partial(exercise.through, function) if exercise.through else function


def _by_name(exercise, arguments):
    """The arguments of a case by the names the right version gives them."""
    signature = inspect.signature(_used(exercise, exercise.reference))
    return signature.bind(*arguments.args, **arguments.kwargs).arguments


def _changed(exercise, arguments, outcome):
    """The names of the arguments that the call changed in place."""
    if isinstance(outcome, Raised):
        return ()
    before, after = _by_name(exercise, arguments), _by_name(exercise, outcome.arguments)
    return tuple(name for name in before if plain(before[name]) != plain(after[name]))


def _misfit(exercise, answer, arguments):
    """What is wrong with the function's own arguments, "" when it can be called."""
    try:
        signature = inspect.signature(_used(exercise, answer))
        first_line = str(signature)
    except Exception:  # a built-in function has none, a student's object may be anything
        return ""
    try:
        signature.bind(*arguments.args, **arguments.kwargs)
    except TypeError:
        names = ", ".join(_by_name(exercise, arguments))
        return f"the function is called with ({names}), and its first line says {first_line}."
    return ""


def _catalogued(exercise, outcomes):
    """The cause of the catalogued mistake that does the same on every input, or ""."""
    with np.errstate(all="ignore"):
        for cause, wrong in exercise.mistakes.items():
            pairs = zip(outcomes, outcomes_of(exercise, wrong), strict=True)
            if all(agree(*pair, exercise.rtol, exercise.atol) for pair in pairs):
                return cause
    return ""


def _of_first_wrong_part(exercise, judgement):
    """The cause of the only catalogued mistake whose same part is as wrong on every input, or ""."""
    got, right = _columns(judgement.outcomes), _columns(judgement.right)

    def alike(column, other):
        return same(list(column), list(other), exercise.rtol, exercise.atol)

    wrong = [k for k, pair in enumerate(zip(got, right, strict=False)) if not alike(*pair)]
    if len(got) != len(right) or not wrong:
        return ""
    part, causes = wrong[0], []
    with np.errstate(all="ignore"):
        for cause, mistake in exercise.mistakes.items():
            columns = _columns(outcomes_of(exercise, mistake))
            if len(columns) == len(got) and alike(columns[part], got[part]):
                causes.append(f"in {judgement.names[part]}, {cause}")
    return causes[0] if len(causes) == 1 else ""


def _columns(outcomes):
    """For each part of a returned tuple its value on every input; () for all that is no such tuple."""
    if any(isinstance(o, Raised) or not is_a(o.value, "tuple") for o in outcomes):
        return ()
    values = [parts(outcome.value) for outcome in outcomes]
    return tuple(zip(*values, strict=True)) if len(set(map(len, values))) == 1 else ()
