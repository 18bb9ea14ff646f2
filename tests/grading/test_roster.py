"""The class list in every form spreadsheets write it, and finding whose a submission is."""

import pytest

from course_lib.grading.intake import roster


@pytest.fixture
def write(tmp_path):
    def written(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text if type(text) is bytes else text.encode(encoding))
        return path

    return written


TEXT = 'student,name,seat\nada,"Lovelace, Ada",7\nrené,René Descartes,\n'


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read_in_every_form(write, delimiter, encoding, end):
    name = '"Lovelace, Ada"'
    lines = [("Student ", "name", "seat"), ("ada", name, "7"), (), ("rené", "René Descartes", "")]
    text = end.join(delimiter.join(line) for line in lines)
    found = roster.read(write(text, encoding))
    assert found.students == ("ada", "rené")
    assert found.columns == ("student", "name", "seat")
    assert found.rows["ada"] == {"student": "ada", "name": "Lovelace, Ada", "seat": "7"}
    assert found.rows["rené"]["name"] == "René Descartes"


def test_excels_line_for_the_delimiter_and_a_line_break_in_a_cell(write):
    found = roster.read(write('sep=;\r\nstudent;note\r\nada;"one\r\ntwo"\r\nbob;\r\n'))
    assert found.students == ("ada", "bob")
    assert found.rows["ada"]["note"] == "one\r\ntwo"


def test_names_with_formulas_and_html_are_only_text(write):
    found = roster.read(write("student,name\nada,=cmd()\nbob,<script>\n"))
    assert [found.rows[s]["name"] for s in found.students] == ["=cmd()", "<script>"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["is empty", "Type a first line like student,name,email"]),
        (" \n,,\n", ["is empty"]),
        ("id,name\n1,Ada\n", ["has the columns id, name, no student"]),
        ("student,name\n", ["has no students"]),
        ("student,name\nada,A\nbob,B\nADA,C\n", ["Line 4 has ADA again, after line 2: keep one"]),
        ("student,name\n,A\n", ["Line 2 has no student"]),
        ("student,name\nada,Lovelace, Ada\n", ["Line 2 has 3 cells, the first line 2", "quotes"]),
        ("student,name,name\nada,A,B\n", ["The column name comes twice"]),
        ("student\nada\nada\n\n", ["Line 3 has ada again"]),
        ("student,x\n,1\nada,2\nada,3\n", ["Line 2 has no student", "Line 4 has ada again"]),
    ],
)
def test_problems_are_said_at_once(write, text, words):
    with pytest.raises(ValueError, match=r"The roster .*roster\.csv") as raised:
        roster.read(write(text))
    assert all(word in str(raised.value) for word in words)


def test_no_such_file_and_a_folder(tmp_path):
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        roster.read(tmp_path / "none.csv")
    with pytest.raises(ValueError, match="cannot be read: Is a directory"):
        roster.read(tmp_path)


CLASS = """student,name,email,moodle,canvas,team
ada,Ada Lovelace,ada@x.org,12,901,red
bob,Bob Smith,bob@x.org,13,902,red
ann,Ann Smith,ann@x.org,14,903,blue
bo2,Bob Smith,bo2@x.org,15,904,green
13,Thirteen,13@x.org,99,905,Ann Smith
"""


@pytest.mark.parametrize(
    ("texts", "ids", "student"),
    [
        (["ada"], {}, "ada"),
        (["ADA "], {}, "ada"),
        (["ada  lovelace"], {}, "ada"),
        (["Ada@x.org"], {}, "ada"),
        (["adalovelace"], {}, "ada"),
        (["lovelaceada"], {}, "ada"),
        (["blue"], {}, "ann"),
        (["red"], {}, ""),  # two students
        (["Bob Smith"], {}, ""),  # two students
        (["Bob Smith"], {"moodle": "15"}, "bo2"),
        (["Bob Smith"], {"moodle": "12"}, ""),  # the number is Ada's
        (["nobody"], {"moodle": "12"}, "ada"),
        (["nobody"], {"moodle": "901"}, ""),  # the number of another LMS
        ([], {"moodle": "13"}, "bob"),  # not the student whose id is 13
        ([], {"canvas": "903"}, "ann"),
        (["lov"], {}, ""),
        (["Smith"], {}, ""),
        (["Ann Smith"], {}, "ann"),  # and the name of 13's team
        ([""], {"moodle": ""}, ""),
        (["ada", "bob"], {}, ""),
        (["ada", "Bob Smith"], {}, "ada"),  # an id is one student's alone
        (["ada"], {"moodle": "13"}, ""),
        (["", "?"], {"seat": "1"}, ""),
    ],
)
def test_find(write, texts, ids, student):
    assert roster.read(write(CLASS)).find(texts, **ids) == student


def test_find_with_two_ways_to_write_an_accent(write):
    found = roster.read(write("student,name\nr,Ren\u00e9\n"))
    assert found.find(["Rene\u0301"]) == "r"


def test_canvas_turns_a_name_of_many_words_round(write):
    found = roster.read(write('student,name\nlb,Ludwig van Beethoven\nag,"O\'Neil-Gray, Anna"\n'))
    assert found.find(["vanbeethovenludwig"]) == found.find(["beethovenludwigvan"]) == "lb"
    assert found.find(["oneilgrayanna"]) == "ag"
    assert found.find(["ludwigbeethovenvan"]) == ""
