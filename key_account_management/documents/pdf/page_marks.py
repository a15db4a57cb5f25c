"""Finds on which pages of a finished PDF its chapters begin.

Text cannot be relied on for this: each font and each build of wkhtmltopdf writes it differently, and what
users enter may read like a heading. So each chapter begins with an invisible dot in its own colour.
"""

import re

from odoo.tools.pdf import ArrayObject, PdfFileReader

# Almost white; blue tells the chapters apart
RED, GREEN, FIRST_BLUE = 254, 253, 200
# Red and green begin with .99: only such numbers are looked at closely, charts have many others
FILL = re.compile(rb"(\.99\d*) 0?(\.99\d*) ([\d.]+) (?:scn|rg|sc)\b")


def color(number: int) -> str:
    """:return: the colour of the mark with a number from 0 to 55, as CSS writes it"""
    return f"rgb({RED}, {GREEN}, {FIRST_BLUE + number})"


def find_marks(reader: PdfFileReader) -> dict[int, int]:
    """
    :param reader: a PDF reader
    :return: ``{number of a mark: position of its page, the first is 0}``
    """
    pages: dict[int, int] = {}
    for position in range(reader.getNumPages()):
        # Only unpacked, not read: charts have many lines
        contents = reader.getPage(position)["/Contents"].getObject()
        parts = contents if isinstance(contents, ArrayObject) else [contents]
        data = b"\n".join(part.getObject().getData() for part in parts)
        for found in FILL.finditer(data):
            red, green, blue = (round(float(part) * 255) for part in found.groups())
            if (red, green) == (RED, GREEN):
                pages.setdefault(blue - FIRST_BLUE, position)
    return pages
