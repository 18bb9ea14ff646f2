"""What pytest needs to run notebooks with nbval, whatever folder it starts in.

nbval compares outputs as text. Two things in them may differ from run to run and mean nothing: the
address of an object, and the bytes of a picture, which change with matplotlib's version. The alt
text of a picture is still compared.
"""

import os

SANITISE = {
    r"at 0x[0-9a-f]+": "at ADDRESS",
    r"data:image/png;base64,[A-Za-z0-9+/=]+": "PNG",
}


def pytest_configure(config):
    if config.getoption("nbval", False) or config.getoption("nbval_lax", False):
        os.environ.setdefault("TQDM_DISABLE", "1")  # a progress bar prints times
        # The first import writes matplotlib's font cache and says so: better here than in a cell.
        import matplotlib.font_manager  # noqa: F401


def pytest_collection_modifyitems(items):
    for item in items:
        if hasattr(item.parent, "sanitize_patterns"):  # an nbval notebook
            item.parent.sanitize_patterns.update(SANITISE)
