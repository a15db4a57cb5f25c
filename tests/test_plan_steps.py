"""Steps of a plan and what they take, the range of its potential, where objectives start, and the sheet."""

import itertools
import random
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.addons.key_account_management.models.plan.likely_range import likely_range
from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .common import KeyAccountCase
from .test_plan import TODAY, PlanCase


def all_cases(positions):
    """The sums of all combinations with their chances, one by one."""
    for comes in itertools.product((False, True), repeat=len(positions)):
        chance, total = 1.0, 0.0
        for (amount, share), came in zip(positions, comes, strict=True):
            chance *= share if came else 1 - share
            total += amount if came else 0.0
        yield total, chance


class TestLikelyRange(KeyAccountCase):
    def test_as_by_trying_all_cases(self):
        rng = random.Random(8)
        for _case in range(40):
            positions = [
                (round(rng.uniform(10, 90000), 2), rng.choice((0.05, 0.35, 0.5, 0.8, 0.95))) for _n in range(8)
            ]
            low, high = likely_range(positions, 0.01)
            cases = list(all_cases(positions))
            for bound, level in ((low, 0.1), (high, 0.9)):
                below = sum(chance for total, chance in cases if total < bound - 0.005)
                up_to = sum(chance for total, chance in cases if total < bound + 0.005)
                self.assertLess(below, level)
                self.assertGreaterEqual(up_to, level - 1e-9)

    def test_many_are_about_as_a_normal_distribution(self):
        positions = [(1234.56 + number, 0.4) for number in range(200)]
        low, high = likely_range(positions, 0.01)
        mean = sum(amount * 0.4 for amount, _share in positions)
        spread = sum(amount**2 * 0.24 for amount, _share in positions) ** 0.5
        self.assertAlmostEqual(low, mean - 1.2816 * spread, delta=spread * 0.06)
        self.assertAlmostEqual(high, mean + 1.2816 * spread, delta=spread * 0.06)

    def test_without_amounts(self):
        self.assertEqual(likely_range([(0.0, 0.5), (100.0, 0.0)], 0.01), (0, 0))


@freeze_time(TODAY)
class TestPlanPotentialRange(PlanCase):
    def test_range_and_probability(self):
        plan = self.plan(target_revenue=5000.0)
        plan.lead_ids = self.lead(expected_revenue=1000.0, probability=50.0) | self.lead(
            expected_revenue=300.0, probability=95.0
        )
        # Expected after the plan's period
        plan.lead_ids += self.lead(expected_revenue=70000.0, probability=90.0, date_deadline=date(2026, 2, 1))
        self.milestone(plan_id=plan.id, expected_revenue=200.0, probability=100.0)
        plan.invalidate_recordset()
        self.assertEqual(plan.potential_to_come, 985.0)
        # 200 and 300 nearly always, 1,000 in every second case
        self.assertEqual((plan.forecast_low, plan.forecast_high), (500.0, 1500.0))
        self.assertAlmostEqual(plan.potential_probability, 985.0 / 1500.0)

    def test_without_potential(self):
        plan = self.plan()
        self.assertEqual((plan.forecast_low, plan.forecast_high, plan.potential_probability), (0.0, 0.0, 0.0))


