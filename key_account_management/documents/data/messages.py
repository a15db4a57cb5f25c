"""Titles of pages: the one sentence that the figures on the page say."""

from odoo.api import Environment

from ...figures.figure import Row, known_sum
from ..formatter import Formatter
from ..texts import shorten
from .document_data import DocumentData

# Changes below this share are described as "the same as"
SAME = 0.005
# This many products are named in the documents' tables
TOP = 10
# Characters of a name in a title that has room for two
NAME = 32


class Messages:
    def __init__(self, env: Environment, data: DocumentData) -> None:
        self.env = env
        self.data = data
        self.format = Formatter(env)

    def all(self) -> dict[str, str]:
        """:return: ``{page: title}``; pages whose figures are missing have none"""
        if not self.data.has_sales:
            return {"revenue": self.env._("No invoices in this period")}
        if "revenue" not in self.data.figures:
            # The audience may not see it
            return {}
        messages = {
            "revenue": self._revenue(),
            "months": self._months(),
            "categories": self._largest(self.data.goods("revenue", "category")),
            "products": self._products(),
            "companies": self._companies(),
        }
        return {page: message for page, message in messages.items() if message}

    def _money(self, value: float | None) -> str:
        return self.format.value(value, "money", self.data.currency)

    def _revenue(self) -> str:
        figure = self.data.figures["revenue"].figure
        values = {"revenue": self._money(figure.value)}
        if figure.change is None:
            kind = "alone"
        else:
            values["change"] = self.format.percent(abs(figure.change))
            kind = "same" if abs(figure.change) < SAME else "more" if figure.change > 0 else "less"
        # Of fewer months than the revenue itself: the previous year is not complete
        in_months = bool(figure.compared) and kind != "alone"
        # To a customer, it is what they bought from us
        text = self._purchases_text if self.data.audience == "customer" else self._revenue_text
        return text(f"{kind}_in_months" if in_months else kind) % values

    def _revenue_text(self, kind: str) -> str:
        return {
            "alone": self.env._("Revenue of %(revenue)s"),
            "same": self.env._("Revenue of %(revenue)s, the same as in the previous year"),
            "more": self.env._("Revenue of %(revenue)s, %(change)s more than in the previous year"),
            "less": self.env._("Revenue of %(revenue)s, %(change)s less than in the previous year"),
            "same_in_months": self.env._(
                "Revenue of %(revenue)s, in comparable months the same as in the previous year"
            ),
            "more_in_months": self.env._(
                "Revenue of %(revenue)s, in comparable months %(change)s more than in the previous year"
            ),
            "less_in_months": self.env._(
                "Revenue of %(revenue)s, in comparable months %(change)s less than in the previous year"
            ),
        }[kind]

    def _purchases_text(self, kind: str) -> str:
        return {
            "alone": self.env._("Your purchases from us: %(revenue)s"),
            "same": self.env._("Your purchases from us: %(revenue)s, the same as in the previous year"),
            "more": self.env._("Your purchases from us: %(revenue)s, %(change)s more than in the previous year"),
            "less": self.env._("Your purchases from us: %(revenue)s, %(change)s less than in the previous year"),
            "same_in_months": self.env._(
                "Your purchases from us: %(revenue)s, in comparable months the same as in the previous year"
            ),
            "more_in_months": self.env._(
                "Your purchases from us: %(revenue)s, in comparable months %(change)s more than in the previous year"
            ),
            "less_in_months": self.env._(
                "Your purchases from us: %(revenue)s, in comparable months %(change)s less than in the previous year"
            ),
        }[kind]

    def _months(self) -> str | None:
        rows = self.data.rows("revenue", "month")
        best = max(rows, key=lambda row: row.value or 0.0)
        if len(rows) < 2 or not best.value or best.value <= 0:
            return None
        month = self.format.date(self.data.period.months[rows.index(best)], "MMMM")
        ahead = sum((row.value or 0.0) > (row.previous or 0.0) for row in rows)
        values = {"month": month, "ahead": ahead, "months": len(rows)}
        if not all(row.previous for row in rows):
            # Customers who buy only occasionally, or were not buying a year ago, have months without comparison
            return self.env._("%(month)s was the strongest month", **values)
        if not ahead:
            return self.env._(
                "%(month)s was the strongest month; none of the %(months)s months was above the previous year", **values
            )
        if ahead == 1:
            return self.env._(
                "%(month)s was the strongest month; one of the %(months)s months was above the previous year", **values
            )
        return self.env._(
            "%(month)s was the strongest month; %(ahead)s of the %(months)s months were above the previous year",
            **values,
        )

    def _largest(self, rows: list[Row]) -> str | None:
        """What makes up most of the revenue, before discounts and charges, and what changed the most."""
        total = known_sum(*(row.value for row in rows))
        if not total or total <= 0 or not rows[0].value:
            return None
        values = {"name": shorten(rows[0].label, NAME), "share": self.format.percent(rows[0].value / total, 0)}
        pairs = [row.figure.pair for row in rows]
        changes = [((now or 0.0) - (before or 0.0), row) for (now, before), row in zip(pairs, rows, strict=True)]
        if all(before is None for _now, before in pairs):
            return self.env._("%(name)s makes up %(share)s of the revenue", **values)
        change, row = max(changes, key=lambda pair: abs(pair[0]))
        values |= {"other": shorten(row.label, NAME), "change": self._money(abs(change))}
        if row is rows[0]:
            if change > 0:
                return self.env._(
                    "%(name)s makes up %(share)s of the revenue and grew the most, by %(change)s", **values
                )
            return self.env._(
                "%(name)s makes up %(share)s of the revenue, but declined the most, by %(change)s", **values
            )
        if change > 0:
            return self.env._(
                "%(name)s makes up %(share)s of the revenue; %(other)s grew the most, by %(change)s", **values
            )
        return self.env._(
            "%(name)s makes up %(share)s of the revenue; %(other)s declined the most, by %(change)s", **values
        )

    def _products(self) -> str | None:
        rows = self.data.goods("revenue", "product")
        return self._largest(rows) if len(rows) > 1 else None

    def _companies(self) -> str | None:
        rows = [row for row in self.data.rows("revenue", "customer") if row.value is not None]
        if len(rows) < 2:
            return None
        return self.env._(
            "Of the group's %(count)s companies, %(first)s bought the most",
            count=len(rows),
            first=shorten(rows[0].label, NAME),
        )
