"""What a check says: plain sentences first, readable as text, as HTML and by a screen reader."""

import html
from dataclasses import dataclass

COLOURS = {"✓": "#009E73", "✗": "#D55E00", "–": "#767676"}
PRE = '<pre style="margin: 0 0 1em 1em">'


@dataclass(frozen=True)
class Verdict:
    """A mark (✓, ✗ or –), a headline that says the same in words, and (label, text) sections."""

    mark: str
    headline: str
    sections: tuple = ()

    @property
    def passed(self):
        return self.mark == "✓"

    def __repr__(self):
        lines = [f"{self.mark} {self.headline}"]
        for label, text in self.sections:
            lines += ["", label] if label else [""]
            lines += ["    " + line if label else line for line in text.splitlines()]
        return "\n".join(lines)

    def _repr_html_(self):
        parts = [f"<p><strong>{self.mark} {html.escape(self.headline)}</strong></p>"]
        for label, text in self.sections:
            if label:
                parts.append(f"<p>{html.escape(label)}</p>{PRE}{html.escape(text)}</pre>")
            else:
                parts.append(f"<p>{html.escape(text)}</p>")
        colour = COLOURS.get(self.mark, COLOURS["–"])
        style = f"border-left: 4px solid {colour}; padding-left: 1em"
        return f'<div style="{style}">{"".join(parts)}</div>'
