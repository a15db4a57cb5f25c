"""Credit exposure: what is owed and what confirmed orders will still be invoiced, in cents that do not divide evenly.

The orders go Odoo's normal way; each expected number is calculated by hand.
"""

from datetime import date, datetime

from odoo.addons.key_account_management.figures.period import Period
from odoo.fields import Command, Date

from .common import YEAR, KeyAccountCase

SPRING = date(2025, 4, 2)


class ExposureCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create(
            {"name": "Nineteen", "amount": 19.0, "company_id": cls.company.id, "type_tax_use": "sale"}
        )
        cls.on_delivery = cls.make_product("Service", type="service", invoice_policy="delivery")

    @classmethod
    def order(cls, *lines, partner=None, company=None, **values):
        """Confirms an order; a line is (product, quantity, price) and possibly a dict with more values."""
        company = company or cls.company
        order = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": (partner or cls.account).id,
                    "company_id": company.id,
                    "date_order": datetime(2025, 4, 1, 12),
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                                **(more[0] if more else {}),
                            }
                        )
                        for product, quantity, price, *more in lines
                    ],
                    **values,
                }
            )
        )
        order.action_confirm()
        return order

    @classmethod
    def draft_invoice(cls, order, method="delivered", **values):
        """Odoo's wizard on orders: a regular invoice, or a down payment."""
        known = order.invoice_ids
        wizard = cls.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        wizard.create({"advance_payment_method": method, **values}).create_invoices()
        move = order.invoice_ids - known
        move.invoice_date = SPRING
        return move

    @classmethod
    def bill(cls, order, method="delivered", **values):
        move = cls.draft_invoice(order, method, **values)
        move.action_post()
        return move

    @classmethod
    def reverse(cls, invoice, quantity=None, price=None, is_modify=False, is_posted=True):
        """Odoo's wizard on invoices: in full, or after the draft was changed; perhaps with a new draft invoice."""
        wizard = cls.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "date": SPRING})
        if is_modify:
            wizard.modify_moves()
            return wizard.new_move_ids
        wizard.refund_moves()
        credit = wizard.new_move_ids
        if quantity is not None:
            credit.invoice_line_ids.quantity = quantity
        if price is not None:
            credit.invoice_line_ids.price_unit = price
        if is_posted:
            credit.action_post()
        return credit

    def assertExposure(self, expected, owed=None, partner=None):
        """What is exposed, of which what is owed; the list of its records adds up to it."""
        partner = partner or self.account
        self.assertEqual(self.value(partner, "exposure"), expected)
        if owed is not None:
            self.assertEqual(self.value(partner, "receivable", (YEAR[0], Date.today())), owed)
        total = 0.0
        for model, domain in self.env["key.account.figures"]._get_records(partner, Period(*YEAR), "exposure"):
            field = {"account.move.line": "key_account_open_amount", "sale.order": "key_account_to_invoice"}[model]
            total += sum(self.env[model].search(domain).mapped(field))
        self.assertAlmostEqual(total, expected or 0.0)


