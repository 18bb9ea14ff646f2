"""Every exercise of every lesson is proved like code."""

import importlib
import pkgutil
from itertools import combinations

import numpy as np
import pytest

from course_lib import checks
from course_lib.checks import Exercise
from course_lib.checks.calling import Returned
from course_lib.checks.equality import form_of
from course_lib.checks.judging import agree, judge, outcomes_of
from course_lib.checks.plain import plain
from course_lib.checks.printing import text

LESSONS = {
    module.name: importlib.import_module(f"{checks.__name__}.{module.name}")
    for module in pkgutil.iter_modules(checks.__path__)
    if module.name.startswith("lesson_")
}
EXERCISES = {
    f"{lesson}.{name}": thing
    for lesson, module in LESSONS.items()
    for name, thing in vars(module).items()
    if isinstance(thing, Exercise)
}
PREDICTIONS = {name: tried for name, tried in EXERCISES.items() if tried.is_prediction}
MISTAKES = [
    pytest.param(tried, cause, wrong, id=f"{name}-{cause[:40]}")
    for name, tried in EXERCISES.items()
    for cause, wrong in tried.mistakes.items()
    if name not in PREDICTIONS
]
every_exercise = pytest.mark.parametrize("tried", EXERCISES.values(), ids=EXERCISES.keys())
every_mistake = pytest.mark.parametrize(("tried", "cause", "wrong"), MISTAKES)


@every_exercise
def test_right_versions_return_on_every_input_and_pass(tried):
    assert all(isinstance(outcome, Returned) for outcome in outcomes_of(tried, tried.reference))
    for right in (tried.reference, *tried.alternatives):
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
    assert not tried.number.endswith("0"), "a spreadsheet reads 4.10 as 4.1"
    assert tried.mistakes
    assert tried.hints


def test_no_two_exercises_share_a_number():
    numbers = [tried.number for tried in EXERCISES.values()]
    assert len(set(numbers)) == len(numbers)


@every_exercise
def test_the_names_of_the_parts_fit_what_is_returned(tried):
    for outcome in outcomes_of(tried, tried.reference):
        value = outcome.value
        is_tuple = isinstance(value, dict) and "tuple" in value
        assert len(tried.returns) == (len(value["tuple"]) if is_tuple else 1)


@every_mistake
def test_every_mistake_is_rejected_with_its_own_cause(tried, cause, wrong):
    with np.errstate(all="ignore"):
        verdict = tried.verdict(wrong)
    assert not verdict.passed
    assert f"Likely cause: {cause}" in repr(verdict)


@pytest.mark.parametrize("tried", PREDICTIONS.values(), ids=PREDICTIONS.keys())
def test_a_prediction_cannot_be_tried_until_it_is_right(tried):
    right, shown = tried.reference(), set()
    for answer in (tried.reference, *tried.mistakes.values()):
        verdict = tried.verdict(answer)
        assert verdict.passed
        shown.add(repr(verdict).replace(text(plain(answer())), ""))
    assert len(shown) == 1  # the same words whatever the answer is
    for odd in (None, [0.25], "no letter", {}):
        if form_of(plain(odd)) != form_of(plain(right)):
            verdict = tried.verdict(lambda odd=odd: odd)
            assert not verdict.passed
            assert text(plain(right)) not in repr(verdict)


@every_mistake
def test_every_mistake_returns_a_wrong_value_somewhere(tried, cause, wrong):
    """Exceptions are compared by type alone, so an exception alone must not be a fingerprint."""
    with np.errstate(all="ignore"):
        judgement = judge(tried, wrong)
    assert any(
        isinstance(outcome, Returned) and not agree(outcome, right, tried.rtol, tried.atol)
        for outcome, right in zip(judgement.outcomes, judgement.right, strict=True)
    )


@every_exercise
def test_no_two_mistakes_agree(tried):
    with np.errstate(all="ignore"):
        shown = {cause: outcomes_of(tried, wrong) for cause, wrong in tried.mistakes.items()}
    for one, other in combinations(shown, 2):
        pairs = zip(shown[one], shown[other], strict=True)
        assert not all(agree(*pair, tried.rtol, tried.atol) for pair in pairs), (one, other)


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


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_picture_is_that_of_an_exercise(lesson):
    try:
        pictures = importlib.import_module(f"course_lib.checks.{lesson}.pictures")
    except ModuleNotFoundError:
        pytest.skip("no pictures")
    drawn = {
        name
        for name, thing in vars(pictures).items()
        if getattr(thing, "__module__", "") == pictures.__name__ and not name.startswith("_")
    }
    assert drawn == {t.name for t in vars(LESSONS[lesson]).values() if getattr(t, "picture", None)}
    assert drawn


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
