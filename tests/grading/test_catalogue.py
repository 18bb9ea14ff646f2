"""What the grader knows of a sheet: the same as the sheet says, and each mistake by its own values."""

import json
import re
import shutil

import numpy as np
import pytest

from course_lib.build.command import ROOT
from course_lib.checks import Exercise
from course_lib.checks.secret import VARIABLE, key
from course_lib.grading.run.diagnosis import causes
from course_lib.grading.sheet import catalogue as module
from course_lib.grading.sheet.bundles import agree, shown
from course_lib.grading.sheet.catalogue import CatalogueError, catalogue, exercises_of, judged
from course_lib.grading.sheet.sheets import SheetCell, load, names

SHORT = "04_momentum"


@pytest.fixture(scope="module", params=names(ROOT))
def sheet(request):
    return load(ROOT, request.param)


@pytest.fixture(scope="module")
def known(sheet):
    return catalogue(ROOT, sheet.name)


def test_right_bundles_are_those_in_the_solutions(sheet, known):
    assert list(known) == list(sheet.points)
    for number, entry in known.items():
        stored = shown(sheet.cell("graded", number).outputs)
        assert list(entry["bundles"]) == [part["id"] for part in stored]
        assert all(map(agree, entry["bundles"].values(), stored)), number


def test_headings_and_hints(sheet, known):
    for number, entry in known.items():
        assert entry["points"] == sheet.points[number]
        assert entry["minutes"] >= 3
        assert entry["title"]
        assert "minutes" not in entry["title"]
        assert entry["hints"] == list(exercises_of(sheet.name)[number].hints)


def test_a_title_is_the_heading_without_its_number(known):
    if "1.15" in known:
        assert known["1.15"]["title"] == "Stretch: a Hessian that you cannot see"


def test_every_catalogued_mistake_is_known_and_yields_exactly_its_cause(sheet, known):
    for number, entry in known.items():
        listed = [mistake["cause"] for mistake in entry["mistakes"]]
        assert listed == list(exercises_of(sheet.name)[number].mistakes)
        for mistake in entry["mistakes"]:
            assert causes(mistake["bundles"], entry["mistakes"]) == [mistake["cause"]]


def test_public_values_alone_yield_the_cause_among_few(known):
    for number, entry in known.items():
        for mistake in entry["mistakes"]:
            found = causes({number: mistake["bundles"][number]}, entry["mistakes"])
            assert len(found) <= 2
            assert (mistake["cause"] in found) == (number in mistake["tells"])


def test_a_right_answer_has_no_cause(known):
    for number, entry in known.items():
        assert causes(entry["bundles"], entry["mistakes"]) == []
        assert causes({number: entry["bundles"][number]}, entry["mistakes"]) == []


def test_a_key_changes_what_is_hidden_and_nothing_else(monkeypatch):
    monkeypatch.setenv(VARIABLE, "what was in the environment before does not count")
    usual, keyed = catalogue(ROOT, SHORT), catalogue(ROOT, SHORT, key("blue bicycle", SHORT))
    for number, entry in usual.items():
        other = keyed[number]
        stored = {
            part["id"]: part for part in shown(load(ROOT, SHORT).cell("graded", number).outputs)
        }
        assert all(agree(entry["bundles"][name], stored[name]) for name in stored)
        assert other["bundles"][number] == entry["bundles"][number]
        for name in entry["bundles"].keys() - {number}:
            assert not agree(other["bundles"][name], entry["bundles"][name])
        for mistake in other["mistakes"]:
            assert causes(mistake["bundles"], other["mistakes"]) == [mistake["cause"]]
        assert {**entry, "bundles": 0, "mistakes": 0} == {**other, "bundles": 0, "mistakes": 0}


# Causes of what came from elsewhere.


def part(*values, name="1.1", status="ok"):
    return {"id": name, "status": status, "values": list(values)}


MISTAKES = [
    {"cause": "sign", "bundles": {"1.1": part(-2.0), "1.1 hidden": part(-3.0)}, "tells": ["1.1"]},
    {"cause": "half", "bundles": {"1.1": part(1.0), "1.1 hidden": part(1.5)}, "tells": ["1.1"]},
    {
        "cause": "rare",
        "bundles": {"1.1": part(2.0), "1.1 hidden": part(9.0)},
        "tells": ["1.1 hidden"],
    },
    {"cause": "late", "bundles": {"1.1": part(1.0), "1.1 hidden": part(8.0)}, "tells": ["1.1"]},
]


