"""The course's commands: `python -m course_lib build` and so on."""

import argparse

from course_lib import doctor, handout, ready
from course_lib.book import command as book
from course_lib.build import command as build
from course_lib.grading import command as grade
from course_lib.grading import command_publish as publish

# Each command is a module with DESCRIPTION, add_arguments(parser) and run(args) -> exit code. It
# imports what it needs inside run, so that one command works without the other's packages.
COMMANDS = {
    "build": build,
    "handout": handout,
    "grade": grade,
    "publish": publish,
    "book": book,
    "ready": ready,
    "doctor": doctor,
}


def main(arguments=None):
    """Run the command that `arguments` name (default: the command line); returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m course_lib", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        text = module.DESCRIPTION
        module.add_arguments(commands.add_parser(name, help=text, description=text))
    args = parser.parse_args(arguments)
    return COMMANDS[args.command].run(args)


if __name__ == "__main__":
    raise SystemExit(main())
