"""One grading from the first look to the last file, with preflight and kernels replaced by fakes.

The fake pool "grades" a job by counting its bytes, so that every change of a submission shows.
"""

import csv
import errno
import io
import json
import os

import pytest
from helpers import grading_class, grading_results

from course_lib.grading import readiness, session, store, work
from course_lib.grading.results import Status
from course_lib.grading.run.preflight import NotReady, ReadySheet
from course_lib.grading.run.workers import Trouble
from course_lib.grading.session import Exit


def answered(student, **changes):
    """The bytes of a sheet in which 1.2 and 1.4 are still blank."""
    text = f"def double(x):\n    return 2 * x  # {student}"
    answers = {"1.1": text, "1.2": "stub", "1.4": "stub"} | changes
    return grading_class.as_bytes(grading_class.notebook(answers))


@pytest.fixture
def classroom(tmp_path):
    """Three students with a sheet, one without, one with a file that is no notebook."""
    for student in ("ada", "bob", "cyd"):
        folder = tmp_path / "in" / student
        folder.mkdir(parents=True)
        (folder / f"{grading_class.SHEET}.ipynb").write_bytes(answered(student))
    (tmp_path / "in" / "dan").mkdir()
    (tmp_path / "in" / "eve").mkdir()
    (tmp_path / "in" / "eve" / "homework.ipynb").write_text("<html>Log in</html>")
    return tmp_path


class Pool:
    """Stands for the pool: `graded` lists the students, `cut` is raised after so many results."""

    def __init__(self, monkeypatch):
        self.graded, self.cut, self.trouble, self.changes = [], {}, set(), {}
        monkeypatch.setattr(work.workers, "on_this_machine", self)

    def __call__(self, jobs, workers):
        for name, made in jobs.items():
            if len(self.graded) in self.cut:
                raise self.cut[len(self.graded)]
            self.graded.append(made.student)
            if made.student in self.trouble:
                yield name, Trouble("the disk caught fire")
            else:
                yield name, graded(made, **self.changes.get(made.student, {}))


def graded(made, **changes):
    exercises = tuple(
        grading_results.exercise(number, "passed" if number in ("1.1", "1.3") else "wrong", points)
        for number, points in grading_class.POINTS.items()
    )
    return session.job.result(made, Status.GRADED, **{"exercises": exercises} | changes)


@pytest.fixture
def pool(monkeypatch):
    def ready(root, sheet, level, key, jobs):
        return ReadySheet(sheet, grading_class.catalogue(), {}, None, key)

    monkeypatch.setattr(readiness, "preflight", ready)
    monkeypatch.setattr(readiness.sandbox, "best", lambda wanted: "landlock")
    return Pool(monkeypatch)


def grade(folder, *more, out="out"):
    settings = grading_class.settings(folder / "in", "--out", folder / out, *more)
    return session.grade(settings, grading_class.root())


def rows(folder, out="out"):
    text = (folder / out / "grades.csv").read_text(encoding="utf-8-sig")
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text))}


def test_every_student_has_a_row_whatever_came(classroom, pool):
    assert grade(classroom) == Exit.PERSON
    found = rows(classroom)
    assert list(found) == ["ada", "bob", "cyd", "dan", "eve"]
    assert [found[s]["points"] for s in ("ada", "bob", "cyd", "dan")] == ["7", "7", "7", "0"]
    assert [row["status"] for row in found.values()] == [*["graded"] * 3, "missing", "needs manual"]
    assert found["eve"]["points"] == ""  # a person has to look: no zero


def test_a_roster_adds_those_of_whom_nothing_came(classroom, pool):
    (classroom / "roster.csv").write_text("student,name\nada,Ada\nzoe,Zoe\n", encoding="utf-8")
    grade(classroom, "--roster", classroom / "roster.csv")
    found = rows(classroom)
    assert found["zoe"]["status"] == "missing"
    assert "not_on_roster" in found["bob"]["flags"]


def test_everybody_graded_is_exit_code_0(classroom, pool):
    (classroom / "in" / "eve" / "homework.ipynb").unlink()
    assert grade(classroom) == Exit.GRADED


def test_a_second_time_there_is_nothing_to_do(classroom, pool):
    grade(classroom)
    before = {p: p.read_bytes() for p in (classroom / "out").rglob("*") if p.is_file()}
    pool.graded.clear()
    grade(classroom)
    assert pool.graded == []
    assert {p: p.read_bytes() for p in (classroom / "out").rglob("*") if p.is_file()} == before


