"""`python -m course_lib publish RESULTS`: corrections and lateness, with nothing run."""

import sys
from pathlib import Path

from course_lib.grading.command import percent

DESCRIPTION = "Publish the grades in RESULTS again, with the corrections made since; run nothing."


def add_arguments(parser):
    """What may be typed after `publish`."""
    parser.add_argument("results", type=Path, help="the folder that was given to grade after --out")
    more = "for a day in late.csv; else as it was graded"
    parser.add_argument("--late-penalty", type=percent, metavar="PERCENT", help=more)


def run(args):
    """Publish; returns the exit code."""
    from course_lib.grading import session

    try:
        return session.publish_again(args.results, args.late_penalty)
    except session.Refused as refusal:
        print(f"Nothing was published. {refusal}", file=sys.stderr)
        return session.Exit.REFUSED