def test_causes_agree_in_all_that_is_given():
    assert causes({"1.1": part(-2.0)}, MISTAKES) == ["sign"]
    assert causes({"1.1": part(1.0)}, MISTAKES) == ["half", "late"]
    assert causes({"1.1": part(1.0), "1.1 hidden": part(8.0)}, MISTAKES) == ["late"]
    assert causes({"1.1": part(-2.0), "1.1 hidden": part(8.0)}, MISTAKES) == []


def test_a_mistake_that_shows_only_in_what_is_hidden_is_no_cause_of_public_values():
    assert causes({"1.1": part(2.0)}, MISTAKES) == []
    assert causes({"1.1": part(2.0), "1.1 hidden": part(9.0)}, MISTAKES) == ["rare"]


def test_causes_allow_for_rounding_and_no_more():
    assert causes({"1.1": part(-2.00003)}, MISTAKES) == ["sign"]
    assert causes({"1.1": part(-2.00005)}, MISTAKES) == []


@pytest.mark.parametrize(
    "came",
    [
        *(None, [], "text", 7, {}, part(), part(-2.0, -2.0), part([-2.0])),
        *(part("nan"), part(float("nan")), part(-2.0, status="error: TypeError")),
        *(part(-2.0, name="1.2"), {**part(-2.0), "more": 1}),
    ],
)
def test_whatever_came_has_no_cause_and_raises_nothing(came):
    assert causes({"1.1": came}, MISTAKES) == []
    assert causes({"1.1": part(-2.0), "1.1 hidden": came}, MISTAKES) == []
    assert causes({"1.1": part(-2.0), "9.9": came}, MISTAKES) == []
    assert causes({}, MISTAKES) == []


# What is left out.


def cell(source):
    return SheetCell("id", source, "", "graded", "9.1", [])


def doubled(x):
    return 2 * x


def in_place(x):
    x *= 2
    return x


def stopped(x):
    raise ValueError


def stopped_once(x):
    return 2 * x if x[0] < 2 else 1 / 0


def tried(**wrong):
    found = Exercise("9.1", doubled, inputs=[(np.ones(2),)], hints=["Twice."])
    for cause, function in wrong.items():
        found.mistake(cause, function)
    return found


CALL = 'values("9.1", f, (np.ones(2),), (np.full(2, 3.0),))'


def test_what_returns_no_wrong_value_is_left_out():
    space = {"f": doubled, "np": np, "values": len}
    exercise = tried(kept=np.negative, same=in_place, error=stopped, partly=stopped_once)
    entry = judged(cell(CALL), exercise, "f", space)
    assert [mistake["cause"] for mistake in entry["mistakes"]] == ["kept", "same"]
    assert entry["mistakes"][0]["tells"] == ["9.1"]
    assert entry["hints"] == ["Twice."]


def test_the_namespace_is_as_before():
    space = {"f": doubled, "np": np, "values": len}
    judged(cell(CALL), tried(kept=np.negative), "f", space)
    assert space["f"] is doubled
    assert space["values"] is len


def test_a_right_answer_that_raises_is_refused():
    space = {"f": stopped, "np": np, "values": len}
    with pytest.raises(CatalogueError, match=r"9\.1.*ValueError"):
        judged(cell(CALL), tried(), "f", space)


# When it fails.


@pytest.fixture
def altered(tmp_path):
    """altered(old, new) is a course with one sheet, in which a text of its solutions is another."""

    def make(old, new):
        for folder in ("solutions", "exercises"):
            (tmp_path / folder).mkdir()
            shutil.copy(ROOT / folder / f"{SHORT}.ipynb", tmp_path / folder)
        path = tmp_path / "solutions" / f"{SHORT}.ipynb"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return make


def test_a_solution_that_does_not_run(altered):
    root = altered("import numpy as np", "import numpy as np; 1 / 0")
    with pytest.raises(CatalogueError, match=r"04_momentum do not run: ZeroDivisionError.*nbval"):
        catalogue(root, SHORT)


def test_a_solution_that_raises_when_graded(altered):
    with pytest.raises(CatalogueError, match=r"right answer to 4\.14 shows .*NameError"):
        catalogue(altered("w = w - lr * v", "w = nothing"), SHORT)


def test_a_solution_that_prints_in_between(altered):
    root = altered("import numpy as np", "import numpy as np; print('{')")
    assert json.dumps(catalogue(root, SHORT)) == json.dumps(catalogue(ROOT, SHORT))


def test_a_sheet_that_is_not_there():
    with pytest.raises(CatalogueError, match=re.escape("05_none.ipynb")):
        catalogue(ROOT, "05_none")


def test_a_solution_that_does_not_end(altered, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 1)
    with pytest.raises(CatalogueError, match="stopped after 1 s"):
        catalogue(altered("import numpy as np", "while True: pass"), SHORT)
