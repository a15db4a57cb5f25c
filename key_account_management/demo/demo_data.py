import math

from dateutil.relativedelta import relativedelta

from odoo import fields

from .care import Care
from .entered import Entered
from .history import History
from .kept import keep
from .review_dates import propose_dates
from .reviews import Reviews
from .stories import MONTHS
from .visits import Visits
from .workdays import workday


class DemoData:
    """Makes the demo data that take Odoo's own steps: 27 months of a business, and the reviews."""

    def __init__(self, env):
        company = env.ref("base.main_company")
        self.company = company
        self.env = env["res.company"].with_company(company).with_context(allowed_company_ids=company.ids).env
        self.today = fields.Date.context_today(company.with_env(self.env))

    def make(self):
        self._ensure_chart()
        self._speak_german()
        self._set_euro_rates()
        where = (self.env, self.company, self.today)
        History(*where).make()
        entered, reviews = Entered(*where), Reviews(*where)
        entered.make()
        entered.visit(until=reviews.first_held)
        reviews.hold_last()
        entered.visit(since=reviews.first_held)
        self._move_coaching_sessions()
        Care(*where).make()
        Visits(*where).report()
        reviews.prepare()
        propose_dates(self.env, self.env.ref("key_account_management.demo_user_manager"))
        self._fill_portfolio()
        keep(self.env)

    def _fill_portfolio(self):
        """As the first night would."""
        accounts = self.env["res.partner"].search([("key_account_status", "!=", False)])
        self.env["key.account.snapshot"]._of_company(self.company)._refresh(accounts)

    def _ensure_chart(self):
        if not self.company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", self.company, install_demo=False)

    def _speak_german(self):
        """Activates German if necessary, and loads it before figures are frozen together with names."""
        language = self.env["res.lang"].with_context(active_test=False).search([("code", "=", "de_DE")])
        if not language.active:
            self.env["base.language.install"].create({"lang_ids": language.ids}).lang_install()
        self.env["ir.module.module"]._get("key_account_management")._update_translations([language.code])

    def _set_euro_rates(self):
        """A monthly rate that goes up and down."""
        euro = self.env.ref("base.EUR")
        rates = self.env["res.currency.rate"]
        for month in range(MONTHS + 3):
            day = self.today.replace(day=1) - relativedelta(months=MONTHS + 2 - month)
            if not rates.search_count(
                [("name", "=", day), ("currency_id", "=", euro.id), ("company_id", "=", self.company.id)]
            ):
                rates.create(
                    {
                        "name": day,
                        "currency_id": euro.id,
                        "company_id": self.company.id,
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
