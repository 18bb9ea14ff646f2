"""Figures hold the data they were given; optimisers stay apart for every eye and in grey print."""

import io
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from colorspacious import cspace_convert, deltaE
from matplotlib.colors import to_rgb

from course_lib import network_plots, plots, style
from course_lib.landscapes import quadratic
from course_lib.models import MLP
from course_lib.rules import RULES

EYES = {
    "protanopia": {"name": "sRGB1+CVD", "cvd_type": "protanomaly", "severity": 100},
    "deuteranopia": {"name": "sRGB1+CVD", "cvd_type": "deuteranomaly", "severity": 100},
    "tritanopia": {"name": "sRGB1+CVD", "cvd_type": "tritanomaly", "severity": 100},
}
APART = 10  # CAM02-UCS; about 1 is the smallest difference seen side by side


LINES = [*style.LINES.values(), *style.SPARE_LINES]  # what a rule can have


def test_every_line_belongs_to_a_rule():
    assert style.LINES.keys() <= RULES.keys()


def test_a_new_rule_takes_a_spare_line_and_keeps_it(monkeypatch):
    monkeypatch.setitem(RULES, "first", None)
    first = plots.line_style("first", position=5)
    monkeypatch.setitem(RULES, "second", None)
    second = plots.line_style("second", position=5)
    assert plots.line_style("first") == first != second
    assert {first["marker"], second["marker"]} <= {marker for _, _, marker in style.SPARE_LINES}


@pytest.mark.parametrize("eye", EYES)
def test_every_pair_of_rules_differs_in_colour_or_in_dash(eye):
    for one, other in combinations(LINES, 2):
        (colour, dash, _), (colour_other, dash_other, _) = one, other
        seen = [
            np.clip(cspace_convert(to_rgb(style.COLOURS[c]), EYES[eye], "sRGB1"), 0, 1)
            for c in (colour, colour_other)
        ]
        assert dash != dash_other or deltaE(*seen, input_space="sRGB1") > APART, (one, other)


def test_in_grey_print_dash_and_marker_tell_rules_apart():
    marks = [(dash, marker) for _, dash, marker in LINES]
    assert len(set(marks)) == len(marks)


def test_curves_draw_the_median_and_a_band_over_the_seeds():
    values = np.array([[3.0, 1.0, 2.0], [6.0, 4.0, 5.0]])
    ax = plots.curves({"adam": values, "sgd": values[:, 0]}, x=[10, 20])
    adam, sgd = ax.lines
    np.testing.assert_array_equal(adam.get_xydata(), [[10, 2], [20, 5]])
    np.testing.assert_array_equal(sgd.get_ydata(), [3, 6])
    (band,) = ax.collections
    assert band.get_datalim(ax.transData).intervaly.tolist() == [1, 6]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["adam", "sgd"]
    assert adam.get_color() == plots.COLOURS["red"]


def test_unknown_names_get_different_styles():
    ax = plots.curves({f"net {k}": [1, 2] for k in range(8)})
    assert len({(line.get_color(), line.get_marker()) for line in ax.lines}) == 8


def test_paths_leave_the_window_alone_and_end_at_nan():
    ax = plots.contours(quadratic(10), (-1, 1, -1, 1))
    path = np.array([[0.5, 0.5], [50.0, 50.0], [np.nan, np.nan]])
    plots.paths({"sgd": path}, ax)
    assert ax.get_xlim() == (-1, 1)
    assert ax.get_ylim() == (-1, 1)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), path)


def test_pictures_stand_where_they_should():
    X = np.arange(3 * 4.0).reshape(3, 4)
    ax = network_plots.pictures(X, (2, 2), ["a", "b", "c"], columns=2)
    mosaic = ax.images[0].get_array()
    np.testing.assert_array_equal(mosaic[1:3, 0:2], [[0, 1], [2, 3]])
    np.testing.assert_array_equal(mosaic[4:6, 0:2], [[8, 9], [10, 11]])
    assert np.isnan(np.ma.filled(mosaic[4:6, 3:5], np.nan)).all()
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c"]


