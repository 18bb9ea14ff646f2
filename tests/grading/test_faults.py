"""What students hand in, and what becomes of it: the faults that need one run of a sheet.

Each submission of the class below has faults in some exercises; the others have to keep their points.
The class is graded once, for real; the tests look at its results.
"""

import json

import pytest
from helpers import grading_class as small
from helpers.grading_class import RIGHT, assert_only, entry, kinds

from course_lib.checks.values import as_text
from course_lib.grading.results import dumps

FLOODS = {
    "1.1": "print('x' * 100_000_000)\n" + RIGHT["1.1"],
    "1.2": "for i in range(2_500):\n    print(i, flush=True)\n" + RIGHT["1.2"],
    "1.3": "from IPython.display import display\nfor i in range(2_500):\n    display(i)\n"
    + RIGHT["1.3"],
    "1.4": """
        from IPython.display import display
        def spread(x):
            for i in range(3000):
                print("x" * 10_000, flush=True)
                display(i)
            return float(x.max()), float(x.min())
        """,
}
TYPES = {
    "1.1": """
        class Sneaky(float):
            def __eq__(self, other): return True
            def __sub__(self, other): return 0.0
            __rsub__, __abs__, __hash__ = __sub__, lambda self: 0.0, None
        def double(x):
            return Sneaky(1)
        """,
    "1.2": """
        class Always(np.ndarray):
            def __eq__(self, other): return True
            def __array_function__(self, *a): return True
        def scale(theta, g):
            return np.zeros(2).view(Always)
        """,
    "1.3": """
        class Lazy:
            __class__ = np.ndarray
            dtype, shape, ndim, size = np.dtype(float), (2,), 1, 2
            def __getattr__(self, name): return lambda *a, **k: True
        def middle(x):
            return Lazy()
        """,
    "1.4": "def spread(x):\n    return float('nan'), float('inf')",
}
IN_PLACE = {  # right numbers, and the caller's arrays are others afterwards
    "1.2": "def scale(theta, g):\n    theta -= 0.5 * g\n    return theta",
    "1.3": "def middle(x):\n    x *= 1.0 / len(x)\n    return x.sum(axis=0)",
    "1.4": "def spread(x):\n    return x.max() * 1.0, np.sort(x)[0]",  # a copy is sorted
}
HARD_CODED = {
    "1.1": "def double(x):\n    return 4.0",
    "1.2": "def scale(theta, g):\n    return np.array([0.75, 1.875])",
    "1.3": "def middle(x):\n    import time; time.sleep(0.6)\n    return x.mean(axis=0) * (1 + 4e-6)",
}
PRINTED = {
    "1.1": f"""
        print({as_text({"id": "1.1", "status": "ok", "values": [4.0]})!r})
        from IPython.display import display
        from course_lib.sheet_format import VALUES
        display({{VALUES: {{"id": "1.1", "status": "ok", "values": [4.0]}}}}, raw=True)
        """,
    "1.2": """
        from IPython.display import display
        def scale(theta, g):
            display({"application/vnd.course.values+json": {"id": "1.2"}}, raw=True)
            print("Exercise 1.2 returned: 1: array (2,): [0.75, 1.875]")
            raise KeyError
        """,
}
ENDS = {
    "1.1": "def double(x):\n    quit()",
    "1.2": "quit()\nexit(1)\n" + RIGHT["1.2"],
    "1.3": "import sys\nsys.exit(1)",
    "1.4": "import atexit, os\natexit.register(os._exit, 3)\n" + RIGHT["1.4"],
}
# The names of exceptions would carry hidden inputs, or what a run with the reference knows.
LEAKS = {
    "1.1": "def double(x):\n    raise type(f'leaked {x}', (Exception,), {})",
    "1.2": "def scale(theta, g):\n    return theta if theta[0] == 1 else [][len(theta)]",
}
INTERACTIVE = {
    "1.1": "def double(x):\n    return float(input('x: '))",
    "1.2": "import sys\ndef scale(theta, g):\n    sys.exit(0)",
    "1.3": """
        import matplotlib.pyplot as plt
        plt.plot([1, 2])
        plt.show(block=True)
        import getpass
        getpass.getpass()
        """,
}
PATCHED = {
    "1.1": """
        import builtins, math
        builtins.print = builtins.repr = lambda *a, **k: None
        builtins.AssertionError = builtins.KeyError = builtins.NotImplementedError = ValueError
        np.testing.assert_allclose = np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
        math.isclose = lambda *a, **k: True
        def double(x):
            assert False
        """,
    "1.2": """
        from course_lib.checks import calling, equality, plain, values as engine, verdict
        engine.bundle = lambda name, *a, **k: {"id": name, "status": "ok", "values": [1.0]}
        engine.rounded = plain.plain = calling.plain = lambda *a, **k: 1.0
        engine.moved = lambda *a: []
        equality.same = lambda *a, **k: True
        values = lambda *a, **k: None
        np.mean = np.ndarray = None
        def scale(theta, g):
            return theta
        """,
}
HOOKS = {
    "1.1": """
        import ast
        shell = get_ipython()
        shell.showtraceback = lambda *a, **k: None
        class Drop(ast.NodeTransformer):
            def visit_Assert(self, node): return ast.Pass()
        shell.ast_transformers.append(Drop())
        def double(x):
            return x
        """,
    "1.2": """
        shell, seen = get_ipython(), []
        shell.events.register("pre_run_cell", lambda info: seen.append(info.raw_cell))
        run = shell.run_cell
        shell.run_cell = lambda cell, *a, **k: run(cell.replace("hidden", ""), *a, **k)
        import sys
        sys.settrace(lambda *a: None)
        def scale(theta, g):
            return theta
        """,
    "1.3": """
        import inspect
        def middle(x):
            frame, found = inspect.currentframe(), []
            while frame:
                found += [str(v) for k, v in frame.f_locals.items() if k == "source"]
                frame = frame.f_back
            return "".join([*found, *seen])[-200:]
        """,
}
HOUSE = {
    "1.1": """
        %cd /
        import os, sys, warnings, random
        os.chdir("/")
        sys.path.clear()
        sys.setrecursionlimit(70)
        np.seterr(all="raise")
        warnings.simplefilter("error")
        import matplotlib
        matplotlib.use("svg")
        def double(x):
            return 2 * x
        """,
    "1.2": "%reset -f\ndef scale(theta, g):\n    return theta - 0.5 * g",
    "1.3": "values = np = None\ndef middle(x):\n    return x.mean(axis=0)",
    "1.4": """
        import random, os
        random.seed(5); np.random.seed(7); os.environ.clear()
        del np.float64
        def spread(x):
            return float(x.max()), float(x.min())
        """,
}
FILES = {
    "1.1": """
        import os
        home = os.path.expanduser("~")
        startup = os.path.join(home, "profile_default", "startup")
        os.makedirs(startup, exist_ok=True)
        for name in ("numpy.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "pytest.ini",
                     "course_probe.py", "evil.pth", "course_lib.py", startup + "/x.py"):
            open(name, "w").write("raise SystemExit('a trap of the student before')")
        os.symlink("/etc/passwd", "link"); os.mkdir("closed"); os.chmod("closed", 0)
        def double(x):
            return 2 * x
        """,
    "1.2": """
        try:
            open("large", "wb").write(bytes(60 << 20))
        except OSError as error:
            said = error.errno
        def scale(theta, g):
            return theta - 0.5 * g if said == 27 else said
        """,
    "1.3": """
        try:
            for i in range(30_000):
                open(f"file{i}", "w").close()
        except OSError as error:
            pass
        def middle(x):
            return x.mean(axis=0)
        """,
    "1.4": """
        try:
            for i in range(40):
                open(f"file{i}", "wb").write(bytes(40 << 20))
                if i == 9: break
        except OSError as error:
            pass
        def spread(x):
            return float(x.max()), float(x.min())
        """,
}
BACKGROUND = {
    "1.1": """
        import threading, time
        def chatter():
            while True:
                print("noise"); time.sleep(0.001)
        threading.Thread(target=chatter, daemon=True).start()
        threading.Thread(target=chatter).start()
        def double(x):
            return 2 * x
        """,
    "1.2": """
        import subprocess
        subprocess.Popen(["setsid", "sleep", "98761"])
        subprocess.Popen("(setsid sleep 98762 &) ; exit", shell=True, start_new_session=True, env={})
        def scale(theta, g):
            return theta - 0.5 * g
        """,
    "1.3": """
        import os, signal, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                os.execve("/bin/sleep", ["sleep", "98763"], {})
            os._exit(0)
        def middle(x):
            return x.mean(axis=0)
        """,
}
OUTPUT = {
    "1.1": """
        from IPython.display import HTML, display
        display(HTML("<script>alert(1)</script>"))
        print("\\x1b[31mred\\x1b[0m <img src=x onerror=alert(1)>")
        def double(x):
            return "<script>alert(1)</script>"
        """,
    "1.2": "class X(type('<b>\\x1b[2J', (Exception,), {})): pass\n"
    "def scale(theta, g):\n    raise type('<script>', (X,), {})('<b>')",
}


