"""`python -m course_lib build [NAMES] [--check]`."""

import time
from pathlib import Path

from course_lib.build import BuildError
from course_lib.files import write_whole

ROOT = Path(__file__).parents[2]
DESCRIPTION = "Turn source/ into notebooks/, exercises/, solutions/ and book/teaching.md."


def add_arguments(parser):
    """What may be typed after `build`."""
    parser.add_argument("names", nargs="*", help="01 or exercises/01; default: all")
    parser.add_argument(
        "--check", action="store_true", help="change nothing, say what is out of date"
    )
    parser.add_argument(
        "--allow-fallback",
        action="store_true",
        help="let figures of stand-in data replace those of the full data set",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a sheet in exercises/ that was worked in"
    )


def run(args, root=ROOT):
    """Build or check; returns the exit code, 1 when anything failed or is out of date."""
    try:
        from course_lib.build import check

        sources = find(root, args.names)
    except ImportError as error:
        print(f"{error.name} is missing; type: pip install -r requirements-dev.txt")
        return 1
    except BuildError as error:
        print(error)
        return 1
    strays = check.strays(root) if args.check and not args.names else []
    for problem in strays:
        print(f"FAILED  {problem}")
    done = [_one(source, root, args) for source in sources]
    return 0 if all([*done, *_gathered(root, args)]) and not strays else 1


def _gathered(root, args):
    """Write or check each file that comes from several sources; yields whether it is up to date."""
    from course_lib.build.pages import versions
    from course_lib.build.teaching import notes

    for gather in (versions, notes):
        try:
            path, content = gather(root)
        except BuildError as error:
            print(f"FAILED  {error}")
            yield False
            continue
        if content and not args.check:
            path.parent.mkdir(exist_ok=True)
            write_whole(path, content)
        is_right = (path.read_bytes() if path.exists() else b"") == content
        if not is_right:
            print(f"FAILED  {path.parent.name}/{path.name} is out of date")
        yield is_right


def _one(source, root, args):
    """Build or check the pages of one source file, say so, and return whether all is well."""
    from course_lib.build import check, pages

    started = time.perf_counter()
    try:
        if args.check:
            check.source(source, root)
        else:
            pages.build(source, root, args.allow_fallback, args.overwrite)
    except BuildError as error:
        print(f"FAILED  {error}")
        return False
    done = "up to date" if args.check else f"built in {time.perf_counter() - started:.1f} s"
    print(f"{source.parent.name}/{source.stem}: {done}")
    return True


def find(root, names=()):
    """The source files that the names mean, all of them for no names, in the course's order."""
    found = sorted((root / "source").glob("*/*.py"), key=lambda path: (path.stem, path.parent.name))
    if not found:
        raise BuildError(f"there is nothing to build in {root / 'source'}")
    chosen = []
    for name in names:
        meant = [path for path in found if _is_meant(path, name)]
        if not meant:
            known = ", ".join(dict.fromkeys(path.stem for path in found))
            raise BuildError(f"no source is called {name}; there are {known}")
        chosen += meant
    return list(dict.fromkeys(chosen)) or found


def _is_meant(path, name):
    """True when name is the file's, or the beginning of it up to an underscore."""
    folder, _, stem = name.rpartition("/")
    return (not folder or folder == path.parent.name) and f"{path.stem}_".startswith(f"{stem}_")
