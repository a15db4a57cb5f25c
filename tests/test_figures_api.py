"""The interface for figures: the shape of its answers, and clear messages for bad input."""

from datetime import date

from odoo.exceptions import UserError

from .common import FIGURES, KeyAccountCase

SHAPE = {
    "value",
    "previous",
    "change",
    "unit",
    "audience",
    "note",
    "warns",
    "target",
    "met",
    "ahead_of_target",
    "pending",
    "as_of",
    "breakdown",
}


class TestFiguresInterface(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 3, 100.0))

    def test_all_codes_and_the_shape(self):
        figures = self.figures(self.account, breakdown="category", user=self.manager)
        self.assertEqual(set(figures), FIGURES)
        revenue = figures["revenue"]
        self.assertEqual(set(revenue), SHAPE)
        self.assertEqual(revenue["value"], 300.0)
        self.assertIsNone(revenue["previous"])
        self.assertEqual((revenue["unit"], revenue["audience"]), ("EUR", "customer"))
        self.assertEqual(
            revenue["breakdown"],
            [{"key": self.category.id, "label": "Chairs", "value": 300.0, "previous": None, "unit": "EUR", "depth": 0}],
        )

    def counts(self):
        return self.env["key.account.kpi"].search([("unit", "=", "count")]).mapped("code")

    def test_dates_as_text(self):
        self.assertEqual(self.value(self.account, "revenue", ("2025-03-10", "2025-03-10")), 300.0)

    def test_from_after_to(self):
        with self.assertRaisesRegex(UserError, "2025-12-31 to 2025-01-01"):
            self.figures(self.account, (date(2025, 12, 31), date(2025, 1, 1)))

    def test_no_date(self):
        with self.assertRaisesRegex(UserError, "start date and an end date"):
            self.figures(self.account, (False, date(2025, 1, 1)))

    def test_nonsense_date(self):
        with self.assertRaisesRegex(UserError, "YYYY-MM-DD: 31.12.2025"):
            self.figures(self.account, ("31.12.2025", "2025-12-31"))

    def test_unknown_code(self):
        with self.assertRaisesRegex(UserError, "turnover"):
            self.figures(self.account, codes=["turnover"])

    def test_unknown_breakdown(self):
        with self.assertRaisesRegex(UserError, "weekday"):
            self.figures(self.account, breakdown="weekday")

    def test_unknown_currency(self):
        with self.assertRaisesRegex(UserError, "bitcoin"):
            self.figures(self.account, currency="bitcoin")

    def test_contact_of_a_company(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.account.id})
        with self.assertRaisesRegex(UserError, "Ann is a contact of Alpha"):
            self.figures(contact)

    def test_account_without_invoices(self):
        figures = self.figures(self.make_account("Empty"), breakdown="month", user=self.manager)
        for code, figure in figures.items():
            self.assertIsNone(figure["change"], code)
            if code in self.counts():
                # That nothing was done is known
                self.assertIn(figure["value"], (None, 0), code)
                continue
            self.assertIsNone(figure["value"], code)
            self.assertTrue(figure["note"], code)
        self.assertEqual(len(figures["revenue"]["breakdown"]), 12)

    def test_period_in_the_future(self):
        figures = self.figures(self.account, (date(2999, 1, 1), date(2999, 12, 31)), user=self.manager)
        values = {code: figure["value"] for code, figure in figures.items() if code not in self.counts()}
        self.assertEqual(set(values.values()), {None}, values)
        self.assertEqual(figures["dso"]["note"], "The period has not begun.")

    def test_customers_who_are_not_key_accounts(self):
        customer = self.make_customer("Walk-in")
        self.invoice(customer, date(2025, 5, 5), (self.product, 1, 40.0))
        self.assertEqual(self.value(customer, "revenue", user=self.manager), 40.0)
