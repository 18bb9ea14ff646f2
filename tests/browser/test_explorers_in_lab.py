"""Explorers in JupyterLab, moved by the keyboard as a reader would."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("0[01]_*.ipynb"))
FIRST = "from course_lib.explorers.lesson_00 import first_slider\nfirst_slider()"

# Every kind of control and of actor.
GALLERY = """
import numpy as np
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.plots import figure
from course_lib.stage import Stage

a, b, rule = controls(
    Slider("height", np.linspace(1, 9, 9)),
    Slider("width", [0.5, 1, 2]),
    Choice("side", ["left", "right"]),
)
fig, ax = figure()
ax.set(xlim=(0, 10), ylim=(0, 10))
stage = Stage("gallery", fig, [a, b, rule], alt="All actors.", question=Question("Well?", ("a", "b")))
stage.picture(ax, lambda ax, k: ax.axhspan(0, k + 1, alpha=0.2), over=a)
middle = np.where(rule.axis == 0, 3, 7)
stage.line(ax, np.stack([middle - b.axis, middle + b.axis], axis=-1), lambda x: a.axis, "--")
stage.point(ax, middle, a.axis, "s")
stage.bars(ax, [1, 9], np.stack([a.axis / 2, a.axis], axis=-1), width=0.4)
stage.text(ax, "{:.0f} high, {:.1f} wide", a.axis, b.axis)
stage
"""

# Every kind of control; the explorer is the second of three cells, so that a lost one is missed.
CONTROLS = """
from course_lib.controls import Choice, Slider, controls
from course_lib.plots import figure
from course_lib.stage import Stage

a, rule = controls(Slider("height", range(1, 10)), Choice("side", ["left", "right"]))
fig, ax = figure()
ax.set(xlim=(0, 10), ylim=(0, 10))
stage = Stage("controls", fig, [a, rule], steps=9, alt="Controls.")
stage.point(ax, stage.steps, a.axis + rule.axis)
stage
"""
HARMFUL = ["x", "d", "d", "m", "0", "0", "a", "b", "y", "1", "Shift+M", "Escape"]

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
    roles = {"slider": 2, "radiogroup": 1, "img": 1}
    for role, count in roles.items():
        expect(explorer.box.get_by_role(role, name=re.compile(r"\w"), exact=True)).to_have_count(
            count
        )
    for k in range(2):
        check_slider(explorer, explorer.sliders.nth(k))
    before = explorer.drawing
    explorer.box.get_by_label("right").check()
    expect(explorer.picture).to_have_attribute("aria-label", re.compile("side right"))
    assert explorer.drawing != before
    assert explorer.picture.locator("image[visibility=visible]").count() == 1
    assert notebook.trouble == []


def test_no_key_on_a_control_reaches_the_command_mode_and_ctrl_s_still_saves(open_notebook):
    notebook = open_notebook(["1", CONTROLS, "3"])
    (explorer,) = notebook.run()
    box, page = explorer.box, notebook.page
    kinds = {
        "slider": explorer.sliders.first,
        "radio": box.get_by_role("radio", checked=True),
        "play": box.get_by_role("button", name="stop"),
    }
    for kind, control in kinds.items():
        notebook.do("docmanager:save")
        control.focus()
        for key in HARMFUL:
            page.keyboard.press(key)
        assert notebook.kinds_of_cells() == ["code"] * 3, kind
        assert page.locator("dialog, .jp-Dialog").count() == 0, kind
        expect(control).to_be_focused()
        saved = notebook.path.stat().st_mtime_ns
        page.keyboard.press("Control+s")
        notebook.wait_until(lambda before=saved: notebook.path.stat().st_mtime_ns > before)
    for control, key, words in [
        ("slider", "ArrowRight", "height 6"),
        ("slider", "ArrowDown", "height 5"),
        ("radio", "ArrowRight", "side right"),
        ("radio", "ArrowUp", "side left"),
    ]:
        kinds[control].focus()
        page.keyboard.press(key)
        expect(explorer.picture).to_have_attribute("aria-label", re.compile(words))
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
    assert explorer.label == twin.locator("img").get_attribute("alt")
    notebook.save_and_restart()
    notebook.open()
    expect(twin).to_be_visible()
    assert twin.locator("img").evaluate("img => img.naturalWidth") == 1800


def test_a_narrow_window_shows_the_whole_picture(open_notebook):
    notebook = open_notebook([FIRST])
    notebook.page.set_viewport_size({"width": 480, "height": 900})
    (explorer,) = notebook.run()
    cell = notebook.page.locator(".jp-OutputArea").first.bounding_box()
    picture = explorer.picture.bounding_box()
    assert picture["x"] + picture["width"] <= cell["x"] + cell["width"] + 1
    assert picture["width"] > 200
