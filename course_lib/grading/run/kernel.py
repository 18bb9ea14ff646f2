"""nbval's kernel with three guards: it is noticed when it dies, it cannot flood, it cannot hang us.

nbval 0.11 waits for a dead kernel until the time is up, keeps every message, and reads without end
from a kernel that goes on printing. Here the messages are taken in while the reply is awaited, as
many of them as a cell may have, and every wait has an end.
"""

import contextlib
import os
import signal
import time
from collections import deque
from queue import Empty

from nbval.kernel import RunningKernel

from course_lib.sheet_format import PROBE, VALUES

MESSAGES, CHARACTERS = 2000, 1_000_000  # what one cell may display
BUNDLES = 20  # of values, which are kept even behind a flood; a graded cell has two
POLL = 0.25  # seconds between two checks that the kernel lives
PATIENCE = 6.0  # seconds for the rest, once a cell has ended or was interrupted
# What nbval reads of a message without asking whether it is there; students can send any.
DISPLAY = (("data", dict), ("metadata", dict))
FORMS = {
    "status": (("execution_state", str),),
    "stream": (("name", str), ("text", str)),
    "error": (("ename", str), ("evalue", str), ("traceback", list)),
    "display_data": DISPLAY,
    "execute_result": (*DISPLAY, ("execution_count", int)),
}


class KernelDied(Exception):
    """The kernel ended in the middle of a cell."""


class Guarded(RunningKernel):
    """A RunningKernel for code that nobody has looked at."""

    waiting = None  # messages of the cell, not yet asked for; None until the first cell

    def execute_cell_input(self, cell_input, allow_stdin=None):
        """Send a cell; what is left of the one before is forgotten."""
        self.waiting, self.dropped, self.status = deque(), 0, ""
        self.messages = self.characters = self.bundles = self.statuses = 0
        self.end = None
        self.current = super().execute_cell_input(cell_input, allow_stdin)
        return self.current

    def await_reply(self, msg_id, timeout=None):
        """Wait for the cell's reply, taking in what it displays. Raises Empty, KernelDied."""
        if self.waiting is None:
            super().await_reply(msg_id, timeout)
            return
        deadline, next_poll = time.monotonic() + (timeout or 60), 0.0
        while True:
            self._take_in()
            reply = self._reply(msg_id)
            now = time.monotonic()
            if reply:
                self.status, self.end = reply["content"]["status"], now + PATIENCE
                return
            if now > deadline:
                self.end = now + PATIENCE
                raise Empty
            if now > next_poll:
                next_poll = now + POLL
                if not self.is_alive():
                    raise KernelDied("the kernel ended")

    def _reply(self, msg_id):
        try:
            reply = _received(self.kc.get_shell_msg, 0.02)
        except Empty:
            return None
        if not reply or reply["parent_header"].get("msg_id") != msg_id:
            return None
        return reply if isinstance(reply["content"].get("status"), str) else None

    def _take_in(self, seconds=0):
        """Move what the kernel has displayed so far into `waiting`; what is too much is dropped.

        When there is nothing yet, wait so many seconds for the first.
        """
        for number in range(MESSAGES):
            try:
                message = _received(self.kc.get_iopub_msg, 0 if number else seconds)
            except Empty:
                return
            if message and self._fits(message):
                self.waiting.append(message)
            else:
                self.dropped += 1

    def _fits(self, message):
        """Of a flood the beginning is kept, and what grading needs."""
        if message["parent_header"].get("msg_id") != self.current:
            return False
        kind, content = message["msg_type"], message["content"]
        if not all(isinstance(content.get(name), type_) for name, type_ in FORMS.get(kind, ())):
            return False
        try:
            size = len(str(content))
        except RecursionError:  # data so deep that nothing can be done with it
            return False
        if kind == "status":
            self.statuses += 1
            return self.statuses <= MESSAGES and size < 1000
        self.messages += 1
        if kind in FORMS and not {VALUES, PROBE}.isdisjoint(content.get("data", ())):
            self.bundles += 1
            return self.bundles <= BUNDLES and size < CHARACTERS
        self.characters += size
        return self.messages <= MESSAGES and self.characters <= CHARACTERS

    def get_message(self, stream, timeout=None):
        """The next message of the cell. The end of a cell is made up when it was lost in a flood."""
        if stream != "iopub" or self.waiting is None:
            return super().get_message(stream, timeout)
        while not self.waiting:
            if self.end is not None and time.monotonic() > self.end:
                if self.status:
                    return self._idle()
                raise Empty
            self._take_in(0.02)
            if not self.waiting and not self.is_alive():
                raise KernelDied("the kernel ended")
        return self.waiting.popleft()

    def stop(self):
        """End the kernel. It is not asked, nor waited for: nothing that it could still say matters."""
        if os.name != "posix":
            super().stop()
            return
        self.kc.stop_channels()
        with contextlib.suppress(OSError, RuntimeError):  # it has ended already
            self.km.signal_kernel(signal.SIGKILL)
        del self.km

    def _idle(self):
        return {
            "msg_type": "status",
            "parent_header": {"msg_id": self.current},
            "content": {"execution_state": "idle"},
        }


def _received(receive, seconds):
    """What is needed of the next message, or None for one that is none. Raises Empty."""
    try:
        message = receive(timeout=seconds)
        kind, content, parent = (message[key] for key in ("msg_type", "content", "parent_header"))
        if not isinstance(kind, str) or not isinstance(content, dict):
            return None
        return {"msg_type": kind, "content": content, "parent_header": {"msg_id": parent["msg_id"]}}
    except Empty:
        raise
    except Exception:  # a forged signature, bytes that are no JSON: whatever a student can send
        return None
