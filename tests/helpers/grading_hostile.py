"""Students whose sheets are right but for one thing that goes badly wrong, by bad luck or on purpose.

All are of the first sheet. Exercise 1.12, worth 2 of 15 points, is the one that is hurt.
"""

import copy
import io
import zipfile

from helpers.grading_hundred import LINE, Expected, Student, as_bytes, cell_of, known, notebook

HURT = "1.12"
RIGHT = """
def steps_needed(eigenvalues, lr, times):
    q = np.max(np.abs(1 - lr * eigenvalues))
    return int(np.ceil(-np.log(times) / np.log(q))) if q < 1 else np.inf
"""
CALL = "def steps_needed(eigenvalues, lr, times):\n    "
FORGED = """
import course_lib.checks.values as v
from IPython.display import display

def forge(name, *arguments, **settings):
    return {"id": name, "status": "ok", "values": SHOWN}

v.bundle = forge
values = lambda name, *a, **k: display({v.VALUES: forge(name), "text/plain": ""}, raw=True)
display({v.VALUES: forge("1.12"), "text/plain": "Exercise 1.12"}, raw=True)

def steps_needed(eigenvalues, lr, times):
    return 0
"""
# name: answer to 1.12, its status, flags that must be there
ANSWERS = {
    "exits": (CALL + "import os; os._exit(0)", "killed", ("unusual_import",)),
    "crashes": (CALL + "import ctypes; return ctypes.string_at(0)", "killed", ()),
    "loops": (CALL + "while True: pass", "timeout", ()),
    "loops-on": (
        CALL + "while True:\n        try:\n            while True: pass\n"
        "        except KeyboardInterrupt: print('never')",
        "timeout",
        (),
    ),
    "sleeps": (CALL + "import time; time.sleep(1e6)", "timeout", ()),
    "wants-memory": (CALL + "return len([0] * 10**11)", "out of memory", ()),
    "leaves": (CALL + "import sys; sys.exit(0)", "error", ()),
    "asks": (CALL + "return int(input('steps? '))", "error", ()),
    "broken": (CALL + "return (1", "error", ()),
    "fills-the-disk": (CALL + "open('x', 'wb').write(bytes(200_000_000))", "error", ()),
    "looks-up": (
        CALL + "from course_lib.checks import lesson_01 as c\n"
        "    return c.steps_needed.reference(eigenvalues, lr, times)",
        "error",
        ("uses_library",),
    ),
    "says-equal": (
        "class Sly(float):\n    def __eq__(self, other): return True\n"
        "    __hash__ = float.__hash__\n\n" + CALL + "return Sly(1.0)",
        "wrong",
        (),
    ),
    "marks": ("# NBVAL_SKIP\n" + CALL + "return -1", "wrong", ("nbval_marker",)),
    "floods": (
        "for k in range(4_000):\n    print('flood', k, flush=True)\n" + RIGHT,
        "passed",
        ("output_truncated",),
    ),
    "chatters": (
        "import threading, time\n\ndef talk():\n    while True:\n        print('noise')\n"
        "        time.sleep(0.01)\n\nthreading.Thread(target=talk, daemon=True).start()\n" + RIGHT,
        "passed",
        (),
    ),
    "infects": (
        "import pathlib\nhome = pathlib.Path.home() / '.ipython/profile_default/startup'\n"
        "home.mkdir(parents=True, exist_ok=True)\n"
        "(home / 'x.py').write_text('import os; os._exit(0)')\n"
        "pathlib.Path('numpy.py').write_text('import os; os._exit(0)')\n" + RIGHT,
        "passed",
        (),
    ),
    "takes-time": (
        CALL + "import time; time.sleep(0.1)\n" + RIGHT.partition(":\n")[2],
        "passed",
        (),
    ),
}


def hostile():
    """All of them."""
    cells = [edited(), without_checks(), missing(), duplicated(), turned_round(), in_markdown()]
    cells += [imports_in_the_first_cell(), helps_in_a_practice_cell(), right_too_late()]
    files = [utf_16(), cut_off(), zipped(), moodle(), canvas(), web_page(), other_sheet()]
    files += [picture(), empty_folder(), stranger()]
    return [*(answering(name, *how) for name, how in ANSWERS.items()), forging(), *cells, *files]


