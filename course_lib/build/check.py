"""Are the built notebooks those of the sources? Outputs are not compared: nbval does that."""

from course_lib.build import BuildError
from course_lib.build.command import find
from course_lib.build.pages import UNEXECUTED, bytes_of, load, pages, paths
from course_lib.sheet_format import course_of

FOLDERS = ("notebooks", "exercises", "solutions")


def source(path, root):
    """Raise BuildError unless every page of this source file is there and up to date."""
    faults = {page: _fault(page, notebook) for page, notebook in pages(path, root).items()}
    lines = [f"{page.parent.name}/{page.name} {fault}" for page, fault in faults.items() if fault]
    if lines:
        raise BuildError("; ".join(lines))


def _fault(page, notebook):
    """What is wrong with the built page, "" for nothing."""
    if not page.exists():
        return "is missing"
    if page.parent.name == UNEXECUTED:
        return "" if page.read_bytes() == bytes_of(notebook) else "is out of date"
    return _difference(load(page), notebook)


def _difference(built, notebook):
    """What differs between an executed page and its source, "" for nothing."""
    if len(built.cells) != len(notebook.cells):
        return f"has {len(built.cells)} cells, its source {len(notebook.cells)}"
    for place, (old, new) in enumerate(zip(built.cells, notebook.cells, strict=True), 1):
        for part in ("cell_type", "id", "source"):
            if old[part] != new[part]:
                return f"is out of date: cell {place}, {part}"
        if fault := _metadata(old.metadata, new.metadata):
            return f"{fault}: cell {place}"
        if old.cell_type == "code" and old.execution_count is None:
            return f"was not executed: cell {place}"
    if course_of(built.metadata).get("data") not in ("full", "fallback"):
        return "was not built: metadata.course.data is missing"
    if {**built.metadata, "course": {**built.metadata.course, "data": ""}} != {
        **notebook.metadata,
        "course": {**notebook.metadata.course, "data": ""},
    }:
        return "is out of date: the notebook's metadata"
    return ""


def _metadata(old, new):
    """What differs between the metadata of a built cell and of its source, "" for nothing."""
    if old == new:
        return ""
    flags, wanted = old.get("jupyter", {}), new.get("jupyter", {})
    lost = [flag for flag in wanted if flag not in flags]
    if lost and {**old, "jupyter": wanted} == new:
        return (
            f"was run and saved in JupyterLab, which took away {' and '.join(lost)}; build it again"
        )
    return "is out of date: metadata"


def strays(root):
    """Notebooks that no source makes."""
    expected = {page for path in find(root) for page in paths(path, root)}
    present = {page for folder in FOLDERS for page in (root / folder).glob("*.ipynb")}
    return [f"{page.parent.name}/{page.name} has no source" for page in sorted(present - expected)]
