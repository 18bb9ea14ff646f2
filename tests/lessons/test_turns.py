"""Every turn of every lesson is proved like code, as exercises are."""

import inspect
from itertools import combinations

import numpy as np
import pytest
from helpers.lessons import LESSONS, name_of, references_of, solved, turns_of

from course_lib.build.turns import is_prediction, parsed
from course_lib.checks.calling import Raised
from course_lib.checks.judging import agree, outcomes_of
from course_lib.turns.engine import Prediction

TURNS = {
    f"{path.stem}-{number}": (path, cell, references_of(path)[number])
    for path in LESSONS
    for number, cell in turns_of(path).items()
    if number in references_of(path)
}
CHECKED = {key: turn for key, (*_, turn) in TURNS.items() if not isinstance(turn, Prediction)}
MISTAKES = [
    pytest.param(turn, cause, wrong, id=f"{key}-{cause[:40]}")
    for key, turn in CHECKED.items()
    for cause, wrong in turn.mistakes.items()
]
every_turn = pytest.mark.parametrize(("path", "cell", "turn"), TURNS.values(), ids=TURNS.keys())
every_checked = pytest.mark.parametrize("turn", CHECKED.values(), ids=CHECKED.keys())


@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_a_lesson_and_its_references_have_the_same_turns(path):
    assert sorted(references_of(path)) == sorted(turns_of(path))


@every_turn
def test_the_reference_has_the_name_and_the_arguments_of_the_source(path, cell, turn):
    assert turn.name == name_of(cell)
    function = parsed(cell)
    assert list(inspect.signature(turn.reference).parameters) == [
        argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)
    ]
    assert isinstance(turn, Prediction) == is_prediction(function)


@every_turn
def test_the_solution_of_the_source_passes(path, cell, turn):
    function = solved(path, turn.number)
    assert turn.verdict(function).passed, turn.verdict(function)


@every_turn
def test_the_blank_is_not_attempted(path, cell, turn):
    def blank(*args, **kwargs):
        raise NotImplementedError()

    assert "not attempted" in repr(turn.verdict(blank))


@every_checked
def test_right_versions_return_and_pass(turn):
    assert not any(isinstance(outcome, Raised) for outcome in outcomes_of(turn, turn.reference))
    for right in (turn.reference, *turn.alternatives):
        assert turn.verdict(right).passed, turn.verdict(right)


@pytest.mark.parametrize(("turn", "cause", "wrong"), MISTAKES)
def test_every_mistake_is_rejected_with_its_own_cause(turn, cause, wrong):
    with np.errstate(all="ignore"):
        said = turn.verdict(wrong)
    assert not said.passed
    assert f"Likely cause: {cause}" in repr(said)


@every_checked
def test_no_two_mistakes_agree(turn):
    with np.errstate(all="ignore"):
        shown = {cause: outcomes_of(turn, wrong) for cause, wrong in turn.mistakes.items()}
    for one, other in combinations(shown, 2):
        pairs = zip(shown[one], shown[other], strict=True)
        assert not all(agree(*pair, turn.rtol, turn.atol) for pair in pairs), (one, other)
