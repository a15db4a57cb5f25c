from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.api import Environment
from odoo.exceptions import UserError

from ..documents.formatter import Formatter
from ..figures.period import Period
from ..tools.rpc import shortened

# As the browser or Python gives it
Day = str | date | None


class PeriodSelector:
    """The choice of a period above the figures: the available periods, and the days of the chosen one."""

    def __init__(self, env: Environment) -> None:
        self.env = env

    def content(self, period: str, date_from: Day, date_to: Day) -> dict[str, Any]:
        """The chosen period and the available ones; parameters and errors as for ``get_key_account_cockpit``.

        :return: ``{"date_from", "date_to", "period", "previous", "periods": [[key, label]]}``
        """
        chosen = self._get_period(period, date_from, date_to)
        formatter = Formatter(self.env)
        return {
            "date_from": fields.Date.to_string(chosen.date_from),
            "date_to": fields.Date.to_string(chosen.date_to),
            "period": formatter.period(chosen),
            "previous": formatter.period(chosen.to_date(fields.Date.context_today(self.env["res.partner"])).previous),
            "periods": self._get_choices(),
        }

    def _get_choices(self) -> list[tuple[str, str]]:
        periods = {
            "year_to_date": self.env._("Year to date"),
            "last_year": self.env._("Last fiscal year"),
            "quarter": self.env._("This quarter"),
            "last_quarter": self.env._("Last quarter"),
            "free": self.env._("Other period"),
        }
        return list(periods.items())

    def _get_period(self, period: str, date_from: Day, date_to: Day) -> Period:
        partners = self.env["res.partner"]
        today = fields.Date.context_today(partners)
        year = Period.of_fiscal_year(self.env.company, today)
        quarter = fields.Date.start_of(today, "quarter")
        match period:
            case "year_to_date":
                return Period(year.date_from, today)
            case "last_year":
                return Period.of_fiscal_year(self.env.company, year.date_from - relativedelta(days=1))
            case "quarter":
                return Period(quarter, today)
            case "last_quarter":
                return Period(quarter - relativedelta(months=3), quarter - relativedelta(days=1))
            case "free":
                return partners._get_key_account_period(date_from, date_to)
        raise UserError(self.env._("Unknown period: %(unknown)s.", unknown=shortened(period)))
