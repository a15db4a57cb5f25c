from .sheet import FIRST, LINE_HEIGHT, Sheet

WIDTHS = {"text": 24, "date": 12}
NUMBER_WIDTH = 16


class DataSheet(Sheet):
    """The records behind some figures: whoever wants to can compute these again."""

    def __init__(self, workbook, table):
        super().__init__(workbook, table.title)
        self.table = table
        self.last = FIRST + len(table.rows)

    def fill(self):
        self.sheet.set_row(FIRST, 2 * LINE_HEIGHT)
        for column, head in enumerate(self.table.columns.values()):
            self.sheet.set_column(column, column, WIDTHS.get(head.kind, NUMBER_WIDTH))
            self.write_column_head(FIRST, column, head)
            write = {"text": self._write_text, "date": self.write_date}.get(head.kind)
            number_style = self.styles.number(head.kind) if not write else None
            for row, values in enumerate(self.table.rows, FIRST + 1):
                if write:
                    write(row, column, values[column])
                else:
                    self.write_number(row, column, values[column], number_style)
        self.sheet.autofilter(FIRST, 0, self.last, len(self.table.columns) - 1)
        self.freeze(FIRST + 1, 0)

    def _write_text(self, row, column, value):
        if value:
            self.write_text(row, column, value, self.styles.text if column else None)

    def ranges(self):
        """:return: ``{column: its cells}`` to name them in formulas"""
        return {
            name: self.range_from_outside(position, FIRST + 1, self.last)
            for position, name in enumerate(self.table.columns)
        }
