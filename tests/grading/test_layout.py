"""Which part of grading may know which: arrows point one way, and the session alone knows all."""

import ast
from pathlib import Path

import pytest

import course_lib.grading

FOLDER = Path(course_lib.grading.__file__).parent
# What a package, or a file beside them, may import of grading; a package also knows itself.
MAY_KNOW = {
    "__init__": set(),
    "results": set(),
    "store": {"results"},
    "intake": {"results", "sheet"},
    "sheet": {"results"},
    "run": {"results", "sheet"},
    "publish": {"results", "sheet.bundles"},  # of a sheet, the values that it shows
    "roll": {"results", "store"},
    "readiness": {"store", "run"},
    "work": {"results", "store", "run"},
    "session": {
        *("results", "store", "roll", "readiness", "work", "intake", "sheet", "run", "publish")
    },
    "command": {"results", "session"},
    "command_publish": {"command", "session"},
}


def imports(path):
    """The modules of grading that a file imports, anywhere in it: "sheet.bundles", "store"."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.startswith("course_lib.grading."):
                yield name.removeprefix("course_lib.grading.")


@pytest.mark.parametrize(
    "part", sorted({p.name.removesuffix(".py") for p in FOLDER.iterdir()} - {"__pycache__"})
)
def test_each_part_knows_only_what_it_may(part):
    path = FOLDER / part
    files = sorted(path.rglob("*.py")) if path.is_dir() else [FOLDER / f"{part}.py"]
    allowed = {f"{name}." for name in MAY_KNOW[part] | {part}}
    for file in files:
        foreign = [name for name in imports(file) if not f"{name}.".startswith(tuple(allowed))]
        assert foreign == [], file.relative_to(FOLDER)


def test_what_runs_inside_the_walls_knows_nothing_of_the_grader():
    for name in ("launcher", "probe"):
        assert list(imports(FOLDER / "run" / f"{name}.py")) == []
