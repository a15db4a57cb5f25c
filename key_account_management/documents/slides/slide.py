"""The slides of a presentation as plain objects: PDF, HTML and PowerPoint draw them and decide nothing.

All texts are as people read them, in the language of the document; numbers in charts are numbers.
Sizes and places are in millimetres on a slide of `WIDTH` by `HEIGHT`.
"""

from dataclasses import dataclass, field

from .texts import LINE_LENGTH, SLIDE_LINES, SPACE_LINES, TOPIC_LINE_LENGTH, TOPIC_LINES, wrap

WIDTH, HEIGHT = 338, 190
LEFT, RIGHT = 18, 320
TOP, BOTTOM = 47, 172
# In the company's colour: the band of the cover, from the left to the right margin, and the mark next to titles
COVER_HEIGHT = 127
BAR_WIDTH, BAR_HEIGHT = 6, 42
NUMBERS_HEIGHT, LEGEND_HEIGHT, GAP = 40, 8, 4
# Of labels next to texts: the numbers of the agenda, and names; the space next to names
NUMBER_WIDTH, LABEL_WIDTH, LABEL_SPACE = 16, 92, 8
# Points of texts: the largest with which they fit; texts are cut for the last one
TEXT_SIZES, SMALL_TEXT = (22, 19, 16), 12.5
# Points of a text on its own
STATEMENT = 24
# Points of tables: with few rows, and with many
FEW_ROWS, TABLE_SIZES = 5, (18, 15)
# Millimetres of a character in the smaller size, bold
CHARACTER = 3.0
# Millimetres of a table with one row of two lines, and of a line for each point of its text
ROW_HEIGHT, LINE_HEIGHT = 34, 0.353 * 1.35
# Characters of a title that fit in its two lines, large and small
TITLE_LENGTHS = {27: 104, 22: 140}
# Characters of a name on the cover that fit in its two lines without leaving its last word alone in the second
COVER_LENGTHS = {44: 30, 36: 38, 30: 90}

# Left, top, width, height
Area = tuple[float, float, float, float]


@dataclass
class LargeNumber:
    """``direction``: ``up``, ``down`` or empty; ``tone``: ``good``, ``bad`` or empty."""

    label: str
    value: str
    change: str = ""
    previous: str = ""
    direction: str = ""
    tone: str = ""


@dataclass
class Chart:
    """``kind``: ``columns``, ``bars`` or ``lines``; a value is None where there is none.

    ``caption``: what is shown, and in which currency. Bars have their values next to them instead of an axis.
    """

    kind: str
    caption: str
    labels: list[str]
    now_name: str
    now: list[float | None]
    before_name: str
    before: list[float | None]


@dataclass
class Cell:
    """``tone``: ``strong``, ``quiet``, ``good``, ``bad`` or empty."""

    text: str
    tone: str = ""


@dataclass
class Table:
    """``columns``: (title, share of the width); without any titles there is no head."""

    columns: list[tuple[str, int]]
    rows: list[list[Cell]]

    @property
    def has_head(self) -> bool:
        return any(title for title, _share in self.columns)

    @property
    def shares(self) -> list[float]:
        """Widths of the columns, in percent."""
        total = sum(share for _title, share in self.columns)
        return [100 * share / total for _title, share in self.columns]

    @property
    def lines(self) -> int:
        """Lines of the tallest cell, in the smaller size."""
        lengths = [max(1, int(share / 100 * (RIGHT - LEFT) / CHARACTER)) for share in self.shares]
        return max(len(wrap(cell.text, length)) for row in self.rows for cell, length in zip(row, lengths, strict=True))


@dataclass
class Block:
    """A text with its subject: ``label`` on the left, ``heading`` above the text."""

    label: str
    heading: str
    text: str


@dataclass
class Slide:
    """``kind`` tells the slides apart; ``notes`` are for the speaker, in the internal edition only; ``topics`` are the
    names of the topics of the agenda that it is about.
    """

    kind: str
    title: str
    kicker: str = ""
    numbers: list[LargeNumber] = field(default_factory=list)
    chart: Chart | None = None
    table: Table | None = None
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)

    @property
    def title_size(self) -> int:
        """:return: points"""
        sizes = COVER_LENGTHS if self.kind == "cover" else TITLE_LENGTHS
        return next((size for size, length in sizes.items() if len(self.title) <= length), min(sizes))

    @property
    def number_size(self) -> int:
        """Points of the large numbers, so that the longest fits into its share of the width."""
        longest = max((len(number.value) for number in self.numbers), default=1)
        width = (RIGHT - LEFT) / max(3, len(self.numbers)) - 10
        # A digit is 0.56 of the size wide, a point is 0.353 mm
        return max(14, min(40, int(width / (longest * 0.56 * 0.353))))

    @property
    def has_labels(self) -> bool:
        return any(block.label for block in self.blocks)

    @property
    def text_size(self) -> float:
        """:return: points"""
        if self.numbers:
            return SMALL_TEXT
        if self.table:
            return TABLE_SIZES[len(self.table.rows) > FEW_ROWS]
        is_statement = not any(block.label or block.heading for block in self.blocks)
        sizes = (STATEMENT, *TEXT_SIZES) if is_statement else TEXT_SIZES
        return next((size for size in sizes if self._fits(size)), TEXT_SIZES[-1])

    def has_room_for_a_row(self) -> bool:
        """Whether a table of one row fits below the text."""
        return self._text_height(TABLE_SIZES[0]) <= BOTTOM - TOP - ROW_HEIGHT

    def _text_height(self, size: float) -> float:
        """Millimetres that blocks without labels take."""
        length = int(LINE_LENGTH * TEXT_SIZES[-1] / size)
        lines = sum(len(wrap(block.text, length)) for block in self.blocks)
        return lines * size * LINE_HEIGHT + GAP * len(self.blocks)

    def _fits(self, size: float) -> bool:
        scale = size / TEXT_SIZES[-1]
        length = int((TOPIC_LINE_LENGTH if self.has_labels else LINE_LENGTH) / scale)
        spaces = sum(TOPIC_LINES if block.heading else SPACE_LINES for block in self.blocks)
        lines = spaces + sum(len(wrap(block.text, length)) for block in self.blocks)
        return lines * scale <= SLIDE_LINES

    def areas(self) -> dict[str, Area]:
        """Where the parts are, one below the other.

        :return: ``{part: (left, top, width, height)}``
        """
        areas: dict[str, Area] = {}
        top: float = TOP
        width = RIGHT - LEFT
        if self.numbers:
            areas["numbers"] = (LEFT, top, width, NUMBERS_HEIGHT)
            top += NUMBERS_HEIGHT + GAP
        if self.chart:
            areas["legend"] = (LEFT, top, width, LEGEND_HEIGHT)
            top += LEGEND_HEIGHT
        if self.table and self.blocks:
            height = self._text_height(self.text_size)
            areas["blocks"] = (LEFT, top, width, height)
            top += height + GAP
        for part in ("chart", "table", "blocks"):
            if getattr(self, part) and part not in areas:
                areas[part] = (LEFT, top, width, BOTTOM - top)
        return areas
