from collections.abc import Sequence

from odoo.api import Environment

from ...figures.figure import Row, added
from ..data.document_data import DocumentData
from ..formatter import Formatter
from ..texts import shorten
from .slide import Block, Chart, LargeNumber, Slide
from .titles import Titles

# Figures in large numbers, if they have a value
YEAR = ("revenue", "sales_volume", "order_count", "mean_order")
SERVICE = ("returns", "satisfaction", "visits", "returns_quantity")
# No others are on slides
SLIDE_FIGURES = YEAR + SERVICE
LARGE_NUMBERS = 4
# Bars, and characters of their names
BARS, BAR_LABEL = 8, 40

# Values of the period and of the one before
Pair = tuple[float | None, float | None]


class FigureSlides:
    """Makes the slides that show figures; methods return lists of slides, empty without content."""

    def __init__(self, env: Environment, data: DocumentData, titles: Titles) -> None:
        self.env = env
        self.data = data
        self.format = Formatter(env)
        self.titles = titles

    def year(self) -> list[Slide]:
        numbers = [self._large_number(code) for code in YEAR if self._is_known(code)]
        if "revenue" not in self.data.figures and not numbers:
            return []
        slide = Slide("year", self.titles.year(), self.env._("The year in figures"), numbers=numbers)
        if not self.data.has_sales:
            text = self.env._(
                "Nothing was invoiced from %(period)s. There is nothing to compare yet.", period=self.data.period_text
            )
            slide.blocks = [Block("", "", text)]
        elif len(rows := self.data.rows("revenue", "month")) > 1:
            caption = self.env._("Cumulative revenue in %(currency)s, month by month", currency=self.data.currency)
            slide.chart = self._chart("lines", caption, self._month_names(), _running_sums(rows))
        return [slide]

    def months(self) -> list[Slide]:
        title = self.data.messages.get("months")
        if not title:
            return []
        caption = self.env._("Revenue in %(currency)s", currency=self.data.currency)
        chart = self._chart("columns", caption, self._month_names(), _pairs(self.data.rows("revenue", "month")))
        return [Slide("months", title, self.env._("Revenue by month"), chart=chart)]

    def bars(self, kind: str, breakdown: str, kicker: str) -> list[Slide]:
        title = self.data.messages.get(kind)
        rows = [row for row in self.data.goods("revenue", breakdown) if row.value or row.previous]
        # A single bar compares nothing
        if not title or len(rows) < 2:
            return []
        labels = [shorten(row.label, BAR_LABEL) for row in rows[:BARS]]
        pairs = _pairs(rows[:BARS])
        if rest := rows[BARS:]:
            labels.append(self.env._("%(count)s others", count=len(rest)))
            others = added(rest)
            pairs.append((others.value, others.previous))
        changes = [self._change_of(*row.figure.pair) for row in rows[:BARS]]
        if rest:
            changes.append(self._change_of(*added(rest).pair))
        caption = self.env._("Revenue and change") if any(changes) else self.env._("Revenue")
        labels = ["  ".join(filter(None, label)) for label in zip(labels, changes, strict=True)]
        chart = self._chart("bars", caption, labels, pairs)
        return [Slide(kind, title, kicker, chart=chart)]

    def service(self) -> list[Slide]:
        codes = [code for code in SERVICE if self._is_known(code)][:LARGE_NUMBERS]
        # A single number says too little for a slide
        if len(codes) < 2:
            return []
        numbers = [self._large_number(code) for code in codes]
        notes = [
            Block("", self.data.figures[code].name, self.data.figures[code].formula)
            for code in codes
            if self.data.figures[code].formula
        ]
        title, kicker = self.titles.service(numbers), self.env._("Our service")
        return [Slide("service", title, kicker, numbers=numbers, blocks=notes)]

    def _is_known(self, code: str) -> bool:
        data = self.data.figures.get(code)
        return data is not None and data.audience == "customer" and data.figure.value is not None

    def _large_number(self, code: str) -> LargeNumber:
        data = self.data.figures[code]
        figure, change = data.figure, data.figure.change or 0.0
        direction = "up" if change > 0 else "down" if change < 0 else ""
        # The name of a unit would make the number small, and with it all the others
        label, unit = data.name, figure.unit
        if data.kind == "quantity" and unit:
            label, unit = f"{label}, {unit}", ""
        return LargeNumber(
            label,
            self.format.large(figure.value, data.kind, unit),
            self.format.change(figure, data.kind) if figure.change is not None else "",
            self.format.large(figure.previous, data.kind, unit) if figure.previous is not None else "",
            direction,
            {True: "good", False: "bad", None: ""}[figure.is_better(data.better)],
        )

    def _chart(self, kind: str, caption: str, labels: list[str], pairs: Sequence[Pair]) -> Chart:
        now, before = zip(*pairs, strict=True)
        return Chart(kind, caption, labels, self.data.period_text, list(now), self.data.previous_text, list(before))

    def _month_names(self) -> list[str]:
        return [self.format.date(month, "MMM") for month in self.data.period.months]

    def _change_of(self, now: float | None, before: float | None) -> str:
        if now is None or not before or before < 0:
            return ""
        return self.format.signed_percent((now - before) / before)


def _pairs(rows: Sequence[Row]) -> list[Pair]:
    return [(row.value, row.previous) for row in rows]


def _running_sums(rows: Sequence[Row]) -> list[Pair]:
    """:return: pairs of the sums up to each row"""
    pairs: list[Pair] = []
    now = before = 0.0
    for row in rows:
        now, before = now + (row.value or 0.0), before + (row.previous or 0.0)
        pairs.append((now, before))
    return pairs
