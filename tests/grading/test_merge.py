"""What of a submission is taken, and what is only remarked on; fault rows 13, 14, 15 and 18."""

import copy
import json
import random
import time
from pathlib import Path

import nbformat
import pytest
from nbval.plugin import find_comment_markers

from course_lib.grading.sheet.matching import defines
from course_lib.grading.sheet.merge import clean, merge
from course_lib.grading.sheet.notebooks import Cell, Notebook, read
from course_lib.grading.sheet.sheets import load

ROOT = Path(__file__).parents[2]
SHEET = load(ROOT, "04_momentum")
PREFIX = "04_momentum-"
BLANK = read((ROOT / "exercises" / "04_momentum.ipynb").read_bytes())
RIGHT = read((ROOT / "solutions" / "04_momentum.ipynb").read_bytes())
ANSWER = (
    "def documented_step(theta, g, v, t, lr, beta, dampening, decay):\n"
    "    return theta - lr * (beta * v + g), beta * v + g"
)


@pytest.fixture
def notebook():
    """The blank sheet, for a test to fill in."""
    return copy.deepcopy(BLANK)


def at(notebook, name):
    """The place of the sheet's cell `name`, "ex-4-11" say."""
    return [cell.id for cell in notebook.cells].index(PREFIX + name)


def write(notebook, name, source):
    notebook.cells[at(notebook, name)].source = source


def add(notebook, before, source, kind="code"):
    notebook.cells.insert(at(notebook, before), Cell(source, kind, id="new"))


def kinds(merged, exercise=None):
    """The flags' kinds; those of one exercise when it is given."""
    flags = [f for f in merged.flags if exercise is None or f.exercise == exercise]
    return sorted(f.flag for f in flags)


def without_identity(notebook, metadata=True):
    """As after a tool that gives new ids, and perhaps drops the metadata."""
    for number, cell in enumerate(notebook.cells):
        cell.id = f"tool-{number}"
        if not metadata:
            cell.grade_id = cell.exercise = cell.role = ""


# What comes as it should.


def test_the_blank_sheet_is_not_attempted_and_nothing_is_remarked(notebook):
    merged = merge(SHEET, notebook)
    assert set(merged.state.values()) == {"not attempted"}
    assert list(merged.state) == list(merged.answers) == list(SHEET.points)
    assert merged.answers["4.11"] == SHEET.cell("answer", "4.11").stub
    assert (merged.extras, merged.flags) == ({}, [])


def test_the_solutions_are_given_as_they_are():
    merged = merge(SHEET, RIGHT)
    assert set(merged.state.values()) == {"given"}
    assert all(merged.answers[e] == SHEET.cell("answer", e).source for e in SHEET.points)
    assert merged.extras == {}
    assert set(kinds(merged)) == {"check_modified"}  # their hidden parts


def test_a_blank_with_other_white_space_is_not_attempted(notebook):
    stub = SHEET.cell("answer", "4.11").stub
    write(notebook, "ex-4-11", "\n" + stub.replace("\n", "  \r\n").replace("    ", "\t") + "\n\n")
    assert merge(SHEET, notebook).state["4.11"] == "not attempted"


def test_an_emptied_answer_is_not_attempted_and_gets_the_blank(notebook):
    write(notebook, "ex-4-11", "  \n")
    merged = merge(SHEET, notebook)
    assert merged.state["4.11"] == "not attempted"
    assert merged.answers["4.11"] == SHEET.cell("answer", "4.11").stub


def test_neither_the_sheet_nor_the_notebook_is_changed(notebook):
    write(notebook, "ex-4-11", "# NBVAL_SKIP\n" + ANSWER)
    before, fingerprint = copy.deepcopy(notebook), load(ROOT, "04_momentum").hash
    merge(SHEET, notebook)
    assert notebook == before
    assert SHEET.hash == fingerprint


# Row 13: checks deleted, edited, in another order.


