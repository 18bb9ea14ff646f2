"""Explorers at three widths and in two themes: sizes of text, contrast, and axe-core."""

import io

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.gallery import GALLERY
from matplotlib.image import imread
from playwright.sync_api import expect

from course_lib.stills import CAPTION

WINDOWS = {"800 px": (800, 900), "125 % zoom": (1024, 720), "phone": (360, 720)}


def test_at_every_width_texts_are_legible_and_the_page_does_not_scroll_sideways(open_notebook):
    notebook = open_notebook([GALLERY])
    (explorer,) = notebook.run()
    crops = explorer.picture.locator("> svg")
    for size in WINDOWS.values():
        notebook.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        notebook.page.wait_for_timeout(300)
        for k in range(crops.count()):
            scale = crops.nth(k).evaluate("svg => svg.clientWidth / svg.viewBox.baseVal.width")
            assert scale * 11 * 100 / 72 >= 11  # the figure's font has 11 points
        sizes = explorer.picture.locator("text").evaluate_all(FONT_SIZES)
        assert min(sizes) >= 11
        cell = notebook.page.locator(".jp-OutputArea").first.bounding_box()
        picture = explorer.picture.bounding_box()
        assert picture["x"] + picture["width"] <= cell["x"] + cell["width"] + 1
        assert notebook.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    left, right = (crops.nth(k).bounding_box() for k in range(2))
    assert right["y"] > left["y"] + left["height"]  # stacked
    assert right["x"] == left["x"]


FONT_SIZES = """nodes => nodes.filter(node => node.textContent).map(node => {
  const scale = node.getScreenCTM().a;
  return scale * parseFloat(node.getAttribute('font-size'));
})"""


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_controls_and_figures_have_contrast_and_axe_finds_nothing(open_notebook, theme):
    notebook = open_notebook([GALLERY])
    notebook.page.evaluate(SET_THEME, theme)
    (explorer,) = notebook.run()
    ground = notebook.page.evaluate(PAGE_COLOUR)
    locked = explorer.box.locator("[inert] .widget-label").first
    assert contrast(blend(locked.evaluate(COLOUR), ground, 0.65), ground) >= 4.5
    explorer.unlock()
    for part in (".noUi-target", ".noUi-handle"):
        colour = explorer.box.locator(part).first.evaluate(FACE)
        assert contrast(colour, ground) >= 3, part
    image = np.rint(255 * imread(io.BytesIO(explorer.picture.screenshot())))[..., :3]
    paper = image[3, 3]
    assert contrast(paper, ground) < 1.1
    best = max(contrast(colour, paper) for colour in np.unique(image.reshape(-1, 3), axis=0)[::9])
    assert best > 12
    x, y = (round(v) for v in np.subtract(explorer.grip(), explorer.origin()))
    blue = image[y, x]
    assert blue.argmax() == 2
    assert contrast(blue, paper) >= 3
    violations = Axe().run(notebook.page, ".course-stage").response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in violations] == []


FILTER = "img => getComputedStyle(img).filter"
PAGES = [  # the attributes of a page's body, the scheme of its reader, whether the picture is inverted
    ("", "light", False),
    ("", "dark", True),
    ("data-theme='light'", "dark", False),
    ("data-theme='dark'", "light", True),
    ("data-jp-theme-light='true'", "dark", False),  # nbconvert's page
]


def test_the_still_picture_follows_the_theme_and_its_caption_the_place(open_notebook):
    notebook = open_notebook([GALLERY])
    notebook.run()
    notebook.do("docmanager:save")
    page, twin = notebook.page, notebook.page.locator("figure.twin-gallery")
    page.evaluate("document.querySelectorAll('.course-stage').forEach(node => node.remove())")
    twin.evaluate("figure => { figure.style.display = ''; }")
    caption, image = twin.locator("> figcaption"), twin.locator("img").first
    assert "run this cell" in caption.evaluate("node => getComputedStyle(node, '::after').content")
    assert caption.evaluate("node => getComputedStyle(node).fontSize") == "0px"
    for theme, inverted in (("Dark", True), ("Light", False)):
        page.evaluate(SET_THEME, f"JupyterLab {theme}")
        page.wait_for_function(IS_LIGHT, arg=str(not inverted).lower())
        assert ("invert" in image.evaluate(FILTER)) == inverted
    html = twin.evaluate("figure => figure.outerHTML")
    for attributes, scheme, inverted in PAGES:
        page.set_content(f"<!doctype html><html><body {attributes}>{html}</body></html>")
        page.emulate_media(color_scheme=scheme)
        assert ("invert" in image.evaluate(FILTER)) == inverted, (attributes, scheme)
        expect(caption).to_have_text(CAPTION)
        assert caption.evaluate("node => getComputedStyle(node).fontSize") != "0px"
        assert caption.evaluate("node => getComputedStyle(node, '::after').content") == "none"


SET_THEME = "t => jupyterapp.commands.execute('apputils:change-theme', {theme: t})"
IS_LIGHT = "light => document.body.dataset.jpThemeLight === light"
COLOUR = "node => getComputedStyle(node).color.match(/[\\d.]+/g).slice(0, 3).map(Number)"
FACE = "node => getComputedStyle(node).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)"
PAGE_COLOUR = f"""({FACE})(document.querySelector('.jp-NotebookPanel-notebook'))"""


def contrast(a, b):
    """The contrast ratio of two colours (WCAG 2)."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    c = np.array(colour, float) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [
        0.2126,
        0.7152,
        0.0722,
    ]


def blend(colour, ground, opacity):
    return opacity * np.array(colour) + (1 - opacity) * np.array(ground)
