"""What a stage can do, in JupyterLab: keys, drags, predictions, Keep and Reset."""

import re

from helpers.gallery import CONTROLS, GALLERY
from playwright.sync_api import expect

HARMFUL = ["x", "d", "d", "m", "0", "0", "a", "b", "y", "1", "Shift+M", "Escape"]
KINDS = {
    "slider": (".course-control-1 .noUi-handle", "ArrowRight", "height 6", "ArrowDown", "height 5"),
    "choice": ("input[type=radio]:checked", "ArrowRight", "side right", "ArrowUp", "side left"),
    "list": ("select", "ArrowDown", "list q", "ArrowUp", "list p"),
    "switch": ("input[type=checkbox]", "Space", "switch on", "Space", "switch off"),
    "play": ("button[aria-label=stop]", "Space", "step 0", "Space", "step 0"),
    "reset": (".course-tools button >> nth=1", "Enter", "step 9", "Enter", "step 9"),
}

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


def test_every_kind_of_control_and_actor(open_notebook):
    notebook = open_notebook([GALLERY])
    (explorer,) = notebook.run()
    explorer.unlock()
    for role, count in {"slider": 3, "combobox": 1, "checkbox": 1, "img": 1}.items():
        named = explorer.box.get_by_role(role, name=re.compile(r"\w"), exact=True)
        expect(named).to_have_count(count)
    for k in range(3):
        explorer.check_slider(explorer.sliders.nth(k))
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
    assert ghosts.count() == 3 * 4  # the point, the bars, the trail, the line
    bars = explorer.box.locator(".course-ghost-bars > path")
    assert len(set(bars.evaluate_all("paths => paths.map(path => path.getAttribute('d'))"))) == 3
    x, y = explorer.grip()
    notebook.drag((x, y), (x + 40, y + 40))
    assert explorer.label != start
    reset.click()
    explorer.says(start)
    expect(ghosts).to_have_count(0)
    assert notebook.trouble == []
