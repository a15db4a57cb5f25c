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

    def test_discount_where_goods_add_up_to_nothing(self):
        """There is nothing to spread it over."""
        self.company.sale_discount_product_id = rebate = self.make_product("Rebate", type="service")
        credit_note = self.credit_note(
            self.account, SPRING, (self.product, 2, 50.05), (None, 1, -100.1), (rebate, 1, 10.0)
        )
        self.assertEqual(self.rows(credit_note, "price_effective"), [("", 100.1), ("Chair", -100.1), ("Rebate", 0.0)])

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


class TestBesideGoods(AdjustmentCase):
    """What adjustments are in figures: money in rows of their own, never a product with a price, volume or share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls.env["product.category"].create({"name": "Services"})
        cls.company.sale_discount_product_id = cls.rebate = cls.make_product(
            "Rebate", type="service", categ_id=cls.services.id
        )
        cls.desk = cls.make_product("Desk", cost=20.0, categ_id=cls.services.id)

    def rows_of(self, code, breakdown):
        rows = self.figures(self.account, codes=[code], breakdown=breakdown)[code]["breakdown"]
        return [(row["key"], row["label"], row["value"]) for row in rows if row["value"] is not None]

    def sell(self):
        """Chairs for 999.99, a desk for 100, 200.01 discount; an advance of 100 that is settled but for 40.01."""
        advance = {"is_downpayment": True}
        self.invoice(self.account, date(2025, 3, 1), (None, 1, 100.0, advance))
        self.invoice(
            self.account,
            SPRING,
            (self.product, 3, 333.33),
            (self.desk, 1, 100.0),
            (self.rebate, 1, -200.01),
            (None, -1, 59.99, advance),
        )

    def test_rows_of_their_own(self):
        self.sell()
        others = [("down_payment", "Down Payments", 40.01), ("discount", "Discounts", -200.01)]
        goods = {
            "product": [(self.product.id, "Chair", 999.99), (self.desk.id, "Desk", 100.0)],
            "category": [(self.category.id, "Chairs", 999.99), (self.services.id, "Services", 100.0)],
        }
        goods["category_tree"] = goods["category"]
        for breakdown, rows in goods.items():
            expected = sorted(others) if breakdown == "category_tree" else others
            self.assertEqual(
                sorted(map(str, self.rows_of("revenue", breakdown))), sorted(map(str, rows + expected)), breakdown
            )
            read = self.rows_of("revenue", breakdown)
            self.assertEqual(read[: len(rows)], rows, breakdown)
            self.assertAlmostEqual(sum(value for _key, _label, value in read), 939.99)
        self.assertEqual(self.value(self.account, "revenue"), 939.99)

    def test_never_in_the_volume(self):
        self.sell()
        for breakdown in ("product", "category", "category_tree"):
            rows = self.rows_of("sales_volume", breakdown)
            self.assertEqual(sorted(value for _key, _label, value in rows), [1.0, 3.0], breakdown)
        self.assertEqual(self.value(self.account, "sales_volume"), 4.0)
        action = self.account.action_view_key_account_figure("sales_volume", *YEAR)
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.product_id, self.product | self.desk)

    def test_rows_of_the_margin_add_up(self):
        """A product without a cost has no margin of its own: what it adds to the total is named."""
        self.sell()
        self.invoice(self.account, date(2025, 5, 5), (self.make_product("Gift"), 1, 77.77))
        total = self.value(self.account, "contribution_margin")
        self.assertEqual(total, 939.99 + 77.77 - 3 * 60 - 20)
        for breakdown in ("month", "product", "category", "customer"):
            rows = self.rows_of("contribution_margin", breakdown)
            self.assertAlmostEqual(sum(value for _key, _label, value in rows), total, 6, breakdown)
        rows = self.rows_of("contribution_margin", "product")
        self.assertEqual(
            rows,
            [
                (self.product.id, "Chair", 819.99),
                (self.desk.id, "Desk", 80.0),
                ("down_payment", "Down Payments", 40.01),
                ("discount", "Discounts", -200.01),
                ("unknown_cost", "Without known cost", 77.77),
            ],
        )

    def test_effective_prices(self):
        """Three orders at an effective 70 under a floor of 80: each is below it."""
        self.company.key_account_minimum_margin = 0.25
        first = self.order((self.product, 1, 100.0, {"discount": 30.0}))
        second, third = self.order((self.product, 1, 100.0)), self.order((self.product, 2, 100.0))
        self.discount(second, discount_percentage=0.3)
        self.discount(third, discount_amount=60.0)
        for order in (first, second, third):
            self.invoice_orders(order)
        figures = self.figures(self.account, codes=["minimum_price", "revenue_below_floor"])
        self.assertEqual([figure["value"] for figure in figures.values()], [3.0, 280.0])
        table = figures["minimum_price"]["table"]
        self.assertEqual(table["rows"], [["Chair", 80.0, 70.0, 70.0, 70.0, 3]])
        action = self.account.action_view_key_account_figure("minimum_price", *YEAR)
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.mapped("product_id"), self.product)
        self.assertEqual(sorted(lines.mapped("price_effective")), [70.0, 70.0, 140.0])

    def test_no_price_of_a_discount(self):
        self.sell()
        figures = self.figures(self.account, codes=["special_price", "special_price_difference", "minimum_price"])
        for code, figure in figures.items():
            self.assertEqual({row[0] for row in figure["table"]["rows"]}, {"Chair", "Desk"}, code)

    def test_no_share_of_a_category(self):
        """What was sold of a category is its goods, whatever category the product of the discounts has."""
        self.env["key.account.demand"].create(
            {
                "partner_id": self.account.id,
                "categ_id": self.services.id,
                "year": 2025,
                "amount": 1000.0,
                "source": "Buyer",
                "date": date(2025, 1, 2),
                "company_id": self.company.id,
            }
        )
        self.sell()
        figures = self.figures(self.account, codes=["share_of_wallet", "white_space"])
        self.assertAlmostEqual(figures["share_of_wallet"]["value"], 0.1)
        self.assertEqual(figures["white_space"]["value"], 900.0)
        sold = {row[1]: row[2] for row in figures["white_space"]["table"]["rows"]}
        self.assertEqual(sold, {"Services": 100.0, "Chairs": 999.99})
        for code in ("share_of_wallet", "white_space"):
            action = self.account.action_view_key_account_figure(code, *YEAR, "key.account.sales.report")
            lines = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(lines.product_id, self.desk)
