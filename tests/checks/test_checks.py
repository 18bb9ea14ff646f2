"""Every exercise of every lesson is proved like code."""

import importlib
import pkgutil

import numpy as np
import pytest

from course_lib import checks
from course_lib.checks import Exercise
from course_lib.checks.calling import Returned, call

EXERCISES = {
    f"{module.name}.{name}": thing
    for module in pkgutil.iter_modules(checks.__path__)
    if module.name.startswith("lesson_")
    for name, thing in vars(importlib.import_module(f"{checks.__name__}.{module.name}")).items()
    if isinstance(thing, Exercise)
}
MISTAKES = [
    pytest.param(tried, cause, wrong, id=f"{name}-{cause[:40]}")
    for name, tried in EXERCISES.items()
    for cause, wrong in tried.mistakes.items()
]
every_exercise = pytest.mark.parametrize("tried", EXERCISES.values(), ids=EXERCISES.keys())


@every_exercise
def test_the_reference_returns_on_every_input_and_passes(tried):
    assert all(isinstance(outcome, Returned) for outcome in tried.expected)
    assert tried.verdict(tried.reference).passed


@every_exercise
def test_alternatives_pass(tried):
    for right in tried.alternatives:
        assert tried.verdict(right).passed, tried.verdict(right)


@every_exercise
def test_the_blank_is_not_attempted(tried):
    def blank(*args, **kwargs):
        raise NotImplementedError()

    assert "not attempted" in repr(tried.verdict(blank))


@pytest.mark.parametrize(("key", "tried"), EXERCISES.items(), ids=EXERCISES.keys())
def test_it_has_a_name_a_number_mistakes_and_hints(key, tried):
    lesson, name = key.split(".")
    assert name == tried.name
    assert tried.number.startswith(f"{int(lesson.removeprefix('lesson_'))}.")
    assert tried.mistakes
    assert tried.hints


@every_exercise
def test_the_names_of_the_parts_fit_what_is_returned(tried):
    for outcome in tried.expected:
        value = outcome.value
        is_tuple = isinstance(value, dict) and "tuple" in value
        assert len(tried.returns) == (len(value["tuple"]) if is_tuple else 1)


@pytest.mark.parametrize(("tried", "cause", "wrong"), MISTAKES)
def test_every_mistake_is_rejected_with_its_own_cause(tried, cause, wrong):
    with np.errstate(all="ignore"):
        verdict = tried.verdict(wrong)
    assert not verdict.passed
    assert f"Likely cause: {cause}" in repr(verdict)


@pytest.mark.parametrize(("tried", "cause", "wrong"), MISTAKES)
def test_every_mistake_returns_a_wrong_value_somewhere(tried, cause, wrong):
    """Exceptions are compared by type alone, so an exception alone must not be a fingerprint."""
    with np.errstate(all="ignore"):
        outcomes = [call(tried.using(wrong), given) for given in tried.inputs]
    assert any(
        isinstance(outcome, Returned) and not tried.agree(outcome, right)
        for outcome, right in zip(outcomes, tried.expected, strict=True)
    )


@every_exercise
def test_no_two_mistakes_agree(tried):
    with np.errstate(all="ignore"):
        outcomes = {
            cause: [call(tried.using(wrong), given) for given in tried.inputs]
            for cause, wrong in tried.mistakes.items()
        }
    causes = list(outcomes)
    for place, one in enumerate(causes):
        for other in causes[place + 1 :]:
            assert not all(map(tried.agree, outcomes[one], outcomes[other])), (one, other)


@every_exercise
def test_the_picture_has_alt_text_and_can_be_drawn(tried, capsys):
    if tried.picture is None:
        pytest.skip("no picture")
    fig, alt = tried.picture(tried.reference)
    assert len(alt) > 40
    fig.canvas.draw()
    tried.verdict(tried.reference)
    tried.plot()
    assert "HTML object" in capsys.readouterr().out


@every_exercise
def test_hints_unfold_one_by_one_and_end(tried, capsys):
    tried._hints_given = 0
    for number, hint in enumerate(tried.hints, 1):
        tried.hint()
        shown = capsys.readouterr().out
        assert hint in shown
        assert f"hint {number} of {len(tried.hints)}" in shown
    for odd in (None, 0, 99, "two"):
        tried.hint(odd)
        assert "no more hints" in capsys.readouterr().out or not tried.hints
