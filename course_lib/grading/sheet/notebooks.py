"""A student's notebook, read whatever state it is in, or a sentence saying why it cannot be.

nbformat refuses most damaged files, with seven kinds of exception, and empties every cell of a
file without the key `nbformat`. A person who loses work over that is right to complain, so what can
be saved is saved, and a flag says what was done. Outputs are never looked at.
"""

import json
import math
import re
from dataclasses import dataclass, field

from course_lib.grading.results import Flag, Remark

SIZE = 20_000_000  # bytes of a file
CELLS = 10_000
SOURCE = 200_000  # bytes of a cell
NAME = 200  # characters of an id
KINDS = {"code": "code", "markdown": "markdown", "raw": "raw", "heading": "markdown"}
CONFLICT = re.compile(r"^(<{7} |>{7} )", re.MULTILINE)
CELLS_BEGIN = re.compile(r'"cells"\s*:\s*\[')
BETWEEN = re.compile(r"[\s,]*")
NOT_NOTEBOOKS = {
    b"PK\x03\x04": "a zip archive under a notebook's name",
    b"%PDF": "a PDF document, not a notebook",
    b"\x89PNG": "a picture, not a notebook",
    b"\xff\xd8\xff": "a picture, not a notebook",
    b"\x1f\x8b": "a compressed archive, not a notebook",
    b"Rar!": "a rar archive, not a notebook",
    b"7z\xbc\xaf": "a 7z archive, not a notebook",
}


class Unreadable(Exception):
    """This file cannot be read as a notebook; the reason is a sentence for people."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass
class Cell:
    """One cell. What is absent or of a wrong type is ""."""

    source: str = ""
    kind: str = "code"  # code, markdown or raw
    id: str = ""
    grade_id: str = ""
    exercise: str = ""
    role: str = ""
    too_long: bool = False  # the source was above 200 kB and has been left out


@dataclass
class Notebook:
    """The cells in their order, the notebook's own metadata, and flags for what had to be repaired."""

    cells: list[Cell]
    metadata: dict = field(default_factory=dict)
    flags: list[Remark] = field(default_factory=list)


def read(data: bytes) -> Notebook:
    """The notebook in these bytes. Raises Unreadable, and nothing else."""
    if len(data) > SIZE:
        raise Unreadable(f"the file has {len(data) / 1e6:.0f} MB, more than {SIZE / 1e6:.0f} MB")
    done = []
    text = _text(data, done)
    content = _content(text, done)
    raw = _raw_cells(content, done)
    cells = [_cell(cell, done) for cell in raw if type(cell) is dict]
    if len(cells) < len(raw):
        done.append(f"{len(raw) - len(cells)} entries that are no cells were left out")
    if not cells:
        raise Unreadable("the notebook has no cells")
    return Notebook(cells, _shallow(content.get("metadata")), _flags(done))


def escaped(text):
    """text without lone surrogates and NULs, which neither files nor Python's compiler take."""
    repaired = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return repaired.replace("\0", "\\x00")


def _text(data, done):
    """The bytes as text: by their mark or their zeros, else UTF-8, else as Windows writes."""
    if not data.strip(b" \t\r\n\0"):
        raise Unreadable("the file is empty: was it saved?")
    for magic, what in NOT_NOTEBOOKS.items():
        if data.startswith(magic):
            raise Unreadable(f"this is {what}")
    for encoding in dict.fromkeys((json.detect_encoding(data), "utf-8")):
        text = _decoded(data, encoding)
        if text is not None:
            if not encoding.startswith("utf-8"):
                done.append(f"the file was read as {encoding}")
            return text.removeprefix("\ufeff")
    done.append("the file was read as cp1252")
    return data.decode("cp1252", errors="replace")