def test_only_a_changed_submission_is_graded_again(classroom, pool):
    grade(classroom)
    pool.graded.clear()
    (classroom / "in" / "bob" / f"{grading_class.SHEET}.ipynb").write_bytes(answered("bob again"))
    grade(classroom)
    assert pool.graded == ["bob"]


def test_another_secret_grades_again(classroom, pool):
    grade(classroom)
    pool.graded.clear()
    grade(classroom, "--secret", "x")
    assert sorted(pool.graded) == ["ada", "bob", "cyd"]


def test_a_changed_sheet_grades_again(classroom, pool, monkeypatch):
    grade(classroom)
    pool.graded.clear()
    monkeypatch.setattr(session.sheets.Sheet, "hash", property(lambda sheet: "mended"))
    grade(classroom)
    assert sorted(pool.graded) == ["ada", "bob", "cyd"]


def test_ctrl_c_keeps_what_is_done_and_the_rest_needs_the_same_command(classroom, pool, capsys):
    pool.cut = {1: KeyboardInterrupt()}
    assert grade(classroom) == Exit.PERSON
    assert [row["status"] for row in rows(classroom).values()].count("graded") == 1
    assert rows(classroom)["bob"]["points"] == ""
    assert "the same command goes on from here" in capsys.readouterr().out
    pool.cut = {}
    grade(classroom)
    assert pool.graded == ["ada", "bob", "cyd"]
    assert [row["status"] for row in rows(classroom).values()].count("graded") == 3


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [FULL, RuntimeError("the scheduler was lost")])
def test_a_full_disk_or_a_lost_cluster_stops_without_a_loss(classroom, pool, capsys, error):
    pool.cut = {2: error}
    assert grade(classroom) == Exit.PERSON
    assert str(error) in capsys.readouterr().out
    pool.cut = {}
    grade(classroom)
    grade(classroom, out="other")
    assert rows(classroom) == rows(classroom, "other")


def test_a_result_that_cannot_be_written_is_not_lost_in_silence(
    classroom, pool, monkeypatch, capsys
):
    def full(*_):
        raise FULL

    with monkeypatch.context() as patch:
        patch.setattr(session.store, "write", full)
        assert grade(classroom) == Exit.PERSON
    assert "No space left" in capsys.readouterr().out
    pool.graded.clear()
    grade(classroom)
    assert sorted(pool.graded) == ["ada", "bob", "cyd"]


def test_trouble_of_the_machine_is_no_zero_and_is_tried_again_next_time(classroom, pool):
    pool.trouble = {"bob"}
    assert grade(classroom) == Exit.PERSON
    bob = rows(classroom)["bob"]
    assert (bob["status"], bob["points"]) == ("needs manual", "")
    grades = json.loads((classroom / "out" / "grades.json").read_text(encoding="utf-8"))
    assert "the disk caught fire" in json.dumps(grades)
    pool.trouble, pool.graded = set(), []
    grade(classroom)
    assert pool.graded == ["bob"]
    assert rows(classroom)["bob"]["points"] == "7"


def test_shards_share_the_work_and_join_in_one_folder(classroom, pool):
    shares = []
    for shard in ("1/3", "2/3", "3/3"):
        pool.graded = []
        grade(classroom, "--shard", shard)
        shares += pool.graded
    assert sorted(shares) == ["ada", "bob", "cyd"]
    grade(classroom, out="whole")
    assert rows(classroom) == rows(classroom, "whole")


def test_a_correction_outlives_the_next_grading(classroom, pool):
    grade(classroom)
    with open(classroom / "out" / "overrides.csv", "a", encoding="utf-8") as file:
        file.write(f"eve,{grading_class.SHEET},,12,handed in on paper\n")
    (classroom / "in" / "bob" / f"{grading_class.SHEET}.ipynb").write_bytes(answered("new"))
    assert grade(classroom) == Exit.GRADED
    assert rows(classroom)["eve"]["points"] == "12"


def test_a_wrong_correction_is_said_and_what_was_published_stays(classroom, pool, capsys):
    grade(classroom)
    before = rows(classroom)
    with open(classroom / "out" / "overrides.csv", "a", encoding="utf-8") as file:
        file.write(f"nobody,{grading_class.SHEET},,12,?\n")
    assert grade(classroom) == Exit.PERSON
    assert "nobody" in capsys.readouterr().out
    assert rows(classroom) == before


