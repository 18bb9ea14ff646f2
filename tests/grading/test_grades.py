"""From results and corrections to grades: nothing lost, nothing invented, nothing half done."""

import csv
import json
import os
from types import SimpleNamespace

import pytest
from helpers.grading_results import SECOND, SHEET, bundle, exercise, remark, result

from course_lib.grading.publish import write as module
from course_lib.grading.publish.corrections import DELAYS, MARKS
from course_lib.grading.publish.grades import gather, publish

MARKED, LATE = ",".join(MARKS) + "\n", ",".join(DELAYS) + "\n"


def rows(out, name="grades.csv"):
    with (out / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def tree(out):
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def graded(results, marks="", late="", penalty=0.0):
    """The only row, after these lines of corrections."""
    made = gather(results, None, (MARKED + marks).encode(), (LATE + late).encode(), penalty)
    return made.rows[0]


def refusal(results, marks="", late="", penalty=0.0):
    with pytest.raises(ValueError, match="needed") as caught:
        graded(results, marks, late, penalty)
    return str(caught.value)


def test_a_row_per_student_and_a_column_per_sheet(tmp_path):
    wrong = result(
        "bob",
        SHEET,
        exercise("1.1"),
        exercise("1.2", "wrong"),
        flags=(remark(), remark("not_code"), remark("not_code")),
    )
    publish(tmp_path, [result("bob", SECOND), wrong, result("ada", SECOND), result("ada")])
    ada, bob = rows(tmp_path)
    assert list(bob) == ["student", SHEET, SECOND, "points", "max_points", "status", "flags"]
    assert list(bob.values()) == ["bob", "2", "4", "6", "8", "graded", "not_code; tampered"]
    assert (ada["student"], ada["points"]) == ("ada", "8")


@pytest.mark.parametrize("status", ["needs manual", "unreadable"])
def test_a_sheet_without_points_is_empty_and_never_0(tmp_path, status):
    publish(tmp_path, [result(), result("ada", SECOND, status=status)])
    (row,) = rows(tmp_path)
    assert (row[SHEET], row[SECOND], row["points"]) == ("4", "", "")
    assert (row["max_points"], row["status"]) == ("8", status)


def test_missing_is_0(tmp_path):
    publish(tmp_path, [result(), result("ada", SECOND, status="missing")])
    (row,) = rows(tmp_path)
    assert (row[SECOND], row["points"], row["status"]) == ("0", "4", "missing")


def test_the_status_of_a_row_is_the_worst(tmp_path):
    worst = ["needs manual", "unreadable", "missing", "graded"]
    for k, status in enumerate(worst):
        sheets = [result("ada", f"0{j}_x", status=s) for j, s in enumerate(worst[k:])]
        assert graded(sheets[::-1]).status == status


def test_the_same_input_gives_the_same_bytes_in_any_order(tmp_path):
    results = [result(s, h) for s in ("ada", "bob") for h in (SHEET, SECOND)]
    publish(tmp_path / "a", results)
    publish(tmp_path / "b", results[::-1])
    publish(tmp_path / "b", results)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_grades_csv_does_not_tell_how_it_was_graded(tmp_path):
    publish(tmp_path / "a", [result()])
    other = {"seconds": 99.0, "host": "other", "started": "2027", "runs": 3, "memory_mb": 1}
    publish(tmp_path / "b", [result(**other)])
    for name in ("grades.csv", "exercises.csv", "moodle.csv", "canvas.csv", "nbgrader.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_pages_of_students_no_longer_graded_go_and_other_files_stay(tmp_path):
    publish(tmp_path, [result("ada"), result("bob")])
    (tmp_path / "feedback" / "notes.html").write_text("mine")
    publish(tmp_path, [result("ada")])
    names = [path.name for path in (tmp_path / "feedback").iterdir()]
    assert len(names) == 2
    assert "notes.html" in names
    assert any(name.startswith("ada-") for name in names)


def test_nothing_published_is_lost_when_a_file_cannot_be_written(tmp_path, monkeypatch):
    publish(tmp_path, [result("ada")])
    before, write = tree(tmp_path), module._write

    def full(path, data):
        write(path, data[:10])
        if path.name.startswith(".grades.csv."):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(OSError, match=r"the last ones stand.*No space left"):
        publish(tmp_path, [result("ada"), result("bob")])
    assert tree(tmp_path) == before


def test_a_file_that_is_open_elsewhere_is_named_and_the_others_are_new(tmp_path, monkeypatch):
    publish(tmp_path, [result("ada")])
    before, replace = tree(tmp_path), os.replace

    def locked(path, final):
        if final.name == "moodle.csv":
            raise PermissionError(13, "Permission denied")
        replace(path, final)

    monkeypatch.setattr(os, "replace", locked)
    with pytest.raises(OSError, match=r"All files are new but \S*moodle\.csv: close"):
        publish(tmp_path, [result("ada"), result("bob")])
    assert (tmp_path / "moodle.csv").read_bytes() in before.values()
    assert len(rows(tmp_path)) == 2
    assert not list(tmp_path.rglob("*.new"))


def test_what_an_interruption_left_is_removed_and_what_somebody_writes_is_not(tmp_path):
    publish(tmp_path, [result("ada")])
    before = tree(tmp_path)
    for name in ("old", "new"):
        (tmp_path / "feedback" / f".{name}-00000000.html.host-1.new").write_text("half")
    os.utime(tmp_path / "feedback" / ".old-00000000.html.host-1.new", (0, 0))
    publish(tmp_path, [result("ada")])
    (tmp_path / "feedback" / ".new-00000000.html.host-1.new").unlink()
    assert tree(tmp_path) == before


def test_a_disk_that_is_full_at_once_leaves_no_empty_corrections(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            publish(tmp_path, [result("ada")])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    (tmp_path / "overrides.csv").touch()
    publish(tmp_path, [result("ada")])
    assert rows(tmp_path)


def test_every_file_is_on_the_disk_before_it_gets_its_name(tmp_path, monkeypatch):
    log = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (log.append("fsync"), fsync(fd))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (log.append("replace"), replace(a, b))[1])
    publish(tmp_path, [result("ada")])
    written = log.count("replace")
    assert written == 10  # with the two empty files of corrections
    assert log[:written] == ["fsync"] * written


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([result(), result()], "ada, 01_linear_regression: 2 results"),
        ([result(), result("bob", SECOND)], "ada, 02_stochastic_gradient_descent: no result"),
        ([result(), result("bob", max_points=5.0)], "maxima [4.0, 5.0]"),
    ],
)
def test_results_that_contradict_themselves_publish_nothing(tmp_path, results, said):
    publish(tmp_path, [result("ada")])
    before = tree(tmp_path)
    with pytest.raises(ValueError, match="No grades were written") as caught:
        publish(tmp_path, results)
    assert said in str(caught.value)
    assert tree(tmp_path) == before


