"""The instructor's page: what needs attention, and numbers that agree with the results."""

import re
from itertools import pairwise

import pytest
from helpers.grading_results import HOSTILE, SECOND, SHEET, exercise, hostile, remark, result
from helpers.html_page import Page

from course_lib.grading.publish.corrections import MARKS
from course_lib.grading.publish.feedback import file_name
from course_lib.grading.publish.grades import gather
from course_lib.grading.publish.report import index
from course_lib.grading.results import Status


def page_of(results, people=None, marks="", late=b"student,sheet,days\n", penalty=0.0):
    data = (",".join(MARKS) + "\n" + marks).encode()
    return Page(index(gather(results, people, data, late, penalty), people))


def row_of(text, start, length=60):
    place = text.index(start) + len(start)
    return text[place : place + length].split()


def test_the_skeleton():
    page = page_of([result("ada"), result("bob", flags=(remark(),))])
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.tags.count("table") == page.tags.count("caption") > 3
    scopes = [value for tag, key, value in page.attributes if (tag, key) == ("th", "scope")]
    assert len(scopes) == page.tags.count("th")
    assert "2 students, 1 sheet: 2 graded." in page.text


def test_what_needs_attention_comes_first_with_reason_and_link():
    sheets = [
        result("ada", status="needs manual", reason="the machine failed"),
        result("bob", status="unreadable", reason="it is a web page"),
        result("cyd", status="missing", file=""),
        result("dee", flags=(remark("tampered", "put back: print", "1.2"),)),
    ]
    page = page_of(sheets)
    words = ("To be graded by hand: 1", "the machine failed", "Unreadable: 1", "it is a web page")
    words += ("Not handed in: 1", "Flags to review: 1", "put back: print", "The class")
    places = [page.text.index(word) for word in words]
    assert places == sorted(places)
    links = [value for tag, key, value in page.attributes if key == "href"]
    assert links[:4] == [f"feedback/{file_name(s)}" for s in ("ada", "bob", "cyd", "dee")]


def test_flags_alike_share_a_row_and_those_of_honest_files_come_last():
    many = [remark("tampered", f"put back: {n}", f"1.{k}") for k, n in enumerate("abb")]
    honest = [remark("salvaged", "a brace was missing", ""), remark("check_modified", "x", "1.1")]
    page = page_of([result("ada", flags=(*honest, *many)), result("bob", flags=tuple(many[:1]))])
    assert "Flags to review: 4" in page.text
    assert "1.0, 1.1, 1.2 put back: a (and 1 more like this)" in page.text
    kinds = ("tampered ada", "tampered bob", "check modified", "salvaged")
    places = [page.text.index(kind) for kind in kinds]
    assert places == sorted(places)


def test_nothing_to_do_is_said():
    assert "Nothing: every sheet has its points" in page_of([result()]).text


def test_a_mark_given_by_hand_is_no_longer_open_but_a_part_of_the_marks_is():
    sheets = [result("bob"), result("ada", status="needs manual", reason="why.")]
    whole = page_of(sheets, marks=f"ada,{SHEET},,3,on paper\n").text
    assert "To be graded by hand" not in whole
    assert "on paper" in whole
    part = page_of(sheets, marks=f"ada,{SHEET},1.1,2,on paper\n").text
    assert "why. Marked so far: 1.1; the others are needed too." in part


def test_delays_are_listed_with_points_before_and_after():
    late = f"student,sheet,days\nada,{SHEET},1\n".encode()
    text = page_of([result()], late=late, penalty=10).text
    assert row_of(text, "Points before Less Points ada 01_ linear_ regression")[:4] == [
        "1",
        "4",
        "0.4",
        "3.6",
    ]


def test_the_class_has_a_row_per_student_and_a_dash_for_no_points():
    sheets = [
        result("ada"),
        result("ada", SECOND, status="needs manual", flags=(remark(), remark())),
    ]
    text = page_of(sheets, {"ada": {"name": "Ada Lovelace"}}).text
    start = text.index("The class")
    row = row_of(text[start:], "State Flags ada ( Ada Lovelace )")
    assert row[:6] == ["4", "–", "–", "needs", "manual", "2"]


def test_the_distribution_counts_every_student_with_a_total_once():
    def of(student, right):
        answers = [exercise(f"1.{k}", "passed" if k < right else "wrong", 1) for k in range(10)]
        return result(student, SHEET, *answers)

    points = [0, 1, 3, 9, 10, 10]
    sheets = [of(f"s{k}", right) for k, right in enumerate(points)]
    sheets.append(result("none", status="unreadable", max_points=10.0))
    text = page_of(sheets).text
    start = text[text.index("Share of all points") :]
    counts = re.findall(r"\d+ to (?:under )?\d+ % (\d+)", start)
    assert counts == ["1", "1", "0", "1", "0", "0", "0", "0", "0", "3"]
    assert "Without the 1 who have no total yet" in text
    assert "Median: 6 of 10 points" in text


def test_numbers_of_each_exercise():
    kinds = ("passed", "passed", "wrong", "error", "timeout", "killed", "not attempted", "refused")
    sheets = [result(f"s{k}", SHEET, exercise("1.1", kind)) for k, kind in enumerate(kinds)]
    shown = exercise("1.1", "wrong", public=Status.PASSED, hidden=Status.WRONG)
    sheets.append(result("s9", SHEET, shown))
    sheets.append(result("x", status="needs manual", max_points=2.0))
    text = page_of(sheets).text
    row = row_of(text, "1.1: The loss and its gradient")
    assert row[:10] == ["2", "of", "9", "(22", "%)", "1", "2", "1", "2", "1"]
    assert row[10] == "1"


def test_each_mistake_counts_a_student_once():
    sign = {"causes": ("the sign.",), "hidden_causes": ("the sign.",)}
    sheets = [
        result("ada", SHEET, exercise("1.1", "wrong", **sign)),
        result("bob", SHEET, exercise("1.1", "wrong", hidden_causes=("the sign.",))),
        result("cyd", SHEET, exercise("1.1", "wrong", causes=("the mean.",))),
    ]
    text = page_of(sheets).text
    assert "1.1 the sign. 2 1.1 the mean. 1" in text


def test_the_slowest_and_the_machines():
    sheets = [
        result(f"s{k:02}", SHEET, exercise("1.1", seconds=float(k)), host=f"host{k % 2}")
        for k in range(12)
    ]
    text = page_of(sheets).text
    slowest = text[text.index("Slowest answers") : text.index("Where it ran")]
    assert re.findall(r"(\d+\.\d) ?", slowest.replace("1.1 ", "")) == [
        f"{k}.0" for k in range(11, 1, -1)
    ]
    assert "host0 namespaces 6 host1 namespaces 6" in text
    assert "at most 210 MB" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_nothing(text):
    people = {text: {"name": text}}
    page, plain = page_of(hostile(text), people), page_of(hostile("x"), {"x": {"name": "y"}})
    assert set(page.tags) <= set(plain.tags)
    keys = [{key for _, key, _ in made.attributes} for made in (page, plain)]
    assert keys[0] <= keys[1]
    links = {value for tag, key, value in page.attributes if key == "href"}
    assert links == {f"feedback/{file_name(text)}"}
    assert page.tags.count("tr") == plain.tags.count("tr")


def test_no_results_make_an_empty_page():
    assert "0 students, 0 sheets: nothing came." in page_of([]).text
