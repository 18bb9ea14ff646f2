"""The book in a real browser: every explorer moves without a kernel, and nothing asks another host."""

import functools
import gzip
import http.server
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.explorer import Explorer
from playwright.sync_api import expect

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
LESSONS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
OTHER_HOST = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"')
NO_PRELOAD = {"preload": False}  # else axe looks for a style's imports beside the page
MOST_BYTES = 3_000_000  # of a lesson as a host sends it, before the reader scrolls


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder of the built site."""
    out = tmp_path_factory.mktemp("book")
    made = subprocess.run(
        [sys.executable, "-m", "course_lib", "book", "--out", out],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "no longer shows" not in made.stdout
    return out / "html"


@pytest.fixture(scope="session")
def site(folder):
    """The site's address, below a path of its own."""
    handler = functools.partial(Quiet, directory=folder.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/html"
        server.shutdown()


@pytest.fixture
def watched(page, site):
    """A page with lists of what it asked for and of what went wrong."""
    page.trouble, page.asked = [], []
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.trouble.append(said.text))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    strange = [u for u in page.asked if not u.startswith((site, "data:", "blob:", "file:"))]
    assert (page.trouble, strange) == ([], [])


def alive(page):
    """The explorers of a page, each after it has come into view."""
    places = page.locator(".course-explorer")
    for k in range(places.count()):
        places.nth(k).scroll_into_view_if_needed()
        expect(places.nth(k).locator(".course-panels svg").first).to_be_visible(timeout=20_000)
        yield Explorer(page, places.nth(k).locator(".course-stage"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_explorer_of_a_lesson_moves(watched, site, folder, lesson):
    watched.goto(f"{site}/notebooks/{lesson}.html", wait_until="networkidle")
    files = {
        folder / unquote(urlsplit(address).path).removeprefix("/html/") for address in watched.asked
    }
    sent = {path.name: len(gzip.compress(path.read_bytes())) for path in files if path.is_file()}
    assert sum(sent.values()) < MOST_BYTES, sent
    explorers = 0
    for explorer in alive(watched):
        explorer.unlock()
        explorers += 1
        for k in range(explorer.sliders.count()):
            slider = explorer.sliders.nth(k)
            explorer.check_slider(slider)
            watched.keyboard.press("End")
            words = [slider.get_attribute(f"aria-{part}") for part in ("label", "valuetext")]
            explorer.says(" ".join(words))
    assert explorers == watched.locator("figure[class^=twin-]").count() > 0


def test_a_page_from_a_disk_works(page, folder):
    page.goto((folder / "index.html").as_uri())
    (explorer,) = alive(page)
    explorer.unlock()
    explorer.check_slider(explorer.sliders.first)


def test_no_page_loads_anything_from_another_host(folder):
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 30
    assert {str(p.name): OTHER_HOST.findall(p.read_text("utf-8")) for p in pages} == {
        p.name: [] for p in pages
    }


def test_without_javascript_the_still_picture_stands_there(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/notebooks/{LESSONS[0]}.html")
        still = page.locator("figure[class^=twin-] img").first
        expect(still).to_be_visible()
        assert len(still.get_attribute("alt")) > 50


def test_on_paper_the_answers_stand_at_the_end(watched, site):
    watched.goto(f"{site}/notebooks/{LESSONS[1]}.html")
    watched.emulate_media(media="print")
    watched.evaluate("dispatchEvent(new Event('beforeprint'))")
    answers = watched.locator(".course-answers")
    expect(answers.get_by_role("heading", name=re.compile("Answer")).first).to_be_visible()
    assert answers.evaluate("node => node.parentElement.lastElementChild === node")
    for still in watched.locator("figure[class^=twin-]").all():
        expect(still).to_be_visible()
    watched.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(answers).to_have_count(0)


def test_every_page_fits_a_phone_and_has_no_serious_finding_of_axe(watched, site, folder):
    watched.set_viewport_size({"width": 360, "height": 740})
    found = {}
    for path in sorted({*folder.rglob("*.html")} - {*(folder / "_static").rglob("*")}):
        name = path.relative_to(folder).as_posix()
        watched.goto(f"{site}/{name}")
        if watched.evaluate("document.documentElement.scrollWidth") > 360:
            found[name] = ["wider than a phone"]
        for rule in Axe().run(watched, options=NO_PRELOAD).response["violations"]:
            if rule["impact"] in ("serious", "critical"):
                places = {node["target"][0] for node in rule["nodes"]}
                found.setdefault(name, []).append((rule["id"], sorted(places)[:3]))
    assert found == {}
