"""What grading finds out, as types: statuses, flags, results, and their JSON.

    SheetResult   one student's sheet: points, an ExerciseResult for each exercise, Remarks, Provenance

A result is plain data in every process but the student's kernel. `loads` accepts what `dumps` wrote and
nothing else: other data raise ValueError, and no result that contradicts itself can be made at all.
"""

import json
import math
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import get_args, get_origin, get_type_hints

LEVELS = ("process", "landlock", "namespaces")  # of the sandbox, the strongest last
VERSION = 2  # of the JSON; a file with another version is graded again
LONGEST = 300  # characters of evidence


class Status(StrEnum):
    """What became of a cell, an exercise or a sheet."""

    # an exercise; all points go to the first, none to the others
    PASSED = "passed"
    WRONG = "wrong"  # other values
    ERROR = "error"  # an exception
    TIMEOUT = "timeout"
    KILLED = "killed"  # it ended Python
    OUT_OF_MEMORY = "out of memory"
    NOT_ATTEMPTED = "not attempted"
    MISSING = "missing"  # its cell is gone; of a sheet: nothing came
    REFUSED = "refused"  # too long to run
    NOT_RUN = "not run"
    # a sheet
    GRADED = "graded"
    UNREADABLE = "unreadable"
    NEEDS_MANUAL = "needs manual"
    # a cell
    FAILED = "failed"  # wrong, or an error
    MACHINE = "machine"  # the kernel did not start


WORST_FIRST = (Status.NEEDS_MANUAL, Status.UNREADABLE, Status.MISSING, Status.GRADED)  # of a sheet
WITHOUT_POINTS = (Status.NEEDS_MANUAL, Status.UNREADABLE)


class Flag(StrEnum):
    """A reason to look at a sheet: what the instructor reads of it, and what the student, or nothing.

    A flag takes no points away, and proves nothing; what the student reads accuses nobody.
    """

    def __new__(cls, kind, instructor, student=None):
        flag = str.__new__(cls, kind)
        flag._value_, flag.instructor, flag.student = kind, instructor, student
        return flag

    # about the file
    SEVERAL_VERSIONS = (
        "several_versions",
        "more than one notebook of this sheet; the evidence says which was taken",
        "You handed in this sheet more than once; one file was graded.",
    )
    NOT_ON_ROSTER = "not_on_roster", "fits nobody on the class list, or several people"
    OLDER_SHEET = (
        "older_sheet",
        "the notebook says that it was made from another version of the sheet, or from one without a "
        "version; it was not graded, see [Change a sheet](#change-a-sheet-that-is-out)",
        "Your file was made from an older version of this sheet. Your instructor may ask you to copy "
        "your answers into a fresh sheet and to hand that in.",
    )
    SALVAGED = (
        "salvaged",
        "the file was damaged or in another encoding; what could be read was graded",
        "The file was damaged. What could be read of it was graded.",
    )
    SYMBOLIC_LINK = "symbolic_link", "a link among the files; it is not followed"
    STRANGE_NAME = "strange_name", "a name in a zip leads out of its folder; it is not followed"
    # about the cells
    ANSWER_MISSING = "answer_missing", "no cell for this answer"
    DUPLICATE_ANSWER = (
        "duplicate_answer",
        "several cells for this answer; the last that defines the function counts",
        "The answer cell was there more than once; one of them was graded.",
    )
    REMATCHED = (
        "rematched",
        "the answer was found in a cell that the student added",
        "The answer was not in its own cell, and was taken from another cell of yours.",
    )
    ANSWER_ELSEWHERE = (
        "answer_elsewhere",
        "the function stands in a cell of the sheet that is not its answer cell, and was not taken",
        "The function is written in a cell that is not its answer cell.",
    )
    SHEET_CELL_CHANGED = (
        "sheet_cell_changed",
        "a cell of the sheet that is no answer cell was changed; what it said ran in front of the "
        "sheet's own cell, which then ran too",
        "You changed a cell of the sheet that is not an answer cell. Your version ran first, and then "
        "the original. Put code of your own into new cells or into the answer cell.",
    )
    NOT_CODE = (
        "not_code",
        "the answer stood in a text cell; it was run all the same",
        "The answer stood in a cell that is no code cell; it was graded all the same.",
    )
    TOO_LONG = (
        "too_long",
        "a cell of more than 200 kB was not run",
        "A cell is longer than a cell may be, and was not run.",
    )
    CHECK_MODIFIED = (
        "check_modified",
        "the graded cell was edited; the sheet's own was used",
        "The graded cell was changed. The original cell was used.",
    )
    CHECK_MISSING = (
        "check_missing",
        "the graded cell was deleted; the sheet's own was used",
        "The graded cell was not there. The original cell was used.",
    )
    NBVAL_MARKER = (
        "nbval_marker",
        "a comment such as `# NBVAL_SKIP`, which had no effect",
        "A comment that steers the grading had no effect.",
    )
    # about the code
    UNUSUAL_IMPORT = "unusual_import", "it imports a module that no exercise needs"
    USES_LIBRARY = (
        "uses_library",
        "it uses something of the library that the solution does not. Often honest; read the answer",
    )
    UNPARSABLE = "unparsable", "a cell too long or too tangled to be read"
    SAME_AS = (
        "same_as",
        "the code is the same as that of others, comments, docstrings and layout aside",
    )
    # about the run
    TAMPERED = (
        "tampered",
        "something in the kernel was changed and has been put back: a function of NumPy, a hook of "
        "IPython, a thread that went on; or a graded cell fell silent",
    )
    FORGED_VALUES = (
        "forged_values",
        "more values were displayed than the graded cell has; none of them counted",
    )
    OUTPUT_TRUNCATED = (
        "output_truncated",
        "so much was displayed that the rest was dropped",
        "So much was displayed that the rest was left out.",
    )
    STOPPED = "stopped", "ended from outside: too many processes, too much memory"