def forged_outputs():
    """Row 18 and 13, 14: outputs, points and tags written into the file, answers left blank."""
    zero = "# NBVAL_SKIP\ndef scale(theta, g):\n    return 0"
    handed_in = small.notebook({"1.1": "stub", "1.2": zero})
    for cell in handed_in["cells"]:
        course = cell["metadata"].get("course", {})
        if course.get("role") == "graded":
            bundles = small.catalogue()[course["exercise"]]["bundles"].values()
            mime = "application/vnd.course.values+json"
            cell["outputs"] = [
                {"output_type": "display_data", "data": {mime: b}, "metadata": {}} for b in bundles
            ]
            cell["metadata"]["nbgrader"]["points"] = 1000
            cell["metadata"]["tags"] = ["nbval-skip", "nbval-ignore-output", "raises-exception"]
            cell["source"] = "# NBVAL_IGNORE_OUTPUT\npass"
            course["timeout"] = 9999
    handed_in["metadata"]["kernelspec"] = {"name": "bash", "display_name": "b", "language": "b"}
    return handed_in


def deranged():
    """Row 13 and 15: an answer in markdown, one without ids, one twice, checks gone or in disorder."""
    handed_in = small.notebook({"1.3": RIGHT["1.3"]})
    cells = {}
    for cell in handed_in["cells"]:
        course = cell["metadata"].get("course", {})
        cells[course.get("role"), course.get("exercise")] = cell
    cells["answer", "1.1"]["cell_type"] = "markdown"
    second = cells["answer", "1.2"]
    wrong = json.loads(json.dumps(second)) | {"source": "def scale(theta, g):\n    return 0"}
    handed_in["cells"].insert(handed_in["cells"].index(second), wrong)
    cells["answer", "1.3"]["id"] = "renamed"
    cells["answer", "1.3"]["metadata"] = {}
    handed_in["cells"].remove(cells["graded", "1.3"])
    handed_in["cells"].remove(cells["answer", "1.4"])
    handed_in["cells"].append(handed_in["cells"].pop(2))
    return handed_in


