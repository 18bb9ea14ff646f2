"""The grades as files: grades.csv and grades.json, and the columns Moodle, Canvas and nbgrader expect.

A sheet without points, because it needs manual grading or cannot be read, is an empty cell
everywhere, never 0. A sheet that was not handed in counts 0 in grades.csv and nbgrader.csv, as
nbgrader itself counts it; in moodle.csv and canvas.csv it is empty too, so that the platform's own
rule for missing work decides.
"""

import csv
import io
import json
from dataclasses import asdict, replace

from course_lib.grading.publish.pages import line, number
from course_lib.grading.results import VERSION, Status

NBGRADER = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
FORMULA = tuple("=+-@＝＋－＠")  # the wide ones too: some spreadsheets read them as the narrow


def cell(text):
    """text on one line, in a form that no spreadsheet takes for a formula."""
    text = line(text, 1024)
    return "'" + text if text.lstrip(" '\"\ufffd")[:1] in FORMULA else text


def table(columns, rows, excel=False):
    """Bytes of a CSV file, every cell quoted. With `excel`, a byte order mark comes first.

    Excel takes a file without the mark for the computer's old code page and garbles names. Canvas
    and nbgrader's readers stumble over the mark, so only what people open has it.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig" if excel else "utf-8")


def grades_csv(grades):
    """A row per student: points of each sheet, their sum, the worst status, the kinds of flags."""
    columns = ["student", *grades.sheets, "points", "max_points", "status", "flags"]
    return table(columns, [_grades_row(row) for row in grades.rows], excel=True)


def _grades_row(row):
    sheets = [number(mark.points) for mark in row.marks.values()]
    total = [number(row.points), number(row.max_points)]
    return [row.student, *sheets, *total, row.status, "; ".join(row.kinds)]


def exercises_csv(grades):
    """A row per student: the points of each exercise; empty where nobody knows them."""
    columns = {}
    for row in grades.rows:
        for mark in row.marks.values():
            columns |= {(mark.sheet, exercise.exercise): None for exercise in mark.exercises}
    titles = [f"{sheet} {exercise}" for sheet, exercise in columns]
    rows = [[row.student, *_exercise_points(row, columns)] for row in grades.rows]
    return table(["student", *titles], rows, excel=True)


def _exercise_points(row, columns):
    for sheet, exercise in columns:
        mark = row.marks[sheet]
        points = {e.exercise: e.points for e in mark.exercises}
        unknown = 0.0 if mark.status == Status.MISSING else None
        yield number(None if mark.points is None else points.get(exercise, unknown))


def grades_json(grades):
    """Everything: per student and sheet the points, how they came about, and the result itself."""
    students = [_student_json(row) for row in grades.rows]
    everything = {"version": VERSION, "sheets": grades.sheets, "students": students}
    return json.dumps(everything, indent=1, sort_keys=True).encode() + b"\n"


def _student_json(row):
    return {
        "student": row.student,
        "status": row.status,
        "points": row.points,
        "max_points": row.max_points,
        "flags": row.kinds,
        "sheets": [_mark_json(mark) for mark in row.marks.values()],
    }


def _mark_json(mark):
    exercises = [_exercise_json(exercise, mark.machine_points) for exercise in mark.exercises]
    result = asdict(replace(mark.result, exercises=()))
    return {
        "sheet": mark.sheet,
        "status": mark.status,
        "points": mark.points,
        "max_points": mark.max_points,
        "late": {"days": mark.days, "penalty": mark.penalty, "points_before": mark.before_late},
        "overrides": [asdict(override) for override in mark.overrides],
        "exercises": exercises,
        "result": {key: value for key, value in result.items() if key != "exercises"},
    }


def _exercise_json(exercise, machine_points):
    """An exercise with its points after corrections, and those before where they changed."""
    name = exercise.exercise
    before = {"machine_points": machine_points[name]} if name in machine_points else {}
    return asdict(replace(exercise, got=_plain(exercise.got))) | before


def _plain(got):
    """got if it is JSON; what a student's process sent may be nested too deep, or hold a nan."""
    try:
        json.dumps(got, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        return {"status": "not plain data", "values": []}
    return got


def moodle_csv(grades, people):
    """For Moodle's grade import: one user is found by ID number or by email address.

    Neither is ever empty: Moodle gives the grades of a row without one to the student of the row
    above, and stops with a message at one it does not know.
    """
    columns = ["Identifier", "Full name", "ID number", "Email address", *grades.sheets]
    return table(columns, [_moodle_row(row, people.get(row.student)) for row in grades.rows])


def _moodle_row(row, person):
    identifier = field(person, "moodle", "identifier", "participant") or row.student
    id_number = field(person, "id number", "idnumber", "id_number", "matriculation") or row.student
    email = field(person, "email", "email address", "e-mail", "mail") or row.student
    full = field(person, "name", "full name") or row.student
    return [identifier, full, id_number, email, *_handed_in(row)]


def canvas_csv(grades, people):
    """For Canvas's gradebook import: the maxima are in the second row."""
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *grades.sheets]
    possible = ["    Points Possible", "", "", "", "", *map(number, grades.sheets.values())]
    rows = [_canvas_row(row, people.get(row.student)) for row in grades.rows]
    return table(columns, [possible, *rows])


def _canvas_row(row, person):
    login = field(
        person, "sis login id", "login", "sis_login_id", "email", "email address", "e-mail"
    )
    user = field(person, "sis user id", "sis_user_id", "sis") or row.student
    return [
        field(person, "name", "full name") or row.student,
        field(person, "canvas", "canvas id", "canvas_id"),
        user,
        login,
        field(person, "section"),
        *_handed_in(row),
    ]


def _handed_in(row):
    return ["" if m.status == Status.MISSING else number(m.points) for m in row.marks.values()]


def nbgrader_csv(grades, people):
    """The layout of `nbgrader export`: a row per sheet and student."""
    rows = []
    for sheet in grades.sheets:
        for row in grades.rows:
            rows.append(_nbgrader_row(row.marks[sheet], people.get(row.student)))
    return table(NBGRADER, rows)


def _nbgrader_row(mark, person):
    last, first = _names(person)
    email = field(person, "email", "email address", "e-mail", "mail")
    who = [mark.sheet, "", "", mark.student, last, first, email]
    scores = (mark.before_late, mark.penalty, mark.points, mark.max_points)
    if mark.points is None:
        scores = (None, None, None, mark.max_points)
    return who + ["" if score is None else repr(float(score)) for score in scores]


def _names(person):
    """(last, first), from columns of their own, or "Lovelace, Ada", or "Ada Lovelace"."""
    last, first = field(person, "last_name", "last name"), field(person, "first_name", "first name")
    whole = field(person, "name", "full name")
    if last or first:
        return last, first
    if "," in whole:
        last, first = whole.split(",", 1)
        return last.strip(), first.strip()
    first, _, last = whole.rpartition(" ")
    return last, first


def field(person, *names):
    """The first of these columns of the roster that says something, whatever its capitals."""
    known = {str(key).strip().casefold(): value for key, value in (person or {}).items()}
    for wanted in names:
        if str(known.get(wanted) or "").strip():
            return str(known[wanted]).strip()
    return ""