def test_a_student_of_the_roster_without_a_result_is_not_dropped(tmp_path):
    with pytest.raises(ValueError, match=r"bob, 01_linear_regression: no result"):
        publish(tmp_path, [result("ada")], {"ada": {}, "bob": {}})


def test_a_roster_may_be_an_object_with_rows(tmp_path):
    publish(tmp_path, [result("ada")], SimpleNamespace(rows={"ada": {"name": "Ada Lovelace"}}))
    assert rows(tmp_path, "moodle.csv")[0]["Full name"] == "Ada Lovelace"


def test_grades_json_has_everything(tmp_path):
    got = result("ada", SHEET, exercise("1.1"), exercise("1.2", "wrong", got=bundle(2.0)))
    (tmp_path / "overrides.csv").write_text(f'{MARKED}ada,{SHEET},1.2,1.5,"half, for the idea"\n')
    publish(tmp_path, [got])
    read = json.loads((tmp_path / "grades.json").read_text())
    (student,) = read["students"]
    (sheet,) = student["sheets"]
    assert read["sheets"] == {SHEET: 4.0}
    assert (student["points"], sheet["points"], sheet["result"]["points"]) == (3.5, 3.5, 2.0)
    assert sheet["overrides"][0]["reason"] == "half, for the idea"
    assert sheet["exercises"][1]["machine_points"] == 0
    assert sheet["exercises"][1]["got"]["values"] == [2.0]


