"""The records behind the figures: those that a figure is made of, in lists that open and that add up to it."""

from datetime import date

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command

from .common import FIGURES, YEAR
from .scene import INVOICED, PAID, SceneCase

LINES = "key.account.sales.report"
# What to add up: model and field, or None to count
SUMS = {
    "revenue": (LINES, "price_subtotal"),
    "sales_volume": (LINES, "quantity"),
    "cost_of_goods_sold": (LINES, "cost"),
    "contribution_margin": (LINES, "margin"),
    "returns_value": (LINES, "returned"),
    "minimum_price": (LINES, None),
    "revenue_below_floor": (LINES, "price_subtotal"),
    "promotion_revenue": (LINES, "price_subtotal"),
    "promotions": ("key.account.care.measure", None),
    "promotion_cost": ("key.account.care.measure", "cost_actual"),
    "special_price": ("product.product", None),
    "receivable": ("account.move.line", "key_account_open_amount"),
    "overdue_amount": ("account.move.line", "key_account_open_amount"),
    "order_count": ("sale.order", None),
    "orders_below_minimum": ("sale.order", None),
    "visits": ("calendar.event", None),
    "satisfaction_answers": ("key.account.satisfaction", None),
    "credit_limit": ("res.partner", "credit_limit"),
}


@freeze_time("2025-12-15 12:00")
class TestFigureRecords(SceneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_company(cls.company)
        cls.fill(cls.account | cls.foreign, cls.product)
        (cls.rep | cls.head).group_ids |= cls.env.ref("account.group_account_readonly")
        # Paid in part in the year, and further after it
        cls.pay(cls.invoices[0], PAID, 50.0)
        cls.returned = cls.invoices[0]._reverse_moves([{"invoice_date": date(2025, 7, 1), "date": date(2025, 7, 1)}])
        cls.returned.invoice_line_ids.quantity = 1
        cls.returned.action_post()
        cls.credit_note(cls.account, date(2025, 7, 2), (None, 1, 5.0))
        cls.env.flush_all()

    def records(self, code, model=None, user=None):
        """:return: what the action of a figure shows, with the context that the list has"""
        user = user or self.head
        action = self.account.with_user(user).action_view_key_account_figure(code, *YEAR, model)
        return self.env[action["res_model"]].with_user(user).with_context(action["context"]).search(action["domain"])

    def test_every_figure_opens(self):
        for user in (self.rep, self.head):
            account = self.account.with_user(user)
            figures = account.get_key_account_figures(*YEAR)[account.id]
            for code in figures:
                kinds = account.get_key_account_figure_records(code, *YEAR)
                if not kinds:
                    with self.assertRaises(UserError, msg=code):
                        account.action_view_key_account_figure(code, *YEAR)
                for kind in kinds:
                    with self.subTest(code, user=user.name, model=kind["model"]):
                        self.assertOpens(account, code, kind)
        self.assertEqual(set(figures), FIGURES)

    def assertOpens(self, account, code, kind):
        action = account.action_view_key_account_figure(code, *YEAR, kind["model"])
        model = account.env[action["res_model"]].with_context(action["context"])
        views = model.get_views(action["views"])["views"]
        # A form of a report would only repeat its row
        self.assertEqual("form" in views, model._auto)
        arch = etree.fromstring(views["list"]["arch"])
        columns = {node.get("name"): {} for node in arch.iterfind("./field")}
        self.assertEqual(model.web_search_read(action["domain"], columns)["length"], kind["count"])
        if arch.get("action"):
            row = model.search(action["domain"], limit=1)
            self.assertTrue(getattr(row, arch.get("action"))()["res_id"])

    def test_they_add_up(self):
        for code, (model, field) in SUMS.items():
            with self.subTest(code):
                value = self.value(self.account, code, user=self.head)
                self.assertTrue(value)
                records = self.records(code, model)
                self.assertAlmostEqual(sum(records.mapped(field)) if field else len(records), value)

    def test_costs_of_several_kinds(self):
        spent = sum(
            sum(self.records("direct_costs", model).mapped(field)) * sign
            for model, field, sign in (
                ("key.account.care.measure", "cost_actual", 1),
                ("key.account.milestone", "cost_actual", 1),
                ("account.analytic.line", "amount", -1),
            )
        )
        self.assertAlmostEqual(spent, self.value(self.account, "direct_costs", user=self.head))
        kinds = self.account.with_user(self.head).get_key_account_figure_records("customer_costs", *YEAR)
        self.assertEqual(
            [kind["model"] for kind in kinds],
            [
                LINES,
                "key.account.care.measure",
                "key.account.milestone",
                "account.analytic.line",
                "calendar.event",
                *["key.account.coaching.session"]
                * bool(self.records("indirect_costs", "key.account.coaching.session")),
            ],
        )

    def test_overdue_items_are_open(self):
        """What was paid in full is not among them; what was still open on the last day is shown as it was then."""
        paid = self.invoice(self.account, INVOICED, (self.product, 1, 100.0))
        self.pay(paid, PAID)
        late = self.invoice(self.account, INVOICED, (self.product, 1, 70.0))
        self.pay(late, date(2025, 12, 1), 30.0)
        not_due = self.invoice(self.account, date(2025, 12, 1), (self.product, 1, 9.0), invoice_date_due="2026-02-01")
        period = (date(2025, 1, 1), date(2025, 11, 30))
        for dates, rest in ((period, 70.0), (YEAR, 40.0)):
            action = self.account.with_user(self.head).action_view_key_account_figure("overdue_amount", *dates)
            items = self.env["account.move.line"].with_user(self.head).with_context(action["context"])
            items = items.search(action["domain"])
            self.assertNotIn(paid, items.move_id)
            self.assertNotIn(not_due, items.move_id)
            self.assertEqual(items.filtered(lambda item: item.move_id == late).key_account_open_amount, rest)

    def test_three_special_prices_are_three_rows(self):
        """Also if one rule makes them all."""
        price_list = self.account.property_product_pricelist
        products = self.product | self.make_product("Desk") | self.make_product("Lamp")
        price_list.item_ids.unlink()
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": price_list.id,
                "applied_on": "2_product_category",
                "categ_id": self.category.id,
                "compute_price": "percentage",
                "percent_price": 10.0,
            }
        )
        self.invoice(self.account, INVOICED, *((product, 1, 90.0) for product in products))
        self.assertEqual(self.value(self.account, "special_price", user=self.head), 3)
        self.assertEqual(self.records("special_price"), products.with_user(self.head))
        products[1].active = False
        self.assertEqual(len(self.records("special_price")), self.value(self.account, "special_price"))

    def test_paid_invoices(self):
        paid = self.invoice(self.account, INVOICED, (self.product, 1, 100.0))
        self.pay(paid, PAID)
        self.assertEqual(self.records("days_to_pay"), paid.with_user(self.head))
        self.assertEqual(self.records("days_late"), paid.with_user(self.head))

    def test_the_last_visit(self):
        contact = self.contacts[0]
        last = self.env["calendar.event"].create(
            {
                "name": "Last",
                "key_account_visit": True,
                "start": "2025-11-03 09:00:00",
                "stop": "2025-11-03 10:00:00",
                "partner_ids": [Command.set(contact.ids)],
            }
        )
        self.assertEqual(self.records("days_since_visit"), last.with_user(self.head))

    def test_a_row_of_the_report_opens_its_invoice(self):
        rows = self.env[LINES].with_user(self.rep).search([("move_id", "=", self.invoices[0].id)])
        action = rows[0].action_view_invoice()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", self.invoices[0].id))
        # From the pivot of the menu, the rows come with a form as well: it must at least be there
        for user in (self.rep, self.head):
            self.env[LINES].with_user(user).get_views([(False, "list"), (False, "form"), (False, "search")])

    def test_a_row_of_the_potential_opens_its_plan(self):
        plan = self.env["key.account.plan"].create(
            {"partner_id": self.account.id, "date_from": "2025-01-01", "date_to": "2025-12-31", "target_revenue": 900.0}
        )
        rows = self.env["key.account.potential.report"].with_user(self.manager).search([("plan_id", "=", plan.id)])
        arch = etree.fromstring(rows.get_view(view_type="list")["arch"])
        action = getattr(rows[0], arch.get("action"))()
        self.assertEqual((action["res_model"], action["res_id"]), ("key.account.plan", plan.id))

    def test_nothing_to_show(self):
        empty = self.make_account("Empty").with_user(self.head)
        for code in FIGURES - {"minimum_order", "credit_limit", "credit_use"}:
            with self.subTest(code), self.assertRaisesRegex(UserError, "There are no records to show"):
                empty.action_view_key_account_figure(code, *YEAR)
