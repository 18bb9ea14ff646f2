"""Sheets that say the same, token for token, as those of other students: a flag, and no more.

Comments, docstrings and white space do not count, names do. Exercises in which nearly everybody
writes the same are short, so a sheet has to have enough of its own before it is compared.
"""

import hashlib
import io
import tokenize
from collections import Counter

from course_lib.grading.flags import flag

ENOUGH = 100  # tokens that are not in the blank sheet; a whole sheet of solutions has 300 and more
SHORT = 15  # an answer with fewer tokens of its own has only one natural form
# Characters; what is longer, or has longer lines, is split at white space, which is quicker: Python's
# tokenizer takes minutes for a line of 50,000 that is one unfinished text.
LONGEST, WIDEST = 50_000, 300
NAMED = 8  # other students named in one flag
DROPPED = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
LAYOUT = {tokenize.INDENT: "(indent)", tokenize.DEDENT: "(dedent)", tokenize.NEWLINE: "(newline)"}


def similar(answers, stubs):
    """{student: list of flags}, each student of `answers` in it.

    answers   {student: {exercise: source}}
    stubs     {exercise: source} of the blank sheet
    """
    blanks = {exercise: Counter(tokens(stub)) for exercise, stub in stubs.items()}
    known, groups = {}, {}
    for student, sources in answers.items():
        mark = _mark(sources, blanks, known)
        if mark:
            groups.setdefault(mark, []).append(student)
    found = {student: [] for student in answers}
    for group in groups.values():
        for student in group if len(group) > 1 else ():
            found[student].append(flag("same_as", "", _others(student, group)))
    return found


def tokens(source):
    """The words of a program, as a tuple, without comments and docstrings."""
    if len(source) > LONGEST or any(len(line) > WIDEST for line in source.split("\n")):
        return tuple(source.split())
    words, begins = [], True  # begins: at the beginning of a statement, where a text is a docstring
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in DROPPED:
                continue
            is_note = token.type == tokenize.NEWLINE and words and words[-1].startswith("(note)")
            if is_note:
                words.pop()
            else:
                note = begins and token.type == tokenize.STRING
                words.append(LAYOUT.get(token.type) or "(note)" * note + token.string)
            begins = token.type in LAYOUT
    except (tokenize.TokenError, SyntaxError, ValueError):
        return tuple(source.split())
    return tuple(words)


def _mark(sources, blanks, known):
    """A hash of all that a student wrote, or "" when it is too little to say anything."""
    total, whole = 0, hashlib.sha256()
    for exercise in sorted(blanks.keys() & sources.keys()):
        key = exercise, sources[exercise]
        if key not in known:
            known[key] = _measured(sources[exercise], blanks[exercise])
        words, own = known[key]
        total += own if own >= SHORT else 0
        whole.update(repr((exercise, words)).encode())
    return whole.hexdigest() if total >= ENOUGH else ""


def _measured(source, blank):
    """A source's tokens as a hash, and how many of them the blank does not have."""
    words = tokens(source)
    mark = hashlib.sha256(repr(words).encode("utf-8", "backslashreplace"))
    return mark.hexdigest(), (Counter(words) - blank).total()


def _others(student, group):
    """How many other students are in a group, and some of them."""
    place = group.index(student)
    others = [*group[max(0, place - NAMED) : place], *group[place + 1 : place + 1 + NAMED]]
    listed = ", ".join(str(name)[:60] for name in others[:NAMED])
    count = len(group) - 1
    return (
        f"the same words as {count} other{'s' * (count > 1)}: {listed}{', ...' * (count > NAMED)}"
    )
