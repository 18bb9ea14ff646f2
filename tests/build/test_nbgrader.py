"""The sheets in nbgrader itself: it takes them in, makes the same blanks, and knows their points."""

import json
import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
from traitlets.config import Config

ROOT = Path(__file__).parents[2]
SHEETS = sorted(path.stem for path in (ROOT / "solutions").glob("*.ipynb"))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An nbgrader course whose one assignment holds all our sheets with solutions, released."""
    folder = tmp_path_factory.mktemp("nbgrader")
    source = folder / "source" / "sheets"
    source.mkdir(parents=True)
    for name in SHEETS:
        (source / f"{name}.ipynb").write_bytes((ROOT / "solutions" / f"{name}.ipynb").read_bytes())
    settings = Config()
    settings.CourseDirectory.root = str(folder)
    settings.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    with pytest.MonkeyPatch.context() as patch:  # nbgrader looks for the program alembic
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        done = NbGraderAPI(config=settings).generate_assignment("sheets")
    assert done["success"], done["log"]
    return folder


@pytest.mark.parametrize("folder", ["solutions", "exercises"])
@pytest.mark.parametrize("name", SHEETS)
def test_schema_3_validates(name, folder):
    MetadataValidatorV3().validate_nb(nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4))


@pytest.mark.parametrize("name", SHEETS)
def test_nbgrader_makes_the_blanks_that_we_hand_out(course, name):
    theirs = _sources(course / "release" / "sheets" / f"{name}.ipynb")
    ours = _sources(ROOT / "exercises" / f"{name}.ipynb")
    assert theirs == ours


@pytest.mark.parametrize("name", SHEETS)
def test_nbgrader_knows_every_graded_cell_and_its_points(course, name):
    blank = json.loads((ROOT / "exercises" / f"{name}.ipynb").read_text(encoding="utf-8"))
    own = [cell["metadata"].get("nbgrader", {}) for cell in blank["cells"]]
    expected = {entry["grade_id"]: entry["points"] for entry in own if entry.get("grade")}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_notebook(name, "sheets")
        assert {cell.name: cell.max_score for cell in notebook.grade_cells} == expected
        assert notebook.max_score == blank["metadata"]["course"]["points"]


def _sources(path):
    """The sources of the code cells by id, without white space at the end."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {c["id"]: "".join(c["source"]).rstrip() for c in cells if c["cell_type"] == "code"}
