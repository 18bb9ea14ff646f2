"""MNIST as files: how they are parsed, where they are looked for, what is said when they fail."""

import errno
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.compare import assert_refused

from course_lib import mnist
from course_lib.data import load

IMAGES, LABELS = "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
TINY = {
    IMAGES: (30, 28, 28), "train-labels-idx1-ubyte": (30,),
    "t10k-images-idx3-ubyte": (7, 28, 28), LABELS: (7,),
}  # fmt: skip
GIVEN, CACHED, FETCHED = 1, 2, 3  # every number of a copy is its mark
NO_NETWORK = mnist.Failure("no network")


def idx_bytes(array):
    return (
        bytes([0, 0, 8, array.ndim])
        + b"".join(n.to_bytes(4) for n in array.shape)
        + array.tobytes()
    )


def write_set(folder, mark):
    folder.mkdir(parents=True, exist_ok=True)
    for file, shape in TINY.items():
        (folder / file).write_bytes(idx_bytes(np.full(shape, mark, np.uint8)))


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Folders and a download of the test's own; `fetched` counts the downloads tried."""
    place = SimpleNamespace(fetched=0, fails=None)
    place.given, place.cache = (tmp_path / n / "MNIST" / "raw" for n in ("given", "cache"))

    def torchvision(dataset, root):
        place.fetched += 1
        if not place.fails:
            write_set(Path(root) / dataset / "raw", FETCHED)
            (Path(root) / dataset / "raw" / f"{IMAGES}.gz").touch()
        return place.fails

    monkeypatch.setattr(mnist, "FILES", TINY)
    monkeypatch.setattr(mnist, "user_cache_path", lambda name: tmp_path / "cache")
    monkeypatch.setattr(mnist, "_torchvision", torchvision)
    monkeypatch.setattr(mnist, "_has_torchvision", lambda: True)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "given"))
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    mnist._download.cache_clear()
    yield place
    mnist._download.cache_clear()


def mark_of(data):
    """Which copy was read; 0 for the fallback."""
    if data.fallback:
        return 0
    numbers = {*np.unique(np.round(255 * data.train.X)), *np.unique(data.test.y)}
    assert len(numbers) == 1
    return numbers.pop()


# Parsing.


@pytest.mark.parametrize("shape", [(5,), (3, 2, 4), (300,), (1, 28, 28)])
def test_parse_reads_what_was_written(shape):
    array = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    np.testing.assert_array_equal(mnist.parse(idx_bytes(array), shape), array)


WHOLE = idx_bytes(np.arange(6, dtype=np.uint8).reshape(2, 3))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "does not begin as an IDX file of shape (2, 3)"),
        (WHOLE[:11], "does not begin"),
        (WHOLE[:-1], "has 17 bytes, not 18"),
        (WHOLE + b"\0", "has 19 bytes, not 18"),
        (b"\0\0\x0d" + WHOLE[3:], "does not begin"),  # float32 numbers
        (idx_bytes(np.zeros((3, 2), np.uint8)), "does not begin"),
        (b"<html>Forbidden</html>", "does not begin"),
    ],
)
def test_parse_refuses_what_is_not_whole(content, words):
    assert_refused(mnist.Damaged, lambda: mnist.parse(content, (2, 3)), words)


def test_images_become_float32_from_0_to_1_and_labels_whole_numbers(place):
    write_set(place.given, 255)
    data = load("mnist")
    assert data.train.X.dtype == np.float32
    assert data.train.y.dtype == np.int64
    assert set(np.unique(data.train.X)) == {1}
    assert (data.train.X.shape, data.valid.X.shape, data.test.X.shape) == (
        (27, 784),
        (3, 784),
        (7, 784),
    )
    assert (data.shape, data.classes, data.fallback) == ((28, 28), tuple("0123456789"), False)


# Where a set comes from: folders that hold it, the download, what is read, downloads tried.


@pytest.mark.parametrize(
    ("given", "cached", "fails", "read", "fetched"),
    [
        (True, True, None, GIVEN, 0),
        (True, False, None, GIVEN, 0),
        (False, True, None, CACHED, 0),
        (False, False, None, FETCHED, 1),
        (False, False, NO_NETWORK, 0, 1),
    ],
)
def test_order_of_places(place, given, cached, fails, read, fetched):
    place.fails = fails
    if given:
        write_set(place.given, GIVEN)
    if cached:
        write_set(place.cache, CACHED)
    assert [mark_of(load("mnist")) for _ in range(3)] == [read] * 3
    assert place.fetched == fetched  # one try in a session


