"""The settings name what is missing, what it changes and where to mend it."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.key_account_management.screens import setup_checklist
from odoo.exceptions import AccessError

from .common import HEAD, KeyAccountCase


@freeze_time("2025-08-15 12:00")
class TestSetupChecklist(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls.make_user("test_setup_head", HEAD)

    def missing(self, user=None):
        company = self.company.with_user(user or self.head)
        return {missing["code"]: missing for missing in company.get_key_account_setup()}

    def test_products_without_a_cost(self):
        """Of key accounts, within a year, in this company, goods alone."""
        self.assertNotIn("costs", self.missing())
        free, old, of_others = (self.make_product(name) for name in ("Free", "Old", "Of others"))
        other_company = self.make_company("Other Company", "base.EUR", chart=False)
        free.with_company(other_company).standard_price = 5.0
        self.invoice(self.account, date(2025, 2, 1), (free, 1, 10.0))
        self.invoice(self.account, date(2024, 8, 15), (old, 1, 10.0))
        self.invoice(self.make_customer("Anybody"), date(2025, 2, 1), (of_others, 1, 10.0))
        costs = self.missing()["costs"]
        self.assertEqual(costs["title"], "Products without a cost: 1")
        found = self.env[costs["action"]["res_model"]].search(costs["action"]["domain"])
        self.assertEqual(found, free)
        free.standard_price = 5.0
        self.assertNotIn("costs", self.missing())

    def test_settings(self):
        self.company.write(
            {"key_account_hourly_cost": 0.0, "key_account_minimum_margin": 0.0, "account_use_credit_limit": False}
        )
        self.product.categ_id.key_account_minimum_margin = 0.0
        missing = self.missing()
        self.assertTrue({"hourly_cost", "credit_limits"} <= missing.keys())
        self.company.write({"key_account_hourly_cost": 50.0, "account_use_credit_limit": True})
        self.company.key_account_minimum_margin = 0.2
        self.assertFalse({"hourly_cost", "minimum_margins", "credit_limits"} & self.missing().keys())

    def test_accounts(self):
        self.assertNotIn("accounts", self.missing())
        self.account.key_account_manager_id = False
        self.account.key_account_tier_id = False
        former = self.make_account("Gone", key_account_status="former", key_account_manager_id=False)
        for code in ("managers", "tiers"):
            found = self.env["res.partner"].search(self.missing()[code]["action"]["domain"])
            self.assertIn(self.account, found)
            self.assertNotIn(former, found)

    def test_machine(self):
        self.env["ir.mail_server"].search([]).active = False
        with (
            patch.object(setup_checklist, "_has_fonts", return_value=False),
            patch.object(setup_checklist.importlib.util, "find_spec", return_value=None),
        ):
            self.assertTrue({"fonts", "python_pptx", "mail_server"} <= self.missing().keys())
        self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "mail.example.com"})
        with patch.object(setup_checklist, "_has_fonts", return_value=True):
            self.assertFalse({"fonts", "mail_server"} & self.missing().keys())

    def test_fonts_are_looked_up(self):
        with patch.object(setup_checklist.shutil, "which", return_value=None):
            self.assertFalse(setup_checklist._has_fonts())
        with patch.object(setup_checklist.shutil, "which", return_value="/bin/false"):
            self.assertFalse(setup_checklist._has_fonts())

    def test_who_may_ask(self):
        for user in (self.manager, self.rep, self.outsider):
            with self.assertRaises(AccessError):
                self.missing(user)
        # What an administrator alone can mend has no link for the head
        self.env["ir.mail_server"].search([]).active = False
        self.assertIsNone(self.missing()["mail_server"]["action"])
        other = self.make_company("Other Company", "base.EUR", chart=False)
        with self.assertRaises(AccessError):
            other.with_user(self.head).get_key_account_setup()
