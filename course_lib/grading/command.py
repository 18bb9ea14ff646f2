"""`python -m course_lib grade SUBMISSIONS --out RESULTS`: a class, from submissions to grades."""

import argparse
import os
import re
import sys
from dataclasses import dataclass, fields
from pathlib import Path

from course_lib.grading.results import LEVELS

DESCRIPTION = "Grade a class through nbval: SUBMISSIONS in, grades and feedback pages out."
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Settings:
    """What was typed after `grade`."""

    submissions: Path
    out: Path | None  # None: nothing may be written
    roster: Path | None = None
    exercise: tuple[str, ...] = ()  # the sheets to grade; empty: all that came
    jobs: int = 1
    dask: str | None = None  # the address of a cluster
    shard: tuple[int, int] = (1, 1)  # part, number of parts
    require_sandbox: str = LEVELS[0]
    secret: str | None = None
    late_penalty: float = 0.0  # percent of the maximum, for a day
    only: tuple[str, ...] = ()  # grade these students alone
    again: tuple[str, ...] = ()  # and these, although they have a result
    list: bool = False  # what was handed in, with nothing run


def add_arguments(parser):
    """What may be typed after `grade`."""
    add, own = parser.add_argument, os.cpu_count() or 1
    add("submissions", type=Path, help="a folder, or a zip as Moodle or Canvas export it")
    add("--out", type=Path, help="the folder of results; existing ones are reused")
    add(
        "--roster", type=Path, help="a CSV file with a column student, and perhaps name, email, ..."
    )
    sheet = "this sheet only; may be repeated"
    add("--exercise", action="append", default=[], metavar="03", help=sheet)
    add("--jobs", type=_count, default=own, help="how many at a time (here: %(default)s)")
    add("--dask", metavar="ADDRESS", help="grade on this Dask cluster, such as tcp://10.0.0.1:8786")
    part = "only part I of N; the parts join in --out"
    add("--shard", type=_shard, default=(1, 1), metavar="I/N", help=part)
    add("--require-sandbox", default=LEVELS[0], choices=LEVELS, help="refuse to grade with less")
    secret = "draw other hidden inputs; @FILE reads the text from a file"
    add("--secret", metavar="TEXT", help=secret)
    add("--late-penalty", type=percent, default=0.0, metavar="PERCENT", help="a day in late.csv")
    who = {"action": "append", "default": [], "metavar": "STUDENT"}
    add("--only", **who, help="look at and grade this student; all others stay as they are")
    add("--again", **who, help="grade this student again, although there is a result")
    add(
        "--list",
        action="store_true",
        help="what was handed in, whose it is, what is missing; run nothing",
    )


def run(args, root=ROOT):
    """Grade; returns the exit code."""
    from course_lib.grading import session

    if not (args.out or args.list):
        print("Nothing was graded. Type --out and a folder for the results.", file=sys.stderr)
        return session.Exit.REFUSED
    try:
        return session.grade(settings(args), root)
    except session.Refused as refusal:
        print(f"Nothing was graded. {refusal}", file=sys.stderr)
        return session.Exit.REFUSED


def settings(args):
    """The Settings of parsed arguments."""
    typed = {field.name: getattr(args, field.name) for field in fields(Settings)}
    repeated = {name: tuple(typed[name]) for name in ("exercise", "only", "again")}
    return Settings(**typed | repeated)


def percent(text):
    """A percentage from 0 to 100, as argparse wants it."""
    if not re.fullmatch(r"\d+(\.\d+)?", text) or float(text) > 100:
        raise argparse.ArgumentTypeError(f"{text!r} came; needed: a number from 0 to 100")
    return float(text)


def _count(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} came; needed: a whole number from 1")
    return int(text)


def _shard(text):
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(
            f"{text!r} came; needed: part and number of parts, as in 1/4"
        )
    return int(found[1]), int(found[2])
