"""Phrases that no colleague would say may not occur in what people read.

Read are Markdown, comments and all texts in the code, docstrings and messages among them, with line
breaks as spaces. Code in backticks or fences and what stands between double quotes is passed over.
"""

import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
FOLDERS = ("source", "course_lib", "book")
# A regular expression, and what to write instead. Word borders and either case are understood.
PHRASES = {
    "whoever|whomever": "you, anybody who",
    "one (?:learns|sees|knows|writes|chooses|wants)": "you learn",
    "mend|mends|mended|mending": "fix, correct",
    "anew": "again",
    "to and fro": "back and forth",
    "for ever": "indefinitely",
    "rightly": "correctly",
    r"in all(?=[.,;:)]|\Z)": "in total",
    "(?:comes?|came) apart": "no longer match",
    "(?:images|pictures|examples) (?:learnt|learned) from": "training images",
    "(?:derivative|gradient|slope|loss) by (?:the (?!same)|each|w|b|θ|its)": "with respect to",
    "wanted is|(?:is|are) wanted": "your function should return ...",
    "to be had": "is available",
    "what came(?= is|[.,;:])|values? came": "what your function returned, what was given",
    "(?:is|are|was) looked at": "is checked, is used",
    "has really run": "was tested",
    "but for rounding": "up to rounding",
    "hold against|held against": "compare with",
    "plain descent": "gradient descent",
    "above the lowest": "excess loss",
    "lets? itself": "can be",
    "misconceptions (?:can go|meet)": "two common misconceptions",
    "meets? (?:its|their) end": "ends",
    "slip of the pen": "typing error",
    "tells? the way": "points the right way",
    "of its own moment": "at that moment",
    "the one be": "can we",
    "way (?:still )?to go": "distance left",
    "so do you": "you also",
    "into a number how": "was scored",
    "speaks? for (?:large|small)": "argues for",
    "(?:look|looks) whether": "check that",
}
EVERY = re.compile(
    "|".join(rf"(?P<p{k}>\b(?:{phrase})(?!\w))" for k, phrase in enumerate(PHRASES)).replace(
        " ", r"\s+"
    ),
    re.IGNORECASE,
)
PASSED_OVER = re.compile(
    r"^ *```.*?^ *```|`[^`\n]*`|\{[^{}\n]*\}|\"[^\"\n]*\"|“[^”]*”", re.DOTALL | re.MULTILINE
)
QUOTES = re.compile(r"^\w{0,2}(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')$")
LINE_ENDS = (tokenize.NL, tokenize.NEWLINE)


def files():
    found = [ROOT / page for page in PAGES]
    for folder in FOLDERS:
        texts = (
            path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".py", ".md")
        )
        found += [path for path in texts if "_build" not in path.parts]  # the site, made from these
    return found


def texts(path):
    """(line, text) for each comment block, each run of adjacent strings, or the Markdown page."""
    content = path.read_text(encoding="utf-8")
    return python_texts(content) if path.suffix == ".py" else [(1, content)]


def python_texts(content):
    """The same for Python: neighbours of one kind are one text, so that a phrase may cross lines."""
    blocks, kind = [], None
    for this, line, words in _tokens(content):
        if this and this == kind:
            blocks[-1][1] += f"\n{words}"
        elif this:
            blocks.append([line, words])
        kind = this
    return blocks


def _tokens(content):
    """(kind, line, words) of comments and texts; kind None for code. An f-string is one text."""
    inside, words, line = 0, "", 0
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        name = tokenize.tok_name[token.type]
        if name == "FSTRING_START":
            inside, line = inside + 1, line if inside else token.start[0]
        elif name == "FSTRING_END":
            inside -= 1
            if not inside:
                yield "text", line, words
                words = ""
        elif inside:
            words += token.string if name == "FSTRING_MIDDLE" else "…"
        elif name == "COMMENT":
            yield "comment", token.start[0], token.string.lstrip("# ")
        elif name == "STRING":
            yield "text", token.start[0], QUOTES.sub("", token.string)
        elif token.type not in LINE_ENDS:
            yield None, 0, ""


def found_in(text):
    """The matches of what may not occur, at their places in the text."""
    return list(EVERY.finditer(PASSED_OVER.sub(lambda code: re.sub(r"[^\n]", "…", code[0]), text)))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_text_is_plain(path):
    name = path.relative_to(ROOT).as_posix()
    wrong = [
        f"{name}:{line + text[: found.start()].count(chr(10))}: {found[0]!r}, better: "
        f"{list(PHRASES.values())[int(found.lastgroup[1:])]}"
        for line, text in texts(path)
        for found in found_in(text)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Whoever does so must mend it.", 2),
        ("recommend, amended, for everybody, in all directions", 0),
        ("This goes on for\n    ever.", 1),
        ("ten steps in all.", 1),
        ("the word `mend` and the word “anew”", 0),
        ("```\nmend\n```\nmend", 1),
        ("the derivative of the loss by w", 1),
        ("reduces the loss by 3 %", 0),
    ],
)
def test_phrases_are_whole_words_outside_code_and_quotations(text, count):
    assert len(found_in(text)) == count


def test_comments_and_strings_of_code_are_read_across_lines():
    code = (
        "mend = 1  # for\n# ever\n"
        'x = (\n    "goes to "\n    "and "\n    f"fro {mend}"\n)\n'
        'y = "in " "all."\nz = "for"\nz = "ever"\n'
    )
    assert [len(found_in(text)) for _, text in python_texts(code)] == [1, 1, 1, 0, 0]
