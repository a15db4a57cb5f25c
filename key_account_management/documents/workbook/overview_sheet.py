from collections.abc import Sequence

from ..data.document_data import FigureData
from .sheet import FIRST, LINE_HEIGHT, Sheet, fitting, lines
from .theme_sheet import TARGET_COLUMN, ThemeSheet

# Width of the notes in characters
NOTE_WIDTH = 60


class OverviewSheet(Sheet):
    """All figures on one sheet: each value refers to a cell of its theme's sheet."""

    def fill(self, themes: Sequence[ThemeSheet]) -> None:
        """:param themes: the `ThemeSheet`s, written"""
        targets = [self.env._("Target")] if self.data.has_targets else []
        numbers = [self.env._("This period"), self.env._("Previous year"), self.env._("Change"), *targets]
        self.write_heads(FIRST, self.env._("Figure"), numbers, [self.env._("Unit"), self.env._("Note")])
        unit_column = 1 + len(numbers)
        self.sheet.set_column(0, 0, fitting([figure.name for figure in self.data.figures.values()]))
        self.sheet.set_column(1, len(numbers), 16)
        self.sheet.set_column(unit_column, unit_column, 12)
        self.sheet.set_column(unit_column + 1, unit_column + 1, NOTE_WIDTH)
        row = FIRST + 1
        for theme in themes:
            self.sheet.write_url(row, 0, f"internal:'{theme.name}'!A1", self.styles.link, theme.name)
            for position, figure in enumerate(theme.figures, row + 1):
                self._write_figure(position, theme, figure, unit_column, bool(targets))
            row += len(theme.figures) + 1
        self.freeze(FIRST + 1)
        if not self.data.has_sales:
            self.write_text(2, 0, self.data.messages["revenue"], self.styles.bold)

    def _write_figure(
        self, row: int, theme: ThemeSheet, figure: FigureData, unit_column: int, has_targets: bool
    ) -> None:
        self.sheet.set_row(row, LINE_HEIGHT * lines(figure.figure.note, NOTE_WIDTH))
        self.write_text(row, 0, figure.name, self.styles.label)
        for column, value in ((1, figure.figure.value), (2, figure.figure.previous)):
            cell = theme.cell_from_outside(theme.rows[figure.code], column)
            self.write_formula(row, column, cell, figure.kind, value)
        self.write_change(row, 1, figure.figure, figure.kind)
        if has_targets:
            cell = theme.cell_from_outside(theme.rows[figure.code], TARGET_COLUMN)
            self.write_formula(row, TARGET_COLUMN, cell, figure.kind, figure.figure.target)
        self.write_text(row, unit_column, figure.figure.unit, self.styles.text)
        self.write_text(row, unit_column + 1, figure.figure.note, self.styles.wrapped_text)
