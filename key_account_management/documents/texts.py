"""Texts written by people, cut to the space available."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .data.document_data import DocumentData
    from .data.review_sheets import ReviewSheet

# Characters in the footer line
FOOTER_LENGTH = 130


def shorten(text: str, length: int) -> str:
    """
    >>> shorten("Chairs and tables", 8)
    'Chairs…'
    """
    # No-break spaces stay
    text = re.sub(r"[ \t\r\n]+", " ", text).strip()
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def footer(data: "DocumentData | ReviewSheet") -> str:
    """The footer of each page: from whom it is, what it is and for whom."""
    return shorten(" · ".join((data.sender.name, data.title, data.account)), FOOTER_LENGTH)