def test_deleted_and_edited_checks_are_remarked_and_not_taken(notebook):
    write(notebook, "ex-4-12-graded", 'print("passed")')
    del notebook.cells[at(notebook, "ex-4-11-graded")]
    merged = merge(SHEET, notebook)
    assert kinds(merged, "4.11") == ["check_missing"]
    assert kinds(merged, "4.12") == ["check_modified"]
    assert 'print("passed")' in merged.flags[1].evidence
    assert merged.extras == {}


def test_a_check_with_lines_taken_out_or_turned_to_text_is_modified(notebook):
    write(notebook, "ex-4-11-graded", "# Graded, and locked: run it, and leave it as it is.")
    notebook.cells[at(notebook, "ex-4-12-graded")].kind = "markdown"
    merged = merge(SHEET, notebook)
    assert kinds(merged) == ["check_modified", "check_modified"]


def test_white_space_does_not_make_a_check_modified(notebook):
    write(
        notebook, "ex-4-11-graded", SHEET.cell("graded", "4.11").stub.replace("\n", "\r\n") + "\n\n"
    )
    assert merge(SHEET, notebook).flags == []


def test_reordered_answers_go_to_their_places(notebook):
    write(notebook, "ex-4-11", ANSWER)
    write(notebook, "ex-4-13", "def largest_stable(step, curvature, lrs, steps):\n    return 1")
    first, third = at(notebook, "ex-4-11"), at(notebook, "ex-4-13")
    cells = notebook.cells
    cells[first], cells[third] = cells[third], cells[first]
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER
    assert "largest_stable" in merged.answers["4.13"]
    assert kinds(merged) == []


def test_checks_in_another_order_change_nothing(notebook):
    write(notebook, "ex-4-11", ANSWER)
    notebook.cells.insert(1, notebook.cells.pop(at(notebook, "ex-4-17-graded")))
    merged = merge(SHEET, notebook)
    assert merged.state["4.11"] == "given"
    assert (merged.extras, merged.flags) == ({}, [])


# Row 14: orders to nbval.

ORDERS = [
    "# NBVAL_SKIP",
    "   ## NBVAL_IGNORE_OUTPUT  ",
    "#NBVAL_RAISES_EXCEPTION",
    "#PYTEST_VALIDATE_IGNORE_OUTPUT",
    's = """\n# NBVAL_SKIP\n"""',
    "x = 1 \x0c# NBVAL_SKIP",
    "x = 1 # \u2028#\tNBVAL_CHECK_OUTPUT\u2028",
    "# NBVAL_SKIP\r\nx = 1\r# NBVAL_CHECK_OUTPUT",
    "\x85#NBVAL_SKIP\x85",
    "\u3000#\u3000NBVAL_SKIP\u3000",
]


@pytest.mark.parametrize("order", ORDERS)
def test_orders_to_nbval_are_disarmed_wherever_they_stand(notebook, order):
    assert dict(find_comment_markers(order)) != {}
    write(notebook, "ex-4-11", f"{ANSWER}\n{order}")
    add(notebook, "ex-4-12", f"{order}\nx = 1")
    write(notebook, "ex-4-13-practice", order)
    merged = merge(SHEET, notebook)
    taken = [*merged.answers.values(), *(s for e in merged.extras.values() for s in e)]
    assert len(taken) == len(SHEET.points) + 2
    assert not any(dict(find_comment_markers(source)) for source in taken)
    assert [f.exercise for f in merged.flags if f.flag == "nbval_marker"] == [
        "4.11",
        "",
        "4.13",
    ]


def test_random_comments_never_reach_nbval_as_orders():
    rng = random.Random(0)
    pieces = [
        "#",
        " ",
        "\t",
        "\n",
        "\r",
        "\x0b",
        "\x1c",
        "\u2029",
        "NBVAL_SKIP",
        "PYTEST_VALIDATE_",
    ]
    for _ in range(3000):
        source = "".join(rng.choices([*pieces, "IGNORE_OUTPUT", "NBVAL_CHECK_OUTPUT"], k=9))
        assert not dict(find_comment_markers(clean(source))), repr(source)


