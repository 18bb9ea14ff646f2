"""What a reader may move on a stage: sliders, a choice, and the question asked before they unlock."""

from dataclasses import KW_ONLY, dataclass

import ipywidgets as widgets
import numpy as np

from course_lib.numbers import number


class Control:
    """What all controls share: `values` (n,), `options`, the words for each, and a `position`.

    `position` is the index at which the control starts: that of the value nearest to `start`.
    """

    behind = 0  # how many controls come after this one on its stage

    def __init__(self, label, options, values, start):
        self.label, self.options, self.values = label, options, values
        self.position = self.nearest(start)

    @property
    def axis(self):
        """The values (n, 1, ..., 1), an axis for each control behind: they broadcast on the stage."""
        return self.values.reshape(-1, *[1] * self.behind)

    def nearest(self, value):
        """The position of an option, given by its words, or of the value nearest to a number."""
        if isinstance(value, str):
            return self.options.index(value)
        return int(np.abs(self.values - value).argmin())


class Slider(Control):
    """A control over numbers: `Slider("learning rate η", np.geomspace(0.01, 1, 30), start=0.1)`.

    `values` are rounded to `digits` digits: what is computed is what the slider says. It starts
    in the middle if `start` is not given. `names` has words for some values: `{1e9: "never"}`.
    Raises ValueError where two values round to the same words.
    """

    def __init__(self, label, values, start=None, digits=2, names=None):
        values = np.array([float(f"{v:.{digits}g}") for v in values])
        options = [_words(v, digits) for v in values]
        if len(set(options)) < len(options):
            raise ValueError(f"{label!r}: values are equal at {digits} digits; give more `digits`")
        start = values[len(values) // 2] if start is None else start
        options = [(names or {}).get(v, words) for v, words in zip(values, options, strict=True)]
        super().__init__(label, options, values, start)

    def widget(self):
        return widgets.SelectionSlider(
            options=self.options,
            index=self.position,
            description=self.label,
            tooltip=self.label,
            style={"description_width": "initial"},
            layout=widgets.Layout(width="400px", max_width="98%"),
        )


class Choice(Control):
    """A control over two to eight words: `Choice("rule", ["sgd", "momentum", "adam"])`.

    Up to four stand side by side, more in a drop-down list.

    `values` are the numbers that the options stand for, 0, 1, ... if not given: with `axis`,
    `np.where(rule.axis == 0, a, b)` is a where the first option is chosen.
    """

    def __init__(self, label, options, values=None, start=None):
        if not 2 <= len(options) <= 8:
            raise ValueError(f"{label!r} offers 2 to 8 choices, got {len(options)}")
        values = np.arange(len(options)) if values is None else np.asarray(values)
        start = values[0] if start is None else start
        super().__init__(label, [str(o) for o in options], values, start)

    def widget(self):
        few = len(self.options) <= 4
        kind = widgets.RadioButtons if few else widgets.Dropdown
        return kind(
            options=self.options,
            index=self.position,
            description=self.label,
            tooltip=self.label,
            **({"orientation": "horizontal"} if few else {}),
            style={"description_width": "initial"},
            layout=widgets.Layout(width="auto", max_width="98%"),
        )


class Switch(Control):
    """A control that is off or on, with the values 0 and 1: `Switch("noise", start=True)`."""

    def __init__(self, label, start=False):
        super().__init__(label, ["off", "on"], np.arange(2), int(start))

    def widget(self):
        return widgets.Checkbox(
            value=bool(self.position),
            description=self.label,
            tooltip=self.label,
            indent=False,
            layout=widgets.Layout(width="auto", max_width="98%"),
        )


def controls(*members):
    """The controls of one stage in their order, which gives each its axis:

    `lr, beta = controls(Slider(...), Slider(...))`, then `lr.axis` (n, 1) and `beta.axis` (m,).
    """
    for behind, control in enumerate(reversed(members)):
        control.behind = behind
    return members


@dataclass(frozen=True)
class Question:
    """Asked before the controls unlock: `Question("2 + 2?", ("4", "5"), right=0, why="Count.")`.

    right  the position of the right option, or several of them
    why    the reason, said after the answer
    then   what to do next
    """

    text: str
    options: tuple
    then: str = "Move the slider and see."
    _: KW_ONLY
    right: int | tuple
    why: str

    @property
    def answer(self):
        """The right options and the reason, in words."""
        right = (self.right,) if isinstance(self.right, int) else self.right
        options = " Or: ".join(f"{self.options[k]}." for k in right)
        return f"The answer: {options} {self.why}"

    def scene(self):
        """What the view needs to know of it, as JSON."""
        right = [self.right] if isinstance(self.right, int) else [*self.right]
        said = {"then": self.then, "why": self.why, "right": right, "answer": self.answer}
        return {"text": self.text, "options": [*self.options]} | said


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
        return number(value, digits)
    return np.format_float_positional(value, trim="-").replace("-", "−")
