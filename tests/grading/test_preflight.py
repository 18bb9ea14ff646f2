"""Nothing is graded with a sheet or on a machine that fails: said before the first student."""

import dataclasses
from pathlib import Path

import pytest
from helpers import grading_class

from course_lib.checks.secret import key
from course_lib.grading.run import decide, preflight, sandbox
from course_lib.grading.run.preflight import LEAST, TIMES, NotReady
from course_lib.grading.sheet import sheets
from course_lib.grading.sheet.bundles import agree, shown
from course_lib.grading.sheet.catalogue import CatalogueError

ROOT = Path(__file__).parents[2]


def check(sheet, monkeypatch, exercises=None, **settings):
    known = exercises or grading_class.catalogue()
    monkeypatch.setattr(preflight, "catalogue", lambda *_: known)
    found = settings.pop("level", None) or grading_class.level()
    return preflight.preflight(grading_class.root(), sheet, found, jobs=3, **settings)


def changed(role, exercise, **changes):
    """The small sheet with one cell changed."""
    sheet = grading_class.sheet()
    old = sheet.cell(role, exercise)
    new = dataclasses.replace(old, **changes)
    return dataclasses.replace(sheet, cells=tuple(new if c is old else c for c in sheet.cells))


@pytest.mark.alone
def test_a_good_sheet_is_ready_and_its_time_limits_are_measured(monkeypatch):
    slow = grading_class.RIGHT["1.2"].replace("\n", "\n    import time; time.sleep(1.3)\n", 1)
    ready = check(changed("answer", "1.2", source=slow), monkeypatch)
    quick, slow = (
        ready.timeouts[grading_class.sheet().cell("graded", e).id] for e in ("1.1", "1.2")
    )
    assert quick == LEAST
    assert TIMES * 2.6 < slow < TIMES * 20  # two calls of 1.3 s
    assert ready.expected is None


def test_a_reference_that_does_not_pass_here_is_refused(monkeypatch):
    sheet = changed("answer", "1.3", source="def middle(x):\n    return x.mean(axis=1)")
    with pytest.raises(NotReady, match=r"answers to 1\.3 do not pass here.*pytest --nbval"):
        check(sheet, monkeypatch)


def test_a_reference_that_passes_once_only_is_refused(monkeypatch):
    random = "import random\nrandom.seed()\ndef middle(x):\n    return random.random()"
    with pytest.raises(NotReady, match=r"1\.3"):
        check(changed("answer", "1.3", source=random), monkeypatch)


def test_a_check_that_passes_on_the_blank_is_refused(monkeypatch):
    shown = grading_class.sheet().cell("graded", "1.1").source
    sheet = changed("graded", "1.1", source=shown.replace("double,", "lambda x: 2 * x,"))
    with pytest.raises(NotReady, match=r"check of 1\.1 does not fail on a blank"):
        check(sheet, monkeypatch)


def test_a_check_that_a_blank_merely_breaks_is_refused(monkeypatch):
    shown = grading_class.sheet().cell("graded", "1.1").source
    sheet = changed("graded", "1.1", source=f"double(1.0)\n{shown}")
    with pytest.raises(NotReady, match=r"check of 1\.1"):
        check(sheet, monkeypatch)


def test_setup_that_fails_here_is_the_machines_fault(monkeypatch):
    sheet = grading_class.sheet()
    broken = dataclasses.replace(sheet.cells[0], source="import not_installed_here")
    with pytest.raises(NotReady, match="first cells failed: ModuleNotFoundError"):
        check(dataclasses.replace(sheet, cells=(broken, *sheet.cells[1:])), monkeypatch)


def test_a_sandbox_that_does_not_hold_is_refused(monkeypatch):
    monkeypatch.setattr(sandbox, "trial", lambda _: "a file outside can be read")
    with pytest.raises(NotReady, match="a file outside can be read"):
        check(grading_class.sheet(), monkeypatch, level="landlock")


def test_a_catalogue_that_cannot_be_made_are_refused(monkeypatch):
    def no_catalogue(*_):
        raise CatalogueError("the right answer to 1.1 shows nothing")

    monkeypatch.setattr(preflight, "catalogue", no_catalogue)
    with pytest.raises(NotReady, match="shows nothing"):
        preflight.preflight(grading_class.root(), grading_class.sheet(), "process")


def test_with_a_secret_the_reference_is_compared_with_its_own_values(monkeypatch):
    """The sheet's outputs are those of the usual inputs: they must not be what is compared."""
    seen = {}

    def execute(notebook, walls, secret):
        seen["outputs"] = [c["outputs"] for c in notebook["cells"] if c["outputs"]]
        seen["secret"] = secret
        raise OSError("enough")

    exercises = {
        number: entry
        | {"bundles": {k: b | {"values": [1.25]} for k, b in entry["bundles"].items()}}
        for number, entry in grading_class.catalogue().items()
    }
    monkeypatch.setattr(decide, "execute", execute)
    with pytest.raises(NotReady, match="enough"):
        check(grading_class.sheet(), monkeypatch, exercises, key="ab12")
    assert seen["secret"] == "ab12"
    bundles = [b for outputs in seen["outputs"] for out in outputs for b in out["data"].values()]
    assert len(bundles) == 8
    assert all(bundle["values"] == [1.25] for bundle in bundles)


def test_require_sandbox_says_what_this_machine_lacks(monkeypatch):
    monkeypatch.setattr(sandbox, "trial", lambda s: "" if s.level == "process" else "not allowed")
    assert sandbox.best("process") == "process"
    with pytest.raises(
        RuntimeError, match=r"'landlock' was required.*not allowed.*another machine"
    ):
        sandbox.best("landlock")


def test_a_real_sheet_is_ready_with_a_secret_and_hides_other_values():
    """Reference and blank run with the moved inputs, in real kernels."""
    name = "03_mini_batches"
    sheet = sheets.load(ROOT, name)
    ready = preflight.preflight(ROOT, sheet, sandbox.best(), key("blue bicycle", name), jobs=2)
    for exercise in sheet.points:
        stored = shown(sheet.cell("graded", exercise).outputs)
        public, *hidden = ready.expected[exercise]
        assert agree(public, stored[0])
        assert not any(agree(*pair) for pair in zip(hidden, stored[1:], strict=True))
    assert any(len(bundles) == 2 for bundles in ready.expected.values())
