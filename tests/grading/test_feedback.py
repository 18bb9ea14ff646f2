"""A student's page: what it says, what it keeps to itself, and that nothing in it can act."""

import re

import pytest
from helpers.grading_results import (
    HOSTILE,
    SECOND,
    SHEET,
    bundle,
    exercise,
    hostile,
    remark,
    result,
)
from helpers.html_page import Page

from course_lib.grading.publish.corrections import MARKS
from course_lib.grading.publish.feedback import comparison, file_name, student_page
from course_lib.grading.publish.grades import gather
from course_lib.grading.publish.pages import POLICY, clean, line
from course_lib.grading.results import Status


def page_of(*results, person=None, marks="", late=b"student,sheet,days\n", penalty=0.0):
    data = (",".join(MARKS) + "\n" + marks).encode()
    row = gather(list(results), None, data, late, penalty).rows[0]
    return Page(student_page(row, person))


def one(**changes):
    """The text of a page with one exercise."""
    return page_of(result("ada", SHEET, exercise("1.1", **changes))).text


def test_the_skeleton():
    page = page_of(result(), result("ada", SECOND), person={"name": "Ada Lovelace"})
    assert page.tags.count("h1") == 1
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels == [1, 2, 3, 3, 2, 3, 3]
    assert ("html", "lang", "en") in page.attributes
    assert ("meta", "content", POLICY) in page.attributes
    assert "Feedback for Ada Lovelace" in page.text
    assert "8 of 8 points in total" in page.text
    assert page.tags.count("table") == page.tags.count("caption")
    scopes = [value for tag, key, value in page.attributes if (tag, key) == ("th", "scope")]
    assert len(scopes) == page.tags.count("th")
    assert "script" not in page.tags
    assert not [a for a in page.attributes if a[1].startswith("on") or a[1] == "src"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("passed", "✓ Right : 2 of 2 points"),
        ("wrong", "✗ Not right yet : 0 of 2 points"),
        ("error", "✗ Stopped with an error"),
        ("timeout", "✗ Stopped because it took too long"),
        ("killed", "✗ Ended Python itself"),
        ("out of memory", "✗ Needed more memory than there is"),
        ("not attempted", "– Not attempted"),
        ("missing", "– The answer cell is missing"),
        ("refused", "– Not run"),
        ("not run", "– Not run"),
    ],
)
def test_every_status_has_a_sign_and_words(status, words):
    assert words in one(status=status, message="What happened in words.")
    assert "What happened in words." in one(status=status, message="What happened in words.")


def test_a_wrong_answer_shows_expected_and_returned_values_and_marks_the_difference():
    right = {"tuple": [3.5, {"array": [2], "data": [-4.25, -1.5]}]}
    mine = {"tuple": [3.5, {"array": [2], "data": [4.25, -1.5]}]}
    got, expected = bundle(mine, 1.0), bundle(right, 1.00001)
    text = comparison(got, expected)
    assert re.findall("<mark>(.*?)</mark>", text) == ["4.25"]
    assert "(3.5, [-4.25, -1.5])" in text
    assert 'Input 1 of 2: <span class="wrong">✗ different' in text
    assert 'Input 2 of 2: <span class="right">✓ the same' in text
    shown = one(status="wrong", got=got, expected=expected)
    assert "expected (3.5, [-4.25, -1.5])" in shown


def test_an_error_on_one_input_stands_in_its_place():
    text = one(status="error", got=bundle({"error": "TypeError"}, status="error: TypeError"))
    assert "expected 1.5 returned stopped with TypeError" in text


@pytest.mark.parametrize(
    "got",
    [
        {},
        [],
        7,
        "text",
        {"values": 3},
        {"values": [1.0, 2.0], "id": None, "status": None},
        {"values": [{}], "id": "1.1", "status": "ok"},
        {"values": [{"array": [2, 500], "data": [1.0]}], "id": "1.1", "status": "ok"},
        {"values": [{"array": "x", "ends": 3}], "id": "1.1", "status": "ok"},
        {"values": [{"dict": [1]}], "id": "1.1", "status": "ok"},
        {"values": [10**5000], "id": "1.1", "status": "ok"},
        {"values": [{"array": [10**9, 10**9], "data": []}], "id": "1.1", "status": "ok"},
    ],
)
def test_whatever_a_process_sent_the_page_is_made(got):
    assert "not right" in one(status="wrong", got=got)


def test_values_are_left_out_when_none_were_kept():
    assert "returned" not in one(status="wrong", got=None)


