import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

from odoo import fields

from ...figures.figure import Column, Figure
from .styles import GRID, PREVIOUS_COLOR

if TYPE_CHECKING:
    from .workbook import Workbook

# The first row below a sheet's title
FIRST = 3
LINE_HEIGHT = 16
# A chart takes this many rows, and shows at most this many
CHART_HEIGHT, CHART_ROWS = 17, 24
DIFFERENCES = ("percent", "days", "score", "rank", "class")
# No column is narrower or wider than this, in characters
NARROWEST, WIDEST = 10, 48
# Codes of the paper formats in Excel
A4, LETTER = 9, 1


def lines(text: str, width: int) -> int:
    """How many lines a text takes; Excel does not adjust row heights to wrapped text by itself.

    >>> lines("Days Sales Outstanding", 12)
    2
    """
    # Sometimes the last letters are wider than average
    return sum(len(textwrap.wrap(part, width - 1)) or 1 for part in text.split("\n"))


def fitting(texts: Iterable[str]) -> int:
    """The width in characters of a column in which each of these texts fits on one line."""
    return min(max([NARROWEST, *(len(text) + 2 for text in texts)]), WIDEST)


class Sheet:
    """One sheet with its title; the parts of the workbook decide what is written where."""

    def __init__(self, workbook: "Workbook", name: str) -> None:
        self.data, self.styles, self.env = workbook.data, workbook.styles, workbook.env
        self.book = workbook.book
        # Excel's own limits for names of sheets
        self.name = name[:31].translate(dict.fromkeys(map(ord, "[]:*?/\\"), " "))
        self.sheet = sheet = workbook.book.add_worksheet(self.name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(LETTER if workbook.is_letter else A4)
        sheet.fit_to_pages(1, 0)
        sender, title, name = (text.replace("&", "&&") for text in (self.data.sender.name, workbook.title, self.name))
        sheet.set_footer(f"&L{sender} · {title}&C{name}&R&P / &N")
        sheet.write_string(0, 0, f"{self.data.account} – {workbook.title}", self.styles.title)
        sheet.write_string(1, 0, self._subtitle(), self.styles.quiet)

    def _subtitle(self) -> str:
        return self.env._(
            "%(period)s, compared with %(previous)s. Amounts in %(currency)s.",
            period=self.data.period_text,
            previous=self.data.previous_text,
            currency=self.data.currency,
        )

    def freeze(self, row: int, columns: int = 1) -> None:
        """The rows above stay in view, and are repeated on each printed page."""
        self.sheet.freeze_panes(row, columns)
        self.sheet.repeat_rows(0, row - 1)

    # === CELLS ===#

    def cell(self, row: int, column: int, absolute: bool = False) -> str:
        return xl_rowcol_to_cell(row, column, absolute, absolute)

    def cell_from_outside(self, row: int, column: int) -> str:
        return f"{quote_sheetname(self.name)}!{xl_rowcol_to_cell(row, column, True, True)}"

    def range_from_outside(self, column: int, first: int, last: int) -> str:
        return f"{self.cell_from_outside(first, column)}:{xl_rowcol_to_cell(last, column, True, True)}"

    def write_text(self, row: int, column: int, text: str, style: Format | None = None) -> None:
        # Never write(): a text that begins with = would become a formula
        self.sheet.write_string(row, column, text, style)

    def write_long_text(self, row: int, column: int, text: str, style: Format, columns: int = 1) -> None:
        """A text across some columns, and over as many lines as it takes."""
        if columns > 1:
            self.sheet.merge_range(row, column, row, column + columns - 1, "", style)
        self.write_text(row, column, text, style)

    def write_number(self, row: int, column: int, value: float | None, kind: str, unit: str = "") -> None:
        """An undefined value becomes an empty cell."""
        style = self.styles.number(kind, value, unit)
        if value is None:
            self.sheet.write_blank(row, column, None, style)
        else:
            self.sheet.write_number(row, column, value, style)

    def write_date(self, row: int, column: int, value: date | str | None) -> None:
        """:param value: a date, ``YYYY-MM-DD`` or None"""
        style = self.styles.number("date")
        if value:
            self.sheet.write_datetime(row, column, fields.Date.to_date(value), style)
        else:
            self.sheet.write_blank(row, column, None, style)

    def write_formula(
        self, row: int, column: int, formula: str, kind: str, value: float | None, total: bool = False
    ) -> None:
        """A formula with its value, for programs that show files without calculating; undefined values are empty."""
        style = self.styles.number(kind, value, total=total)
        if value is None:
            self.sheet.write_blank(row, column, None, style)
        else:
            self.sheet.write_formula(row, column, f"={formula}", style, value)

    def write_heads(self, row: int, what: str, numbers: Sequence[str], texts: Sequence[str] = ()) -> None:
        self.write_text(row, 0, what, self.styles.head)
        for column, head in enumerate(numbers, 1):
            self.write_text(row, column, head, self.styles.head_number)
        for column, head in enumerate(texts, 1 + len(numbers)):
            self.write_text(row, column, head, self.styles.head_text)

    def write_column_head(self, row: int, column: int, head: Column) -> None:
        """The head of a column of a table, a `Column`."""
        style = (
            self.styles.head_number if head.kind != "text" else self.styles.head_text if column else self.styles.head
        )
        self.write_text(row, column, self.head_of(head), style)

    def head_of(self, head: Column) -> str:
        return f"{head.label} ({head.unit})" if head.unit else head.label

    def write_change(self, row: int, column: int, figure: Figure, kind: str, total: bool = False) -> None:
        """Change in the value in ``column`` from the one to its right, as a formula to the right of both."""
        if figure.compared:
            # Of fewer months than those in the cells
            value = self._change_of(figure, kind)
            self.sheet.write(row, column + 2, "" if value is None else value, self.styles.change(kind, total))
            return
        now, before = (self.cell(row, column + offset) for offset in (0, 1))
        if kind in DIFFERENCES:
            # Shares change by percentage points
            factor = "*100" if kind == "percent" else ""
            empty, formula = f'OR({now}="",{before}="")', f"({now}-{before}){factor}"
        else:
            empty, formula = f'OR({now}="",{before}="",{before}=0)', f"({now}-{before})/ABS({before})"
        value = self._change_of(figure, kind)
        style = self.styles.change(kind, total)
        self.sheet.write_formula(row, column + 2, f'=IF({empty},"",{formula})', style, "" if value is None else value)

    def _change_of(self, figure: Figure, kind: str) -> float | None:
        """The change as it is in a cell: shares change by percentage points."""
        if kind not in DIFFERENCES:
            return figure.change
        value, previous = figure.pair
        if value is None or previous is None:
            return None
        return (value - previous) * (100 if kind == "percent" else 1)

    # === CHARTS ===#

    def insert_chart(self, kind: str, title: str, first: int, last: int, row: int, number_format: str) -> None:
        """A chart of the columns B (this period) and C (previous year) with the labels in A."""
        chart = self.book.add_chart({"type": kind})
        series = (
            (2, self.env._("Previous year"), PREVIOUS_COLOR),
            (1, self.env._("This period"), self.styles.color),
        )
        for column, name, color in series:
            chart.add_series(
                {
                    "name": name,
                    "categories": [self.name, first, 0, last, 0],
                    "values": [self.name, first, column, last, column],
                    "fill": {"color": color},
                    "gap": 60,
                    "overlap": -5,
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        values, categories = ("x_axis", "y_axis") if kind == "bar" else ("y_axis", "x_axis")
        getattr(chart, f"set_{values}")(
            {
                "num_format": number_format,
                "major_gridlines": {"visible": True, "line": {"color": GRID}},
                # In horizontal bars, the first category is at the top and the numbers are below the last
                "label_position": "high" if kind == "bar" else "next_to",
            }
        )
        getattr(chart, f"set_{categories}")({"reverse": kind == "bar", "label_position": "low"})
        chart.set_size({"width": 900, "height": 20 * (CHART_HEIGHT - 1)})
        self.sheet.insert_chart(row, 0, chart)