def test_without_course_data_the_cache_is_read(place, monkeypatch):
    monkeypatch.delenv("COURSE_DATA")
    write_set(place.cache, CACHED)
    assert mark_of(load("mnist")) == CACHED


@pytest.mark.parametrize("lacking", TINY)
@pytest.mark.parametrize("where", ["given", "cache"])
def test_a_set_that_is_not_complete_is_passed_over(place, where, lacking):
    folder = getattr(place, where)
    write_set(folder, GIVEN)
    (folder / lacking).unlink()
    assert mark_of(load("mnist")) == FETCHED
    assert mark_of(load("mnist")) == FETCHED


def test_a_download_is_kept_with_its_checksums_and_without_its_archives(place):
    load("mnist")
    assert {path.name for path in place.cache.iterdir()} == {*TINY, mnist.SUMS}
    assert [path.name for path in place.cache.parent.iterdir()] == ["raw"]


def test_a_download_that_another_notebook_has_finished_is_used(place, monkeypatch):
    def slower(dataset, root):
        write_set(place.cache, CACHED)
        write_set(Path(root) / dataset / "raw", FETCHED)

    monkeypatch.setattr(mnist, "_torchvision", slower)
    assert mark_of(load("mnist")) == CACHED


# Damage.


def cut(path):
    path.write_bytes(path.read_bytes()[:-3])


