"""Money without goods: discounts on whole documents, down payments, charges; and what only looks like revenue."""

from datetime import date, datetime

from odoo.fields import Command
from odoo.tools import SQL

from .common import YEAR, KeyAccountCase

REPORT = "key.account.sales.report"
SPRING = date(2025, 4, 2)


class AdjustmentCase(KeyAccountCase):
    """Orders and what becomes of them by Odoo's own steps."""

    def order(self, *lines, partner=None, **values):
        """Confirms an order; a line is (product, quantity, price) and possibly a dict with more values."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.account).id,
                "company_id": self.company.id,
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
        order.action_confirm()
        order.date_order = datetime(2025, 3, 1, 12)
        return order

    def discount(self, order, **values):
        """Gives a discount on the whole order: a percentage as a share, or an amount."""
        kind = "so_discount" if "discount_percentage" in values else "amount"
        wizard = self.env["sale.order.discount"].create({"sale_order_id": order.id, "discount_type": kind, **values})
        wizard.action_apply_discount()

    def invoice_orders(self, orders, day=SPRING, **values):
        wizard = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=orders.ids)
        before = orders.invoice_ids
        wizard.create({"advance_payment_method": "delivered", **values}).create_invoices()
        invoice = orders.invoice_ids - before
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def rows(self, moves, *names):
        """:return: of each sales line of the documents its product and the columns named, sorted"""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env[REPORT].search([("move_id", "in", moves.ids)])
        return sorted(
            (row.product_id.name or "", *(round(v, 2) if isinstance(v := row[name], float) else v for name in names))
            for row in rows
        )


class TestAdjustments(AdjustmentCase):
    def test_discount_on_the_order(self):
        order = self.order((self.product, 3, 33.33), (self.make_product("Desk"), 1, 100.01))
        self.discount(order, discount_percentage=0.3)
        invoice = self.invoice_orders(order)
        # 99.99 and 100.01, less 60.00
        self.assertEqual(
            self.rows(invoice, "adjustment", "price_subtotal", "price_effective"),
            [
                ("Chair", False, 99.99, 69.99),
                ("Desk", False, 100.01, 70.01),
                ("Discount", "discount", -60.0, 0.0),
            ],
        )

    def test_each_orders_discount_lowers_its_own_goods(self):
        """A collective invoice of three orders at an effective 70: 30 % on the line, 30 % on the order, 60 less."""
        desk = self.make_product("Desk")
        first = self.order((self.product, 1, 100.0, {"discount": 30.0}))
        second = self.order((desk, 1, 100.0))
        third = self.order((self.product, 2, 100.0))
        self.discount(second, discount_percentage=0.3)
        self.discount(third, discount_amount=60.0)
        invoice = self.invoice_orders(first | second | third)
        self.assertEqual(len(invoice), 1)
        goods = [row[:2] for row in self.rows(invoice, "price_effective", "adjustment") if not row[2]]
        self.assertEqual(goods, [("Chair", 70.0), ("Chair", 140.0), ("Desk", 70.0)])

    def test_discount_without_an_order_lowers_all_goods(self):
        """Also on the credit note of this invoice, and never below zero."""
        self.company.sale_discount_product_id = rebate = self.make_product("Rebate", type="service")
        invoice = self.invoice(self.account, SPRING, (self.product, 3, 100.0), (None, 1, 100.0), (rebate, 1, -50.0))
        credit_note = invoice._reverse_moves([{"invoice_date": SPRING, "date": SPRING}])
        credit_note.action_post()
        more = self.invoice(self.account, SPRING, (self.product, 1, 10.0), (None, 1, 20.0))
        self.assertEqual(self.rows(invoice, "price_effective"), [("", 87.5), ("Chair", 262.5), ("Rebate", 0.0)])
        self.assertEqual(self.rows(credit_note, "price_effective"), [("", -87.5), ("Chair", -262.5), ("Rebate", 0.0)])
        self.assertEqual(self.rows(more, "price_effective"), [("", 20.0), ("Chair", 10.0)])
        advance = (None, 1, 5.0, {"is_downpayment": True})
        free = self.invoice(self.account, SPRING, (self.product, 1, 10.0), (rebate, 1, -12.0), advance)
        self.assertEqual(
            self.rows(free, "price_effective", "adjustment"),
            [("", 0.0, "down_payment"), ("Chair", 0.0, False), ("Rebate", 0.0, "discount")],
        )

    def test_down_payment_is_no_goods(self):
        order = self.order((self.product, 10, 100.0))
        advance = self.invoice_orders(order, advance_payment_method="percentage", amount=30)
        self.assertEqual(self.rows(advance, "adjustment", "price_subtotal"), [("", "down_payment", 300.0)])
        final = self.invoice_orders(order)
        self.assertEqual(
            self.rows(final, "adjustment", "price_subtotal", "price_effective"),
            [("", "down_payment", -300.0, 0.0), ("Chair", False, 1000.0, 1000.0)],
        )
        self.assertEqual(self.value(self.account, "sales_volume"), 10.0)

    def test_down_payment_on_a_liability_account(self):
        """Booked as what we owe, it is no revenue before the final invoice."""
        self.company.downpayment_account_id = self.env["account.account"].create(
            {"name": "Advances", "code": "209999", "account_type": "liability_current", "company_ids": self.company.ids}
        )
        order = self.order((self.product, 7, 33.33))
        advance = self.invoice_orders(order, date(2025, 3, 5), advance_payment_method="percentage", amount=30)
        march = (date(2025, 3, 1), date(2025, 3, 31))
        self.assertEqual(advance.amount_untaxed, 69.99)
        self.assertIsNone(self.value(self.account, "revenue", march))
        final = self.invoice_orders(order)
        self.assertEqual(final.amount_untaxed, 163.32)
        figures = self.figures(self.account, codes=["revenue", "sales_volume", "cost_coverage"])
        self.assertEqual([figure["value"] for figure in figures.values()], [233.31, 7.0, 1.0])
        action = self.account.action_view_key_account_figure("revenue", *YEAR)
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.mapped("price_subtotal"), [233.31])

    def test_other_accounts_are_no_revenue(self):
        accounts = {
            kind: self.env["account.account"].create(
                {"name": kind, "code": f"99{number}", "account_type": kind, "company_ids": self.company.ids}
            )
            for number, kind in enumerate(["income_other", "liability_current", "expense", "asset_current"])
        }
        lines = [(None, 1, 10.01, {"account_id": account.id}) for account in accounts.values()]
        self.invoice(self.account, SPRING, (self.product, 1, 100.0), *lines)
        self.assertEqual(self.value(self.account, "revenue"), 110.01)

    def test_bonus_line_does_not_hide_goods_without_a_cost(self):
        """Costs are known for 200 of 300; with the bonus deducted from the rest it looked like all."""
        self.company.sale_discount_product_id = bonus = self.make_product("Bonus", type="service")
        self.invoice(
            self.account, SPRING, (self.product, 2, 100.0), (self.make_product("Gift"), 1, 100.0), (bonus, 1, -100.0)
        )
        figures = self.figures(self.account, codes=["revenue", "cost_coverage", "contribution_margin"])
        self.assertEqual(figures["revenue"]["value"], 200.0)
        self.assertAlmostEqual(figures["cost_coverage"]["value"], 2 / 3)
        self.assertIn("66.7%", figures["contribution_margin"]["note"])

    def test_credits_do_not_hide_goods_without_a_cost(self):
        """What is credited counts like what is sold: 200 of 360, and not 200 of 240."""
        gift = self.make_product("Gift")
        self.invoice(self.account, SPRING, (self.product, 2, 100.0), (gift, 1, 100.0))
        self.credit_note(self.account, SPRING, (gift, 1, 60.0))
        self.assertAlmostEqual(self.value(self.account, "cost_coverage"), 200 / 360)

    def test_rounding_entered_as_a_line(self):
        """Less than the smallest coin, on the account of the rounding; more on this account is a sale."""
        income = self.env["account.account"].create(
            {"name": "Gains", "code": "777777", "account_type": "income_other", "company_ids": self.company.ids}
        )
        rounding = self.env["account.cash.rounding"].with_company(self.company)
        rounding.create(
            {"name": "5 cents", "rounding": 0.05, "profit_account_id": income.id, "loss_account_id": income.id}
        )
        account = {"account_id": income.id}
        invoice = self.invoice(
            self.account, SPRING, (self.product, 1, 9.98), (None, 1, 0.02, account), (None, 1, 7.0, account)
        )
        self.assertEqual(
            self.rows(invoice, "price_subtotal", "adjustment"),
            [("", 0.02, "charge"), ("", 7.0, False), ("Chair", 9.98, False)],
        )

    def test_what_other_modules_mark(self):
        """A module adds the marks of its own lines by one method; here, all services of a category."""
        model = self.env.registry[REPORT]
        freight = self.make_product("Freight", type="service")
        inherited = model._get_adjustments

        def _get_adjustments(report, line):
            return [*inherited(report, line), ("charge", SQL("%s.product_id = %s", line, freight.id))]

        self.patch(model, "_get_adjustments", _get_adjustments)
        invoice = self.invoice(self.account, SPRING, (self.product, 2, 50.0), (freight, 1, 9.99))
        self.assertEqual(self.rows(invoice, "adjustment"), [("Chair", False), ("Freight", "charge")])
        figures = self.figures(self.account, codes=["revenue", "sales_volume"])
        self.assertEqual([figure["value"] for figure in figures.values()], [109.99, 2.0])

    def test_customer_on_the_line(self):
        """A line counts for whom it was booked: a contact that moves takes nothing along."""
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.account.id})
        invoice = self.invoice(contact, SPRING, (self.product, 1, 100.0))
        self.env.flush_all()
        contact.parent_id = self.foreign
        self.assertEqual(self.env[REPORT].search([("move_id", "=", invoice.id)]).customer_id, self.account)
        self.assertEqual(self.value(self.account, "revenue"), 100.0)
        self.assertIsNone(self.value(self.foreign, "revenue"))

    def test_what_is_not_asked_for_is_not_read(self):
        """The revenue by month reads journal items, their documents, accounts and nothing else."""
        report = self.env[REPORT].sudo()
        query = report._search([("customer_id", "in", self.account.ids), ("invoice_date", ">=", SPRING)])
        query.groupby = report._read_group_groupby(query.table, "invoice_date:month", query)
        plan = self.env.execute_query(SQL("EXPLAIN %s", query.select(SQL("SUM(price_subtotal), %s", query.groupby))))
        plan = "\n".join(line for (line,) in plan)
        self.assertIn("account_move_line", plan)
        for table in ("sale_order", "res_company", "res_partner", "product_", "uom_uom", "SubPlan", "account_cash"):
            self.assertNotIn(table, plan)
