"""Zip archives of students, read in memory: nothing is extracted, followed or trusted.

A zip can name files outside its folder, hold a petabyte in a few bytes or another zip without end.
So names are only labels here, and every archive has a budget of bytes and of members.
"""

import io
import re
import stat
import time
import zipfile
from dataclasses import dataclass

from course_lib.grading.results import Flag

FILE = 20_000_000  # bytes of one file
TOTAL = 100_000_000  # bytes of a student's zip, and of all that comes out of it
MEMBERS = 5_000
NESTING = 2  # a zip in a student's zip, and no further
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
IGNORED = {"__MACOSX", "__pycache__", ".ipynb_checkpoints", "desktop.ini", "Thumbs.db"}
OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
NO_ARCHIVE = "is an archive that cannot be opened here: ask for the .ipynb, or a zip"


@dataclass(frozen=True)
class Arrival:
    """One file, or a folder, that came. Without data and problem it is of a kind nobody asked for."""

    parts: tuple  # "ada", "work.zip", "01_linear_regression.ipynb"
    data: bytes | None = None
    time: float = 0.0  # seconds since 1970, of the last change
    problem: str = ""  # why there are no data: "is a symbolic link, ..."
    flag: Flag | None = None  # with the problem or without
    folder: bool = False


@dataclass
class Budget:
    """What one student's files may still take."""

    bytes: int = TOTAL
    members: int = MEMBERS

    def crowded(self):
        """Count one more member; whether that is too many."""
        self.members -= 1
        return self.members < 0

    def overdrawn(self, size):
        """Count so many bytes more; whether that is too many."""
        self.bytes -= size
        return self.bytes < 0


def is_ignored(name):
    """Files that an operating system or Jupyter adds by itself."""
    hidden = name.startswith(".") and not name.endswith(".ipynb")
    return name in IGNORED or name.startswith("._") or hidden


def is_wanted(name):
    """Whether a file of this name may be a notebook or hold one, so that it is worth opening."""
    name = name.lower()
    return ".ipynb" in name or name.endswith((".json", ".txt", ".zip")) or "." not in name


def too_large(size):
    """The problem of a file of this many bytes."""
    return f"has {size / 1e6:.0f} MB, more than {FILE / 1e6:.0f} MB"


def opened(arrival, depth, budget):
    """The arrival itself, or, when it is a zip under whatever name, everything in it."""
    data = arrival.data
    named_zip = arrival.parts[-1].lower().endswith(".zip")
    if data is None or not (named_zip or data.startswith(b"PK\x03\x04")):
        return [arrival]
    here = Arrival(arrival.parts, time=arrival.time, folder=True)
    if depth >= NESTING:
        return [_problem(arrival, "is a zip in a zip in a zip: ask for the .ipynb")]
    if budget and data.count(b"PK\x01\x02") > budget.members:
        return [_problem(arrival, f"holds more than {MEMBERS} files")]
    try:
        return [here, *members(io.BytesIO(data), arrival.parts, depth + 1, budget)]
    except zipfile.BadZipFile:
        return [_problem(arrival, "is a broken zip: ask for it again")]


def members(file, prefix, depth, budget=None):
    """Everything in a zip. Without a budget each student, a first name in it, gets one.

    Raises zipfile.BadZipFile, whatever is wrong with the archive as a whole.
    """
    try:
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
    except Exception as error:  # zipfile raises many kinds for damaged directories
        raise zipfile.BadZipFile(f"{type(error).__name__}: {error}") from None
    named = [_parts(info) for info in infos]
    student = 1 if len({parts[:1] for parts, _ in named}) > 1 else 2  # or all are in one folder
    budgets, found = {}, []
    with archive:
        for info, (parts, flag) in zip(infos, named, strict=True):
            if not parts or any(map(is_ignored, parts)):
                continue
            own = budget or budgets.setdefault(parts[:student], Budget())
            place = Arrival(prefix + parts, time=_time(info), flag=flag, folder=info.is_dir())
            found += _member(archive, info, place, depth, own)
    return found


def _member(archive, info, place, depth, budget):
    """What a member of the archive is: folder, file, or zip with members of its own."""
    if budget.crowded():
        crowded = f"holds more than {MEMBERS} files"
        return [_problem(place, crowded)] if budget.members == -1 else []
    if place.folder:
        return [place]
    if stat.S_ISLNK(info.external_attr >> 16):
        return [_problem(place, "is a symbolic link, which is never followed", Flag.SYMBOLIC_LINK)]
    if place.parts[-1].lower().endswith(OTHER_ARCHIVES):
        return [_problem(place, NO_ARCHIVE)]
    if not is_wanted(place.parts[-1]):
        return [place]
    data, problem = _read(archive, info, budget)
    if problem:
        return [_problem(place, problem)]
    return opened(Arrival(place.parts, data, place.time, flag=place.flag), depth, budget)


def _read(archive, info, budget):
    """(data, problem) of a member; the sizes an archive claims are not believed."""
    if info.flag_bits & 1:
        return None, "is encrypted: ask for it without a password"
    if info.compress_type not in PLAIN:
        return None, "is compressed in a way that is not read here: ask for an ordinary zip"
    limit = TOTAL if info.filename.lower().endswith(".zip") else FILE
    limit = min(limit, budget.bytes)
    try:
        with archive.open(info) as member:
            data = member.read(limit + 1)
    except Exception as error:  # damaged members raise many kinds too
        return None, f"is damaged in its zip ({type(error).__name__}): ask for it again"
    budget.bytes -= len(data)
    if len(data) <= limit:
        return data, ""
    spent = f"is in a zip with more than {TOTAL / 1e6:.0f} MB"
    return None, too_large(info.file_size) if limit == FILE else spent


def _parts(info):
    """(path as a tuple of names, flag): names that would lead elsewhere are labels all the same."""
    name = info.filename
    if not info.flag_bits & 0x800:  # macOS writes UTF-8 without saying so
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    name = name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    leads_out = name.startswith("/") or ".." in parts or re.match("[A-Za-z]:", name)
    kept = tuple(part for part in parts if part != ".." and not part.endswith(":"))
    return kept, Flag.STRANGE_NAME if leads_out or len(name) > 300 else None


def _time(info):
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0


def _problem(arrival, problem, flag=None):
    return Arrival(arrival.parts, None, arrival.time, problem, flag or arrival.flag)
