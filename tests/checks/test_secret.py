"""With a secret the hidden inputs are others, and still tell right from wrong."""

import copy

import numpy as np
import pytest
from helpers.solved_sheets import SHEETS, Sheet, check_of

from course_lib.checks import case
from course_lib.checks.equality import same
from course_lib.checks.secret import VARIABLE, fresh, key, moved
from course_lib.checks.values import bundle

SECRETS = ("blue bicycle", "ß", "9" * 1000)


@pytest.fixture
def secret(monkeypatch):
    """secret("text") is what a grader does before a kernel starts; secret("") takes it back."""

    def use(text):
        if text:
            monkeypatch.setenv(VARIABLE, key(text, "01_linear_regression"))
        else:
            monkeypatch.delenv(VARIABLE, raising=False)

    use("")
    return use


def agree(got, expected):
    """As a grader compares bundles."""
    return same(got, expected, rtol=2e-5, atol=2e-9)


# The key, and what it moves.


def test_the_key_is_an_hmac_of_the_sheets_name():
    # printf 01_linear_regression | openssl dgst -sha256 -hmac "blue bicycle"
    wanted = "787e5e4c2adc1dfdbaa851addafb0642ce063fff1a4c6de7743af541c0ec328a"
    assert key("blue bicycle", "01_linear_regression") == wanted
    keys = {key(text, name) for text in SECRETS for name in ("01_a", "02_b")}
    assert len(keys) == 2 * len(SECRETS)
    assert all(len(one) == 64 and int(one, 16) for one in keys)


def test_an_empty_secret_is_refused():
    with pytest.raises(ValueError, match="--secret"):
        key("", "01_linear_regression")


INPUTS = (
    2.0,
    -3.5,
    0.0,
    np.float32(1.5),
    np.float64(-0.25),
    np.linspace(-1, 1, 7),
    np.ones((2, 3), np.float32),
    np.array(4.0),
    [1.0, (2.0, {"rate": 0.5})],
)
KEPT = (3, True, None, "text", np.int64(4), np.arange(5), np.array(["a"]), len, np.array([True]))


def numbers(thing):
    """Every number in a nest of lists, tuples, dicts, cases and arrays, in order."""
    if isinstance(thing, case):
        thing = (thing.args, thing.kwargs)
    if isinstance(thing, dict):
        thing = tuple(thing.values())
    if isinstance(thing, list | tuple):
        return [x for part in thing for x in numbers(part)]
    return np.ravel(thing).tolist()


def test_every_real_number_is_multiplied_by_a_factor_of_its_own(secret):
    secret("blue bicycle")
    before = copy.deepcopy(INPUTS)
    (after,) = moved("1.1 hidden", [INPUTS])
    old, new = np.array(numbers(INPUTS)), np.array(numbers(after))
    factors = new[old != 0] / old[old != 0]
    assert new[old == 0].tolist() == [0, 0]  # the number, and the middle of linspace
    assert np.all((factors >= 0.9 - 1e-7) & (factors <= 1))
    assert len(set(factors)) == len(factors)
    assert numbers(before) == numbers(INPUTS)


def test_kinds_types_and_shapes_stay(secret):
    secret("blue bicycle")
    (after,) = moved("1.1 hidden", [INPUTS])
    assert [type(x) for x in after] == [type(x) for x in INPUTS]
    for new, old in zip(after, INPUTS, strict=True):
        assert getattr(new, "dtype", "") == getattr(old, "dtype", "")
        assert getattr(new, "shape", "") == getattr(old, "shape", "")


def test_whole_numbers_texts_and_objects_stay(secret):
    secret("blue bicycle")
    (after,) = moved("1.1 hidden", [KEPT])
    for new, old in zip(after, KEPT, strict=True):
        assert new is old


def test_keywords_move_too(secret):
    secret("blue bicycle")
    (after,) = moved("1.1 hidden", [case(1.0, lr=0.5, steps=3)])
    assert 0.9 <= after.args[0] < 1
    assert 0.45 <= after.kwargs["lr"] < 0.5
    assert after.kwargs["steps"] == 3


def test_factors_depend_on_key_id_and_number_of_the_case_alone(secret):
    def factors(text, name="1.1 hidden"):
        secret(text)
        return [given[0] for given in moved(name, [(1.0,), (1.0,)])]

    drawn = [*factors("a"), *factors("b"), *factors("a", "1.2 hidden")]
    assert len(set(drawn)) == 6
    assert factors("a") == drawn[:2]


def test_nothing_moves_without_a_secret_or_in_public(secret):
    cases = [(1.0, np.ones(3)), case(lr=0.5)]
    assert moved("1.1 hidden", cases) == cases
    assert fresh(31) == 31
    secret("blue bicycle")
    assert moved("1.1", cases) == cases


def test_fresh_numbers_are_seeds(secret):
    drawn = set()
    for text in SECRETS:
        secret(text)
        numbers = [fresh(number) for number in range(10)]
        assert numbers == [fresh(number) for number in range(10)]
        assert all(type(number) is int and 0 <= number < 2**32 for number in numbers)
        drawn.update(numbers)
    assert len(drawn) == 10 * len(SECRETS)


def test_a_bundle_moves_only_its_hidden_part(secret):
    usual = bundle("1.1 hidden", lambda x: x, (1.0,))
    secret("blue bicycle")
    assert bundle("1.1 hidden", lambda x: x, (1.0,)) != usual
    assert bundle("1.1", lambda x: x, (1.0,))["values"] == usual["values"]


# Every exercise of every sheet, under several secrets.


@pytest.fixture(scope="module", params=SHEETS, ids=[path.stem for path in SHEETS])
def sheet(request):
    return Sheet(request.param)


@pytest.mark.parametrize("text", ["", *SECRETS], ids=["none", "words", "one letter", "long"])
def test_right_versions_agree_and_catalogued_mistakes_do_not(sheet, secret, text):
    for number in sheet.graded:
        secret(text)
        shown = sheet.bundles(number)
        assert all(part["status"] == "ok" for part in shown)
        tried = check_of(number)
        for right in (tried.reference, *tried.alternatives):
            assert agree(sheet.bundles(number, right), shown), (number, right)
        for cause, wrong in tried.mistakes.items():
            assert not agree(sheet.bundles(number, wrong)[-1], shown[-1]), (number, cause)


def test_every_hidden_part_shows_something_else_with_every_secret(sheet, secret):
    for number in sheet.graded:
        hidden, public = [], []
        for text in ("", *SECRETS):
            secret(text)
            first, *rest = sheet.bundles(number)
            public.append(first)
            hidden += rest
        assert all(shown == public[0] for shown in public)
        for place, one in enumerate(hidden):
            assert not any(agree(one, other) for other in hidden[place + 1 :]), number
