"""The start page in the browser, as each role and in both languages."""

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestBrowserStart(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        accounts = cls.env.ref("key_account_management.demo_account_shrinking")
        rows = cls.env["key.account.snapshot"]._of_company(cls.env.ref("base.main_company"))
        rows._refresh_today(accounts)
        for login in ("robin", "kim"):
            user = cls.env["res.users"].search([("login", "=", login)])
            accounts.key_account_team_ids |= user

    def open(self, tour, login):
        user = self.env["res.users"].search([("login", "=", login)])
        for lang in ("en_US", "de_DE"):
            with self.subTest(lang):
                user.lang = lang
                self.start_tour("/odoo/key-accounts-today", tour, login=login)

    def test_manager(self):
        self.open("key_account_start", "kim")

    def test_head(self):
        self.open("key_account_start", "admin")

    def test_representative_on_a_phone(self):
        self.browser_size = "390x844"
        self.open("key_account_start_representative", "robin")
