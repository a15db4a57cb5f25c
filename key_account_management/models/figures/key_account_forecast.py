import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ...figures.fiscal_months import YEAR, FiscalMonths
from ...figures.period import Period
from ...tools.client import ACCOUNT_PAGE
from ...tools.problems import log_problem

_logger = logging.getLogger(__name__)


class KeyAccountForecast(models.Model):
    """What was expected of an account's fiscal year at the end of a month, so that a year later it is known how far
    off that was.

    No role has access: the figure ``forecast_error`` says it to whoever may see figures of the account.
    """

    _name = "key.account.forecast"
    _description = "Forecast at the End of a Month"
    _order = "date desc, partner_id, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Account", required=True, readonly=True, ondelete="cascade", context=ACCOUNT_PAGE
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("End of the Month", required=True, readonly=True)
    expected = fields.Monetary(required=True, readonly=True, help="Revenue of the fiscal year as it was expected.")
    copied = fields.Monetary(
        required=True,
        readonly=True,
        help="What was invoiced, and for the other months what they brought in the year before: the simplest forecast.",
    )

    _month_uniq = models.UniqueIndex(
        "(partner_id, company_id, date)", "An account has one forecast for each month's end."
    )

    # === BUSINESS METHODS ===#

    @api.model
    def _get_kept(self, accounts, months):
        """:return: ``{account id: (expected, copied)}`` as of the day of `FiscalMonths`, of the active company"""
        # Checked by whoever asks for figures; no role has access
        kept = self.sudo().search_fetch(
            Domain("partner_id", "in", accounts.ids)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("date", "=", months.day),
            ["partner_id", "expected", "copied"],
        )
        return {forecast.partner_id.id: (forecast.expected, forecast.copied) for forecast in kept}

    @api.model
    def _cron_forecast(self):
        companies = self.env["res.company"]
        self.env["key.account.scheduled.job"]._run(
            "forecasts", (companies, [("active", "=", True)], self._try_to_forecast), size=1
        )

    @api.model
    def _try_to_forecast(self, company):
        """A problem in one company does not stop the others."""
        try:
            with self.env.cr.savepoint():
                # The same for everybody, whoever starts the job
                forecasts = self.env["key.account.figures"]._for_system(self.sudo())
                forecasts.with_context(allowed_company_ids=company.ids, active_test=False)._forecast()
        except Exception as error:
            log_problem(_logger, error, "No forecasts in %s: %s", company.name)

    @api.model
    def _forecast(self):
        """Brings the basis of the active company's forecasts up to date, and keeps those of the last month's end."""
        today = fields.Date.context_today(self)
        months = FiscalMonths(Period.of_fiscal_year(self.env.company, today), today)
        self.env["key.account.forecast.basis"]._refresh(months)
        if 0 < months.closed < YEAR:
            self._keep(months.up_to(months.closed))

    @api.model
    def _keep(self, months):
        accounts = self.env["res.partner"].search([("key_account_status", "!=", False)], order="id")
        accounts -= accounts.browse(self._get_kept(accounts, months))
        period = Period(months.year.date_from, months.day)
        figures = self.env["key.account.figures"]._compute_figures(accounts, period, ["forecast"])
        self.create(
            [
                {
                    "partner_id": account,
                    "company_id": self.env.company.id,
                    "date": months.day,
                    "expected": forecast.value,
                    "copied": _copied(forecast.table.rows, months.closed),
                }
                for account, forecast in ((account, of_account["forecast"]) for account, of_account in figures.items())
                if forecast.value is not None
            ]
        )


def _copied(rows, closed):
    """:param rows: of the figure's table: month, invoiced, on order, expected, year before"""
    return sum(row[3] if number < closed else row[4] for number, row in enumerate(rows))
