"""When two pieces of plain data are the same, and what becomes of their numbers before that."""

from course_lib.checks.plain import is_a

# How far an answer may be from the right one, in practice and where it is graded. Graded values are
# displayed with 6 significant digits, and as 0 below 1e-9: two right ones can differ in the last digit.
RTOL, ATOL = 2e-5, 2e-9


def same(got, expected, rtol=1e-7, atol=1e-9):
    """True when two pieces of plain data agree, each number within atol + rtol |expected|."""
    if type(got) is not type(expected):
        return False
    if is_a(expected, "array"):
        got = as_array(got)
    if isinstance(got, dict):
        return got.keys() == expected.keys() and all(
            same(got[key], expected[key], rtol, atol) for key in got
        )
    if isinstance(got, list):
        return len(got) == len(expected) and all(
            same(g, e, rtol, atol) for g, e in zip(got, expected, strict=True)
        )
    if isinstance(got, float):
        return abs(got - expected) <= atol + rtol * abs(expected)
    return got == expected


def as_array(data):
    """A list of numbers, or of equal rows of numbers, as np.array(list) is; other data as it is."""
    if not is_a(data, "list") or "length" in data:
        return data
    items = [as_array(item) for item in data["list"]]
    if all(isinstance(item, float | bool) or item in ("nan", "inf", "-inf") for item in items):
        return {"array": [len(items)], "data": items}
    if not all(is_a(item, "array") and "data" in item for item in items):
        return data
    if any(item["array"] != items[0]["array"] for item in items):
        return data
    numbers = [number for item in items for number in item["data"]]
    return {"array": [len(items), *items[0]["array"]], "data": numbers}


def each_number(data, change):
    """Plain data with change(x) in place of every number x."""
    if isinstance(data, dict):
        return {key: each_number(part, change) for key, part in data.items()}
    if isinstance(data, list):
        return [each_number(part, change) for part in data]
    return change(data) if isinstance(data, float) else data


def form_of(data):
    """Plain data with 0 in place of every number and a dot in place of every character."""
    if isinstance(data, dict):
        own = {"text": "." * len(data["text"])} if "text" in data else {}
        return {key: form_of(part) for key, part in data.items()} | own
    if isinstance(data, list):
        return [form_of(part) for part in data]
    is_number = isinstance(data, float) or data in ("nan", "inf", "-inf")
    return 0.0 if is_number else data


def rounded(data, atol, digits=6):
    """Plain data, each number at `digits` significant digits, exactly 0 below atol, never -0."""
    return each_number(data, lambda x: 0.0 if abs(x) < atol else float(f"{x:.{digits}g}") + 0.0)
