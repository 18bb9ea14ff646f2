"""The front-end code that pages load, from pinned npm packages: no page asks another host."""

import shutil
import subprocess
import tarfile
from pathlib import Path

import anywidget
from platformdirs import user_cache_path

from course_lib.book import BookError

PACKAGES = {  # npm package: what of it the pages need, as {its path: path in the book's _static}
    "requirejs@2.3.8": {"require.js": "require.js"},
    "@jupyter-widgets/html-manager@1.0.15": {"dist": "html-manager"},
    "mathjax@3.2.2": {
        "es5/tex-chtml.js": "mathjax/tex-chtml.js",
        "es5/input": "mathjax/input",
        "es5/output/chtml": "mathjax/output/chtml",
        "es5/sre": "mathjax/sre",
        "es5/a11y": "mathjax/a11y",
        "es5/ui": "mathjax/ui",
    },
}
UNUSED = shutil.ignore_patterns("*.map", "embed.js*", "embed-amd.js")


def vendor(static, cache=None):
    """Copy the packages' files below the folder `static`; what was fetched once stays in the cache."""
    cache = Path(cache or user_cache_path("course_lib") / "npm")
    for package, parts in PACKAGES.items():
        unpacked = _fetched(package, cache)
        for source, target in parts.items():
            _copy(unpacked / source, static / target)
    bundled = Path(anywidget.__file__).parent / "nbextension" / "index.js"
    _copy(bundled, static / "anywidget.js")


def _fetched(package, cache):
    """The folder with an unpacked npm package."""
    folder = cache / package.lstrip("@").replace("/", "-")
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm")
        if npm is None:
            raise BookError(
                f"the book needs {package}, which npm fetches once: install Node.js, then try again"
            )
        done = subprocess.run(
            [npm, "pack", package, "--silent"], cwd=cache, capture_output=True, text=True
        )
        if done.returncode:
            raise BookError(
                f"npm could not fetch {package}; the first build needs a network: {done.stderr.strip()}"
            )
        archive = cache / done.stdout.split()[-1]
        with tarfile.open(archive) as packed:
            packed.extractall(folder.with_suffix(".part"), filter="data")
        (folder.with_suffix(".part") / "package").rename(folder)
        folder.with_suffix(".part").rmdir()
        archive.unlink()
    return folder


def _copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=UNUSED)
    else:
        shutil.copyfile(source, target)
