"""What a function returned, as plain data: its kind, its shape and its numbers.

    plain((2.0, np.array([1, 2])))  ->  {"tuple": [2.0, {"array": [2], "data": [1.0, 2.0]}]}

Only exact types are read. A student's object is never asked to compare, convert or print itself:
one that claims to equal everything becomes `{"object": "Sneaky"}` and equals nothing else.
Checks compare plain data, `values` displays it, and it is JSON, so a grader can compare it again.
"""

import json
import math

import numpy as np

LIMIT = 1000  # numbers kept of one value; a larger array is summarised
DEPTH = 6  # tuples within tuples
TEXT = 200  # characters kept of a text
SCALARS = {kind for kind in np.sctypeDict.values() if issubclass(kind, np.integer | np.floating)}
NUMBERS = (float, int, *sorted(SCALARS, key=lambda kind: kind.__name__))


def plain(value):
    """value as JSON data. Every real number becomes a float, and nan, inf, -inf become texts."""
    return _Reader().read(value, DEPTH)


def is_a(data, kind):
    """True for plain data of this kind: "tuple", "list", "array", "object"."""
    return isinstance(data, dict) and kind in data


def parts(data):
    """The items of a returned tuple; any other value is its own single part."""
    return data["tuple"] if is_a(data, "tuple") else [data]


def type_name(thing):
    """The name of thing's type, at most 60 characters, whatever its metaclass says."""
    return type.__dict__["__name__"].__get__(type(thing))[:60]


class _Reader:
    """Reads one value; `left` is how many more numbers and texts it will take in."""

    def __init__(self):
        self.left = LIMIT

    def read(self, value, depth):
        kind = type(value)
        self.left -= 1
        if value is None:
            return None
        if kind is bool or kind is np.bool_:
            return bool(value)
        if _is_one_of(kind, NUMBERS):
            return _number(value)
        if _is_one_of(kind, (str, np.str_)):
            return {"text": value.strip().lower()[:TEXT]}
        if kind is np.ndarray:
            return self.read_array(value, depth)
        if _is_one_of(kind, (tuple, list, dict)) and depth > 0:
            return self.read_items(value, depth - 1)
        return {"object": type_name(value)}

    def read_items(self, value, depth):
        """A tuple or list item by item; a dict as pairs in the order of its keys."""
        name, read = type(value).__name__, []
        for item in value.items() if name == "dict" else value:
            if self.left <= 0:
                return {name: read, "length": len(value)}
            pair = name == "dict"
            read.append([self.read(p, depth) for p in item] if pair else self.read(item, depth))
        return {name: sorted(read, key=json.dumps) if name == "dict" else read}

    def read_array(self, array, depth):
        if array.ndim == 0 and array.dtype != object:
            return self.read(array[()], depth)
        if array.dtype.kind not in "biufU":
            return {"object": f"array of {array.dtype.name}"[:60]}
        shape = list(array.shape)
        if array.size > max(self.left, 20):
            self.left -= 20
            return {"array": shape, **_summary(array)}
        self.left -= array.size
        return {"array": shape, "data": [self.read(v, 0) for v in array.ravel()]}


def _is_one_of(kind, kinds):
    """`kind in kinds` by identity: `==` would ask the student's metaclass."""
    return any(kind is known for known in kinds)


def _number(x):
    try:
        x = float(x)
    except OverflowError:  # a whole number beyond the largest float
        x = math.inf if x > 0 else -math.inf
    return x if math.isfinite(x) else str(x)


def _summary(array):
    """Ten numbers from each end, the mean and the root of the mean square stand for the rest."""
    if array.dtype.kind == "U":
        return {"object": "many texts"}
    flat = array.ravel()
    with np.errstate(all="ignore"):
        mean, square = flat.mean(dtype=float), np.square(flat, dtype=float).mean()
    ends = [_number(x) for x in (*flat[:10], *flat[-10:])]
    return {"ends": ends, "mean": _number(mean), "rms": _number(np.sqrt(square))}
