"""The still picture of a stage as HTML, for pages on which nothing runs."""

import html

from course_lib import plots
from course_lib.crops import png
from course_lib.svg import SHOWN_DPI

# Of the two captions a page shows the one that fits: without CSS, or outside of JupyterLab, the first.
CAPTION = "A still picture: its sliders move where the notebook runs in JupyterLab."
IN_LAB = "A still picture: run this cell to move its sliders."
CAPTIONS = f"""
.jp-NotebookPanel figure[class^="twin-"] > figcaption {{ font-size: 0; }}
.jp-NotebookPanel figure[class^="twin-"] > figcaption::after {{
  content: "{IN_LAB}"; font-size: var(--jp-content-font-size1, 14px); }}"""

# In the dark every picture, still or living, is inverted so that colours keep their hue.
PICTURES = ':is(.course-panels, figure[class^="twin-"] img)'
INVERTED = "{ filter: invert(0.93) hue-rotate(180deg); }"
THEMES = f"""
:is([data-jp-theme-light="false"], [data-theme="dark"]) {PICTURES} {INVERTED}
@media (prefers-color-scheme: dark) {{
  :root:not([data-theme="light"]) > body:not([data-jp-theme-light], [data-theme="light"])
  {PICTURES} {INVERTED}
}}"""


def still_picture(stage):
    """A figure with alt text; with a question, the answer and its picture are folded away below it."""
    position = stage.position if stage.question else stage.still_position
    answered = not stage.question
    figure = _figure(stage, position, answered, f"twin-{stage.name}", CAPTION)
    question = _question(stage) if stage.question else ""
    return (
        figure.removesuffix("</figure>") + question + f"<style>{CAPTIONS}{THEMES}</style></figure>"
    )


def _figure(stage, position, answered, css_class="", caption=""):
    picture = png(stage.painting.still(position, answered))
    alt = stage.words(position, answered)
    width = round(stage.fig.get_figwidth() * SHOWN_DPI)
    return plots.figure_html(picture, alt, width, css_class, caption)


def _question(stage):
    """The question and its options, then the answer and, where it shows more, its picture."""
    question, answer = stage.question, ""
    if stage.painting.secrets or stage.still_position != stage.position:
        answer = _figure(stage, stage.still_position, True)
    options = "".join(f"<li>{html.escape(option)}</li>" for option in question.options)
    words = html.escape(" ".join(filter(None, (question.answer, question.then))))
    return (
        f"<p>{html.escape(question.text)}</p><ul>{options}</ul>"
        f"<details><summary>Answer</summary><p>{words}</p>{answer}</details>"
    )
