"""Everything that came, from a folder or one zip: what the files are is asked later."""

import os
import stat
import zipfile
from pathlib import Path

from course_lib.grading.intake.archives import (
    FILE,
    NO_ARCHIVE,
    OTHER_ARCHIVES,
    TOTAL,
    Arrival,
    Budget,
    is_ignored,
    is_wanted,
    members,
    opened,
    too_large,
)
from course_lib.grading.results import Flag

DEPTH = 20  # folders in folders
NEEDED = (
    "Needed is a folder with a folder, a zip or a notebook for each student, or the zip with all "
    "submissions as Moodle or Canvas give it. Type the path of one, submissions for example."
)


def read(path) -> list[Arrival]:
    """All that is at `path`, each with its place in it as `parts`, in the order of the names.

    Raises ValueError when nothing is there, or nothing that can be opened.
    """
    path = Path(path)
    try:
        found = _from_folder(path) if path.is_dir() else _from_file(path)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}. {NEEDED}") from None
    except zipfile.BadZipFile:
        raise ValueError(f"{path} is a broken zip: download it again. {NEEDED}") from None
    if not found:
        raise ValueError(f"{path} is empty. {NEEDED}")
    return sorted(found, key=lambda arrival: arrival.parts)


def _from_folder(path):
    entries = [entry for entry in os.scandir(path) if not is_ignored(entry.name)]
    found = []
    for entry in entries:  # one alone may hold the whole class: then each student has a budget
        found += _entry(entry, (entry.name,), Budget() if len(entries) > 1 else None)
    return found


def _from_file(path):
    if not path.is_file():
        raise ValueError(f"There is nothing at {path}. {NEEDED}")
    if zipfile.is_zipfile(path) or path.suffix.lower() == ".zip":
        return members(path, (), 0)
    return [_file(path.resolve(), (path.name,), path.stat())]


def _entry(entry, parts, budget):
    """What an entry of a folder is, with everything in it."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return [Arrival(parts, problem=f"cannot be read: {error.strerror}")]
    if budget and budget.crowded():
        return [Arrival(parts, problem="is one file too many")] if budget.members == -1 else []
    if stat.S_ISLNK(status.st_mode) or _is_junction(entry):
        link = "is a symbolic link, which is never followed"
        return [Arrival(parts, problem=link, flag=Flag.SYMBOLIC_LINK)]
    if stat.S_ISDIR(status.st_mode):
        return _folder(entry.path, parts, budget)
    if not stat.S_ISREG(status.st_mode):
        return [Arrival(parts, problem="is no ordinary file")]
    arrival = _file(entry.path, parts, status)
    if budget and budget.overdrawn(len(arrival.data or b"")):
        spent = f"comes after {TOTAL / 1e6:.0f} MB of other files"
        return [Arrival(parts, time=arrival.time, problem=spent)]
    return opened(arrival, 0, budget)


def _is_junction(entry):
    """Windows' other kind of link, which `is_symlink` does not know."""
    return getattr(entry, "is_junction", lambda: False)()


def _folder(path, parts, budget):
    here = Arrival(parts, folder=True)
    if len(parts) > DEPTH:
        return [Arrival(parts, problem=f"lies below {DEPTH} folders")]
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        return [Arrival(parts, problem=f"cannot be read: {error.strerror}")]
    found = [here]
    for entry in entries:
        if not is_ignored(entry.name):
            found += _entry(entry, (*parts, entry.name), budget or Budget())
    return found


def _file(path, parts, status):
    """The file's bytes, when its name says that it may be a notebook or a zip."""
    name, changed = parts[-1].lower(), status.st_mtime
    if name.endswith(OTHER_ARCHIVES):
        return Arrival(parts, time=changed, problem=NO_ARCHIVE)
    if not is_wanted(name):
        return Arrival(parts, time=changed)
    limit = TOTAL if name.endswith(".zip") else FILE
    if status.st_size > limit:
        return Arrival(parts, time=changed, problem=too_large(status.st_size))
    no_link = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(path, os.O_RDONLY | no_link), "rb") as file:
            return Arrival(parts, file.read(limit), changed)
    except OSError as error:
        return Arrival(parts, time=changed, problem=f"cannot be read: {error.strerror}")
