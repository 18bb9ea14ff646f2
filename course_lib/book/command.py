"""`python -m course_lib book [--out FOLDER]`."""

import subprocess
import sys
from pathlib import Path

from course_lib.book import BookError

ROOT = Path(__file__).parents[2]
DESCRIPTION = "Make the book: a static site from the built notebooks, whose sliders work without a kernel."


def add_arguments(parser):
    """What may be typed after `book`."""
    parser.add_argument("--out", type=Path, default=ROOT / "book" / "_build", help="default: book/_build")


def run(args, root=ROOT):
    """Build the site; returns the exit code."""
    try:
        from course_lib.book.gather import gather

        work, site = args.out / "pages", args.out / "html"
        work.mkdir(parents=True, exist_ok=True)
        for warning in gather(root, work):
            print(f"{warning} differs from its still picture: build the lesson again")
    except ImportError as error:
        print(f"{error.name} is missing; type: pip install -r requirements-dev.txt")
        return 1
    except BookError as error:
        print(error)
        return 1
    sphinx = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", work, site]
    done = subprocess.call([*map(str, sphinx)])
    if not done:
        print(f"Open {site / 'index.html'}")
    return done
