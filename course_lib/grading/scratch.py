"""Folders for one run, which vanish with it; and those that a killed grader left behind."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import psutil

PREFIX = "grade"


@contextlib.contextmanager
def folder():
    """A new folder that only we can read. Its path is short: sockets may have 107 characters."""
    made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{os.getpid()}-")).resolve()
    try:
        yield made
    finally:
        remove(made)


def clear():
    """Remove the folders of graders that are no longer running."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}-*-*"):
        owner = left.name.split("-")[1]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            remove(left)


def remove(path):
    """Remove a folder, also when a student took away the rights to it."""
    shutil.rmtree(path, onerror=_open_up)


def _open_up(function, path, _):
    with contextlib.suppress(OSError):
        os.chmod(os.path.dirname(path), 0o700)
        os.chmod(path, 0o700)
        function(path) if function is not os.scandir else shutil.rmtree(path, ignore_errors=True)