def test_copies_are_flagged_for_both(classroom, pool):
    pool.changes = {student: {"fingerprint": "f1"} for student in ("ada", "bob")}
    grade(classroom)
    found = rows(classroom)
    assert [("same_as" in found[s]["flags"]) for s in ("ada", "bob", "cyd")] == [True, True, False]


def test_a_sheet_that_is_not_ready_refuses_everything(classroom, pool, monkeypatch):
    def not_ready(*_):
        raise NotReady("01_tiny: the reference's own answers to 1.1 do not pass here")

    monkeypatch.setattr(readiness, "preflight", not_ready)
    with pytest.raises(session.Refused, match="reference's own answers"):
        grade(classroom)
    assert not (classroom / "out").exists()
    assert pool.graded == []


def test_results_inside_the_submissions_are_refused(classroom, pool):
    settings = grading_class.settings(classroom / "in", "--out", classroom / "in" / "results")
    with pytest.raises(session.Refused, match="beside it"):
        session.grade(settings, grading_class.root())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--exercise", "77"), "77"),
        (("--roster", "nowhere.csv"), "nowhere.csv"),
        (("--secret", "@nowhere.txt"), "nowhere.txt"),
        (("--secret", ""), '--secret "" is empty'),
        (("--secret", "  "), "is empty"),
        (("--secret", f"@{os.devnull}"), "is empty"),
    ],
)
def test_what_is_typed_wrongly_is_refused_with_what_came(classroom, pool, typed, said):
    with pytest.raises(session.Refused, match=said):
        grade(classroom, *typed)


def test_the_secret_reaches_the_jobs_as_a_key_only(classroom, pool, monkeypatch):
    seen, job_of = [], session.job_of
    monkeypatch.setattr(session, "job_of", lambda *of: seen.append(job_of(*of)) or seen[-1])
    (classroom / "secret.txt").write_text("blue bicycle\n", encoding="utf-8")
    grade(classroom, "--secret", f"@{classroom / 'secret.txt'}")
    expected = session.key_of("blue bicycle", grading_class.SHEET)
    assert {made.secret for made in seen} == {expected}
    assert "blue bicycle" not in "".join(
        p.read_text("utf-8") for p in classroom.glob("out/**/*.json")
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:100],
        lambda text: text.replace('"version": 2', '"version": 1'),
        lambda text: text.replace('"graded"', '"done"'),
        lambda text: text.replace('"points": 7.0', '"points": 8.0'),
        lambda text: "[" * 100_000,
        lambda text: "{}",
    ],
)
def test_a_result_that_is_damaged_or_of_an_older_version_is_graded_again(classroom, pool, damage):
    grade(classroom)
    torn = next((classroom / "out" / store.FOLDER).glob("*.json"))
    whole = torn.read_text(encoding="utf-8")
    assert damage(whole) != whole
    torn.write_text(damage(whole), encoding="utf-8")
    pool.graded.clear()
    grade(classroom)
    assert len(pool.graded) == 1


def published(folder):
    """All that people read, by name."""
    files = [p for p in (folder / "out").rglob("*") if p.is_file() and p.parent.name != "kept"]
    return {p.name: p.read_bytes() for p in files}


def correct(folder, line, file="overrides.csv"):
    with open(folder / "out" / file, "a", encoding="utf-8") as table:
        table.write(f"{line}\n")


def test_publish_applies_corrections_and_lateness_and_runs_nothing(classroom, pool, monkeypatch):
    grade(classroom, "--late-penalty", "10")
    monkeypatch.setattr(session, "make_ready", None)
    pool.graded = None  # whatever is run now fails
    correct(classroom, f"eve,{grading_class.SHEET},,12,handed in on paper")
    correct(classroom, f"bob,{grading_class.SHEET},1", "late.csv")
    assert session.publish_again(classroom / "out") == Exit.GRADED
    found = rows(classroom)
    assert [found[s]["points"] for s in ("ada", "bob", "eve")] == ["7", "4.9", "12"]
    session.publish_again(classroom / "out", 0.0)
    assert rows(classroom)["bob"]["points"] == "7"


