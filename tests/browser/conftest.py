"""A real JupyterLab and a real browser. Without a Chromium on this machine these tests are skipped."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import numpy as np
import pytest
from helpers.explorer import Explorer
from playwright.sync_api import expect

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
SETTINGS = "lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"


def pytest_collection_modifyitems(items):
    """Last of all: Playwright's event loop stays in this thread, and other tests want their own."""
    items.sort(key=_needs_browser)
    for item in filter(_needs_browser, items):
        item.add_marker("alone")


def _needs_browser(item):
    return Path(__file__).parent in item.path.parents


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    names = filter(None, (os.environ.get("CHROMIUM"), *BROWSERS))
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} on the PATH, and CHROMIUM not set")
    off = ("gpu", "background-networking", "component-update", "sync")
    args = ["--no-sandbox", *(f"--disable-{name}" for name in off)]
    return {**browser_type_launch_args, "executable_path": found, "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def lab(browser_type_launch_args, tmp_path_factory):
    """The address of a JupyterLab and the folder it shows; HOME and its settings are its own."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("lab")
    (home / SETTINGS).parent.mkdir(parents=True)
    (home / SETTINGS).write_text(json.dumps({"fetchNews": "false"}), "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    names = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    own = {name: str(home) for name in names} | {"JUPYTER_PREFER_ENV_PATH": "1"}
    options = [f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    options += [f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *options]
    with (home / "lab.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}", server, home / "lab.log")
        yield f"http://127.0.0.1:{port}", folder
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(address, server, log):
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{address}/api/status", timeout=5).close()
            return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text('utf-8')[-3000:]}")


@pytest.fixture
def open_notebook(lab, page):
    """A function that opens a notebook, given as cells or as a file, and returns it as a Notebook."""
    address, folder = lab

    def open_notebook(source):
        name = f"{time.monotonic_ns()}.ipynb"
        if isinstance(source, Path):
            shutil.copy(source, folder / name)
        else:
            cells = [nbformat.v4.new_code_cell(cell) for cell in source]
            book = nbformat.v4.new_notebook(cells=cells)
            book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
            nbformat.write(book, folder / name)
        return Notebook(page, f"{address}/lab/tree/{name}?reset", folder / name)

    return open_notebook


class Notebook:
    """A notebook in JupyterLab, and what a reader does with it."""

    def __init__(self, page, address, path):
        self.page, self.address, self.path, self.trouble = page, address, path, []
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.open()

    def open(self):
        self.page.goto(self.address)
        ready = "jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        self.page.wait_for_function(f"() => window.jupyterapp && {ready}", timeout=60_000)
        self.page.evaluate("jupyterapp.shell.collapseLeft()")

    def do(self, command):
        """Carry out a command of JupyterLab's and wait for its end."""
        self.page.evaluate("command => jupyterapp.commands.execute(command)", command)

    def run(self):
        """Run every cell; returns the explorers that the notebook shows."""
        self.do("notebook:run-all-cells")
        assert self.page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        boxes = self.page.locator(".jp-Notebook .course-stage:has([role=img])")
        twins = self.page.locator(".jp-Notebook figure[class^=twin-]")
        expect(twins).not_to_have_count(0)
        expect(boxes).to_have_count(twins.count())
        return [Explorer(self.page, boxes.nth(k)) for k in range(boxes.count())]

    def kinds_of_cells(self):
        """What kinds the notebook's cells are: code or markdown."""
        cells = "jupyterapp.shell.currentWidget.content.widgets"
        return self.page.evaluate(f"{cells}.map(cell => cell.model.type)")

    def drag(self, begin, end):
        """Drag the mouse from one point (x, y) of the page to another."""
        self.page.mouse.move(*begin)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=8)
        self.page.mouse.up()

    def tap(self, place):
        """Tap on something with a finger, which was up for a while: else it ends the last drag."""
        place.scroll_into_view_if_needed()
        self.page.wait_for_timeout(500)
        box = place.bounding_box()
        point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        touch = self.page.context.new_cdp_session(self.page)
        touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def drag_by_finger(self, begin, end):
        """Drag a finger from one point (x, y) of the page to another."""
        touch = self.page.context.new_cdp_session(self.page)
        ways = np.linspace(begin, end, 9).tolist()
        kinds = ["touchStart", *["touchMove"] * 8]
        for kind, (x, y) in zip(kinds, ways, strict=True):
            point = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
            touch.send("Input.dispatchTouchEvent", point)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def wait_until(self, happened, seconds=10):
        """Wait for something outside the page, which goes on meanwhile."""
        for _ in range(seconds * 10):
            if happened():
                return
            self.page.wait_for_timeout(100)
        pytest.fail("it did not happen in time")

    def save_and_restart(self):
        self.do("docmanager:save")
        kernel = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        self.page.evaluate(f"{kernel}.restart()")
