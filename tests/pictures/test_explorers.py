"""Every explorer of every lesson at every end of its controls. A new explorer needs no line here."""

import ast
import inspect
import itertools
import json
import re
import time

import numpy as np
import pytest
from helpers.scenes import Scene, explorers
from matplotlib.textpath import TextPath

from course_lib.explorers.parts import outcome
from course_lib.numbers import apart, number
from course_lib.view import LARGEST

EXPLORERS = explorers()
LINES = 30
SHUFFLES = {"T", "mT", "moveaxis", "newaxis", "swapaxes", "transpose", "expand_dims"}


@pytest.fixture(scope="module", params=EXPLORERS)
def explorer(request):
    return Scene(EXPLORERS[request.param]())


def corners(stage):
    """Both ends of every control, and the start."""
    return [*itertools.product(*((0, n - 1) for n in stage.shape)), stage.position]


def test_every_actor_has_finite_or_missing_points_at_every_corner(explorer):
    for position in corners(explorer.stage):
        for k, actor in enumerate(explorer.scene["actors"]):
            if "n" not in actor:
                continue
            points = explorer.points(k, position)
            width, height = actor["panel"][2:]
            finite = points[np.isfinite(points).all(axis=1)]
            assert (np.abs(finite / (width, height) - 0.5) <= 1.51).all()


def test_the_start_is_drawn(explorer):
    drawn = {"line": [], "bars": []}
    for k, actor in enumerate(explorer.scene["actors"]):
        if "n" in actor:
            points = explorer.points(k, explorer.stage.position)
            drawn[actor["kind"]].append(np.isfinite(points).all(axis=1).any())
    assert all(drawn["line"])
    assert any(drawn["bars"]) or not drawn["bars"]  # of two colours of bars one may be missing


def test_the_texts_say_something_in_numbers_and_words(explorer):
    for position in corners(explorer.stage):
        for words in explorer.all_words(position):
            assert words.strip()
            assert "nan" not in words
            assert "{" not in words


def test_the_texts_fit_their_panels(explorer):
    for actor in explorer.stage.actors:
        if actor.kind == "text":
            size = actor.artists[0].get_fontsize() * actor.ax.figure.dpi / 72
            longest = max(actor.words.ravel(), key=len)
            width = TextPath((0, 0), longest, size).get_extents().width
            assert width < actor.ax.bbox.width, longest


def test_no_two_lines_of_a_panel_differ_by_colour_alone(explorer):
    styles = []
    for drawn, actor in zip(explorer.stage.actors, explorer.scene["actors"], strict=True):
        if actor["kind"] == "line":
            line, marker = actor["line"] or {}, actor["marker"] or {}
            styles.append((drawn.ax, line.get("stroke-dasharray"), bool(line), marker.get("d")))
    assert len(set(styles)) == len(styles)


def test_explorers_can_be_dragged_and_questions_have_answers():
    stages = [explorer() for explorer in EXPLORERS.values()]
    assert sum(any(actor.drags for actor in stage.actors) for stage in stages) >= 5
    for stage in filter(lambda stage: stage.question, stages):
        assert stage.question.answer.startswith("The answer: "), stage.name


SHADES = re.compile(r"\b(white|black|dark|bright|light|pale|gr[ae]y|yellow)")


def test_no_question_names_a_shade_that_the_dark_theme_turns_round(explorer):
    question = explorer.stage.question
    if question:
        words = " ".join([question.text, *question.options, question.then, question.why])
        assert not SHADES.search(words), words


def test_it_is_small(explorer):
    assert len(json.dumps(explorer.scene)) + explorer.numbers.nbytes < LARGEST / 4


def test_the_static_twin_says_what_the_picture_says(explorer):
    stage = explorer.stage
    texts = [k for k, actor in enumerate(explorer.scene["actors"]) if actor["kind"] == "text"]
    for k in texts:
        later = stage.actors[k].after_prediction
        words = explorer.words(k, stage.still_position if later else stage.position)
        assert words.replace("<", "&lt;").replace(">", "&gt;") in stage.twin


@pytest.mark.alone
@pytest.mark.parametrize("name", EXPLORERS)
def test_it_is_made_in_about_a_second(name):
    begin = time.process_time()
    _ = EXPLORERS[name]().widget
    assert time.process_time() - begin < 2


def test_names_tell_explorers_apart():
    names = [explorer().name for explorer in EXPLORERS.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", EXPLORERS)
def test_it_can_be_read_from_top_to_bottom(name):
    """At most 30 lines, and no axis shuffling in its lesson's file: that is the stage's work."""
    function = EXPLORERS[name].func
    assert len(inspect.getsource(function).partition("\ndef ")[2].splitlines()) <= LINES
    for node in ast.walk(ast.parse(inspect.getsource(inspect.getmodule(function)))):
        assert getattr(node, "attr", None) not in SHUFFLES, node.lineno
        if isinstance(node, ast.Subscript):
            index = [getattr(part, "value", 0) for part in ast.walk(node.slice)]
            assert None not in index, node.lineno


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.306, "1.31"),
        (-2.5, "−2.50"),
        (3890.2, "3,890"),
        (9.996, "10.0"),
        (0.001, "0.00100"),
        (-0.00012345, "−1.23 × 10⁻⁴"),
        (99_960.0, "1.00 × 10⁵"),
        (1.7e12, "1.70 × 10¹²"),
        (1_000_000, "1,000,000"),
        (-7, "−7"),
        (np.nan, "nan"),
        (-np.inf, "−∞"),
    ],
)
def test_numbers_have_three_digits(value, words):
    assert number(value) == words


def test_equal_numbers_print_equally_however_they_were_computed():
    for lr in np.arange(1, 400) / 200:
        for beta in (0.3, 0.7, 0.85, 0.95):
            assert number(25 * lr) == number(lr / (1 - beta) * (1 - beta) * 25)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.99985, "0.9999 1"), (1.00004, "1.00004 1"), (0.5, "0.500 1"), (1.0, "1 1")],
)
def test_a_number_is_told_from_its_limit(value, words):
    assert " ".join(apart(value, 1)) == words


WRONG = re.compile(r"(?<![\d.,])0\.0+(?!\d)|-\d|\de[+-]?\d|nan|inf|{")


def test_no_word_has_a_number_in_another_form(explorer):
    """No 0.00, no hyphen for a minus, no 1e+02: at every position of every text."""
    words = {w for a in explorer.scene["actors"] if a["kind"] == "text" for w in a["words"]}
    assert not [w for w in words if WRONG.search(w)]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.9, "< converges"),
        (2 + 1e-12, "= never converges"),
        (2.1, "> diverges"),
        (np.nan, "> diverges"),
    ],
)
def test_an_outcome_is_that_of_a_value_below_at_or_beyond_its_limit(value, words):
    assert " ".join(outcome(value, 2)) == words