def test_zero_weights_are_the_middle_grey():
    image = network_plots.weight_images(np.array([[0.5, -2.0], [0.0, 1.0]]), (1, 2)).images[0]
    assert image.norm.vmin == -image.norm.vmax == -2


def test_confusion_matrix_counts():
    ax = network_plots.confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), ("a", "b"))
    assert [text.get_text() for text in ax.texts] == ["1", "1", "0", "1"]


def test_confident_mistakes_come_surest_first():
    logits = np.array([[0.0, 1.0], [0.0, 9.0], [5.0, 0.0], [0.0, 4.0]])
    y = np.array([0, 1, 0, 0])
    ax = network_plots.confident_mistakes(logits, y, np.eye(4), (2, 2), ("cat", "dog"))
    assert [text.get_text() for text in ax.texts] == ["cat,\npredicted dog"] * 2
    np.testing.assert_array_equal(ax.images[0].get_array()[1:3, 0:2], np.eye(4)[3].reshape(2, 2))
    with pytest.raises(ValueError, match="no mistake"):
        network_plots.confident_mistakes(logits[1:3], y[1:3], np.eye(4)[:2], (2, 2), ("cat", "dog"))


def test_heat_map_leaves_diverged_runs_out():
    values = [[1.0, np.nan, 3.0], [4.0, 5.0, np.inf]]
    ax = plots.heat_map(values, [1, 2, 3], [4, 5], xlabel="lr", ylabel="B", label="loss", log=True)
    shown = ax.collections[0].get_array()
    np.testing.assert_array_equal(shown.mask, [[False, True, False], [False, False, True]])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2", "3"]


def test_activation_histograms_count_the_switched_off_units():
    model = MLP(3, 4, 5, 2)
    axes = network_plots.activation_histograms(model.layers(model.start(), np.ones((10, 3))))
    assert len(axes) == 2
    theta = np.zeros(model.size)
    axes = network_plots.activation_histograms(model.layers(theta, np.ones((10, 3))))
    assert "100% are 0" in axes[0].get_title()
    with pytest.raises(ValueError, match="no hidden layer"):
        network_plots.activation_histograms(MLP(3, 2).layers(np.zeros(8), np.ones((4, 3))))


def test_show_needs_alt_text_and_escapes_it(capsys, monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "display", lambda page: shown.append(page.data))
    _, ax = plots.figure()
    plots.show(ax, 'a < b & "c"')
    assert 'alt="a &lt; b &amp; &quot;c&quot;"' in shown[0]
    assert shown[0].startswith("<figure><img")
    with pytest.raises(ValueError, match="alt text"):
        plots.show(ax.figure, "  ")


def test_the_style_belongs_to_the_figure_and_matplotlib_keeps_its_own_settings():
    """On axes drawn on later too, and in a figure that saves itself."""

    def draw():
        fig, (left, right) = plots.figure(1, 2)
        left.plot([1, 2], [1e6, 2e6], label="a line")
        left.axhline(1.5e6)
        left.set(title="title", xlabel="x")
        left.legend()
        right.text(0.5, 0.5, "words")
        right.bar([0, 1], [2, 3])
        fig.colorbar(right.imshow(np.eye(2)), ax=right)
        content = io.BytesIO()
        fig.savefig(content)
        return content.getvalue()

    settings = lambda: [matplotlib.rcParams[name] for name in plots.STYLE]
    before = settings()
    drawn = draw()
    assert settings() == before != list(plots.STYLE.values())
    with matplotlib.rc_context(plots.STYLE):
        assert draw() == drawn
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 5, "axes.grid": False}):
        assert draw() == drawn


def test_the_same_figure_gives_the_same_bytes():
    assert plots.png(plots.curves({"adam": [1, 2]}).figure) == plots.png(
        plots.curves({"adam": [1, 2]}).figure
    )
