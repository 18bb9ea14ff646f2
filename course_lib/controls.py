"""What a reader may move on a stage: sliders, a choice, and the question asked before they unlock."""

from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np


class Slider:
    """A control over numbers: `Slider("learning rate η", np.geomspace(0.01, 1, 30), start=0.1)`.

    `values` (n,) are rounded to `digits` digits: what is computed is what the slider says. It starts
    at the value nearest to `start`, else in the middle. Raises ValueError where two values round to
    the same words.
    """

    def __init__(self, label, values, start=None, digits=2):
        self.label = label
        self.options = [_words(v, digits) for v in values]
        self.values = np.array(self.options, dtype=float)
        if len(set(self.options)) < len(self.options):
            raise ValueError(f"{label!r}: values are equal at {digits} digits; give more `digits`")
        middle = len(self.options) // 2
        self.start = middle if start is None else int(np.abs(self.values - start).argmin())

    def widget(self):
        return widgets.SelectionSlider(
            options=self.options,
            index=self.start,
            description=self.label,
            tooltip=self.label,
            style={"description_width": "initial"},
            layout=widgets.Layout(width="400px", max_width="98%"),
        )


class Choice:
    """A control over two to four words: `Choice("rule", ["sgd", "momentum", "adam"])`."""

    def __init__(self, label, options, start=0):
        if not 2 <= len(options) <= 4:
            raise ValueError(f"{label!r} offers 2 to 4 choices, got {len(options)}")
        self.label, self.options, self.start = label, [str(o) for o in options], start

    def widget(self):
        return widgets.RadioButtons(
            options=self.options,
            index=self.start,
            description=self.label,
            tooltip=self.label,
            orientation="horizontal",
            style={"description_width": "initial"},
            layout=widgets.Layout(width="auto", max_width="98%"),
        )


@dataclass(frozen=True)
class Question:
    """Asked before the controls unlock; `then` is said once the student has predicted or skipped."""

    text: str
    options: tuple
    then: str = "Move the slider and see."


def player(slider):
    """Play and stop buttons that move the slider, all of it in some six seconds."""
    last = len(slider.options) - 1
    play = widgets.Play(
        value=slider.index, max=last, interval=min(200, 6000 // last), show_repeat=False
    )
    widgets.jslink((play, "value"), (slider, "index"))
    return play


def _words(value, digits):
    if value != 0 and abs(value) < 1e-4:
        return f"{value:.{digits - 1}e}"
    return np.format_float_positional(value, digits, fractional=False, trim="-")
