"""The results that are there already: a file for each, so that nothing is done twice or lost.

A result's file is named by a hash of all it depends on: the submission, the sheet and
the grader. So the same command goes on where it was interrupted, and what has changed is graded again.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from course_lib.files import write_whole
from course_lib.grading.results import SheetResult, dumps, loads

COURSE = Path(__file__).parents[1]
FOLDER = "results"


@cache
def grader_hash():
    """A fingerprint of the library, the checks and the grader."""
    digest = hashlib.sha256()
    for path in sorted(COURSE.rglob("*.py")):
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
    try:
        return loads(SheetResult, (out / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write(out, name, result):
    """Put a result on the disk, whole or not at all. Raises OSError when there is no room."""
    write_whole(out / FOLDER / f"{name}.json", dumps(result).encode())