def test_prose_about_nbval_and_other_comments_stay_as_they_are():
    source = "# I read about NBVAL_SKIP\nx = 1  # NBVAL_SKIP\n#\n### note\n"
    assert not dict(find_comment_markers(source))
    assert clean(source) == source


def test_points_and_tags_of_the_student_are_nowhere_in_what_is_taken():
    raw = json.loads((ROOT / "exercises" / "04_momentum.ipynb").read_text(encoding="utf-8"))
    for cell in raw["cells"]:
        cell["metadata"]["tags"] = ["nbval-skip"]
        cell["metadata"].get("nbgrader", {}).update(points=1000, checksum="forged")
    assert merge(SHEET, read(json.dumps(raw).encode())) == merge(SHEET, BLANK)


# Row 15: answers missing, renamed, duplicated, split, turned to text.


def test_a_deleted_answer_is_missing_and_the_blank_stands_for_it(notebook):
    del notebook.cells[at(notebook, "ex-4-11")]
    merged = merge(SHEET, notebook)
    assert merged.state["4.11"] == "missing"
    assert merged.answers["4.11"] == SHEET.cell("answer", "4.11").stub
    assert kinds(merged) == ["answer_missing"]


@pytest.mark.parametrize("metadata", [True, False])
def test_answers_are_found_when_a_tool_has_given_new_ids(notebook, metadata):
    write(notebook, "ex-4-11", ANSWER)
    write(notebook, "ex-4-13", "def largest_stable(step, curvature, lrs, steps):\n    return 1")
    without_identity(notebook, metadata)
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER
    assert merged.state["4.13"] == "given"
    assert set(merged.state.values()) == {"given", "not attempted"}
    assert merged.extras == {}
    assert kinds(merged) == ([] if metadata else ["rematched", "rematched"])


@pytest.mark.parametrize("identity", ["role", "grade_id", "id"])
def test_one_piece_of_identity_is_enough(notebook, identity):
    write(notebook, "ex-4-11", "documented_steps = 3")
    cell = notebook.cells[at(notebook, "ex-4-11")]
    cell.id = cell.id if identity == "id" else "new"
    cell.grade_id = cell.grade_id if identity == "grade_id" else ""
    if identity != "role":
        cell.role = cell.exercise = ""
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == "documented_steps = 3"
    assert merged.flags == []


def test_an_answer_in_a_cell_of_its_own_is_found_when_its_cell_is_gone_or_blank(notebook):
    add(notebook, "ex-4-12", ANSWER)
    for merged in (merge(SHEET, notebook), merge(SHEET, _without(notebook, "ex-4-11"))):
        assert (merged.answers["4.11"], merged.state["4.11"]) == (ANSWER, "given")
        assert kinds(merged) == ["rematched"]
        assert merged.extras == {}


def _without(notebook, name):
    return Notebook([cell for cell in notebook.cells if cell.id != PREFIX + name])


def test_of_several_such_cells_the_last_counts_and_the_others_run_in_front(notebook):
    older = ANSWER.replace("- lr", "+ lr")
    add(notebook, "ex-4-11-graded", older)
    add(notebook, "ex-4-12", ANSWER)
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER
    assert merged.extras == {PREFIX + "ex-4-11": [older]}


def test_a_draft_beside_a_written_answer_is_not_taken_for_it(notebook):
    write(notebook, "ex-4-11", ANSWER)
    add(notebook, "ex-4-11", "def documented_step(): pass")
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER
    assert merged.extras == {PREFIX + "ex-4-11": ["def documented_step(): pass"]}
    assert merged.flags == []


