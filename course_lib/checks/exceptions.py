"""What an exception in a student's answer usually means: a table of Python's and NumPy's messages.

Each row holds the kinds of exception, a pattern of the message, and the sentence; `{1}` in it is what
the pattern's first group found.
"""

import difflib
import re

import numpy as np

ROWS = [
    (
        "ValueError",
        r"truth value of an array",
        "`if`, `and`, `or`, `not`, `min` and `max` need one True or False, but comparing an array "
        "gives one for each number. np.where(condition, a, b) chooses number by number.",
    ),
    (
        "ValueError",
        r"operands could not be broadcast together with (?:remapped )?shapes (.+?) *$",
        "NumPy cannot combine arrays of the shapes {1} number by number. Print the shapes of both. "
        "A vector v of shape (n,) meets the rows of an (n, m) array as the column v[:, None].",
    ),
    (
        "ValueError",
        r"matmul: Input operand .* mismatch|shapes \(.*\) and \(.*\) not aligned",
        "in A @ B the last size of A must equal the first size of B. Is a transpose missing, such as "
        "X.T @ r in place of X @ r? Print the shapes of both.",
    ),
    (
        "ValueError",
        r"matmul: Input operand (\d) does not have enough dimensions",
        "@ multiplies arrays, and one of the two here is a single number. Use * for a number.",
    ),
    (
        "ValueError",
        r"inhomogeneous|setting an array element with a sequence",
        "an array holds numbers in equal rows, and one item here is itself an array or a tuple. Does a "
        "function that returns (value, gradient) stand where one number belongs?",
    ),
    (
        "ValueError",
        r"not enough values to unpack \(expected (\d+), got (\d+)\)",
        "the left side of = has {1} names, and the right side has only {2} values.",
    ),
    (
        "ValueError",
        r"too many values to unpack \(expected (\d+)",
        "the right side of = has more values than the left side has names ({1}).",
    ),
    (
        "TypeError",
        r"cannot unpack non-iterable (?:float|int|numpy\.\w+|float64) object",
        "the left side of = has several names, and the right side is one number.",
    ),
    (
        "TypeError",
        r"'(?:numpy\.)?(ndarray|float|int|float64|int64|tuple|list)' object is not callable",
        "round brackets after a name call a function, but this name stands for a value ({1}). Is a * "
        "missing before the bracket, or did you give a variable the name of a function?",
    ),
    (
        "TypeError",
        r"unsupported operand .*(?:function|method)|'(?:function|builtin_function_or_method|method)'"
        r" object is not subscriptable",
        "a function stands where its result belongs. Call it, with round brackets: f(theta).",
    ),
    (
        "TypeError|AttributeError",
        r"'tuple'|can't multiply sequence",
        "a tuple or a list stands where a number or an array belongs. A function that returns two "
        "things needs two names: value, g = f(theta).",
    ),
    (
        "TypeError|AttributeError",
        r"'list'|list indices must be",
        "a list stands where an array belongs. np.array(a_list) makes an array, which you can add, "
        "scale and index by columns.",
    ),
    (
        "TypeError|AttributeError",
        r"'?NoneType'?",
        "something here is None. A function without a return line returns None, and so do methods that "
        "change an array in place, such as a.sort() and rng.shuffle(a).",
    ),
    (
        "TypeError|IndexError|AttributeError",
        r"'(?:numpy\.)?(?:float|int|float64|int64)' object (?:is not (?:iter|subscr)|has no attr)"
        r"|invalid index to scalar variable",
        "this is a single number: it has no elements, no shape and no methods of an array.",
    ),
    (
        "TypeError",
        r"only integer scalar arrays",
        "an array stands where one whole number is needed, such as an axis. For the larger of two "
        "numbers, entry by entry, use np.maximum(a, b); np.max(a, axis) is the largest of one array.",
    ),
    (
        "TypeError|IndexError",
        r"cannot be interpreted as an integer|slice indices|only integers, slices"
        r"|arrays used as indices must be|expected a sequence of integers",
        "range, an index and a size need a whole number. Division with / gives a float even for 6 / 2; "
        "// gives a whole number.",
    ),
    (
        "TypeError",
        r"only (?:length-1|0-dimensional) arrays can be converted",
        "float(), int(), round() and the functions of math take one number, and they got an array. Use "
        "NumPy's: np.sqrt, np.exp, np.round.",
    ),
    (
        "IndexError",
        r"index (-?\d+) is out of bounds .*with size (\d+)",
        "the indices of {2} elements go from 0 to {2} - 1, and this index is {1}.",
    ),
    (
        "IndexError",
        r"(?:list|tuple) index out of range",
        "the indices of n elements go from 0 to n - 1.",
    ),
    (
        "IndexError",
        r"too many indices for array: array is (\d)-dimensional",
        "the array has fewer axes ({1}) than there are indices in the square brackets. "
        "A vector has no columns.",
    ),
    (
        "AxisError",
        r"axis (-?\d+) is out of bounds for array of dimension (\d)",
        "axis={1} does not exist in an array with {2} axes: they count from 0, so a vector has axis 0 "
        "only.",
    ),
    (
        "UFuncTypeError|UFuncOutputCastingError|_UFuncOutputCastingError",
        r"Cannot cast ufunc '(\w+)' output from dtype\('float\d*'\) to dtype\('int\d*'\)",
        "an array of whole numbers cannot take decimals in place. Write a = a - b, which makes a new "
        "array, in place of a -= b.",
    ),
    (
        "UnboundLocalError",
        r"local variable '(\w+)'",
        "{1} is used before it has a value. A name that the function assigns anywhere is its own "
        "variable: give it a start value above the loop.",
    ),
    (
        "ZeroDivisionError",
        r"",
        "something is divided by 0. Which number can be 0 for this input, for example a counter that "
        "starts at 0?",
    ),
    (
        "RecursionError",
        r"",
        "the function calls itself again and again. Does its own name stand where you mean another "
        "function?",
    ),
    (
        "LinAlgError",
        r"[Ss]ingular matrix",
        "this matrix has no inverse. np.linalg.lstsq(A, b)[0] solves such equations too.",
    ),
    ("LinAlgError", r"must be square", "this function needs a square matrix, such as X.T @ X."),
    (
        "TypeError",
        r"(\w+)\(\) missing \d+ required positional arguments?: (.+)",
        "your code calls {1} without its argument {2}.",
    ),
    (
        "TypeError",
        r"(\w+)\(\) got an unexpected keyword argument '(\w+)'",
        "{1} has no argument with the name {2}.",
    ),
    (
        "TypeError",
        r"(\w+)\(\) takes (.+) positional arguments? but (\d+) (?:was|were) given",
        "your code calls {1} with {3} arguments, and it takes {2}.",
    ),
    (
        "UFuncTypeError|UFuncNoLoopError",
        r"did not contain a loop with signature matching types",
        "NumPy cannot calculate with these: a text or an object stands where a number belongs.",
    ),
    ("SystemExit", r"", "quit() or exit() ends the program; use return."),
]


