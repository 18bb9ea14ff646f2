"""Whatever comes in, and in whatever form, there is one row for each student and sheet."""

import io
import json
import os
import time
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_lib.grading.intake import archives, roster
from course_lib.grading.intake.collect import Submission, collect
from course_lib.grading.intake.names import owner
from course_lib.grading.sheet import notebooks

LINE, SGD = "01_linear_regression", "02_stochastic_gradient_descent"
SHEETS = (LINE, SGD, "03_mini_batches")
EXERCISES = Path(__file__).parents[2] / "exercises"
LESSONS = EXERCISES.parent / "notebooks"


def notebook(sheet=LINE, mark="", ids=True, named=True):
    number = int(sheet[:2])
    cell = {"cell_type": "code", "source": f"# {mark}", "metadata": {}, "outputs": []}
    if ids:
        cell["id"] = f"{sheet}-ex-{number}-1"
    metadata = {"course": {"name": sheet, "kind": "exercises"}} if named else {}
    return json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4}).encode()


def zipped(files, when=(2026, 1, 2, 3, 4, 6)):
    """A zip of {name or ZipInfo: bytes, or (bytes, date)}."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in files.items():
            data, date = data if type(data) is tuple else (data, when)
            info = name if type(name) is zipfile.ZipInfo else zipfile.ZipInfo(name, date)
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Write files, {path: bytes}, below a folder called `class`, and return it."""

    def written(files):
        top = tmp_path / "class"
        top.mkdir(exist_ok=True)
        for name, data in files.items():
            path = top / name
            if data is None:
                path.mkdir(parents=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return top

    return written


def people(*rows, columns="student,name,moodle,canvas", tmp_path=None):
    path = tmp_path / "roster.csv"
    path.write_text("\n".join((columns, *rows)), encoding="utf-8")
    return roster.read(path)


def rows(works):
    """{(student, sheet): Submission}, having checked the invariants."""
    found = {(work.student, work.sheet): work for work in works}
    students, sheets = {w.student for w in works}, {w.sheet for w in works}
    assert len(found) == len(works) == len(students) * len(sheets)
    assert [(w.student, w.sheet) for w in works] == sorted(found)
    for work in works:
        assert type(work) is Submission
        assert work.file.isprintable()
        assert len(work.file) <= 300
    return found


def one(works):
    (work,) = rows(works).values()
    return work


def kinds(work):
    return [flag.flag for flag in work.flags]


def test_a_folder_with_a_folder_a_zip_and_a_notebook(folder):
    top = folder(
        {
            "ada/deep/down/a.ipynb": notebook(mark="ada"),
            "bob/handin.zip": zipped({"x/y/b.ipynb": notebook(mark="bob")}),
            "cem.zip": zipped({"c.ipynb": notebook(mark="cem")}),
            "dan.ipynb": notebook(mark="dan"),
            "eve/eve.zip": zipped({"in.zip": zipped({"e.ipynb": notebook(mark="eve")})}),
            "grades.csv": b"a,b",
            "README": b"text",
            "list.json": b"[]",
        }
    )
    found = rows(collect(top, None, SHEETS))
    assert list(found) == [(name, LINE) for name in ("ada", "bob", "cem", "dan", "eve")]
    for (student, _), work in found.items():
        assert work.data == notebook(mark=student)
        assert (work.flags, work.problem) == ((), "")
    assert found["bob", LINE].file == "bob/handin.zip/x/y/b.ipynb"


def test_nbgraders_folders(folder):
    top = folder(
        {
            f"ada/ps1/{LINE}.ipynb": notebook(),
            f"ada/ps2/{SGD}.ipynb": notebook(SGD),
            f"bob/ps1/{LINE}.ipynb": notebook(mark="b"),
            "bob/ps1/timestamp.txt": b"2026-01-01 10:00:00 UTC",
        }
    )
    found = rows(collect(top, None, SHEETS))
    assert [key for key, work in found.items() if work.data] == [
        ("ada", LINE),
        ("ada", SGD),
        ("bob", LINE),
    ]
    assert found["bob", SGD] == Submission("bob", SGD, None)


MOODLE = {
    f"Ada Lovelace_12345_assignsubmission_file/{LINE}.ipynb": notebook(mark="ada"),
    "Ada Lovelace_12345_assignsubmission_onlinetext/onlinetext.html": b"<p>Please</p>",
    "Bob Smith_777_assignsubmission_file/sub/work.zip": zipped({"a.ipynb": notebook(mark="bob")}),
    "Zoë Ångström_9_assignsubmission_onlinetext/onlinetext.html": b"<p>I was ill</p>",
}
FLAT = {name.replace("/", "_"): data for name, data in MOODLE.items()}


@pytest.mark.parametrize("files", [MOODLE, FLAT], ids=["folders", "flat"])
@pytest.mark.parametrize("form", ["folder", "zip", "folder with the zip", "zip with a folder"])
def test_moodle(folder, tmp_path, files, form):
    path = tmp_path / "Course-Sheet 1-99.zip"
    path.write_bytes(zipped(files))
    if form == "folder":
        path = folder(files)
    if form == "folder with the zip":
        path = folder({"export.zip": zipped(files)})
    if form == "zip with a folder":
        path.write_bytes(zipped({f"submissions/{name}": data for name, data in files.items()}))
    found = rows(collect(path, None, SHEETS))
    assert found["Ada Lovelace_12345", LINE].data == notebook(mark="ada")
    assert found["Bob Smith_777", LINE].data == notebook(mark="bob")
    zoe = found["Zoë Ångström_9", LINE]
    assert zoe.data is None
    assert "onlinetext.html is no notebook" in zoe.problem
    assert len(found) == 3


CANVAS = {
    f"lovelaceada_901_5001_{LINE}.ipynb": notebook(mark="old"),
    f"lovelaceada_901_5009_{LINE}-2.ipynb": notebook(mark="new"),
    f"lovelaceada_901_5005_{LINE}-1.ipynb": notebook(mark="middle"),
    "smithbob_LATE_902_5002_work.zip": zipped({"w.ipynb": notebook(mark="bob")}),
    "group1_903_5003_our notebook.ipynb": notebook(mark="group"),
    "ångströmzoë_904_5004_report.pdf": b"%PDF",
    "LATE_anon_Xy1Z2_5006_x.ipynb": notebook(mark="anonymous"),
    "nashjohn_905_text.html": b"<p>",
}


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_canvas(folder, tmp_path, form):
    path = tmp_path / "submissions.zip"
    path.write_bytes(zipped(CANVAS))
    found = rows(collect(folder(CANVAS) if form == "folder" else path, None, SHEETS))
    ada = found["lovelaceada_901", LINE]
    assert ada.data == notebook(mark="new")
    assert kinds(ada) == ["several_versions"]
    assert all(f"_{number}_" in ada.flags[0].evidence for number in (5001, 5005, 5009))
    assert kinds(found["smithbob_902", LINE]) == []
    assert found["smithbob_902", LINE].data == notebook(mark="bob")
    assert found["group1_903", LINE].data == notebook(mark="group")
    assert "report.pdf is no notebook" in found["ångströmzoë_904", LINE].problem
    assert found["anon_Xy1Z2", LINE].data == notebook(mark="anonymous")


def test_canvas_numbers_count_more_than_dates_which_are_those_of_the_download(tmp_path):
    path = tmp_path / "submissions.zip"
    files = {
        f"a_901_5009_{LINE}-1.ipynb": (notebook(mark="new"), (2026, 1, 1, 0, 0, 0)),
        f"a_901_5001_{LINE}.ipynb": (notebook(mark="old"), (2026, 1, 1, 0, 0, 2)),
    }
    path.write_bytes(zipped(files))
    assert one(collect(path, None, SHEETS)).data == notebook(mark="new")


def test_a_roster_has_every_student_and_strangers_are_flagged(folder, tmp_path):
    top = folder(
        {
            f"Ada Lovelace_12345_assignsubmission_file/{LINE}.ipynb": notebook(),
            f"smithbob_902_5002_{SGD}.ipynb": notebook(SGD),
            f"stranger/{LINE}.ipynb": notebook(mark="s"),
            f"Cem_4_assignsubmission_file/{LINE}.ipynb": notebook(),
        }
    )
    names = (
        "ada,Ada Lovelace,,",
        "bob,Bob Smith,,",
        "c1,Cem,,",
        "c2,Cem,4,",
        "c3,Cem,,",
        "dan,D,,",
    )
    found = rows(collect(top, people(*names, tmp_path=tmp_path), SHEETS))
    assert {key for key, work in found.items() if work.data} == {
        ("ada", LINE),
        ("bob", SGD),
        ("c2", LINE),
        ("stranger", LINE),
    }
    assert {student for student, _ in found} == {"ada", "bob", "c1", "c2", "c3", "dan", "stranger"}
    assert kinds(found["stranger", LINE]) == kinds(found["stranger", SGD]) == ["not_on_roster"]
    assert found["dan", LINE] == Submission("dan", LINE, None)


def test_an_ambiguous_name_is_nobodys(folder, tmp_path):
    top = folder({f"Cem/{LINE}.ipynb": notebook()})
    found = rows(collect(top, people("c1,Cem,,", "c2,Cem,,", tmp_path=tmp_path), SHEETS))
    assert found["Cem", LINE].data
    assert kinds(found["Cem", LINE]) == ["not_on_roster"]
    assert found["c1", LINE].data is found["c2", LINE].data is None


def test_a_stranger_never_takes_a_students_row(folder, tmp_path):
    top = folder({f"x_7_assignsubmission_file/{LINE}.ipynb": notebook()})
    both = people("x_7,Ada,8,", "bob,Bob,7,", tmp_path=tmp_path)
    found = rows(collect(top, both, SHEETS))
    assert found["x_7", LINE].data is None
    assert kinds(found["x_7 (not on the roster)", LINE]) == ["not_on_roster"]


def test_a_participant_number_is_not_another_students_id(folder, tmp_path):
    top = folder({f"Eve_4711_assignsubmission_file/{LINE}.ipynb": notebook()})
    found = rows(collect(top, people("4711,Bob,,", tmp_path=tmp_path), SHEETS))
    assert found["4711", LINE].data is None
    assert found["Eve_4711", LINE].data


def test_the_same_student_twice_the_latest_wins(folder, tmp_path):
    top = folder(
        {
            f"ada/{LINE}.ipynb": notebook(mark="folder"),
            "ada.zip": zipped({"x.ipynb": (notebook(mark="zip"), (2026, 5, 1, 0, 0, 0))}),
            "Ada Lovelace.ipynb": notebook(mark="name"),
        }
    )
    for name, day in ((f"ada/{LINE}.ipynb", 1), ("Ada Lovelace.ipynb", 3)):
        os.utime(top / name, (time.mktime((2026, 3, day, 0, 0, 0, 0, 0, -1)),) * 2)
    work = one(collect(top, people("ada,Ada Lovelace,,", tmp_path=tmp_path), SHEETS))
    assert work.data == notebook(mark="zip")
    assert kinds(work) == ["several_versions"]
    evidence = work.flags[0].evidence
    assert all(
        name in evidence for name in (f"ada/{LINE}.ipynb", "ada.zip/x", "Ada Lovelace.ipynb")
    )
    assert evidence.startswith("took ada.zip/x.ipynb")


def test_with_one_date_the_number_and_then_the_name_decide(folder):
    names = ("a.ipynb", "a (2).ipynb", "a-Copy1.ipynb")
    top = folder({f"ada/{name}": notebook(mark=name) for name in names})
    for name in names:
        os.utime(top / "ada" / name, (1e9, 1e9))
    assert one(collect(top, None, SHEETS)).data == notebook(mark="a (2).ipynb")


def test_the_same_bytes_twice_are_one_version(folder):
    top = folder({"ada/a.ipynb": notebook(), "ada/b.ipynb": notebook()})
    assert one(collect(top, None, SHEETS)).flags == ()


def test_a_broken_later_version_does_not_take_the_place_of_a_whole_one(folder):
    top = folder({f"ada/{LINE}.ipynb": notebook(), f"ada/{LINE}-1.ipynb": b""})
    os.utime(top / "ada" / f"{LINE}.ipynb", (1e9, 1e9))
    work = one(collect(top, None, SHEETS))
    assert work.data == notebook()
    assert "is empty" in work.flags[0].evidence


@pytest.mark.parametrize("flat", [True, False])
def test_the_students_own_folder_and_a_flat_class(folder, flat):
    if flat:
        top = folder({f"ada_{LINE}.ipynb": notebook(), f"{SGD}-bob (1).ipynb": notebook(SGD)})
        assert {s for s, _ in rows(collect(top, None, SHEETS))} == {"ada", "bob (1)"}
    else:
        top = folder({f"{LINE}.ipynb": notebook(), f"{SGD} (1).ipynb": notebook(SGD)})
        found = rows(collect(top, None, SHEETS))
        assert all(work.data for work in found.values())
        assert {student for student, _ in found} == {"class"}


def test_a_folder_for_each_sheet(folder):
    top = folder(
        {
            f"{LINE}/ada/a.ipynb": notebook(),
            f"{LINE}/bob.ipynb": notebook(),
            f"{SGD}/ada/a.ipynb": notebook(SGD),
        }
    )
    found = rows(collect(top, None, SHEETS))
    assert {k for k, w in found.items() if w.data} == {("ada", LINE), ("ada", SGD), ("bob", LINE)}


def test_which_sheet_a_notebook_is_of(folder):
    top = folder(
        {
            "named/x.ipynb": notebook(SGD, ids=False),
            "cells/x.ipynb": notebook(SGD, named=False),
            f"file/{SGD} final.ipynb": notebook(SGD, named=False, ids=False),
            "case/02-Stochastic Gradient Descent.ipynb": notebook(SGD, named=False, ids=False),
            f"lying/{LINE}.ipynb": notebook(SGD),
            "copied/x.ipynb": notebook(SGD).replace(b'"name": "02_st', b'"name": "01_st'),
            "none/x.ipynb": notebook(SGD, named=False, ids=False),
        }
    )
    found = rows(collect(top, None, SHEETS))
    assert {sheet for _, sheet in found} == {SGD}
    taken = {student for (student, _), work in found.items() if work.data and not work.problem}
    assert taken == {"named", "cells", "file", "case", "lying", "copied"}
    assert "none/x.ipynb does not say which sheet it is of" in found["none", SGD].problem
    assert found["none", SGD].data  # for whoever looks at it


def test_real_sheets_and_lessons_which_have_the_same_names(folder):
    sheet, lesson = EXERCISES / f"{LINE}.ipynb", LESSONS / f"{LINE}.ipynb"
    top = folder(
        {
            f"ada/{LINE}.ipynb": lesson.read_bytes(),
            f"bob/lesson/{LINE}.ipynb": lesson.read_bytes(),
            f"bob/sheet/{LINE}.ipynb": sheet.read_bytes(),
        }
    )
    found = rows(collect(top, None, SHEETS))
    assert "is the lesson 01_linear_regression" in found["ada", LINE].problem
    bob = found["bob", LINE]
    assert (bob.data, bob.flags, bob.problem) == (sheet.read_bytes(), (), "")


def test_a_wrong_sheet_counts_only_when_the_right_one_is_not_there(folder):
    top = folder(
        {
            "ada/a.ipynb": notebook(LINE),
            "ada/b.ipynb": notebook(SGD),
            "bob/b.ipynb": notebook(SGD),
            "cem": None,
        }
    )
    found = rows(collect(top, None, (LINE,)))
    assert found["ada", LINE].problem == ""
    assert found["bob", LINE].problem == (
        f"No notebook of {LINE} could be taken: bob/b.ipynb is of {SGD}."
    )
    assert found["cem", LINE] == Submission("cem", LINE, None)


def test_a_scratch_file_of_an_unknown_sheet_might_be_the_missing_one(folder):
    scratch = notebook(named=False, ids=False)
    top = folder(
        {"ada/a.ipynb": notebook(), "ada/Untitled.ipynb": scratch, "b.ipynb": notebook(SGD)}
    )
    found = rows(collect(top, None, SHEETS))
    assert found["ada", LINE].problem == ""
    assert "Untitled.ipynb" in found["ada", SGD].problem
    assert found["b", LINE].problem == ""  # its one notebook is known to be another sheet


def test_all_sheets_when_they_are_wanted_or_none_is_known(folder):
    top = folder({"ada/a.ipynb": notebook()})
    assert {sheet for _, sheet in rows(collect(top, None, SHEETS, only_present=False))} == {*SHEETS}
    top = folder({"ada/a.ipynb": notebook(named=False, ids=False)})
    found = rows(collect(top, None, SHEETS))
    assert {sheet for _, sheet in found} == {*SHEETS}
    assert all(work.problem for work in found.values())


@pytest.mark.parametrize("name", [f"{LINE}.ipynb.txt", "x.json", "x", "x.txt", ".ipynb", "X.IPYNB"])
def test_other_endings_are_taken_when_the_content_is_a_notebook(folder, name):
    top = folder({f"ada/{name}": notebook(), f"bob/{name}": b"not at all"})
    found = rows(collect(top, None, SHEETS))
    assert found["ada", LINE].data == notebook()
    assert found["bob", LINE].problem or found["bob", LINE].data == b"not at all"


def test_a_zip_that_is_called_a_notebook(folder):
    top = folder({f"ada/{LINE}.ipynb": zipped({"a.ipynb": notebook()})})
    assert one(collect(top, None, SHEETS)).data == notebook()


def test_an_unreadable_notebook_is_passed_on_by_its_files_name(folder):
    top = folder({f"ada/{LINE}.ipynb": b"<html>log in", "bob/x.ipynb": b""})
    found = rows(collect(top, None, SHEETS))
    assert found["ada", LINE] == Submission("ada", LINE, b"<html>log in", f"ada/{LINE}.ipynb")
    assert "bob/x.ipynb cannot be read: the file is empty" in found["bob", LINE].problem


def test_files_of_systems_and_copies_of_jupyter_are_not_seen(folder):
    copy = notebook(mark="copy")
    junk = {
        f".ipynb_checkpoints/{LINE}-checkpoint.ipynb": copy,
        f"{LINE}-checkpoint.ipynb": copy,
        f"__MACOSX/._{LINE}.ipynb": copy,
        f"._{LINE}.ipynb": copy,
        ".DS_Store": b"\0",
    }
    files = {f"ada/{name}": data for name, data in junk.items()}
    top = folder(files | {"ada/x.ipynb": notebook(), "bob.zip": zipped(junk | {"x": notebook()})})
    found = rows(collect(top, None, SHEETS))
    assert [work.data for work in found.values()] == [notebook(), notebook()]
    assert [work.flags for work in found.values()] == [(), ()]


def test_only_a_checkpoint_copy_is_for_a_person(folder):
    top = folder({f"ada/{LINE}-checkpoint.ipynb": notebook(), "bob.ipynb": notebook()})
    assert "is a copy that Jupyter made" in rows(collect(top, None, SHEETS))["ada", LINE].problem


def test_symbolic_links_are_never_followed(folder, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(notebook(mark="secret"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.ipynb").write_bytes(notebook(mark="secret"))
    top = folder({"ada/a.txt": b"", "bob/b.ipynb": notebook(), "eve": None})
    (top / "ada" / f"{LINE}.ipynb").symlink_to(secret)
    (top / "bob" / "passwd").symlink_to("/etc/passwd")
    (top / "cem").symlink_to(tmp_path / "other")
    (top / "dan.ipynb").symlink_to(secret)
    (top / "eve" / "up").symlink_to(tmp_path)
    link = zipfile.ZipInfo(f"{LINE}.ipynb")
    link.external_attr = 0o120777 << 16
    (top / "fay.zip").write_bytes(zipped({link: b"/etc/passwd"}))
    found = rows(collect(top, None, SHEETS))
    assert len(found) == 6
    for (student, _), work in found.items():
        assert kinds(work) == ["symbolic_link"]
        assert work.data == (notebook() if student == "bob" else None)
        assert ("symbolic link" in work.problem) == (student != "bob")


def test_pipes_and_other_strange_files_are_not_opened(folder):
    top = folder({"bob.ipynb": notebook(), "ada": None})
    os.mkfifo(top / "ada" / f"{LINE}.ipynb")
    assert "is no ordinary file" in rows(collect(top, None, SHEETS))["ada", LINE].problem


def test_files_and_folders_without_permission_leave_a_row(folder, monkeypatch):
    top = folder({"ada/a.ipynb": notebook(), "bob/b.ipynb": notebook(), "cem.ipynb": notebook()})
    opened, listed = os.open, os.scandir

    def refusing_open(path, *more):
        if Path(path).name == "a.ipynb":
            raise PermissionError(13, "Permission denied")
        return opened(path, *more)

    def refusing_scandir(path):
        if Path(path).name == "bob":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "open", refusing_open)
    monkeypatch.setattr(os, "scandir", refusing_scandir)
    found = rows(collect(top, None, SHEETS))
    assert "ada/a.ipynb cannot be read: Permission denied" in found["ada", LINE].problem
    assert "bob cannot be read: Permission denied" in found["bob", LINE].problem
    assert found["cem", LINE].data


def test_read_only_submissions_are_read_and_not_changed(folder):
    top = folder({"ada/a.ipynb": notebook(), "b.zip": zipped({"b.ipynb": notebook()})})
    for path in sorted(top.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted((p, p.stat().st_mtime_ns) for p in top.rglob("*"))
    assert all(work.data for work in collect(top, None, SHEETS))
    assert sorted((p, p.stat().st_mtime_ns) for p in top.rglob("*")) == before
    (top / "ada").chmod(0o755)


def encrypted():
    data = bytearray(zipped({"a.ipynb": notebook()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def damaged():
    data = bytearray(zipped({f"{LINE}.ipynb": notebook()}))
    data[70] ^= 0xFF
    return bytes(data)


def lzma():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.ipynb", notebook())
    return buffer.getvalue()


def deep():
    inner = zipped({"a.ipynb": notebook()})
    return zipped({"1.zip": zipped({"2.zip": inner})})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (encrypted, "is encrypted"),
        (damaged, "is damaged in its zip"),
        (lzma, "compressed in a way"),
        (deep, "is a zip in a zip in a zip"),
        (lambda: zipped({"a.ipynb": notebook()})[:-30], "is a broken zip"),
        (lambda: b"", "is a broken zip"),
        (lambda: zipped({"big.ipynb": b" " * (archives.FILE + 1)}), "more than 20 MB"),
        (lambda: zipped({"a.rar": b"Rar!"}), "cannot be opened here"),
        (lambda: zipped(dict.fromkeys((f"{k}.py" for k in range(5001)), b"")), "more than 5000"),
    ],
)
def test_bad_zips_leave_a_row_and_others_alone(folder, make, words):
    top = folder({"ada/work.zip": make(), "bob.ipynb": notebook(), "cem.zip": make()})
    found = rows(collect(top, None, SHEETS))
    assert words in found["ada", LINE].problem
    assert words in found["cem", LINE].problem
    assert found["bob", LINE].data == notebook()


def test_a_zip_bomb_stops_at_its_budget(folder, monkeypatch):
    monkeypatch.setattr(archives, "TOTAL", 3_000_000)
    monkeypatch.setattr(archives.Budget.__init__, "__defaults__", (3_000_000, 5000))
    layer = zipped({f"{k}.ipynb": b" " * 1_000_000 for k in range(50)})
    bomb = zipped({f"{k}.zip": layer for k in range(20)})
    top = folder({"ada/bomb.zip": bomb, "bob.ipynb": notebook()})
    read = []
    opened = archives._read
    monkeypatch.setattr(archives, "_read", lambda *a: read.append(opened(*a)) or read[-1])
    found = rows(collect(top, None, SHEETS))
    assert found["bob", LINE].data
    assert "more than 3 MB" in found["ada", LINE].problem
    assert 0 < sum(len(data or b"") for data, _ in read) <= 3_000_000


def test_an_empty_zip_and_an_empty_folder_are_missing(folder):
    top = folder({"ada.zip": zipped({}), "bob": None, "cem/x/y/z": None, "dan.ipynb": notebook()})
    found = rows(collect(top, None, SHEETS))
    assert [found[s, LINE] for s in ("ada", "bob", "cem")] == [
        Submission(s, LINE, None) for s in ("ada", "bob", "cem")
    ]


@pytest.mark.parametrize(
    "name",
    ["../../../etc/x.ipynb", "/abs/x.ipynb", "C:\\x.ipynb", "..\\x.ipynb", "n" * 1000 + ".ipynb"],
)
def test_names_in_zips_are_only_labels(folder, tmp_path, name):
    top = folder({"ada.zip": zipped({name: notebook()})})
    before = sorted(tmp_path.rglob("*"))
    work = one(collect(top, None, SHEETS))
    assert work.data == notebook()
    assert kinds(work) == ["strange_name"]
    assert work.file.startswith("ada.zip/")
    assert sorted(tmp_path.rglob("*")) == before


def test_names_in_zips_in_wrong_encodings(folder):
    utf8 = bytearray(zipped({"Uebung eins": b"", "\u00dcbung.ipynb": notebook()}))
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = utf8.rindex(magic)
        utf8[start + place + 1] &= 0xF7  # as macOS: UTF-8 that does not say so
    top = folder({"ada.zip": bytes(utf8)})
    assert one(collect(top, None, SHEETS)).file == "ada.zip/Übung.ipynb"


def test_students_with_long_strange_or_alike_names_keep_a_row_each(folder, tmp_path):
    path = tmp_path / "class.zip"
    names = (
        "n" * 1000,
        "n" * 999 + "m",
        "=cmd()",
        "<b>x</b>",
        "a\x1b[31mb",
        "a\x1b[32mb",
        "e\u202ee",
    )
    names = [name.replace("/", "") for name in names]
    path.write_bytes(zipped({f"{name}/a.ipynb": notebook() for name in names}))
    found = rows(collect(path, None, SHEETS))
    assert len(found) == len(names)
    for (student, _), work in found.items():
        assert work.data
        assert student.isprintable()
        assert len(student) <= 100


def test_file_names_that_are_no_text(folder):
    top = folder({"bob.ipynb": notebook()})
    Path(os.fsdecode(os.fsencode(top) + b"/ad\xe9.ipynb")).write_bytes(notebook())
    found = rows(collect(top, None, SHEETS))
    assert all(work.data for work in found.values())
    assert all(student.encode() for student, _ in found)


def test_an_export_beside_other_submissions_is_for_a_person(folder):
    # a student could have written the names in it, to hand in for somebody else
    fake = {f"bob_{k}_assignsubmission_file/a.ipynb": notebook(mark="fake") for k in range(2)}
    top = folder({"ada.zip": zipped(fake), "bob/b.ipynb": notebook()})
    found = rows(collect(top, None, SHEETS))
    assert found["bob", LINE].data == notebook()
    assert "holds submissions of several students" in found["ada", LINE].problem
    assert len(found) == 2


COMPOSED, DECOMPOSED, WIDE = "Zo\u00e9", "Zoe\u0301", "\uff3ao\u00e9"
IMITATING = {  # names that might stand for another student's, and the roster
    "two ways to write é": ([COMPOSED, DECOMPOSED], f"z,{COMPOSED},,"),
    "wide letters": ([COMPOSED, WIDE], f"z,{COMPOSED},,"),
    "Moodle's name as one's own": (
        [
            "Grace_4712_assignsubmission_file",
            "Grace_4712_assignsubmission_file_4711_assignsubmission_file",
        ],
        "grace,Grace,4712,",
    ),
    "Canvas's name as one's own": (
        ["gracehopper_2002_9001_a.ipynb", "gracehopper_2002_9003_2001_9002_a.ipynb"],
        "grace,Grace Hopper,,2002",
    ),
    "Canvas's name, and no numbers on the roster": (
        ["gracehopper_2002_9001_a.ipynb", "gracehopper_2002_9003_2001_9002_a.ipynb"],
        "grace,Grace Hopper,,",
    ),
}


@pytest.mark.parametrize("with_roster", [False, True])
@pytest.mark.parametrize("case", IMITATING)
def test_a_name_that_imitates_anothers_shares_no_row(folder, tmp_path, case, with_roster):
    (real, false), line = IMITATING[case]
    known = people(line, tmp_path=tmp_path) if with_roster else None
    for order in ((real, false), (false, real)):
        path = tmp_path / "class.zip"
        inside = {n: n if n.endswith(".ipynb") else f"{n}/a.ipynb" for n in order}
        path.write_bytes(zipped({inside[n]: notebook(mark=n) for n in order}))
        found = [work for work in collect(path, known, SHEETS) if work.data]
        assert len(found) == 2
        assert not [work for work in found if "several_versions" in kinds(work)]
        mine = {work.data: work.student for work in found}
        if with_roster:
            assert mine[notebook(mark=real)] == line.split(",")[0]
            assert [kinds(w) for w in found if w.data == notebook(mark=false)] == [
                ["not_on_roster"]
            ]


@pytest.mark.parametrize("name", [COMPOSED, DECOMPOSED, WIDE])
def test_a_name_alone_may_be_written_in_any_way(folder, tmp_path, name):
    top = folder({f"{name}/a.ipynb": notebook(), f"{name}.zip": zipped({"b.ipynb": notebook(SGD)})})
    for known in (None, people(f"z,{COMPOSED},,", tmp_path=tmp_path)):
        found = collect(top, known, SHEETS)
        assert len({work.student for work in found if work.data}) == 1
        assert all(kinds(work) == [] for work in found)


FALSE_EXPORT = "Grace Test_4712_assignsubmission_file/a.ipynb"


@pytest.mark.parametrize(
    ("files", "first", "said"),
    [
        ({f"ada/{FALSE_EXPORT}": 1, "ada/a.ipynb": 2}, "ada", ""),
        ({f"ada/{FALSE_EXPORT}": 1}, "ada", ""),  # her name is on the roster
        (
            {f"week 1/{FALSE_EXPORT}": 1},
            "grace",
            "week 1 was taken for a folder of the whole class",
        ),
        ({"submissions/ada/a.ipynb": 1}, "ada", "submissions was taken for"),
    ],
)
def test_a_folder_counts_as_a_wrapper_only_where_no_student_can_make_it_one(
    folder, tmp_path, files, first, said
):
    top = folder({name: notebook(mark=mark) for name, mark in files.items()})
    known, heard = people("ada,Ada,4711,", "grace,Grace Test,4712,", tmp_path=tmp_path), []
    found = rows(collect(top, known, SHEETS, say=heard.append))
    assert [student for (student, _), work in found.items() if work.data] == [first]
    assert len(found) == 2
    assert bool(heard) == bool(said)
    assert said in "".join(heard)


def test_a_path_with_nothing_says_what_is_needed(folder, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04")
    cases = {
        tmp_path / "none": "There is nothing at",
        folder({}): "is empty",
        broken: "is a broken zip",
        folder({"README": b"text", "roster.csv": b"student"}): "holds no submissions",
    }
    for path, words in cases.items():
        if words == "is empty":
            continue
        with pytest.raises(ValueError, match=words) as raised:
            collect(path, None, SHEETS)
        assert "Type the path" in str(raised.value)
    (tmp_path / "void").mkdir()
    with pytest.raises(ValueError, match="void is empty"):
        collect(tmp_path / "void", None, SHEETS)


def test_one_notebook_as_the_path(folder):
    top = folder({"ada.ipynb": notebook()})
    assert one(collect(top / "ada.ipynb", None, SHEETS)) == Submission(
        "ada", LINE, notebook(), "ada.ipynb"
    )


def test_no_exception_of_one_students_files_leaves(folder, monkeypatch):
    read = notebooks.read

    def failing(data):
        if b"bomb" in data:
            raise MemoryError
        return read(data)

    monkeypatch.setattr(notebooks, "read", failing)
    top = folder({"ada/a.ipynb": notebook(mark="bomb"), "bob.ipynb": notebook()})
    found = rows(collect(top, None, SHEETS))
    assert "cannot be read (MemoryError)" in found["ada", LINE].problem
    assert found["bob", LINE].data


@pytest.mark.parametrize(
    ("name", "label", "ids", "again"),
    [
        ("Ada_1_assignsubmission_file", "Ada_1", (("moodle", "1"),), ()),
        ("Red Team_1_assignsubmission_file_a_b.ipynb", "Red Team_1", (("moodle", "1"),), ()),
        ("Default group_assignsubmission_file", "Default group", (), ()),
        ("ada_1_2_x.ipynb", "ada_1", (("canvas", "1"),), (0, 2)),
        ("ada_LATE_1_2_x_3_4_y-5.ipynb", "ada_1", (("canvas", "1"),), (5, 2)),
        ("anon_a1B2c_77_x-1.zip", "anon_a1B2c", (), (1, 77)),
        ("ada_01_linear_regression.ipynb", "ada", (), ()),
        ("01_linear_regression_group-2.ipynb", "group-2", (), ()),
        ("ada_01_linear_regression-2.ipynb", "ada", (), ()),
        ("01_linear_regression-2.ipynb", "top", (), ()),
        ("group-2.zip", "group-2", (), ()),
        ("ada@x.org", "ada@x.org", (), ()),
    ],
)
def test_owner(name, label, ids, again):
    found = owner(name, "top", SHEETS)
    assert (found.label, found.ids, found.again) == (label, ids, again)


GOOD = [notebook(), notebook(SGD), notebook(mark="2"), zipped({"a.ipynb": notebook()})]
BAD = [b"", b"<html>", b"[" * 9999, encrypted(), damaged(), deep(), b"PK\x03\x04"]
DATA = st.sampled_from([*GOOD, *BAD, notebook(named=False, ids=False)])
FIRST = st.sampled_from(
    ["ada", "bob", "X_1_assignsubmission_file", "X_1_assignsubmission_comments"]
)
LAST = st.sampled_from(
    [f"{LINE}.ipynb", f"{SGD}-1.ipynb", "a.ipynb", "a.zip", "a", "a.pdf", "a.json"]
)
TOP = st.sampled_from(["cem.ipynb", "dan.zip", "y_7_8_a.ipynb", "y_7_9_b-1.zip", "n.csv", LINE])
NAMES = st.builds("{}/{}".format, FIRST, LAST) | st.builds("{}/d/{}".format, FIRST, LAST) | TOP


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    files=st.dictionaries(NAMES, DATA, min_size=1),
    with_roster=st.booleans(),
    only_present=st.booleans(),
)
def test_the_ledger_whatever_comes(tmp_path, files, with_roster, only_present):
    path = tmp_path / "class.zip"
    path.write_bytes(zipped(files | {"fay/x.ipynb": notebook()}))
    names = ("ada,X,,", "bob,Y,,7", "eve,E,,")
    known = people(*names, tmp_path=tmp_path) if with_roster else None
    works = collect(path, known, SHEETS, only_present)
    found = rows(works)
    sheets = {sheet for _, sheet in found}
    assert LINE in sheets
    assert only_present or sheets == {*SHEETS}
    students = {student for student, _ in found}
    if with_roster:
        assert {"ada", "bob", "eve", "fay"} <= students
    for first in {name.split("/")[0] for name in files}:
        if first in ("ada", "bob", "cem.ipynb", "dan.zip"):
            assert first.split(".")[0] in students
    for work in works:
        readable = work.data is not None
        assert readable or not work.file or work.problem
