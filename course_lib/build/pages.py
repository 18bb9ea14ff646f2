"""The notebooks that one source file becomes, and how they are written."""

import json

import nbformat

from course_lib.build import LESSONS, BuildError
from course_lib.build.blanks import blanks, edited
from course_lib.build.execute import execute, fell_back
from course_lib.build.source import read
from course_lib.files import write_whole
from course_lib.sheet_format import VERSIONS, course_of, version_of

UNEXECUTED = "exercises"


def paths(source, root):
    """Where the pages of a source file stand: a lesson in notebooks/, a sheet twice."""
    folders = ("notebooks",) if source.parent.name == LESSONS else (UNEXECUTED, "solutions")
    return [root / folder / f"{source.stem}.ipynb" for folder in folders]


def pages(source, root):
    """{path: notebook without outputs} for a source file: one lesson, or blanks and solutions."""
    notebooks = [read(source)]
    if source.parent.name != LESSONS:
        blank = blanks(notebooks[0])
        notebooks = [blank, *notebooks]
        for notebook in notebooks:
            notebook.metadata.course["version"] = version_of(blank)
    pages = dict(zip(paths(source, root), notebooks, strict=True))
    for path, notebook in pages.items():
        notebook.metadata.course["kind"] = path.parent.name
    return pages


def build(source, root, allow_fallback=False, overwrite=False):
    """Write the pages of one source file: all of them, or with an error none.

    Raises BuildError when a cell fails, when stand-in data would replace the full data's figures
    (unless allow_fallback), and when a sheet in exercises/ has been worked in (unless overwrite).
    """
    notebooks = pages(source, root)
    for path in notebooks:
        path.parent.mkdir(exist_ok=True)
        if path.parent.name == UNEXECUTED:
            overwrite or _refuse_worked_in(path)
        else:
            notebooks[path] = _executed(notebooks[path], path, allow_fallback)
    for path, notebook in notebooks.items():
        write_whole(path, bytes_of(notebook))


def _executed(notebook, path, allow_fallback):
    where = f"{path.parent.name}/{path.name}"
    try:
        notebook = execute(notebook, path.parent)
    except BuildError as error:
        raise BuildError(f"{where}, {error}") from None
    data = notebook.metadata.course["data"] = "fallback" if fell_back(notebook) else "full"
    before = course_of(load(path).metadata).get("data") if path.exists() else None
    if (before, data) == ("full", "fallback") and not allow_fallback:
        raise BuildError(
            f"{where} shows the full data set, which is not on this machine. Set COURSE_DATA to "
            "its folder, or build with --allow-fallback to show stand-in data."
        )
    return notebook


def _refuse_worked_in(path):
    cells = edited(load(path)) if path.exists() else []
    if cells:
        raise BuildError(
            f"{path.parent.name}/{path.name} has been worked in ({', '.join(cells)}). "
            "Copy it elsewhere, or build with --overwrite to lose that work."
        )


def load(path):
    """The notebook file at path; raises BuildError where there is none to be read."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # whatever is in that file, say which file it is
        raise BuildError(f"{path} is no notebook: {type(error).__name__}: {error}") from None


def bytes_of(notebook):
    """The file's content: the same notebook gives the same bytes."""
    return f"{nbformat.writes(notebook, version=4)}\n".encode()


def versions(root):
    """The file that lists the versions of the sheets in exercises/: its path and its bytes."""
    sheets = sorted((root / UNEXECUTED).glob("*.ipynb"))
    found = {path.stem: course_of(load(path).metadata).get("version") for path in sheets}
    return root / "course_lib" / VERSIONS.name, f"{json.dumps(found, indent=1)}\n".encode()
