"""`python -m course_lib book [--out FOLDER] [--serve]`."""

import functools
import http.server
import subprocess
import sys
from pathlib import Path

from course_lib.book import BookError

ROOT = Path(__file__).parents[2]
DESCRIPTION = "Make the book: a static site whose sliders work without a kernel."


def add_arguments(parser):
    """What may be typed after `book`."""
    parser.add_argument(
        "--out", type=Path, default=ROOT / "book" / "_build", help="default: book/_build"
    )
    parser.add_argument(
        "--serve", action="store_true", help="then show it at http://localhost:8000"
    )
    parser.add_argument("--port", type=int, default=8000, help="the port to show it at")


def run(args, root=ROOT):
    """Build the site, and serve it if asked; returns the exit code."""
    try:
        import sphinx.cmd.build  # noqa: F401

        from course_lib.book.gather import gather

        work, site = args.out / "pages", args.out / "html"
        work.mkdir(parents=True, exist_ok=True)
        for warning in gather(root, work):
            print(warning)
    except ImportError as error:
        print(f"{error.name} is missing; type: pip install -r requirements-dev.txt")
        return 1
    except BookError as error:
        print(error)
        return 1
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", work, site]
    if failed := subprocess.call([*map(str, command)]):
        return failed
    print(f"The book is in {site / 'index.html'}")
    return _serve(site, args.port) if args.serve else 0


def _serve(site, port):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(
            f"Open http://localhost:{server.server_port} in a browser. To end it, press Ctrl-C here."
        )
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
