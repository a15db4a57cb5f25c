"""Who sees the margins of sales orders, which the add-on brings with it."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .common import HEAD, KeyAccountCase

MARGINS = {
    "sale.order": ("margin", "margin_percent"),
    "sale.order.line": ("purchase_price", "margin", "margin_percent"),
    "sale.report": ("margin",),
}


class TestSaleMargin(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env, "test_administrator", f"{HEAD},base.group_system", company_id=cls.company.id
        )
        buyer = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.account.id, "email": "b@example.com"})
        cls.buyer = new_test_user(
            cls.env, "test_buyer", "base.group_portal", partner_id=buyer.id, company_id=cls.company.id
        )
        cls.salesperson = new_test_user(
            cls.env, "test_seller", "sales_team.group_sale_manager", company_id=cls.company.id
        )
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": buyer.id,
                "company_id": cls.company.id,
                "user_id": False,
                "state": "sent",
                "order_line": [Command.create({"product_id": cls.product.id, "product_uom_qty": 2})],
            }
        )

    def set_protection(self, protected):
        settings = self.env["res.config.settings"].with_user(self.administrator).with_company(self.company)
        with Form(settings) as form:
            self.assertEqual(form.key_account_protect_margins, not protected)
            form.key_account_protect_margins = protected
        form.record.execute()

    def assertSeen(self, users, seen):
        self.env.flush_all()
        for user in users:
            for name, margins in MARGINS.items():
                model = self.env[name].with_user(user).with_context(allowed_company_ids=self.company.ids)
                if not model.has_access("read"):
                    continue
                self.assertEqual(set(margins) & set(model.fields_get()), set(margins) if seen else set())
                for margin in margins:
                    for ask in (
                        lambda: model.search_read([], [margin], limit=1),  # noqa: B023
                        lambda: model.search([(margin, ">", 0)]),  # noqa: B023
                        lambda: model.search([], order=margin),  # noqa: B023
                        lambda: model.formatted_read_group([], [], [f"{margin}:sum"]),  # noqa: B023
                        lambda: model.formatted_read_group([], ["id"], ["__count"], having=[(f"{margin}:sum", ">", 0)]),  # noqa: B023
                    ):
                        with self.subTest(user.name, model=name, margin=margin):
                            if seen:
                                ask()
                            else:
                                self.assertRaises(AccessError, ask)

    def test_account_managers_only(self):
        """The setting is on by default."""
        self.assertSeen((self.rep, self.salesperson, self.buyer), False)
        self.assertSeen((self.manager, self.head), True)
        self.assertEqual(self.order.with_user(self.manager).margin, 80.0)

    def test_switched_off_and_on(self):
        self.set_protection(False)
        self.assertSeen((self.rep, self.salesperson, self.manager, self.head), True)
        # Not even Odoo's own openness reaches customers
        self.assertSeen((self.buyer,), False)
        self.set_protection(True)
        self.assertSeen((self.rep, self.salesperson, self.buyer), False)
        self.assertSeen((self.manager, self.head), True)

    def test_other_settings_leave_it_alone(self):
        self.set_protection(False)
        settings = self.env["res.config.settings"].with_user(self.administrator).with_company(self.company)
        with Form(settings) as form:
            form.key_account_abc_a_limit = 0.7
        form.record.execute()
        self.assertSeen((self.rep,), True)

    def test_one_user_more(self):
        self.salesperson.group_ids |= self.env.ref("key_account_management.group_sale_margin")
        self.assertSeen((self.salesperson,), True)
        self.assertSeen((self.rep,), False)

    def test_views(self):
        for user, seen in ((self.rep, False), (self.manager, True)):
            orders = self.env["sale.order"].with_user(user)
            with self.subTest(user.name):
                for kind in ("form", "list", "pivot", "graph", "kanban"):
                    arch = orders.get_view(view_type=kind)["arch"]
                    if not seen:
                        self.assertNotIn("margin", arch, kind)
                        self.assertNotIn("purchase_price", arch, kind)
                self.assertEqual("margin_percent" in orders.get_view(view_type="form")["arch"], seen)

    def test_representatives_still_sell(self):
        """From the quotation to the invoice, with the margin computed for those who see it."""
        self.account.key_account_manager_id = self.rep
        orders = self.env["sale.order"].with_user(self.rep).with_context(allowed_company_ids=self.company.ids)
        with Form(orders) as form:
            form.partner_id = self.account
            with form.order_line.new() as line:
                line.product_id = self.product
                line.product_uom_qty = 3
        order = form.record
        with Form(order) as form, form.order_line.edit(0) as line:
            line.price_unit = 90.0
        self.assertEqual((order.sudo().margin, order.sudo().order_line.purchase_price), (90.0, 60.0))
        order.action_quotation_send()
        order.action_confirm()
        html, _type = (
            self.env["ir.actions.report"].with_user(self.rep)._render_qweb_html("sale.report_saleorder", order.ids)
        )
        self.assertIn("270.00", html.decode())
        copy = order.copy()
        self.assertEqual((copy.sudo().margin, copy.sudo().order_line.purchase_price), (90.0, 60.0))
        order.order_line.product_uom_qty = 4
        self.assertEqual(order.sudo().margin, 120.0)
        self.assertEqual(order._create_invoices().with_user(self.rep).amount_untaxed, 360.0)

    def test_the_cost_is_that_of_the_moment(self):
        """Stored with the line, as without the add-on, whoever sells: a cost that changes next changes nothing."""
        lines = self.env["sale.order.line"]
        for name in MARGINS["sale.order.line"]:
            with self.subTest(name):
                self.assertTrue(lines._fields[name].precompute)
        values = {"order_id": self.order.id, "product_id": self.product.id, "product_uom_qty": 3, "price_unit": 100.0}
        for user in (self.rep, self.manager):
            line = lines.with_user(user).create(values)
            self.product.standard_price = 75.0
            with self.subTest(user.name):
                self.assertEqual((line.sudo().purchase_price, line.sudo().margin), (60.0, 120.0))
            self.product.standard_price = 60.0

    def test_representatives_set_no_cost(self):
        line = self.order.order_line.with_user(self.rep)
        with self.assertRaises(AccessError):
            line.purchase_price = 1.0
        with self.assertRaises(AccessError):
            line.create({"order_id": self.order.id, "product_id": self.product.id, "purchase_price": 1.0})
        lines = self.env["sale.order.line"].with_user(self.rep).with_context(default_purchase_price=1.0)
        with self.assertRaises(AccessError):
            lines.create({"order_id": self.order.id, "product_id": self.product.id})

    def test_customers_sign_and_print(self):
        order = self.order.with_user(self.buyer)
        self.assertTrue(order.read(["name", "amount_total"]))
        self.order.with_user(self.buyer).sudo()._validate_order()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.margin, 80.0)
        self.assertEqual(fields.Date.to_string(self.order.date_order), fields.Date.to_string(fields.Date.today()))
