"""Run a notebook from top to bottom and keep its outputs, without traces of this run."""

import copy
import os
import re
import subprocess

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course_lib.build import BuildError

WIDGET = "application/vnd.jupyter.widget-view+json"
SECONDS = 1200  # for one cell
ENVIRONMENT = {"TQDM_DISABLE": "1", "PYTHONUTF8": "1"}  # a progress bar prints times
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def execute(notebook, folder):
    """A copy of the notebook with outputs, run in `folder`.

    No widget state is kept and no view of a widget: a page without a kernel shows the picture that
    each explorer displays beside its sliders. Raises BuildError with the cell and the error.
    """
    import matplotlib.font_manager  # noqa: F401  writes the font cache, which a kernel would announce

    notebook = copy.deepcopy(notebook)
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name=notebook.metadata.kernelspec.name,
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        # The kernel's own log is not the cells' stderr: it warns of TCP on every start.
        client.execute(env=os.environ | ENVIRONMENT, stderr=subprocess.DEVNULL)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise BuildError(_where(notebook, error)) from None
    return _without_traces(notebook)


def _without_traces(notebook):
    """Drop, in place, what names this Python or needs a kernel."""
    notebook.metadata.language_info = nbformat.from_dict({"name": "python"})
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if WIDGET not in out.get("data", {})]
    return notebook


def _where(notebook, error):
    """The failing cell and the error, short enough to read."""
    for place, cell in enumerate(notebook.cells, 1):
        if any(out.output_type == "error" for out in cell.get("outputs", [])):
            first = cell.source.strip().splitlines()[0]
            trace = COLOUR.sub("", error.traceback).strip().splitlines()
            message = f"cell {place} ({first!r}) failed with {error.ename}: {error.evalue}"
            return "\n    ".join([message, *trace[-6:-1]])
    return str(error)


def fell_back(notebook):
    """True when a cell said that other data stand in for those that are not on this machine."""
    for cell in notebook.cells:
        for out in cell.get("outputs", []):
            text = out.get("text") or out.get("data", {}).get("text/plain", "")
            if any(line.startswith("FALLBACK:") for line in text.splitlines()):
                return True
    return False
