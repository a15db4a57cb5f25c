"""First steps: the tour of each role, in both languages, on a phone, and as Odoo offers it."""

import pytest

from odoo.tests import HttpCase, tagged

ROLES = {"robin": "key_account_tour_user", "kim": "key_account_tour_manager", "admin": "key_account_tour_head"}


@tagged("post_install", "-at_install")
class TestBrowserTours(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")

    def take(self, login):
        user = self.env["res.users"].search([("login", "=", login)])
        for lang in ("en_US", "de_DE"):
            with self.subTest(lang):
                user.lang = lang
                self.start_tour("/odoo", ROLES[login], login=login)

    def test_representative(self):
        self.take("robin")

    @pytest.mark.long
    def test_manager(self):
        self.take("kim")

    @pytest.mark.long
    def test_head(self):
        self.take("admin")

    @pytest.mark.long
    def test_representative_on_a_phone(self):
        self.browser_size = "390x844"
        self.take("robin")

    @pytest.mark.long
    def test_nothing_there_yet(self):
        """Before there is any account."""
        self.env["key.account.snapshot"].search([]).unlink()
        self.env["res.partner"].search([("key_account_status", "!=", False)]).active = False
        for login in ROLES:
            with self.subTest(login):
                self.start_tour("/odoo", ROLES[login], login=login)

    def test_each_role_is_offered_its_own(self):
        users = self.env["res.users"].search([("login", "in", list(ROLES))])
        # In the language in which the texts are written
        users.write({"tour_enabled": True, "lang": "en_US"})
        tours = self.env["web_tour.tour"]
        tours.search([]).user_consumed_ids -= users
        for user in users:
            with self.subTest(user.login):
                offered = [tours.with_user(user).get_current_tour()["name"]]
                offered.append((tours.with_user(user).consume(offered[0]) or {}).get("name"))
                self.assertEqual(offered[0], ROLES[user.login])
                self.assertNotIn(offered[1], ROLES.values())

    def test_onboarding_starts_it(self):
        user = self.env["res.users"].search([("login", "=", "kim")])
        user.write({"tour_enabled": True, "lang": "en_US"})
        self.browser_js(
            "/odoo/key-accounts-today",
            """
            const found = setInterval(() => {
                if (document.querySelector(".o_tour_pointer")) {
                    clearInterval(found);
                    console.log("test successful");
                }
            }, 100);
            """,
            ready="Boolean(document.querySelector('.o_key_account_start'))",
            login="kim",
        )