@freeze_time(TODAY)
class TestPlanSteps(PlanCase):
    @classmethod
    def step(cls, plan, name="Analyse", **values):
        return cls.env["key.account.plan.step"].create({"plan_id": plan.id, "name": name, **values})

    def test_sums(self):
        self.company.key_account_hourly_cost = 80.5
        plan = self.plan()
        self.assertFalse(plan.steps_done)
        self.step(plan, hours=2.5, budget=100.0, date_done=date(2025, 2, 1))
        self.step(plan, hours=4.0)
        self.assertEqual((plan.step_hours, plan.step_budget, plan.step_cost), (6.5, 100.0, 623.25))
        self.assertEqual(plan.steps_done, "1 of 2")

    def test_done_and_late(self):
        plan = self.plan()
        late, early = (self.step(plan, date_deadline=day) for day in (date(2025, 6, 14), date(2025, 6, 15)))
        steps = self.env["key.account.plan.step"]
        self.assertEqual(steps.search([("plan_id", "=", plan.id), ("is_late", "=", True)]), late)
        self.assertEqual(steps.search([("plan_id", "=", plan.id), ("is_late", "=", False)]), early)
        self.assertEqual((late.is_late, early.is_late), (True, False))
        late.action_done()
        self.assertEqual((late.date_done, late.is_late), (date(2025, 6, 15), False))
        with freeze_time("2025-07-01"):
            late.action_done()
        self.assertEqual(late.date_done, date(2025, 6, 15))

    def test_whoever_is_responsible_for_the_plan(self):
        plan = self.plan()
        self.assertEqual(self.step(plan).user_id, plan.user_id)

    @mute_logger("odoo.sql_db")
    def test_what_cannot_be(self):
        plan = self.plan()
        with self.assertRaisesRegex(IntegrityError, "in_order"), self.env.cr.savepoint():
            self.step(plan, date_start=date(2025, 3, 2), date_deadline=date(2025, 3, 1))
        with self.assertRaisesRegex(IntegrityError, "not_negative"), self.env.cr.savepoint():
            self.step(plan, hours=-1.0)

    def test_next_period_after_this_one(self):
        plan = self.plan()
        self.step(plan, "Done", date_done=date(2025, 2, 1), date_deadline=date(2025, 3, 1))
        open_one = self.step(plan, "Open", date_start=date(2025, 2, 1), date_deadline=date(2025, 3, 1), hours=3.0)
        with freeze_time("2026-01-10"):
            plan.action_copy_into_next_period()
        following = self.env["key.account.plan"].search([("source_id", "=", plan.id)])
        self.assertEqual(following.step_ids.mapped("name"), ["Open"])
        self.assertEqual(following.step_ids.date_deadline, date(2026, 3, 1))
        self.assertEqual((following.step_ids.hours, following.step_ids.date_done), (3.0, False))
        self.assertEqual(open_one.plan_id, plan)

    def test_next_period_during_this_one(self):
        plan = self.plan()
        later_one = self.step(plan, "Later", date_deadline=date(2026, 1, 15))
        sooner, without = self.step(plan, "Sooner", date_deadline=date(2025, 12, 31)), self.step(plan, "Some day")
        plan.action_copy_into_next_period()
        following = self.env["key.account.plan"].search([("source_id", "=", plan.id)])
        self.assertEqual(following.step_ids, later_one)
        self.assertEqual(plan.step_ids, sooner | without)

    def test_who_marks_a_step_as_done(self):
        own, other = (
            self.step(self.plan(), user_id=self.rep.id),
            self.step(self.plan(date_from=date(2024, 1, 1), date_to=date(2024, 12, 31))),
        )
        self.assertEqual((own | other).with_user(self.rep).mapped("may_edit"), [True, False])
        own.with_user(self.rep).action_done()
        self.assertTrue(own.date_done)
        with self.assertRaises(AccessError):
            other.with_user(self.rep).action_done()

    def test_representatives_see_no_cost(self):
        plan = self.plan()
        step = self.step(plan, hours=2.0)
        with self.assertRaises(AccessError):
            step.with_user(self.rep).read(["cost"])


@freeze_time("2025-06-15 12:00:00")
class TestObjectiveStart(PlanCase):
    def test_same_period_of_the_year_before(self):
        self.invoice(self.account, date(2024, 1, 1), (None, 1, 1234.5))
        self.invoice(self.account, date(2024, 12, 31), (None, 1, 65.5))
        self.invoice(self.account, date(2025, 1, 1), (None, 1, 999.0))
        objective = self.objective(self.plan(), "revenue", target_value=2000.0)
        self.assertEqual(objective.start_value, 1300.0)

    def test_what_was_entered_stays(self):
        self.invoice(self.account, date(2024, 1, 1), (None, 1, 1234.5))
        plan = self.plan()
        self.assertEqual(self.objective(plan, "revenue", target_value=2.0, start_value=0.0).start_value, 0.0)

    def test_year_before_is_not_over(self):
        self.invoice(self.account, date(2025, 1, 1), (None, 1, 1234.5))
        plan = self.plan(date_from=date(2026, 1, 1), date_to=date(2026, 12, 31))
        self.assertEqual(self.objective(plan, "revenue", target_value=2000.0).start_value, 0.0)


@freeze_time(TODAY)
class TestPlanSheet(PlanCase):
    def html(self, plan, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.env.user)
        html, _kind = reports._render_qweb_html("key_account_management.report_plan_sheet", plan.ids)
        return html.decode()

    def test_what_is_on_it(self):
        plan = self.plan(target_revenue=5000.0)
        self.env["key.account.plan.step"].create(
            [
                {"plan_id": plan.id, "name": "Audit <one>", "means": "Two engineers", "hours": 12.5, "budget": 3.0},
                {"plan_id": plan.id, "name": "Train", "hours": 1.0, "date_done": date(2025, 2, 1)},
            ]
        )
        plan.lead_ids = self.lead(expected_revenue=1000.0, probability=50.0)
        html = self.html(plan)
        for text in ("Audit &lt;one&gt;", "Two engineers", "13.5", "Total: 1 of 2 done", "Retrofit", "probability 50%"):
            self.assertIn(text, html)

    def test_empty_plan(self):
        html = self.html(self.plan())
        self.assertEqual(html.count("None yet"), 3)
        self.assertNotIn("Gap", html)

    def test_who_may_not_see_the_plan(self):
        plan = self.plan(self.foreign)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.html(plan, self.rep)
