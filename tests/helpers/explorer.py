"""An explorer on a page, in JupyterLab or in the book, and what a reader does with it."""

import re

from playwright.sync_api import expect


class Explorer:
    """An explorer on the page."""

    def __init__(self, page, box):
        self.page, self.box = page, box
        self.picture = box.locator(".course-panels")
        self.sliders = box.locator(".noUi-handle")
        self.question = box.locator("fieldset")

    def unlock(self):
        """Skip the question, if there is one, by keyboard."""
        skip = self.box.get_by_role("button", name="Skip")
        if skip.count():
            skip.focus()
            self.page.keyboard.press("Enter")

    def control(self, label):
        """The handle, list or box that has this name."""
        return self.box.get_by_label(label, exact=True)

    def press(self, label, *keys):
        self.control(label).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def check_slider(self, slider):
        """One key press changes the picture, the number beside the slider and what is read aloud."""
        readout = slider.locator("xpath=ancestor::*[contains(@class, 'widget-slider')]").locator(
            ".widget-readout"
        )
        slider.scroll_into_view_if_needed()
        slider.focus()
        self.page.keyboard.press("Home")
        expect(slider).to_have_attribute("aria-valuetext", readout.inner_text())
        label, drawing, words = self.label, self.drawing, readout.inner_text()
        for _ in range(3):
            self.page.keyboard.press("ArrowRight")
        expect(self.picture).not_to_have_attribute("aria-label", label)
        assert self.drawing != drawing
        assert readout.inner_text() != words
        expect(slider).to_have_attribute("aria-valuetext", readout.inner_text())
        name = slider.get_attribute("aria-label")
        assert f"{name} {readout.inner_text()}" in self.label

    def says(self, words):
        """Wait until the picture's description has these words."""
        expect(self.picture).to_have_attribute("aria-label", re.compile(re.escape(words)))

    def grip(self):
        """Where the middle of the first handle in the figure is on the screen."""
        box = self.box.locator(".course-handle").first.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def origin(self):
        """Where the picture's upper left corner is on the screen."""
        box = self.picture.bounding_box()
        return box["x"], box["y"]

    @property
    def label(self):
        return self.picture.get_attribute("aria-label")

    @property
    def drawing(self):
        return self.picture.evaluate("panels => panels.innerHTML")
