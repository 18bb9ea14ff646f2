"""A sheet with solutions becomes the students' sheet, by nbgrader's own steps."""

import copy
import logging

from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from nbgrader.utils import compute_checksum

STEPS = (ClearSolutions, ClearHiddenTests, ClearOutput, LockCells, CheckCellMetadata)


def blanks(notebook):
    """A copy of the notebook without solutions, hidden tests and outputs, its graded cells locked."""
    notebook = copy.deepcopy(notebook)
    for step in STEPS:
        notebook, _ = _quiet(step()).preprocess(notebook, {})
    for cell in notebook.cells:
        cell.source = cell.source.rstrip()
    notebook, _ = _quiet(ComputeChecksums()).preprocess(notebook, {})
    MetadataValidatorV3().validate_nb(notebook)
    return notebook


def stub(source):
    """The source of one answer with nbgrader's stub in place of its solution."""
    solution = {"schema_version": 3, "grade_id": "stub", "solution": True, "grade": False}
    solution |= {"locked": False, "task": False}
    cell = new_code_cell(source, metadata={"nbgrader": solution})
    notebook, _ = _quiet(ClearSolutions()).preprocess(new_notebook(cells=[cell]), {})
    return notebook.cells[0].source.rstrip()


def edited(notebook):
    """The ids of cells whose source is no longer what the build wrote: somebody's work."""
    found = []
    for cell in notebook.cells:
        checksum = cell.metadata.get("nbgrader", {}).get("checksum")
        if checksum and checksum != compute_checksum(cell):
            found.append(cell.metadata.nbgrader.grade_id)
    return found


def _quiet(step):
    step.log.setLevel(logging.WARNING)
    return step
