"""Sheets handed out before the course changed: never a zero, never graded in silence, always named.

The folder older/ holds the blank and the solved sheets of commit 7612aed, the solved ones without
their outputs. They have no version.
"""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from helpers import grading_class, grading_command

from course_lib import ready
from course_lib.build.command import ROOT
from course_lib.grading import readiness, session, work
from course_lib.grading.run import job
from course_lib.grading.run.preflight import ReadySheet
from course_lib.grading.session import Exit
from course_lib.grading.sheet import notebooks, sheets

OLDER = Path(__file__).with_name("older")
FILES = sorted(OLDER.glob("*/*.ipynb"))
WHY = "made from an older sheet"


def assert_a_person_decides(out, names):
    """Nobody has points, and instructor and student read why."""
    rows = csv.DictReader(io.StringIO((out / "grades.csv").read_text(encoding="utf-8-sig")))
    expected = {"points": "", "status": "needs manual", "flags": "older_sheet"}
    for row, student in zip(rows, ("blank", "solved"), strict=True):
        assert row.pop("student") == student
        assert float(row.pop("max_points")) > 0
        assert row == dict.fromkeys(names, "") | expected
    report = (out / "index.html").read_text(encoding="utf-8")
    assert report.count(f"It was {WHY}: version none") == 2 * 2 * len(
        names
    )  # as a reason, as a flag
    pages = [path.read_text(encoding="utf-8") for path in (out / "feedback").iterdir()]
    assert [page.count("copy your answers into a fresh sheet") for page in pages] == [
        len(names)
    ] * 2


def test_the_blank_and_the_solved_sheets_of_before_need_a_person(tmp_path, monkeypatch):
    def prepare(root, sheet, level, key, jobs):
        return ReadySheet(sheet, {e: {"points": p} for e, p in sheet.points.items()}, {}, None, key)

    monkeypatch.setattr(readiness, "preflight", prepare)
    monkeypatch.setattr(readiness.sandbox, "best", lambda wanted: "process")
    monkeypatch.setattr(
        work.workers,
        "on_this_machine",
        lambda jobs, workers: ((name, job.grade(made)) for name, made in jobs.items()),
    )
    monkeypatch.setattr(job, "run", lambda *_: pytest.fail("an answer for another sheet was run"))
    assert session.grade(grading_class.settings(OLDER, "--out", tmp_path), ROOT) == Exit.PERSON
    assert_a_person_decides(tmp_path, sorted({path.stem for path in FILES}))


@pytest.mark.slow
def test_the_command_leaves_them_to_a_person(tmp_path):
    shutil.copytree(OLDER, tmp_path / "submissions")
    (tmp_path / "roster.csv").write_text("student\nblank\nsolved\n", encoding="utf-8")
    course = grading_command.copy_course(tmp_path / "course")
    assert grading_command.finish(grading_command.begin(course, tmp_path), tmp_path) == Exit.PERSON
    assert_a_person_decides(tmp_path / "results", sheets.names(ROOT)[:1])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_ready_says_that_a_fresh_sheet_is_needed(path, capsys):
    assert not ready.report(path)
    assert f"To fix: it was {WHY}" in capsys.readouterr().out


@pytest.mark.parametrize("name", sheets.names(ROOT))
@pytest.mark.parametrize("folder", ["exercises", "solutions"])
def test_a_sheet_of_today_is_graded_and_so_is_one_that_lost_its_metadata(name, folder):
    path, sheet = ROOT / folder / f"{name}.ipynb", sheets.load(ROOT, name)
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert sheet.version
    assert flags(sheet, raw) == []
    assert not [problem for problem in ready.check(path)[2] if WHY in problem]
    version = raw["metadata"]["course"].pop("version")
    assert version == sheet.version
    assert flags(sheet, raw) == ["older_sheet"]
    raw["metadata"]["course"]["version"] = "0" * 16
    assert flags(sheet, raw) == ["older_sheet"]
    del raw["metadata"]["course"]
    assert flags(sheet, raw) == []


def flags(sheet, raw):
    notebook = notebooks.read(json.dumps(raw).encode())
    return [remark.flag for remark in job.flags_of_older(sheet, notebook)]
