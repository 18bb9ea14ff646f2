"""MNIST and Fashion-MNIST, read from their IDX files or downloaded.

torchvision downloads only, in a process of its own: importing it takes seconds and 800 MB.
"""

import errno
import functools
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from platformdirs import user_cache_path

FOLDERS = {"mnist": "MNIST", "fashion_mnist": "FashionMNIST"}  # the names torchvision uses
FILES = {
    "train-images-idx3-ubyte": (60_000, 28, 28),
    "train-labels-idx1-ubyte": (60_000,),
    "t10k-images-idx3-ubyte": (10_000, 28, 28),
    "t10k-labels-idx1-ubyte": (10_000,),
}
SUMS = "SHA256SUMS"  # written beside a download and checked whenever it is read
DOWNLOAD_SECONDS = 600
ROOM = 130_000_000  # bytes that a download takes while it is unpacked


class Damaged(ValueError):
    """A data file with wrong content; the message says which file and what is wrong with it."""


class Failure(NamedTuple):
    """Why there was no download, and what helps, as the middle of a sentence."""

    reason: str
    remedy: str = "connect to the network and restart the kernel"


def read(name):
    """[X (60000, 784), y (60000,) to train, X, y (10000,) to test], the errors met or "", the remedy.

    X is float32 from 0 to 1. The list is None if no complete set is available. Damaged files in the
    cache are removed and downloaded again; those in COURSE_DATA are named and not changed.
    """
    lacking, errors = [], []
    for folder in _folders(name):
        try:
            if _is_complete(folder):
                return _read_folder(folder, remove=folder == cache(name)), "; ".join(errors), ""
        except (ValueError, OSError) as error:
            errors.append(str(error))
        else:
            lacking += _lacking(folder, name)
    try:
        failure = _download(name)
        if not failure:
            return _read_folder(cache(name)), "; ".join(errors), ""
    except (ValueError, OSError) as error:
        failure = _failure_of(error)
    return None, "; ".join([*lacking, *errors, failure.reason]), failure.remedy


def obstacle():
    """The Failure that forbids a download before it begins, or None."""
    if os.environ.get("COURSE_OFFLINE"):
        remedy = "unset the variable COURSE_OFFLINE and restart the kernel"
        return Failure("COURSE_OFFLINE is set", remedy)
    if not _has_torchvision():
        remedy = "type `python run.py` in a terminal, which installs it, and restart the kernel"
        return Failure("torchvision, which downloads it, is not installed", remedy)
    return None


def where(name):
    """The folder from which `read` reads `name` without a download, or None."""
    return next(filter(_is_complete, _folders(name)), None)


def parse(content, shape):
    """The unsigned bytes of an IDX file as an array of `shape`; Damaged when they do not fit it.

    IDX: two zero bytes, 8 for unsigned bytes, the number of axes, each axis as four bytes with the
    highest first, then the numbers. (Y. LeCun, the MNIST page)
    """
    header = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes()
    if not content.startswith(header):
        raise Damaged(f"does not begin as an IDX file of shape {shape}")
    if len(content) != len(header) + np.prod(shape):
        raise Damaged(f"has {len(content):,} bytes, not {len(header) + np.prod(shape):,}")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def _read_folder(folder, remove=False):
    """The four arrays of a folder; Damaged names every broken file, and says which were removed."""
    try:
        sums = _sums(folder)
    except ValueError:
        raise _damaged([folder / SUMS], ["is not readable"], remove) from None
    arrays, broken, errors = [], [], []
    for file, shape in FILES.items():
        content = (folder / file).read_bytes()
        try:
            if file in sums and hashlib.sha256(content).hexdigest() != sums[file]:
                raise Damaged("has changed since it was downloaded")
            array = parse(content, shape)
            arrays.append(_pixels(array) if array.ndim == 3 else array.astype(np.int64))
        except Damaged as error:
            broken.append(folder / file)
            errors.append(str(error))
    if broken:
        raise _damaged(broken, errors, remove)
    return arrays


def _damaged(files, errors, remove):
    """The exception that names broken files, which are removed from the cache."""
    for file in files if remove else ():
        file.unlink(missing_ok=True)
    done = " and was removed" if remove else ""
    return Damaged("; ".join(f"{f} {e}{done}" for f, e in zip(files, errors, strict=True)))


def _lacking(folder, name):
    """Says which files are missing, unless the cache is simply empty."""
    missing = [file for file in FILES if not (folder / file).is_file()]
    if folder == cache(name) and len(missing) == len(FILES):
        return []
    return [f"{folder} lacks {', '.join(missing)}"]


def _failure_of(error):
    """The Failure for an error while files were written or read."""
    if getattr(error, "errno", None) == errno.ENOSPC:
        return _no_room()
    return Failure(str(error), "make that folder writable and restart the kernel")


def _no_room():
    reason = (
        f"the disk has no room for {ROOM // 10**6} MB in {user_cache_path('optimisation-course')}"
    )
    return Failure(reason, "make room on the disk and restart the kernel")


def _has_torchvision():
    return importlib.util.find_spec("torchvision") is not None


def _is_complete(folder):
    return all((folder / file).is_file() for file in FILES)


def _pixels(images):
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def _folders(name):
    return [*_course_data(name), cache(name)]


def _course_data(name):
    """[the folder of `name` in COURSE_DATA], or [] when that variable is not set."""
    root = os.environ.get("COURSE_DATA")
    return [Path(root).expanduser() / FOLDERS[name] / "raw"] if root else []


def cache(name):
    """The folder into which `name` is downloaded."""
    return user_cache_path("optimisation-course") / FOLDERS[name] / "raw"


def _sums(folder):
    path = folder / SUMS
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {file: digest for digest, file in map(str.split, lines)}


@functools.cache  # one attempt in a session: the next cell should not wait for the network again
def _download(name):
    """Download `name` into the cache folder; returns None or a Failure."""
    if failure := obstacle():
        return failure
    cache(name).parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(cache(name).parent).free < ROOM:
        return _no_room()
    print(f"Downloading {FOLDERS[name]} (about 30 MB) ...")
    with tempfile.TemporaryDirectory(dir=cache(name).parent) as root:
        failure = _torchvision(FOLDERS[name], root)
        raw = Path(root) / FOLDERS[name] / "raw"
        if not failure and not _is_complete(raw):
            failure = Failure("the download is not complete")
        if failure:
            return failure
        for packed in raw.glob("*.gz"):
            packed.unlink()
        digests = {file: hashlib.sha256((raw / file).read_bytes()).hexdigest() for file in FILES}
        lines = [f"{digest}  {file}\n" for file, digest in digests.items()]
        (raw / SUMS).write_text("".join(lines), encoding="utf-8")
        if not _is_complete(cache(name)):  # another notebook may have been faster
            shutil.rmtree(cache(name), ignore_errors=True)
            raw.replace(cache(name))
    return None


def _torchvision(dataset, root):
    """Run torchvision's download, which checks its own checksums; None or a Failure."""
    code = f"import torchvision.datasets as d; d.{dataset}({str(root)!r}, download=True)"
    try:
        process = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=DOWNLOAD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Failure(f"the download took longer than {DOWNLOAD_SECONDS} seconds")
    if process.returncode == 0:
        return None
    if "No space left" in process.stderr:
        return _no_room()
    last = (process.stderr.strip().splitlines() or ["no message"])[-1]
    if "operator torchvision" in last or "No module named" in last:
        remedy = "type `python -m course_lib doctor` in a terminal, which says how to repair it"
        return Failure(f"torchvision cannot be imported: {last}", remedy)
    return Failure(f"the download failed: {last}")
