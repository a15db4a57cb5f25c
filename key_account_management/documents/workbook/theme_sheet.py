from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from ...figures.figure import Column, Figure, Row, Table, is_of_goods, known_sum
from ..data.document_data import FigureData
from .sheet import CHART_HEIGHT, CHART_ROWS, FIRST, LINE_HEIGHT, Sheet, fitting, lines

if TYPE_CHECKING:
    from .workbook import Workbook

# Width of a column in characters
WIDTH = 17
# Notes, and texts at the end of a table, take this many columns
LONG = 4
# More columns than these figures have would be too small on paper
FIGURES_OF_A_TABLE = 3
# For a figure's target, if any has one
TARGET_COLUMN = 4
# This many rows fit on a page at the scale at which the widest sheets are printed
PAGE_ROWS = 55
# Charts of the breakdowns; too many products would not make a picture
CHARTS = {"month": "column", "category": "bar", "customer": "bar"}
# Breakdowns show what can be added up, and shares of it
BROKEN_DOWN = ("money", "quantity", "percent")


# Of a row, see `Row`
Key = str | int | None
# By the codes of figures and the keys of their rows
RowsOfFigures = dict[str, dict[Key, Row]]


class ThemeSheet(Sheet):
    """The figures of one theme, their breakdowns with charts, and their tables."""

    def __init__(self, workbook: "Workbook", name: str, figures: Sequence[FigureData]) -> None:
        super().__init__(workbook, name)
        self.workbook = workbook
        self.figures = figures
        # Row of each figure, for formulas elsewhere
        self.rows = {figure.code: row for row, figure in enumerate(figures, FIRST + 1)}

    def fill(self) -> None:
        self.sheet.set_column(0, 0, fitting(self._labels()))
        self.sheet.set_column(1, 30, WIDTH)
        self.page_breaks = [0]
        self._write_figures()
        self.row = FIRST + len(self.figures) + 2
        for breakdown, title in self._breakdowns().items():
            self._write_breakdown(breakdown, title)
        for figure in self.figures:
            table = figure.figure.table
            if table and table.rows:
                self._write_table(figure.name, table)
        # Below it are tables with other heads
        self.freeze(FIRST)
        self.sheet.set_h_pagebreaks(self.page_breaks[1:])

    def _labels(self) -> Iterator[str]:
        """The texts of the first column."""
        for figure in self.figures:
            yield figure.name
            for rows in figure.figure.breakdowns.values():
                yield from (row.label for row in rows)
            if figure.figure.table:
                yield from (str(values[0]) for values in figure.figure.table.rows)

    def _write_figures(self) -> None:
        targets = [self.env._("Target")] if self.data.has_targets else []
        numbers = [self.env._("This period"), self.env._("Previous year"), self.env._("Change"), *targets]
        self.write_heads(FIRST, self.env._("Figure"), numbers, [self.env._("Unit")])
        unit_column = 1 + len(numbers)
        self.write_long_text(FIRST, unit_column + 1, self.env._("Note"), self.styles.head_text, LONG)
        for figure in self.figures:
            row = self.rows[figure.code]
            self.write_text(row, 0, figure.name, self.styles.label)
            for column, value in ((1, figure.figure.value), (2, figure.figure.previous)):
                formula = self.workbook.formula(figure.code, column)
                if formula:
                    self.write_formula(row, column, formula, figure.kind, value)
                else:
                    self.write_number(row, column, value, figure.kind)
            self.write_change(row, 1, figure.figure, figure.kind)
            if targets:
                self.write_number(row, TARGET_COLUMN, figure.figure.target, figure.kind)
            self.write_text(row, unit_column, figure.figure.unit, self.styles.text)
            note = figure.figure.note
            if note:
                self.write_long_text(row, unit_column + 1, note, self.styles.wrapped_text, LONG)
                self.sheet.set_row(row, LINE_HEIGHT * lines(note, LONG * WIDTH))

    def _keep_together(self, rows: int) -> None:
        """Begins a printed page where this many rows do not fit on the previous one."""
        if self.row + rows - self.page_breaks[-1] > PAGE_ROWS:
            self.page_breaks.append(self.row)

    # === BREAKDOWNS ===#

    def _breakdowns(self) -> dict[str, str]:
        titles = {
            "month": self.env._("By month"),
            "category": self.env._("By category"),
            "product": self.env._("By product"),
            "customer": self.env._("By company"),
        }
        if len(self.data.rows("revenue", "customer")) < 2:
            del titles["customer"]
        return titles

    def _write_breakdown(self, breakdown: str, title: str) -> None:
        """One line per row of the breakdown, three columns per figure, totals and a chart."""
        figures = [
            figure for figure in self.figures if figure.kind in BROKEN_DOWN and self._has_content(figure, breakdown)
        ]
        if not figures:
            return
        rows_of = {figure.code: {row.key: row for row in self.data.rows(figure.code, breakdown)} for figure in figures}
        labels = {
            key: self._label(breakdown, row)
            for rows in rows_of.values()
            for key, row in rows.items()
            # Each month has its place, but lines without a product say nothing about volumes
            if breakdown == "month" or any(_has_data(each.get(key)) for each in rows_of.values())
        }
        for first in range(0, len(figures), FIGURES_OF_A_TABLE):
            head = self.row + 1
            # Without a total there are several units, which no axis has in common
            bars = sum(map(is_of_goods, labels))
            has_chart = not first and breakdown in CHARTS and bars > 1 and figures[0].figure.value is not None
            room = CHART_HEIGHT if has_chart else 0
            self._write_breakdown_table(title, figures[first : first + FIGURES_OF_A_TABLE], rows_of, labels, room)
            if has_chart:
                self._insert_breakdown_chart(CHARTS[breakdown], figures[0], head + 1, head + bars)

    def _write_breakdown_table(
        self, title: str, figures: Sequence[FigureData], rows_of: RowsOfFigures, labels: dict[Key, str], room: int
    ) -> None:
        """:param room: rows needed below the table"""
        columns = [[rows_of[figure.code].get(key) or Figure() for key in labels] for figure in figures]
        rests = [_rest(figure.figure, rows) for figure, rows in zip(figures, columns, strict=True)]
        texts = list(labels.values())
        if any(rests):
            # Lines without any known cost have no margin of their own, but count in that of the total
            texts.append(self.env._("Without known cost"))
            columns = [[*rows, rest or Figure()] for rows, rest in zip(columns, rests, strict=True)]
        self._keep_together(len(texts) + 4 + room)
        self.write_text(self.row, 0, title, self.styles.block)
        head = self.row + 1
        first, last = head + 1, head + len(texts)
        self.write_text(head, 0, "", self.styles.head)
        for row, text in enumerate(texts, first):
            self.write_text(row, 0, text)
        self.write_text(last + 1, 0, self.env._("Total"), self.styles.total_label)
        heights = [
            self._write_figure_columns(figure, 1 + 3 * position, head, rows)
            for position, (figure, rows) in enumerate(zip(figures, columns, strict=True))
        ]
        self.sheet.set_row(head, max(heights) * LINE_HEIGHT)
        if figures[0].code == "revenue":
            self._write_shares(
                1 + 3 * len(figures), head, [rows_of["revenue"][key] for key in labels if is_of_goods(key)]
            )
        self.row = last + 3

    def _insert_breakdown_chart(self, kind: str, figure: FigureData, first: int, last: int) -> None:
        unit = figure.figure.unit
        title = f"{figure.name} ({unit})" if unit else figure.name
        number_format = "0%" if figure.kind == "percent" else "#,##0"
        self.insert_chart(kind, title, first, min(last, first + CHART_ROWS - 1), self.row, number_format)
        self.row += CHART_HEIGHT

    def _has_content(self, figure: FigureData, breakdown: str) -> bool:
        numbers = [number for row in self.data.rows(figure.code, breakdown) for number in (row.value, row.previous)]
        # Each row's share of the total says nothing
        return any(numbers) and not (figure.kind == "percent" and {*numbers} <= {1.0, None})

    def _label(self, breakdown: str, row: Row) -> str:
        if breakdown != "month" or not row.is_of_goods:
            return row.label
        month = date.fromisoformat(f"{row.key}-01")
        return self.workbook.format.date(month, "MMMM yyyy")

    def _write_figure_columns(self, figure: FigureData, column: int, head: int, rows: Sequence[Row | Figure]) -> int:
        """This period, previous year and change of a figure; totals of what can be added up are sums of the lines.

        :return: how many lines the heads take
        """
        # Volumes in different units are not added up, and their unit is shown next to them
        units = {row.unit for row in rows if row.unit}
        same_unit = figure.kind != "quantity" or len(units) <= 1
        unit = figure.figure.unit or ("".join(units) if same_unit else "")
        name = f"{figure.name} ({unit})" if unit and figure.kind != "percent" else figure.name
        heads = (name, self.env._("Previous year"), self.env._("Change"))
        for offset, text in enumerate(heads):
            self.write_text(head, column + offset, text, self.styles.head_number)
        for position, row in enumerate(rows, head + 1):
            unit = "" if same_unit else row.unit
            self.write_number(position, column, row.value, figure.kind, unit)
            self.write_number(position, column + 1, row.previous, figure.kind, unit)
            self.write_change(position, column, row if isinstance(row, Figure) else row.figure, figure.kind)
        self._write_total(figure, column, head + 1, head + len(rows), same_unit)
        return max(lines(text, WIDTH) for text in heads)

    def _write_total(self, figure: FigureData, column: int, first: int, last: int, same_unit: bool) -> None:
        for offset, value in enumerate((figure.figure.value, figure.figure.previous)):
            if figure.kind == "percent":
                # Shares are not added up: the share of the whole
                formula = xl_rowcol_to_cell(self.rows[figure.code], 1 + offset, True, True)
            else:
                formula = f"SUM({self.cell(first, column + offset)}:{self.cell(last, column + offset)})"
            self.write_formula(
                last + 1, column + offset, formula, figure.kind, value if same_unit else None, total=True
            )
        self.write_change(last + 1, column, figure.figure, figure.kind, total=True)

    def _write_shares(self, column: int, head: int, rows: Sequence[Row]) -> None:
        """Of each month or company in all of the revenue; of goods in that of all goods, which come first."""
        self.write_text(head, column, self.env._("Share of revenue"), self.styles.head_number)
        total = known_sum(*(row.value for row in rows))
        all_cells = f"{self.cell(head + 1, 1, absolute=True)}:{self.cell(head + len(rows), 1, absolute=True)}"
        for position, row in enumerate(rows, head + 1):
            cell = self.cell(position, 1)
            value = row.value / total if row.value is not None and total else ""
            self.sheet.write_formula(
                position,
                column,
                f'=IF(OR({cell}="",SUM({all_cells})=0),"",{cell}/SUM({all_cells}))',
                self.styles.number("percent"),
                value,
            )

    # === TABLES ===#

    def _write_table(self, name: str, table: Table) -> None:
        self._keep_together(min(len(table.rows), PAGE_ROWS // 2) + 4)
        self.write_text(self.row, 0, name, self.styles.block)
        heads = table.columns
        # A text at the end has space
        spans = [1] * (len(heads) - 1) + [LONG if len(heads) > 1 and heads[-1].kind == "text" else 1]
        self.sheet.set_row(
            self.row + 1, LINE_HEIGHT * self._lines(table, spans, [self.head_of(head) for head in heads])
        )
        for column, (head, span) in enumerate(zip(heads, spans, strict=True)):
            if span > 1:
                self.write_long_text(self.row + 1, column, self.head_of(head), self.styles.head_text, span)
            else:
                self.write_column_head(self.row + 1, column, head)
        for row, values in enumerate(table.rows, self.row + 2):
            self.sheet.set_row(row, LINE_HEIGHT * self._lines(table, spans, values))
            for column, (value, head, span) in enumerate(zip(values, heads, spans, strict=True)):
                self._write_value(row, column, value, head, span)
        self.row += len(table.rows) + 4

    def _lines(self, table: Table, spans: Sequence[int], values: Sequence[Any]) -> int:
        """How many lines the texts of a row take: the first column fits all of its texts."""
        texts = list(zip(values, spans, strict=True))[1:]
        return max([1, *(lines(text, WIDTH * span) for text, span in texts if isinstance(text, str))])

    def _write_value(self, row: int, column: int, value: Any, head: Column, span: int) -> None:
        if head.kind == "text":
            style = self.styles.wrapped_text if column else self.styles.label
            self.write_long_text(row, column, value or "", style, span)
        elif head.kind == "date":
            self.write_date(row, column, value)
        else:
            self.write_number(row, column, value, head.kind)


def _rest(total: Figure, rows: Sequence[Row | Figure]) -> Figure | None:
    """
    :param total: a `Figure`
    :param rows: its rows
    :return: a `Figure` of what the rows lack to reach the total, None if they add up apart from rounding
    """
    if total.unit == "%":
        return None
    rest = [
        whole - (known_sum(*parts) or 0.0) if whole is not None else 0.0
        for whole, parts in (
            (total.value, [row.value for row in rows]),
            (total.previous, [row.previous for row in rows]),
        )
    ]
    rounding = 0.01 * (len(rows) + 1)
    if all(abs(number) <= rounding for number in rest):
        return None
    return Figure(*(number if abs(number) > rounding else None for number in rest), unit=total.unit)


def _has_data(row: Row | None) -> bool:
    return row is not None and (row.value, row.previous) != (None, None)
