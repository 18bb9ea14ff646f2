"""judge: how an answer does on the inputs of an exercise, found once and kept as data."""

import inspect
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from course_lib.checks.calling import Raised, call
from course_lib.checks.causes import general_cause
from course_lib.checks.equality import same
from course_lib.checks.plain import plain


@dataclass(frozen=True)
class Judgement:
    """How an answer did.

    status     "passed", "wrong", "not attempted" or "not a function"
    outcomes   what the answer did on each input: Returned or Raised
    reference  what the right version did
    names      what the parts of the returned value are called
    rtol atol  how far a number may be from the reference's
    failed     the index of the first input that fails, or None; the fields below belong to it
    arguments  {name: value}
    got        what was returned, as plain data (or given instead of a function)
    expected   what the right version returned
    raised     the exception, a Raised, or None
    changed    the names of the arguments that the answer changed in place
    misfit     why the answer cannot be called with these arguments, or ""
    cause      the likely cause, or ""
    """

    status: str
    outcomes: tuple = ()
    reference: tuple = ()
    names: tuple = ("value",)
    rtol: float = 1e-7
    atol: float = 1e-9
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
    tried = outcomes(exercise, answer)
    if tried[-1].blank:
        return Judgement("not attempted", tried)
    judgement = compare(
        tried,
        outcomes(exercise, exercise.reference),
        exercise.returns,
        changed=[_changed(exercise, *pair) for pair in zip(exercise.inputs, tried, strict=True)],
        rtol=exercise.rtol,
        atol=exercise.atol,
    )
    if judgement.failed is None:
        return judgement
    given = exercise.inputs[judgement.failed]
    judgement = replace(
        judgement,
        arguments=_by_name(exercise, given),
        misfit=_misfit(exercise, answer, given),
    )
    return replace(judgement, cause=_catalogued(exercise, tried) or general_cause(judgement))


def outcomes(exercise, function):
    """What a function does on each input of an exercise; nothing is tried after a blank."""
    tried = []
    for given in exercise.inputs:
        tried.append(call(_used(exercise, function), given))
        if tried[-1].blank:
            break
    return tuple(tried)


def compare(outcomes, reference, names, *, changed=None, rtol=1e-7, atol=1e-9):
    """The Judgement on outcomes beside the reference's, still without arguments and cause.

    changed are the names of the arguments changed in place, a tuple for each input; default: none.
    """
    changed = changed or [()] * len(outcomes)
    passed = Judgement("passed", tuple(outcomes), tuple(reference), tuple(names), rtol, atol)
    for index, (outcome, right, spoiled) in enumerate(
        zip(outcomes, reference, changed, strict=True)
    ):
        if spoiled or not agree(outcome, right, rtol, atol):
            raised = outcome if isinstance(outcome, Raised) else None
            return replace(
                passed,
                status="wrong",
                failed=index,
                got=None if raised else outcome.value,
                expected=right.value,
                raised=raised,
                changed=spoiled,
            )
    return passed


def agree(outcome, other, rtol=1e-7, atol=1e-9):
    """True when both calls raised the same type of exception, or returned the same."""
    if type(outcome) is not type(other):
        return False
    if isinstance(outcome, Raised):
        return outcome.kind == other.kind
    return same(outcome.value, other.value, rtol, atol)


def _used(exercise, function):
    """What is called with the inputs: the function, or `through` with the function in it."""
    return partial(exercise.through, function) if exercise.through else function


def _by_name(exercise, given):
    """The arguments of a case by the names the right version gives them."""
    signature = inspect.signature(_used(exercise, exercise.reference))
    return signature.bind(*given.args, **given.kwargs).arguments


def _changed(exercise, given, outcome):
    """The names of the arguments that the call changed in place."""
    if isinstance(outcome, Raised):
        return ()
    before, after = _by_name(exercise, given), _by_name(exercise, outcome.arguments)
    return tuple(name for name in before if plain(before[name]) != plain(after[name]))


def _misfit(exercise, answer, given):
    """What is wrong with the function's own arguments, "" when it can be called."""
    try:
        signature = inspect.signature(_used(exercise, answer))
    except Exception:  # a built-in function has none, a student's object may be anything
        return ""
    try:
        signature.bind(*given.args, **given.kwargs)
    except TypeError:
        names = ", ".join(_by_name(exercise, given))
        return f"the function is called with ({names}), and its first line says {signature}."
    return ""


def _catalogued(exercise, tried):
    """The cause of the catalogued mistake that does the same on every input, or ""."""
    with np.errstate(all="ignore"):
        for cause, wrong in exercise.mistakes.items():
            pairs = zip(tried, outcomes(exercise, wrong), strict=True)
            if all(agree(*pair, exercise.rtol, exercise.atol) for pair in pairs):
                return cause
    return ""
