"""What the tests share: no one sees it until a test takes it."""

from odoo.tests import TransactionCase, tagged

from .common import KeyAccountCase
from .prepared import PEOPLE, PREPARED, prepared_companies, take_company, take_user


@tagged("post_install", "-at_install")
class TestPrepared(TransactionCase):
    def test_nobody_sees_them(self):
        companies = prepared_companies(self.env)
        self.assertEqual(len(companies), PREPARED)
        self.assertFalse(self.env["res.company"].search([]) & companies)
        self.assertFalse(self.env["res.partner"].search([]) & companies.partner_id)
        users = self.env["res.users"].search([]).with_context(active_test=False)
        self.assertFalse(users.company_ids & companies)
        self.assertFalse(users.filtered(lambda user: user.login.startswith("test_")))
        self.assertFalse(self.env["res.partner"].search([("email", "in", ["t.t@example.com"])]))

    def test_each_company_is_taken_once(self):
        taken = [take_company(self.env, f"Company {number}") for number in range(PREPARED + 1)]
        self.assertIsNone(taken.pop())
        self.assertEqual(len(set(taken)), PREPARED)
        for number, company in enumerate(taken):
            self.assertRecordValues(company, [{"name": f"Company {number}", "active": True}])
            self.assertEqual(company.partner_id.name, company.name)
            self.assertIn(company, self.env.user.company_ids)

    def test_each_person_is_taken_once(self):
        company = take_company(self.env, "Company")
        for login, groups in PEOPLE.items():
            with self.subTest(login):
                self.assertIsNone(take_user(self.env, login, "base.group_user", company))
                self.assertIsNone(take_user(self.env, login, groups, self.env.company))
                user = take_user(self.env, login, groups, company)
                self.assertRecordValues(user, [{"login": f"test_{login}", "name": login.title(), "active": True}])
                self.assertTrue(user.partner_id.active)
                self.assertEqual(user.company_ids, company)
                self.assertEqual(user.group_ids, self.env["res.groups"].union(*map(self.env.ref, groups.split(","))))
                self.assertIsNone(take_user(self.env, login, groups, company))


class TestMoreCompanies(KeyAccountCase):
    def test_all_are_alike(self):
        """Whether prepared or created on demand, a company can be used for bookings."""
        companies = [self.make_company(f"Company {number}", "base.EUR") for number in range(PREPARED)]
        self.assertIsNone(take_company(self.env, "None Left"))
        journals = [
            self.env["account.journal"].search([("company_id", "=", company.id)]).mapped("code")
            for company in companies
        ]
        self.assertEqual(journals, journals[:1] * PREPARED)
        for company in companies:
            invoice = self.invoice(self.account, "2025-01-15", (self.product, 1, 100.0), company=company)
            self.assertEqual((invoice.state, invoice.currency_id.name), ("posted", "EUR"))