def test_hidden_inputs_by_name_only():
    verdicts = {"public": Status.PASSED, "hidden": Status.WRONG, "hidden_causes": ("SECRET",)}
    hidden = exercise("1.1", "wrong", got=bundle(777.0), **verdicts)
    text = page_of(result("ada", SHEET, hidden)).text
    assert "The inputs in the sheet: ✓ right" in text
    assert "Further inputs, which are not shown: ✗ not right" in text
    assert "SECRET" not in text
    assert "777" not in text
    assert "Further inputs" not in one(status="wrong", hidden=None)
    stopped = one(status="error", public=Status.PASSED)
    assert "Further inputs, which are not shown: ✗ not right" in stopped


def test_likely_causes_and_hints():
    page = page_of(
        result("ada", SHEET, exercise(status="wrong", causes=("the sign.",), hints=("A", "B")))
    )
    assert "Likely cause: the sign." in page.text
    assert "Hint 1 of 2 A" in page.text
    assert page.tags.count("details") == 2
    assert page.tags.count("summary") == 2
    assert "Hint" not in one(hints=("A",))


def test_flags_are_not_shown_but_what_became_of_the_file_is():
    secret = [remark(kind, "EVIDENCE", "") for kind in ("tampered", "same_as", "check_modified")]
    came = [
        remark("several_versions", "took b.ipynb; there are also a.ipynb", ""),
        remark("salvaged", "E2", ""),
    ]
    text = page_of(result(flags=(*secret, *came))).text
    assert "EVIDENCE" not in text
    assert "tampered" not in text
    assert "same" not in text
    assert "The original cell was used" in text
    assert "took b.ipynb" in text
    assert "What could be read of it was graded" in text
    assert "E2" not in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("needs manual", "grades this sheet by hand"),
        ("unreadable", "could not be read, so it has no points yet"),
        ("missing", "No file came for this sheet, so it counts 0 points"),
    ],
)
def test_a_sheet_that_was_not_graded_says_what_happens_next(status, words):
    text = page_of(result("ada"), result("ada", SECOND, status=status, reason="it is empty")).text
    assert words in text
    assert ("it is empty" in text) == (status == "unreadable")
    total = (
        "4 of 8 points in total" if status == "missing" else "no total yet: one sheet has no points"
    )
    assert total in text


def test_corrections_are_shown_with_their_reasons():
    wrong = result("ada", SHEET, exercise("1.1"), exercise("1.2", "wrong"))
    marks = f'ada,{SHEET},1.2,1,"<b>idea</b>"\nada,{SECOND},,3,on paper\n'
    late = f"student,sheet,days\nada,{SHEET},2\n".encode()
    manual = result("ada", SECOND, status="needs manual")
    text = page_of(wrong, manual, marks=marks, late=late, penalty=10).text
    assert "gave 1 point for this exercise. Automatic grading gave 0. Reason: <b>idea</b>" in text
    assert "gave 3 points for the whole sheet. Reason: on paper" in text
    assert "It came 2 days late: 3 of 4 points, less 0.8 for the delay, makes 2.2" in text
    assert "by hand" not in text


def test_file_names_are_safe_short_and_different():
    assert file_name("Ada Lovelace").startswith("ada-lovelace-")
    assert file_name("Zoë").startswith("zoe-")
    names = ["a/b", "a\\b", "../a-b", "a b", "A B", "李", "عمر", "", "\ud800", "CON", *HOSTILE]
    made = [file_name(student) for student in names]
    assert len(set(made)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}-[0-9a-f]{8}\.html", name) for name in made)


def test_text_is_cleaned_and_cut():
    assert clean("\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\x9b\x00") == "red x\ufffd\ufffd"
    assert clean("a\r\nb\tc") == "a\nb\tc"
    assert clean("\u202eab\u2066") == "\ufffdab\ufffd"
    assert clean("é" * 5000) == "é" * 2048 + " ... (cut)"
    assert line(" a\n\n b ") == "a b"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_nothing(text):
    page, plain = page_of(*hostile(text), person={"name": text}), page_of(*hostile("x"))
    assert page.tags.count("script") == page.tags.count("img") == page.tags.count("svg") == 0
    ours = set(plain.tags) | {"mark"}
    assert set(page.tags) <= ours
    known = {"lang", "charset", "content", "name", "http-equiv", "class", "id", "scope", "href"}
    assert {key for _, key, _ in page.attributes} <= known | {"tabindex", "role", "aria-label"}
    links = [value for tag, key, value in page.attributes if key == "href"]
    assert links == ["#sheet-1", "#sheet-2"]
    joined = "".join(page.words)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", joined)


def test_a_page_stays_small_however_much_was_sent():
    long = "x" * 1_000_000
    assert len(student_page(gather(hostile(long)).rows[0])) < 200_000
