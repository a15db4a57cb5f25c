"""What makes figures fast changes none of them: what is read, how amounts are rounded, who is asked for together."""

from datetime import date

from freezegun import freeze_time
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo.addons.key_account_management.figures.period import Period
from odoo.addons.key_account_management.figures.rounding import currency_rounder, digits_rounder
from odoo.addons.key_account_management.reports.key_account_sales_report import MADE_OF
from odoo.tests import BaseCase, tagged
from odoo.tools import float_round

from .common import YEAR, KeyAccountCase

LONG_AGO, THEN, NOW = date(2022, 5, 5), date(2024, 4, 2), date(2025, 4, 2)

# Statements for all figures of an account, and for those of eight quarters
MOST_FOR_ALL, MOST_FOR_TREND = 89, 70


@tagged("post_install", "-at_install")
class TestRounding(BaseCase):
    @settings(max_examples=2000, deadline=None)
    @given(st.floats(-1e13, 1e13), st.integers(0, 5))
    @example(-0.001, 2)
    @example(-0.0, 2)
    @example(2.675, 2)
    @example(0.5, 0)
    @example(-2.5, 0)
    def test_any_amount(self, amount, digits):
        self.check(amount, digits)

    @settings(max_examples=2000, deadline=None)
    @given(st.integers(-(10**9), 10**9), st.integers(0, 5), st.integers(-3, 3))
    def test_next_to_halves(self, number, digits, away):
        """Halves, and what floats make of them when they are added up."""
        self.check((number + 0.5) / 10**digits + away * 1e-13, digits)

    def check(self, amount, digits):
        self.assertEqual(
            repr(digits_rounder(digits)(amount)), repr(float_round(amount, precision_digits=digits)), (amount, digits)
        )


@freeze_time("2025-08-15 12:00")
class TestFast(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.make_product("Desk", cost=7.77)
        cls.subsidiary = cls.make_customer("Alpha North", parent_id=cls.account.id)
        cls.other = cls.make_account("Beta")
        cls.invoice(cls.subsidiary, LONG_AGO, (cls.product, 1, 11.0))
        for day in (THEN, NOW):
            cls.invoice(cls.account, day, (cls.desk, 2, 13.33))
            cls.invoice(cls.other, day, (cls.product, 3, 17.77))
        cls.credit_note(cls.account, NOW, (cls.desk, 1, 13.33), key_account_credit_kind="return")

    def test_currencies(self):
        """In coins that are no power of ten, Odoo rounds."""
        for number, rounding in enumerate((0.01, 0.05, 1.0, 0.001, 10.0, 0.25)):
            currency = self.env["res.currency"].create({"name": f"T{number:02}", "symbol": "C", "rounding": rounding})
            for amount in (0.0, 12.345, -12.345, 12.3249, 99.125, 1e9 + 0.125, -0.0049):
                with self.subTest(rounding=rounding, amount=amount):
                    self.assertEqual(currency_rounder(currency)(amount), currency.round(amount))

    def test_fields_that_are_read_alone(self):
        """A query that reads one field of the sales lines gives what one that reads all of them gives."""
        domain = [("customer_id", "in", (self.account | self.subsidiary | self.other).ids)]
        report = self.env["key.account.sales.report"].sudo()

        def values(lines, name):
            query = lines._search(domain, order="id")
            field = lines._field_to_sql(query.table, name, query)
            rows = self.env.execute_query(query.select("id", field))
            self.assertEqual(len(rows), 6)
            return rows

        names = [name for name, field in report._fields.items() if field.store and field.name != "id"]
        self.assertLess(set(MADE_OF) - {"invoice_date"}, set(names))
        for name in names:
            if name in self.unknown_columns(report):
                continue
            with self.subTest(name=name):
                self.assertEqual(values(report._reading(name, domain=domain), name), values(report, name))

    def unknown_columns(self, report):
        """Fields of Odoo's invoice analysis for which it has no column."""
        columns = self.env.execute_query_dict(report._search([], limit=1).select("*"))
        return set(report._fields) - set(columns[0])

    def test_who_else_is_asked_for_does_not_matter(self):
        """A company that bought nothing in either period is no row, whatever another account buys."""
        alone, together = (
            accounts.get_key_account_figures(*YEAR, codes=["revenue_change"], breakdown="customer")[self.account.id]
            for accounts in (self.account, self.account | self.other)
        )
        alone, together = alone["revenue_change"], together["revenue_change"]
        self.assertEqual(alone, together)
        # Two desks, one of which came back, after two
        self.assertEqual(alone["value"], -13.33)
        self.assertEqual([row["label"] for row in alone["breakdown"]], ["Alpha"])
        self.assertNotIn("Customer", {row[0] for row in alone["table"]["rows"]})

    def test_what_was_bought_before(self):
        """By a company of the account that buys nothing now, and lines without a product."""
        buyer = self.make_account("Gamma")
        sleeping = self.make_customer("Gamma South", parent_id=buyer.id)
        self.invoice(buyer, LONG_AGO, (None, 1, 5.0))
        self.invoice(sleeping, LONG_AGO, (self.product, 1, 11.0))
        self.invoice(buyer, NOW, (None, 1, 7.01), (self.product, 1, 12.02), (self.desk, 1, 20.04))
        table = self.figures(buyer, codes=["revenue_change"])["revenue_change"]["table"]
        labels = [column["label"] for column in table["columns"]]
        total = dict(zip(labels, table["rows"][0], strict=True))
        self.assertEqual((total["Resumed"], total["New"], total["Change"]), (19.03, 20.04, 39.07))

    def test_statements(self):
        """All figures of an account, and those of its trend, take no more statements than they need."""
        engine = self.env["key.account.figures"]
        quarters = [
            Period(date(2023 + n // 4, n % 4 * 3 + 1, 1), date(2023 + n // 4, n % 4 * 3 + 3, 30)) for n in range(8)
        ]
        for most, compute in (
            (MOST_FOR_ALL, lambda: engine._compute_figures(self.account, Period(*YEAR))),
            (MOST_FOR_TREND, lambda: engine._compute_history(self.account, quarters)),
        ):
            for _time in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                compute()
                count = self.env.cr.sql_log_count - before
            with self.subTest(most=most):
                self.assertLessEqual(count, most)
