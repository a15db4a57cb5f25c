from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.models import BaseModel

from ..documents.formatter import Formatter
from ..figures.figure import AccountFigures, Table
from ..figures.period import Period
from .figure_text import describe
from .period_selector import Day, PeriodSelector

TREND_QUARTERS = 8
# An account that has none of these has nothing yet that the others could be made of
LIVELY = ("revenue", "order_count", "receivable", "visits", "satisfaction")


class FiguresTab:
    """The tab *Figures* of an account: the leading figures with their companions, their trend, and what one of them is
    made of.

    The return values are described in the methods of ``res.partner`` that the browser calls.
    """

    def __init__(self, account: BaseModel) -> None:
        self.account = account
        self.env = account.env
        self.formatter = Formatter(account.env)

    def figures(self, period: str, date_from: Day, date_to: Day) -> dict[str, Any]:
        """See ``get_key_account_cockpit``."""
        content = PeriodSelector(self.env).content(period, date_from, date_to)
        figures = self._compute(content["date_from"], content["date_to"])
        # Definitions of figures that were computed for the user, who may have no role
        kpis = self.env["key.account.kpi"].sudo().search([("code", "in", list(figures))])
        texts = {kpi: describe(kpi, figures[kpi.code], self.formatter) for kpi in kpis}
        # A companion whose leading figure is internal stands by itself for those who may not see that one
        leading = kpis.filtered(lambda kpi: kpi.leading_id not in kpis)
        return content | {
            "figures": [
                texts[kpi] | {"companions": [texts[each] for each in kpis if each.leading_id == kpi]} for kpi in leading
            ],
            "empty": self._what_to_do() if _is_empty(figures) else "",
        }

    def _what_to_do(self) -> str:
        """What to do for an account of which nothing is booked."""
        return self.env._(
            "Nothing is booked for %(account)s in this period or a year before. Choose another period, or begin: "
            "figures appear by themselves with the first confirmed order, posted invoice or customer visit of this "
            "account or of a company that belongs to it.",
            account=self.account.name,
        )

    def trend(self, end: date) -> dict[str, Any]:
        """See ``get_key_account_trend``."""
        last = fields.Date.start_of(end, "quarter")
        starts = [last - relativedelta(months=3 * ago) for ago in reversed(range(TREND_QUARTERS))]
        quarters = [Period(start, min(fields.Date.end_of(start, "quarter"), end)) for start in starts]
        values = self.env["key.account.figures"]._compute_history(self.account, quarters)[self.account.id]
        # As above
        kpis = self.env["key.account.kpi"].sudo().search([("code", "in", list(values))])
        money = self.env.company.currency_id.name
        return {
            "labels": [f"{(start.month + 2) // 3}/{start.year}" for start in starts],
            "values": values,
            "texts": {
                kpi.code: [
                    self.formatter.value(value, kpi.unit, money if kpi.unit == "money" else "")
                    for value in values[kpi.code]
                ]
                for kpi in kpis
            },
        }

    def breakdown(self, code: str, breakdown: str, date_from: Day, date_to: Day) -> dict[str, Any]:
        """See ``get_key_account_breakdown``."""
        figure = self._compute(date_from, date_to, [code], breakdown)[code]
        read = figure.breakdowns.get(breakdown, [])
        rows = [row for row in read if row.is_of_goods]
        if breakdown == "category":
            # The chart compares categories, the table adds them up along their tree
            tree = self._compute(date_from, date_to, [code], "category_tree")[code]
            read = tree.breakdowns.get("category_tree") or read
        kind = self.env["key.account.kpi"].sudo().search([("code", "=", code)]).unit
        return {
            "kind": kind,
            "labels": [row.label for row in rows],
            "value": [row.value for row in rows],
            "previous": [row.previous for row in rows],
            "rows": [
                {"label": row.label, "depth": row.depth, "texts": self.formatter.texts(row.figure, kind)}
                for row in read
            ],
            "table": self._table(figure.table) if figure.table else None,
        }

    def _compute(
        self, date_from: Day, date_to: Day, codes: list[str] | None = None, breakdown: str | None = None
    ) -> AccountFigures:
        period = self.account._get_key_account_period(date_from, date_to)
        breakdowns = () if breakdown is None else (breakdown,)
        figures = self.env["key.account.figures"]._compute_figures(self.account, period, codes, breakdowns)
        return figures[self.account.id]

    def _table(self, table: Table) -> dict[str, Any]:
        columns = table.columns
        return {
            "columns": [column.label for column in columns],
            "kinds": [column.kind for column in columns],
            "rows": [
                [
                    self.formatter.cell(value, column.kind, column.unit)
                    for value, column in zip(row, columns, strict=True)
                ]
                for row in table.rows
            ],
        }


def _is_empty(figures: AccountFigures) -> bool:
    return not any(figures[code].value or figures[code].previous for code in LIVELY if code in figures)
