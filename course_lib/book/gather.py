"""Everything that Sphinx reads, in one folder: pages of notebooks, of rules, and of text."""

import shutil

import nbformat

from course_lib.book import pages
from course_lib.book.rules import rule_pages
from course_lib.book.vendor import vendor

KINDS = {"notebooks": pages.lesson, "exercises": pages.sheet, "solutions": pages.solution}
FRONT = "04-rate-map"  # the explorer on the first page
TEXTS = {
    "book/instructors.md": "instructors.md",
    "book/teaching.md": "teaching.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "ARCHITECTURE.md": "ARCHITECTURE.md",
}


def gather(root, work):
    """Write what Sphinx reads of the course in `root` into the folder `work`; yields warnings."""
    static = work / "_static"
    shutil.copytree(root / "book" / "_static", static, dirs_exist_ok=True)
    shutil.copyfile(root / "book" / "conf.py", work / "conf.py")
    vendor(static)
    lessons = {}
    for kind, make in KINDS.items():
        (work / kind).mkdir(exist_ok=True)
        for path in sorted((root / kind).glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            if kind == "notebooks":
                lessons[f"../notebooks/{path.name}"] = notebook
            yield from make(notebook, path.stem, static) or ()
            pages.download(notebook, kind, path.stem)
            _copy(path, static / "download" / kind / path.name)
            nbformat.write(notebook, work / kind / path.name)
    for name, text in rule_pages(lessons).items():
        _write(work / "rules" / name, text)
    for source, target in TEXTS.items():
        _write(work / target, (root / source).read_text("utf-8").replace("](book/", "]("))
    index = (root / "book" / "index.md").read_text("utf-8")
    _write(work / "index.md", index.replace("{front}", _living(FRONT, lessons.values())))


def _living(name, notebooks):
    """The still picture and the place of an explorer, as HTML for a page at the top."""
    outputs = (out for nb in notebooks for cell in nb.cells for out in cell.get("outputs", ()))
    htmls = (output.get("data", {}).get("text/html", "") for output in outputs)
    return next(page for page in htmls if f'data-explorer="{name}"' in page).replace("../_static", "_static")


def _copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
