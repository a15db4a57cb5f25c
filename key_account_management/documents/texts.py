"""Texts of people, cut to the room that there is for them."""

import re

# Characters in the line at the foot
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
    """What stands at the foot of each page: from whom, what and for whom it is."""
    return shorten(" · ".join((data.sender.name, data.title, data.account)), FOOTER_LENGTH)
