"""MNIST and Fashion-MNIST, read from their IDX files or downloaded.

torchvision downloads only, in a process of its own: importing it takes seconds and 800 MB.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

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


class Damaged(ValueError):
    """A data file with wrong content; the message says which file and what is wrong with it."""


def read(name):
    """[X (60000, 784), y (60000,) to train, X, y (10000,) to test], and the errors met or "".

    X is float32 from 0 to 1. The list is None if no complete set is available. A damaged set in the
    cache is removed and downloaded again; one in COURSE_DATA is named and not changed.
    """
    errors = []
    for folder in filter(_is_complete, _folders(name)):
        try:
            return _read_folder(folder), "; ".join(errors)
        except (ValueError, OSError) as error:
            errors.append(str(error))
            if folder == cache(name):
                shutil.rmtree(folder, ignore_errors=True)
    try:
        failure = _download(name)
        if not failure:
            return _read_folder(cache(name)), "; ".join(errors)
    except (ValueError, OSError) as error:
        failure = str(error)
    lacking = [f"{folder} lacks files" for folder in _course_data(name) if not _is_complete(folder)]
    return None, "; ".join([*lacking, *errors, failure])


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


def _read_folder(folder):
    sums = _sums(folder)
    arrays = []
    for file, shape in FILES.items():
        content = (folder / file).read_bytes()
        try:
            if file in sums and hashlib.sha256(content).hexdigest() != sums[file]:
                raise Damaged("has changed since it was downloaded")
            array = parse(content, shape)
        except Damaged as error:
            raise Damaged(f"{folder / file} {error}") from None
        arrays.append(_pixels(array) if array.ndim == 3 else array.astype(np.int64))
    return arrays


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
    """Downloads `name` into the cache folder; returns "" or the reason why that failed."""
    if os.environ.get("COURSE_OFFLINE"):
        return "COURSE_OFFLINE is set"
    print(f"Downloading {FOLDERS[name]} (about 30 MB) ...")
    cache(name).parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache(name).parent) as root:
        failure = _torchvision(FOLDERS[name], root)
        raw = Path(root) / FOLDERS[name] / "raw"
        if not failure and not _is_complete(raw):
            failure = "the download is not complete"
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
    return ""


def _torchvision(dataset, root):
    """Runs torchvision's download, which checks its own checksums; "" or what went wrong."""
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
        return f"the download took longer than {DOWNLOAD_SECONDS} seconds"
    if process.returncode == 0:
        return ""
    if "No module named 'torch" in process.stderr:
        return "torchvision, which downloads it, is not installed"
    last = (process.stderr.strip().splitlines() or ["no message"])[-1]
    return f"the download failed: {last}"
