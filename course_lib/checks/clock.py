"""A time limit for a call that may never return."""

import _thread
import threading
from contextlib import contextmanager

AGAIN = 1.0  # seconds after which code that caught the interrupt gets another


class TimeUp(Exception):
    """The call had not returned within the limit."""


@contextmanager
def time_limit(seconds):
    """Raise TimeUp when the block takes longer; None, or another thread than the main one: no limit.

    A timer thread interrupts the block as the keyboard would, which works on Windows too. An
    interrupt by the person at the keyboard stays a KeyboardInterrupt. A loop inside one call of
    NumPy ends only after that call.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    watch, interrupt = _Watch(seconds), None
    watch.start()
    try:
        try:
            yield
        finally:
            watch.stop()
    except KeyboardInterrupt as error:
        if not watch.interrupts:
            raise
        interrupt = error
    if watch.interrupts:
        raise TimeUp(f"it had not returned after {seconds:.0f} seconds") from interrupt


class _Watch(threading.Thread):
    """Interrupts the main thread after some seconds, and again, until it is stopped."""

    def __init__(self, seconds):
        super().__init__(daemon=True)
        self.seconds, self.interrupts = seconds, 0
        self.stopped, self.guard = threading.Event(), threading.Lock()

    def run(self):
        while not self.stopped.wait(AGAIN if self.interrupts else self.seconds):
            with self.guard:
                if not self.stopped.is_set():
                    self.interrupts += 1
                    _thread.interrupt_main()

    def stop(self):
        self.stopped.set()
        with self.guard:  # an interrupt that has begun comes before the end of the block
            pass
