"""The teacher's notes of all parts of all lessons, gathered into book/teaching.md."""

from course_lib.build import LESSONS
from course_lib.build.cells import source_of
from course_lib.build.parts import parts, total

OPENING = """# Teaching notes

For each part of each lesson: its aim, a question for the room with the answers to expect, what can be
left out, and the exercises that belong to it. `python -m course_lib build` makes this page from the
cells tagged `teacher` in `source/lessons`; edit them there.
"""


def notes(root):
    """The page with the notes: its path and its bytes, none when no lesson has a note."""
    sections = []
    for lesson in sorted((root / "source" / LESSONS).glob("*.py")):
        cells = source_of(lesson).cells
        if found := [part for part in parts(cells) if part.note]:
            title = cells[0].source.splitlines()[0].removeprefix("# ")
            sections.append(f"## {title} ({total(cells)} minutes)")
            sections += map(_section, found)
    text = "\n\n".join([OPENING.rstrip(), *sections]) + "\n" if sections else ""
    return root / "book" / "teaching.md", text.encode()


def _section(part):
    heading = f"### {part.number}. {part.title} ({part.minutes} minutes)"
    return f"{heading}\n\n{part.note.source.strip()}"
