"""The Run button below a stage, in JupyterLab: the new stage takes the place of the old one."""

from playwright.sync_api import expect

CELL = """
from course_lib.controls import Question, Slider
from course_lib.plots import figure
from course_lib.rerun import Rerun
from course_lib.stage import Stage


def show(power, rerun=None):
    x = Slider("x", [0.1, 0.2, 0.3, 0.4])
    fig, ax = figure()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    question = Question("Which?", ("this", "that"), right=0, why="It is.")
    stage = Stage("again", fig, [x], alt="A point.", question=question, rerun=rerun)
    stage.point(ax, x.axis, x.axis**power, drags=(x,))
    stage.text(ax, "power {}", power)
    return stage


show(1, Rerun("Run again", lambda progress: show(2)))
"""


def test_run_keeps_the_controls_and_the_answer(open_notebook, page):
    book = open_notebook([CELL])
    (explorer,) = book.run()
    button = explorer.box.get_by_role("button", name="Run again")
    expect(button.locator("xpath=..")).to_have_js_property("inert", True)  # until it is answered
    explorer.question.get_by_role("button", name="this").click()
    explorer.press("x", "End")
    explorer.says("x 0.4. power 1.")
    button.click()
    explorer.says("x 0.4. power 2.")
    expect(button).to_have_count(0)
    expect(explorer.question).to_contain_text("You predicted: this. Right.")
    expect(page.locator(".jp-Notebook figure.twin-again")).to_be_hidden()
    explorer.press("x", "Home")
    explorer.says("x 0.1. power 2.")
    x, y = explorer.grip()
    book.drag((x, y), (x + 200, y))
    explorer.says("x 0.4.")
    assert not book.trouble