def test_of_copies_the_last_that_differs_and_defines_the_function_counts(notebook):
    place = at(notebook, "ex-4-11")
    original = notebook.cells[place]
    copies = [copy.copy(original) for _ in range(4)]
    older = ANSWER.replace("- lr", "+ lr")
    for cell, source in zip(copies, (older, ANSWER, "x = 1", original.source), strict=True):
        cell.id, cell.source = "new", source
    notebook.cells[place + 1 : place + 1] = copies
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER
    assert merged.extras == {
        PREFIX + "ex-4-11": [older],
        PREFIX + "ex-4-11-practice": ["x = 1"],  # it stood behind the answer, and stays there
    }
    assert kinds(merged) == ["duplicate_answer"]


def test_a_split_cell_keeps_its_helper(notebook):
    place = at(notebook, "ex-4-11")
    second = copy.copy(notebook.cells[place])
    second.id, second.source = "new", ANSWER
    notebook.cells[place].source = "def push(v, g, beta):\n    return beta * v + g"
    notebook.cells.insert(place + 1, second)
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER
    assert merged.extras == {PREFIX + "ex-4-11": ["def push(v, g, beta):\n    return beta * v + g"]}


def test_an_early_copy_never_runs_behind_the_answer(notebook):
    place = at(notebook, "ex-4-11")
    write(notebook, "ex-4-11", ANSWER.replace("- lr", "+ lr"))
    final = copy.copy(notebook.cells[place])
    final.id, final.source = "new", ANSWER
    notebook.cells.append(final)  # at the end of the notebook
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER
    assert list(merged.extras) == [PREFIX + "ex-4-11"]


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_answer_turned_to_text_is_taken_with_a_flag(notebook, kind):
    write(notebook, "ex-4-11", ANSWER)
    notebook.cells[at(notebook, "ex-4-11")].kind = kind
    merged = merge(SHEET, notebook)
    assert (merged.answers["4.11"], merged.state["4.11"]) == (ANSWER, "given")
    assert kinds(merged) == ["not_code"]


def test_code_is_preferred_to_a_later_copy_turned_to_text(notebook):
    write(notebook, "ex-4-11", ANSWER)
    old = copy.copy(notebook.cells[at(notebook, "ex-4-11")])
    old.kind, old.source = "markdown", ANSWER.replace("- lr", "+ lr")
    notebook.cells.append(old)
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER
    assert merged.extras == {}


def test_an_answer_in_the_practice_cell_is_pointed_out(notebook):
    write(notebook, "ex-4-11-practice", ANSWER + "\ncheck.documented_step(documented_step)")
    merged = merge(SHEET, notebook)
    assert merged.state["4.11"] == "not attempted"
    assert kinds(merged) == ["answer_elsewhere", "sheet_cell_changed"]


@pytest.mark.parametrize(
    ("added", "flagged"),
    [
        ("import math", True),
        ("def helper(x):\n    return x", True),
        ("print(documented_step(1.0, 1.0))", False),
        ("check.documented_step.hint()  # the next one", False),
    ],
)
def test_what_is_written_into_a_cell_of_the_sheet_runs_in_front_of_it(notebook, added, flagged):
    setup = next(cell for cell in SHEET.cells if not cell.role)
    practice = SHEET.cell("practice", "4.11")
    for cell in (setup, practice):
        place = [c.id for c in notebook.cells].index(cell.id)
        notebook.cells[place].source = f"{added}\n{cell.stub}"
    merged = merge(SHEET, notebook)
    assert merged.extras == {cell.id: [f"{added}\n{cell.stub}"] for cell in (setup, practice)}
    assert kinds(merged) == ["sheet_cell_changed"] * 2 * flagged


def test_another_version_below_the_graded_cell_is_pointed_out(notebook):
    write(notebook, "ex-4-11", ANSWER.replace("- lr", "+ lr"))
    notebook.cells.insert(at(notebook, "ex-4-11-graded") + 1, Cell(ANSWER, "code", id="new"))
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER.replace("- lr", "+ lr")
    assert kinds(merged) == ["duplicate_answer"]


