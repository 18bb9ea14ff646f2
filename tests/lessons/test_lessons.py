"""Every lesson reaches its end, whatever the student wrote, and every sentence with a test is true.

Each runs in plain Python with its test cells: with the turns right, blank and wrong, from each part
alone, and with the large data sets.
"""

import os

import pytest
from helpers.lessons import LESSONS, part_numbers, run

from course_lib import mnist

PARTS = [
    pytest.param(path, part, id=f"{path.stem}-part-{part}")
    for path in LESSONS
    for part in part_numbers(path)
]
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])


@pytest.fixture
def stand_ins(monkeypatch, tmp_path):
    """Digits stand in for the large data sets, which are neither found nor downloaded."""
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setattr(mnist, "user_cache_path", lambda name: tmp_path)


@pytest.mark.usefixtures("stand_ins")
@every_lesson
def test_right(path):
    run(path)


@pytest.mark.slow
@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize("mode", ["blank", "wrong"])
@every_lesson
def test_turns(path, mode):
    run(path, mode)


@pytest.mark.slow
@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize(("path", "part"), PARTS)
def test_one_part_alone(path, part):
    run(path, part=part)


@pytest.mark.slow
@pytest.mark.skipif("COURSE_DATA" not in os.environ, reason="COURSE_DATA is not set")
@every_lesson
def test_large_data(path):
    run(path)
