"""Creditworthiness, credit limit, exposure and use of the limit."""

from datetime import date

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import YEAR, KeyAccountCase

CODES = ["creditworthiness", "credit_limit", "exposure", "credit_use"]


class RatingCase(KeyAccountCase):
    @classmethod
    def rating(cls, score, day, **values):
        return cls.env["key.account.rating"].create(
            {
                "partner_id": cls.account.id,
                "company_id": cls.company.id,
                "agency": "Creditreform",
                "score": score,
                "date": day,
                **values,
            }
        )

    def creditworthiness(self, partner=None, period=YEAR):
        return self.figures(partner or self.account, period, ["creditworthiness"])["creditworthiness"]


class TestCreditworthiness(RatingCase):
    def test_latest_valid_at_the_end_of_the_period(self):
        self.rating(230.0, date(2024, 5, 1), valid_until=date(2025, 4, 30))
        rating = self.rating(212.0, date(2025, 5, 1), rating_class="2", valid_until=date(2026, 4, 30))
        self.rating(190.0, date(2026, 1, 1), valid_until=date(2026, 12, 31))
        figure = self.creditworthiness()
        self.assertEqual((figure["value"], figure["previous"]), (212.0, 230.0))
        for part in ("Creditreform", ", 2,", "May 1, 2025"):
            self.assertIn(part, figure["note"])
        self.assertNotIn("expired", figure["note"])
        action = self.account.action_view_key_account_figure("creditworthiness", *YEAR)
        self.assertIn(rating, self.env[action["res_model"]].search(action["domain"]))

    def test_rating_of_the_last_day(self):
        self.rating(212.5, date(2025, 12, 31))
        self.rating(190.0, date(2026, 1, 1))
        self.assertEqual(self.creditworthiness()["value"], 212.5)

    def test_expired(self):
        """A valid one is preferred to a newer one that has expired; an expired one is better than none, and marked."""
        self.rating(230.0, date(2025, 2, 1), valid_until=date(2025, 9, 30))
        self.assertEqual(self.creditworthiness()["value"], 230.0)
        self.assertIn("expired on Sep 30, 2025", self.creditworthiness()["note"])
        self.rating(250.0, date(2025, 1, 1))
        self.assertEqual(self.creditworthiness()["value"], 250.0)
        self.assertNotIn("expired", self.creditworthiness()["note"])

    def test_other_agencies_are_not_compared(self):
        self.rating(58.0, date(2024, 5, 1), agency="Dun & Bradstreet")
        self.rating(212.0, date(2025, 5, 1))
        self.assertIsNone(self.creditworthiness()["previous"])

    def test_class_without_score_is_empty(self):
        self.rating(0.0, date(2025, 5, 1), rating_class="BBB+", agency="S&P")
        self.assertIsNone(self.creditworthiness()["value"])
        self.assertIn("S&P, BBB+, May 1, 2025: class only, no score.", self.creditworthiness()["note"])

    def test_none_and_trust(self):
        self.account.with_company(self.company).trust = "good"
        self.assertIsNone(self.creditworthiness()["value"])
        self.assertEqual(self.creditworthiness()["note"], "No rating is on record. Degree of trust: Good Debtor.")

    def test_subsidiaries_are_rated_by_themselves(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        self.rating(212.0, date(2025, 5, 1), partner_id=subsidiary.id)
        self.assertIsNone(self.creditworthiness()["value"])
        self.assertEqual(self.creditworthiness(subsidiary)["value"], 212.0)

    def test_other_company(self):
        other = self.make_company("Other Company", "base.EUR")
        rating = self.rating(212.0, date(2025, 5, 1), company_id=other.id)
        self.assertIsNone(self.creditworthiness()["value"])
        self.assertFalse(self.env["key.account.rating"].with_user(self.head).search([("id", "=", rating.id)]))

    def test_bad_input(self):
        for values, message in (
            ({"score": -1.0}, "score"),
            ({"score": 1001.0}, "Score"),
            ({"score": 0.0}, "a class, a credit score or both"),
            ({"score": 1.0, "valid_until": date(2025, 4, 30)}, "Valid Until cannot be before"),
            ({"score": 1.0, "day": date.today() + relativedelta(days=2)}, "Rated On"),
        ):
            with self.subTest(values), self.assertRefused(message):
                self.rating(**{"day": date(2025, 5, 1), **values})

    def test_access(self):
        mine = self.rating(212.0, date(2025, 5, 1))
        foreign = self.rating(212.0, date(2025, 5, 1), partner_id=self.foreign.id)
        ratings = self.env["key.account.rating"]
        for user in (self.outsider, self.rep):
            with self.subTest(user.name), self.assertRaises(AccessError):
                ratings.with_user(user).search([])
        both = [("id", "in", (mine | foreign).ids)]
        self.assertEqual(ratings.with_user(self.manager).search(both), mine)
        self.assertEqual(ratings.with_user(self.head).search_count(both), 2)
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).unlink()


