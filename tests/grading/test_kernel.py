"""nbval's kernel under guard: noticed when it dies, never flooded, never waited for without end."""

import time
from queue import Empty

import pytest

from course_lib.grading.run import kernel as module
from course_lib.grading.run.kernel import MESSAGES, Guarded, KernelDied
from course_lib.sheet_format import PROBE, VALUES

pytestmark = pytest.mark.alone
SEND = """
kernel = get_ipython().kernel
def send(kind, content, parent=None):
    parent = kernel.get_parent() if parent is None else parent
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
"""


@pytest.fixture(scope="module")
def kernel():
    made = Guarded("python3")
    run(made, SEND)
    yield made
    made.stop()


def run(kernel, code, seconds=20.0):
    """The messages of a cell up to its end, as nbval reads them."""
    sent = kernel.execute_cell_input(code, allow_stdin=False)
    kernel.await_reply(sent, timeout=seconds)
    found = []
    while True:
        message = kernel.get_message("iopub", timeout=5)
        content = message["content"]
        if message["msg_type"] == "status" and content["execution_state"] == "idle":
            return found
        found.append(message)


def texts(messages):
    return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")


def test_a_cell_is_read_to_its_end(kernel):
    assert texts(run(kernel, "print('hello')\nprint('there')")) == "hello\nthere\n"
    assert (kernel.status, kernel.dropped) == ("ok", 0)


def test_the_status_of_the_reply_is_kept_for_an_exception_that_is_not_shown(kernel):
    quiet = (
        "shell = get_ipython()\nold = shell.showtraceback\nshell.showtraceback = lambda *a, **k: 0"
    )
    run(kernel, quiet)
    messages = run(kernel, "1 / 0")
    assert kernel.status == "error"
    assert not [m for m in messages if m["msg_type"] == "error"]
    run(kernel, "shell.showtraceback = old")


def test_of_a_flood_the_beginning_is_kept_and_the_values_behind_it(kernel):
    show = f"display({{{VALUES!r}: {{'id': 'x'}}}}, raw=True)"
    messages = run(kernel, f"for i in range(6000):\n    print(i, flush=True)\n{show}", 60)
    assert len(messages) <= MESSAGES + 3  # with busy, the input and the values
    assert texts(messages).startswith("0\n1\n2\n")
    assert kernel.dropped > 3000
    assert texts(run(kernel, "print('next')")) == "next\n"


def test_what_is_printed_at_once_is_limited_too(kernel):
    messages = run(kernel, "print('x' * 3_000_000)\nprint('y' * 10)")
    assert len(texts(messages)) < module.CHARACTERS
    assert kernel.dropped


@pytest.mark.parametrize("mime", [VALUES, PROBE])
def test_a_flood_of_values_is_limited_as_well(kernel, mime):
    """Values come through behind a flood; many or large ones would fill memory and disk."""
    large = f"display({{{mime!r}: {{'id': 'x' * 40_000}}}}, raw=True)"
    messages = run(kernel, f"for i in range(100):\n    {large}")
    assert len([m for m in messages if m["msg_type"] == "display_data"]) == module.BUNDLES
    too_large = f"display({{{mime!r}: 'x' * 1_100_000}}, raw=True)"
    assert [m for m in run(kernel, too_large) if m["msg_type"] == "display_data"] == []


def test_no_other_message_piles_up_either(kernel):
    """Many ends, and large parts of messages that nobody asks for."""
    flood = """
for i in range(6000):
    send('status', {'execution_state': 'busy'})
for i in range(9):
    send('status', {'execution_state': 'busy', 'more': 'x' * 10_000})
kernel.session.send(kernel.iopub_socket, 'stream', {'name': 'stdout', 'text': 'x'},
                    parent=kernel.get_parent(), metadata={'x': 'y' * 1000}, buffers=[b'x' * 1000])
"""
    messages = run(kernel, flood)
    assert len(messages) <= MESSAGES + 3
    assert max(len(str(message)) for message in messages) < 2000
    assert all(m.keys() == {"msg_type", "content", "parent_header"} for m in messages[1:])


FORGED = [
    ("status", "{}"),
    ("status", "{'execution_state': 3}"),
    ("stream", "{'name': 'stdout'}"),
    ("stream", "{'name': ['stdout'], 'text': 'x'}"),
    ("stream", "{'name': 'stdout', 'text': 5}"),
    ("error", "{'ename': 'E', 'evalue': 'v', 'traceback': 'no list'}"),
    ("error", "{}"),
    ("display_data", "{'data': [], 'metadata': {}}"),
    ("display_data", "{'data': {}}"),
    ("execute_result", "{'data': {}, 'metadata': {}}"),
    ("execute_result", "{'data': {}, 'metadata': {}, 'execution_count': 'one'}"),
    ("update_display_data", "{'data': 7}"),
    ("clear_output", "{'data': None, 'wait': 1}"),
    ("comm_msg", "{}"),
    ("no_such_type", "{'data': [1]}"),
    ("", "{}"),
    ("display_data", "'text'"),
    ("display_data", "None"),
]


