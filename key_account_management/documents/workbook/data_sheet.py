from typing import TYPE_CHECKING

from ...figures.figure import Column
from ..data.document_data import SourceTable
from .sheet import FIRST, LINE_HEIGHT, Sheet, fitting, lines

if TYPE_CHECKING:
    from .workbook import Workbook

# In characters
DATE_WIDTH, NUMBER_WIDTH = 12, 16


class DataSheet(Sheet):
    """The records behind some figures, so that these can be recomputed."""

    def __init__(self, workbook: "Workbook", table: SourceTable) -> None:
        super().__init__(workbook, table.title)
        self.table = table
        self.last = FIRST + len(table.rows)

    def fill(self) -> None:
        height = 1
        for column, head in enumerate(self.table.columns.values()):
            width = self._width(column, head)
            # The arrow of the filter takes some space
            height = max(height, lines(self.head_of(head), width - 2))
            self.sheet.set_column(column, column, width)
            self.write_column_head(FIRST, column, head)
            write = {"text": self._write_text, "date": self.write_date}.get(head.kind)
            for row, values in enumerate(self.table.rows, FIRST + 1):
                if write:
                    write(row, column, values[column])
                else:
                    self.write_number(row, column, values[column], head.kind)
        self.sheet.set_row(FIRST, height * LINE_HEIGHT)
        self.sheet.autofilter(FIRST, 0, self.last, len(self.table.columns) - 1)
        self.freeze(FIRST + 1, 0)

    def _width(self, column: int, head: Column) -> int:
        words = fitting(self.head_of(head).split())
        if head.kind != "text":
            return max(words, DATE_WIDTH if head.kind == "date" else NUMBER_WIDTH)
        return max(words, fitting([values[column] or "" for values in self.table.rows]))

    def _write_text(self, row: int, column: int, value: str | None) -> None:
        if value:
            self.write_text(row, column, value, self.styles.text if column else None)

    def ranges(self) -> dict[str, str]:
        """:return: ``{column: its cells}`` to name them in formulas"""
        return {
            name: self.range_from_outside(position, FIRST + 1, self.last)
            for position, name in enumerate(self.table.columns)
        }
