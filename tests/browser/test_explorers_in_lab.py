"""Explorers in JupyterLab, moved by the keyboard as a reader would."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from matplotlib.image import imread
from playwright.sync_api import expect

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("0[01]_*.ipynb"))
FIRST = "from course_lib.explorers.lesson_00 import first_slider\nfirst_slider()"

# Every kind of control and of actor, on a stage with a question.
GALLERY = """
import numpy as np
from course_lib.controls import Choice, Question, Slider, Switch, controls
from course_lib.plots import COLOURS, figure
from course_lib.stage import Stage

a, b, side, noise = controls(
    Slider("height", np.linspace(1, 9, 17)),
    Slider("width", np.linspace(1, 9, 17)),
    Choice("side", ["left", "right", "above", "below", "behind"]),
    Switch("noise"),
)
fig, (left, right) = figure(1, 2, size=(6.8, 3))
for ax in (left, right):
    ax.set(xlim=(0, 10), ylim=(0, 10))
(star,) = left.plot(8, 8, "r*", markersize=20, label="the best pair")
question = Question("Where?", ("left", "right"), "Look.", right=1, why="The star says so.")
stage = Stage("gallery", fig, [a, b, side, noise], steps=9, alt="All.", question=question)
stage.after_prediction(star)
stage.picture(left, lambda ax, j, k: ax.axhspan(0, j + 2 * k, alpha=0.2), over=(side, noise))
stage.point(left, b.axis, a.axis, "s", drags=(a, b), markersize=12, color=COLOURS["blue"])
stage.bars(left, [1, 9], np.stack([a.axis / 2, a.axis], axis=-1), width=0.4)
ramp = np.add.outer(np.arange(8.0), np.arange(8.0))
stage.cells(right, a.axis[..., None, None] * ramp)
stage.over_steps(right, stage.steps * a.axis / 10, ".-", color="white")
stage.line(right, [1, 9], lambda x: b.axis * x / 9, "--")
stage.text(left, "{:.1f} high", a.axis)
stage.text(right, "best is {:.0f}", 8, after_prediction=True)
left.legend()
stage
"""

# One of each kind that takes keys; the explorer stands between cells that could be lost.
CONTROLS = """
from course_lib.controls import Choice, Slider, Switch, controls
from course_lib.plots import figure
from course_lib.stage import Stage

