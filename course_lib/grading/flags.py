"""A flag: one thing that a person should look at, as plain text that is safe to print anywhere."""

LENGTH = 300  # characters of evidence


def flag(kind, exercise, evidence):
    """A flag as a dict. The evidence comes out as one line of printable characters, cut if long."""
    start = str(evidence)[: 20 * LENGTH]
    visible = "".join(letter if letter.isprintable() else " " for letter in start)
    line = " ".join(visible.split())
    if len(line) > LENGTH:
        line = line[: LENGTH - 4] + " ..."
    return {"kind": kind, "exercise": exercise, "evidence": line}
