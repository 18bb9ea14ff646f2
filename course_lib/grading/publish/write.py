"""All files of a publication, or none: old ones are replaced when all new ones are on the disk."""

import os
import platform
import re
import time
from pathlib import Path

PAGE = re.compile(r"[a-z0-9-]*-[0-9a-f]{8}\.html")


def write_all(out, files):
    """Write all files beside the old ones, then put each in its place, then remove stale pages."""
    (out / "feedback").mkdir(exist_ok=True)
    mine = f".{platform.node()}-{os.getpid()}.new"  # other parts of the class may publish as well
    waiting = {out / name: (out / name).with_name(f".{Path(name).name}{mine}") for name in files}
    try:
        for name, path in zip(files, waiting.values(), strict=True):
            _write(path, files[name])
    except OSError as error:
        for path in waiting.values():
            path.unlink(missing_ok=True)
        raise OSError(f"No grades were written, the last ones stand: {error}") from error
    locked = [final for final, path in waiting.items() if not _put(path, final)]
    for path in (out / "feedback").iterdir():
        if path not in waiting and (PAGE.fullmatch(path.name) or _is_left_over(path)):
            path.unlink(missing_ok=True)
    for folder in (out, out / "feedback"):
        _flush(folder)
    if locked:
        names = ", ".join(str(path) for path in locked)
        raise OSError(
            f"All files are new but {names}: close them in other programs, and publish again"
        )


def _is_left_over(path):
    """True for a file that somebody was writing when killed, an hour ago or more."""
    return path.suffix == ".new" and time.time() - path.stat().st_mtime > 3600


def _put(path, final):
    """Give the new file its name. False where that fails: Windows protects a file that is open."""
    try:
        os.replace(path, final)
    except OSError:
        path.unlink(missing_ok=True)
        return False
    return True


def _write(path, data):
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder):
    """Let the new names reach the disk; Windows cannot open a folder, and needs no such step."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
