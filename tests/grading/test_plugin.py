"""The plugin under which nbval grades: what a graded cell's record says, whatever the answer sends.

The forged messages are sent for real; each one is allowed to cost its own exercise, and gains nothing.
"""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from helpers import grading_class as small
from helpers.grading_class import RIGHT, assert_only, entry, kinds

from course_lib.grading.run.compare import verdicts
from course_lib.grading.run.plugin import compare_values
from course_lib.sheet_format import VALUES

SEND = """
from IPython import get_ipython
kernel = get_ipython().kernel
def send(kind, content, **more):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent(), **more)
def values_of(*bundles):
    for one in bundles:
        data = {"application/vnd.course.values+json": one, "text/plain": ""}
        send("display_data", {"data": data, "metadata": {}, "transient": {}})
"""


def sending(head, *lines):
    """An answer with this head that sends something, and then returns what is wrong."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"{SEND}\n{head}\n{body}    return 0"


HEADS = {number: text.splitlines()[0] for number, text in RIGHT.items()}
REPLY = """
stream = getattr(kernel, "shell_stream", None) or kernel.shell_socket
kernel.session.send(stream, "execute_reply", {"status": "ok"}, parent=kernel.get_parent())
"""


def bundle(name, values="[4.0]"):
    return f"{{'id': '{name}', 'status': 'ok', 'values': {values}}}"


def answers(*lines):
    """Answers to 1.1, 1.2 and 1.3 that send something and then return what is wrong."""
    three = zip(("1.1", "1.2", "1.3"), lines, strict=True)
    return {number: sending(HEADS[number], *said.splitlines()) for number, said in three}


NOT_DATA = "{'data': {'application/vnd.course.values+json': 1}}"
RESULT = "{'data': {}, 'metadata': {}, 'execution_count': 1}"
FORGED = {
    "bundles": answers(
        f"values_of({bundle('1.1')})",
        f"values_of({bundle('1.1')}, {bundle('1.1 hidden')})",
        f"values_of({bundle('1.3')}, {bundle('1.3')})",
    ),
    "data": answers(
        f"values_of({bundle('1.1', [float('nan')])})".replace("nan", "float('nan')"),
        f"values_of({bundle('1.2', '[900_000 * 3 * chr(65)]')})",
        f"d = []\nfor i in range(400): d = [d]\nvalues_of({bundle('1.3', '[d]')})",
    ),
    "kinds": answers(
        "values_of(None, 7, 'text', [1], {}, {'id': ['1.1']}, {'id': {}})",
        "values_of({'id': '1.2', 'status': ['ok'], 'values': {'a': 10 ** 400}})",
        f"send('display_data', {NOT_DATA})",
    ),
    "ends": answers(
        f"values_of({bundle('1.1')})\nsend('status', {{'execution_state': 'idle'}})",
        f"send('execute_result', {RESULT})\nsend('error', {{'ename': 'E', 'traceback': [1]}})",
        REPLY.strip(),
    ),
    "probe": {
        "1.1": SEND
        + """
for found in (None, 5, [[]], {"changed": {"a": "<script>"}}, {"changed": ["x" * 5000]}):
    data = {"application/vnd.course.probe+json": found, "text/plain": ""}
    send("display_data", {"data": data, "metadata": {}})
import course_probe
course_probe.probe.put_back = lambda: send("display_data", {"data": {
    "application/vnd.course.probe+json": "forged"}, "metadata": {}})
