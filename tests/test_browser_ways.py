"""What each role does most, from the log-in and in both languages."""

import pytest

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestBrowserWays(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        account = cls.env.ref("key_account_management.demo_account_shrinking")
        cls.env["key.account.snapshot"]._of_company(cls.env.ref("base.main_company"))._refresh_today(account)
        account.key_account_team_ids |= cls.env["res.users"].search([("login", "=", "robin")])

    def go(self, tour, login):
        user = self.env["res.users"].search([("login", "=", login)])
        for lang in ("en_US", "de_DE"):
            with self.subTest(lang):
                user.lang = lang
                self.start_tour("/odoo", tour, login=login)

    @pytest.mark.long
    def test_representative(self):
        """Which account needs me, why, what do I do: two clicks."""
        self.go("key_account_way_today", "robin")

    def test_manager(self):
        self.go("key_account_way_today", "kim")

    @pytest.mark.long
    def test_head(self):
        self.go("key_account_way_today", "admin")

    @pytest.mark.long
    def test_manager_with_a_new_account(self):
        self.go("key_account_way_new_account", "kim")

    @pytest.mark.long
    def test_head_with_a_new_account(self):
        self.go("key_account_way_new_account", "admin")
