"""The results that are there already: a file for each, so that nothing is done twice or lost.

A result's file is named by a hash of all it depends on: the submission, the sheet and
the grader. So the same command goes on where it was interrupted, and what has changed is graded again.

The roll says which results make the class: `publish` needs nothing else.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_lib.files import write_whole
from course_lib.grading.results import SheetResult, dumps, loads

COURSE = Path(__file__).parents[1]
FOLDER = "results"
KEPT = "kept"  # of the last grading, beside its results


@dataclass(frozen=True)
class Entry:
    """A student's sheet: the name of its result, and the result that counts while there is none."""

    name: str  # "" when there is nothing to run
    otherwise: SheetResult

    key = property(lambda self: (self.otherwise.student, self.otherwise.sheet))


@dataclass(frozen=True)
class Roll:
    """Who and what belongs to the class that was graded last."""

    entries: tuple[Entry, ...]
    people: dict  # of the roster: the columns of each student
    late_penalty: float  # percent of the maximum, for a day


@dataclass(frozen=True)
class Preflight:
    """What a preflight found out, and the hash of all that it depends on."""

    depends_on: str
    catalogue: dict
    timeouts: dict


@cache
def grader_hash():
    """A fingerprint of the library, its data, the checks and the grader."""
    digest = hashlib.sha256()
    for path in sorted([*COURSE.rglob("*.py"), *COURSE.rglob("*.npy")]):
        digest.update(path.relative_to(COURSE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def fingerprint(data):
    """A hash that tells one submission's bytes from another's."""
    return hashlib.sha256(data).hexdigest()


def key(job):
    """The name of a job's result."""
    made = job.provenance
    hashes = [made.submission, made.reference, made.grader, job.secret]
    flags = [(remark.flag, remark.exercise, remark.evidence) for remark in job.flags]
    text = json.dumps([job.student, job.sheet, job.file, flags, hashes])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read(out, name):
    """The SheetResult of this name, or None: not there, damaged, or of an older version."""
    return _read(SheetResult, out / FOLDER / f"{name}.json")


def write(out, name, result):
    """Put a result on the disk, whole or not at all. Raises OSError when there is no room."""
    write_whole(out / FOLDER / f"{name}.json", dumps(result).encode())


def roll(out):
    """The Roll of the last grading, or None."""
    return _read(Roll, out / KEPT / "class.json")


def write_roll(out, roll_):
    """Put the Roll on the disk. Raises OSError."""
    write_whole(out / KEPT / "class.json", dumps(roll_).encode())


def results(out, roll_):
    """The SheetResult of each entry of the roll, as it is on the disk now."""
    return [(entry.name and read(out, entry.name)) or entry.otherwise for entry in roll_.entries]


def preflight(out, sheet, depends_on):
    """The Preflight of a sheet that is kept, or None when it depends on something else."""
    kept = _read(Preflight, out / KEPT / f"preflight-{sheet}.json")
    return kept if kept and kept.depends_on == depends_on else None


def write_preflight(out, sheet, kept):
    """Keep a Preflight. Raises OSError."""
    write_whole(out / KEPT / f"preflight-{sheet}.json", dumps(kept).encode())


def _read(kind, path):
    """The `kind` in a file; None when it is not there, damaged, or of an older version."""
    try:
        return loads(kind, path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
