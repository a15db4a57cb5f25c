import textwrap
from dataclasses import dataclass

import babel.numbers

from ..figures.figure import Figure
from . import charts
from .document_data import Section
from .formatter import Formatter
from .messages import TOP

# The large numbers on the first page, as far as they have a value
HEADLINE = ("revenue", "sales_volume")
# Colour of the year before in charts: quiet beside any company colour
PREVIOUS_COLOR = "#B8C4D1"
# What fits on a slide, in lines of text: a topic of the agenda takes two more for its name and the space below
SLIDE_LINES = 14
TOPIC_LINES = 2
# Characters in a line: of the whole slide, and beside the section's name
LINE_LENGTH, TOPIC_LINE_LENGTH = 100, 68


@dataclass
class Line:
    """A line of a table, as text. ``direction``: ``up``, ``down`` or empty."""

    label: str
    value: str
    previous: str
    change: str
    direction: str
    target: str
    note: str = ""
    formula: str = ""


class DocumentView:
    """What the templates of presentation and folder write: `DocumentData` as text and charts."""

    def __init__(self, env, data):
        self.env = env(context=dict(env.context, lang=data.language))
        self.data = data
        self.format = Formatter(self.env)

    @property
    def footer(self):
        return " · ".join((self.data.sender.name, self.data.title, self.data.account))

    # === FIGURES ===#

    @property
    def headline(self):
        return [self._figure_line(code) for code in HEADLINE if self._has_value(code)]

    @property
    def figure_lines(self):
        return [self._figure_line(code) for code in self.data.figures]

    def _has_value(self, code):
        return code in self.data.figures and self.data.figures[code].figure.value is not None

    def _figure_line(self, code):
        data = self.data.figures[code]
        return self._line(data.name, data.figure, data.kind, note=data.figure.note, formula=data.formula)

    def _line(self, label, figure, kind, **texts):
        change = figure.change or 0.0
        return Line(
            label,
            self.format.value(figure.value, kind, figure.unit),
            self.format.value(figure.previous, kind, figure.unit),
            self.format.change(figure, kind),
            "up" if change > 0 else "down" if change < 0 else "",
            # No target is nothing to show, unlike a figure without a value
            "" if figure.target is None else self.format.value(figure.target, kind, figure.unit),
            **texts,
        )

    # === BREAKDOWNS ===#

    def table(self, breakdown, code="revenue", limit=None):
        """:return: lines of the breakdown; what is beyond ``limit`` is summed up in a last one"""
        rows = self._rows(code, breakdown)
        kind = self.data.figures[code].kind if code in self.data.figures else ""
        shown = rows[:limit]
        lines = [self._row_line(row, kind) for row in shown]
        rest = rows[len(shown) :]
        if rest:
            figure = Figure(_total(row.value for row in rest), _total(row.previous for row in rest), rest[0].unit)
            lines.append(self._line(self.env._("%(count)s others", count=len(rest)), figure, kind))
        return lines

    def _rows(self, code, breakdown):
        """The breakdown's rows without those in which nothing is left, like down payments that were settled."""
        return [row for row in self.data.rows(code, breakdown) if row.value or row.previous]

    def products(self):
        return self.table("product", limit=TOP)

    def month_table(self):
        """:return: lines per month, labelled in the document's language also when they were frozen"""
        rows = self.data.rows("revenue", "month")
        lines = [self._row_line(row, "money") for row in rows]
        for line, month in zip(lines, self.data.period.months, strict=True):
            line.label = self.format.date(month, "MMMM yyyy")
        return lines

    def total_line(self, code="revenue"):
        data = self.data.figures[code]
        return self._line(self.env._("Total"), data.figure, data.kind)

    def _row_line(self, row, kind):
        return self._line(row.label, Figure(row.value, row.previous, row.unit), kind)

    # === CHARTS ===#

    # Sizes are in millimetres, see `charts.columns`.

    def month_chart(self, width, height, density):
        rows = self.data.rows("revenue", "month")
        # Years are told by the colours
        labels = [self.format.date(month, "MMM") for month in self.data.period.months]
        return self._chart(charts.columns, labels, rows, (width, height), density)

    def category_chart(self, width, height, density, limit=8):
        rows = self._rows("revenue", "category")[:limit]
        return self._chart(charts.bars, [row.label for row in rows], rows, (width, height), density)

    def _chart(self, draw, labels, rows, size, density):
        return draw(
            labels,
            [row.value for row in rows],
            [row.previous for row in rows],
            (PREVIOUS_COLOR, self.data.sender.primary_color),
            size,
            density,
            self._axis_text,
        )

    def _axis_text(self, value):
        if abs(value) < 1_000_000:
            return self.format.number(value)
        return babel.numbers.format_compact_decimal(value, locale=self.format.locale, fraction_digits=1)

    @property
    def notes(self):
        """What has to be said about single figures."""
        lines = [line for line in self.figure_lines if line.note]
        return [f"{line.label}: {line.note}" for line in lines] if self.data.has_sales else []

    # === AGENDA ===#

    @property
    def topic_slides(self):
        """The agenda's topics, cut so that each part fits on a slide.

        :return: list of slides, each a list of `Section`
        """
        slides, used = [], SLIDE_LINES
        for section in self.data.review.sections if self.data.review else []:
            for name, description in section.topics:
                for part in _parts(description, TOPIC_LINE_LENGTH, SLIDE_LINES - TOPIC_LINES):
                    size = TOPIC_LINES + len(_wrap(part, TOPIC_LINE_LENGTH))
                    if used + size > SLIDE_LINES:
                        slides.append([])
                        used = 0
                    if not slides[-1] or slides[-1][-1].title != section.title:
                        slides[-1].append(Section(section.title, []))
                    slides[-1][-1].topics.append((name, part))
                    used += size
        return slides

    @property
    def retrospective_slides(self):
        if not self.data.review or not self.data.review.retrospective:
            return []
        return _parts(self.data.review.retrospective, LINE_LENGTH, SLIDE_LINES)


def _total(values):
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _wrap(text, length):
    """The lines that a text takes, empty ones included."""
    return [line for paragraph in text.split("\n") for line in textwrap.wrap(paragraph, length) or [""]]


def _parts(text, length, lines):
    """Cuts a text that needs more than so many lines into parts; what is not cut keeps its own line breaks."""
    wrapped = _wrap(text, length)
    if len(wrapped) <= lines:
        return [text]
    parts = ["\n".join(wrapped[start : start + lines]) for start in range(0, len(wrapped), lines)]
    return [part.strip("\n") for part in parts if part.strip()]
