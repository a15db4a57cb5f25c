"""Tables of folder, briefing and worksheet, in parts that fit on a page, each with the table's heading.

Only patched builds of wkhtmltopdf repeat the heading of a table on the next page, and they split lines at the
end of a page. So tables are measured beforehand: the documents are set in Liberation Sans or Arial, whose letters are
as wide as those of Helvetica, which reportlab knows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth

# No letter in the documents is wider
FONT = "Helvetica-Bold"
BORDER = 0.45
# Browsers round the height of a line up to whole pixels: this adds at most this many points
ROUNDING = 0.6
# What takes up to this share of a page stays in one piece
SHORT = 0.6
# Heights in millimetres: the heading of a chapter, the message below it, and a heading above a table
CHAPTER, MESSAGE, HEADING = 10, 12, 15.5


@dataclass(frozen=True)
class Rows:
    """How rows are set: size of the text in points; space above it (the same as below it), in millimetres."""

    size: float
    padding: float
    # Tables do not inherit it from the text around them
    line_height: float = 1.15

    def height(self, *cells: tuple[str | None, float]) -> float:
        """:param cells: (text, width in millimetres) of those that may need more than one line"""
        return self.height_of_lines(max((self._count_lines(*cell) for cell in cells), default=1))

    def height_of_lines(self, lines: int) -> float:
        return lines * (self.line_height * self.size + ROUNDING) / mm + 2 * self.padding + BORDER

    def _count_lines(self, text: str | None, width: float) -> int:
        lines = simpleSplit(text or "", FONT, self.size, width * mm)
        # Words that are too long are broken
        return sum(max(1, math.ceil(stringWidth(line, FONT, self.size) / (width * mm))) for line in lines)


@dataclass
class PagedTable:
    """A table as the templates write it: each part except the first begins a page.

    ``css``: the class of the first part; ``total``: the row that is the total.
    """

    parts: list[list[Any]]
    height: float
    css: str = ""
    total: Any = None
    has_targets: bool = False
    has_agreed: bool = False


# Rows that stay together, and their height
Units = Sequence[tuple[list[Any], float]]


def divide(units: Units, room: float, head: float, above: float = 0.0) -> list[list[Any]]:
    """Divides the rows of a table into pages.

    :param units: list of (rows that stay together, their height)
    :param room: height of a page
    :param head: height of the table's heading
    :param above: height of what is above the table on its first page
    :return: list of lists of rows

    >>> divide([(["a"], 30), (["b"], 30), (["c"], 30)], room=100, head=10, above=30)
    [['a', 'b'], ['c']]
    >>> divide([(["a"], 300)], room=100, head=10)
    [['a']]
    """
    parts: list[list[Any]] = [[]]
    used = above + head
    for rows, height in units:
        if parts[-1] and used + height > room:
            parts.append([])
            used = head
        parts[-1].extend(rows)
        used += height
    return parts


def lay_out(
    units: Units, room: float, head: float, above: float = HEADING, begins_page: bool = False, **attributes: Any
) -> PagedTable:
    """:param begins_page: whether what is above the table begins a page anyway; other parameters as for `divide`

    Other tables stay in one piece with their heading, or begin a page if they are too long for that.
    """
    height = above + head + sum(height for _rows, height in units)
    if not begins_page and height <= SHORT * room:
        return PagedTable([[row for rows, _height in units for row in rows]], height, "block", **attributes)
    return PagedTable(divide(units, room, head, above), height, "" if begins_page else "new-page", **attributes)
