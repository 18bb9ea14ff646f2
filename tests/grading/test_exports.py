"""Tables for platforms, and cells that no spreadsheet runs."""

import csv
import io

import pytest
from helpers.grading_results import HOSTILE, SECOND, SHEET, hostile, result

from course_lib.grading.publish.exports import (
    canvas_csv,
    cell,
    exercises_csv,
    field,
    grades_csv,
    moodle_csv,
    nbgrader_csv,
    table,
)
from course_lib.grading.publish.grades import gather

ADA = {
    "student": "ada",
    "name": "Lovelace, Ada",
    "email": "ada@example.org",
    "moodle": "Participant 12",
    "canvas": "345",
    "section": "Group A",
}
LATE = f"student,sheet,days\nada,{SHEET},1\n".encode()


def read(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))


def states():
    """A student with a sheet in every state."""
    names = ("needs manual", "unreadable", "missing", "graded")
    sheets = [result("ada", f"0{k}_x", status=status) for k, status in enumerate(names)]
    return gather(sheets)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r=1", "'=1"),
        ("  =1", "'=1"),
        ("\n \"'=1", "'\"'=1"),
        ("\x00=1", "'\ufffd=1"),
        ("\x1b[31m=1", "'=1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("Zoë 李", "Zoë 李"),
        ("a\r\nb\tc\u2028d", "a b c\ufffdd"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("a\ud800b", "a\ufffdb"),
        ("", ""),
        (0, "0"),
        (None, ""),
    ],
)
def test_a_cell_is_one_line_and_no_formula(text, expected):
    assert cell(text) == expected


def test_every_cell_is_quoted_and_commas_and_quotes_survive():
    data = table(["a", "b"], [['x, "y"', 1]])
    assert data == b'"a","b"\n"x, ""y""","1"\n'
    assert read(data)[1] == ['x, "y"', "1"]


def test_only_the_table_for_people_has_the_mark_that_excel_needs():
    grades = states()
    assert grades_csv(grades).startswith(b"\xef\xbb\xbf")
    for made in (moodle_csv, canvas_csv, nbgrader_csv):
        assert made(grades, {}).startswith(b'"')


def test_moodle():
    grades = gather([result("ada"), result("ada", SECOND)])
    head, row = read(moodle_csv(grades, {"ada": ADA}))
    assert head == ["Identifier", "Full name", "ID number", "Email address", SHEET, SECOND]
    assert row == ["Participant 12", "Lovelace, Ada", "ada", "ada@example.org", "4", "4"]


def test_moodle_never_sees_a_student_without_an_identifier():
    """It would give that row's grades to the student above."""
    people = {"ada": ADA, "bob": {"student": "bob", "email": " ", "name": None}}
    made = read(moodle_csv(gather([result(s) for s in ("ada", "bob", "eve")]), people))
    assert [row[:4] for row in made[2:]] == [["bob"] * 4, ["eve"] * 4]


def test_canvas():
    grades = gather([result("ada"), result("bob")])
    head, possible, ada, bob = read(canvas_csv(grades, {"ada": ADA}))
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", SHEET]
    assert possible == ["Points Possible", "", "", "", "", "4"]
    assert ada == ["Lovelace, Ada", "345", "ada", "ada@example.org", "Group A", "4"]
    assert bob == ["bob", "", "bob", "", "", "4"]


def test_nbgrader():
    late = gather([result("ada"), result("ada", SECOND)], {}, None, LATE, 10)
    head, first, second = read(nbgrader_csv(late, {"ada": ADA}))
    assert ",".join(head) == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,"
        "raw_score,late_submission_penalty,score,max_score"
    )
    who = ["", "", "ada", "Lovelace", "Ada", "ada@example.org"]
    assert first == [SHEET, *who, "4.0", "0.4", "3.6", "4.0"]
    assert second == [SECOND, *who, "4.0", "0.0", "4.0", "4.0"]


@pytest.mark.parametrize(
    ("person", "names"),
    [
        ({"name": "Ada King Lovelace"}, ["Lovelace", "Ada King"]),
        ({"name": "Plato"}, ["Plato", ""]),
        ({"name": "x", "Last Name": "Lovelace", "First_name": "Ada"}, ["Lovelace", "Ada"]),
        ({}, ["", ""]),
    ],
)
def test_first_and_last_names(person, names):
    made = read(nbgrader_csv(gather([result("ada")]), {"ada": person}))
    assert made[1][4:6] == names


def test_no_points_is_empty_everywhere_and_missing_only_on_platforms():
    grades = states()
    assert read(grades_csv(grades))[1][1:5] == ["", "", "0", "4"]
    assert read(moodle_csv(grades, {}))[1][4:] == ["", "", "", "4"]
    assert read(canvas_csv(grades, {}))[2][5:] == ["", "", "", "4"]
    rows = read(nbgrader_csv(grades, {}))[1:]
    none, some = ["", "", "", "4.0"], ["4.0", "0.0", "4.0", "4.0"]
    assert [row[7:] for row in rows] == [none, none, ["0.0", "0.0", "0.0", "4.0"], some]


def test_the_first_column_that_says_something_counts():
    assert field({"Email": " ", "E-Mail": "a@b"}, "email", "e-mail") == "a@b"
    assert field(None, "email") == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_in_their_cell(text):
    grades = gather(hostile(text))
    people = {text: dict.fromkeys(("name", "email", "moodle", "canvas", "section"), text)}
    tables = [grades_csv(grades)[3:]]
    tables += [made(grades, people) for made in (moodle_csv, canvas_csv, nbgrader_csv)]
    for data in tables:
        rows = read(data)
        assert len({len(row) for row in rows}) == 1
        for part in (part for row in rows for part in row):
            assert part.lstrip(" \"'")[:1] not in tuple("=+-@") or part.startswith("'")
            assert part.isprintable() or "\ufffe" in part
        assert data.count(b"\n") == len(rows)


def test_exercises_csv_has_the_points_of_each_exercise():
    marks = f"student,sheet,exercise,points,reason\nada,{SHEET},1.2,0.5,half\n".encode()
    results = [result("ada"), *(result(s, status=s) for s in ("missing", "needs manual"))]
    head, *rows = read(exercises_csv(gather(results, marks=marks)))
    assert head[-2:] == [f"{SHEET} 1.1", f"{SHEET} 1.2"]
    assert [row[1:] for row in rows] == [["2", "0.5"], ["0", "0"], ["", ""]]
