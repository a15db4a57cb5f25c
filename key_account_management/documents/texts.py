"""Texts written by people, cut to the space available."""

import re

# Characters in the footer line
FOOTER_LENGTH = 130


def shorten(text, length):
    """
    >>> shorten("Chairs and tables", 8)
    'Chairs…'
    """
    # No-break spaces stay
    text = re.sub(r"[ \t\r\n]+", " ", text).strip()
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def footer(data):
    """The footer of each page: from whom it is, what it is and for whom."""
    return shorten(" · ".join((data.sender.name, data.title, data.account)), FOOTER_LENGTH)
