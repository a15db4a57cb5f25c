import math

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from . import review_parts
from .care import Care
from .entered import Entered
from .history import History
from .review_dates import propose_dates
from .review_texts import REVIEWS
from .stories import MONTHS


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
        Entered(demo.env, company, today).make()
        Care(demo.env, company, today).make()
        demo._review(today)
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

    def _review(self, today):
        """Last fiscal year's review was held, this one's is in preparation."""
        manager = self.env.ref("key_account_management.demo_user_manager")
        reviews = self.env["key.account.review"].with_user(manager).with_context(tracking_disable=True)
        year = self.env.company.compute_fiscalyear_dates(today)["date_to"].year
        for name, text in REVIEWS.items():
            partner = self.env.ref(f"key_account_management.{name}")
            values = {"partner_id": partner.id, "company_id": self.env.company.id}
            planned = today + relativedelta(days=text["days"])
            parts = review_parts.PARTS[name]
            last = reviews.create(
                {**values, "year": year - 1, "place": text["place"], "retrospective": text["previous"]}
            )
            self._add_parts(last, "issue", review_parts.last_issues(parts))
            self._hold_last_review(last, planned - relativedelta(years=1))
            self._note_events(values, parts["events"], today)
            topics = [
                fields.Command.create(
                    {
                        "section": section,
                        "name": topic,
                        "description": description,
                        "minutes": 15,
                        "user_id": manager.id,
                    }
                )
                for section, topic, description in text["topics"]
            ]
            review = reviews.create(
                {
                    **values,
                    **review_parts.situation(parts),
                    "year": year,
                    "planned_date": planned,
                    "place": text["place"],
                    "opening_occasion": text["occasion"],
                    "opening_hook": text["hook"],
                    "opening_goal": text["goal"],
                    "retrospective": text["retrospective"],
                    "internal_note": text["internal"],
                    "topic_ids": topics,
                }
            )
            self._add_parts(review, "issue", review_parts.issues(parts))
            self._add_parts(review, "condition", review_parts.conditions(self.env, parts))
            review.checklist_ids[:4].is_done = True

    def _add_parts(self, review, part, vals_list):
        records = review.env[f"key.account.review.{part}"]
        records.create([{"review_id": review.id, **values} for values in vals_list])

    def _note_events(self, values, events, today):
        self.env["key.account.event"].create(
            [
                {
                    **values,
                    "date": today - relativedelta(months=months),
                    "effect": effect,
                    "name": name,
                    "is_shared": shared,
                }
                for months, effect, name, shared in events
            ]
        )

    def _hold_last_review(self, review, day):
        if day < review.date_to:
            review.cutoff_date = day
        review.action_hold()
        review.flush_recordset()
        # A review is held now, and what was held is frozen: only here it was held a year ago
        self.env.cr.execute(
            "UPDATE key_account_review SET held_on = %s, planned_date = %s WHERE id = %s", (day, day, review.id)
        )
        review.invalidate_recordset(["held_on", "planned_date"])
        review.modified(["held_on"])