def meaning(raised, names=()):
    """What the exception means, a sentence, or ""; `names` are the arguments of the answer."""
    if raised.kind == "NameError":
        return _unknown_name(raised.message, names)
    if unknown := re.search(r"module 'numpy(\.\w+)?' has no attribute '(\w+)'", raised.message):
        return _unknown_function(unknown[1] or "", unknown[2])
    for kinds, pattern, sentence in ROWS:
        found = re.search(pattern, raised.message)
        if found and raised.kind in kinds.split("|"):
            return sentence.format(found[0], *found.groups())
    return ""


def _unknown_name(message, names):
    found = re.search(r"name '(\w+)' is not defined", message)
    if not found:
        return ""
    name = found[1]
    if name in ("np", "numpy"):
        return "NumPy is not imported yet. Run the first cell of the notebook: import numpy as np."
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"there is no name {name} here. Did you mean the argument {close[0]}?"
    own = f" Your function's arguments are {', '.join(names)}." if names else ""
    return f"there is no name {name} here. Is it misspelt, or has its cell not been run yet?{own}"


def _unknown_function(module, name):
    inside = np.linalg if module == ".linalg" else np
    close = difflib.get_close_matches(name, dir(inside), n=1)
    suggestion = f" Did you mean np{module}.{close[0]}?" if close else ""
    return f"NumPy has no np{module}.{name}.{suggestion}"