def flip(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


DAMAGE = {"cut": cut, "emptied": lambda p: p.write_bytes(b""), "one bit": flip,
          "another file": lambda p: p.write_bytes(b"<html>")}  # fmt: skip


@pytest.mark.parametrize("file", [IMAGES, LABELS])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_download_is_noticed_removed_said_and_fetched_again(place, damage, file, capsys):
    load("mnist")
    damage(place.cache / file)
    capsys.readouterr()
    mnist._download.cache_clear()  # another day
    assert mark_of(load("mnist")) == FETCHED
    assert str(place.cache / file) in capsys.readouterr().out
    assert place.fetched == 2
    load("mnist")
    assert "Not used" not in capsys.readouterr().out


def test_a_damaged_download_without_a_network_is_removed_and_said(place, capsys):
    load("mnist")
    cut(place.cache / LABELS)
    mnist._download.cache_clear()
    cut(place.cache / IMAGES)
    place.fails = NO_NETWORK
    capsys.readouterr()
    assert mark_of(load("mnist")) == 0
    printed = capsys.readouterr().out
    for file in (IMAGES, LABELS):
        broken = f"{place.cache / file} has changed since it was downloaded and was removed"
        assert broken in printed
    assert {path.name for path in place.cache.iterdir()} == {*TINY, mnist.SUMS} - {IMAGES, LABELS}
    mnist._download.cache_clear()
    place.fails = None
    assert mark_of(load("mnist")) == FETCHED


def test_damaged_checksums_count_as_damage(place):
    load("mnist")
    (place.cache / mnist.SUMS).write_bytes(b"\xff\xfe no sums")
    mnist._download.cache_clear()
    assert mark_of(load("mnist")) == FETCHED
    assert place.fetched == 2


@pytest.mark.parametrize("cached", [True, False])
def test_a_damaged_file_in_course_data_is_named_and_left(place, cached, capsys):
    write_set(place.given, GIVEN)
    cut(place.given / IMAGES)
    before = (place.given / IMAGES).read_bytes()
    if cached:
        write_set(place.cache, CACHED)
    assert mark_of(load("mnist")) == (CACHED if cached else FETCHED)
    printed = capsys.readouterr().out
    assert (
        f"Not used: {place.given / IMAGES} has 23,533 bytes, not 23,536. Another copy is.\n"
        in printed
    )
    assert (place.given / IMAGES).read_bytes() == before


# Without the set: digits stand in, and the screen says so.


def fallback_lines(capsys, name="mnist"):
    data = load(name)
    assert (data.name, data.fallback, data.shape) == ("digits", True, (8, 8))
    return capsys.readouterr().out.splitlines()


def test_the_fallback_is_announced_with_what_to_do(place, capsys):
    place.fails = NO_NETWORK
    lines = [line for line in fallback_lines(capsys) if "Downloading" not in line]
    assert lines[0].startswith("FALLBACK: MNIST is not on this machine (")
    assert f"{place.given} lacks {', '.join(TINY)}; no network" in lines[0]
    assert lines[1].startswith("The 8 x 8 digits of scikit-learn take its place")
    assert "For MNIST connect to the network and restart the kernel." in lines
    assert f"COURSE_DATA to a folder that holds MNIST/raw/{IMAGES}" in " ".join(lines)


# What stands in the way, what is said of it, what helps, and whether a download was announced.


def offline(place, monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")


def light(place, monkeypatch):
    monkeypatch.setattr(mnist, "_has_torchvision", lambda: False)


def full_disk(place, monkeypatch):
    monkeypatch.setattr(mnist.shutil, "disk_usage", lambda path: SimpleNamespace(free=10**6))


def filled_up(place, monkeypatch):
    def torchvision(dataset, root):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(mnist, "_torchvision", torchvision)


def no_network(place, monkeypatch):
    place.fails = NO_NETWORK


def files_missing(place, monkeypatch):
    place.fails = NO_NETWORK
    write_set(place.given, GIVEN)
    (place.given / LABELS).unlink()


def half_a_cache(place, monkeypatch):
    place.fails = NO_NETWORK
    write_set(place.cache, CACHED)
    (place.cache / LABELS).unlink()


@pytest.mark.parametrize(
    ("obstacle", "reason", "remedy", "announced"),
    [
        (offline, "COURSE_OFFLINE is set", "unset the variable COURSE_OFFLINE", False),
        (light, "torchvision, which downloads it, is not installed", "`python run.py`", False),
        (full_disk, "the disk has no room", "make room on the disk", False),
        (filled_up, "the disk has no room", "make room on the disk", True),
        (no_network, "no network", "connect to the network", True),
        (files_missing, f"raw lacks {LABELS}; no network", "connect to the network", True),
        (half_a_cache, f"raw lacks {LABELS}; no network", "connect to the network", True),
    ],
)
def test_the_remedy_is_one_that_works(
    place, monkeypatch, capsys, obstacle, reason, remedy, announced
):
    obstacle(place, monkeypatch)
    printed = " ".join(fallback_lines(capsys))
    assert reason in printed
    assert f"For MNIST {remedy}" in printed.replace("type ", "")
    assert ("connect to the network" in printed) == (remedy == "connect to the network")
    assert ("Downloading" in printed) == announced


def test_fashion_mnist_is_a_set_of_its_own(place, capsys):
    write_set(place.given, GIVEN)
    place.fails = NO_NETWORK
    assert "FashionMNIST/raw" in " ".join(fallback_lines(capsys, "fashion_mnist"))
    assert mark_of(load("mnist")) == GIVEN


def test_offline_nothing_is_downloaded(place, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert "COURSE_OFFLINE is set" in fallback_lines(capsys)[0]
    assert place.fetched == 0


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(place, capsys):
    (place.cache.parents[1]).write_text("a file where a folder should be")
    lines = fallback_lines(capsys)
    assert any(line.startswith("FALLBACK: ") and "cache" in line for line in lines)


def test_a_download_that_is_not_complete_is_not_used(place, monkeypatch, capsys):
    monkeypatch.setattr(mnist, "_torchvision", lambda dataset, root: None)
    assert "the download is not complete" in fallback_lines(capsys)[1]
    assert not place.cache.exists()


# torchvision runs in a process of its own.


def process(returncode=0, stderr="", error=None):
    def run(command, **settings):
        run.command = command
        if error:
            raise error
        return subprocess.CompletedProcess(command, returncode, "", stderr)

    return run


@pytest.mark.parametrize(
    ("run", "failure"),
    [
        (process(), ""),
        (
            process(1, "Traceback\nModuleNotFoundError: No module named 'torch'"),
            "cannot be imported: ModuleNotFoundError",
        ),
        (
            process(1, "RuntimeError: operator torchvision::nms does not exist\n"),
            "cannot be imported: RuntimeError",
        ),
        (process(1, "OSError: [Errno 28] No space left on device\n"), "the disk has no room"),
        (process(1, "Traceback\nURLError: <urlopen error>\n"), "the download failed: URLError"),
        (process(-9), "the download failed: no message"),
        (process(error=subprocess.TimeoutExpired("python", 600)), "longer than 600 seconds"),
    ],
)
def test_what_torchvision_says(run, failure, monkeypatch):
    monkeypatch.setattr(subprocess, "run", run)
    said = mnist._torchvision("FashionMNIST", "a 'folder")
    assert (said is None) == (failure == "")
    assert said is None or failure in said.reason
    assert run.command[:2] == [sys.executable, "-c"]
    assert 'd.FashionMNIST("a \'folder", download=True)' in run.command[2]
