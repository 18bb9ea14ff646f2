"""Every small change of a right answer is rejected, in practice and where it is graded.

The changes are those of helpers/mutator.py, of the reference and of every other right version of
each exercise. One that passes either computes the same after all, and stands in EQUIVALENT with
the reason, or shows an input that is missing: for a comparison or a rounding, one that lies
exactly on it.
"""

import re
from functools import cache

import pytest
from helpers.exercise_mutants import Graded, in_time, mutants_of, passes_practice
from helpers.solved_sheets import SHEETS, Sheet, check_of

LIST = "a list is as good as an array"
CENTRED = "the columns have mean 0, so a constant added to y changes nothing"
# {exercise: {change: the reason why the answer stays right}}
EQUIVALENT = {
    "1.11": {"with_while: np.array(start) → start": "no step changes θ in place"},
    "1.14": {"steps_still_needed: return 390000 → return 390001": "grading allows 2e-5 of it"},
    "1.15": {
        "extreme_eigenvalues: np.array([gradient(v) - at_zero for v in np.eye(size)])"
        " → [gradient(v) - at_zero for v in np.eye(size)]": LIST,
    },
    "2.6": {"with_a_list: np.array(order) → order": LIST},
    "2.8": {
        "later_half: np.array([path[t // 2:t + 1].mean(axis=0) for t in range(len(path))])"
        " → [path[t // 2:t + 1].mean(axis=0) for t in range(len(path))]": LIST,
    },
    "2.14": {"best_rates: np.array(rates) → rates": LIST},
    "5.1": {"step_by_step: np.array(table) → table": LIST},
    "5.6": {"with_loops: np.array(ends) → ends": LIST},
    "5.7": {
        "by_playing: v = 0.0 → v = 1.0": "the first v is forgotten after 3,000 rounds",
        "by_playing: range(3000) → range(3001)": "v has settled long before",
    },
    "6.2": {"entry_by_entry: np.array(end) → end": LIST},
    "6.5": {
        "honest_predictions: y[rest] - level → y[rest] + level": CENTRED,
        "honest_predictions: y[rest] - level → y[rest]": CENTRED,
        "honest_predictions: y[rest] - level → y[rest] + level (2)": CENTRED,
        "honest_predictions: y[rest] - level → y[rest] (2)": CENTRED,
        "with_masks: targets[known] - targets[known].mean()"
        " → targets[known] + targets[known].mean()": CENTRED,
        "with_masks: targets[known] - targets[known].mean() → targets[known]": CENTRED,
    },
}
# {exercise: {change: the reason why practice or grading, but not both, can see it}}
SEEN_BY_ONE = {}
# open exercises: whatever reaches the mark is right, and most changes of a good answer do
OPEN = {"1.16", "2.15", "3.18", "4.18", "5.8", "6.8"}

SHEET_OF = {
    number: path
    for path in SHEETS
    for number in re.findall(r'graded="(.*?)"', path.read_text(encoding="utf-8"))
}
NUMBERS = [number for number in SHEET_OF if number not in OPEN]
sheet = cache(Sheet)


@pytest.mark.parametrize("number", NUMBERS)
def test_no_changed_answer_passes(number):
    tried, graded = check_of(number), Graded(sheet(SHEET_OF[number]), number)
    both, one = {}, {}
    for change, answer in mutants_of(tried):
        points = in_time(graded.passes, answer)  # a prediction has no other verdict
        practice = in_time(passes_practice, tried, answer)
        if points != practice and not tried.is_prediction:
            one[change] = f"passes {'the practice' if practice else 'the graded cell'} alone"
        elif points:
            both[change] = "passes"
    lines = off(both, EQUIVALENT.get(number, {})) + off(one, SEEN_BY_ONE.get(number, {}))
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def off(found, table):
    """The changes that the table lacks, and those in the table that are no longer found; as lines."""
    lines = [f"{change}: {words}" for change, words in found.items() if change not in table]
    return lines + [
        f"{change}: stands in the table and does not pass" for change in table.keys() - found
    ]


def test_the_tables_name_exercises_that_exist():
    assert {*EQUIVALENT, *SEEN_BY_ONE} <= SHEET_OF.keys()


def in_python():
    while True:
        pass


@pytest.mark.parametrize("endless", [in_python, lambda: all(iter(int, 1))])
def test_an_endless_loop_is_stopped(endless):
    assert not in_time(endless)