def test_publish_says_the_same_as_grade_byte_for_byte(classroom, pool):
    pool.trouble, pool.changes = {"bob"}, {s: {"fingerprint": "f"} for s in ("ada", "cyd")}
    (classroom / "roster.csv").write_text("student,name\nada,Ada\nzoe,Zoe\n", encoding="utf-8")
    grade(classroom, "--roster", classroom / "roster.csv", "--late-penalty", "5")
    before = published(classroom)
    assert b"the disk caught fire" in before["grades.json"]
    (classroom / "out" / "grades.csv").unlink()
    assert session.publish_again(classroom / "out") == Exit.PERSON
    assert published(classroom) == before


def test_publish_after_an_interruption_has_the_results_so_far(classroom, pool, monkeypatch):
    pool.cut = {2: SystemExit()}  # as by kill -9: no line after this one is run
    with pytest.raises(SystemExit):
        grade(classroom)
    session.publish_again(classroom / "out")
    assert [row["points"] for row in rows(classroom).values()] == ["7", "7", "", "0", ""]


def test_publish_without_a_class_says_what_to_type(tmp_path):
    with pytest.raises(session.Refused, match="given to grade as --out"):
        session.publish_again(tmp_path)


def test_again_grades_one_student_again_and_nobody_else(classroom, pool):
    grade(classroom)
    pool.graded.clear()
    grade(classroom, "--again", "BOB")
    assert pool.graded == ["bob"]


def test_again_that_the_machine_fails_at_keeps_the_earlier_result(classroom, pool, capsys):
    grade(classroom)
    pool.trouble = {"bob"}
    grade(classroom, "--again", "bob")
    assert rows(classroom)["bob"]["points"] == "7"
    assert "its earlier result stands. the disk caught fire" in capsys.readouterr().out


def test_only_grades_one_student_and_leaves_all_others_as_they_were(classroom, pool, monkeypatch):
    grade(classroom)
    before = rows(classroom)
    pool.graded.clear()
    for student in ("ada", "bob"):
        new = classroom / "in" / student / f"{grading_class.SHEET}.ipynb"
        new.write_bytes(answered(f"{student} again"))
    monkeypatch.setattr(session.sheets.Sheet, "hash", property(lambda sheet: "mended"))
    grade(classroom, "--only", "ada")
    assert pool.graded == ["ada"]
    assert rows(classroom) == before  # bob's, of the old submission, cyd's, of the old sheet
    pool.graded.clear()
    grade(classroom)
    assert pool.graded == ["bob", "cyd"]


def test_only_of_a_class_that_was_never_graded_gives_nobody_a_zero(classroom, pool):
    grade(classroom, "--only", "ada")
    found = rows(classroom)
    assert pool.graded == ["ada"]
    assert [found[s]["points"] for s in ("ada", "bob", "cyd", "dan")] == ["7", "", "", "0"]
    grade(classroom)
    assert pool.graded == ["ada", "bob", "cyd"]


def test_only_with_a_folder_of_one_student_keeps_all_others(classroom, pool):
    (classroom / "roster.csv").write_text("student\nada\nbob\nzoe\n", encoding="utf-8")
    grade(classroom, "--roster", classroom / "roster.csv")
    before = rows(classroom)
    (classroom / "in").rename(classroom / "all")
    (classroom / "in" / "ada").mkdir(parents=True)
    sheet = f"{grading_class.SHEET}.ipynb"
    (classroom / "in" / "ada" / sheet).write_bytes(answered("late"))
    grade(classroom, "--only", "ada")
    assert pool.graded[-1] == "ada"
    assert rows(classroom) == before


def test_a_list_in_seconds_runs_and_writes_nothing(classroom, pool, monkeypatch, capsys):
    monkeypatch.setattr(session, "make_ready", None)
    (classroom / "roster.csv").write_text("student\nada\ncyd\nzoe\n", encoding="utf-8")
    typed = ("--list", "--roster", classroom / "roster.csv")
    assert grade(classroom, *typed) == Exit.GRADED
    said = capsys.readouterr().out
    for words in (
        f"ada      01_tiny  ada/{grading_class.SHEET}.ipynb (new)",
        "not on roster: bob fits nobody",
        "zoe      01_tiny  nothing",
        "homework.ipynb cannot be read",
        "6 students: 3 sheets came (3 new), 1 need a person, 2 are missing. Nothing was run.",
    ):
        assert words in said
    assert pool.graded == []
    assert not (classroom / "out").exists()


