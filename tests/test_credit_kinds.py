"""What a credit note was for: goods that came back, a lower price, a correction, or a bonus."""

from datetime import date

from odoo.fields import Command

from .test_adjustments import AdjustmentCase

SPRING, SUMMER = date(2025, 4, 2), date(2025, 7, 1)
CODES = ["returns", "returns_value", "credit_notes_value", "price_credits_value", "corrections_value"]


class TestCreditKinds(AdjustmentCase):
    def reverse(self, *moves, button="refund_moves"):
        """Odoo's wizard: a draft credit note, or with ``modify_moves`` a posted one and a draft of the new invoice."""
        moves = self.env["account.move"].union(*moves)
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=moves.ids)
        wizard = wizard.create({"journal_id": moves.journal_id.id, "date": SUMMER})
        getattr(wizard, button)()
        return wizard.new_move_ids

    def kinds(self, moves):
        return {kind for _name, kind in self.rows(moves, "credit_kind")}

    def assertReturns(self, share, returned, credited, price=0.0, corrected=0.0):
        figures = self.figures(self.account, codes=CODES)
        for code, expected in zip(CODES, (share, returned, credited, price, corrected), strict=True):
            self.assertAlmostEqual(figures[code]["value"], expected, 6, code)

    def test_part_of_an_invoice(self):
        invoice = self.invoice(self.account, SPRING, (self.product, 10, 33.33))
        credit_note = self.reverse(invoice)
        credit_note.invoice_line_ids.quantity = 3
        credit_note.action_post()
        self.assertEqual(self.kinds(credit_note), {"return"})
        self.assertEqual(self.kinds(invoice), {False})
        self.assertReturns(0.3, 99.99, 99.99)

    def test_all_of_an_invoice(self):
        """Nothing replaces it: everything came back. Other customers' invoices and other products replace nothing."""
        desk = self.make_product("Desk")
        invoice = self.invoice(self.account, SPRING, (self.product, 1, 100.0))
        credit_note = self.reverse(invoice)
        credit_note.action_post()
        self.invoice(self.account, SUMMER, (desk, 1, 100.0), (None, 1, 5.0))
        self.invoice(self.foreign, SUMMER, (self.product, 1, 100.0))
        other = self.make_company("Other Company", "base.EUR")
        self.invoice(self.account, SUMMER, (self.product, 1, 100.0), company=other)
        self.assertEqual(self.kinds(credit_note), {"return"})

    def test_an_invoice_made_later_replaces_nothing(self):
        """Without an order, only one that was made in the same step does, though another one has the same goods."""
        invoice = self.invoice(self.account, SPRING, (self.product, 1, 100.0))
        credit_note = self.reverse(invoice)
        credit_note.action_post()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET create_date = create_date - INTERVAL '1 day' WHERE id IN %s",
            [(invoice.id, credit_note.id)],
        )
        self.invoice(self.account, SUMMER, (self.product, 1, 100.0))
        self.assertEqual(self.kinds(credit_note), {"return"})

    def test_a_part_that_is_invoiced_again(self):
        """Only what is reversed in full is replaced."""
        order = self.order((self.product, 10, 33.33))
        credit_note = self.reverse(self.invoice_orders(order))
        credit_note.invoice_line_ids.quantity = 3
        credit_note.action_post()
        self.assertEqual(self.invoice_orders(order, SUMMER).amount_untaxed, 99.99)
        self.assertEqual(self.kinds(credit_note), {"return"})

    def test_invoices_of_before_and_of_other_orders_replace_nothing(self):
        """Four of ten were invoiced first and reversed: the six that were invoiced meanwhile are others."""
        self.product.invoice_policy = "delivery"
        order = self.order((self.product, 10, 33.33))
        order.order_line.qty_delivered = 4
        first = self.invoice_orders(order)
        order.order_line.qty_delivered = 10
        self.assertEqual(self.invoice_orders(order).amount_untaxed, 199.98)
        credit_note = self.reverse(first)
        credit_note.action_post()
        self.assertEqual(self.kinds(credit_note), {"return"})
        other = self.order((self.make_product("Desk"), 4, 33.33))
        self.invoice_orders(other, SUMMER)
        self.assertEqual(self.kinds(credit_note), {"return"})

    def test_another_invoice_made_at_once_replaces_nothing(self):
        """It has not all that was on the wrong one."""
        invoice = self.invoice(self.account, SPRING, (self.product, 1, 100.0), (None, 1, 5.0))
        credit_note = self.reverse(invoice)
        credit_note.action_post()
        self.invoice(self.account, SUMMER, (self.product, 1, 100.0), (self.make_product("Desk"), 1, 5.0))
        self.assertEqual(self.kinds(credit_note), {"return"})
        self.assertReturns(105 / 210, 105.0, 105.0)

    def test_made_from_the_order(self):
        """Less is delivered than was invoiced: Odoo credits the difference, without a link to the invoice."""
        self.product.invoice_policy = "delivery"
        order = self.order((self.product, 10, 33.33))
        order.order_line.qty_delivered = 10
        self.invoice_orders(order)
        order.order_line.qty_delivered = 6
        credit_note = self.invoice_orders(order, SUMMER)
        self.assertEqual((credit_note.move_type, credit_note.reversed_entry_id.id), ("out_refund", False))
        self.assertEqual(self.kinds(credit_note), {"return"})
        self.assertReturns(0.4, 133.32, 133.32)

    def test_without_an_invoice_or_order(self):
        self.invoice(self.account, SPRING, (self.product, 10, 100.0))
        credit_note = self.credit_note(self.account, SUMMER, (None, 1, 50.01))
        self.assertEqual(self.kinds(credit_note), {"price"})
        self.assertReturns(0.0, 0.0, 50.01, price=50.01)

    def test_reversed_and_replaced(self):
        """An invoice with a wrong price: reversed in full, and made anew in the same step."""
        invoice = self.invoice(self.account, SPRING, (self.product, 10, 33.33), (None, 1, 5.0))
        replacing = self.reverse(invoice, button="modify_moves")
        self.assertEqual(replacing.state, "draft")
        replacing.invoice_line_ids[0].price_unit = 44.44
        replacing.invoice_date = SUMMER
        credit_note = invoice.reversal_move_ids
        # Also while the new one is still a draft
        self.assertEqual(self.kinds(credit_note), {"correction"})
        replacing.action_post()
        self.assertEqual(self.kinds(credit_note), {"correction"})
        self.assertReturns(0.0, 0.0, 338.30, corrected=338.30)
        replacing.button_draft()
        replacing.button_cancel()
        self.assertEqual(self.kinds(credit_note), {"return"})

    def test_order_invoiced_again(self):
        order = self.order((self.product, 10, 33.33))
        invoice = self.invoice_orders(order)
        credit_note = self.reverse(invoice)
        credit_note.action_post()
        self.assertEqual(self.kinds(credit_note), {"return"})
        self.invoice_orders(order, SUMMER)
        self.assertEqual(self.kinds(credit_note), {"correction"})
        self.assertReturns(0.0, 0.0, 333.3, corrected=333.3)

    def test_reversed_credit_note(self):
        """The credit was a mistake; a reversal of a part of it leaves it what it was."""
        invoice = self.invoice(self.account, SPRING, (self.product, 10, 100.0))
        credit_note = self.reverse(invoice)
        credit_note.invoice_line_ids.quantity = 5
        credit_note.action_post()
        part = self.reverse(credit_note)
        part.invoice_line_ids.quantity = 1
        part.action_post()
        self.assertEqual(self.kinds(credit_note), {"return"})
        part.button_draft()
        part.button_cancel()
        full = self.reverse(credit_note)
        self.assertEqual(self.kinds(credit_note), {"return"}, "still a draft")
        full.action_post()
        self.assertEqual(self.kinds(credit_note), {"correction"})
        self.assertReturns(0.0, 0.0, 500.0, corrected=500.0)
        self.assertEqual(self.value(self.account, "revenue"), 1000.0)
        # By mistake once more
        self.reverse(credit_note).action_post()
        self.assertEqual(self.kinds(credit_note), {"correction"})

    def test_down_payment_given_back(self):
        order = self.order((self.product, 10, 100.0))
        advance = self.invoice_orders(order, advance_payment_method="percentage", amount=30)
        credit_note = self.reverse(advance)
        credit_note.action_post()
        self.assertEqual(self.kinds(credit_note), {"correction"})
        self.assertReturns(0.0, 0.0, 300.0, corrected=300.0)

    def test_adjustments_go_with_the_goods(self):
        """What came back had been sold with a discount: 7 of 10 at 70, and not at 100. A charge alone is no return."""
        self.company.sale_discount_product_id = self.make_product("Rebate", type="service")
        order = self.order((self.product, 10, 100.0))
        self.discount(order, discount_percentage=0.3)
        invoice = self.invoice_orders(order)
        credit_note = self.reverse(invoice)
        goods, rebate = credit_note.invoice_line_ids.sorted("price_unit", reverse=True)
        credit_note.invoice_line_ids = [
            Command.update(goods.id, {"quantity": 7}),
            Command.update(rebate.id, {"price_unit": -210.0}),
        ]
        credit_note.action_post()
        self.assertEqual(self.kinds(credit_note), {"return"})
        self.assertReturns(0.7 * 700 / (0.7 * 1000), 490.0, 490.0)
        second = self.reverse(invoice)
        second.invoice_line_ids.filtered(lambda line: line.product_id == self.product).unlink()
        second.invoice_line_ids.price_unit = 5.0
        second.action_post()
        self.assertEqual(self.kinds(second), {"price"})

    def test_set_by_the_accountant(self):
        invoice = self.invoice(self.account, SPRING, (self.product, 10, 100.0))
        credit_note = self.reverse(invoice)
        credit_note.invoice_line_ids.quantity = 1
        credit_note.action_post()
        for kind, values in {
            "return": (0.1, 100.0, 100.0, 0.0, 0.0),
            "price": (0.0, 0.0, 100.0, 100.0, 0.0),
            "correction": (0.0, 0.0, 100.0, 0.0, 100.0),
            "bonus": (0.0, 0.0, 100.0, 0.0, 0.0),
        }.items():
            credit_note.key_account_credit_kind = kind
            self.assertEqual(self.kinds(credit_note), {kind})
            self.assertReturns(*values)
        credit_note.key_account_credit_kind = False
        self.assertEqual(self.kinds(credit_note), {"return"})

    def test_records_of_returns(self):
        invoice = self.invoice(self.account, SPRING, (self.product, 10, 100.0))
        returned, credited = self.reverse(invoice), self.reverse(invoice)
        returned.invoice_line_ids.quantity = credited.invoice_line_ids.quantity = 1
        (returned | credited).action_post()
        credited.key_account_credit_kind = "price"
        action = self.account.action_view_key_account_figure("returns_value", date(2025, 1, 1), date(2025, 12, 31))
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).move_id, returned)