def right_answers():
    return {exercise: versions[0].source for exercise, versions in known(LINE).right.items()}


def exercises(**changes):
    """All passed, but for changes by number: _1_12="wrong"."""
    points = known(LINE).points
    statuses = {e: changes.get("_" + e.replace(".", "_"), "passed") for e in points}
    return {e: (s, points[e] if s == "passed" else 0.0, "") for e, s in statuses.items()}


def handing_in(name, data, flags=(), path="", number="", **changes):
    """A student with one file of the first sheet, all right but for the changes."""
    expected = Expected("graded", exercises(**changes), frozenset(flags))
    ids = {name: number} if number else {}
    return Student(name, {path or f"{name}/{LINE}.ipynb": data}, {LINE: expected}, **ids)


def answering(name, source, status, flags):
    filled = notebook(LINE, right_answers() | {HURT: source})
    return handing_in(name, as_bytes(filled), flags, _1_12=status)


def forging():
    """Shows the right public values, found in the feedback of a friend, in three ways."""
    shown = known(LINE).expected[HURT][HURT]["values"]
    return answering("forges", FORGED.replace("SHOWN", repr(shown)), "wrong", ("tampered",))


def edited():
    """The graded cell says what the wrong answer returns."""
    filled = notebook(LINE, right_answers() | {HURT: CALL + "return 7"})
    cell_of(filled, HURT, "graded")["source"] = 'print("Exercise 1.12 returned:\\n1: 2\\n2: inf")'
    cell_of(filled, HURT, "graded")["metadata"]["nbgrader"]["points"] = 200
    return handing_in("edits-the-check", as_bytes(filled), ["check_modified"], _1_12="wrong")


def without_checks():
    """All graded and practice cells are gone; what was asked for is there."""
    filled = notebook(LINE, right_answers())
    roles = ("graded", "practice")
    filled["cells"] = [
        c for c in filled["cells"] if c["metadata"].get("course", {}).get("role") not in roles
    ]
    return handing_in("deletes-checks", as_bytes(filled), ["check_missing"])


def missing():
    filled = notebook(LINE, right_answers())
    filled["cells"].remove(cell_of(filled, HURT, "answer"))
    return handing_in("deletes-an-answer", as_bytes(filled), ["answer_missing"], _1_12="missing")


def repeated(first, last):
    """A notebook with two cells for the answer to 1.12."""
    filled = notebook(LINE, right_answers() | {HURT: first})
    cell = cell_of(filled, HURT, "answer")
    second = copy.deepcopy(cell) | {"source": last}
    filled["cells"].insert(filled["cells"].index(cell) + 1, second)
    return as_bytes(filled)


def duplicated():
    data = repeated(CALL + "return 7", right_answers()[HURT])
    return handing_in("repeated", data, ["duplicate_answer"])


def turned_round():
    data = repeated(right_answers()[HURT], CALL + "return 7")
    return handing_in("repeated-wrong-last", data, ["duplicate_answer"], _1_12="wrong")


def imports_in_the_first_cell():
    """What the answer needs is imported in the sheet's own first cell, as a beginner does."""
    filled = notebook(LINE, right_answers() | {HURT: RIGHT.replace("np.log", "math.log")})
    first = next(cell for cell in filled["cells"] if cell["cell_type"] == "code")
    first["source"] = "import math\n" + "".join(first["source"])
    return handing_in("imports-above", as_bytes(filled), ["sheet_cell_changed"])


def helps_in_a_practice_cell():
    """A function that the answer needs stands in the practice cell of the exercise before it."""
    filled = notebook(LINE, right_answers() | {HURT: RIGHT.replace("np.max(", "largest(")})
    before = list(known(LINE).points)[list(known(LINE).points).index(HURT) - 1]
    practice = cell_of(filled, before, "practice")
    practice["source"] = "".join(practice["source"]) + "\ndef largest(x):\n    return np.max(x)"
    return handing_in("helps-elsewhere", as_bytes(filled), ["sheet_cell_changed"])


