"""What a student gets: lessons, blank sheets and the library, in a folder or a zip file.

Left out are the sources, the solutions, the tests and whatever working left behind.
"""

import shutil
import tempfile
import zipfile
from pathlib import Path

import nbformat

from course_lib.sheet_format import ANSWER, HIDDEN, SOLUTION, STUB, role_of

DESCRIPTION = "Pack what a student gets: lessons, blank sheets and the library."
ROOT = Path(__file__).parents[1]
PACKED = (
    "course_lib",
    "exercises",
    "notebooks",
    "LICENSE",
    "pyproject.toml",
    "requirements.txt",
    "run.py",
)
LEFT_BEHIND = ("__pycache__", ".ipynb_checkpoints", "*.pyc", "*.part")
DATE = (2026, 1, 1, 0, 0, 0)  # the same files give the same bytes
README = """# How neural networks are optimised

You need Python 3.11 or newer. In this folder, type

    python run.py

(on some systems `python3 run.py`). The first time it sets everything up, which takes some minutes. Then
JupyterLab opens on the page that explains the rest. `python run.py --light` installs less.
In an environment of your own type `pip install -r requirements.txt -e .`, then `jupyter lab`.

Work on the sheets in `exercises/`. Before you hand one in, save it and check that it is complete: in
JupyterLab, open File > New > Terminal, and type

    python -m course_lib ready exercises/01_linear_regression.ipynb
"""


def add_arguments(parser):
    """What may be typed after `handout`."""
    parser.add_argument("out", type=Path, help="a folder that is not there yet, or a file NAME.zip")


def run(args, root=ROOT):
    """Pack; returns the exit code, 1 when nothing was written."""
    try:
        count = pack(args.out, root)
    except ValueError as error:
        print(error)
        return 1
    print(f"{args.out}: {count} files")
    return 0


def pack(out, root=ROOT):
    """Write the hand-out to `out`, whole or not at all; returns the number of files.

    Raises ValueError when `out` exists, or when a sheet holds a solution, an output or a hidden test.
    """
    if out.exists():
        raise ValueError(f"{out} is there already: remove it, or choose another name")
    for sheet in sorted((root / "exercises").glob("*.ipynb")):
        _refuse_what_gives_away(sheet)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as near:
        folder = Path(near) / "course"
        _copy(root, folder)
        made = _zip(folder, Path(near) / "course.zip") if out.suffix == ".zip" else folder
        count = sum(path.is_file() for path in folder.rglob("*"))
        made.replace(out)
    return count


def _copy(root, folder):
    folder.mkdir()
    for name in PACKED:
        if (root / name).is_dir():
            ignored = shutil.ignore_patterns(*LEFT_BEHIND)
            shutil.copytree(root / name, folder / name, ignore=ignored)
        else:
            shutil.copy2(root / name, folder / name)
    (folder / "README.md").write_text(README, encoding="utf-8")


def _zip(folder, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                name = f"course/{file.relative_to(folder).as_posix()}"
                archive.writestr(
                    zipfile.ZipInfo(name, DATE), file.read_bytes(), zipfile.ZIP_DEFLATED
                )
    return path


def _refuse_what_gives_away(sheet):
    for cell in nbformat.read(sheet, as_version=4).cells:
        marked = any(marker in cell.source for marker in SOLUTION + HIDDEN)
        worked_in = role_of(cell) == ANSWER and STUB not in cell.source
        if marked or worked_in or cell.get("outputs"):
            raise ValueError(
                f"{sheet.name} is not blank (cell {cell.id}): "
                f"python -m course_lib build exercises/{sheet.stem} --overwrite"
            )