members = controls(
    Slider("height", range(1, 10)),
    Choice("side", ["left", "right"]),
    Choice("list", list("pqrst")),
    Switch("switch"),
)
fig, ax = figure()
ax.set(xlim=(0, 10), ylim=(0, 10))
stage = Stage("controls", fig, members, steps=9, alt="Controls.")
stage.point(ax, stage.steps, members[0].axis)
stage
"""
HARMFUL = ["x", "d", "d", "m", "0", "0", "a", "b", "y", "1", "Shift+M", "Escape"]
KINDS = {
    "slider": (".course-control-1 .noUi-handle", "ArrowRight", "height 6", "ArrowDown", "height 5"),
    "choice": ("input[type=radio]:checked", "ArrowRight", "side right", "ArrowUp", "side left"),
    "list": ("select", "ArrowDown", "list q", "ArrowUp", "list p"),
    "switch": ("input[type=checkbox]", "Space", "switch on", "Space", "switch off"),
    "play": ("button[aria-label=stop]", "Space", "step 0", "Space", "step 0"),
    "reset": (".course-tools button >> nth=1", "Enter", "step 9", "Enter", "step 9"),
}

COUNT_MOVES = """async (handle) => {
  const picture = handle.closest('.course-stage').querySelector('.course-panels');
  const frame = () => new Promise(requestAnimationFrame);
  const seen = new Set(), times = [];
  for (let k = 0; k < 30; k++) {
    const begin = performance.now();
    const key = {key: 'ArrowRight', bubbles: true, cancelable: true};
    handle.dispatchEvent(new KeyboardEvent('keydown', key));
    times.push(performance.now() - begin);
    await frame();
    seen.add(picture.innerHTML + picture.getAttribute('aria-label'));
  }
  return {seen: seen.size, ms: times.sort((a, b) => a - b)[15]};
}"""


# 60 places, each in another cell than the one before; a pointer that a script makes cannot be captured.
COUNT_DRAG = """async (ring) => {
  const box = ring.closest('.course-stage'), picture = box.querySelector('.course-panels');
  const frame = () => new Promise(requestAnimationFrame);
  const rect = box.querySelector('svg.course-actor').getBoundingClientRect();
  const send = (type, x, y) => ring.dispatchEvent(new PointerEvent(type, {
    bubbles: true, cancelable: true, pointerId: 9,
    clientX: rect.left + rect.width * x / 10, clientY: rect.bottom - rect.height * y / 10,
  }));
  ring.setPointerCapture = () => {};
  const seen = new Set(), times = [];
  send('pointerdown', 4, 4);
  for (let k = 0; k < 60; k++) {
    const begin = performance.now();
    send('pointermove', 5 + 3.5 * Math.sin(0.7 * k), 5 + 3.5 * Math.cos(1.1 * k));
    times.push(performance.now() - begin);
    await frame();
    seen.add(picture.innerHTML);
  }
  send('pointermove', 6, 4.5);
  send('pointerup', 6, 4.5);
  return {seen: seen.size, ms: times.sort((a, b) => a - b)[30]};
}"""


def check_slider(explorer, slider):
    """One key press changes the picture, the number beside the slider and what is read aloud."""
    readout = slider.locator("xpath=ancestor::*[contains(@class, 'widget-slider')]").locator(
        ".widget-readout"
    )
    slider.scroll_into_view_if_needed()
    slider.focus()
    explorer.page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", readout.inner_text())
    label, drawing, words = explorer.label, explorer.drawing, readout.inner_text()
    for _ in range(3):
        explorer.page.keyboard.press("ArrowRight")
    expect(explorer.picture).not_to_have_attribute("aria-label", label)
    assert explorer.drawing != drawing
    assert readout.inner_text() != words
    expect(slider).to_have_attribute("aria-valuetext", readout.inner_text())
    name = slider.get_attribute("aria-label")
    assert f"{name} {readout.inner_text()}" in explorer.label


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_every_slider_of_a_lesson_moves_its_picture(open_notebook, lesson):
    notebook = open_notebook(lesson)
    explorers = notebook.run()
    for explorer in explorers:
        explorer.unlock()
        for k in range(explorer.sliders.count()):
            check_slider(explorer, explorer.sliders.nth(k))
    assert notebook.trouble == []


def test_every_kind_of_control_and_actor(open_notebook):
    notebook = open_notebook([GALLERY])
    (explorer,) = notebook.run()
    explorer.unlock()
    for role, count in {"slider": 3, "combobox": 1, "checkbox": 1, "img": 1}.items():
        named = explorer.box.get_by_role(role, name=re.compile(r"\w"), exact=True)
        expect(named).to_have_count(count)
    for k in range(3):
        check_slider(explorer, explorer.sliders.nth(k))
    for label, key, words in [("side", "ArrowDown", "side right"), ("noise", "Space", "noise on")]:
        before = explorer.drawing
        explorer.press(label, key)
        explorer.says(words)
        assert explorer.drawing != before
        assert explorer.picture.locator("image[visibility=visible]").count() == 1
    assert notebook.trouble == []


def test_no_key_on_a_control_reaches_the_command_mode_and_ctrl_s_still_saves(open_notebook):
    notebook = open_notebook(["1", CONTROLS, "3"])
    (explorer,) = notebook.run()
    page = notebook.page
    for kind, (place, *moves) in KINDS.items():
        control = explorer.box.locator(place)
        control.focus()
        for key, words in zip(moves[::2], moves[1::2], strict=True):
            page.keyboard.press(key)
            explorer.says(words)
        page.evaluate("node => document.activeElement.classList.add('under-test')")
        for key in HARMFUL:
            page.keyboard.press(key)
        assert notebook.kinds_of_cells() == ["code"] * 3, kind
        assert page.locator("dialog, .jp-Dialog").count() == 0, kind
        focused = "node => document.activeElement.classList.contains('under-test')"
        assert page.evaluate(focused), kind
        saved = notebook.path.stat().st_mtime_ns
        page.keyboard.press("Control+s")
        notebook.wait_until(lambda before=saved: notebook.path.stat().st_mtime_ns > before)
    assert notebook.trouble == []


def test_a_prediction_is_one_and_its_answer_is_said(open_notebook):
    (explorer,) = open_notebook([GALLERY]).run()
    hidden = explorer.picture.locator(".course-after")
    assert hidden.count() >= 2
    assert not any(hidden.nth(k).is_visible() for k in range(hidden.count()))
    assert "best" not in explorer.label
    assert explorer.box.locator(".course-tools[inert]").count() == 1
    explorer.question.get_by_role("button", name="left").press("Enter")
    said = explorer.question.get_by_role("status")
    expect(said).to_have_text(
        "You predicted: left. Not quite. The answer: right. The star says so. Look."
    )
    explorer.says("best is 8.")
    assert hidden.first.is_visible()
    assert explorer.box.locator("[inert]").count() == 0


def test_a_point_is_dragged_by_mouse_and_finger(open_notebook):
    notebook = open_notebook([GALLERY])
    (explorer,) = notebook.run()
    handle = explorer.box.locator(".course-handle")
    expect(handle).to_be_hidden()
    explorer.unlock()
    assert min(handle.bounding_box()[side] for side in ("width", "height")) >= 24
    assert handle.evaluate("node => getComputedStyle(node).cursor") == "grab"
    panel = explorer.picture.locator("svg.course-actor").first.bounding_box()
    unit = panel["width"] / 10, panel["height"] / 10
    x, y = explorer.grip()
    notebook.drag((x + 5, y - 5), (x + 5 + 2.1 * unit[0], y - 5 - 1.4 * unit[1]))
    explorer.says("height 6.5, width 7,")
    expect(explorer.control("height")).to_be_focused()
    expect(explorer.control("width")).to_have_attribute("aria-valuetext", "7")
    x, y = explorer.grip()
    notebook.drag_by_finger((x, y), (x - 3 * unit[0], y + 2.4 * unit[1]))
    explorer.says("height 4, width 4,")
    moved = handle.evaluate(COUNT_DRAG)
    assert moved["seen"] >= 50
    assert moved["ms"] < 16
    explorer.says("height 4.5, width 6,")
    assert notebook.trouble == []


def test_keep_and_reset_work_without_a_kernel(open_notebook):
    notebook = open_notebook([GALLERY])
    (explorer,) = notebook.run()
    explorer.unlock()
    notebook.do("kernelmenu:shutdown")
    keep, reset = (explorer.box.get_by_role("button", name=name) for name in ("Keep", "Reset"))
    start = explorer.label
    kept, ghosts = explorer.box.locator(".course-tools li"), explorer.box.locator(".course-ghost")
    for count in (1, 2, 3, 3):
        explorer.press("height", "ArrowRight")
        keep.click()
        keep.click()
        expect(kept).to_have_count(count)
    expect(kept.last).to_have_text("A: step 9, height 7, width 5, side left, noise off")
    assert ghosts.count() == 3 * 3  # the point, the trail, the line
    x, y = explorer.grip()
    notebook.drag((x, y), (x + 40, y + 40))
    assert explorer.label != start
    reset.click()
    explorer.says(start)
    expect(ghosts).to_have_count(0)
    assert notebook.trouble == []


def test_names_and_locks_are_there_before_an_explorer_is_seen(open_notebook):
    notebook = open_notebook(["print('line\\n' * 200)", FIRST])
    notebook.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
    (explorer,) = notebook.run()
    box = explorer.box
    assert box.bounding_box()["y"] > 1000
    handles = box.locator(".noUi-handle")
    names = handles.evaluate_all("nodes => nodes.map(n => n.ariaLabel + ' ' + n.ariaValueText)")
    assert names == ["learning rate η 0.093", "step 20"]
    buttons = box.locator(".widget-play button")
    assert buttons.evaluate_all("nodes => nodes.map(n => n.ariaLabel)") == ["play", "stop"]
    assert box.locator("[inert]").count() == 1


def test_after_a_restart_no_control_that_works_looks_broken(open_notebook):
    notebook = open_notebook([FIRST])
    (explorer,) = notebook.run()
    explorer.unlock()
    notebook.save_and_restart()
    broken = explorer.box.locator(".jupyter-widgets-disconnected")
    expect(broken).not_to_have_count(0)
    icon = "nodes => nodes.map(n => getComputedStyle(n, '::before').content)"
    assert set(broken.evaluate_all(icon)) == {"none"}
    explorer.sliders.first.press("End")
    expect(explorer.picture).to_have_attribute("aria-label", re.compile("learning rate η 1.2"))


def test_of_30_quick_moves_nearly_all_are_shown_and_the_last_is_right(open_notebook):
    (explorer,) = open_notebook([FIRST]).run()
    explorer.unlock()
    slider = explorer.sliders.first
    slider.focus()
    explorer.page.keyboard.press("Home")
    moved = slider.evaluate(COUNT_MOVES)
    assert moved["seen"] >= 25
    assert moved["ms"] < 16
    expect(explorer.picture).to_have_attribute("aria-label", re.compile("learning rate η 1.2"))
    assert "diverges" in explorer.label


def test_the_sliders_are_locked_until_the_prediction(open_notebook):
    (explorer,) = open_notebook([FIRST]).run()
    locked = explorer.box.locator("[inert]")
    expect(locked.first).to_be_visible()
    assert explorer.question.get_by_role("button").count() == 4
    explorer.question.get_by_role("button").nth(1).focus()
    explorer.page.keyboard.press("Enter")
    expect(explorer.question).to_contain_text("You predicted: it jumps to and fro")
    expect(locked).to_have_count(0)
    expect(explorer.sliders.first).to_be_focused()


def test_play_moves_the_steps_and_stop_goes_back_to_the_first(open_notebook):
    (explorer,) = open_notebook([FIRST]).run()
    explorer.unlock()
    explorer.box.get_by_role("button", name="play").click()
    expect(explorer.picture).to_have_attribute("aria-label", re.compile(r"step 1?[1-9],"))
    explorer.box.get_by_role("button", name="stop").click()
    expect(explorer.picture).to_have_attribute("aria-label", re.compile("step 0,"))


def test_two_views_of_one_explorer_and_two_runs_of_its_cell(open_notebook):
    notebook = open_notebook([FIRST + "\nstage = first_slider()\ndisplay(stage, stage)"])
    notebook.run()
    first, second, *_ = notebook.run()
    expect(notebook.page.locator("figure.twin-first-slider:visible")).to_have_count(0)
    first.unlock()
    expect(second.box.locator("[inert]")).to_have_count(0)
    first.sliders.first.press("End")
    expect(second.picture).to_have_attribute("aria-label", first.label)


def test_saved_restarted_and_opened_again_the_static_twin_is_visible(open_notebook):
    notebook = open_notebook([FIRST])
    (explorer,) = notebook.run()
    twin = notebook.page.locator("figure.twin-first-slider")
    expect(twin).to_be_hidden()
    assert explorer.label == twin.locator("img").first.get_attribute("alt")
    notebook.save_and_restart()
    notebook.open()
    expect(twin).to_be_visible()
    assert twin.locator("img").first.evaluate("img => img.naturalWidth") > 1000


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
    notebook.page.evaluate(
        "t => jupyterapp.commands.execute('apputils:change-theme', {theme: t})", theme
    )
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
