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


class FiguresTab:
    """The tab *Figures* of an account: all figures by theme, their trend, and what one of them is made of.

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
        themes = self.env["key.account.kpi"]._fields["theme"]._description_selection(self.env)
        return content | {
            "themes": [
                {
                    "key": theme,
                    "label": label,
                    "figures": [describe(kpi, figures[kpi.code], self.formatter) for kpi in kpis if kpi.theme == theme],
                }
                for theme, label in themes
                if theme in kpis.mapped("theme")
            ],
        }

    def trend(self, end: date) -> dict[str, Any]:
        """See ``get_key_account_trend``."""
        start = fields.Date.start_of(end, "quarter") - relativedelta(months=3 * (TREND_QUARTERS - 1))
        labels: list[str] = []
        values: dict[str, list[float | None]] = {}
        for _quarter in range(TREND_QUARTERS):
            quarter = Period(start, min(fields.Date.end_of(start, "quarter"), end))
            labels.append(f"{(start.month + 2) // 3}/{start.year}")
            for code, figure in self._compute(quarter.date_from, quarter.date_to).items():
                values.setdefault(code, []).append(figure.value)
            start += relativedelta(months=3)
        return {"labels": labels, "values": values}

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
        breakdowns = (breakdown,) if breakdown else ()
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
