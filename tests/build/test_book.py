"""What the pages of the book are made of; tests/browser/test_book.py opens them."""

import base64
import json
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_lib.book import BookError, living, pages, vendor
from course_lib.book.gather import _once
from course_lib.book.rules import rule_pages
from course_lib.rules import RULES

TINY = base64.b64encode(b"\x89PNG\r\n").decode()
FIRST = "from course_lib.explorers.lesson_00 import first_slider as show"


def shown(html):
    return new_output("display_data", data={"text/html": html})


@pytest.mark.parametrize(
    ("sources", "needed"),
    [
        (["import numpy as np", "x = np.ones(3)", "y = 2", "show(x)"], [0, 1, 3]),
        (["x = 1", "x = 2", "show(x)"], [1, 2]),
        (["x = 1", "x = x + 1", "show(x)"], [0, 1, 2]),
        (["x = 1", "x += 1", "show(x)"], [0, 1, 2]),
        (["k = 1", "def f(a):\n    b = a + k\n    return b", "b = 5", "show(f(2))"], [0, 1, 3]),
        (["k = 5", "x = [k for k in range(3)]", "show(x)"], [1, 2]),
        (["def f():\n    return 1", "f = check(f)", "g = 1", "show(f())"], [0, 1, 3]),
        (["print(1)", "show(abs(1))"], [1]),
    ],
)
def test_the_cells_that_an_explorer_needs(sources, needed):
    cells = [new_code_cell(source) for source in sources]
    assert living.needed(cells, [len(cells) - 1]) == needed


def test_markdown_between_cells_is_passed_over():
    cells = [new_code_cell("x = 1"), new_markdown_cell("x = "), new_code_cell("show(x)")]
    assert living.needed(cells, [2]) == [0, 2]


def test_an_explorer_runs_again_without_what_it_does_not_need():
    still = '<figure class="twin-first-slider"><img alt="..."></figure>'
    book = new_notebook(
        cells=[
            new_code_cell(FIRST),
            new_code_cell("raise AssertionError('a long training')"),
            new_code_cell("show()", outputs=[shown(still)]),
        ]
    )
    (stage,) = living.explorers(book).values()
    name, data = living.script("00-first", stage).removeprefix("courseExplorers[").split("] = ", 1)
    assert (name, stage.name) == ('"00-first"', "first-slider")
    made = json.loads(data.removesuffix(";\n"))
    models = made["state"]["state"]
    assert made["view"]["model_id"] in models
    assert any("_esm" in model["state"] for model in models.values())


def test_pictures_become_files_and_anchors_those_of_the_site(tmp_path):
    picture = f'<figure><img alt="a" src="data:image/png;base64,{TINY}"></figure>'
    book = new_notebook(
        cells=[
            new_markdown_cell("[terms](00_start_here.ipynb#Notation-and-terms), [here](#A-b)"),
            new_code_cell("plots.show(fig)", outputs=[shown(picture), shown(picture)]),
        ]
    )
    assert pages.lesson(book, "00_start_here", tmp_path) == []
    (file,) = (tmp_path / "pictures").iterdir()
    assert file.read_bytes().startswith(b"\x89PNG")
    for output in book.cells[1].outputs:
        assert f'src="../_static/pictures/{file.name}" loading="lazy"' in output.data["text/html"]
    assert book.cells[0].source == "[terms](00_start_here.ipynb#notation-and-terms), [here](#a-b)"


def cell(role, number="1.11"):
    return new_code_cell(f"# {role}", metadata={"course": {"role": role, "exercise": number}})


def test_a_sheet_shows_tasks_hints_and_a_link_to_each_solution(tmp_path):
    heading = new_markdown_cell("## 1.11 A title (5 minutes, 2 points)\n\nText.")
    book = new_notebook(
        cells=[new_markdown_cell("# Sheet"), heading, *map(cell, ("answer", "practice", "graded"))]
    )
    solved = nbformat.from_dict(json.loads(json.dumps(book)))
    pages.sheet(book, "01_linear_regression", tmp_path)
    texts = [each.source for each in book.cells]
    assert texts[1] == pages.ON_PAGE
    assert texts[3:5] == ["# answer", "[Solution](#solution-1.11)"]
    assert all(text.startswith("<details><summary>Hint ") for text in texts[5:])
    assert len(texts) > 5
    pages.solution(solved, "01_linear_regression", tmp_path)
    assert [each.source for each in solved.cells] == [
        "# Sheet",
        pages.SOLVED.format(name="01_linear_regression"),
        f"(solution-1.11)=\n{heading.source}",
        "# answer",
    ]


def test_the_check_of_a_turn_is_left_out_and_its_hints_are_folded(tmp_path):
    book = new_notebook(cells=[cell("turn", "1.a"), new_code_cell("f = turn.f(f)")])
    pages.lesson(book, "04_momentum", tmp_path)
    kinds = [(each.cell_type, each.source[:9]) for each in book.cells]
    assert kinds == [
        ("code", "# turn"),
        ("markdown", "<details>"),
        ("markdown", "<details>"),
        ("code", "f = turn."),
    ]
    assert book.cells[-1].metadata.tags == ["remove-cell"]


def test_every_rule_has_a_page_with_its_code_and_a_picture():
    lesson = new_notebook(cells=[new_markdown_cell("# Lesson 5: adam"), new_code_cell("adam")])
    made = rule_pages({"../notebooks/05.ipynb": lesson})
    assert set(made) == {f"{name}.md" for name in RULES} | {"index.md"}
    assert "def adam(theta, g, t," in made["adam.md"]
    assert "Used in [Lesson 5: adam](../notebooks/05.ipynb)." in made["adam.md"]
    assert "Used in" not in made["adamw.md"]
    assert all('<img alt="60 steps of ' in made[f"{name}.md"] for name in RULES)


def test_only_what_changed_is_made_again(tmp_path):
    made, target = [], tmp_path / "pages" / "a.md"

    def make(path):
        made.append(path)
        path.write_text("page", "utf-8")
        return ["a warning"]

    said = [list(_once(target, source, make)) for source in (b"1", b"1", b"2")]
    assert said == [["a warning"], [], ["a warning"]]
    target.unlink()
    assert list(_once(target, b"2", make)) == ["a warning"]
    assert len(made) == 3


@pytest.mark.parametrize(
    ("npm", "run", "words"),
    [
        (None, None, "install Node.js"),
        ("npm", SimpleNamespace(returncode=1, stderr="offline", stdout=""), "offline"),
    ],
)
def test_without_npm_or_a_network_it_says_what_is_missing(tmp_path, monkeypatch, npm, run, words):
    monkeypatch.setattr(vendor.shutil, "which", lambda name: npm)
    monkeypatch.setattr(vendor.subprocess, "run", lambda *_, **__: run)
    with pytest.raises(BookError, match=words):
        vendor.vendor(tmp_path / "static", tmp_path / "cache")
