"""Health: the average of its components, each from data created for it, and its weights in the settings."""

from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.key_account_management.figures.sources.receivable_records import ReceivableRecords
from odoo.addons.key_account_management.figures.sources.sales_groups import SalesGroups
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .common import KeyAccountCase

PERIOD = (date(2025, 1, 1), date(2025, 6, 30))
WEIGHTS = {
    "revenue": 20,
    "margin": 15,
    "payment": 15,
    "returns": 10,
    "satisfaction": 15,
    "contact": 15,
    "measures": 10,
    # Off until it is given a weight
    "plan": 0,
}


@freeze_time("2025-06-30 12:00")
class TestHealth(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # An account without a visit target in its tier has no component for visits
        cls.tier = cls.env["key.account.tier"].create({"name": "Test", "visit_target": 8})

    def health(self, account=None, **options):
        return self.figures(account or self.account, PERIOD, ["health"], **options)["health"]

    def parts(self, account=None):
        """:return: ``{part: (value, score)}``"""
        rows = self.health(account)["table"]["rows"]
        return {part: (value, score) for part, value, score, _weight, _reason in rows}

    def measure(self, end, state="planned", **values):
        return self.env["key.account.care.measure"].create(
            {
                "name": "Measure",
                "partner_id": self.account.id,
                "date_start": date(2024, 1, 1),
                "date_end": end,
                "state": state,
                **values,
            }
        )

    def milestone(self, deadline, **values):
        return self.env["key.account.milestone"].create(
            {"name": "Prototype", "partner_id": self.account.id, "date_deadline": deadline, **values}
        )

    def visit(self, day):
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": datetime.combine(day, datetime.min.time()).replace(hour=10),
                "stop": datetime.combine(day, datetime.min.time()).replace(hour=11),
                "key_account_visit": True,
                "partner_ids": [Command.link(self.account.id)],
            }
        )

    def set_weights(self, **weights):
        self.company.write({f"key_account_health_{code}": weights.get(code, 0) for code in WEIGHTS})

    # === PARTS ===#

    def test_revenue(self):
        self.invoice(self.account, date(2024, 3, 1), (self.product, 10, 100.0))
        self.invoice(self.account, date(2025, 3, 1), (self.product, 11, 100.0))
        self.assertEqual(self.parts()["Revenue Trend"], ("10.0%", 75.0))
        self.invoice(self.account, date(2025, 3, 2), (self.product, 5, 100.0))
        self.assertEqual(self.parts()["Revenue Trend"][1], 100.0)

    def test_falling_revenue(self):
        self.invoice(self.account, date(2024, 3, 1), (self.product, 10, 100.0))
        self.invoice(self.account, date(2025, 3, 1), (self.product, 8, 100.0))
        self.assertEqual(self.parts()["Revenue Trend"][1], 0.0)

    def test_margin(self):
        """From 40 % to 38 %."""
        self.invoice(self.account, date(2024, 3, 1), (self.product, 1, 100.0))
        self.invoice(self.account, date(2025, 3, 1), (self.product, 31, 60.0 / 0.62))
        value, score = self.parts()["Margin Trend"]
        self.assertEqual(value, "-2.0 points")
        self.assertAlmostEqual(score, 30.0, 3)

    def test_payment(self):
        """Paid 6 days late: 80. A quarter of the receivable is overdue: 50."""
        paid = self.invoice(
            self.account, date(2025, 2, 1), (self.product, 1, 100.0), invoice_date_due=date(2025, 2, 10)
        )
        self.pay(paid, date(2025, 2, 16))
        self.assertEqual(self.parts()["Payment"], ("6.0 days late", 80.0))
        for amount, due in ((300.0, date(2025, 7, 30)), (100.0, date(2025, 6, 1))):
            self.invoice(self.account, date(2025, 5, 1), (self.product, 1, amount), invoice_date_due=due)
        self.assertEqual(self.parts()["Payment"], ("6.0 days late, 25.0% overdue", 65.0))

    def test_returns(self):
        invoice = self.invoice(self.account, date(2025, 3, 1), (self.product, 10, 100.0))
        self.assertEqual(self.parts()["Returns"], ("0.0%", 100.0))
        self.credit_note(self.account, date(2025, 4, 1), (self.product, 0.4, 100.0), reversed_entry_id=invoice.id)
        value, score = self.parts()["Returns"]
        self.assertEqual(value, "4.0%")
        self.assertAlmostEqual(score, 60.0)

    def test_satisfaction(self):
        self.env["key.account.satisfaction"].create(
            [{"partner_id": self.account.id, "date": date(2025, 5, 1), "score": score} for score in (7, 8)]
        )
        self.assertEqual(self.parts()["Satisfaction"], ("7.5", 75.0))

    def test_contact(self):
        self.account.key_account_tier_id = self.tier
        self.visit(date(2025, 2, 3))
        self.visit(date(2025, 2, 10))
        # Eight a year are four in the first 181 of 365 days
        self.assertEqual(self.parts()["Contact"], ("2 of 4.0 visits", 50.0))
        for day in range(3, 8):
            self.visit(date(2025, 3, day))
        self.assertEqual(self.parts()["Contact"][1], 100.0)

    def test_measures(self):
        self.measure(date(2025, 3, 1), "done")
        self.measure(date(2025, 6, 30))
        self.measure(date(2025, 4, 1), "cancelled")
        self.measure(date(2024, 4, 1), "done")
        self.assertEqual(self.parts()["Measures"], ("0 of 1 overdue", 100.0))
        # Due yesterday, and long ago
        self.measure(date(2025, 6, 29), "in_progress")
        self.measure(date(2024, 4, 1))
        self.measure(date(2025, 5, 1), "done")
        self.assertEqual(self.parts()["Measures"], ("2 of 4 overdue", 50.0))

    def test_measures_of_the_first_and_the_last_day(self):
        """Of a quarter that is over: two are done and one is late, whatever was due on the days around it."""
        for day, state in (
            (date(2024, 12, 31), "done"),
            (date(2025, 1, 1), "done"),
            (date(2025, 3, 31), "done"),
            (date(2025, 3, 31), "planned"),
            (date(2025, 4, 1), "done"),
            (date(2025, 4, 1), "planned"),
        ):
            self.measure(day, state)
        health = self.figures(self.account, (date(2025, 1, 1), date(2025, 3, 31)), ["health"])["health"]
        (row,) = (row for row in health["table"]["rows"] if row[0] == "Measures")
        self.assertEqual(row[1], "1 of 3 overdue")
        self.assertAlmostEqual(row[2], 200 / 3)

    def test_plan_progress(self):
        """A component that only exists where it has a weight."""
        done = self.env["key.account.milestone.stage"].create({"name": "There", "is_done": True})
        for deadline, values in (
            (date(2025, 3, 1), {"stage_id": done.id}),
            (date(2025, 6, 30), {}),
            (date(2024, 4, 1), {"stage_id": done.id}),
            # Continued in the plan for the next period
            (date(2025, 4, 1), {"active": False}),
        ):
            self.milestone(deadline, **values)
        self.assertNotIn("Plan Progress", self.parts())
        self.company.write({"key_account_health_plan": 10, "key_account_health_measures": 0})
        self.assertEqual(self.parts()["Plan Progress"], ("1 of 1 reached", 100.0))
        self.milestone(date(2025, 6, 29))
        self.milestone(date(2024, 4, 1))
        self.milestone(date(2025, 5, 1), stage_id=done.id)
        self.assertEqual(self.parts()["Plan Progress"], ("2 of 4 reached", 50.0))
        kinds = self.account.get_key_account_figure_records("health", *PERIOD)
        self.assertIn(("key.account.milestone", 4), [(kind["model"], kind["count"]) for kind in kinds])
        self.assertConstantQueries(self.account | self.foreign | self.make_account("Gamma"), ["health"], PERIOD)

    # === MEAN ===#

    def make_three_parts(self):
        """Payment 0, returns 100, measures 50."""
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 100.0), invoice_date_due=date(2025, 4, 1))
        self.measure(date(2025, 3, 1), "done")
        self.measure(date(2025, 4, 1))

    def test_missing_parts_drop_out_and_are_named(self):
        self.make_three_parts()
        health = self.health()
        self.assertEqual(health["value"], round((15 * 0 + 10 * 100 + 10 * 50) / 35, 1))
        self.assertEqual(
            health["note"],
            "Left out for lack of data: Revenue Trend, Margin Trend, Satisfaction, Contact.",
        )
        reasons = {row[0]: (row[2], row[4]) for row in health["table"]["rows"]}
        self.assertEqual(reasons["Contact"], (None, "The account has no tier."))
        weights = [weight / 100 for weight in WEIGHTS.values() if weight]
        self.assertEqual([row[3] for row in health["table"]["rows"]], weights)

    def test_fewer_than_three_parts(self):
        self.measure(date(2025, 3, 1), "done")
        health = self.health()
        self.assertIsNone(health["value"])
        self.assertIn("Fewer than 3 components are known. No data for: Revenue Trend, ", health["note"])

    def test_nothing_known(self):
        self.assertIsNone(self.health(self.make_account("Empty"))["value"])

    def test_weights(self):
        self.make_three_parts()
        self.set_weights(payment=50, returns=25, measures=25)
        self.assertEqual(self.health()["value"], 37.5)
        self.assertEqual(self.health()["note"], "")

    def test_part_without_a_weight_is_none(self):
        self.make_three_parts()
        self.set_weights(payment=50, returns=50)
        health = self.health()
        self.assertIsNone(health["value"])
        self.assertEqual([row[0] for row in health["table"]["rows"]], ["Payment", "Returns"])

    def test_year_before(self):
        invoice = self.invoice(self.account, date(2024, 3, 1), (self.product, 1, 100.0))
        self.pay(invoice, date(2024, 3, 1))
        self.env["key.account.satisfaction"].create(
            {"partner_id": self.account.id, "date": date(2024, 5, 1), "score": 6}
        )
        # paid on time, nothing returned, 6 of 10
        self.assertEqual(self.health()["previous"], round((15 * 100 + 10 * 100 + 15 * 60) / 40, 1))

    def test_running_year_is_compared_up_to_today(self):
        self.invoice(self.account, date(2024, 3, 1), (self.product, 10, 100.0))
        self.invoice(self.account, date(2024, 10, 1), (self.product, 90, 100.0))
        self.invoice(self.account, date(2025, 3, 1), (self.product, 10, 100.0))
        year = self.figures(self.account, (date(2025, 1, 1), date(2025, 12, 31)), ["health"])["health"]
        self.assertEqual(year["table"]["rows"][0][1:3], ["0.0%", 50.0])

    def test_period_that_has_not_begun(self):
        health = self.figures(self.account, (date(2026, 1, 1), date(2026, 12, 31)), ["health"])["health"]
        self.assertEqual((health["value"], health["note"]), (None, "The period has not begun."))

    def test_number_of_queries(self):
        accounts = self.account | self.foreign | self.make_account("Gamma")
        for account in accounts:
            self.invoice(account, date(2024, 3, 1), (self.product, 10, 100.0))
            self.invoice(account, date(2025, 3, 1), (self.product, 10, 100.0))
        self.assertConstantQueries(accounts, ["health"], PERIOD)

    def test_records(self):
        self.make_three_parts()
        kinds = self.account.get_key_account_figure_records("health", *PERIOD)
        self.assertEqual(
            {kind["model"]: kind["count"] for kind in kinds},
            {"key.account.sales.report": 1, "account.move.line": 1, "key.account.care.measure": 2},
        )

    # === SETTINGS ===#

    def test_weights_that_do_not_add_up(self):
        with self.assertRaisesRegex(ValidationError, r"add up to 110: Revenue Trend 30, Margin Trend 15"):
            self.company.key_account_health_revenue = 30
        with self.assertRaisesRegex(ValidationError, "cannot be negative: Returns"):
            self.company.write({"key_account_health_returns": -10, "key_account_health_revenue": 40})

    def test_settings(self):
        """Several weights at once, as the form sends them."""
        self.head.group_ids |= self.env.ref("base.group_system")
        settings = self.env["res.config.settings"].with_user(self.head)
        with Form(settings) as form:
            self.assertEqual(form.key_account_health_revenue, 20)
            form.key_account_health_revenue = 30
            form.key_account_health_margin = 5
        form.record.execute()
        self.assertEqual(self.company._get_key_account_health_weights(), {**WEIGHTS, "revenue": 30, "margin": 5})
        with self.assertRaisesRegex(ValidationError, "add up to 95"):
            settings.create({"key_account_health_revenue": 25})


@freeze_time("2025-06-30 12:00")
class TestReading(KeyAccountCase):
    """The health of the previous year builds on figures of a year that was read already."""

    def test_no_year_is_read_twice(self):
        for year in (2021, 2023, 2024, 2025):
            self.invoice(self.account, date(year, 3, 10), (self.product, 1, 100.0))
        read = []

        def watched(reader, method):
            def watch(self, times):
                read.extend((type(self), time) for time in times)
                return method(self, times)

            return patch.object(reader, method.__name__, watch)

        with (
            watched(SalesGroups, SalesGroups._read),
            watched(ReceivableRecords, ReceivableRecords._read_open_items),
        ):
            self.figures(self.account, PERIOD, ["revenue", "contribution_margin", "dso", "returns", "health"])
        self.assertTrue(read)
        self.assertEqual(len(read), len(set(read)), read)
