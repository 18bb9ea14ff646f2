"""The book: a static site from the built notebooks, whose explorers work without a kernel."""


class BookError(Exception):
    """Something the person at the keyboard can fix, with what to type."""