def _decoded(data, encoding):
    """The text, without a last character that was cut in the middle; None when it is not that."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        cut = error.end == len(data) and len(data) - error.start < 4
        return data[: error.start].decode(encoding, errors="replace") if cut else None


def _content(text, done):
    """The JSON in the text as a dict, or of a damaged file its whole cells."""
    try:
        content = json.loads(text, strict=False, parse_int=float)
    except RecursionError:
        raise Unreadable("the file is nested too deeply to be a notebook") from None
    except ValueError:
        return _saved(text, done)
    if type(content) is not dict:
        what = {list: "a list", str: "a text", type(None): "null"}.get(type(content), "one value")
        raise Unreadable(f"the file holds {what}, not a notebook")
    return content


def _saved(text, done):
    """The cells in front of the place where the file is cut off or damaged."""
    if CONFLICT.search(text):
        raise Unreadable("the file has merge conflict markers (<<<<<<<): both versions are in it")
    if text.lstrip().startswith("<"):
        raise Unreadable("this is a web page, perhaps of a log-in, not a notebook")
    begin = CELLS_BEGIN.search(text)
    cells = _whole_cells(text, begin.end()) if begin else []
    if not cells:
        raise Unreadable("the file is no JSON, so no notebook, or it is cut off or damaged")
    done.append(f"the file is cut off or damaged: only its first {len(cells)} cells were read")
    return {"nbformat": 4, "cells": cells}


def _whole_cells(text, place):
    decoder = json.JSONDecoder(strict=False, parse_int=float)
    cells = []
    while len(cells) <= CELLS:
        place = BETWEEN.match(text, place).end()
        try:
            cell, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        cells.append(cell)
    return cells


def _raw_cells(content, done):
    """The list of cells, which in nbformat 3 is in worksheets."""
    version, cells = content.get("nbformat"), content.get("cells")
    if version not in (3, 4):
        known = type(version) in (int, float)
        done.append(f"nbformat is {version:g}, read as 4" if known else "nbformat is missing")
    sheets = content.get("worksheets")
    if type(cells) is not list and type(sheets) is list:
        done.append("read from nbformat 3")
        lists = [sheet.get("cells") for sheet in sheets if type(sheet) is dict]
        cells = [cell for found in lists if type(found) is list for cell in found]
    if type(cells) is not list:
        raise Unreadable("this is JSON, but no notebook: it has no list of cells")
    if len(cells) > CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells, more than {CELLS}")
    return cells


def _cell(raw, done):
    metadata = _dict(raw.get("metadata"))
    nbgrader, course = _dict(metadata.get("nbgrader")), _dict(metadata.get("course"))
    kind = raw.get("cell_type")
    if type(kind) is not str or kind not in KINDS:
        kind = "code" if raw.keys() & {"outputs", "execution_count", "input"} else "raw"
        done.append(f"a cell of no known type was read as {kind}")
    source, too_long = _source(raw, done)
    return Cell(
        source,
        KINDS[kind],
        _name(raw.get("id")),
        _name(nbgrader.get("grade_id")),
        _name(course.get("exercise")),
        _name(course.get("role")),
        too_long,
    )


def _source(raw, done):
    """(source, too_long) of a cell, whose source is one text or a list of lines."""
    source = raw["source"] if "source" in raw else raw.get("input", "")
    if type(source) is list:
        lines = [line for line in source if type(line) is str]
        if len(lines) < len(source):
            done.append("lines that are no text were left out of a cell")
        source = "".join(lines)
    if type(source) is not str:
        done.append("a cell whose source is no text was read as empty")
        return "", False
    repaired = escaped(source)
    if len(repaired.encode()) > SOURCE:
        done.append(f"a cell of {len(repaired) / 1000:.0f} kB was left out")
        return "", True
    if repaired != source:
        done.append("characters no file can hold were written as escapes")
    return repaired.replace("\r\n", "\n"), False


def _dict(value):
    return value if type(value) is dict else {}


def _name(value):
    fits = type(value) is str and len(value) <= NAME
    return escaped(value) if fits else ""


def _shallow(metadata, depth=3):
    """Texts, numbers, lists and dicts of the metadata down to `depth`; nothing in it is trusted."""
    kept = {}
    for key, value in list(_dict(metadata).items())[:100]:
        if type(value) is dict and depth > 1:
            kept[escaped(key)[:NAME]] = _shallow(value, depth - 1)
        elif type(value) is list:
            kept[escaped(key)[:NAME]] = [_name(v) for v in value[:1000] if type(v) is str]
        elif type(value) is str:
            kept[escaped(key)[:NAME]] = _name(value)
        elif type(value) is bool or (type(value) is float and math.isfinite(value)):
            kept[escaped(key)[:NAME]] = value
    return kept


def _flags(done):
    """One flag for each thing that had to be done, with how often."""
    flags = []
    for what in dict.fromkeys(done):
        times = f" ({done.count(what)} times)" if done.count(what) > 1 else ""
        flags.append(Remark(Flag.SALVAGED, "", f"{what}{times}"))
    return flags
