"""The plugin under which nbval grades: `pytest -p nbval.plugin -p course_lib.grading.run.plugin`.

nbval runs and tests the cells; here is what grading needs beyond that. Each hook names the trouble
that it is for. A line for each cell is written to the file COURSE_CELLS as soon as the cell has
ended, so that whatever ends this process costs the record of one cell at most.
"""

import ctypes
import json
import os
import sys
import time
from pathlib import Path

import nbval
import nbval.kernel
import nbval.plugin
import pytest
from jupyter_client.manager import KernelManager

from course_lib.grading.results import Status
from course_lib.grading.run.compare import verdicts
from course_lib.grading.run.kernel import Guarded, KernelDied
from course_lib.grading.run.scratch import end_with_parent
from course_lib.grading.sheet.bundles import shown
from course_lib.sheet_format import PROBE

SET_DUMPABLE = 4


class Manager(KernelManager):
    """Kernels that are spoken to through sockets in a folder: the sandbox has no network."""

    def __init__(self, **settings):
        sockets = os.environ.get("COURSE_SOCKETS")
        if sockets:
            own = {"ip": f"{sockets}/k", "connection_file": f"{sockets}/connection.json"}
            settings |= {"transport": "ipc", **own}
        super().__init__(**settings)


def pytest_configure():
    """A dead kernel, a flood, a hang (guarded.py); a student who reads this process's memory."""
    assert nbval.__version__.startswith("0.11."), f"written for nbval 0.11, not {nbval.__version__}"
    assert hasattr(nbval.plugin.IPyNbCell, "compare_outputs")
    nbval.plugin.RunningKernel = Guarded
    nbval.kernel.KernelManager = Manager
    nbval.plugin.IPyNbCell.compare_outputs = compare_values
    end_with_parent()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_DUMPABLE, 0, 0, 0, 0)


def compare_values(cell, test, ref, skip_compare=None):
    """nbval's comparison, of values only: numbers within a tolerance, prints and warnings ignored."""
    cell.verdicts = verdicts(shown(test), shown(ref))
    cell.comparison_traceback = [f"{name}: {verdict}" for name, verdict in cell.verdicts.items()]
    return bool(cell.verdicts) and set(cell.verdicts.values()) == {Status.PASSED}


def pytest_collection_finish(session):
    """A student who reads the expected outputs: nbval has read them, the file may go."""
    for path in {item.path for item in session.items}:
        path.unlink()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A time limit for each cell; a timeout's effect on later cells; a hidden exception."""
    course = item.cell.metadata.course
    item.config.option.nbval_cell_timeout = course.timeout
    write({"begins": item.cell.id, "exercise": course.exercise, "role": course.role})
    item.began = time.monotonic()
    result = yield
    if item.parent.kernel.status != "ok":  # a traceback that nobody shows is one all the same
        pytest.fail(f"the cell ended with status {item.parent.kernel.status!r}", pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """The record of each cell."""
    report = yield
    if call.when == "call" or call.excinfo:
        write(record(item, call))
    item.parent.timed_out = False  # nbval would expect all later cells to fail
    return report


def record(item, call):
    """The record of a cell. Points hang on its status "passed" alone."""
    outputs, kernel = item.test_outputs or [], item.parent.kernel
    error = next((out for out in outputs if out.output_type == "error"), {})
    return {
        "cell": item.cell.id,
        "exercise": item.cell.metadata.course.exercise,
        "role": item.cell.metadata.course.role,
        "status": status(item, call),
        "verdicts": getattr(item, "verdicts", {}),
        "got": shown(outputs),
        "probe": shown(outputs, PROBE),
        "error": str(error.get("ename", ""))[:60],
        "dropped": getattr(kernel, "dropped", 0),
        "seconds": round(time.monotonic() - getattr(item, "began", time.monotonic()), 3),
    }


def status(item, call):
    """What became of a cell: a Status."""
    if call.when == "setup":
        return Status.MACHINE
    if not call.excinfo:
        return Status.PASSED
    if call.excinfo.errisinstance(KernelDied):
        return Status.KILLED
    if "Kernel dead on test start" in str(call.excinfo.value):
        return Status.NOT_RUN
    return Status.TIMEOUT if item.parent.timed_out else Status.FAILED


def write(line):
    """Append one line to the file of records; it is there even if this process ends at once."""
    with open(Path(os.environ["COURSE_CELLS"]), "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