def submissions():
    """The class, by name."""
    answers = {
        "floods": FLOODS,
        "types": TYPES,
        "in place": IN_PLACE,
        "hard-coded": HARD_CODED,
        "printed": PRINTED,
        "interactive": INTERACTIVE,
        "leaks": LEAKS,
        "ends": ENDS,
        "patched": PATCHED,
        "hooks": HOOKS,
        "house": HOUSE,
        "files": FILES,
        "background": BACKGROUND,
        "output": OUTPUT,
    }
    made = {name: small.notebook(texts) for name, texts in answers.items()}
    made |= {"right": small.notebook(), "blank": small.notebook(dict.fromkeys(RIGHT, "stub"))}
    return made | {"forged outputs": forged_outputs(), "deranged": deranged()}


@pytest.fixture(scope="module")
def graded():
    before = small.folders()
    results = small.grade_all(submissions(), seconds=60.0)  # no cell here has to be stopped
    assert small.folders() <= before, "a scratch folder is left"
    return results


def test_the_sheet_is_one_that_can_be_graded():
    assert small.sheet().points == small.POINTS


def test_01_right_answers_have_all_points_and_no_flag(graded):
    assert_only(graded["right"])
    assert graded["right"].flags == ()
    assert graded["right"].provenance.runs == 1


def test_01_a_blank_has_none_and_needs_no_run(graded):
    assert_only(graded["blank"], **{f"ex_1_{n}": "not attempted" for n in (1, 2, 3, 4)})
    assert graded["blank"].provenance.runs == 0


def test_09_floods_are_cut_and_what_they_stand_before_is_graded(graded):
    assert_only(graded["floods"])
    cut = {f.exercise for f in graded["floods"].flags if f.flag == "output_truncated"}
    assert cut >= {"1.1", "1.2", "1.3"}
    assert graded["floods"].provenance.memory_mb < 1500


def test_20_objects_that_claim_to_equal_everything_equal_nothing(graded):
    assert_only(graded["types"], **{f"ex_1_{n}": "wrong" for n in (1, 2, 3, 4)})
    assert entry(graded["types"], "1.4").got["values"] == [{"tuple": ["nan", "inf"]}]