@pytest.mark.parametrize(("kind", "content"), FORGED)
def test_forged_messages_are_left_out_or_harmless(kernel, kind, content):
    messages = run(kernel, f"send({kind!r}, {content})\nprint('after')")
    assert texts(messages) == "after\n"
    assert all(isinstance(m["content"], dict) for m in messages)
    kinds = [m["msg_type"] for m in messages if m["msg_type"] in module.FORMS]
    assert kinds.count("status") + kinds.count("stream") == len(kinds)


@pytest.mark.parametrize("deep", [300, 900, 1500, 5000, 100_000])
def test_data_too_deep_to_be_read_costs_nothing(kernel, deep):
    forged = f"""
import json
text = '{{"data": {{"{VALUES}": ' + '[' * {deep} + ']' * {deep} + '}}, "metadata": {{}}}}'
session, pack = kernel.session, kernel.session.pack
session.pack = lambda thing: text.encode() if thing == 'forged' else pack(thing)
send('display_data', 'forged')
session.pack = pack
print('after')
"""
    assert texts(run(kernel, forged)) == "after\n"


def test_bytes_that_are_no_message(kernel):
    forged = """
socket = kernel.iopub_socket
for parts in ([b''], [b'topic', b'<IDS|MSG>', b'bad signature', b'{', b'', b'', b''], [b'x'] * 9):
    socket.send_multipart(parts)
print('after')
"""
    assert texts(run(kernel, forged)) == "after\n"


def test_messages_of_another_parent_are_dropped(kernel):
    other = "{'header': {'msg_id': 'other'}}"
    forged = "send('stream', {'name': 'stdout', 'text': 'forged'}, {'msg_id': 'other'})\n"
    forged += f"send('status', {{'execution_state': 'idle'}}, {other}['header'])\nprint('after')"
    assert texts(run(kernel, forged)) == "after\n"
    assert kernel.dropped >= 2


def test_an_end_that_is_forged_ends_its_own_cell_only(kernel):
    early = run(kernel, "send('status', {'execution_state': 'idle'})\nprint('late')")
    assert "late" not in texts(early)
    assert texts(run(kernel, "print('next')")) == "next\n"


def test_the_time_of_a_cell_and_then_an_interrupt(kernel):
    began = time.monotonic()
    sent = kernel.execute_cell_input("while True: pass", allow_stdin=False)
    with pytest.raises(Empty):
        kernel.await_reply(sent, timeout=0.5)
    assert 0.4 < time.monotonic() - began < 10
    kernel.interrupt()
    kinds = []
    while "idle" not in kinds:
        message = kernel.get_message("iopub", timeout=5)
        kinds.append(message["content"].get("execution_state", message["msg_type"]))
    assert "error" in kinds
    assert kernel.status == ""
    assert texts(run(kernel, "print('next')")) == "next\n"


def read_on(kernel, end):
    while time.monotonic() < end:
        kernel.get_message("iopub", timeout=5)


def test_the_rest_of_a_cell_that_goes_on_printing_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 1.0)
    kernel = Guarded("python3")
    try:
        code = (
            "while True:\n    try:\n        while True:\n            print('x' * 99, flush=True)\n"
        )
        code += "    except BaseException:\n        pass"
        sent = kernel.execute_cell_input(code, allow_stdin=False)
        with pytest.raises(Empty):
            kernel.await_reply(sent, timeout=0.5)
        kernel.interrupt()
        began = time.monotonic()
        with pytest.raises(Empty):
            read_on(kernel, began + 20)
        assert time.monotonic() - began < 10
        assert len(kernel.waiting) <= MESSAGES
    finally:
        kernel.stop()


def test_an_end_that_got_lost_is_made_up(kernel, monkeypatch):
    """More messages than ZeroMQ keeps: the one that says idle may be among the lost."""
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    received = kernel.kc.get_iopub_msg

    def without_end(timeout):
        message = received(timeout=timeout)
        return {} if message["content"].get("execution_state") == "idle" else message

    monkeypatch.setattr(kernel.kc, "get_iopub_msg", without_end)
    assert texts(run(kernel, "print('x')")) == "x\n"


@pytest.mark.parametrize("seconds", [0, 0.3])
def test_a_kernel_that_ends_is_noticed_long_before_the_time_is_up(seconds):
    kernel = Guarded("python3")
    try:
        sent = kernel.execute_cell_input(
            f"import os, time\ntime.sleep({seconds})\nos._exit(0)", allow_stdin=False
        )
        began = time.monotonic()
        with pytest.raises(KernelDied):
            kernel.await_reply(sent, timeout=60)
        assert time.monotonic() - began < 6
        assert not kernel.is_alive()
    finally:
        kernel.stop()
