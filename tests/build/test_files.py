"""write_whole: a file is written completely or not at all."""

import os
import stat
import sys

import pytest

from course_lib import files
from course_lib.files import write_whole


@pytest.fixture
def path(tmp_path):
    write_whole(tmp_path / "new" / "file", b"old")
    return tmp_path / "new" / "file"


def contents(path):
    return {entry.name: entry.read_bytes() for entry in path.parent.iterdir()}


def test_it_makes_the_folder_and_replaces_the_file(path):
    assert contents(path) == {"file": b"old"}
    write_whole(str(path), b"new")
    assert contents(path) == {"file": b"new"}


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError("no room"), KeyboardInterrupt()])
def test_what_fails_or_is_interrupted_leaves_the_old_file_alone(path, monkeypatch, step, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(files.os, step, fail)
    with pytest.raises(type(error)):
        write_whole(path, b"new")
    assert contents(path) == {"file": b"old"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_others_may_read_it_as_they_may_read_any_new_file(path):
    before = os.umask(0o027)
    try:
        write_whole(path, b"new")
    finally:
        assert os.umask(before) == 0o027
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
