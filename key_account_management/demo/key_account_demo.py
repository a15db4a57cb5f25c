import math

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .care import Care
from .entered import Entered
from .history import History
from .review_dates import propose_dates
from .reviews import Reviews
from .stories import MONTHS
from .workdays import workday


class KeyAccountDemo(models.AbstractModel):
    """Makes the demo data that take Odoo's own steps; called once, by key_account_history_demo.xml."""

    _name = "key.account.demo"
    _description = "Key Account Demo Data"

    @api.model
    def _generate(self):
        company = self.env.ref("base.main_company")
        demo = self.with_company(company).with_context(allowed_company_ids=company.ids)
        today = fields.Date.context_today(demo)
        demo._ensure_chart(company)
        demo._speak_german()
        demo._set_euro_rates(company, today)
        History(demo.env, company, today).make()
        entered, reviews = Entered(demo.env, company, today), Reviews(demo.env, company, today)
        entered.make()
        entered.visit(until=reviews.first_held)
        reviews.hold_last()
        entered.visit(since=reviews.first_held)
        demo._move_coaching_sessions()
        Care(demo.env, company, today).make()
        reviews.prepare()
        propose_dates(demo.env, demo.env.ref("key_account_management.demo_user_manager"))

    def _ensure_chart(self, company):
        if not company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)

    def _speak_german(self):
        """Activates German if need be, and loads it before figures are frozen with names in them."""
        language = self.env["res.lang"].with_context(active_test=False).search([("code", "=", "de_DE")])
        if not language.active:
            self.env["base.language.install"].create({"lang_ids": language.ids}).lang_install()
        self.env["ir.module.module"]._get("key_account_management")._update_translations([language.code])

    def _set_euro_rates(self, company, today):
        """A rate a month that goes up and down."""
        euro = self.env.ref("base.EUR")
        rates = self.env["res.currency.rate"]
        for month in range(MONTHS + 3):
            day = today.replace(day=1) - relativedelta(months=MONTHS + 2 - month)
            if not rates.search_count(
                [("name", "=", day), ("currency_id", "=", euro.id), ("company_id", "=", company.id)]
            ):
                rates.create(
                    {
                        "name": day,
                        "currency_id": euro.id,
                        "company_id": company.id,
                        "rate": round(0.91 + 0.035 * math.sin(month / 4), 4),
                    }
                )

    def _move_coaching_sessions(self):
        for session in self.env["key.account.coaching.session"].search([]):  # pylint: disable=no-search-all
            day = session.start.date()
            session.with_context(dont_notify=True, no_mail_to_attendees=True).write(
                {
                    "start": session.start + (workday(day) - day),
                    "stop": session.stop + (workday(day) - day),
                }
            )
