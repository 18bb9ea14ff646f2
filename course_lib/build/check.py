"""Are the built notebooks those of the sources? Outputs are not looked at: nbval does that."""

from course_lib.build import BuildError
from course_lib.build.command import find
from course_lib.build.pages import UNEXECUTED, load, pages, text_of

FOLDERS = ("notebooks", "exercises", "solutions")


def source(path, root):
    """Raise BuildError unless every page of this source file is there and up to date."""
    found = []
    for page, notebook in pages(path, root).items():
        if not page.exists():
            found.append("is missing")
        elif page.parent.name == UNEXECUTED:
            same = page.read_bytes() == text_of(notebook).encode("utf-8")
            found.append("" if same else "is out of date")
        else:
            found.append(_difference(load(page), notebook))
        found[-1] = found[-1] and f"{page.parent.name}/{page.name} {found[-1]}"
    if any(found):
        raise BuildError("; ".join(filter(None, found)))


def _difference(built, notebook):
    """What differs between an executed page and its source, "" for nothing."""
    if len(built.cells) != len(notebook.cells):
        return f"has {len(built.cells)} cells, its source {len(notebook.cells)}"
    for place, (old, new) in enumerate(zip(built.cells, notebook.cells, strict=True), 1):
        for part in ("cell_type", "id", "source", "metadata"):
            if old[part] != new[part]:
                return f"is out of date: cell {place}, {part}"
        if old.cell_type == "code" and old.execution_count is None:
            return f"was not executed: cell {place}"
    if built.metadata.get("course", {}).get("data") not in ("full", "fallback"):
        return "was not built: metadata.course.data is missing"
    if {**built.metadata, "course": {**built.metadata.course, "data": ""}} != {
        **notebook.metadata,
        "course": {**notebook.metadata.course, "data": ""},
    }:
        return "is out of date: the notebook's metadata"
    return ""


def strays(root):
    """Notebooks that no source makes."""
    made = {page for path in find(root) for page in pages(path, root)}
    there = {page for folder in FOLDERS for page in (root / folder).glob("*.ipynb")}
    return [f"{page.parent.name}/{page.name} has no source" for page in sorted(there - made)]