class TestCredit(RatingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True

    def order(self, quantity, partner=None, company=None, **values):
        company = company or self.company
        order = (
            self.env["sale.order"]
            .with_context(allowed_company_ids=company.ids)
            .create(
                {
                    "partner_id": (partner or self.account).id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product.id, "product_uom_qty": quantity, "tax_ids": [Command.clear()]}
                            | values
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        return order

    def credit(self, partner=None):
        figures = self.figures(partner or self.account, codes=CODES)
        return tuple(figures[code]["value"] for code in CODES[1:])

    def test_receivable_and_orders(self):
        self.account.credit_limit = 4000.0
        self.invoice(self.account, date(2025, 3, 1), (self.product, 6, 100.0))
        self.order(4)
        self.assertEqual(self.credit(), (4000.0, 1000.0, 0.25))
        note = self.figures(self.account, codes=["exposure"])["exposure"]["note"]
        self.assertIn("600.00", note)
        self.assertIn("400.00", note)

    def test_as_core(self):
        """The same as Odoo's own sum for the credit warning, taxes and partly invoiced orders included."""
        tax = self.env["account.tax"].create(
            {"name": "Ten", "amount": 10.0, "company_id": self.company.id, "type_tax_use": "sale"}
        )
        order = self.order(10, tax_ids=[Command.set(tax.ids)])
        order.order_line.product_uom_qty = 4
        order._create_invoices().action_post()
        order.order_line.product_uom_qty = 10
        self.order(3).action_cancel()
        account = self.account.with_company(self.company)
        self.assertEqual(account.credit_to_invoice, 660.0)
        self.assertEqual(account.credit, 440.0)
        self.assertEqual(self.credit()[1], 1100.0)

    def test_subsidiaries(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        self.account.credit_limit = 3000.0
        self.order(5, subsidiary)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 100.0))
        self.assertEqual(self.credit(), (3000.0, 600.0, 0.2))
        note = self.figures(self.account, codes=CODES)["credit_use"]["note"]
        self.assertEqual(note, "Without a limit: Alpha South.")
        subsidiary.credit_limit = 1000.0
        self.assertEqual(self.credit(), (4000.0, 600.0, 0.15))
        self.assertEqual(self.credit(subsidiary), (1000.0, 500.0, 0.5))

    def test_nothing_owed_or_ordered(self):
        self.account.credit_limit = 1000.0
        self.assertEqual(self.credit(), (1000.0, None, None))
        for code in ("exposure", "credit_use"):
            note = self.figures(self.account, codes=CODES)[code]["note"]
            self.assertEqual(note, "No receivables and no open orders.")

    def test_without_a_limit(self):
        self.order(1)
        self.assertEqual(self.credit(), (None, 100.0, None))
        self.assertEqual(self.figures(self.account, codes=CODES)["credit_use"]["note"], "No credit limit is set.")
        self.account.credit_limit = 1000.0
        self.company.account_use_credit_limit = False
        self.assertEqual(self.credit(), (None, 100.0, None))
        self.assertIn("not enabled", self.figures(self.account, codes=CODES)["credit_limit"]["note"])

    def test_companies(self):
        other = self.make_company("Other Company", "base.USD")
        other.account_use_credit_limit = True
        self.env["res.currency.rate"].create(
            # As all figures of several companies: at the rates of the active one
            {"name": date(2020, 1, 1), "currency_id": other.currency_id.id, "company_id": self.company.id, "rate": 2.0}
        )
        self.account.credit_limit = 1000.0
        self.account.with_company(other).credit_limit = 4000.0
        self.account.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.company.currency_id.id}
        )
        self.order(1, price_unit=100.0)
        self.order(6, company=other, price_unit=100.0)
        self.assertEqual(self.credit(), (1000.0, 100.0, 0.1))
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        self.env.flush_all()
        self.assertEqual(self.credit(both), (3000.0, 400.0, 400.0 / 3000.0))

    def test_nothing_to_open(self):
        with self.assertRaisesRegex(UserError, "no records"):
            self.account.action_view_key_account_figure("exposure", *YEAR)

    @freeze_time("2025-06-30 12:00")
    def test_number_of_queries(self):
        accounts = self.account | self.foreign
        for number in range(8):
            accounts |= self.make_account(f"Account {number}")
        for account in accounts:
            account.credit_limit = 500.0
            self.rating(200.0, date(2025, 1, 1), partner_id=account.id)
            self.order(2, account)
        self.assertConstantQueries(accounts, CODES)
