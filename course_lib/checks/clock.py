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
    finished, guard, interrupts, interrupt = threading.Event(), threading.Lock(), 0, None

    def watch():
        nonlocal interrupts
        while not finished.wait(AGAIN if interrupts else seconds):
            with guard:
                if not finished.is_set():
                    interrupts += 1
                    _thread.interrupt_main()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        try:
            yield
        finally:
            with guard:
                finished.set()
    except KeyboardInterrupt as error:
        finished.set()
        if not interrupts:
            raise
        interrupt = error
    if interrupts:
        raise TimeUp(f"it had not returned after {seconds:.0f} seconds") from interrupt
