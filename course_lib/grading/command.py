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
    out: Path
    roster: Path | None = None
    exercise: tuple[str, ...] = ()  # the sheets to grade; empty: all that came
    jobs: int = 1
    dask: str | None = None  # the address of a cluster
    shard: tuple[int, int] = (1, 1)  # part, number of parts
    require_sandbox: str = LEVELS[0]
    secret: str | None = None
    late_penalty: float = 0.0  # percent of the maximum, for a day


def add_arguments(parser):
    """What may be typed after `grade`."""
    add, own = parser.add_argument, os.cpu_count() or 1
    add("submissions", type=Path, help="a folder, or a zip as Moodle or Canvas export it")
    add("--out", type=Path, required=True, help="the folder of results; existing ones are reused")
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
    add("--late-penalty", type=float, default=0.0, metavar="PERCENT", help="for a day in late.csv")


def run(args, root=ROOT):
    """Grade; returns the exit code."""
    from course_lib.grading import session

    try:
        return session.grade(settings(args), root)
    except session.Refused as refusal:
        print(f"Nothing was graded. {refusal}", file=sys.stderr)
        return session.Exit.REFUSED


def settings(args):
    """The Settings of parsed arguments."""
    typed = {field.name: getattr(args, field.name) for field in fields(Settings)}
    return Settings(**typed | {"exercise": tuple(args.exercise)})


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
