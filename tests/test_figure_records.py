"""The records behind the figures: those that a figure is made of, in lists that open and that add up to it."""

from datetime import date
from math import fsum
from statistics import fmean, median

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command

from .common import FIGURES, YEAR
from .scene import INVOICED, PAID, SceneCase

LINES = "key.account.sales.report"
MEASURES = "key.account.care.measure"


# How figures add up: columns of the records that are added, with their sign; None: the records are counted
SUMS = {
    "revenue": {LINES: {"price_subtotal": 1}},
    # Of a year that is over
    "forecast": {LINES: {"price_subtotal": 1}},
    "sales_volume": {LINES: {"quantity": 1}},
    "cost_of_goods_sold": {LINES: {"cost": 1}},
    "contribution_margin": {LINES: {"margin": 1}},
    "returns_value": {LINES: {"returned": 1}},
    "price_credits_value": {LINES: {"price_subtotal": -1}},
    "corrections_value": {LINES: {"price_subtotal": -1}},
    "credit_notes_value": {LINES: {"price_subtotal": -1}},
    "direct_costs": {
        MEASURES: {"cost_actual": 1},
        "key.account.milestone": {"cost_actual": 1},
        "account.analytic.line": {"amount": -1},
    },
    "contribution_margin_2": {
        LINES: {"margin": 1},
        MEASURES: {"cost_actual": -1},
        "key.account.milestone": {"cost_actual": -1},
        "account.analytic.line": {"amount": 1},
    },
    "cash_discounts": {"account.move.line": {"balance": 1}},
    "bonus_credits": {LINES: {"price_subtotal": -1}},
    "net_revenue": {LINES: {"price_subtotal": 1}, "account.move.line": {"balance": -1}},
    "net_margin": {LINES: {"margin": 1}, "account.move.line": {"balance": -1}},
    "minimum_price": {LINES: None},
    "revenue_below_floor": {LINES: {"price_effective": 1}},
    "promotions": {MEASURES: None},
    "promotion_cost": {MEASURES: {"cost_actual": 1}},
    "promotion_revenue": {LINES: {"price_subtotal": 1}},
    "promotion_uplift": {MEASURES: {"promotion_uplift": 1}},
    "white_space": {"key.account.demand": {"company_amount": 1}, LINES: {"price_subtotal": -1}},
    "special_price": {"product.product": None},
    "receivable": {"account.move.line": {"key_account_open_amount": 1}},
    "overdue_amount": {"account.move.line": {"key_account_overdue_amount": 1}},
    "order_count": {"sale.order": None},
    "orders_below_minimum": {"sale.order": None},
    "minimum_order": {"res.partner": {"key_account_minimum_order": 1}},
    "visits": {"calendar.event": None},
    "satisfaction_answers": {"key.account.satisfaction": None},
    "credit_limit": {"res.partner": {"credit_limit": 1}},
    "exposure": {"account.move.line": {"key_account_open_amount": 1}, "sale.order": {"key_account_to_invoice": 1}},
}
# Divided by another column, averaged, compared, the least or most of one: what is behind each is tested one by one
DIVIDED = {
    "cost_coverage": lambda of: of(LINES, "goods_value_with_cost") / of(LINES, "goods_value"),
    "contribution_margin_rate": lambda of: of(LINES, "margin") / of(LINES, "price_subtotal"),
    "revenue_change": lambda of: fsum(
        amount if day >= YEAR[0] else -amount
        for amount, day in zip(of(LINES, "price_subtotal", list), of(LINES, "invoice_date", list), strict=True)
    ),
    "smallest_order": lambda of: min(of("sale.order", "amount_untaxed", list)),
    "median_order": lambda of: median(of("sale.order", "amount_untaxed", list)),
    "mean_order": lambda of: fmean(of("sale.order", "amount_untaxed", list)),
    "orders_below_minimum_share": lambda of: sum(each < 250 for each in of("sale.order", "amount_untaxed", list)) / 3,
    "order_interval": lambda of: (max(days := of("sale.order", "date_order", list)) - min(days)).days / 2,
    "returns": lambda of: of(LINES, "returned") / (of(LINES, "price_subtotal") + of(LINES, "returned")),
    "share_of_wallet": lambda of: of(LINES, "price_subtotal") / of("key.account.demand", "company_amount"),
    "satisfaction": lambda of: fmean(of("key.account.satisfaction", "score", list)),
    "creditworthiness": lambda of: of("key.account.rating", "score"),
    "credit_use": lambda of: (
        (of("account.move.line", "key_account_open_amount") + of("sale.order", "key_account_to_invoice"))
        / of("res.partner", "credit_limit")
    ),
    "overdue_share": lambda of: (
        of("account.move.line", "key_account_overdue_amount") / of("account.move.line", "key_account_open_amount")
    ),
    "dso": lambda of: (
        of("account.move.line", "key_account_open_amount") / of("account.move", "amount_total_signed") * 365
    ),
    "days_to_pay": lambda of: of("account.move", "key_account_days_to_pay"),
    "days_late": lambda of: of("account.move", "key_account_days_late"),
    "days_since_visit": lambda of: (YEAR[1] - of("calendar.event", "start", list)[0].date()).days,
}
# Also made of what is in the settings or in the definition, or of a scale
OTHERS = {
    "health",
    "indirect_costs",
    "customer_costs",
    "contribution_margin_2_rate",
    "contribution_margin_3",
    "contribution_margin_3_rate",
    "abc_class",
    "special_price_difference",
    "promotion_return",
    "next_visit_days",
    "nps",
    "dso_count_back",
}
# Nothing to open: these would show other customers, or are no records
NOTHING = {"peer_revenue", "peer_revenue_median", "peer_rank", "peer_percentile", "visit_target"}