@dataclass(frozen=True)
class Remark:
    """A flag on a sheet. The evidence is one line of printable characters, whatever was in it."""

    flag: Flag
    exercise: str  # "" for the whole sheet
    evidence: str

    def __post_init__(self):
        start = str(self.evidence)[: 20 * LONGEST]
        visible = "".join(letter if letter.isprintable() else " " for letter in start)
        line = " ".join(visible.split())
        if len(line) > LONGEST:
            line = line[: LONGEST - 4] + " ..."
        object.__setattr__(self, "evidence", line)


@dataclass(frozen=True)
class ExerciseResult:
    """One exercise. `public` and `hidden` are the verdicts on the two parts of its graded cell."""

    exercise: str
    title: str
    status: Status
    points: float
    max_points: float
    public: Status | None = None  # passed, wrong, error, not attempted; None: nothing was displayed
    hidden: Status | None = None
    got: dict | None = None  # the bundle of the public inputs, where it may be shown
    expected: dict | None = None
    message: str = ""
    causes: tuple[str, ...] = ()
    hidden_causes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    seconds: float = 0.0
    run: int = 0  # the run that decided it; after the first one, something had crashed


@dataclass(frozen=True)
class Provenance:
    """What a result depends on, as hashes, and where it was made."""

    submission: str = ""
    reference: str = ""
    grader: str = ""
    sandbox: str = ""
    host: str = ""  # "" when nothing was run
    started: str = ""
    seconds: float = 0.0
    memory_mb: int = 0
    runs: int = 0


@dataclass(frozen=True)
class SheetResult:
    """One student's sheet. Raises ValueError where points, status and exercises contradict."""

    student: str
    sheet: str
    file: str  # where it came from, for people
    status: Status
    points: float | None  # None: nobody knows them yet, and they are never 0
    max_points: float
    reason: str = ""  # why it has no points
    exercises: tuple[ExerciseResult, ...] = ()
    flags: tuple[Remark, ...] = ()
    fingerprint: str = ""  # equal for sheets that say the same; "" when they say too little
    provenance: Provenance = Provenance()

    def __post_init__(self):
        problem = _contradiction(self)
        if problem:
            raise ValueError(f"{self.student}, {self.sheet}: {problem}")


def _contradiction(result):
    """What is wrong with the numbers of a result, in words; "" when nothing is."""
    status, points, most = result.status, result.points, result.max_points
    if status not in WORST_FIRST:
        return f"status {status}; needed: one of {', '.join(WORST_FIRST)}"
    if (points is None) != (status in WITHOUT_POINTS):
        return f"points {points} with status {status}; needed: points unless {WITHOUT_POINTS}"
    if not _is_number(most) or not (points is None or (_is_number(points) and points <= most)):
        return f"points {points}; needed: a number from 0 to {most}"
    total = sum(exercise.points for exercise in result.exercises)
    if result.exercises and points is not None and abs(total - points) > 1e-6:
        return f"points {points}, its exercises give {total}; needed: the same"
    return ""


def _is_number(value):
    return type(value) in (int, float) and math.isfinite(value) and value >= 0


def dumps(thing):
    """A result, or another dataclass of plain data, as JSON."""
    return json.dumps({"version": VERSION} | asdict(thing), indent=1, sort_keys=True)


def loads(kind, text):
    """The `kind` that `dumps` wrote. Raises ValueError, with what was given and what is needed."""
    try:
        data = json.loads(text)
        version = data.pop("version", None) if type(data) is dict else None
        if version != VERSION:
            raise ValueError(f"version {version!r} came; needed: {VERSION}")
        return _typed(kind, data, kind.__name__)
    except RecursionError:
        raise ValueError("data nested too deeply came; needed: a result") from None


def _typed(kind, data, where):
    """JSON data as a value of the type `kind`. Raises ValueError."""
    choices = get_args(kind)
    if get_origin(kind) is UnionType:
        return None if data is None else _typed(choices[0], data, where)
    if get_origin(kind) is tuple and type(data) is list:
        return tuple(_typed(choices[0], part, where) for part in data)
    if is_dataclass(kind) and type(data) is dict:
        needed, hints = {field.name for field in fields(kind)}, get_type_hints(kind)
        if data.keys() != needed:
            odd = ", ".join(sorted(map(str, data.keys() ^ needed)))
            raise ValueError(f"{where}: {odd} is missing or unknown; needed: {sorted(needed)}")
        return kind(**{n: _typed(hints[n], part, f"{where}.{n}") for n, part in data.items()})
    if isinstance(kind, type) and issubclass(kind, StrEnum) and type(data) is str:
        return kind(data)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise ValueError(f"{where}: {str(data)[:100]!r} came; needed: {kind}")
    return data