def test_values_that_are_no_json_stop_nobody(tmp_path):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for got in (bundle(deep), bundle(float("nan")), bundle({1, 2})):
        odd = exercise("1.1", "wrong", got=got)
        publish(tmp_path, [result("ada", SHEET, odd), result("bob", SHEET, exercise("1.1"))])
        read = json.loads((tmp_path / "grades.json").read_text(), parse_constant=pytest.fail)
        assert read["students"][0]["sheets"][0]["exercises"][0]["got"]["values"] == []
        assert len(rows(tmp_path)) == 2
    while deep:  # a list nested so deep is freed step by step, or the interpreter's stack ends
        deep = deep[0]


# Corrections


def test_templates_come_once_and_are_never_replaced(tmp_path):
    publish(tmp_path, [result()])
    assert (tmp_path / "overrides.csv").read_text("utf-8-sig") == MARKED
    assert (tmp_path / "late.csv").read_text("utf-8-sig") == LATE
    (tmp_path / "overrides.csv").write_text(f"{MARKED}ada,{SHEET},,1,why\n")
    publish(tmp_path, [result()])
    assert (tmp_path / "overrides.csv").read_text().endswith("why\n")
    assert rows(tmp_path)[0]["points"] == "1"


def test_a_mark_for_an_exercise_replaces_its_points():
    wrong = result("ada", SHEET, exercise("1.1"), exercise("1.2", "wrong", most=3))
    assert graded([wrong], f"ada,{SHEET},1.2,1.5,idea\n").points == 3.5
    assert graded([wrong], f"ada,{SHEET},1.1,0,copied\n").points == 0


def test_a_mark_for_the_whole_sheet_makes_it_graded():
    for status in ("needs manual", "unreadable", "missing"):
        listed = [result("bob"), result("ada", status=status)]
        row = graded(listed, f"ada,{SHEET},,2.5,on paper\n")
        assert (row.status, row.points) == ("graded", 2.5)


def test_marks_for_some_exercises_are_not_enough_for_a_sheet_without_points():
    listed = [result("bob"), result("ada", status="needs manual")]
    row = graded(listed, f"ada,{SHEET},1.1,2,a\n")
    assert (row.status, row.points) == ("needs manual", None)
    row = graded(listed, f"ada,{SHEET},1.1,2,a\nada,{SHEET},1.2,0,b\n")
    assert (row.status, row.points) == ("graded", 2)