# Empty at the end of a fiscal year: see test_forecast.py
FORECAST = {
    "forecast_low",
    "forecast_high",
    "forecast_orders",
    "forecast_new_business",
    "forecast_target_to_date",
    "forecast_error",
}


@freeze_time("2025-12-31 12:00")
class TestFigureRecords(SceneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_company(cls.company)
        cls.fill(cls.account | cls.foreign, cls.product)
        (cls.rep | cls.head).group_ids |= cls.env.ref("account.group_account_readonly")
        cls.head.group_ids |= cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.account.key_account_minimum_order = 250.0
        for invoice in cls.invoices:
            invoice.invoice_date_due = invoice.invoice_date
        # Paid in part in the year, and further after it
        cls.pay(cls.invoices[0], PAID, 50.0)
        cls.returned = cls.invoices[0]._reverse_moves([{"invoice_date": date(2025, 7, 1), "date": date(2025, 7, 1)}])
        cls.returned.invoice_line_ids.quantity = 1
        cls.returned.action_post()
        cls.credit_note(cls.account, date(2025, 7, 2), (None, 1, 5.0))
        cls.credit_note(cls.account, date(2025, 7, 3), (None, 1, 3.0), key_account_credit_kind="correction")
        cls.credit_note(cls.account, date(2025, 7, 4), (None, 1, 2.0), key_account_credit_kind="bonus")
        # Last: from then on, Odoo suggests this account for credit notes without a product
        cls.pay_with_discount(cls.invoices[1], date(2025, 10, 1), 1.01)
        cls.env.flush_all()

    @classmethod
    def pay_with_discount(cls, invoice, day, discount):
        register = cls.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        register.create(
            {
                "payment_date": day,
                "amount": invoice.amount_residual - discount,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": cls.company.account_journal_early_pay_discount_loss_account_id.id,
            }
        )._create_payments()

    def records(self, code, model=None, user=None):
        """:return: what the action of a figure shows, with the context that the list has"""
        user = user or self.head
        action = self.account.with_user(user).action_view_key_account_figure(code, *YEAR, model)
        return (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(action.get("context", {}))
            .search(action["domain"])
        )

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
        model = account.env[action["res_model"]].with_context(action.get("context", {}))
        views = model.get_views(action["views"])["views"]
        # A form of a report would only repeat its row
        self.assertEqual("form" in views, model._auto)
        arch = etree.fromstring(views["list"]["arch"])
        columns = {node.get("name"): {} for node in arch.iterfind("./field")}
        self.assertEqual(model.web_search_read(action["domain"], columns)["length"], kind["count"])
        if arch.get("action"):
            row = model.search(action["domain"], limit=1)
            self.assertTrue(getattr(row, arch.get("action"))()["res_id"])

    def test_every_definition_is_checked(self):
        """A new figure says here what its records add up to."""
        checked = [*SUMS, *DIVIDED, *OTHERS, *NOTHING, *FORECAST]
        self.assertCountEqual(checked, FIGURES)
        additive = self.env["key.account.kpi"].search([("unit", "in", ("money", "quantity", "count"))])
        others = {"indirect_costs", "customer_costs", "contribution_margin_3", *DIVIDED, *NOTHING, *FORECAST}
        self.assertLessEqual(set(additive.mapped("code")) - others, set(SUMS))

    def assertShown(self, code, model, column):
        """The list that opens has the column, with a sum below it where there are several rows to add."""
        account = self.account.with_user(self.head)
        action = account.action_view_key_account_figure(code, *YEAR, model)
        arch = etree.fromstring(account.env[model].get_view(action["views"][0][0], "list")["arch"])
        (node,) = arch.xpath(f"//field[@name='{column}']")
        self.assertNotEqual(node.get("optional"), "hide")
        self.assertNotIn(node.get("column_invisible"), ("1", "True"))
        return node

    def test_they_add_up(self):
        for code, models in SUMS.items():
            with self.subTest(code):
                value = self.value(self.account, code, user=self.head)
                self.assertTrue(value)
                total = 0.0
                for model, columns in models.items():
                    records = self.records(code, model)
                    self.assertTrue(records, model)
                    for column, sign in (columns or {}).items():
                        node = self.assertShown(code, model, column)
                        self.assertTrue(node.get("sum") or len(records) == 1, (model, column))
                        total += sign * sum(records.mapped(column))
                    total += 0 if columns else len(records)
                self.assertAlmostEqual(total, value)

    def test_they_are_what_is_divided(self):
        for code, formula in DIVIDED.items():

            def of(model, column, function=fsum, code=code):
                self.assertShown(code, model, column)
                return function(self.records(code, model).mapped(column))

            with self.subTest(code):
                value = self.value(self.account, code, user=self.head)
                self.assertTrue(value)
                self.assertAlmostEqual(formula(of), value)

    def test_hours_and_overhead(self):
        """Indirect costs: hours at the hourly cost, and the lines by which the overhead is distributed."""
        hours = sum(
            sum(self.records("indirect_costs", model).mapped(column))
            for model, column in ((MEASURES, "hours_actual"), ("calendar.event", "duration"))
        )
        sessions = self.records("indirect_costs", "key.account.coaching.session")
        lines = self.env[LINES].search([("company_id", "=", self.company.id), ("invoice_date", ">=", YEAR[0])])
        own = self.records("indirect_costs", LINES)
        share = sum(own.mapped("price_subtotal")) / sum(lines.mapped("price_subtotal"))
        self.assertAlmostEqual(
            (hours + sum(sessions.mapped("hours"))) * 50.0 + share * 3650.0,
            self.value(self.account, "indirect_costs", user=self.head),
            2,
        )
        self.company.write({"key_account_overhead_key": "orders"})
        self.assertEqual(len(self.records("indirect_costs", "sale.order")), 3)

    def test_kinds_of_a_margin(self):
        kinds = self.account.with_user(self.head).get_key_account_figure_records("contribution_margin_3", *YEAR)
        self.assertEqual(
            {kind["model"] for kind in kinds},
            {
                LINES,
                MEASURES,
                "key.account.milestone",
                "account.analytic.line",
                "calendar.event",
                "key.account.coaching.session",
            },
        )

    def test_nothing_of_a_period_that_has_not_begun(self):
        ahead = (date(2026, 1, 1), date(2026, 12, 31))
        self.create(
            MEASURES,
            self.account,
            lambda _n, account: {
                "partner_id": account.id,
                "name": "Ahead",
                "date_end": date(2026, 2, 1),
                "cost_actual": 5.0,
            },
        )
        for code in ("direct_costs", "indirect_costs", "health", "dso", "dso_count_back", "days_to_pay", "receivable"):
            with self.subTest(code):
                self.assertIsNone(self.value(self.account, code, ahead, user=self.head))
                self.assertFalse(self.account.with_user(self.head).get_key_account_figure_records(code, *ahead))

    def test_health_needs_the_previous_year(self):
        days = self.records("health", LINES).mapped("invoice_date")
        self.assertEqual({day.year for day in days}, {2024, 2025})

    def test_promotions_are_compared(self):
        """Uplift: with what was sold one year earlier; return: also the lines of the margin."""
        compared = self.invoices.filtered(lambda move: move.partner_id == self.account)
        uplift = self.records("promotion_uplift", LINES)
        self.assertEqual(uplift.move_id, compared.filtered(lambda move: move.invoice_date.month == 3))
        promotion = self.records("promotion_uplift", MEASURES)
        signs = {2025: 1, 2024: -1}
        self.assertAlmostEqual(
            sum(signs[line.invoice_date.year] * line.price_subtotal for line in uplift), promotion.promotion_uplift
        )
        self.assertEqual(promotion.promotion_uplift, promotion.promotion_revenue - promotion.promotion_compared_revenue)
        self.assertLess(uplift, self.records("promotion_return", LINES))

    def test_what_is_typed_shows_no_sales(self):
        """A promotion that is not saved, with products and dates of one's choice, tells nothing."""
        measure = (
            self.env[MEASURES]
            .with_user(self.head)
            .new(
                {
                    "kind": "promotion",
                    "partner_id": self.foreign.id,
                    "date_start": YEAR[0],
                    "date_end": YEAR[1],
                    "product_ids": self.product.ids,
                }
            )
        )
        self.assertFalse(measure.promotion_revenue or measure.promotion_uplift)

    def test_count_back_opens_the_months_that_it_needs(self):
        account = self.make_account("Gamma")
        old = self.invoice(account, date(2025, 3, 1), (self.product, 1, 100.0))
        self.pay(old, date(2025, 5, 1))
        needed = self.invoice(account, date(2025, 10, 1), (self.product, 2, 100.0))
        self.pay(needed, date(2025, 12, 1), 50.0)
        needed |= self.invoice(account, date(2025, 12, 1), (self.product, 1, 100.0))
        action = account.with_user(self.head).action_view_key_account_figure("dso_count_back", *YEAR, "account.move")
        self.assertEqual(self.env["account.move"].search(action["domain"]), needed.sorted("invoice_date", reverse=True))

    def test_overdue_items_are_open(self):
        """What was paid in full is not among them; what was still open on the last day is shown as it was then."""
        paid = self.invoice(self.account, INVOICED, (self.product, 1, 100.0), invoice_date_due=INVOICED)
        self.pay(paid, PAID)
        late = self.invoice(self.account, INVOICED, (self.product, 1, 70.0), invoice_date_due=INVOICED)
        self.pay(late, date(2025, 12, 1), 30.0)
        not_due = self.invoice(self.account, date(2025, 12, 1), (self.product, 1, 9.0), invoice_date_due="2026-02-01")
        period = (date(2025, 1, 1), date(2025, 11, 30))
        for dates, rest in ((period, 70.0), (YEAR, 40.0)):
            action = self.account.with_user(self.head).action_view_key_account_figure("overdue_amount", *dates)
            items = self.env["account.move.line"].with_user(self.head).with_context(action.get("context", {}))
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
        for code in ("days_to_pay", "days_late"):
            self.assertEqual(self.records(code), (paid | self.invoices[1]).with_user(self.head).sorted())
        for column in ("key_account_paid_on", "key_account_days_to_pay", "key_account_days_late"):
            self.assertShown("days_to_pay", "account.move", column)
        self.assertEqual(paid.with_user(self.head).key_account_paid_on, PAID)
        # Account managers see when it was paid, without the rights of an accountant
        self.assertEqual(paid.with_user(self.manager).key_account_days_to_pay, (PAID - INVOICED).days)
        self.assertFalse(self.invoices[0].with_user(self.head).key_account_paid_on)

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
        # Without the rights of an accountant, the form with its payments cannot be opened
        self.invoices[0].invoice_user_id = self.manager
        action = rows.with_user(self.manager)[0].action_view_invoice()
        self.assertEqual((action["type"], action["target"]), ("ir.actions.act_url", "new"))
        self.assertIn(f"/my/invoices/{self.invoices[0].id}", action["url"])
        items = self.invoices[0].line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertEqual(items.with_user(self.manager)[0].action_view_key_account_document()["url"], action["url"])
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

    def test_what_others_sold_is_counted_but_not_shown(self):
        """Sales shows a salesperson their own orders only: a sentence says so."""
        self.orders.user_id = self.head
        account = self.account.with_user(self.manager)
        self.assertEqual(self.value(self.account, "order_count", user=self.manager), 3)
        with self.assertRaisesRegex(UserError, "Your access rights do not include any of the records"):
            account.action_view_key_account_figure("order_count", *YEAR)

    def test_nothing_to_show(self):
        empty = self.make_account("Empty").with_user(self.head)
        for code in FIGURES:
            with self.subTest(code), self.assertRaisesRegex(UserError, "There are no records to show"):
                empty.action_view_key_account_figure(code, *YEAR)
