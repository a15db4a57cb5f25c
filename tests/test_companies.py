"""The companies that the tests share: no one sees them until a test takes one."""

from odoo.tests import TransactionCase, tagged

from .common import KeyAccountCase
from .companies import PREPARED, prepared_companies, take_company


@tagged("post_install", "-at_install")
class TestPreparedCompanies(TransactionCase):
    def test_nobody_sees_them(self):
        companies = prepared_companies(self.env)
        self.assertEqual(len(companies), PREPARED)
        self.assertFalse(self.env["res.company"].search([]) & companies)
        self.assertFalse(self.env["res.partner"].search([]) & companies.partner_id)
        self.assertFalse(self.env["res.users"].with_context(active_test=False).search([]).company_ids & companies)

    def test_each_is_taken_once(self):
        taken = [take_company(self.env, f"Company {number}") for number in range(PREPARED + 1)]
        self.assertIsNone(taken.pop())
        self.assertEqual(len(set(taken)), PREPARED)
        for number, company in enumerate(taken):
            self.assertRecordValues(company, [{"name": f"Company {number}", "active": True}])
            self.assertEqual(company.partner_id.name, company.name)
            self.assertIn(company, self.env.user.company_ids)


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
