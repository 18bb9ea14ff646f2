"""Which tests run where, and which are left out.

Without torch, as after `python run.py test --light`, the files that compare with it are left out.
"""

import importlib.util

import pytest

pytest.register_assert_rewrite("helpers")

HAS_TORCH = importlib.util.find_spec("torch") is not None


def pytest_ignore_collect(collection_path):
    if HAS_TORCH or collection_path.suffix != ".py":
        return None
    return True if "\nimport torch\n" in collection_path.read_text(encoding="utf-8") else None


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """Of several workers one runs all tests that share a module's fixture, which is then made once."""
    for item in items:
        fixtures = item._fixtureinfo.name2fixturedefs.values()
        if any(definition.scope == "module" for found in fixtures for definition in found):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_report_header():
    return None if HAS_TORCH else "torch is not installed: files that compare with it are left out"