def test_an_answer_too_long_is_refused_and_no_draft_is_taken_for_it(notebook):
    cell = notebook.cells[at(notebook, "ex-4-11")]
    cell.source, cell.too_long = "", True
    add(notebook, "ex-4-12", ANSWER)
    merged = merge(SHEET, notebook)
    assert merged.state["4.11"] == "refused"
    assert merged.answers["4.11"] == SHEET.cell("answer", "4.11").stub
    assert kinds(merged) == ["too_long"]


def test_a_copy_that_is_too_long_is_pointed_out_beside_the_one_that_counts(notebook):
    write(notebook, "ex-4-11", ANSWER)
    longer = copy.copy(notebook.cells[at(notebook, "ex-4-11")])
    longer.id, longer.source, longer.too_long = "new", "", True
    notebook.cells.append(longer)
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"] == ANSWER
    assert kinds(merged) == ["duplicate_answer", "too_long"]


def test_a_cell_of_ones_own_that_is_too_long_is_left_out_with_a_flag(notebook):
    notebook.cells.insert(5, Cell(too_long=True))
    merged = merge(SHEET, notebook)
    assert kinds(merged) == ["too_long"]
    assert merged.extras == {}


# A student's own cells.


def test_own_cells_run_in_front_of_the_next_known_cell(notebook):
    names = {
        "ex-4-11": "a = 1",
        "ex-4-11-practice": "b = 1",
        "07": "c = 1",
        "ex-4-11-graded": "d = 1",
    }
    for name, source in names.items():
        add(notebook, name, "e = 1")
        add(notebook, name, source, "markdown")
        add(notebook, name, source)
    merged = merge(SHEET, notebook)
    assert merged.extras == {PREFIX + name: ["e = 1", source] for name, source in names.items()}
    assert merged.flags == []


def test_own_cells_behind_the_last_known_cell_are_dropped(notebook):
    notebook.cells.append(Cell("x = 1"))
    assert merge(SHEET, notebook).extras == {}


def test_a_helper_behind_its_answer_is_kept_when_the_checks_behind_it_are_deleted(notebook):
    for name in ("ex-4-11", "ex-4-17"):
        place = at(notebook, name)
        notebook.cells[place + 1 : at(notebook, f"{name}-graded") + 1] = [Cell("helper = 1")]
    merged = merge(SHEET, notebook)
    assert merged.extras == {
        PREFIX + "ex-4-11-graded": ["helper = 1"],
        PREFIX + "ex-4-17-graded": ["helper = 1"],
    }


def test_blank_cells_and_copies_of_the_sheets_cells_are_not_own_cells(notebook):
    add(notebook, "ex-4-12", " \n")
    add(notebook, "ex-4-12", "check.documented_step( documented_step )\n")
    add(notebook, "ex-4-12", SHEET.cells[0].stub)
    add(notebook, "ex-4-12", SHEET.cell("graded", "4.17").stub)
    merged = merge(SHEET, notebook)
    assert (merged.extras, merged.flags) == ({}, [])


def test_a_copied_cell_does_not_pull_own_cells_to_its_original(notebook):
    copied = copy.copy(notebook.cells[at(notebook, "ex-4-11-practice")])
    copied.id = "new"
    notebook.cells.insert(at(notebook, "ex-4-13"), copied)
    add(notebook, "ex-4-13", "helper = largest_stable")
    notebook.cells.insert(at(notebook, "ex-4-13"), Cell(SHEET.cells[0].stub, id="again"))
    assert merge(SHEET, notebook).extras == {PREFIX + "ex-4-13": ["helper = largest_stable"]}


def test_an_edited_graded_cell_is_never_run(notebook):
    write(notebook, "ex-4-11-graded", "print('mine')")
    merged = merge(SHEET, notebook)
    assert "mine" not in str(merged.extras) + str(merged.answers)


def test_own_cells_find_their_place_when_ids_and_metadata_are_gone(notebook):
    write(notebook, "ex-4-11", ANSWER)
    add(notebook, "ex-4-11", "helper = 1")
    add(notebook, "ex-4-12-graded", "other = 2")
    without_identity(notebook, metadata=False)
    merged = merge(SHEET, notebook)
    assert merged.extras == {
        PREFIX + "ex-4-11": ["helper = 1"],
        PREFIX + "ex-4-12-graded": ["other = 2"],
    }