class TestExposure(ExposureCase):
    # === INVOICING POLICIES ===#

    def test_ordered_with_tax(self):
        """3 x 33.35 with 19 % are 119.06."""
        self.order((self.product, 3, 33.35, {"tax_ids": [Command.set(self.tax.ids)]}))
        self.assertExposure(119.06, None)

    def test_invoiced_on_delivery(self):
        """Nothing was delivered yet, all of it was promised."""
        order = self.order((self.on_delivery, 3, 33.35))
        self.assertExposure(100.05)
        order.order_line.qty_delivered = 1
        self.assertExposure(100.05)
        self.bill(order)
        self.assertExposure(100.05, 33.35)
        order.order_line.qty_delivered = 3
        self.bill(order)
        self.assertExposure(100.05, 100.05)

    def test_invoiced_in_other_units(self):
        """A dozen for 99.99, of which 5 pieces were invoiced: 7 of 12 are open."""
        order = self.order((self.product, 1, 99.99, {"product_uom_id": self.dozen.id}))
        move = self.draft_invoice(order)
        move.invoice_line_ids.write({"product_uom_id": self.unit.id, "quantity": 5, "price_unit": 8.3325})
        move.action_post()
        self.assertExposure(99.99, 41.66)

    def test_drafts_are_still_to_be_invoiced(self):
        order = self.order((self.product, 3, 33.35))
        move = self.draft_invoice(order)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertExposure(100.05)
        move.action_post()
        self.assertExposure(100.05, 100.05)

    def test_more_invoiced_than_ordered(self):
        """One line that was invoiced beyond the order does not pay for another one."""
        order = self.order((self.on_delivery, 1, 50.05), (self.product, 2, 33.35))
        order.order_line[0].qty_delivered = 3
        move = self.draft_invoice(order)
        move.invoice_line_ids.filtered(lambda line: line.product_id == self.product).unlink()
        move.action_post()
        self.assertExposure(216.85, 150.15)

    def test_a_discount_of_the_whole_order(self):
        """Odoo's wizard books it as a line of its own: 10 % less of 100.05."""
        order = self.order((self.product, 3, 33.35))
        wizard = self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "so_discount", "discount_percentage": 0.1}
        )
        wizard.action_apply_discount()
        self.assertEqual(order.amount_total, 90.04)
        self.assertExposure(90.04)
        self.bill(order)
        self.assertExposure(90.04, 90.04)

    # === DOWN PAYMENTS ===#

    def test_a_down_payment_counts_once(self):
        """30 % of 119.06 are invoiced in advance: owed until they are paid, and taken off the order."""
        order = self.order((self.product, 3, 33.35, {"tax_ids": [Command.set(self.tax.ids)]}))
        down_payment = self.bill(order, "percentage", amount=30)
        self.assertEqual(down_payment.amount_total, 35.72)
        self.assertExposure(119.06, 35.72)
        self.pay(down_payment, SPRING)
        self.assertExposure(83.34, 0.0)
        final = self.bill(order)
        self.assertEqual(final.amount_total, 83.34)
        self.assertExposure(83.34, 83.34)
        self.pay(final, SPRING)
        self.assertExposure(0.0, 0.0)

    def test_a_down_payment_that_is_deducted_from_the_first_of_two_invoices(self):
        order = self.order((self.on_delivery, 4, 33.35))
        self.bill(order, "fixed", fixed_amount=20.02)
        self.assertExposure(133.4, 20.02)
        order.order_line.filtered(lambda line: line.product_id == self.on_delivery).qty_delivered = 1
        first = self.bill(order)
        self.assertEqual(first.amount_total, 13.33)
        self.assertExposure(133.4, 33.35)

    def test_a_down_payment_that_was_credited(self):
        order = self.order((self.product, 3, 33.35))
        self.reverse(self.bill(order, "percentage", amount=30))
        self.assertExposure(100.05, 0.0)

    def test_a_draft_down_payment(self):
        order = self.order((self.product, 3, 33.35))
        self.draft_invoice(order, "percentage", amount=30)
        self.assertExposure(100.05)

    # === CREDITS ===#

    def test_goods_that_came_back_are_not_ordered_again(self):
        order = self.order((self.product, 4, 33.35))
        self.reverse(self.bill(order), quantity=1)
        self.assertExposure(100.05, 100.05)

    def test_a_price_credit_is_no_order(self):
        order = self.order((self.product, 4, 33.35))
        self.reverse(self.bill(order), price=5.05)
        self.assertExposure(113.2, 113.2)

    def test_an_invoice_that_was_reversed_in_full(self):
        """All of it came back: nobody will invoice it again. Who did it by mistake invoices the order once more."""
        order = self.order((self.product, 4, 33.35))
        self.reverse(self.bill(order))
        self.assertExposure(0.0, 0.0)
        draft = self.draft_invoice(order)
        self.assertExposure(133.4, 0.0)
        draft.action_post()
        self.assertExposure(133.4, 133.4)

    def test_an_invoice_that_is_replaced(self):
        """Reversed, the order is open again until the new invoice is posted."""
        order = self.order((self.product, 4, 33.35))
        invoice = self.bill(order)
        draft = self.reverse(invoice, is_modify=True)
        self.assertExposure(133.4, 0.0)
        draft.invoice_date = SPRING
        draft.action_post()
        self.assertExposure(133.4, 133.4)

    def test_a_part_that_came_back_and_is_invoiced_again(self):
        """Only what was reversed in full can be replaced: one of four came back, and another one is invoiced."""
        order = self.order((self.product, 4, 33.35))
        self.reverse(self.bill(order), quantity=1)
        draft = self.draft_invoice(order)
        self.assertEqual(draft.amount_total, 33.35)
        self.assertExposure(100.05, 100.05)
        draft.action_post()
        self.assertExposure(133.4, 133.4)

    def test_another_invoice_of_before_replaces_nothing(self):
        """Two were invoiced and then two more, before the first ones came back."""
        order = self.order((self.on_delivery, 4, 33.35))
        order.order_line.qty_delivered = 2
        first = self.bill(order)
        order.order_line.qty_delivered = 4
        self.bill(order)
        self.assertExposure(133.4, 133.4)
        self.reverse(first)
        self.assertExposure(66.7, 66.7)

    def test_the_kind_of_credit_that_somebody_set(self):
        """A correction, though Odoo knows of no other invoice: the order is invoiced again."""
        order = self.order((self.product, 4, 33.35))
        credit = self.reverse(self.bill(order))
        self.assertExposure(0.0, 0.0)
        credit.key_account_credit_kind = "correction"
        self.assertExposure(133.4, 0.0)

    def test_a_credit_note_that_was_reversed(self):
        """Half the order was invoiced; what was credited of it by mistake was invoiced again."""
        order = self.order((self.on_delivery, 4, 33.35))
        order.order_line.qty_delivered = 2
        credit = self.reverse(self.bill(order), quantity=1)
        self.assertExposure(100.05, 33.35)
        back = self.reverse(credit, is_posted=False)
        self.assertExposure(100.05, 33.35)
        back.action_post()
        self.assertExposure(133.4, 66.7)

    def test_less_was_ordered_after_all(self):
        """The order credits what it invoiced too much, then one piece more is ordered."""
        order = self.order((self.product, 4, 33.35))
        self.bill(order)
        order.order_line.product_uom_qty = 2
        credit = self.bill(order, deduct_down_payments=True)
        self.assertEqual(credit.move_type, "out_refund")
        self.assertExposure(66.7, 66.7)
        order.order_line.product_uom_qty = 3
        self.assertExposure(100.05, 66.7)

    # === WHICH ORDERS ===#

    def test_quotations_and_cancelled_orders(self):
        order = self.order((self.product, 3, 33.35))
        order.copy()
        order._action_cancel()
        self.assertExposure(None)

    def test_locked_orders(self):
        order = self.order((self.product, 3, 33.35))
        order.action_lock()
        self.assertExposure(100.05)

    def test_whoever_is_invoiced(self):
        """The order of another customer that this one will pay."""
        self.order((self.product, 3, 33.35), partner=self.foreign, partner_invoice_id=self.account.id)
        self.assertExposure(100.05)
        self.assertExposure(None, partner=self.foreign)

    def test_currencies(self):
        """300.30 in a currency of which 4 are worth one, and 150.15 of a company whose currency is worth half."""
        today = Date.today()
        foreign, other = self.env["res.currency"].create(
            [{"name": name, "symbol": name, "rounding": 0.01} for name in ("TSA", "TSB")]
        )
        self.env["res.currency.rate"].create(
            [
                {"name": today, "rate": rate, "currency_id": currency.id, "company_id": company.id}
                for company, rates in ((self.company, ((foreign, 4.0), (other, 2.0))),)
                for currency, rate in rates
            ]
        )
        price_list = self.env["product.pricelist"].create({"name": "A", "currency_id": foreign.id})
        order = self.order((self.product, 3, 100.1), pricelist_id=price_list.id)
        self.assertEqual(order.key_account_to_invoice, 300.3)
        self.assertEqual(self.value(self.account, "exposure"), 75.08)
        second = self.make_company("Second Company", "base.USD")
        second.currency_id = other
        self.order((self.product, 3, 50.05), company=second)
        both = self.account.with_context(allowed_company_ids=(self.company | second).ids)
        self.assertEqual(self.value(both, "exposure"), 150.15)
        self.assertEqual(self.value(self.account, "exposure"), 75.08)
