"""Tables: header cells for the page, aligned text for the terminal, one format for numbers."""

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from course_lib import plots
from course_lib.tables import Table, cell

ROWS = [("by hand", 12, None), ("measured", 1234.5, -1e-9), ("a < b", np.int64(7), np.float32(0.5))]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        ("text", "text"),
        (True, "True"),
        (12345, "12,345"),
        (np.int64(-3), "−3"),
        (0.5, "0.500"),
        (np.float32(0.1), "0.100"),
        (np.array(2.0), "2.00"),
        (float("nan"), "nan"),
        (1e12, "1.00 × 10¹²"),
    ],
)
def test_a_cell_is_written_in_the_one_format_of_numbers(value, words):
    assert cell(value) == words


def test_as_text_the_columns_are_aligned():
    assert repr(Table(ROWS, ("way", "steps", "loss"))).splitlines() == [
        "way       steps          loss",
        "by hand      12             –",
        "measured  1,230  −1.00 × 10⁻⁹",
        "a < b         7         0.500",
    ]


def test_as_html_it_has_header_cells_and_is_escaped():
    shown = Table(ROWS, ("way", "steps", "loss"))._repr_html_()
    assert shown.count('<th scope="col"') == 3
    assert shown.count('<th scope="row"') == 3
    assert shown.count("<td") == 6
    assert "a &lt; b" in shown
    assert '<th scope="col" style="text-align: left">way</th>' in shown
    assert '<td style="text-align: right">12</td>' in shown


def test_one_bundle_holds_both():
    bundle, _ = DisplayFormatter().format(Table(ROWS, ("way", "steps", "loss")))
    assert bundle.keys() == {"text/plain", "text/html"}


def test_it_is_displayed_and_returns_nothing(capsys):
    assert plots.table(ROWS, ["way", "steps", "loss"]) is None
    assert capsys.readouterr().out.startswith("way ")


def test_a_row_too_short_is_said():
    with pytest.raises(ValueError, match="row 2 has 1 values; there are 2 columns: a, b"):
        plots.table([(1, 2), (3,)], ["a", "b"])