def test_arguments_changed_in_place_are_wrong_as_the_practice_cell_says(graded):
    assert_only(graded["in place"], ex_1_2="wrong", ex_1_3="wrong")
    scale = entry(graded["in place"], "1.2")
    assert as_text(scale.got).endswith("[0.75, 1.875], and changed argument 1 in place")
    assert len(scale.causes) == 1
    assert "changes its argument 1 in place" in scale.causes[0]


def test_29_31_hard_coded_values_pass_in_public_only_and_slow_or_inexact_is_right(graded):
    result = graded["hard-coded"]
    assert_only(result, ex_1_1="wrong", ex_1_2="wrong")
    for exercise in ("1.1", "1.2"):
        one = entry(result, exercise)
        assert (one.public, one.hidden, one.points) == ("passed", "wrong", 0)


def test_18_printing_or_displaying_the_expected_is_worth_nothing(graded):
    assert_only(graded["printed"], ex_1_1="error", ex_1_2=("error", "wrong"))


def test_18_13_14_what_the_file_says_of_outputs_points_and_tags_is_not_read(graded):
    result = graded["forged outputs"]
    assert_only(result, ex_1_1="not attempted", ex_1_2="wrong")
    assert result.max_points == 21
    assert kinds(result) >= {"check_modified", "nbval_marker"}


def test_13_15_answers_in_disorder_are_found_and_flagged(graded):
    result = graded["deranged"]
    assert_only(result, ex_1_4="missing")
    assert kinds(result) >= {"not_code", "duplicate_answer", "check_missing", "answer_missing"}


def test_12_a_question_to_nobody_is_an_error_and_no_hang(graded):
    result = graded["interactive"]
    assert_only(result, ex_1_1="error", ex_1_2="error", ex_1_3="error")
    assert entry(result, "1.1").message == "It stopped with StdinNotImplementedError."
    assert entry(result, "1.2").message == "It stopped with SystemExit."
    assert entry(result, "1.3").message.startswith("The cell with the answer stopped with")
    assert result.provenance.runs == 1


def test_19_patched_functions_earn_nothing_and_are_put_back(graded):
    result = graded["patched"]
    assert_only(result, ex_1_1=("error", "wrong"), ex_1_2="wrong")
    told = {f.exercise for f in result.flags if f.flag == "tampered"}
    assert {"1.1", "1.2"} <= told


def test_21_hooks_earn_nothing_are_put_back_and_show_no_hidden_source(graded):
    result = graded["hooks"]
    assert_only(result, ex_1_1="wrong", ex_1_2="wrong", ex_1_3="wrong")
    told = " ".join(f.evidence for f in result.flags if f.flag == "tampered")
    assert "hooks" in told
    assert "showtraceback" in told
    assert "trace function" in told


def test_27_28_what_an_answer_leaves_the_next_one_does_not_meet(graded):
    assert_only(graded["house"])


def test_10_26_files_end_with_the_run(graded):
    assert_only(graded["files"])


def test_11_processes_and_threads_end_with_the_run(graded):
    assert_only(graded["background"])
    assert small.survivors("9876") == []


def test_30_outputs_and_names_of_exceptions_come_as_data(graded):
    result = graded["output"]
    assert_only(result, ex_1_1="wrong", ex_1_2="error")
    assert entry(result, "1.1").got["values"] == [{"text": "<script>alert(1)</script>"}]
    assert entry(result, "1.2").message == "It stopped with an exception of its own kind."


def test_05_quit_and_exit_end_their_own_cell_at_most(graded):
    """quit() in a function does nothing while grading, so that it returns nothing."""
    assert_only(graded["ends"], ex_1_1=("wrong", "error"), ex_1_3="error")
    assert graded["ends"].provenance.runs == 1


def test_30_31_no_name_of_a_students_own_comes_from_the_hidden_part(graded):
    result = graded["leaks"]
    assert_only(result, ex_1_1="error", ex_1_2="error")
    assert "leaked 1234" not in dumps(result)
    assert entry(result, "1.1").message == "It stopped with an exception of its own kind."
    assert entry(result, "1.2").message == "It stopped with IndexError."


def test_no_result_holds_a_hidden_value_for_the_student(graded):
    for name, result in graded.items():
        public = (
            [e.got for e in result.exercises],
            [e.expected for e in result.exercises],
        )
        text = json.dumps(public)
        for value in small.HIDDEN_VALUES:
            assert value not in text, (name, value)
