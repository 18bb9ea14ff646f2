"""`pip install .` gives a course_lib that can be imported: its requirements and its data files."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

from packaging.requirements import Requirement

from course_lib.build.command import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]


def test_the_requirements_are_those_of_requirements_txt():
    assert PROJECT["project"]["dynamic"] == ["dependencies"]
    assert SETUPTOOLS["dynamic"] == {"dependencies": {"file": ["requirements.txt"]}}
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    named = [line.partition("#")[0].strip() for line in lines]
    assert {"numpy", "jupyterlab"} <= {Requirement(line).name for line in named if line}


def test_every_file_that_is_no_python_is_packed():
    files = [path for path in (ROOT / "course_lib").rglob("*.*") if "__pycache__" not in path.parts]
    data = [path for path in files if path.suffix != ".py"]
    assert {"stage.js", "stage_page.js", "sheet_versions.json"} <= {path.name for path in data}
    for path in data:
        place, kinds = (
            path.relative_to(ROOT / "course_lib"),
            SETUPTOOLS["package-data"]["course_lib"],
        )
        assert any(len(place.parts) == len(Path(k).parts) and fnmatch(place, k) for k in kinds)