def test_a_mark_for_an_exercise_of_a_missing_sheet():
    row = graded([result("bob"), result("ada", status="missing")], f"ada,{SHEET},1.1,2,a\n")
    assert (row.status, row.points) == ("graded", 2)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"eve,{SHEET},,1,x", "line 2: student 'eve', who is not graded here came"),
        (f"Ada,{SHEET},,1,x", "student 'Ada'"),
        ("ada,07_none,,1,x", "sheet '07_none' came; needed: one of 01_linear_regression"),
        (f"ada,{SHEET},9.9,1,x", "exercise '9.9' came; needed: one of 1.1, 1.2, or an empty"),
        (f"ada,{SHEET},1.1,2.5,x", "points '2.5' came; needed: a number from 0 to 2"),
        (f"ada,{SHEET},,4.1,x", "points '4.1' came; needed: a number from 0 to 4"),
        (f"ada,{SHEET},,-1,x", "points '-1'"),
        (f"ada,{SHEET},,,x", "points ''"),
        (f"ada,{SHEET},,nan,x", "points 'nan'"),
        (f"ada,{SHEET},,1e0,x", "points '1e0'"),
        (f"ada,{SHEET},,inf,x", "points 'inf'"),
        (f"ada,{SHEET},,٣,x", "points '٣'"),
        (f"ada,{SHEET},,two,x", "points 'two'"),
        (f"ada,{SHEET},,1,5,x", "line 2: 6 cells came; needed: 5"),
        (f"ada,{SHEET}", "line 2: 2 cells"),
        (f'ada,{SHEET},,1,"open', "no CSV"),
        (f"ada,{SHEET},1.1,1,x\nada,{SHEET},1.1,1,x", "line 3: a second mark for ada"),
        (f"ada,{SHEET},1.1,1,x\nada,{SHEET},,1,x", "a mark for the whole and marks for exercises"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_used(tmp_path, line, said):
    message = refusal([result()], line + "\n")
    assert message.startswith("overrides.csv: Nothing of it was used")
    assert said in message
    publish(tmp_path, [result()])
    before = tree(tmp_path)
    (tmp_path / "overrides.csv").write_text(f"{MARKED}ada,{SHEET},1.2,0,good\n{line}\n")
    with pytest.raises(ValueError, match=r"overrides\.csv"):
        publish(tmp_path, [result()])
    del before[(tmp_path / "overrides.csv").relative_to(tmp_path)]
    after = tree(tmp_path)
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_all_wrong_lines_are_named_at_once_but_not_a_thousand():
    message = refusal([result()], f"eve,{SHEET},,1,x\nada,{SHEET},,9,x\n")
    assert "line 2" in message
    assert "line 3" in message
    assert "and 980 more" in refusal([result()], f"eve,{SHEET},,1,x\n" * 1000)


def test_an_exercise_of_a_sheet_that_nobody_handed_in_cannot_be_marked():
    message = refusal([result(status="needs manual")], f"ada,{SHEET},1.1,1,x\n")
    assert "only the whole can be marked" in message


@pytest.mark.parametrize(
    "data",
    [
        f"\ufeff{MARKED}ada,{SHEET},1.1,1.5,é\n".encode(),
        f"{MARKED}\r\nada,{SHEET},1.1,1.5,é\r\n,,,,\r\n\r\n".encode(),
        f"Student;Sheet;Exercise;Points;Reason\nada;{SHEET};1.1;1,5;é\n".encode(),
        f"reason,points,exercise,sheet,student\né, 1.5 ,1.1,{SHEET},ada\n".encode(),
    ],
)
def test_files_as_spreadsheets_write_them(data):
    made = gather([result()], None, data)
    assert made.rows[0].points == 3.5
    assert made.rows[0].marks[SHEET].overrides[0].reason == "é"


@pytest.mark.parametrize("data", [b"", b"student,sheet\n", b"\xff\xfes\x00", b"PK\x03\x04\x00"])
def test_a_file_that_is_no_table_of_marks_is_refused(data):
    with pytest.raises(ValueError, match=r"overrides\.csv.*\nline 1: .* came; needed"):
        gather([result()], None, data)


def test_a_student_is_found_as_written_in_grades_csv(tmp_path):
    publish(tmp_path, [result("=cmd|x\n1")])
    written = rows(tmp_path)[0]["student"]
    assert written == "'=cmd|x 1"
    assert graded([result("=cmd|x\n1")], f"{written},{SHEET},,1,x\n").points == 1


def test_two_students_who_look_the_same_there_are_not_mixed_up():
    both = [result("a\tb"), result("a\nb")]
    assert "who is more than one" in refusal(both, f"a b,{SHEET},,1,x\n")


def test_a_delay_costs_a_percentage_of_the_maximum_each_day():
    row = graded([result()], late=f"ada,{SHEET},2\n", penalty=10)
    mark = row.marks[SHEET]
    assert (mark.before_late, mark.penalty, mark.points, row.points) == (4, 0.8, 3.2, 3.2)
    assert graded([result()], late=f"ada,{SHEET},2\n").points == 4


def test_a_delay_never_leads_below_0_and_comes_after_marks():
    row = graded([result()], f"ada,{SHEET},,1,x\n", f"ada,{SHEET},99\n", 10)
    assert (row.points, row.marks[SHEET].penalty) == (0, 1)
    half = graded([result()], f"ada,{SHEET},,2,x\n", f"ada,{SHEET},1\n", 10)
    assert half.points == 1.6


def test_a_delay_gives_no_points_to_a_sheet_without():
    row = graded([result(status="needs manual")], late=f"ada,{SHEET},2\n", penalty=10)
    assert (row.points, row.marks[SHEET].penalty, row.marks[SHEET].days) == (None, None, 2)


@pytest.mark.parametrize(
    "line", ["eve,{},1", "ada,07,1", "ada,{},-1", "ada,{},x", "ada,{},1\nada,{},1"]
)
def test_a_wrong_line_in_late_csv_is_named(line):
    assert "late.csv: Nothing" in refusal([result()], late=line.replace("{}", SHEET) + "\n")


@pytest.mark.parametrize("penalty", [-1, 101, float("nan")])
def test_a_penalty_is_a_percentage(penalty):
    assert f"late_penalty {penalty} came" in refusal([result()], penalty=penalty)
