"""Credit exposure where deliveries tell what came back, calculated by hand."""

from datetime import date

from tests.test_exposure import ExposureCase

from .test_stock_figures import StockCase

DAY = date(2025, 4, 3)


class TestStockExposure(ExposureCase, StockCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive(cls.goods, 100, date(2025, 1, 2))
        cls.by_delivery = cls.make_goods("Lamp", cost=10.0, invoice_policy="delivery")
        cls.receive(cls.by_delivery, 100, date(2025, 1, 2))

    def test_goods_on_the_way(self):
        """Confirmed orders of goods that are invoiced on delivery are open from the start."""
        order = self.order((self.by_delivery, 10, 33.35))
        self.assertExposure(333.5)
        self.deliver(order, DAY, {self.by_delivery: 4})
        self.assertExposure(333.5)
        self.bill(order)
        self.assertExposure(333.5, 133.4)

    def test_returned_and_credited(self):
        """By Odoo's two ways: from the order what is invoiced on delivery, else by a credit note of the invoice."""
        for product in (self.by_delivery, self.goods):
            with self.subTest(product.name):
                account = self.make_account(product.name)
                order = self.order((product, 10, 33.35), partner=account)
                picking = self.deliver(order, DAY)
                invoice = self.bill(order)
                self.assertExposure(333.5, 333.5, account)
                self.take_back(picking, DAY, {product: 4})
                self.assertExposure(333.5, 333.5, account)
                if product == self.goods:
                    self.reverse(invoice, quantity=4)
                else:
                    self.assertEqual(self.bill(order).move_type, "out_refund")
                self.assertExposure(200.1, 200.1, account)

    def test_returned_before_it_was_invoiced(self):
        for product in (self.by_delivery, self.goods):
            with self.subTest(product.name):
                account = self.make_account(product.name)
                order = self.order((product, 10, 33.35), partner=account)
                self.take_back(self.deliver(order, DAY), DAY, {product: 4})
                self.assertExposure(200.1, partner=account)

    def test_returned_in_the_middle(self):
        """6 of 10 delivered and invoiced, 2 of them back and credited: 4 are still to come."""
        order = self.order((self.by_delivery, 10, 33.35))
        picking = self.deliver(order, DAY, {self.by_delivery: 6})
        self.bill(order)
        self.take_back(picking, DAY, {self.by_delivery: 2})
        self.bill(order)
        self.assertExposure(266.8, 133.4)

    def test_reversed_in_full(self):
        """The invoice was reversed in full, then what is kept is invoiced again."""
        order = self.order((self.goods, 10, 33.35))
        picking = self.deliver(order, DAY)
        self.reverse(self.bill(order))
        self.take_back(picking, DAY, {self.goods: 4})
        self.assertExposure(0.0, 0.0)
        draft = self.draft_invoice(order)
        draft.invoice_line_ids.quantity = 6
        self.assertExposure(200.1, 0.0)
        draft.action_post()
        self.assertExposure(200.1, 200.1)

    def test_exchanged_goods(self):
        """What comes back and is sent again is still sold."""
        order = self.order((self.by_delivery, 10, 33.35))
        picking = self.deliver(order, DAY)
        wizard = (
            self.env["stock.return.picking"].with_context(active_model="stock.picking", active_id=picking.id).create({})
        )
        wizard.product_return_moves.quantity = 4
        action = wizard.action_create_exchanges()
        self.env["stock.picking"].browse(action["res_id"]).button_validate()
        self.assertExposure(333.5)
        self.deliver(order, DAY)
        self.assertExposure(333.5)
        self.bill(order)
        self.assertExposure(333.5, 333.5)

    def test_repaired_goods(self):
        """They come back without changing the order."""
        order = self.order((self.by_delivery, 10, 33.35))
        picking = self.deliver(order, DAY)
        wizard = (
            self.env["stock.return.picking"].with_context(active_model="stock.picking", active_id=picking.id).create({})
        )
        wizard.product_return_moves.write({"quantity": 4, "to_refund": False})
        wizard._create_return().button_validate()
        self.assertExposure(333.5)
