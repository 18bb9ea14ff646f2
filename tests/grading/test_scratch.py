"""Folders of runs vanish whatever a student did to them, and nothing outside them is touched."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from course_lib.grading.run import scratch

# As an ordinary user, for root may do everything: makes trouble in a folder, and lets it be removed.
TROUBLE = """
import os, sys
from pathlib import Path
from course_lib.grading.run import scratch
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
outside = Path(sys.argv[1])
(outside / "kept").write_text("kept")
os.chmod(outside / "kept", 0o640)
with scratch.folder() as job:
    locked = job / "a" / "b"
    locked.mkdir(parents=True)
    (locked / "file").write_text("x")
    (locked / "link").symlink_to(outside / "kept")
    (locked / "folder").symlink_to(outside)
    os.chmod(locked, 0o000)
    os.chmod(job / "a", 0o500)
print(job.exists(), oct((outside / "kept").stat().st_mode & 0o777), (outside / "kept").read_text())
"""


@pytest.mark.skipif(os.name != "posix", reason="rights as on POSIX")
def test_locked_folders_and_links_out(tmp_path):
    with tempfile.TemporaryDirectory() as outside:
        os.chmod(outside, 0o777)
        done = subprocess.run(
            [sys.executable, "-c", TROUBLE, outside], capture_output=True, text=True, cwd="/"
        )
    assert done.stdout.split() == ["False", "0o640", "kept"], done.stderr


def test_only_folders_of_graders_that_are_gone_are_cleared():
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = Path(tempfile.mkdtemp(prefix=f"{scratch.PREFIX}-{dead.pid}-"))
    with scratch.folder() as own:
        scratch.clear()
        assert own.exists()
    assert not left.exists()
    assert not own.exists()
