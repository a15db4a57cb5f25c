"""Why revenue changed: the parts, calculated by hand, and that they always add up."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.key_account_management.documents.data.document_gatherer import DocumentGatherer
from odoo.addons.key_account_management.figures.figure import Column, Figure, Table
from odoo.addons.key_account_management.figures.price_volume import (
    PARTS,
    Product,
    Sold,
    added,
    round_parts,
    round_rows,
    split,
)
from odoo.tests import BaseCase, tagged

from .common import KeyAccountCase
from .test_adjustments import AdjustmentCase

THEN, NOW, LONG_AGO = date(2024, 4, 2), date(2025, 4, 2), date(2022, 5, 5)

amounts = st.floats(-1e6, 1e6).map(lambda amount: round(amount, 3))
quantities = st.floats(-100, 1e4).map(lambda quantity: round(quantity, 2))
sold = st.builds(Sold, quantities, amounts) | st.just(Sold())
products = st.dictionaries(
    st.integers(),
    st.builds(
        Product,
        sold,
        sold,
        amounts,
        amounts,
        amounts,
        st.none() | st.tuples(st.integers(1, 2), st.sampled_from([1.0, 12.0, 0.5])),
        st.booleans(),
    ),
    max_size=8,
)


def normal(product):
    """What was not sold has no amount at other rates either, nor what has no price in both periods a currency part."""
    if not (product.now and product.before and product.has_prices):
        product.at_former_rates = product.now.amount
    return product


@tagged("post_install", "-at_install")
class TestSplitting(BaseCase):
    @settings(max_examples=300, deadline=None)
    @given(products, st.sampled_from([0.01, 0.05, 1.0, 0.001]))
    def test_parts_add_up(self, rows, rounding):
        rows = {key: normal(product) for key, product in rows.items()}
        parts = split(rows)
        for key, product in rows.items():
            self.assertAlmostEqual(sum(parts[key].values()), product.change, 3)
            self.assertLessEqual(set(parts[key]), set(PARTS))
        total = added(parts.values())
        change = rounding * round(sum(product.change for product in rows.values()) / rounding)
        rounded = round_parts(total, change, rounding)
        self.assertAlmostEqual(sum(rounded.values()), change, delta=rounding / 100)
        for name, amount in rounded.items():
            self.assertAlmostEqual(amount, rounding * round(amount / rounding), delta=rounding / 100)
            self.assertLessEqual(abs(amount - total[name]), rounding * (len(PARTS) + 1) / 2 + 1e-6)
        rounded_rows = round_rows(parts, rounded, rounding)
        again = added(rounded_rows.values())
        for name in rounded:
            self.assertAlmostEqual(again[name], rounded[name], delta=rounding / 100)
        for key, row in rounded_rows.items():
            self.assertEqual(set(row), set(parts[key]))

    @settings(max_examples=100, deadline=None)
    @given(
        st.lists(
            st.tuples(*(st.integers(1, 10**6) for _each in range(4))),
            min_size=1,
            max_size=6,
        )
    )
    def test_volume_by_its_definition(self, rows):
        """Of all products together, from the sums."""
        parts = split(
            {
                number: Product(Sold(q / 100, n / 100), Sold(r / 100, m / 100), n / 100, unit=(1, 1.0))
                for number, (q, n, r, m) in enumerate(rows)
            }
        )
        total = added(parts.values())
        quantity, before = sum(row[0] for row in rows) / 100, sum(row[2] for row in rows) / 100
        mean = sum(row[3] for row in rows) / 100 / before
        self.assertAlmostEqual(total["volume"] / ((quantity - before) * mean or 1), bool(quantity - before), 6)
        price = sum((n / q - m / r) * q / 100 for q, n, r, m in rows)
        self.assertLess(abs(total["price"] - price), 1e-6 * max(sum(row[0] * row[3] / row[2] for row in rows), 1))

    def test_a_table_for_customers(self):
        table = Table(
            [
                Column("Name"),
                Column("A", "money", "EUR", "Other"),
                Column("B", "money"),
                Column("C", "money", "EUR", "Other"),
            ],
            [["x", 0.1, 1.0, 0.2], ["y", None, None, None], ["z", 3.0, None, None]],
        )
        merged = table.for_customers()
        self.assertEqual([column.label for column in merged.columns], ["Name", "Other", "B"])
        self.assertEqual(merged.rows, [["x", 0.3, 1.0], ["y", None, None], ["z", 3.0, None]])
        figure = Figure(table=table)
        self.assertEqual(Figure.from_dict(figure.to_dict()), figure)


class ChangeCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.make_product("Desk")
        cls.lamp = cls.make_product("Lamp")

    def change(self, partner=None, **options):
        return self.figures(partner or self.account, codes=["revenue_change"], **options)["revenue_change"]

    def parts(self, name="", figure=None, by=("In total", "Product", "Customer")):
        """:return: ``{column: amount}`` of a row, without what is 0"""
        table = (figure or self.change())["table"]
        rows = [row for row in table["rows"] if row[1] == name and row[0] in by]
        self.assertEqual(len(rows), 1, [row[:2] for row in table["rows"]])
        labels = [column["label"] for column in table["columns"]]
        return {
            label: value for label, value in zip(labels, rows[0], strict=True) if value and label not in ("Name", "By")
        }

    def assertAddsUp(self, figure=None):
        """Each row to its change, products and categories to each column of the total."""
        figure = figure or self.change()
        rows = figure["table"]["rows"]
        self.assertEqual(rows[0][-1], figure["value"])
        for row in rows:
            self.assertAlmostEqual(sum(value or 0.0 for value in row[2:-1]), row[-1], 6, row)
        for title in ("Product", "Product Category"):
            of_title = [row for row in rows if row[0] == title]
            for column in range(2, len(rows[0])):
                self.assertAlmostEqual(
                    sum(row[column] or 0.0 for row in of_title), rows[0][column] or 0.0, 6, (title, column)
                )
        revenue = self.figures(self.account, codes=["revenue"])["revenue"]
        self.assertAlmostEqual(figure["value"], (revenue["value"] or 0) - (revenue["previous"] or 0), 6)


class TestRevenueChange(ChangeCase):
    def test_price_volume_and_mix(self):
        """Odd cents: 7 chairs at 33.33 and 3 desks at 199.99 became 9 at 34.17 and 2 at 201.01."""
        self.invoice(self.account, THEN, (self.product, 7, 33.33), (self.desk, 3, 199.99))
        self.invoice(self.account, NOW, (self.product, 4, 34.17), (self.desk, 2, 201.01))
        self.invoice(self.account, date(2025, 6, 30), (self.product, 5, 34.17))
        # 833.28 then, a mean of 83.328 for each of 10; 709.55 now
        self.assertEqual(self.change()["value"], -123.73)
        # 9 * 0.84 + 2 * 1.02; (11 - 10) * 83.328; 2 * 33.33 - 1 * 199.99 - 83.328 = -216.658
        self.assertEqual(self.parts(), {"Price": 9.6, "Volume": 83.33, "Mix": -216.66, "Change": -123.73})
        self.assertEqual(self.parts("Chair"), {"Price": 7.56, "Volume": 166.66, "Mix": -100.0, "Change": 74.22})
        self.assertAddsUp()

    def test_dozens_and_units_share_a_unit(self):
        boxes = self.make_product("Box", uom_id=self.dozen.id)
        self.invoice(self.account, THEN, (self.product, 12, 10.0), (boxes, 1, 60.0))
        self.invoice(self.account, NOW, (self.product, 12, 10.0), (boxes, 3, 60.0))
        # 24 units for 180.00: 7.50 each; 24 more are 180.00, in fact 120.00
        self.assertEqual(self.parts(), {"Volume": 180.0, "Mix": -60.0, "Change": 120.0})

    def test_units_that_share_nothing(self):
        hours = self.make_product("Hours", type="service", uom_id=self.env.ref("uom.product_uom_kgm").id)
        self.invoice(self.account, THEN, (self.product, 10, 10.0), (hours, 2, 50.0))
        self.invoice(self.account, NOW, (self.product, 12, 11.0), (hours, 1, 50.0))
        figure = self.change()
        self.assertEqual(self.parts(figure=figure), {"Price": 12.0, "Quantity": -30.0, "Change": -18.0})
        self.assertIn("units", figure["note"])
        labels = [column["label"] for column in figure["table"]["columns"]]
        self.assertIsNone(figure["table"]["rows"][0][labels.index("Volume")])
        self.assertAddsUp(figure)

    def test_new_resumed_and_lost(self):
        self.invoice(self.account, LONG_AGO, (self.desk, 1, 5.0), (self.lamp, 1, 5.0))
        self.credit_note(self.account, LONG_AGO, (self.lamp, 1, 5.0), key_account_credit_kind="correction")
        self.invoice(self.foreign, LONG_AGO, (self.lamp, 1, 5.0))
        self.invoice(self.account, THEN, (self.product, 1, 70.07))
        self.invoice(self.account, NOW, (self.desk, 1, 30.03), (self.lamp, 1, 20.02))
        self.assertEqual(self.parts(), {"New": 20.02, "Resumed": 30.03, "Lost": -70.07, "Change": -20.02})
        self.assertAddsUp()

    def test_bought_between_the_periods_is_resumed(self):
        """Only then is it neither new nor in the previous period."""
        period = (date(2025, 1, 1), date(2025, 6, 30))
        self.invoice(self.account, date(2024, 9, 1), (self.desk, 1, 5.0))
        self.invoice(self.account, NOW, (self.desk, 1, 30.03))
        self.assertEqual(self.parts(figure=self.change(period=period)), {"Resumed": 30.03, "Change": 30.03})

    def test_returns_and_corrections(self):
        self.invoice(self.account, THEN, (self.product, 10, 10.0))
        wrong = self.invoice(self.account, NOW, (self.product, 10, 10.01))
        wrong._reverse_moves([{"invoice_date": NOW, "date": NOW}]).action_post()
        self.env["account.move"].search([("reversed_entry_id", "=", wrong.id)]).key_account_credit_kind = "correction"
        right = self.invoice(self.account, NOW, (self.product, 10, 11.03))
        self.credit_note(self.account, NOW, (self.product, 1, 11.03), reversed_entry_id=right.id)
        self.credit_note(self.account, NOW, (None, 1, 3.33), key_account_credit_kind="bonus")
        self.assertEqual(self.parts(), {"Price": 10.3, "Returns and credits": -14.36, "Change": -4.06})
        self.assertEqual(self.parts("Chair"), {"Price": 10.3, "Returns and credits": -11.03, "Change": -0.73})
        self.assertAddsUp()

    def test_lines_without_a_product(self):
        """They have no price: known from before, their change is one of quantity."""
        self.invoice(self.account, THEN, (None, 1, 100.01), (self.product, 2, 10.0))
        self.invoice(self.account, NOW, (None, 3, 50.0), (self.product, 3, 10.0))
        self.assertEqual(self.parts(), {"Volume": 10.0, "Quantity": 49.99, "Change": 59.99})
        self.assertAddsUp()

    def test_negative_quantities_and_free_samples(self):
        self.invoice(self.account, THEN, (self.product, 2, 10.0), (self.desk, 3, 0.0))
        self.invoice(self.account, NOW, (self.product, -1, 10.0), (self.desk, 4, 5.0))
        # Taken back on balance; what was free costs something
        self.assertEqual(self.parts(), {"Price": 20.0, "Quantity": -30.0, "Change": -10.0})
        self.assertAddsUp()

    def test_nothing_in_one_period_or_in_both(self):
        empty = self.change()
        self.assertIsNone(empty["value"])
        self.assertTrue(empty["note"])
        self.invoice(self.account, THEN, (self.product, 2, 10.01))
        self.assertEqual(self.parts(), {"Lost": -20.02, "Change": -20.02})

    def test_rows_of_breakdowns(self):
        subsidiary = self.make_customer("Alpha West", parent_id=self.account.id)
        tables = self.env["product.category"].create({"name": "Tables"})
        self.desk.categ_id = tables
        self.invoice(self.account, THEN, (self.product, 1, 10.0))
        self.invoice(self.account, NOW, (self.product, 1, 12.0))
        self.invoice(subsidiary, THEN, (self.product, 1, 20.0))
        self.invoice(subsidiary, NOW, (self.product, 1, 20.0), (self.desk, 1, 5.0))
        expected = {
            "product": [("Desk", 5.0), ("Chair", 2.0)],
            "category": [("Tables", 5.0), ("Chairs", 2.0)],
            "customer": [("Alpha West", 5.0), ("Alpha", 2.0)],
        }
        for name, rows in expected.items():
            figure = self.change(breakdown=name)
            self.assertEqual([(row["label"].split(", ")[-1], row["value"]) for row in figure["breakdown"]], rows)
        # Each company is split by itself: together, chairs cost 15.00 and 16.00 on average
        self.assertEqual(self.parts(), {"Price": 2.0, "New": 5.0, "Change": 7.0})
        self.assertEqual(self.parts("Alpha"), {"Price": 2.0, "Change": 2.0})
        self.assertAddsUp()

    def test_records(self):
        then = self.invoice(self.account, THEN, (self.product, 1, 10.0))
        now = self.invoice(self.account, NOW, (self.product, 1, 12.0))
        self.invoice(self.account, LONG_AGO, (self.product, 1, 12.0))
        action = self.account.action_view_key_account_figure("revenue_change", date(2025, 1, 1), date(2025, 12, 31))
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.move_id, then | now)

    def test_number_of_queries(self):
        accounts = self.env["res.partner"]
        for number in range(6):
            account = self.make_account(f"Account {number}")
            self.invoice(account, THEN, (self.product, number + 1, 10.0))
            self.invoice(account, NOW, (self.product, 2, 10.0), (self.lamp, 1, 3.0))
            accounts |= account
        codes = ["revenue_change", "net_revenue", "net_margin"]
        self.assertConstantQueries(accounts, codes, (date(2025, 1, 1), date(2025, 12, 31)))


class TestCurrencyPart(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True
        cls.dollar.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": cls.dollar.id, "name": day, "rate": rate, "company_id": cls.company.id}
                for day, rate in ((date(2020, 1, 1), 1.25), (date(2025, 1, 1), 1.6))
            ]
        )

    def test_constant_rates(self):
        """10 at $10.00 (80.00 EUR) became 8 at $11.00: 55.00 EUR, 70.40 EUR at the former rate."""
        dollars = {"currency_id": self.dollar.id}
        self.invoice(self.account, THEN, (self.product, 10, 10.0), **dollars)
        self.invoice(self.account, NOW, (self.product, 8, 11.0), (self.lamp, 1, 16.0), **dollars)
        figure = self.change(currency="document")
        # 8 * (8.80 - 8.00); -2 * 8.00; 55.00 - 70.40
        expected = {"Price": 6.4, "Volume": -16.0, "New": 10.0, "Currency": -15.4, "Change": -15.0}
        self.assertEqual(self.parts(figure=figure), expected)
        self.assertAddsUp(figure)
        # In the customer's own currency there is no such part
        self.assertEqual(
            self.parts(figure=figure["document"]), {"Price": 8.0, "Volume": -20.0, "New": 16.0, "Change": 4.0}
        )

    def test_discounts_and_rates_differ_between_documents(self):
        """10 at $10.00 (80.00 EUR) became 10 at $8.00 after 20 % on the document (50.00 EUR), and 10 at $12.00 when a
        dollar was 0.50 EUR (60.00): at the former rate 64.00 and 96.00, instead of 160.00 at the price of 8.00.
        """
        self.env["res.currency.rate"].create(
            {"currency_id": self.dollar.id, "name": date(2025, 6, 1), "rate": 2.0, "company_id": self.company.id}
        )
        self.company.sale_discount_product_id = rebate = self.make_product("Rebate", type="service")
        dollars = {"currency_id": self.dollar.id}
        self.invoice(self.account, THEN, (self.product, 10, 10.0), **dollars)
        self.invoice(self.account, NOW, (self.product, 10, 10.0), (rebate, 1, -20.0), **dollars)
        self.invoice(self.account, date(2025, 6, 2), (self.product, 10, 12.0), **dollars)
        figure = self.change(currency="document")
        # 20 at a mean of 8.00 at the former rate; 50.00 + 60.00 - 160.00
        self.assertEqual(self.parts(figure=figure), {"Volume": 80.0, "Currency": -50.0, "Change": 30.0})
        self.assertAddsUp(figure)
        self.assertEqual(self.parts(figure=figure["document"]), {"Volume": 100.0, "Change": 100.0})

    def test_a_currency_that_is_new(self):
        """Invoiced in euros before: the rate on the last day of the previous period."""
        self.invoice(self.account, THEN, (self.product, 10, 8.0))
        self.invoice(self.account, NOW, (self.product, 10, 10.0), currency_id=self.dollar.id)
        self.assertEqual(self.parts(), {"Currency": -17.5, "Change": -17.5})

    def test_customers_see_one_reason(self):
        self.company.sale_discount_product_id = self.make_product("Rebate", type="service")
        self.invoice(self.account, THEN, (self.product, 10, 8.0))
        self.invoice(
            self.account,
            NOW,
            (self.product, 10, 10.0),
            (None, 1, 16.0, {"is_downpayment": True}),
            currency_id=self.dollar.id,
        )
        # 80.00, now 62.50 and the down payment 10.00
        self.assertEqual(self.parts(), {"Discounts and charges": 10.0, "Currency": -17.5, "Change": -7.5})
        review = self.env["key.account.review"].with_company(self.company)
        review = review.create({"partner_id": self.account.id, "year": 2025})
        for audience, expected in (("internal", [10.0, -17.5]), ("customer", [-7.5])):
            gathered = DocumentGatherer(self.account, review, audience).gather({"revenue", "revenue_change"})
            table = gathered.figures["revenue_change"].figure.table
            of_total = [
                value for column, value in zip(table.columns, table.rows[0], strict=True) if column.for_customers
            ]
            self.assertEqual(of_total, expected)


class TestChangeOfOrders(AdjustmentCase, ChangeCase):
    def test_a_discount_on_the_order_is_a_price(self):
        """3 at 33.33 and 1 at 100.01, 30 % on the order: effective 69.993 and 70.007 of 140.00."""
        self.invoice(self.account, THEN, (self.product, 3, 33.33), (self.desk, 1, 100.01))
        order = self.order((self.product, 3, 33.33), (self.desk, 1, 100.01))
        self.discount(order, discount_percentage=0.3)
        self.invoice_orders(order, NOW)
        self.assertEqual(self.parts(), {"Price": -60.0, "Change": -60.0})
        self.assertEqual(self.parts("Chair"), {"Price": -30.0, "Change": -30.0})
        self.assertAddsUp()

    def test_down_payments_and_final_invoice(self):
        order = self.order((self.product, 7, 33.33))
        self.invoice_orders(order, THEN, advance_payment_method="percentage", amount=30)
        self.invoice_orders(order, NOW)
        # 69.99 in advance, then 233.31 less that
        self.assertEqual(self.parts(), {"New": 233.31, "Discounts and charges": -139.98, "Change": 93.33})
        self.assertEqual(self.parts("Down Payments"), {"Discounts and charges": -139.98, "Change": -139.98})
        self.assertAddsUp()
        # A row of its own, with the key that it has in the revenue as well
        for breakdown in ("product", "category"):
            rows = {row["key"]: row["value"] for row in self.change(breakdown=breakdown)["breakdown"]}
            self.assertEqual(rows["down_payment"], -139.98)

    def test_a_discount_that_is_not_used_up(self):
        self.company.sale_discount_product_id = rebate = self.make_product("Rebate", type="service")
        advance = (None, 1, 5.0, {"is_downpayment": True})
        self.invoice(self.account, THEN, (self.product, 1, 10.0))
        self.invoice(self.account, NOW, (self.product, 1, 10.0), (rebate, 1, -12.5), advance)
        self.assertEqual(self.parts(), {"Price": -10.0, "Discounts and charges": 2.5, "Change": -7.5})
        self.assertEqual(self.parts("Discounts"), {"Discounts and charges": -2.5, "Change": -2.5})
        self.assertAddsUp()
