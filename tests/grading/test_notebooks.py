"""Notebooks in every state students send them in: saved, or refused with a reason, never a crash."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.grading.sheet.notebooks import CELLS, SIZE, SOURCE, Unreadable, read

SHEET = Path(__file__).parents[2] / "exercises" / "01_linear_regression.ipynb"
REAL = SHEET.read_bytes()


def code(source="x = 1", **more):
    return {"cell_type": "code", "source": source, "outputs": [], "metadata": {}, **more}


def notebook(*cells, **more):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def saved(content, encoding="utf-8"):
    return json.dumps(content, ensure_ascii=False).encode(encoding, "surrogatepass")


def sources(data):
    return [cell.source for cell in read(data).cells]


def done(data):
    flags = read(data).flags
    assert {flag.flag for flag in flags} <= {"salvaged"}
    return [flag.evidence for flag in flags]


def reason(data):
    with pytest.raises(Unreadable) as raised:
        read(data)
    assert str(raised.value) == raised.value.reason
    return raised.value.reason


def test_a_sheet_of_the_course_is_read_as_it_is():
    expected = json.loads(REAL)
    found = read(REAL)
    assert found.flags == []
    assert [c.source for c in found.cells] == ["".join(c["source"]) for c in expected["cells"]]
    assert [c.id for c in found.cells] == [c["id"] for c in expected["cells"]]
    assert [c.kind for c in found.cells] == [c["cell_type"] for c in expected["cells"]]
    answer = next(cell for cell in found.cells if cell.id.endswith("ex-1-6"))
    assert (answer.grade_id, answer.exercise, answer.role) == ("ex-1-6", "1.6", "answer")
    assert found.metadata["course"]["name"] == "01_linear_regression"
    assert found.metadata["course"]["exercises"] == expected["metadata"]["course"]["exercises"]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", ["the file was read as utf-16"]),
        ("utf-16-le", ["the file was read as utf-16-le"]),
        ("utf-16-be", ["the file was read as utf-16-be"]),
        ("utf-32", ["the file was read as utf-32"]),
        ("latin-1", ["the file was read as cp1252"]),
    ],
)
def test_encodings(encoding, told):
    data = saved(notebook(code("# é ü"), code("y = 2")), encoding)
    assert sources(data) == ["# é ü", "y = 2"]
    assert done(data) == told


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\0" * 4096, "empty"),
        (b"<!DOCTYPE html><title>Log in</title>", "web page"),
        (b"\n<html>", "web page"),
        (b"[]", "a list"),
        (b"null", "null"),
        (b'"text"', "a text"),
        (b"17", "one value"),
        (b"{}", "no list of cells"),
        (b'{"cells": null}', "no list of cells"),
        (b'{"cells": {"0": {}}}', "no list of cells"),
        (b'{"cells": []}', "has no cells"),
        (b'{"cells": [1, null]}', "has no cells"),
        (b"print('hello')", "no JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"cells": ' + b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b"PK\x03\x04rest", "zip archive"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\x1f\x8b\x08", "compressed archive"),
        (b" " * SIZE + b"{", "20 MB"),
        (saved(notebook(*[{}] * (CELLS + 1))), f"{CELLS + 1} cells"),
    ],
)
def test_unreadable(data, words):
    assert words in reason(data)


def test_a_merge_conflict_is_for_a_person():
    text = json.dumps(notebook(code("first"), code("second")), indent=1)
    place = text.index('  {\n   "cell_type"', 20)
    conflict = text[:place] + "<<<<<<< HEAD\n" + text[place:] + "\n=======\n>>>>>>> theirs\n"
    assert "merge conflict" in reason(conflict.encode())


def test_conflict_markers_in_a_source_are_only_a_source():
    assert sources(saved(notebook(code("<<<<<<< HEAD\n")))) == ["<<<<<<< HEAD\n"]


def test_cut_off_anywhere_the_whole_cells_are_saved():
    cells = [code(f"x = {k}  # é", id=f"cell-{k}") for k in range(5)]
    data = saved(notebook(*cells))
    ends = [data.index(saved(cell)) + len(saved(cell)) for cell in cells]
    for cut in range(len(data)):
        whole = sum(end <= cut for end in ends)
        if whole == 0:
            reason(data[:cut])
            continue
        assert sources(data[:cut]) == [cell["source"] for cell in cells[:whole]]
        first = f"the file is cut off or damaged: only its first {whole} cells were read"
        assert done(data[:cut])[0] == first


def test_cut_off_utf_16():
    data = saved(notebook(code("a"), code("b")), "utf-16")
    assert sources(data[:-101])[0] == "a"


@pytest.mark.parametrize("source", ["a\nb", ["a\n", "b"], ["a\n", 3, "b"], ["a\n", None, "b"]])
def test_sources_as_text_and_list(source):
    data = saved(notebook(code(source)))
    assert sources(data) == ["a\nb"]
    assert len(done(data)) == (len(source) == 3 and type(source) is list)


@pytest.mark.parametrize("source", [None, 3.5, True, {"a": 1}])
def test_sources_of_a_wrong_type(source):
    data = saved(notebook(code(source), code("kept")))
    assert sources(data) == ["", "kept"]
    assert done(data) == ["a cell whose source is no text was read as empty"]


def test_surrogates_nuls_and_windows_lines():
    data = (
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "a\\ud800b\\u0000c\\r\\nd"}]}'
    )
    assert sources(data) == ["a\\ud800b\\x00c\nd"]
    assert done(data) == ["characters no file can hold were written as escapes"]
    raw = '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "a\0\tb\n"}]}'
    assert sources(raw.encode()) == ["a\\x00\tb\n"]


def test_a_source_too_long_is_marked_and_the_others_are_kept():
    found = read(saved(notebook(code("é" * (SOURCE // 2 + 1)), code("é" * (SOURCE // 2)))))
    assert [(cell.source[:1], cell.too_long) for cell in found.cells] == [("", True), ("é", False)]


def test_old_new_and_missing_nbformat():
    old = {
        "nbformat": 3,
        "metadata": {"name": "x"},
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "source": "T"},
                    {"cell_type": "code", "input": "a"},
                ]
            },
            {"cells": None},
            7,
        ],
    }
    assert [(c.kind, c.source) for c in read(saved(old)).cells] == [
        ("markdown", "T"),
        ("code", "a"),
    ]
    assert done(saved(old)) == ["read from nbformat 3"]
    assert done(saved(notebook(code(), nbformat=99))) == ["nbformat is 99, read as 4"]
    without = notebook(code("kept"))
    del without["nbformat"]
    assert sources(saved(without)) == ["kept"]
    assert done(saved(without)) == ["nbformat is missing"]


def test_cell_types():
    data = saved(
        notebook(
            {"cell_type": "raw", "source": "r"},
            {"cell_type": "sql", "source": "s"},
            {"cell_type": ["code"], "source": "c", "outputs": []},
            {"source": "n", "execution_count": 1},
            "no cell",
        )
    )
    kinds = [(cell.kind, cell.source) for cell in read(data).cells]
    assert kinds == [("raw", "r"), ("raw", "s"), ("code", "c"), ("code", "n")]
    assert "1 entries that are no cells were left out" in done(data)


@pytest.mark.parametrize("metadata", [None, [], 3, {"tags": "nbval-skip", "nbgrader": None}])
def test_metadata_of_wrong_types(metadata):
    data = saved(notebook(code("kept", metadata=metadata, id=3), metadata=metadata))
    (cell,) = read(data).cells
    assert (cell.source, cell.id, cell.grade_id, cell.exercise) == ("kept", "", "", "")


def test_names_of_wrong_types_are_empty():
    metadata = {
        "course": {"exercise": 1.1, "role": ["answer"]},
        "nbgrader": {"grade_id": "x" * 201},
    }
    (cell,) = read(saved(notebook(code(metadata=metadata, id={})))).cells
    assert (cell.id, cell.grade_id, cell.exercise, cell.role) == ("", "", "", "")


def test_duplicate_ids_are_left_to_the_merge():
    ids = [cell.id for cell in read(saved(notebook(code(id="a"), code(id="a")))).cells]
    assert ids == ["a", "a"]


def test_outputs_are_not_kept():
    data = saved(notebook(code(outputs=[{"text": "SECRET"}])))
    assert "SECRET" not in repr(read(data))


def test_nan_and_endless_integers():
    data = b'{"nbformat": 4, "metadata": {"a": NaN, "b": %s, "c": 2}, "cells": [{"source": "x"}]}'
    assert read(data % (b"9" * 5000)).metadata == {"c": 2}


def test_deep_metadata_is_cut():
    deep = {"course": {"name": "a", "x": {"y": {"z": 1}}}}
    assert read(saved(notebook(code(), metadata=deep))).metadata == {
        "course": {"name": "a", "x": {}}
    }


def _is_a_sentence(reason):
    assert 0 < len(reason) <= 300


def check(data):
    """Whatever came, cells of the types promised or a reason."""
    try:
        found = read(data)
    except Unreadable as error:
        _is_a_sentence(error.reason)
        return
    json.dumps(found.metadata, allow_nan=False).encode()
    assert found.cells
    for cell in found.cells:
        texts = (cell.source, cell.id, cell.grade_id, cell.exercise, cell.role)
        assert all(type(text) is str and "\0" not in text for text in texts)
        "".join(texts).encode()
        assert cell.kind in ("code", "markdown", "raw")
    for flag in found.flags:
        assert flag.exercise == ""
        assert len(flag.evidence) <= 300


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
KEYS = ("cell_type", "source", "input", "id", "metadata", "outputs")
CELL = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON))
NOTEBOOK = st.fixed_dictionaries(
    {"cells": st.lists(CELL | JSON) | JSON},
    optional={"nbformat": JSON, "metadata": JSON, "worksheets": JSON},
)


@given(st.binary())
def test_any_bytes(data):
    check(data)


@settings(max_examples=200)
@given(NOTEBOOK | JSON)
def test_any_json(content):
    check(json.dumps(content).encode())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(REAL)), st.integers(0, 40), st.binary(max_size=9))))
def test_mutations_of_a_real_notebook(changes):
    data = REAL
    for place, length, new in changes:
        data = data[:place] + new + data[place + length :]
    check(data)
