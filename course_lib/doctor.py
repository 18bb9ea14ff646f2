"""Is everything here that the course needs? `python -m course_lib doctor`; in a notebook `report()`.

It imports nothing heavy, downloads nothing and changes nothing.
"""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from course_lib import mnist

DESCRIPTION = "Say in words what this installation has and what it lacks."
ROOT = Path(__file__).parents[1]
OPTIONAL = ("torch", "torchvision")  # left out by `python run.py --light`
OLDEST = (3, 11)
GOOD, NOTE, BAD = "fine", "note", "to fix"


def add_arguments(parser):
    """Nothing may be typed after `doctor`."""


def run(args=None):
    """Print the report; returns 1 when something has to be fixed, else 0."""
    return 1 if any(kind == BAD for kind, _ in report()) else 0


def report():
    """Prints a line for each thing checked and what to do about it; returns [(kind, text), ...]."""
    findings = [
        _python(),
        *_packages(ROOT / "requirements.txt"),
        *_torch_pair(),
        *map(_data, mnist.FOLDERS),
    ]
    for kind, text in findings:
        print(f"{kind:>7}: {text}")
    bad = sum(kind == BAD for kind, _ in findings)
    print("Everything the course needs is here." if not bad else f"{bad} to fix, see above.")
    return findings


def _python(found=sys.version_info):
    text = f"Python {found[0]}.{found[1]} on {platform.system()}"
    if tuple(found[:2]) >= OLDEST:
        return GOOD, text
    return (
        BAD,
        f"{text}; the course needs {OLDEST[0]}.{OLDEST[1]} or newer: install it, then python run.py",
    )


def _packages(path, installed=version):
    """A finding for every requirement that is not met, or one for all of them."""
    if not path.is_file():
        return [(NOTE, f"no {path.name} beside course_lib: versions were not compared")]
    findings, met = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line:
            finding = _package(Requirement(line), installed)
            met.append(line) if finding is None else findings.append(finding)
    return [(GOOD, f"{len(met)} packages are here, in versions that fit"), *findings]


def _package(requirement, installed):
    name = requirement.name
    try:
        found = installed(name)
    except PackageNotFoundError:
        if name in OPTIONAL:
            return (
                NOTE,
                f"{name} is not installed: no PyTorch comparisons, no downloads of data",
            )
        return BAD, f"{name} is not installed: python run.py"
    if requirement.specifier.contains(found, prereleases=True):
        return None
    return BAD, f"{name} {found} does not fit {requirement.specifier}: python run.py"


def _torch_pair(installed=version):
    """torch and torchvision must come from one index; the ending of a version, as +cpu, names it."""
    try:
        pair = [installed(name) for name in OPTIONAL]
    except PackageNotFoundError:
        return []
    builds = {each.partition("+")[2] for each in pair}
    if len(builds) == 1:
        return []
    cause = f"torch {pair[0]} and torchvision {pair[1]} come from different places"
    return [(BAD, f"{cause} and do not fit together: delete the folder .venv, then python run.py")]


def _data(name):
    folder, title = mnist.where(name), mnist.FOLDERS[name]
    if folder is None:
        if obstacle := mnist.obstacle():
            text = f"{title} is not here ({obstacle.reason}): digits stand in"
            return NOTE, f"{text}. For {title} {obstacle.remedy}"
        return NOTE, f"{title} is not here: it is fetched at first use, else digits stand in"
    given = folder != mnist.cache(name)
    return GOOD, f"{title} is in {'the folder COURSE_DATA names' if given else 'your cache folder'}"
