"""`python -m course_lib grade SUBMISSIONS --out RESULTS`: a class, from submissions to grades."""

import argparse
import os
import re
import sys
from pathlib import Path

DESCRIPTION = "Grade a class through nbval: SUBMISSIONS in, grades and feedback pages out."
ROOT = Path(__file__).parents[2]


def add_arguments(parser):
    """What may be typed after `grade`."""
    add, own = parser.add_argument, os.cpu_count() or 1
    add("submissions", type=Path, help="a folder, or a zip as Moodle or Canvas export it")
    add(
        "--out",
        type=Path,
        required=True,
        help="the folder of results; what is there is gone on with",
    )
    add(
        "--roster", type=Path, help="a CSV file with a column student, and perhaps name, email, ..."
    )
    add("--exercise", action="append", metavar="03", help="this sheet only; may be repeated")
    add("--jobs", type=_count, default=own, help="how many at a time (here: %(default)s)")
    add("--dask", metavar="ADDRESS", help="grade on this Dask cluster, such as tcp://10.0.0.1:8786")
    add("--shard", type=_shard, metavar="I/N", help="only part I of N; the parts join in --out")
    levels = ("process", "landlock", "namespaces")
    add("--require-sandbox", default=levels[0], choices=levels, help="refuse to grade with less")
    add(
        "--secret",
        metavar="TEXT",
        help="draw other hidden inputs; @FILE reads the text from a file",
    )
    add("--late-penalty", type=float, default=0.0, metavar="PERCENT", help="for a day in late.csv")


def run(args, root=ROOT):
    """Grade; returns 0, or 1 when something needs a person, or 2 when nothing was graded."""
    from course_lib.grading import session

    try:
        return session.grade(args, root)
    except session.Refused as refusal:
        print(f"Nothing was graded. {refusal}", file=sys.stderr)
        return session.Exit.REFUSED


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
