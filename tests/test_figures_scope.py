"""Whose documents count, on which days, in which company and currency."""

from datetime import date

from odoo.fields import Command

from .common import YEAR, KeyAccountCase
from .independent.at_hand import look_at, worked_out
from .independent.numbers import decimal

DAY = date(2025, 6, 15)


class TestScope(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign_currency = cls.env["res.currency"].create({"name": "TST", "symbol": "T", "rounding": 0.01})
        cls.set_rates(cls.company, {date(2024, 1, 1): 2.0, date(2025, 6, 1): 4.0})

    @classmethod
    def set_rates(cls, company, rates):
        cls.env["res.currency.rate"].create(
            [
                {"name": day, "rate": rate, "currency_id": cls.foreign_currency.id, "company_id": company.id}
                for day, rate in rates.items()
            ]
        )

    def assertRevenue(self, expected, partner=None, period=YEAR):
        account = partner or self.account
        self.assertEqual(self.value(account, "revenue", period), expected)
        self.assertEqual(worked_out("revenue", look_at(account, period, self.company)), expected)

    # === HIERARCHY ===#

    def test_child_companies_and_their_subsidiaries(self):
        child = self.make_customer("Alpha North", parent_id=self.account.id)
        grandchild = self.make_customer("Alpha Far North", parent_id=child.id)
        for customer, amount in ((self.account, 1.0), (child, 20.0), (grandchild, 300.0), (self.foreign, 4000.0)):
            self.invoice(customer, DAY, (self.product, 1, amount))
        self.assertRevenue(321.0)
        self.assertRevenue(4000.0, self.foreign)

    def test_archived_subsidiaries(self):
        child = self.make_customer("Alpha Closed", parent_id=self.account.id)
        below = self.make_customer("Alpha Closed Shop", parent_id=child.id)
        self.invoice(child, DAY, (self.product, 1, 20.0))
        self.invoice(below, DAY, (self.product, 1, 300.0))
        (below | child).action_archive()
        self.assertRevenue(320.0)

    def test_account_inside_an_account_counts_for_both(self):
        inner = self.make_account("Alpha Inside", parent_id=self.account.id)
        self.invoice(self.account, DAY, (self.product, 1, 1.0))
        self.invoice(inner, DAY, (self.product, 1, 20.0))
        both = self.account | inner
        figures = both.get_key_account_figures(*YEAR, codes=["revenue", "receivable"])
        for code in ("revenue", "receivable"):
            self.assertEqual([figures[account.id][code]["value"] for account in both], [21.0, 20.0])
        self.assertRevenue(20.0, inner)

    def test_addresses_count_for_the_company(self):
        for kind, amount in (("contact", 1.0), ("invoice", 20.0), ("delivery", 300.0)):
            address = self.env["res.partner"].create({"name": kind, "parent_id": self.account.id, "type": kind})
            self.invoice(address, DAY, (self.product, 1, amount))
        self.assertRevenue(321.0)
        self.assertEqual(self.value(self.account, "receivable"), 321.0)

    # === PERIOD ===#

    def test_first_and_last_day_are_included(self):
        self.invoice(self.account, date(2023, 12, 31), (self.product, 1, 50000.0))
        days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
        for day, amount in zip(days, (1.0, 20.0, 300.0, 4000.0), strict=True):
            self.invoice(self.account, day, (self.product, 1, amount))
        self.assertRevenue(320.0)
        revenue = self.figures(self.account, codes=["revenue"], breakdown="month")["revenue"]
        self.assertEqual((revenue["previous"], revenue["change"]), (1.0, 319.0))
        months = {row["key"]: (row["value"], row["previous"]) for row in revenue["breakdown"]}
        self.assertEqual(len(months), 12)
        self.assertEqual(months["2025-01"], (20.0, 0.0))
        self.assertEqual(months["2025-12"], (300.0, 1.0))

    def test_leap_day_in_the_period(self):
        """Up to 29 February: compared with the year before up to 28 February, and not 1 March."""
        period = (date(2024, 2, 29), date(2024, 2, 29))
        for day, amount in ((date(2023, 2, 28), 1.0), (date(2023, 3, 1), 20.0), (date(2024, 2, 29), 300.0)):
            self.invoice(self.account, day, (self.product, 1, amount))
        revenue = self.figures(self.account, period, ["revenue"], "month")["revenue"]
        self.assertEqual((revenue["value"], revenue["previous"]), (300.0, 1.0))
        self.assertEqual([(row["value"], row["previous"]) for row in revenue["breakdown"]], [(300.0, 1.0)])

    def test_leap_day_in_the_year_before(self):
        """The end of February is compared with the end of February."""
        self.invoice(self.account, date(2024, 2, 28), (self.product, 1, 1.0))
        self.invoice(self.account, date(2024, 2, 29), (self.product, 1, 20.0))
        self.invoice(self.account, date(2025, 2, 28), (self.product, 1, 300.0))
        revenue = self.figures(self.account, (date(2025, 2, 1), date(2025, 2, 28)), ["revenue"])["revenue"]
        self.assertEqual((revenue["value"], revenue["previous"]), (300.0, 21.0))

    def test_breakdowns_add_up(self):
        other = self.make_product("Desk", cost=10.0, categ_id=False)
        self.invoice(self.account, date(2024, 5, 1), (other, 3, 33.33))
        self.invoice(self.account, date(2025, 2, 3), (self.product, 1, 19.99), (None, 1, 5.55))
        self.invoice(self.account, date(2025, 7, 9), (other, 2, 0.07), (self.product, 3, 8.4))
        self.credit_note(self.account, date(2025, 7, 10), (self.product, 1, 8.41))
        for breakdown in ("month", "category", "product", "customer"):
            figures = self.figures(self.account, codes=["revenue", "cost_of_goods_sold"], breakdown=breakdown)
            for code, figure in figures.items():
                for side in ("value", "previous"):
                    rows = sum(row[side] or 0.0 for row in figure["breakdown"])
                    self.assertAlmostEqual(rows, figure[side], 2, (breakdown, code, side))

    # === CURRENCIES ===#

    def test_booked_at_the_rate_of_the_day(self):
        for day in (date(2025, 5, 31), date(2025, 6, 1)):
            self.invoice(self.account, day, (self.product, 1, 100.0), currency_id=self.foreign_currency.id)
        self.credit_note(self.account, date(2025, 6, 2), (self.product, 1, 20.0), currency_id=self.foreign_currency.id)
        self.set_rates(self.company, {date(2026, 1, 1): 10.0})
        self.assertRevenue(50.0 + 25.0 - 5.0)
        self.assertEqual(self.value(self.account, "cost_of_goods_sold"), 60.0)

    def test_order_in_a_foreign_currency(self):
        """Its cost is kept in the order's currency, at the rate of the order's day."""
        price_list = self.env["product.pricelist"].create({"name": "T", "currency_id": self.foreign_currency.id})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "pricelist_id": price_list.id,
                "date_order": "2025-05-01 12:00:00",
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": 1, "price_unit": 400.0, "tax_ids": []}
                    )
                ],
            }
        )
        self.assertEqual(order.order_line.purchase_price, 120.0)
        self.invoice(
            self.account,
            DAY,
            (self.product, 1, 400.0, {"sale_line_ids": [Command.set(order.order_line.ids)]}),
            currency_id=self.foreign_currency.id,
        )
        self.assertRevenue(100.0)
        self.assertEqual(self.value(self.account, "cost_of_goods_sold"), 60.0)
        self.assertEqual(worked_out("cost_of_goods_sold", look_at(self.account, YEAR, self.company)), 60.0)

    def test_document_amounts_in_one_foreign_currency(self):
        self.invoice(self.account, date(2024, 5, 31), (self.product, 1, 80.0), currency_id=self.foreign_currency.id)
        self.invoice(self.account, DAY, (self.product, 1, 100.0), currency_id=self.foreign_currency.id)
        revenue = self.figures(self.account, codes=["revenue"], breakdown="month", currency="document")["revenue"]
        document = revenue["document"]
        self.assertEqual((revenue["value"], revenue["previous"], revenue["unit"]), (25.0, 40.0, "EUR"))
        self.assertEqual((document["value"], document["previous"], document["unit"]), (100.0, 80.0, "TST"))
        self.assertEqual((revenue["change"], document["change"]), (-0.375, 0.25))
        self.assertEqual(sum(row["value"] or 0.0 for row in document["breakdown"]), 100.0)

    def test_mixed_currencies_have_no_document_amounts(self):
        """One document of the previous year is enough."""
        self.invoice(self.account, date(2024, 5, 31), (self.product, 1, 80.0))
        self.invoice(self.account, DAY, (self.product, 1, 100.0), currency_id=self.foreign_currency.id)
        figures = self.figures(self.account, codes=["revenue", "receivable"], currency="document")
        self.assertIsNone(figures["revenue"]["document"])
        self.assertIsNone(figures["receivable"]["document"])

    # === COMPANIES ===#

    def make_second_company(self):
        """Books 100 EUR in the first company and 1,000 TST, worth 200 EUR, in another one."""
        self.second = self.make_company("Second Company", "base.EUR")
        self.second.currency_id = self.foreign_currency
        # What a unit of the second company's currency is worth, as the first company sees it
        self.set_rates(self.company, {date(2026, 1, 1): 5.0})
        self.invoice(self.account, DAY, (self.product, 1, 100.0))
        self.invoice(self.account, DAY, (self.product, 1, 1000.0), company=self.second)
        self.both = self.company | self.second
        # Odoo makes its currency table from what is in the database
        self.env.flush_all()

    def test_other_companies_do_not_count(self):
        self.make_second_company()
        self.assertRevenue(100.0)
        self.assertEqual(self.value(self.account, "receivable"), 100.0)

    def test_the_other_company_alone(self):
        self.make_second_company()
        account = self.account.with_context(allowed_company_ids=self.second.ids)
        revenue = self.figures(account, codes=["revenue"])["revenue"]
        self.assertEqual((revenue["value"], revenue["unit"]), (1000.0, "TST"))

    def test_two_companies_in_the_active_ones_currency(self):
        self.make_second_company()
        account = self.account.with_context(allowed_company_ids=self.both.ids)
        figures = self.figures(account, codes=["revenue", "receivable", "dso"])
        self.assertEqual((figures["revenue"]["value"], figures["revenue"]["unit"]), (300.0, "EUR"))
        self.assertEqual(figures["receivable"]["value"], 300.0)
        self.assertEqual(figures["dso"]["value"], 365.0)
        first, second = (look_at(account, YEAR, company) for company in self.both)
        for code in ("revenue", "receivable"):
            of_second = first.books.converted(decimal(worked_out(code, second)), self.foreign_currency.id, first.today)
            self.assertEqual((worked_out(code, first), float(of_second)), (100.0, 200.0))

    def test_an_unknown_company_is_refused(self):
        """The manager works for the first company only."""
        self.make_second_company()
        account = self.account.with_context(allowed_company_ids=self.both.ids)
        with self.assertRaisesRegex(Exception, "unauthorized or invalid companies"):
            self.figures(account, codes=["revenue"], user=self.manager)
