"""Accounts of which something needs attention, with rows of the portfolio that were not computed."""

from datetime import date, datetime

from odoo.addons.key_account_management.screens.attention import Attention
from odoo.addons.key_account_management.screens.start import Start
from odoo.fields import Command

from .common import KeyAccountCase
from .snapshots import make_snapshot

NOW = "2025-08-15 12:00"
TODAY = date(2025, 8, 15)


class AttentionCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.make_account("Gamma", key_account_team_ids=[Command.set(cls.rep.ids)])
        # Profiles are not what these tests are about
        cls.company.key_account_profile_months = 0

    @classmethod
    def row(cls, account, company=None, **values):
        """:return: today's row of an account"""
        company = company or cls.company
        rows = cls.env["key.account.snapshot"].search(
            [("partner_id", "=", account.id), ("company_id", "=", company.id), ("is_current", "=", True)]
        )
        values = {"as_of": datetime(2025, 8, 15, 3), **values}
        if rows:
            rows.write(values)
            return rows
        return make_snapshot(account, company, TODAY, is_current=True, **values)

    @classmethod
    def measure(cls, account, **values):
        values = {"name": "Call", "user_id": cls.manager.id, "date_start": date(2025, 1, 1), **values}
        return cls.env["key.account.care.measure"].create(
            {"partner_id": account.id, "company_id": cls.company.id, "date_end": date(2025, 8, 10), **values}
        )

    def reader_env(self, user=None, companies=None, lang="en_US"):
        companies = companies or self.company
        return self.env(
            user=user or self.manager, context={"allowed_company_ids": companies.ids, "lang": lang, "tz": "UTC"}
        )

    def attention(self, user=None, accounts=None, **options):
        env = self.reader_env(user, **options)
        accounts = (self.account | self.second | self.foreign) if accounts is None else accounts
        return Attention(env, accounts.with_env(env))

    def items(self, user=None, accounts=None, **options):
        return self.attention(user, accounts, **options).items(None)

    def codes(self, user=None, accounts=None, **options):
        return [
            (item["code"], item["account"] and item["account"]["name"])
            for item in self.items(user, accounts, **options)
        ]

    def item(self, code, user=None, accounts=None):
        return next(item for item in self.items(user, accounts) if item["code"] == code)

    def start(self, user=None, scope=None, since=None, **options):
        return Start(self.reader_env(user), scope, **options).content(since)

    def decisions(self, user=None):
        return self.reader_env(user)["key.account.attention.decision"]