# Row 18, and whatever else a file may hold.


def test_stored_outputs_are_never_looked_at():
    raw = json.loads((ROOT / "exercises" / "04_momentum.ipynb").read_text(encoding="utf-8"))
    right = nbformat.read(ROOT / "solutions" / "04_momentum.ipynb", as_version=4)
    for cell, solved in zip(raw["cells"], right.cells, strict=True):
        cell["outputs"] = solved.get("outputs", [])
    merged = merge(SHEET, read(json.dumps(raw).encode()))
    assert merged == merge(SHEET, BLANK)
    assert set(merged.state.values()) == {"not attempted"}


def test_lone_surrogates_and_nuls_never_reach_what_is_taken(notebook):
    write(notebook, "ex-4-11", ANSWER + "\n# \ud800\0")
    add(notebook, "ex-4-12", "x = '\udfff\0'")
    merged = merge(SHEET, notebook)
    assert merged.answers["4.11"].endswith("# \\ud800\\x00")
    assert merged.extras == {PREFIX + "ex-4-12": ["x = '\\udfff\\x00'"]}


def test_a_notebook_without_anything_known_is_missing_altogether():
    merged = merge(SHEET, Notebook([Cell("x = 1"), Cell("# text", "markdown")]))
    assert set(merged.state.values()) == {"missing"}
    assert merged.extras == {}
    assert merge(SHEET, Notebook([])).state == merged.state


def test_forged_identities_of_no_cell_are_own_cells(notebook):
    place = at(notebook, "ex-4-12")
    notebook.cells.insert(place, Cell("x = 1", exercise="9.9", role="answer", grade_id="ex-9-9"))
    assert merge(SHEET, notebook).extras == {PREFIX + "ex-4-12": ["x = 1"]}


def test_flags_are_one_printable_line_of_at_most_300_characters(notebook):
    write(notebook, "ex-4-11-graded", "\x1b[31m<script>" + "x" * 1000)
    (found,) = merge(SHEET, notebook).flags
    assert len(found.evidence) == 300
    assert found.evidence.isprintable()


def test_shuffled_notebooks_keep_every_answer_and_every_own_cell_once(notebook):
    rng = random.Random(1)
    write(notebook, "ex-4-11", ANSWER)
    notebook.cells += [Cell(f"own = {number}") for number in range(20)]
    for _ in range(50):
        rng.shuffle(notebook.cells)
        merged = merge(SHEET, notebook)
        assert merged.answers["4.11"] == ANSWER
        assert set(merged.extras) <= {cell.id for cell in SHEET.cells}
        taken = [source for extras in merged.extras.values() for source in extras]
        assert len(taken) == len(set(taken)) <= 20


@pytest.mark.alone
def test_thousands_of_own_cells_take_seconds_not_minutes(notebook):
    begin = time.perf_counter()
    hostile = "\n" * 1000 + "documented_step" + " " * 1000 + "# " * 1000
    notebook.cells += [Cell(f"{hostile}\n{number}") for number in range(2000)]
    notebook.cells.append(notebook.cells.pop(3))
    merged = merge(SHEET, notebook)
    assert sum(map(len, merged.extras.values())) == 2000
    assert time.perf_counter() - begin < 10


@pytest.mark.parametrize(
    "source",
    [
        "def f(x): pass",
        "async def f(): pass",
        "  def f(): pass",
        "f = lambda x: x",
        "f: int = 3",
        "from x import y as f",
        "class f: pass",
        "import numpy\ndef f\t(x):\n  pass",
    ],
)
def test_a_name_is_defined(source):
    assert defines(source, "f")


@pytest.mark.parametrize(
    "source", ["def ff(x): pass", "f == 1", "print(f)", "def g(f): pass", "# def f", "g.f = 3", ""]
)
def test_a_name_is_not_defined(source):
    assert not defines(source, "f")
