"""Whose a submission is, from its name, as Moodle, Canvas, nbgrader or people write it.

    Ada Lovelace_12345_assignsubmission_file/...        Moodle, a folder for each student
    Ada Lovelace_12345_assignsubmission_file_x.ipynb    Moodle, without folders
    lovelaceada_LATE_123_4567_x-1.ipynb                 Canvas: user, file, -1 when it came again
    LATE_anon_Xy1Z2_4567_x.ipynb                        Canvas, anonymous
    ada/...  ada.zip  ada.ipynb                         nbgrader, and by hand
    ada_01_linear_regression.ipynb                      by hand, all in one folder

Only the first name of a path is asked: that one is the LMS's or the instructor's, what is below it
is the student's.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

MOODLE = re.compile(r"([^_]*?)(?:_(\d+))?_assignsubmission_([a-z]+)(?:_(.*))?", re.DOTALL)
CANVAS = re.compile(r"(\w*?)(?:_LATE)?_([1-9]\d*)_([1-9]\d*)_(.+)", re.DOTALL)
MARK = re.compile(r"_(\d+)_assignsubmission_")
PAIR = re.compile(r"(?:^|_)([1-9]\d{2,})_[1-9]\d{2,}_")  # as Canvas writes them; no date looks so
ANONYMOUS = re.compile(r"(?:LATE_)?(anon_[A-Za-z0-9]+)_([1-9]\d*)_(.+)", re.DOTALL)
COPY = re.compile(r"(?:-| ?\()(\d{1,3})\)?$|[-_ ]copy[-_ ]?(\d{0,3})$", re.IGNORECASE)
LONGEST = 100


@dataclass(frozen=True)
class Owner:
    """What the name of a submission says about the student."""

    label: str  # names the student where there is no roster
    texts: tuple  # what may be in the roster
    or_text: str = ""  # and this, when none of them is
    ids: tuple = ()  # ("moodle", "12345")
    again: tuple = ()  # Canvas: (number of the resubmission, number of the file)
    doubtful: bool = False  # another number stands in the name, as if it were another's
    spelled: str = ""  # the name as it came; label and roster do not tell ways to write é apart


def owner(name, container, sheets) -> Owner:
    """The owner of a submission with this first name, in a folder or zip called `container`."""
    lms = from_lms(name)
    if lms:
        return lms
    base = stem(name)
    for sheet in sorted(sheets, key=len, reverse=True):
        place = base.lower().find(sheet.lower())
        if place >= 0:
            after = base[place + len(sheet) :]
            after = without_number(after) and after  # sheet-2 is a copy, sheet_group-2 a group
            base = (base[:place] + after).strip("_- ") or stem(container)
            break
    return Owner(label(base), (name, base), without_number(base), spelled=base)


def from_lms(name):
    """The owner by a name as Moodle or Canvas writes it; None for any other name."""
    if found := MOODLE.fullmatch(name):
        who, number, _, _ = found.groups()
        base = f"{who}_{number}" if number else who
        texts = (base, who, f"Participant {number}") if number else (who,)
        ids = (("moodle", number),) if number else ()
        doubtful = bool(set(MARK.findall(name)) - {number})
        return Owner(label(name if doubtful else base), texts, "", ids, (), doubtful, base)
    if found := ANONYMOUS.fullmatch(name):
        who, file, rest = found.groups()
        again = (times_again(stem(rest)), int(file[:18]))
        return Owner(label(who), (who,), again=again, spelled=who)
    if found := CANVAS.fullmatch(name):
        who, user, file, rest = found.groups()
        again = (times_again(stem(rest)), int(file[:18]))
        base = f"{who}_{user}"
        doubtful = bool(set(PAIR.findall(rest)) - {user})
        named = label(name if doubtful else base)
        ids = (("canvas", user),)
        return Owner(named, (base, who), stem(name), ids, again, doubtful, base)
    return None


def stem(name):
    """The name without its ending: ada of ada.ipynb, of ada.ipynb.txt and of ada.zip."""
    place = name.lower().find(".ipynb")
    if place > 0:
        return name[:place] + name[place + 6 :].removesuffix(".txt").removesuffix(".json")
    ending = re.search(r"\.(zip|json|txt)$", name, re.IGNORECASE)
    return name[: ending.start()] if ending else name


def times_again(base):
    """2 of x-2, "x (2)", x-Copy2: how often it came again, as LMS, browser and Jupyter write it."""
    found = COPY.search(base)
    return int(found.group(1) or found.group(2) or 1) if found else 0


def without_number(base):
    """x of x-2, "x (2)" and x-Copy2."""
    return COPY.sub("", base)


def label(text, as_came=""):
    """text as the name of a row: printable, at most 100 characters, and still one for each text.

    `as_came` is another way to write it, when that one needs a row of its own.
    """
    text = unicodedata.normalize("NFC", text)
    clean = printable(text).strip()
    if clean == text and 0 < len(clean) <= LONGEST and not as_came:
        return clean
    mark = hashlib.sha256((as_came or text).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{clean[: LONGEST - 10]}-{mark}"


def imitations(owners):
    """The ways to write a name, casefolded, that are not its usual one although that one is there too.

    é is one letter or two, and looks the same; so are the wide letters of East Asian writing. If all
    owners write a name in one way, that is its way, whichever it is.
    """
    forms = {}
    for who in owners:
        text = who.spelled.casefold()
        usual = unicodedata.normalize("NFKC", text).casefold()
        forms.setdefault(usual, set()).add(text)
    return {text for usual, texts in forms.items() if len(texts) > 1 for text in texts - {usual}}


def printable(text):
    """text with ? for every character that a terminal or a table would act upon."""
    return "".join(char if char.isprintable() else "?" for char in text)
