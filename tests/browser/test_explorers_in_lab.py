"""Explorers in JupyterLab, moved by the keyboard as a reader would."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("0[01]_*.ipynb"))
FIRST = "from course_lib.explorers.lesson_00 import first_slider\nfirst_slider()"

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


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_every_slider_of_a_lesson_moves_its_picture(open_notebook, lesson):
    notebook = open_notebook(lesson)
    explorers = notebook.run()
    for explorer in explorers:
        explorer.unlock()
        for k in range(explorer.sliders.count()):
            explorer.check_slider(explorer.sliders.nth(k))
    assert notebook.trouble == []


def test_names_and_locks_are_there_before_an_explorer_is_seen(open_notebook):
    pages = ["1\n" * 60] * 8
    (explorer,) = open_notebook([*pages, FIRST, *pages]).run()  # JupyterLab shows the last cell
    box = explorer.box
    assert box.bounding_box()["y"] < -2000
    handles = box.locator(".noUi-handle")
    names = handles.evaluate_all("nodes => nodes.map(n => n.ariaLabel + ' ' + n.ariaValueText)")
    assert names == ["learning rate η 0.1", "step 20"]
    buttons = box.locator(".widget-play button[aria-label]")
    assert buttons.evaluate_all("nodes => nodes.map(n => n.ariaLabel)") == ["play", "stop"]
    assert box.locator(".widget-hbox[inert]").count() >= 1


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
    expect(explorer.picture).to_have_attribute("aria-label", re.compile("learning rate η 1.4"))


def test_of_30_quick_moves_nearly_all_are_shown_and_the_last_is_right(open_notebook):
    (explorer,) = open_notebook([FIRST]).run()
    explorer.unlock()
    slider = explorer.sliders.first
    slider.focus()
    explorer.page.keyboard.press("Home")
    moved = slider.evaluate(COUNT_MOVES)
    assert moved["seen"] >= 25
    assert moved["ms"] < 16
    expect(explorer.picture).to_have_attribute("aria-label", re.compile("learning rate η 1.4"))
    assert "diverges" in explorer.label


def test_the_sliders_are_locked_until_the_prediction(open_notebook):
    (explorer,) = open_notebook([FIRST]).run()
    locked = explorer.box.locator("[inert]")
    expect(locked.first).to_be_visible()
    assert explorer.question.get_by_role("button").count() == 4
    explorer.question.get_by_role("button").nth(1).focus()
    explorer.page.keyboard.press("Enter")
    expect(explorer.question).to_contain_text("You predicted: it jumps back and forth")
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
