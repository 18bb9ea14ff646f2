"""The command `grade` as a process, on a copy of the course, for tests that kill it or its helpers."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
IGNORED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


def copy_course(folder):
    """A copy of what grading needs: whoever edits the course meanwhile does not disturb the test."""
    for name in ("course_lib", "exercises", "solutions"):
        shutil.copytree(ROOT / name, folder / name, ignore=IGNORED)
    return folder


def begin(course, folder, *options, out="results", log="log.txt", command=(sys.executable,)):
    """Start grading folder/submissions into folder/`out`; output goes to folder/`log`."""
    typed = ["-m", "course_lib", "grade", "submissions", "--out", out, "--exercise", "01"]
    environment = {**os.environ, "PYTHONPATH": str(course), "PYTHONUTF8": "1"}
    with open(folder / log, "ab") as file:
        files = {"stdin": subprocess.DEVNULL, "stdout": file, "stderr": file}
        typed = [*command, *typed, "--roster", "roster.csv", *options]
        return subprocess.Popen(typed, cwd=folder, env=environment, start_new_session=True, **files)


def finish(process, folder, seconds=600, log="log.txt"):
    """Wait for the command; returns its exit code, and prints what it said."""
    try:
        return process.wait(seconds)
    finally:
        print((folder / log).read_text(encoding="utf-8", errors="replace")[-3000:])


def kill(process):
    """As a power cut would end it: at once, without a word to its children."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
