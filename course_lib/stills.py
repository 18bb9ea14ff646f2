"""The still picture of a stage as HTML, for pages on which nothing runs."""

import html

from course_lib import plots
from course_lib.crops import pixels, png, settle, without
from course_lib.svg import SHOWN_DPI

CAPTION = "A still picture. In JupyterLab, run this cell to move the sliders."


def still_picture(stage):
    """A figure with alt text; with a question, the answer and its picture are folded away below it."""
    first = stage.position if stage.question else stage.still_position
    hidden = stage.secrets() if stage.question else []
    picture = _draw(stage, first, hidden)
    figure = _figure(stage, picture, first, not hidden, f"twin-{stage.name}", CAPTION)
    if not stage.question:
        return figure
    return figure.removesuffix("</figure>") + _question(stage, bool(hidden)) + "</figure>"


def _draw(stage, position, hidden):
    """The PNG of the stage at a position of its controls, without the artists `hidden`."""
    settle(stage.fig)
    _move(stage, position)
    with without(hidden):
        picture = png(pixels(stage.fig))
    _move(stage, stage.position)
    return picture


def _move(stage, position):
    for actor in stage.actors:
        actor.move(position)


def _figure(stage, picture, position, answered, css_class="", caption=""):
    alt = stage.words(position, answered)
    width = round(stage.fig.get_figwidth() * SHOWN_DPI)
    return plots.figure_html(picture, alt, width, css_class, caption)


def _question(stage, secrets):
    """The question and its options, then the answer and, where it shows more, its picture."""
    question, answer = stage.question, ""
    if secrets or stage.still_position != stage.position:
        picture = _draw(stage, stage.still_position, [])
        answer = _figure(stage, picture, stage.still_position, True)
    options = "".join(f"<li>{html.escape(option)}</li>" for option in question.options)
    words = html.escape(" ".join(filter(None, (question.answer, question.then))))
    return (
        f"<p>{html.escape(question.text)}</p><ul>{options}</ul>"
        f"<details><summary>Answer</summary><p>{words}</p>{answer}</details>"
    )
