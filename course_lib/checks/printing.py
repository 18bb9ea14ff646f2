"""Plain data in words, for people to read."""

import numpy as np

from course_lib.checks.plain import is_a

SHOWN = 60  # numbers printed of one value


def text(data, digits=6):
    """Plain data as a person writes it: `(0.5, [1, 2])`, an array row below row."""
    if isinstance(data, float):
        return f"{data:.{digits}g}"
    if not isinstance(data, dict):
        return str(data)
    if "array" in data:
        return _array_text(data, digits)
    if "text" in data:
        return repr(data["text"])
    if "object" in data:
        return f"an object of type {data['object']}"
    if "error" in data:  # what `values` keeps of a call that raised
        return data["error"]
    if "changed" in data:
        return f"{text(data['value'], digits)}, and changed {_arguments(data['changed'])} in place"
    return _items_text(data, digits)


def kind_of(data):
    """What a piece of plain data is: "a number", "an array of shape (3,)"."""
    if isinstance(data, bool):
        return "True or False"
    if isinstance(data, float) or data in ("nan", "inf", "-inf"):
        return "a number"
    if data is None:
        return "None"
    if is_a(data, "array"):
        return f"an array of shape {tuple(data['array'])}"
    if is_a(data, "object"):
        return f"an object of type {data['object']}"
    return {"text": "a text", "tuple": "a tuple", "list": "a list", "dict": "a dictionary"}[
        next(iter(data))
    ]


def aligned(label, text):
    """text after label, its further lines indented to stand below its first."""
    return (label + text).replace("\n", "\n" + " " * len(label))


def _arguments(which):
    """ "argument 1", "arguments 1, lr": by position, and by name where they were given so."""
    return f"argument{'s' * (len(which) > 1)} {', '.join(map(str, which))}"


def _items_text(data, digits):
    kind, items = next(iter(data.items()))
    opening, closing = {"tuple": "()", "list": "[]", "dict": "{}"}[kind]
    if kind == "dict":
        words = [f"{text(key, digits)}: {text(part, digits)}" for key, part in items[:SHOWN]]
    else:
        words = [text(item, digits) for item in items[:SHOWN]]
    length = data.get("length", len(items))
    if length > SHOWN:
        words.append(f"... {length} in total")
    comma = "," if kind == "tuple" and length == 1 else ""
    return f"{'list ' if kind == 'list' else ''}{opening}{', '.join(words)}{comma}{closing}"


def _array_text(data, digits):
    shape = tuple(data["array"])
    if "data" not in data:
        ends = [text(x, digits) for x in data.get("ends", [])]
        mean, rms = (text(data.get(key), digits) for key in ("mean", "rms"))
        first, last = ", ".join(ends[:10]), ", ".join(ends[10:])
        return f"array {shape}: [{first}, ..., {last}], mean {mean}, root mean square {rms}"
    words = np.array([text(x, digits) for x in data["data"]], dtype=object).reshape(shape)
    return np.array2string(
        words, separator=", ", threshold=SHOWN, max_line_width=90, formatter={"object": str}
    )
