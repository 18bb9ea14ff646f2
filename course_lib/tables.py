"""A table on the page: `table(rows, columns)`, with header cells, and as aligned plain text."""

import html
import numbers as kinds
from dataclasses import dataclass

from IPython.display import display

from course_lib.numbers import number

NOTHING = "–"


def table(rows, columns):
    """Show rows, a list of tuples, under the headings in columns. The first of each row names it.

    Numbers are written with three significant digits, whole numbers with all; None is "–", and a text
    stays as it is. Raises ValueError when a row has not one value for each column.
    """
    rows = [tuple(row) for row in rows]
    for place, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise ValueError(
                f"row {place} has {len(row)} values; there are {len(columns)} columns: "
                f"{', '.join(columns)}"
            )
    display(Table(rows, tuple(columns)))


@dataclass(frozen=True)
class Table:
    """What `table` displays: one bundle with the table as HTML and as text."""

    rows: list
    columns: tuple

    def __repr__(self):
        lines = [self.columns, *(map(cell, row) for row in self.rows)]
        words = list(zip(*lines, strict=True))
        widths = [max(map(len, column)) for column in words]
        aligned = [
            [word.rjust(width) if is_right else word.ljust(width) for word in column]
            for column, width, is_right in zip(words, widths, self._right(), strict=True)
        ]
        return "\n".join("  ".join(line).rstrip() for line in zip(*aligned, strict=True))

    def _repr_html_(self):
        sides = ["right" if is_right else "left" for is_right in self._right()]
        head = [_html("th", side, w, "col") for w, side in zip(self.columns, sides, strict=True)]
        body = [_row_html(row, sides) for row in self.rows]
        head = f"<thead><tr>{''.join(head)}</tr></thead>"
        # JupyterLab shows the first line of a collapsed output: no number of the table stands in it.
        return f"<table>\n{head}<tbody>{''.join(body)}</tbody></table>"

    def _right(self):
        """For each column whether it is set flush right: it holds a number."""
        return [
            any(isinstance(row[place], kinds.Real) for row in self.rows)
            for place in range(len(self.columns))
        ]


def cell(value):
    """The text of one cell."""
    if value is None:
        return NOTHING
    if isinstance(value, str | bool):
        return str(value)
    if isinstance(value, kinds.Integral):
        return number(int(value))
    return number(float(value))


def _row_html(row, sides):
    first, *others = map(cell, row)
    cells = [_html("td", side, word) for word, side in zip(others, sides[1:], strict=True)]
    return f"<tr>{_html('th', sides[0], first, 'row')}{''.join(cells)}</tr>"


def _html(tag, side, word, scope=""):
    scope = f' scope="{scope}"' if scope else ""
    return f'<{tag}{scope} style="text-align: {side}">{html.escape(word)}</{tag}>'
