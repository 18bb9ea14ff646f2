"""The notebooks that one source file becomes, and how they are written."""

import os

import nbformat

from course_lib.build import BuildError
from course_lib.build.blanks import blanks, edited
from course_lib.build.execute import execute, fell_back
from course_lib.build.source import LESSONS, read

UNEXECUTED = "exercises"


def pages(source, root):
    """{path: notebook without outputs} for a source file: one lesson, or blanks and solutions."""
    notebook, file = read(source), f"{source.stem}.ipynb"
    if source.parent.name == LESSONS:
        made = {root / "notebooks" / file: notebook}
    else:
        made = {root / UNEXECUTED / file: blanks(notebook), root / "solutions" / file: notebook}
    for path, page in made.items():
        page.metadata.course["kind"] = path.parent.name
    return made


def build(source, root, allow_fallback=False, overwrite=False):
    """Write the pages of one source file: all of them, or with an error none.

    Raises BuildError when a cell fails, when stand-in data would replace the full data's figures
    (unless allow_fallback), and when a sheet in exercises/ has been worked in (unless overwrite).
    """
    made = pages(source, root)
    for path in made:
        path.parent.mkdir(exist_ok=True)
        if path.parent.name == UNEXECUTED:
            overwrite or _refuse_worked_in(path)
        else:
            made[path] = _executed(made[path], path, allow_fallback)
    for path, notebook in made.items():
        _write(path, notebook)


def _executed(notebook, path, allow_fallback):
    where = f"{path.parent.name}/{path.name}"
    try:
        notebook = execute(notebook, path.parent)
    except BuildError as error:
        raise BuildError(f"{where}, {error}") from None
    data = notebook.metadata.course["data"] = "fallback" if fell_back(notebook) else "full"
    before = load(path).metadata.get("course", {}).get("data") if path.exists() else None
    if (before, data) == ("full", "fallback") and not allow_fallback:
        raise BuildError(
            f"{where} shows the full data set, which is not on this machine. Set COURSE_DATA to "
            "its folder, or build with --allow-fallback to show stand-in data."
        )
    return notebook


def _refuse_worked_in(path):
    touched = edited(load(path)) if path.exists() else []
    if touched:
        raise BuildError(
            f"{path.parent.name}/{path.name} has been worked in ({', '.join(touched)}). "
            "Copy it elsewhere, or build with --overwrite to lose that work."
        )


def load(path):
    """The notebook file at path; raises BuildError where there is none to be read."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # whatever is in that file, say which file it is
        raise BuildError(f"{path} is no notebook: {type(error).__name__}: {error}") from None


def text_of(notebook):
    """The file's text: the same notebook gives the same bytes."""
    return nbformat.writes(notebook, version=4) + "\n"


def _write(path, notebook):
    """Replace the file at once, so that an interrupt leaves the old one."""
    half = path.with_suffix(".part")
    half.write_bytes(text_of(notebook).encode("utf-8"))
    os.replace(half, path)