def test_a_list_says_who_has_a_result(classroom, pool, capsys):
    grade(classroom)
    capsys.readouterr()
    grade(classroom, "--list")
    assert capsys.readouterr().out.count("(has a result)") == 3


def out_of_time(status):
    """Exercises of which 1.1 ended so; 1.3 passed."""
    return {
        "exercises": tuple(
            grading_results.exercise(
                n, status if n == "1.1" else "passed" if n == "1.3" else "wrong", p
            )
            for n, p in grading_class.POINTS.items()
        )
    }


@pytest.mark.parametrize(
    ("second", "points"),
    [("passed", "7"), ("timeout", "5"), ("trouble", "5"), ("nothing", "5")],
)
def test_what_ran_out_of_time_is_tried_once_more_alone(
    classroom, pool, monkeypatch, second, points
):
    tries = []

    def pool_(jobs, workers):
        tries.append((sorted(made.student for made in jobs.values()), workers))
        for name, made in jobs.items():
            first = len(tries) == 1
            changes = out_of_time("timeout" if first or second != "passed" else "passed")
            if second == "nothing" and not first:
                changes = {"exercises": ()}
            if second == "trouble" and not first:
                yield name, Trouble("it was stopped")
            elif made.student == "bob":
                yield name, session.job.result(made, Status.GRADED, **changes)
            else:
                yield name, graded(made)

    monkeypatch.setattr(work.workers, "on_this_machine", pool_)
    grade(classroom, "--jobs", "2")
    assert tries == [(["ada", "bob", "cyd"], 2), (["bob"], 1)]
    assert rows(classroom)["bob"]["points"] == points
    grade(classroom, "--jobs", "2")
    assert tries[2:] == [([], 2)]  # its result is final


def test_what_ran_out_of_time_is_not_kept_when_the_second_try_is_cut_short(
    classroom, pool, monkeypatch
):
    pool.changes = {"bob": out_of_time("timeout")}
    pool.cut = {3: KeyboardInterrupt()}
    grade(classroom, "--jobs", "2")
    assert rows(classroom)["bob"]["points"] == ""
    pool.cut = {}
    grade(classroom, "--jobs", "2")
    assert pool.graded == ["ada", "bob", "cyd", "bob"]  # alone from the start, so once
    assert rows(classroom)["bob"]["points"] == "5"


def test_who_was_alone_is_not_tried_again(classroom, pool):
    pool.changes = {"bob": out_of_time("timeout")}
    grade(classroom, "--jobs", "1")
    assert sorted(pool.graded) == ["ada", "bob", "cyd"]


@pytest.mark.parametrize("option", ["--only", "--again"])
def test_a_student_who_is_not_there_is_refused(classroom, pool, option):
    with pytest.raises(session.Refused, match="'marie' names nobody here"):
        grade(classroom, option, "marie")
    assert pool.graded == []


def test_a_preflight_is_kept_until_something_it_depends_on_changes(classroom, pool, monkeypatch):
    seen, ready = [], readiness.preflight
    monkeypatch.setattr(readiness, "preflight", lambda *of: seen.append(of[1].name) or ready(*of))
    sheet = classroom / "in" / "bob" / f"{grading_class.SHEET}.ipynb"

    def once_more(*typed):
        sheet.write_bytes(answered(f"version {len(pool.graded)}"))
        seen.clear()
        grade(classroom, *typed)
        return len(seen)

    assert [once_more(), once_more()] == [1, 0]
    assert once_more("--secret", "x") == 1
    assert once_more() == 1
    changes = (
        (readiness.sandbox, "best", lambda wanted: "process"),
        (readiness.platform, "node", lambda: "another"),
        (readiness.store, "grader_hash", lambda: "another library"),
        (session.sheets.Sheet, "hash", property(lambda sheet: "another sheet")),
    )
    for change in changes:
        monkeypatch.setattr(*change)
        assert [once_more(), once_more()] == [1, 0], change
    grade(classroom)  # nothing to run needs no preflight at all
    assert seen == []


def test_a_kept_preflight_that_is_damaged_is_made_again(classroom, pool):
    grade(classroom)
    kept = classroom / "out" / store.KEPT / f"preflight-{grading_class.SHEET}.json"
    kept.write_text("{", encoding="utf-8")
    grade(classroom, "--again", "ada")
    assert store.loads(store.Preflight, kept.read_text(encoding="utf-8")).timeouts == {}
