"""The explorers of lesson 4, worked through by keyboard alone, then by touch alone."""

import re

import pytest
from playwright.sync_api import expect

LESSON_4 = [
    "from course_lib.explorers import lesson_04 as explore\nexplore.rate_map()",
    "explore.conventions()",
    "explore.cycle()",
]
CONTROLS = [  # in the order of Tab, after the answer
    ["learning rate η", "momentum β", "play", "stop", "step", "Reset", "Keep"],
    ["learning rate η", "momentum β", "the same η", "Reset", "Keep"],
    ["start", "play", "stop", "step", "Reset", "Keep"],
]
KEYS = {"slider": ["Home", "ArrowRight"], "radio": ["ArrowDown"]}
TRACK = "xpath=ancestor::*[contains(@class, 'noUi-target') or @viewBox][1]"
FOCUSED = """box => { const node = document.activeElement;
  if (!box.contains(node)) return null;
  const name = node.ariaLabel || node.textContent || node.closest('label')?.textContent || node.value;
  return [name.trim(), node.getAttribute('role') ?? node.type]; }"""


def tab_to(page, box, key="Tab", within="*"):
    """Press Tab until a part of the box has the focus."""
    for _ in range(20):
        page.keyboard.press(key)
        if box.locator(f"{within}:focus").count():
            return
    pytest.fail("the keyboard does not lead there")


def test_by_keyboard_alone(open_notebook):
    notebook = open_notebook(LESSON_4)
    explorers, page = notebook.run(), notebook.page
    for k, (explorer, names) in enumerate(zip(explorers, CONTROLS, strict=True)):
        page.evaluate("k => { jupyterapp.shell.currentWidget.content.activeCellIndex = k; }", k)
        page.keyboard.press("Escape")
        tab_to(page, explorer.box, within="fieldset button")
        page.keyboard.press("Enter")
        expect(explorer.question).to_contain_text("You predicted")
        visited = []
        while found := explorer.box.evaluate(FOCUSED):
            visited.append(found[0])
            before = explorer.label
            for key in KEYS.get(found[1], ["Enter"]):
                page.keyboard.press(key)
            if found[1] in KEYS:
                expect(explorer.picture).not_to_have_attribute("aria-label", before)
            page.keyboard.press("Tab")
        assert visited == names[:-2]
        tab_to(page, explorer.box, "Shift+Tab", ".course-tools button")
        assert explorer.box.evaluate(FOCUSED)[0] == "Reset"
        tab_to(page, explorer.box, "Shift+Tab", ".course-tools button")
        page.keyboard.press("Enter")
        expect(explorer.box.locator(".course-tools li")).to_have_count(1)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(explorer.box.locator(".course-tools li")).to_have_count(0)
    assert notebook.kinds_of_cells() == ["code"] * 3
    assert notebook.trouble == []


def test_by_touch_alone(open_notebook):
    notebook = open_notebook(LESSON_4)
    explorers, page = notebook.run(), notebook.page
    for explorer in explorers:
        notebook.tap(explorer.question.get_by_role("button").first)
        expect(explorer.question).to_contain_text("You predicted")
        handles = [*explorer.box.locator(".course-handle").all(), *explorer.sliders.all()]
        for handle in handles:
            handle.scroll_into_view_if_needed()
            box, before = handle.bounding_box(), explorer.label
            assert min(box["width"], box["height"]) >= 14
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            top = page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop")
            track = handle.locator(TRACK).bounding_box()
            way = 60 if x < track["x"] + track["width"] / 2 else -60
            notebook.drag_by_finger((x, y), (x + way, y))
            expect(explorer.picture).not_to_have_attribute("aria-label", before)
            after = page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop")
            assert after == top  # the page stays
        options = explorer.box.get_by_role("radio")
        for k in reversed(range(options.count())):
            notebook.tap(options.nth(k))
            expect(options.nth(k)).to_be_checked()
        before = explorer.label
        notebook.tap(explorer.box.get_by_role("button", name="Keep"))
        expect(explorer.box.locator(".course-tools li")).to_have_count(1)
        notebook.tap(explorer.box.get_by_role("button", name="Reset"))
        expect(explorer.box.locator(".course-tools li")).to_have_count(0)
        expect(explorer.picture).not_to_have_attribute("aria-label", re.compile(re.escape(before)))
    assert notebook.trouble == []