"""
        + RIGHT["1.1"],
        "1.2": "import course_probe\ndel course_probe.probe.modules\n" + RIGHT["1.2"],
        "1.3": "import sys\nsys.modules['course_probe'] = None\n" + RIGHT["1.3"],
    },
    "displayhook": {
        "1.1": """
            import sys
            sys.displayhook = lambda thing: None
            def double(x):
                return x
            """,
        "1.2": """
            import course_lib.checks.values as engine
            def scale(theta, g):
                engine.display = lambda *a, **k: None
                return theta
            """,
        "1.3": """
            def middle(x):
                import json
                json.dumps = json.JSONEncoder.encode = lambda *a, **k: "{}"
                return x
            """,
    },
}
QUICK = ("bundles", "data", "probe")  # the others need several runs


LOST = ("wrong", "error", "timeout", "killed")


@pytest.fixture(scope="module")
def graded():
    return small.grade_all({name: small.notebook(FORGED[name]) for name in QUICK})


@pytest.fixture(scope="module")
def graded_slowly():
    rest = FORGED.keys() - {*QUICK}
    return small.grade_all({name: small.notebook(FORGED[name]) for name in rest})


@pytest.mark.parametrize("name", ["bundles", "data"])
def test_22_forged_messages_gain_nothing(graded, name):
    assert_only(graded[name], ex_1_1=LOST, ex_1_2=LOST, ex_1_3=LOST)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kinds", "ends", "displayhook"])
def test_22_forged_or_lost_messages_gain_nothing(graded_slowly, name):
    assert_only(graded_slowly[name], ex_1_1=LOST, ex_1_2=LOST, ex_1_3=LOST)


def test_22_two_bundles_of_an_exercise_are_flagged(graded):
    told = {f.exercise for f in graded["bundles"].flags if f.flag == "forged_values"}
    assert told == {"1.1", "1.2", "1.3"}
    assert entry(graded["bundles"], "1.1").hidden == "wrong"


def test_21_a_probe_that_was_changed_costs_nobody_a_point(graded):
    found = small.statuses(graded["probe"])
    assert found == dict.fromkeys(found, "passed")
    assert "tampered" in kinds(graded["probe"])
    assert all(len(flag.evidence) <= 300 for flag in graded["probe"].flags)


A, B = {"id": "1.1", "values": [1.0]}, {"id": "1.1 hidden", "values": [2.0]}
WRONG = {"1.1": "wrong", "1.1 hidden": "wrong"}


@pytest.mark.parametrize(
    ("got", "found"),
    [
        ([A, B], {"1.1": "passed", "1.1 hidden": "passed"}),
        ([A], {"1.1": "passed", "1.1 hidden": None}),
        ([], {"1.1": None, "1.1 hidden": None}),
        ([B], WRONG),
        ([B, A], WRONG),
        ([A, A, B], WRONG),
        ([A, B, B], WRONG),
        ([A, B, {"id": "1.2"}], WRONG),
        ([None, A, B], WRONG),
        (["1.1", B], WRONG),
        ([A | {"id": ["1.1"]}, B], WRONG),
        ([A | {"values": [1]}, B], {"1.1": "wrong", "1.1 hidden": "passed"}),
        ([A | {"values": [True]}, B], {"1.1": "wrong", "1.1 hidden": "passed"}),
        ([A | {"more": 1}, B], {"1.1": "wrong", "1.1 hidden": "passed"}),
        ([A | {"values": [float("nan")]}, B], {"1.1": "wrong", "1.1 hidden": "passed"}),
        ([A | {"values": [1.0000001]}, B], {"1.1": "passed", "1.1 hidden": "passed"}),
        ([A | {"status": "error: X"}, B], {"1.1": "error", "1.1 hidden": "passed"}),
        ([A | {"status": ["error"]}, B], {"1.1": "wrong", "1.1 hidden": "passed"}),
        ([A | {"status": "not attempted"}], {"1.1": "not attempted", "1.1 hidden": None}),
    ],
)
def test_a_bundle_passes_only_when_it_is_the_expected_one_in_its_place(got, found):
    assert verdicts(got, [A, B]) == found


def test_a_graded_cell_of_which_nothing_is_expected_passes_nobody():
    """A sheet whose graded cell was never run: the preflight refuses it, since its reference fails."""
    cell = SimpleNamespace()
    assert not compare_values(cell, [{"data": {VALUES: A}}], [])
    assert not compare_values(cell, [], [])


def test_nbval_starts_without_the_grammar_that_takes_a_second():
    code = "import sys, course_lib.grading.run.quick, nbval.plugin; "
    code += "print(sys.modules['rfc3987_syntax'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
