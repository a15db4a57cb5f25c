"""Edges that the tests of each figure pass over, on few records; each value is calculated by hand."""

from datetime import date, datetime, time
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.key_account_management.figures.figure import Column, Figure, Row, Table
from odoo.addons.key_account_management.figures.period import Period
from odoo.addons.key_account_management.figures.reasons import Situation, find_reasons
from odoo.addons.key_account_management.reports import key_account_sales_report
from odoo.fields import Command

from .common import YEAR
from .test_exposure import SPRING, ExposureCase
from .visits import make_meeting

REPORT = "key.account.sales.report"
NEXT_YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@freeze_time("2025-06-30 12:00:00")
class TestEdges(ExposureCase):
    def both(self, code, period=YEAR):
        figure = self.figures(self.account, period, [code])[code]
        return figure["value"], figure["previous"]

    def make_other_company(self):
        """In dollars, two of which are a euro."""
        other = self.make_company("Other Company", "base.USD")
        self.env["res.currency.rate"].create(
            {"name": date(2020, 1, 1), "currency_id": other.currency_id.id, "company_id": self.company.id, "rate": 2.0}
        )
        return other, self.account.with_context(allowed_company_ids=(self.company | other).ids)

    # === COSTS, NET REVENUE AND PRICES ===#

    def test_milestones_cost_in_the_year_of_their_deadline(self):
        for day, cost in ((date(2025, 3, 1), 12.34), (date(2024, 3, 1), 5.67)):
            self.env["key.account.milestone"].create(
                {
                    "name": "Pilot",
                    "partner_id": self.account.id,
                    "company_id": self.company.id,
                    "user_id": self.manager.id,
                    "date_deadline": day,
                    "cost_actual": cost,
                }
            )
        self.assertEqual(self.both("direct_costs"), (12.34, 5.67))

    def test_cash_discount_of_exactly_one(self):
        """3 % of 33.33."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "3 % in 10 days",
                "early_discount": True,
                "discount_percentage": 3.0,
                "discount_days": 10,
                "early_pay_discount_computation": "included",
                "company_id": self.company.id,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        invoice = self.invoice(
            self.account, date(2025, 3, 3), (self.product, 1, 33.33), invoice_payment_term_id=terms.id
        )
        self.pay(invoice, date(2025, 3, 10))
        self.assertEqual(self.value(self.account, "cash_discounts"), 1.0)
        self.assertEqual(self.value(self.account, "net_revenue"), 32.33)

    def test_a_quantity_of_zero_has_no_price(self):
        self.invoice(self.account, SPRING, (self.product, 0, 10.0), (self.product, 2, 75.5))
        table = self.figures(self.account, codes=["minimum_price"])["minimum_price"]["table"]
        # Floor price, lowest, mean and last price
        self.assertEqual([row[2:5] for row in table["rows"]], [[75.5, 75.5, 75.5]])

    def test_mean_order_in_cents(self):
        """30.02 in three orders."""
        for price in (10.0, 10.01, 10.01):
            self.order((self.product, 1, price))
        period = Period(*YEAR)
        figures = self.env["key.account.figures"]._compute_figures(self.account, period, ["mean_order"])
        figure = figures[self.account.id]["mean_order"]
        self.assertEqual((figure.value, figure.document.value), (10.01, 10.01))

    # === WHAT IS OWED ===#

    def test_limits_of_one_of_two_companies(self):
        other, both = self.make_other_company()
        (self.company | other).account_use_credit_limit = True
        self.account.credit_limit = 1000.0
        self.env.flush_all()
        engine, period = both.env["key.account.figures"], Period(*YEAR)
        ((model, domain),) = engine._get_records(both, period, "credit_limit")
        self.assertEqual(self.env[model].search(domain), self.account)
        models = [model for model, _domain in engine._get_records(both, period, "credit_use")]
        self.assertEqual(models, ["account.move.line", "sale.order", "res.partner"])
        models = [model for model, _domain in engine._get_records(both, period, "exposure")]
        self.assertEqual(models, ["account.move.line", "sale.order"])

    def test_what_is_not_due_in_another_currency(self):
        self.make_other_company()
        self.invoice(
            self.account,
            SPRING,
            (self.product, 1, 100.0),
            currency_id=self.env.ref("base.USD").id,
            invoice_date_due=date(2026, 3, 1),
        )
        figures = self.figures(self.account, codes=["receivable", "overdue_amount"])
        self.assertEqual([figure["value"] for figure in figures.values()], [50.0, 0.0])

    def test_a_later_invoice_of_somebody_else_replaces_nothing(self):
        order = self.order((self.product, 2, 50.0))
        self.reverse(self.bill(order))
        self.invoice(self.foreign, SPRING, (self.product, 1, 10.0))
        self.assertFalse(self.value(self.account, "exposure"))

    def test_days_to_pay_of_two_companies(self):
        """100 after 10 days, and the 50 that 100 dollars are after 40."""
        other, both = self.make_other_company()
        self.pay(self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 100.0)), date(2025, 3, 11))
        foreign = self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 100.0), company=other)
        self.pay(foreign.with_company(other), date(2025, 4, 10))
        self.env.flush_all()
        self.assertEqual(self.value(both, "days_to_pay"), 20.0)

    def test_a_period_that_has_not_begun(self):
        self.invoice(self.account, SPRING, (self.product, 1, 100.0))
        for code in ("receivable", "white_space"):
            self.assertEqual(self.both(code, NEXT_YEAR)[0], None, code)

    def test_documents_behind_the_days_of_receivables(self):
        """What was invoiced from the first day on: no drafts, and nothing of others."""
        first, last = date(2025, 4, 1), date(2025, 4, 30)
        self.invoice(self.account, date(2025, 3, 31), (self.product, 1, 100.0))
        invoice = self.invoice(self.account, first, (self.product, 1, 100.0))
        self.invoice(self.account, date(2025, 4, 10), (self.product, 1, 100.0), post=False)
        self.invoice(self.foreign, date(2025, 4, 10), (self.product, 1, 100.0))
        records = dict(self.env["key.account.figures"]._get_records(self.account, Period(first, last), "dso"))
        self.assertEqual(self.env["account.move"].search(records["account.move"]), invoice)

    # === VISITS AND ANSWERS ===#

    def test_a_whole_day_at_the_end_of_the_period(self):
        last = date(2025, 4, 30)
        make_meeting(
            self.manager,
            datetime.combine(last, time()),
            self.account,
            allday=True,
            start_date=last,
            stop_date=last,
        )
        figures = self.figures(self.account, (date(2025, 4, 1), last), ["visits", "days_since_visit"])
        self.assertEqual([figure["value"] for figure in figures.values()], [1, 0])

    def test_visits_of_april(self):
        for month in (3, 4, 5):
            make_meeting(self.manager, datetime(2025, month, 10, 9), self.account)
        action = self.account.action_view_key_account_figure("visits", date(2025, 4, 1), date(2025, 4, 30))
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.mapped("start"), [datetime(2025, 4, 10, 9)])

    def test_a_report_without_a_meeting(self):
        """From 1 May to 30 June: 30 days of May, and 30."""
        self.env["key.account.visit"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "start": datetime(2025, 5, 1, 9),
                "state": "done",
            }
        ).event_id.unlink()
        self.assertEqual(self.value(self.account, "days_since_visit"), 60)

    def test_nothing_to_say_of_answers(self):
        self.env["key.account.satisfaction"].create(
            [
                {"partner_id": self.account.id, "company_id": self.company.id, "score": 8.0, "date": date(2025, 3, 1)}
                for _answer in range(5)
            ]
        )
        figures = self.figures(self.account, codes=["satisfaction", "satisfaction_answers", "nps"])
        self.assertEqual(
            [(figure["value"], figure["note"]) for figure in figures.values()], [(8, ""), (5, ""), (0, "")]
        )

    # === SALES ANALYSIS ===#

    def test_revenue_with_known_cost(self):
        self.invoice(self.account, SPRING, (self.product, 1, 100.01), (self.make_product("No cost"), 1, 50.0))
        lines = self.env[REPORT].search([("customer_id", "=", self.account.id)])
        self.assertEqual(sum(lines.mapped("revenue_with_cost")), 100.01)

    def test_effective_amounts_of_another_company(self):
        other, both = self.make_other_company()
        self.invoice(self.account, SPRING, (self.product, 1, 100.0), company=other)
        self.env.flush_all()
        line = both.env[REPORT].search([("customer_id", "=", self.account.id)])
        self.assertEqual((line.price_subtotal, line.price_effective), (50.0, 50.0))

    def test_marked_order_lines(self):
        """As the modules for delivery and rewards mark theirs; here by a mark that is always there."""
        order = self.order((self.product, 2, 50.0), (self.product, 1, 9.0, {"is_expense": True}))
        marks = (("charge", "is_expense", "%s"),)
        with patch.object(key_account_sales_report, "MARKED_ORDER_LINES", marks):
            self.bill(order)
            self.assertEqual(self.value(self.account, "sales_volume"), 2.0)
            self.assertEqual(self.value(self.account, "revenue"), 109.0)

    # === FORECAST ===#

    def test_two_new_products_of_a_category(self):
        """Of 1,000 at 40 %: chairs for 100 are known, tables for 30 and 70 are new."""
        self.invoice(self.account, SPRING, (self.product, 1, 100.0))
        lead = self.env["crm.lead"].create(
            {
                "name": "Tables",
                "type": "opportunity",
                "partner_id": self.account.id,
                "expected_revenue": 1000.0,
                "probability": 40.0,
                "date_deadline": date(2025, 10, 1),
            }
        )
        category = self.env["product.category"].create({"name": "Tables"})
        low, high = (self.make_product(name, categ_id=category.id) for name in ("Low", "High"))
        self.order((self.product, 1, 100.0), (low, 1, 30.0), (high, 1, 70.0), opportunity_id=lead.id).state = "draft"
        self.assertEqual(self.value(self.account, "forecast_new_business"), 200.0)

    def test_orders_of_another_company(self):
        other, both = self.make_other_company()
        self.order((self.product, 1, 100.0), company=other)
        self.env.flush_all()
        self.assertEqual(self.value(both, "forecast_orders"), 50.0)

    def test_nothing_to_say_of_a_year_without_one_before(self):
        self.invoice(self.account, SPRING, (self.product, 1, 100.0))
        figure = self.figures(self.account, codes=["forecast_error"])["forecast_error"]
        self.assertEqual((figure["value"], figure["note"]), (None, ""))

    # === PORTFOLIO ===#

    def test_milestones_in_the_portfolio(self):
        """One is overdue, one is ahead, one was reached."""
        stages = self.env["key.account.milestone.stage"]
        reached, not_yet = (stages.search([("is_done", "=", is_done)], limit=1) for is_done in (True, False))
        for day, stage in ((date(2025, 6, 29), not_yet), (date(2025, 6, 30), not_yet), (date(2025, 6, 1), reached)):
            self.env["key.account.milestone"].create(
                {
                    "name": "Pilot",
                    "partner_id": self.account.id,
                    "company_id": self.company.id,
                    "user_id": self.manager.id,
                    "date_deadline": day,
                    "stage_id": stage.id,
                }
            )
        rows = self.env["key.account.snapshot"]._of_company(self.company)
        rows._refresh_today(self.account)
        row = rows.search([("partner_id", "=", self.account.id), ("is_current", "=", True)])
        self.assertEqual((row.milestones_open, row.milestones_overdue), (2, 1))

    # === ABC CLASSES ===#

    def test_nobody_is_larger_than_the_largest(self):
        self.invoice(self.account, SPRING, (self.product, 1, 30.0))
        self.invoice(self.foreign, SPRING, (self.product, 1, 10.0))
        table = self.figures(self.account, codes=["abc_class"])["abc_class"]["table"]
        self.assertEqual(table["rows"], [["A", 30.0, 0.75, 0.0]])

    # === WHY ===#

    def why(self, revenue, *categories):
        """:param categories: (name, change of its price)"""
        change = Figure(
            sum(amount for _name, amount in categories),
            breakdowns={
                "category": [Row(number, name, amount, None, "EUR") for number, (name, amount) in enumerate(categories)]
            },
            table=Table(
                [Column("Name")],
                [
                    ["In total", "", *[0.0] * 11],
                    *([name, "", amount, *[0.0] * 10] for name, amount in categories),
                    ["A product", "", 1.0, *[0.0] * 10],
                ],
            ),
        )
        figures = {"revenue": revenue, "revenue_change": change}
        return find_reasons(Situation(figures, self.company.currency_id))

    def test_a_fall_is_worth_a_word(self):
        self.assertEqual(self.why(Figure(50.0, 100.0))[0]["code"], "revenue")
        self.assertEqual(self.why(Figure(98.0, 100.0))[0]["code"], "same_level")

    def test_categories_that_moved_the_other_way_are_passed_over(self):
        """200 more of chairs, 180 less of desks and 120 less of lamps."""
        facts = self.why(Figure(100.0, 200.0), ("Chairs", 200.0), ("Desks", -180.0), ("Lamps", -120.0))
        self.assertEqual([(fact["category"], fact["amount"]) for fact in facts], [(1, -180.0), (2, -120.0)])