def right_too_late():
    """A wrong answer, and the right one in a new cell below the graded one."""
    filled = notebook(LINE, right_answers() | {HURT: CALL + "return 7"})
    late = copy.deepcopy(filled["cells"][-1]) | {"cell_type": "code", "id": "late", "metadata": {}}
    late |= {"source": RIGHT, "outputs": [], "execution_count": None}
    filled["cells"].insert(filled["cells"].index(cell_of(filled, HURT, "graded")) + 1, late)
    return handing_in("right-too-late", as_bytes(filled), ["duplicate_answer"], _1_12="wrong")


def in_markdown():
    filled = notebook(LINE, right_answers())
    cell_of(filled, HURT, "answer")["cell_type"] = "markdown"
    return handing_in("markdown", as_bytes(filled), ["not_code"])


def utf_16():
    data = as_bytes(notebook(LINE, right_answers())).decode().encode("utf-16")
    return handing_in("utf-16", data, ["salvaged"])


def cut_off():
    """The file ends in the middle of the answer to 1.13."""
    filled = notebook(LINE, right_answers())
    cell, last = cell_of(filled, "1.13", "answer"), list(known(LINE).points)[4:]
    data = as_bytes(filled)
    data = data[: data.index(b'"id": "%s"' % cell["id"].encode()) + 20]
    gone = {"_" + e.replace(".", "_"): "missing" for e in last}
    return handing_in("cut-off", data, ["salvaged", "answer_missing"], **gone)


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        date = zipfile.ZipInfo(f"work/final/{LINE}.ipynb", (2026, 1, 1, 0, 0, 0))
        archive.writestr(date, as_bytes(notebook(LINE, right_answers())))
    return handing_in("zips", file.getvalue(), path="zips/my work.zip")


def moodle():
    path = f"Grace Hopper_4711_assignsubmission_file/{LINE}.ipynb"
    data = as_bytes(notebook(LINE, right_answers()))
    return handing_in("moodle", data, path=path, number="4711")


def canvas():
    """Handed in twice through Canvas: the second one, -1, is the right one."""
    student = handing_in(
        "canvas",
        as_bytes(notebook(LINE, right_answers())),
        ["several_versions"],
        path=f"hoppergrace_2001_9002_{LINE}-1.ipynb",
        number="2001",
    )
    student.files[f"hoppergrace_2001_9001_{LINE}.ipynb"] = as_bytes(known(LINE).blank)
    return student


def web_page():
    """The page of a log-in, saved as the notebook."""
    data = b"<!DOCTYPE html><html><body>Please log in</body></html>"
    return Student(
        "web-page", {f"web-page/{LINE}.ipynb": data}, {LINE: Expected(status="unreadable")}
    )


def other_sheet():
    """Sheet 4 under the name of sheet 1."""
    name = "04_momentum"
    points = known(name).points
    answers = {exercise: versions[0].source for exercise, versions in known(name).right.items()}
    files = {f"other-sheet/{LINE}.ipynb": as_bytes(notebook(name, answers))}
    passed = {exercise: ("passed", most, "") for exercise, most in points.items()}
    return Student("other-sheet", files, {name: Expected("graded", passed)})


def picture():
    """A photograph of the work, which may be of any sheet."""
    files = {"picture/work.png": b"\x89PNG\r\n\x1a\n"}
    return Student("picture", files, {}, anywhere=Expected(status="needs manual"))


def empty_folder():
    return Student("empty-folder", {"empty-folder": None}, {})


def stranger():
    """Somebody who is not on the class list."""
    data = as_bytes(notebook(LINE, right_answers()))
    expected = {LINE: Expected("graded", exercises(), frozenset(["not_on_roster"]))}
    return Student("stranger", {f"stranger/{LINE}.ipynb": data}, expected, on_roster=False)
