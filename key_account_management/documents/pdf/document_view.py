from collections.abc import Callable, Sequence
from dataclasses import dataclass

import babel.numbers
from markupsafe import Markup

from odoo.api import Environment

from ...figures.figure import Figure, Row, added
from ...figures.percent import MINUS
from .. import charts
from ..data.document_data import DocumentData
from ..data.messages import TOP
from ..formatter import Formatter
from ..texts import footer
from .page_furniture import number_sheets
from .paper import A4, Paper

# Colour of the previous year in charts: unobtrusive next to any company colour
PREVIOUS_COLOR = "#B8C4D1"


@dataclass
class Line:
    """A line of a table, as text. ``direction``: ``up``, ``down`` or empty, as it always is for ranks."""

    label: str
    value: str
    previous: str
    change: str
    direction: str
    target: str
    note: str = ""
    formula: str = ""


class DocumentView:
    """What the templates of all documents write: `DocumentData` as text and charts, on sheets of a `Paper`."""

    def __init__(self, env: Environment, data: DocumentData, paper: Paper = A4) -> None:
        self.env = env(context=dict(env.context, lang=data.language))
        self.data = data
        self.paper = paper
        self.format = Formatter(self.env)

    @property
    def footer(self) -> str:
        return footer(self.data)

    def finish(self, pdf: bytes) -> bytes:
        """:return: the finished document from the pages produced by wkhtmltopdf"""
        return number_sheets(pdf, self.footer, self.paper)

    # === FIGURES ===#

    @property
    def figure_lines(self) -> list[Line]:
        return [self._figure_line(code) for code in self.data.figures]

    def _figure_line(self, code: str) -> Line:
        data = self.data.figures[code]
        return self._line(data.name, data.figure, data.kind, note=data.figure.note, formula=data.formula)

    def _line(self, label: str, figure: Figure, kind: str, **texts: str) -> Line:
        change = self.format.change(figure, kind)
        return Line(
            label,
            self.format.value(figure.value, kind, figure.unit),
            self.format.value(figure.previous, kind, figure.unit),
            change,
            {"+": "up", MINUS: "down"}.get(change[0], ""),
            # Without a target there is nothing to show, unlike a figure without a value
            "" if figure.target is None else self.format.value(figure.target, kind, figure.unit),
            **texts,
        )

    # === BREAKDOWNS ===#

    def table(self, breakdown: str, code: str = "revenue", limit: int | None = None) -> list[Line]:
        """:return: lines of the breakdown, what exceeds ``limit`` summed up in one, and then what is no goods"""
        rows, others = self._rows(code, breakdown), []
        kind = self.data.figures[code].kind if code in self.data.figures else ""
        if limit is not None:
            rows, others = ([row for row in rows if row.is_of_goods is of_goods] for of_goods in (True, False))
        shown = rows[:limit]
        lines = [self._row_line(row, kind) for row in shown]
        rest = rows[len(shown) :]
        if rest:
            figure = added(rest)
            lines.append(self._line(self.env._("%(count)s others", count=len(rest)), figure, kind))
        return [*lines, *(self._row_line(row, kind) for row in others)]

    def _rows(self, code: str, breakdown: str) -> list[Row]:
        """The breakdown's rows without those in which nothing is left, such as settled down payments."""
        return [row for row in self.data.rows(code, breakdown) if row.value or row.previous]

    def products(self) -> list[Line]:
        return self.table("product", limit=TOP)

    def month_table(self) -> list[Line]:
        """:return: lines per month, labelled in the document's language even if frozen"""
        rows = self.data.rows("revenue", "month")
        lines = [self._row_line(row, "money") for row in rows]
        for line, month in zip(lines, self.data.period.months, strict=True):
            line.label = self.format.date(month, "MMMM yyyy")
        return lines

    def total_line(self, code: str = "revenue") -> Line:
        data = self.data.figures[code]
        return self._line(self.env._("Total"), data.figure, data.kind)

    def _row_line(self, row: Row, kind: str) -> Line:
        return self._line(row.label, row.figure, kind)

    # === CHARTS ===#

    # Sizes are in millimetres, see `charts.columns`.

    def month_chart(self, width: float, height: float, density: float) -> Markup:
        rows = self.data.rows("revenue", "month")
        # Years are distinguished by colour
        labels = [self.format.date(month, "MMM") for month in self.data.period.months]
        return self._chart(charts.columns, labels, rows, (width, height), density)

    def category_chart(self, width: float, height: float, density: float, limit: int = 8) -> Markup:
        rows = [row for row in self._rows("revenue", "category") if row.is_of_goods][:limit]
        return self._chart(charts.bars, [row.label for row in rows], rows, (width, height), density)

    def _chart(
        self, draw: Callable[..., Markup], labels: Sequence[str], rows: Sequence[Row], size: charts.Size, density: float
    ) -> Markup:
        return draw(
            labels,
            [row.value for row in rows],
            [row.previous for row in rows],
            (PREVIOUS_COLOR, self.data.sender.primary_color),
            size,
            density,
            self._axis_text,
        )

    def _axis_text(self, value: float) -> str:
        if abs(value) < 1_000_000:
            return self.format.number(value)
        return babel.numbers.format_compact_decimal(value, locale=self.format.locale, fraction_digits=1)

    @property
    def notes(self) -> list[str]:
        """What has to be said about individual figures."""
        lines = [line for line in self.figure_lines if line.note]
        return [f"{line.label}: {line.note}" for line in lines] if self.data.has_sales else []
