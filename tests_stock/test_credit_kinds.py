"""With Inventory, goods that were credited came back if they were delivered back."""

from datetime import date

from tests.common import YEAR

from .test_stock_figures import StockCase

SPRING, SUMMER = date(2025, 4, 2), date(2025, 7, 1)
CODES = ["returns", "returns_value", "price_credits_value", "corrections_value"]


class TestCreditKinds(StockCase):
    def invoice_order(self, order, day):
        wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        before = order.invoice_ids
        wizard.create({"advance_payment_method": "delivered"}).create_invoices()
        invoice = order.invoice_ids - before
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def assertFigures(self, *expected):
        self.env.flush_all()
        self.env.invalidate_all()
        figures = self.figures(self.account, YEAR, CODES)
        for code, value in zip(CODES, expected, strict=True):
            self.assertAlmostEqual(figures[code]["value"], value, 9, code)

    def sold(self, quantity, price):
        self.goods.write({"invoice_policy": "delivery", "list_price": price})
        self.receive(self.goods, 100, date(2025, 1, 2))
        order = self.sell(self.account, (self.goods, quantity))
        picking = self.deliver(order, date(2025, 3, 1))
        return order, picking, self.invoice_order(order, SPRING)

    def test_credit_note_made_from_the_order(self):
        """Odoo's normal way: what comes back lowers the delivered quantity, and the order is invoiced again."""
        order, picking, _invoice = self.sold(10, 33.33)
        self.assertFigures(0.0, 0.0, 0.0, 0.0)
        self.take_back(picking, date(2025, 6, 1), {self.goods: 4})
        credit_note = self.invoice_order(order, SUMMER)
        self.assertEqual((credit_note.move_type, credit_note.amount_untaxed), ("out_refund", 133.32))
        self.assertFalse(credit_note.reversed_entry_id)
        self.assertFigures(0.4, 133.32, 0.0, 0.0)

    def test_reversal_without_goods(self):
        """Part of the invoice is credited, and the customer keeps the goods: a price credit."""
        _order, picking, invoice = self.sold(10, 33.33)
        credit_note = invoice._reverse_moves([{"invoice_date": SUMMER, "date": SUMMER}])
        credit_note.invoice_line_ids.quantity = 1
        credit_note.action_post()
        self.assertFigures(0.0, 0.0, 33.33, 0.0)
        self.take_back(picking, date(2025, 8, 1), {self.goods: 1})
        self.assertFigures(0.1, 33.33, 0.0, 0.0)

    def test_returned_and_sold_again(self):
        """The whole came back; that the order is invoiced again is no correction."""
        order, picking, invoice = self.sold(10, 33.33)
        self.take_back(picking, date(2025, 6, 1), {self.goods: 10})
        credit_note = invoice._reverse_moves([{"invoice_date": SUMMER, "date": SUMMER}])
        credit_note.action_post()
        order.order_line.product_uom_qty = 15
        self.deliver(order, SUMMER)
        self.invoice_order(order, date(2025, 9, 1))
        figures = self.figures(self.account, YEAR, CODES)
        self.assertEqual(figures["returns_value"]["value"], 333.3)
        self.assertEqual(figures["corrections_value"]["value"], 0.0)

    def test_what_inventory_does_not_know(self):
        """Services, and invoices without an order: what is credited on an invoice."""
        service = self.make_product("Training", type="service")
        invoice = self.invoice(self.account, SPRING, (self.goods, 10, 33.33), (service, 1, 0.01))
        credit_note = invoice._reverse_moves([{"invoice_date": SUMMER, "date": SUMMER}])
        credit_note.invoice_line_ids[0].quantity = 2
        credit_note.action_post()
        self.assertFigures(66.67 / 333.31, 66.67, 0.0, 0.0)
