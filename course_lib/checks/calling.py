"""Calling a student's function: on copies of the arguments, and whatever it does, no exception."""

import copy
import linecache
import sysconfig
import traceback
from dataclasses import dataclass
from pathlib import Path

from course_lib.checks.clock import TimeUp, time_limit
from course_lib.checks.plain import plain, type_name

LIBRARIES = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib")),
    "<frozen",
    "<__array_function__",
)


class case:
    """The arguments of one call: `case(theta, g, 1, lr=0.1)`; a plain tuple does without keywords."""

    def __init__(self, *args, **kwargs):
        self.args, self.kwargs = args, kwargs

    @classmethod
    def of(cls, given):
        """given as a case; a tuple holds the arguments by position."""
        if type(given) not in (cls, tuple):
            raise TypeError(f"inputs are tuples of arguments or case(...), got {given!r}")
        return given if type(given) is cls else cls(*given)


@dataclass(frozen=True)
class Returned:
    """A call that returned: the value as plain data, and the arguments as the call left them."""

    value: object
    arguments: case
    blank = timed_out = False


@dataclass(frozen=True)
class Raised:
    """A call that ended in an exception: its type, its text and the student's line, if known."""

    kind: str
    message: str = ""
    line: int = 0
    code: str = ""

    @property
    def blank(self):
        """True for the stub, `raise NotImplementedError()`."""
        return self.kind == "NotImplementedError"

    @property
    def timed_out(self):
        """True when the call was stopped by its time limit."""
        return self.kind == TimeUp.__name__


def call(function, arguments, seconds=None):
    """What function does with a copy of the case `arguments`: a Returned or a Raised.

    After so many seconds the call is stopped. Only an interrupt by the person at the keyboard
    (or by a grader's clock) passes through.
    """
    given = copy.deepcopy(arguments)
    try:
        with time_limit(seconds):
            value = plain(function(*given.args, **given.kwargs))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: quit() in an answer must not end the check
        return _raised(error)
    return Returned(value, given)


def changed(arguments, outcome):
    """Which arguments of the case `arguments` the call changed in place: positions, and keywords."""
    if isinstance(outcome, Raised):
        return ()
    after = outcome.arguments
    pairs = [*enumerate(zip(arguments.args, after.args, strict=True), 1)]
    pairs += [(name, (arguments.kwargs[name], after.kwargs[name])) for name in arguments.kwargs]
    return tuple(which for which, (old, new) in pairs if plain(old) != plain(new))


def _raised(error):
    line, code = _own_line(error.__cause__ if type(error) is TimeUp else error)
    return Raised(type_name(error), _message(error), line, code[:120])


def _message(error):
    """The first 300 characters of the error's text; a student's class may fail even there."""
    try:
        return str.__getitem__(str(error), slice(300))
    except KeyboardInterrupt:
        raise
    except BaseException:
        return ""


def _own_line(error):
    """(number, text) of the innermost line that is the student's and not a library's."""
    for frame, number in reversed(list(traceback.walk_tb(getattr(error, "__traceback__", None)))):
        file = frame.f_code.co_filename
        if not file.startswith(LIBRARIES):
            return number, linecache.getline(file, number).strip()
    return 0, ""
