"""One run: a notebook under `pytest --nbval`, its kernel behind walls, watched from outside."""

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from course_lib.grading.run import family, forks, scratch
from course_lib.grading.run.assemble import KERNEL
from course_lib.grading.run.sandbox import PROCESSES, THREADS

START = 120  # seconds for pytest and the kernel to begin
TREE_MB = 4096  # memory of all processes of a run together; macOS knows no limit for one process
POLL = 0.2  # seconds
# As `python -m ipykernel_launcher`, but for the debugger, which takes long to load.
LAUNCH = (
    "import runpy, sys; sys.modules['debugpy'] = None; "
    "runpy.run_module('ipykernel_launcher', run_name='__main__')"
)
FLAGS = (
    "-q --tb=no --noconftest -p no:cacheprovider -p course_lib.grading.run.quick "
    "-p nbval.plugin -p course_lib.grading.run.plugin"
)


@dataclass
class Execution:
    """What a run left: a record for each cell, and what was seen from outside."""

    records: list = field(default_factory=list)
    trouble: str = ""  # "" when pytest came to its end by itself
    stopped: str = ""  # why the kernel was ended from outside: "more than 200 processes at once"
    began: str = ""  # the exercise whose cell was the last to begin
    memory_mb: int = 0


def execute(notebook, sandbox, secret=""):
    """Run the notebook; returns what it left. Raises OSError where the machine fails."""
    with scratch.folder() as job:
        merged = job / "merged.ipynb"
        merged.write_text(json.dumps(notebook), encoding="utf-8")
        _write_kernelspec(job, sandbox, secret)
        execution = _watch(_begin(job, merged), _time(notebook))
        _sweep(job.name)
        _read(job / "cells.jsonl", execution)
        if execution.trouble:
            execution.trouble += f" ({_last_line(job / 'pytest.log')})"
        return execution


def _write_kernelspec(job, sandbox, secret):
    kernel = [sys.executable, "-c", LAUNCH, "-f", "{connection_file}"]
    config = sandbox.prepare(job, kernel, secret)
    folder = job / "jupyter" / "kernels" / KERNEL
    folder.mkdir(parents=True)
    argv = [*sandbox.command(config), "{connection_file}"]
    spec = {"argv": argv, "display_name": KERNEL, "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _begin(job, merged):
    """Start pytest. Of the shell's variables it gets none but what Python needs to start."""
    kept = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "PATHEXT", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": str(job),
        "TMPDIR": str(job),
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "JUPYTER_PATH": str(job / "jupyter"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "COURSE_CELLS": str(job / "cells.jsonl"),
        "COURSE_JOB": job.name,
    }
    if sys.platform != "win32":
        environment["COURSE_SOCKETS"] = str(job / "sockets")
    arguments = [*FLAGS.split(), "-c", os.devnull, "--rootdir", str(job)]
    arguments += ["--nbval", "--nbval-kernel-name", KERNEL, str(merged)]
    if forks.warm:
        return forks.Copy(forks.pytest, arguments, job, environment, job / "pytest.log")
    with open(job / "pytest.log", "wb") as log:
        command = [sys.executable, "-m", "pytest", *arguments]
        files = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, cwd=job, env=environment, start_new_session=True, **files)


def _time(notebook):
    """Seconds that a run may take in total: what its cells may, and some to begin and to end."""
    cells = [cell["metadata"]["course"]["timeout"] + 8 for cell in notebook["cells"]]
    return START + sum(cells)


def _watch(pytest, seconds):
    """Wait for pytest. A kernel with too many processes or too much memory is ended at once."""
    execution, deadline = Execution(), time.monotonic() + seconds
    process = psutil.Process(pytest.pid)
    try:
        while pytest.poll() is None:
            children = family.children(process)
            quick = _memory([process, *children], family.resident)
            if len(children) > PROCESSES or family.threads(children) > THREADS or quick > TREE_MB:
                execution.stopped = execution.stopped or _too_much(process, execution)
            else:
                execution.memory_mb = max(execution.memory_mb, quick)
            if execution.stopped:
                family.each(children, "kill")
            if time.monotonic() > deadline:
                execution.trouble = f"the run did not end within {seconds:.0f} s"
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                pytest.wait(POLL)
    finally:
        family.each([*family.children(process), process], "kill")
        pytest.wait()
    # 0: all passed, 1: some cells failed. Anything else: pytest itself did not come to its end.
    if not execution.trouble and pytest.returncode not in (0, 1):
        execution.trouble = f"pytest ended with exit code {pytest.returncode}"
    return execution


def _too_much(process, execution):
    """Why a run has to end, "" when it has not: pages that processes share looked like too much."""
    with family.held(process, PROCESSES) as children:
        if len(children) > PROCESSES:
            return f"more than {PROCESSES} processes at once"
        if family.threads(children) > THREADS:
            return f"more than {THREADS} threads at once"
        used = _memory([process, *children], family.used)
    execution.memory_mb = max(execution.memory_mb, used)
    return f"more than {TREE_MB} MB of memory" if used > TREE_MB else ""


def _memory(processes, measure):
    return measure(processes) + family.in_files(processes)


def _sweep(marker):
    """End what a kernel left behind: known by the variable that all its processes inherit."""
    for _ in range(50):
        left = [process for process in psutil.process_iter() if _is_of(process, marker)]
        if not left:
            return
        family.each(left, "kill")
        time.sleep(0.02)


def _is_of(process, marker):
    if process.pid == os.getpid():
        return False
    with contextlib.suppress(psutil.Error, OSError):
        return process.environ().get("COURSE_JOB") == marker
    return False


def _read(path, execution):
    """The records. The last line may have been cut off, when pytest was killed."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        with contextlib.suppress(ValueError):
            record = json.loads(line)
            if "begins" in record:
                execution.began = record["exercise"]
            else:
                execution.records.append(record)


def _last_line(log):
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "it said nothing"
