"""From a built notebook to a page: living explorers, folded hints, no cell that needs a kernel."""

import base64
import hashlib
import html
import re
from importlib import import_module

from nbformat.v4 import new_markdown_cell

from course_lib.book import living
from course_lib.sheet_format import ANSWER, GRADED, HEADING, PRACTICE, TURN, exercise_of, role_of

INLINE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")
ANCHOR = re.compile(
    r"(\]\([^)#\s]*)#([^)\s]+)\)"
)  # JupyterLab keeps capitals in a heading's anchor, Sphinx does not
ALT = re.compile(r'alt="([^"]*)"')
ON_PAGE = (
    "On this page you can read the exercises. To write your answers and have them checked, "
    "download the notebook and open it in JupyterLab."
)
SOLVED = (
    "These are the **solutions**. Try [the exercises](../exercises/{name}.ipynb) yourself first."
)


def download(notebook, kind, name):
    """Link the page to its notebook, as a student opens it."""
    link = f'<a href="../_static/download/{kind}/{name}.ipynb" download>Download this notebook</a>'
    notebook.cells.insert(1, new_markdown_cell(f'<p class="course-download">{link}</p>'))


def lesson(notebook, name, static):
    """The page of a lesson; its pictures and explorers are written below `static`. Returns warnings."""
    warnings = []
    for k, stage in living.explorers(notebook).items():
        own = f"{name[:2]}-{stage.name}"
        _write(static / "explorers" / f"{own}.js", living.script(own, stage).encode())
        kept = living.still(notebook.cells[k])
        if ALT.findall(kept) != ALT.findall(stage.twin):
            warnings.append(
                f"{own} no longer shows what its still picture shows; build the lesson again"
            )
        _show_alive(notebook.cells[k], own)
    turns = import_module(f"course_lib.turns.lesson_{name[:2]}")
    _fold(notebook, {turn.number: turn.hints for turn in vars(turns).values() if _has_hints(turn)})
    _with_files(notebook, static)
    return warnings


def sheet(notebook, name, static):
    """The page of a sheet to fill in, with folded hints and a link to each solution."""
    notebook.cells.insert(1, new_markdown_cell(ON_PAGE))
    checks = import_module(f"course_lib.checks.lesson_{name[:2]}")
    _fold(notebook, {c.number: c.hints for c in vars(checks).values() if _has_hints(c)})
    for k, cell in reversed([*enumerate(notebook.cells)]):
        if role_of(cell) == ANSWER:
            link = f"[Solution](#solution-{exercise_of(cell)})"
            notebook.cells.insert(k + 1, new_markdown_cell(link))


def solution(notebook, name, static):
    """The page of a solved sheet, which says so."""
    notebook.cells.insert(1, new_markdown_cell(SOLVED.format(name=name)))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # where the links from the exercises lead
            cell.source = HEADING.sub(r"(solution-\1)=\n\g<0>", cell.source)
    _fold(notebook, {})
    _with_files(notebook, static)


def _fold(notebook, hints):
    """Leave out the cells that only a kernel needs; below each answer cell stand its hints, folded."""
    cells = []
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if role_of(cell) in (PRACTICE, GRADED):
            continue
        cells.append(cell)
        if role_of(cell) in (ANSWER, TURN):
            cells += [
                new_markdown_cell(_folded(k, hint))
                for k, hint in enumerate(hints.get(exercise_of(cell), ()), 1)
            ]
        if role_of(cell) == TURN:
            following.metadata.setdefault("tags", []).append("remove-cell")
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = ANCHOR.sub(lambda link: f"{link[1]}#{link[2].lower()})", cell.source)
    notebook.cells = cells


def _folded(number, hint):
    return f"<details><summary>Hint {number}</summary>\n\n{hint}\n</details>"


def _has_hints(thing):
    return hasattr(thing, "hints") and hasattr(thing, "number")


def _show_alive(cell, name):
    """Put the explorer's place below the still picture."""
    for output in cell.outputs:
        page = output.get("data", {}).get("text/html", "")
        if page.startswith(living.STILL):
            place = f'<div class="course-explorer" data-explorer="{html.escape(name)}"></div>'
            output.data["text/html"] = f"<div>{page}{place}</div>"


def _with_files(notebook, static):
    """Put the pictures of a page into files, so that its text arrives first."""

    def filed(match):
        png = base64.b64decode(match[1])
        name = hashlib.sha256(png).hexdigest()[:16] + ".png"
        _write(static / "pictures" / name, png)
        return f'../_static/pictures/{name}" loading="lazy'

    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = INLINE.sub(filed, data["text/html"])


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
