"""Revenue, volume, cost of goods sold and contribution margin I: which lines count, and with what amounts."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.addons.key_account_management.documents.formatter import Formatter
from odoo.fields import Command

from .common import YEAR, KeyAccountCase
from .independent.at_hand import look_at, worked_out
from .independent.sales import volume_rows

SPRING = date(2025, 4, 2)
MARGIN_CODES = ["revenue", "cost_of_goods_sold", "contribution_margin", "contribution_margin_rate", "cost_coverage"]


class TestSales(KeyAccountCase):
    def order(self, *lines, day=date(2025, 3, 1), **values):
        """Confirms an order; a line is a dict of values."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"tax_ids": [Command.clear()], **line}) for line in lines],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = datetime(day.year, day.month, day.day, 12)
        return order

    def invoice_order(self, order, day, **values):
        """Invoices the order by Odoo's wizard and posts."""
        wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        before = order.invoice_ids
        wizard.create({"advance_payment_method": "delivered", **values}).create_invoices()
        invoice = order.invoice_ids - before
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def assertValues(self, expected, period=YEAR):
        """The figures of the account, None for empty; the second calculation agrees, on revenue and cost as well."""
        codes = dict.fromkeys([*expected, "revenue", "cost_of_goods_sold"])
        figures, look = self.figures(self.account, period, list(codes)), look_at(self.account, period, self.company)
        for code in codes:
            by_hand = expected.get(code, figures[code]["value"])
            if by_hand is None:
                self.assertIsNone(figures[code]["value"], code)
                self.assertIsNone(worked_out(code, look), code)
            else:
                self.assertAlmostEqual(figures[code]["value"], by_hand, 6, code)
                self.assertAlmostEqual(worked_out(code, look), by_hand, 6, code)

    # === NOTHING, AND OTHER UNITS ===#

    def revenue(self, period, partner=None):
        figure = self.figures(partner or self.account, period, ["revenue"])["revenue"]
        return figure["value"], figure["previous"]

    @freeze_time("2026-07-01")
    def test_no_revenue_is_zero_after_the_first_invoice(self):
        self.invoice(self.account, date(2025, 2, 10), (self.product, 1, 100.01))
        self.invoice(self.account, date(2024, 1, 10), (self.product, 1, 100.01), post=False)
        quarters = {
            (date(2024, 10, 1), date(2024, 12, 31)): (None, None),
            (date(2025, 1, 1), date(2025, 3, 31)): (100.01, None),
            (date(2025, 4, 1), date(2025, 6, 30)): (0.0, None),
            (date(2026, 1, 1), date(2026, 3, 31)): (0.0, 100.01),
            (date(2026, 4, 1), date(2026, 6, 30)): (0.0, 0.0),
            # Of days that are still to come, nothing is known
            (date(2998, 1, 1), date(2998, 12, 31)): (None, None),
        }
        for period, expected in quarters.items():
            with self.subTest(period[0]):
                self.assertEqual(self.revenue(period), expected)
                self.assertEqual(self.revenue(period, self.foreign), (None, None))
        months = self.figures(self.account, YEAR, ["revenue"], "month")["revenue"]["breakdown"]
        self.assertEqual([row["value"] for row in months], [None, 100.01, *[0.0] * 10])

    @freeze_time("2026-07-01")
    def test_no_revenue_is_empty_before_the_first_invoice(self):
        """A credit note alone is none: what it takes back was sold before the books begin."""
        self.credit_note(self.account, date(2024, 12, 24), (self.product, 1, 10.01))
        self.assertValues({"revenue": None, "net_revenue": None, "cash_discounts": None})
        self.assertEqual(self.revenue((date(2025, 12, 1), date(2025, 12, 31))), (None, -10.01))

    def test_units_of_last_year_do_not_empty_the_volume(self):
        cable = self.make_product("Cable", uom_id=self.env.ref("uom.product_uom_meter").id)
        self.invoice(self.account, date(2024, 3, 1), (cable, 7, 1.0), (self.product, 1, 1.0))
        self.invoice(self.account, date(2025, 3, 1), (self.product, 3, 100.0))
        self.invoice(self.account, date(2025, 4, 1), (self.product, 1, 100.0, {"product_uom_id": self.dozen.id}))
        volume = self.figures(self.account, YEAR, ["sales_volume"], "month")["sales_volume"]
        self.assertEqual((volume["value"], volume["previous"], volume["unit"]), (15.0, None, self.unit.name))
        self.assertIn(cable.uom_id.name, volume["note"])
        self.assertEqual([row["value"] for row in volume["breakdown"]][2:4], [3.0, 12.0])
        # Of this year, they do
        self.invoice(self.account, date(2025, 5, 1), (cable, 1, 1.0))
        self.assertIsNone(self.value(self.account, "sales_volume"))

    # === LINES ===#

    def test_credit_notes_are_negative(self):
        self.invoice(self.account, SPRING, (self.product, 10, 100.0))
        self.credit_note(self.account, SPRING, (self.product, 4, 90.0))
        self.assertValues(
            {
                "revenue": 640.0,
                "sales_volume": 6.0,
                "cost_of_goods_sold": 360.0,
                "contribution_margin": 280.0,
                "contribution_margin_rate": 0.4375,
                "cost_coverage": 1.0,
            }
        )

    def test_more_credit_than_sold(self):
        self.credit_note(self.account, SPRING, (self.product, 2, 100.0))
        self.assertValues({"revenue": -200.0, "sales_volume": -2.0, "cost_of_goods_sold": -120.0})

    def test_receipts_count(self):
        self.invoice(self.account, SPRING, (self.product, 1, 70.0), move_type="out_receipt")
        self.assertValues({"revenue": 70.0, "sales_volume": 1.0, "cost_of_goods_sold": 60.0})

    def test_drafts_cancelled_and_vendor_documents_do_not_count(self):
        self.invoice(self.account, SPRING, (self.product, 1, 100.0))
        self.invoice(self.account, SPRING, (self.product, 1, 1000.0), post=False)
        self.invoice(self.account, SPRING, (self.product, 1, 1000.0), post=False).button_cancel()
        self.invoice(self.account, SPRING, (self.product, 1, 1000.0), move_type="in_invoice")
        self.assertValues({"revenue": 100.0, "sales_volume": 1.0, "cost_of_goods_sold": 60.0})

    def test_tax_sections_and_notes_do_not_count(self):
        tax = self.env["account.tax"].create(
            {"name": "Ten", "amount": 10.0, "company_id": self.company.id, "type_tax_use": "sale"}
        )
        invoice = self.invoice(
            self.account, SPRING, (self.product, 2, 100.0, {"tax_ids": [Command.set(tax.ids)]}), post=False
        )
        texts = [("line_section", "Furniture"), ("line_note", "Thank you")]
        invoice.invoice_line_ids = [Command.create({"display_type": kind, "name": name}) for kind, name in texts]
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 220.0)
        self.assertValues({"revenue": 200.0, "sales_volume": 2.0, "cost_coverage": 1.0})

    def test_discount_is_deducted(self):
        self.invoice(self.account, SPRING, (self.product, 3, 33.33, {"discount": 12.5}))
        self.assertValues({"revenue": 87.49})

    def test_line_without_product_is_revenue_without_volume(self):
        self.invoice(self.account, SPRING, (self.product, 1, 100.0), (None, 5, 60.0))
        self.assertValues({"revenue": 400.0, "sales_volume": 1.0, "cost_of_goods_sold": 60.0, "cost_coverage": 0.25})
        rows = self.figures(self.account, codes=["revenue"], breakdown="product")["revenue"]["breakdown"]
        self.assertEqual(
            [(row["key"], row["label"], row["value"]) for row in rows],
            [(None, "Without product", 300.0), (self.product.id, "Chair", 100.0)],
        )

    def test_product_without_category(self):
        product = self.make_product("Loose", cost=1.0, categ_id=False)
        self.invoice(self.account, SPRING, (product, 1, 50.0), (self.product, 1, 100.0))
        rows = self.figures(self.account, codes=["revenue"], breakdown="category")["revenue"]["breakdown"]
        self.assertEqual(
            [(row["label"], row["value"]) for row in rows], [("Chairs", 100.0), ("Without category", 50.0)]
        )

    def test_zero_and_free_lines(self):
        """A quantity of zero changes nothing; goods given away have no revenue, but a volume and a cost."""
        self.invoice(self.account, SPRING, (self.product, 0, 100.0), (self.product, 2, 0.0), (self.product, 4, 100.0))
        self.assertValues(
            {"revenue": 400.0, "sales_volume": 6.0, "cost_of_goods_sold": 360.0, "contribution_margin_rate": 0.1}
        )

    def test_only_free_lines(self):
        """Zero is a real value here; the rates are undefined."""
        self.invoice(self.account, SPRING, (self.product, 2, 0.0))
        self.assertValues(
            {
                "revenue": 0.0,
                "cost_of_goods_sold": 120.0,
                "contribution_margin": -120.0,
                "contribution_margin_rate": None,
                "cost_coverage": None,
            }
        )

    # === UNITS ===#

    def test_dozen_and_unit(self):
        self.invoice(
            self.account, SPRING, (self.product, 2, 1000.0, {"product_uom_id": self.dozen.id}), (self.product, 1.5, 100)
        )
        self.assertValues({"revenue": 2150.0, "sales_volume": 25.5, "cost_of_goods_sold": 1530.0})
        self.assertEqual(self.figures(self.account)["sales_volume"]["unit"], self.unit.name)

    def test_product_in_dozens(self):
        eggs = self.make_product("Eggs", cost=2.4, uom_id=self.dozen.id)
        self.invoice(self.account, SPRING, (eggs, 30, 0.3, {"product_uom_id": self.unit.id}))
        self.assertValues({"revenue": 9.0, "sales_volume": 2.5, "cost_of_goods_sold": 6.0})
        self.assertEqual(self.figures(self.account)["sales_volume"]["unit"], self.dozen.name)

    def test_months_and_categories_are_in_the_unit_of_the_total(self):
        """Rows next to each other are comparable: all in units, though one month only sold dozens."""
        eggs = self.make_product("Eggs", cost=2.4, uom_id=self.dozen.id, categ_id=False)
        self.invoice(self.account, date(2025, 1, 15), (eggs, 2, 3.0))
        self.invoice(self.account, date(2025, 2, 15), (self.product, 5, 100.0))
        for breakdown in ("month", "category"):
            volume = self.figures(self.account, codes=["sales_volume"], breakdown=breakdown)["sales_volume"]
            self.assertEqual((volume["value"], volume["unit"]), (29.0, self.unit.name))
            rows = [row for row in volume["breakdown"] if row["value"] is not None]
            self.assertEqual({row["value"] for row in rows}, {24.0, 5.0}, breakdown)
            self.assertEqual({row["unit"] for row in rows}, {self.unit.name}, breakdown)

    def test_products_are_in_their_own_unit(self):
        eggs = self.make_product("Eggs", cost=2.4, uom_id=self.dozen.id)
        self.invoice(self.account, SPRING, (eggs, 2, 3.0), (self.product, 5, 100.0))
        volume = self.figures(self.account, codes=["sales_volume"], breakdown="product")["sales_volume"]
        self.assertEqual(
            {row["label"]: (row["value"], row["unit"]) for row in volume["breakdown"]},
            {"Eggs": (2.0, self.dozen.name), "Chair": (5.0, self.unit.name)},
        )
        own = volume_rows(look_at(self.account, YEAR, self.company), "product")
        self.assertEqual(own, {eggs.id: 2, self.product.id: 5})

    def test_units_without_a_common_reference_are_not_added(self):
        hours = self.env.ref("uom.product_uom_hour")
        service = self.make_product("Assembly", type="service", uom_id=hours.id)
        self.invoice(self.account, SPRING, (self.product, 1, 100.0), (service, 3, 50.0))
        volume = self.figures(self.account, codes=["sales_volume"], breakdown="product")["sales_volume"]
        self.assertIsNone(volume["value"])
        self.assertIn(hours.name, volume["note"])
        self.assertIn(self.unit.name, volume["note"])
        self.assertEqual(
            {row["label"]: (row["value"], row["unit"]) for row in volume["breakdown"]},
            {"Assembly": (3.0, hours.name), "Chair": (1.0, self.unit.name)},
        )

    # === COST ===#

    def test_unknown_cost_is_named(self):
        unknown = self.make_product("Gift")
        self.invoice(self.account, SPRING, (self.product, 9, 100.0), (unknown, 1, 100.0))
        self.assertValues({"cost_of_goods_sold": 540.0, "contribution_margin": 460.0, "cost_coverage": 0.9})
        figures = self.figures(self.account, codes=MARGIN_CODES)
        for code in ("cost_of_goods_sold", "contribution_margin", "contribution_margin_rate"):
            self.assertEqual(figures[code]["note"], "Costs are known for only 90.0% of the revenue.")
        self.assertFalse(figures["revenue"]["note"])

    def test_share_of_known_costs_is_the_coverage_beside_it(self):
        self.invoice(self.account, SPRING, (self.product, 1, 878.6), (self.make_product("Gift"), 1, 121.4))
        for lang, share in (("en_US", "87.9%"), ("de_DE", "87,9\N{NO-BREAK SPACE}%")):
            account = self.account.with_context(lang=lang)
            figures = self.figures(account, codes=["contribution_margin", "cost_coverage"])
            self.assertEqual(Formatter(account.env).percent(figures["cost_coverage"]["value"]), share)
            self.assertIn(share, figures["contribution_margin"]["note"])

    def test_enough_costs_known(self):
        unknown = self.make_product("Gift")
        self.invoice(self.account, SPRING, (self.product, 19, 100.0), (unknown, 1, 100.0))
        self.assertValues({"cost_coverage": 0.95})
        self.assertEqual({figure["note"] for figure in self.figures(self.account, codes=MARGIN_CODES).values()}, {""})

    def test_no_cost_known(self):
        self.invoice(self.account, SPRING, (self.make_product("Gift"), 1, 100.0))
        self.assertValues(
            {"revenue": 100.0, "cost_of_goods_sold": None, "contribution_margin": None, "cost_coverage": 0.0}
        )

    def test_cost_at_the_time_of_sale(self):
        """The product became more expensive after the order; an invoice without an order uses today's cost."""
        order = self.order({"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 100.0})
        self.product.standard_price = 75.0
        self.invoice_order(order, SPRING)
        self.assertValues({"revenue": 1000.0, "cost_of_goods_sold": 600.0, "contribution_margin_rate": 0.4})
        self.invoice(self.account, SPRING, (self.product, 1, 100.0))
        self.assertValues({"cost_of_goods_sold": 675.0})

    def test_credit_note_of_an_order_takes_back_its_cost(self):
        order = self.order({"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 100.0})
        invoice = self.invoice_order(order, SPRING)
        self.product.standard_price = 75.0
        reversal = invoice._reverse_moves([{"invoice_date": SPRING, "date": SPRING}])
        reversal.action_post()
        self.assertValues({"revenue": 0.0, "sales_volume": 0.0, "cost_of_goods_sold": 0.0, "contribution_margin": 0.0})

    def test_order_in_another_unit(self):
        order = self.order(
            {
                "product_id": self.product.id,
                "product_uom_qty": 2,
                "product_uom_id": self.dozen.id,
                "price_unit": 1200.0,
            }
        )
        self.assertEqual(order.order_line.purchase_price, 720.0)
        self.product.standard_price = 1.0
        self.invoice_order(order, SPRING)
        self.assertValues({"revenue": 2400.0, "sales_volume": 24.0, "cost_of_goods_sold": 1440.0})

    def test_several_order_lines_are_weighted(self):
        """30 pieces at 60 and 10 at 100: 70 each."""
        order = self.order(
            {"product_id": self.product.id, "product_uom_qty": 30, "purchase_price": 60.0, "price_unit": 100.0},
            {"product_id": self.product.id, "product_uom_qty": 10, "purchase_price": 100.0, "price_unit": 100.0},
        )
        self.invoice(
            self.account,
            SPRING,
            (self.product, 8, 100.0, {"sale_line_ids": [Command.set(order.order_line.ids)]}),
        )
        self.assertValues({"cost_of_goods_sold": 560.0})

    def test_down_payment_and_final_invoice(self):
        """The down payment counts when it is booked and cancels out with the final invoice."""
        order = self.order({"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 100.0})
        self.invoice_order(order, date(2025, 3, 5), advance_payment_method="percentage", amount=30)
        march, april = (date(2025, 3, 1), date(2025, 3, 31)), (date(2025, 4, 1), date(2025, 4, 30))
        self.assertValues({"revenue": 300.0, "sales_volume": None, "cost_of_goods_sold": None}, march)
        self.invoice_order(order, SPRING)
        self.assertValues({"revenue": 700.0, "sales_volume": 10.0, "cost_of_goods_sold": 600.0}, april)
        self.assertValues({"revenue": 1000.0, "cost_of_goods_sold": 600.0, "cost_coverage": 1.0})

    def test_nothing_is_left_of_the_revenue(self):
        """0.10 and 0.20 of two companies, credited to a third: floats would divide by what their sum is short of 0."""
        for name, amount, kind in (("A", 0.1, "out_invoice"), ("B", 0.2, "out_invoice"), ("C", 0.3, "out_refund")):
            child = self.make_customer(name, parent_id=self.account.id)
            self.invoice(child, date(2025, 3, 1), (self.product, 1, amount), move_type=kind)
        figures = self.figures(self.account, codes=["revenue", "contribution_margin_rate", "cost_coverage"])
        self.assertEqual(figures["revenue"]["value"], 0.0)
        self.assertIsNone(figures["contribution_margin_rate"]["value"])
