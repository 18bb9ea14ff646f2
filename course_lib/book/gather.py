"""Everything that Sphinx reads, in one folder: pages of notebooks, of rules, and of text."""

import hashlib
import shutil

import nbformat

from course_lib.book import pages
from course_lib.book.rules import rule_pages
from course_lib.book.vendor import vendor

KINDS = {"notebooks": pages.lesson, "exercises": pages.sheet, "solutions": pages.solution}
FRONT = "notebooks/04_momentum.ipynb", "04-rate-map"  # the explorer on the first page
TEXTS = {
    "book/instructors.md": "instructors.md",
    "book/teaching.md": "teaching.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "ARCHITECTURE.md": "ARCHITECTURE.md",
}


def gather(root, work):
    """Write what Sphinx reads of the course in `root` into the folder `work`; yields warnings.

    A page is made again when its notebook or the library has changed.
    """
    static, library = work / "_static", _library(root)
    shutil.copytree(root / "book" / "_static", static, dirs_exist_ok=True)
    shutil.copyfile(root / "book" / "conf.py", work / "conf.py")
    vendor(static)
    notebooks = {kind: sorted((root / kind).glob("*.ipynb")) for kind in KINDS}
    for kind, path in [(kind, path) for kind, paths in notebooks.items() for path in paths]:
        yield from _once(
            work / kind / path.name, library + path.read_bytes(), _page, kind, path, static
        )
    rules = {f"../notebooks/{path.name}": nbformat.read(path, 4) for path in notebooks["notebooks"]}
    yield from _once(work / "rules" / "index.md", library, _rules, rules)
    for source, target in TEXTS.items():
        _write(work / target, (root / source).read_text("utf-8").replace("](book/", "]("))
    index = (root / "book" / "index.md").read_text("utf-8")
    _write(work / "index.md", index.replace("{front}", _living(work / FRONT[0], FRONT[1])))


def _once(target, made_from, make, *arguments):
    """Make the target, unless it was made from the same bytes before; yields warnings."""
    stamp = target.with_name(f".{target.name}.stamp")
    key = hashlib.sha256(made_from).hexdigest()
    if not (target.exists() and stamp.exists() and stamp.read_text("utf-8") == key):
        target.parent.mkdir(parents=True, exist_ok=True)
        yield from make(target, *arguments)
        _write(stamp, key)


def _page(target, kind, path, static):
    notebook = nbformat.read(path, as_version=4)
    yield from KINDS[kind](notebook, path.stem, static) or ()
    pages.download(notebook, kind, path.stem)
    download = static / "download" / kind / path.name
    download.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, download)
    nbformat.write(notebook, target)


def _rules(index, lessons):
    for name, text in rule_pages(lessons).items():
        _write(index.with_name(name), text)
    return ()


def _library(root):
    """The bytes of all of the library's code."""
    sources = sorted(p for p in (root / "course_lib").rglob("*") if p.suffix in (".py", ".js"))
    return b"\0".join(path.read_bytes() for path in sources)


def _living(page, name):
    """The still picture and the place of an explorer, as HTML for a page at the top."""
    outputs = (out for cell in nbformat.read(page, 4).cells for out in cell.get("outputs", ()))
    htmls = (output.get("data", {}).get("text/html", "") for output in outputs)
    found = next(text for text in htmls if f'data-explorer="{name}"' in text)
    return found.replace("../_static", "_static")


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
