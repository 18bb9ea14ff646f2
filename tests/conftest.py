"""Without torch, as after `python run.py test --light`, the files that compare with it are left out."""

import importlib.util

import pytest

pytest.register_assert_rewrite("helpers")

HAS_TORCH = importlib.util.find_spec("torch") is not None


def pytest_ignore_collect(collection_path):
    if HAS_TORCH or collection_path.suffix != ".py":
        return None
    return True if "\nimport torch\n" in collection_path.read_text(encoding="utf-8") else None


def pytest_report_header():
    return None if HAS_TORCH else "torch is not installed: files that compare with it are left out"
