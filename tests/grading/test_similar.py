"""Sheets that say the same as others are pointed out, and short or blank ones are not."""

import copy
import time
from pathlib import Path

import pytest

from course_lib.grading.sheets import load, names
from course_lib.grading.similar import similar, tokens

ROOT = Path(__file__).parents[2]
SHEETS = [load(ROOT, name) for name in names(ROOT)]
SHEET = SHEETS[-1]
STUBS = {exercise: SHEET.cell("answer", exercise).stub for exercise in SHEET.points}
RIGHT = {exercise: SHEET.cell("answer", exercise).source for exercise in SHEET.points}


def changed(**parts):
    """The solutions, with other sources for some exercises: e41 for 4.1."""
    others = {f"{name[1]}.{name[2]}": source for name, source in parts.items()}
    return {**RIGHT, **others}


def test_two_equal_sheets_are_pointed_out_to_each_other_and_a_third_is_not():
    third = {e: source.replace("return", "answer = 1\n    return") for e, source in RIGHT.items()}
    found = similar({"ada": RIGHT, "bob": copy.copy(RIGHT), "eve": third}, STUBS)
    assert found["ada"] == [
        {"kind": "same_as", "exercise": "", "evidence": "the same words as 1 other: bob"}
    ]
    assert found["bob"][0]["evidence"].endswith("1 other: ada")
    assert found["eve"] == []


def test_comments_docstrings_and_white_space_do_not_hide_a_copy():
    disguised = {
        exercise: source.replace(" = ", "  =  ")
        .replace("\n", "  # mine\n")
        .replace("Return", "Gives")
        for exercise, source in RIGHT.items()
    }
    assert disguised["4.1"] != RIGHT["4.1"]
    assert similar({"ada": RIGHT, "bob": disguised}, STUBS)["ada"]


@pytest.mark.parametrize(
    "source", [RIGHT["4.1"].replace("beta * v", "v * beta"), RIGHT["4.1"] + "\nx = 1", "x"]
)
def test_one_other_answer_makes_another_sheet(source):
    found = similar({"ada": RIGHT, "bob": changed(e41=source)}, STUBS)
    assert found == {"ada": [], "bob": []}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_blank_sheets_and_short_answers_are_not_compared(sheet):
    stubs = {exercise: sheet.cell("answer", exercise).stub for exercise in sheet.points}
    solutions = {exercise: sheet.cell("answer", exercise).source for exercise in sheet.points}
    lengths = {e: len(tokens(solutions[e])) - len(tokens(stubs[e])) for e in stubs}
    short = {e: solutions[e] if lengths[e] < 12 else stubs[e] for e in stubs}
    assert short != stubs
    for one in (stubs, short, dict.fromkeys(stubs, ""), {}):
        assert similar({"ada": one, "bob": dict(one)}, stubs) == {"ada": [], "bob": []}
    assert similar({"ada": solutions, "bob": solutions}, stubs)["ada"]


def test_a_single_exercise_is_too_little():
    one = {**STUBS, "4.1": RIGHT["4.1"]}
    assert similar({"ada": one, "bob": one}, STUBS) == {"ada": [], "bob": []}


def test_names_are_kept_and_notes_dropped():
    source = 'def f(x):\n    """Doc."""\n    # note\n    return x + "s"\n'
    assert '"""Doc."""' not in " ".join(tokens(source))
    assert tokens(source) == tokens('def f( x ):\n\n  return x+"s"')
    assert tokens(source) != tokens(source.replace("x", "y"))
    assert tokens(source) != tokens(source.replace('"s"', '"t"'))


@pytest.mark.parametrize(
    "source",
    ["def f(", '"""', "  x\n y\n", "\0", "\ud800", "(" * 1000, "x " * 100_000, "$?!", "\t\n  x"],
)
def test_what_is_no_python_has_words_as_well(source):
    assert isinstance(tokens(source), tuple)
    pair = {"ada": changed(e41=source), "bob": changed(e41=source), "eve": RIGHT}
    found = similar(pair, STUBS)
    assert [bool(flags) for flags in found.values()] == [True, True, False]


def test_a_crowd_is_counted_and_some_are_named_in_one_line():
    found = similar({f"student {n:04}": RIGHT for n in range(1000)}, STUBS)
    for flags in (found["student 0000"], found["student 0500"], found["student 0999"]):
        (one,) = flags
        assert "999 others: student 0" in one["evidence"]
        assert len(one["evidence"]) <= 300
    assert "student 0500" not in found["student 0500"][0]["evidence"]


def test_hostile_names_do_no_harm():
    found = similar({"\x1b[31mada\n": RIGHT, "b" * 1000: RIGHT}, STUBS)
    for flags in found.values():
        assert flags[0]["evidence"].isprintable()
        assert len(flags[0]["evidence"]) <= 300


@pytest.mark.alone
def test_a_thousand_different_sheets_take_seconds():
    everybody = {n: {e: f"{source}\nx = {n}" for e, source in RIGHT.items()} for n in range(1000)}
    begin = time.perf_counter()
    found = similar(everybody, STUBS)
    assert time.perf_counter() - begin < 20
    assert not any(found.values())
