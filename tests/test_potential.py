"""The potential of plans against a sum that goes through the records one by one, in the plan and in the report."""

from datetime import date

from freezegun import freeze_time

from odoo.fields import Command

from .test_plan import TODAY, PlanCase


@freeze_time(TODAY)
class TestPotential(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.env.ref("key_account_management.milestone_stage_done")
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 10, 100.0))
        cls.invoice(cls.account, date(2024, 3, 10), (cls.product, 90, 100.0))

    def independent(self, plan):
        """:return: (weighted potential, part in the period), one record after the other"""
        positions, seen = [], set()
        milestones = self.env["key.account.milestone"].search([("plan_id", "=", plan.id)])
        opened = [each for each in milestones if not each.stage_id.is_done]
        for lead in [*plan.lead_ids, *(lead for each in opened for lead in each.lead_ids)]:
            if lead.id not in seen and lead.active and lead.won_status == "pending":
                positions.append((lead.expected_revenue * lead.probability / 100, lead.date_deadline))
            seen.add(lead.id)
        for each in opened:
            if not each.lead_ids and not each.type_id.measures_revenue:
                positions.append((each.expected_revenue * each.probability / 100, each.date_deadline))
        today = date(2025, 6, 15)
        inside = [amount for amount, day in positions if plan.date_from <= max(day or today, today) <= plan.date_to]
        return sum(amount for amount, _day in positions), sum(inside)

    def check(self, plan, weighted, to_come):
        plan.invalidate_recordset()
        self.assertEqual(self.independent(plan), (weighted, to_come))
        self.assertEqual((plan.weighted_potential, plan.potential_to_come), (weighted, to_come))
        self.assertEqual(plan.forecast, plan.actual_revenue + to_come)
        sums = [
            f"{field}:sum"
            for field in (
                "target_revenue",
                "actual_revenue",
                "potential_to_come",
                "weighted_potential",
                "forecast",
                "gap",
                "amount",
            )
        ]
        ((target, actual, come, total, forecast, gap, amount),) = self.env["key.account.potential.report"]._read_group(
            [("plan_id", "=", plan.id)], [], sums
        )
        self.assertEqual((actual, come, total), (plan.actual_revenue, to_come, weighted))
        self.assertEqual((target or 0.0, forecast, gap or 0.0), (plan.target_revenue, plan.forecast, plan.gap))
        self.assertEqual(amount, plan.target_revenue or plan.forecast)

    def test_each_counts_once(self):
        plan = self.plan(target_revenue=5000.0)
        self.check(plan, 0.0, 0.0)
        self.assertEqual((plan.actual_revenue, plan.forecast, plan.gap), (1000.0, 1000.0, 4000.0))
        shared = self.lead()
        plan.lead_ids = shared
        both = [
            self.milestone(lead_ids=[Command.link(shared.id)], expected_revenue=9999.0),
            self.milestone(lead_ids=[Command.link(shared.id)]),
        ]
        self.check(plan, 500.0, 500.0)
        # Removed from the plan, it is still linked by the milestones; once these are reached, no longer
        plan.lead_ids = False
        self.check(plan, 500.0, 500.0)
        for milestone in both:
            milestone.stage_id = self.done
        self.check(plan, 0.0, 0.0)
        self.milestone(expected_revenue=1000.0, probability=20.0)
        self.check(plan, 200.0, 200.0)
        self.assertEqual((plan.forecast, plan.gap), (1200.0, 3800.0))

    def test_what_does_not_count(self):
        plan = self.plan()
        won, lost, archived = (self.lead(name=name) for name in ("Won", "Lost", "Archived"))
        milestone = self.milestone(lead_ids=[Command.set((won | lost | archived).ids)], expected_revenue=700.0)
        self.check(plan, 1500.0, 1500.0)
        won.action_set_won()
        lost.action_set_lost()
        self.check(plan, 500.0, 500.0)
        archived.active = False
        # Its opportunities are decided: so is what it brings
        self.check(plan, 0.0, 0.0)
        milestone.lead_ids = False
        self.check(plan, 350.0, 350.0)
        milestone.type_id = self.env.ref("key_account_management.milestone_type_revenue_target")
        self.check(plan, 0.0, 0.0)
        milestone.type_id = False
        milestone.active = False
        self.check(plan, 0.0, 0.0)
        self.assertEqual(plan.gap, 0.0)

    def test_after_the_end_and_overdue(self):
        plan, following = self.plan(), self.plan(date_from=date(2026, 1, 1), date_to=date(2026, 12, 31))
        self.milestone(date_deadline=date(2025, 12, 31), expected_revenue=100.0)
        overdue = self.milestone(date_deadline=date(2025, 1, 5), expected_revenue=10.0)
        self.milestone(date_deadline=date(2026, 1, 1), expected_revenue=1000.0, plan_id=plan.id)
        self.check(plan, 555.0, 55.0)
        self.assertEqual(overdue.status, "late")
        # An opportunity linked by both plans is expected in one of them
        lead, undated = self.lead(date_deadline=date(2026, 3, 1)), self.lead(date_deadline=False, expected_revenue=8.0)
        plan.lead_ids = following.lead_ids = lead | undated
        self.check(plan, 1059.0, 59.0)
        self.check(following, 504.0, 500.0)
        # Nothing is still to come in a period that is over
        past = self.plan(date_from=date(2024, 1, 1), date_to=date(2024, 12, 31), lead_ids=[Command.set(lead.ids)])
        self.check(past, 500.0, 0.0)
        self.assertEqual(past.actual_revenue, 9000.0)

    def test_subsidiaries_and_credit_notes(self):
        south = self.make_customer("Alpha South", parent_id=self.account.id)
        deep = self.make_customer("Alpha Deep South", parent_id=south.id)
        self.invoice(deep, date(2025, 5, 1), (self.product, 5, 100.0))
        self.credit_note(south, date(2025, 6, 15), (self.product, 1, 100.0))
        self.invoice(south, date(2025, 6, 16), (self.product, 7, 100.0))
        self.invoice(self.foreign, date(2025, 6, 1), (self.product, 7, 100.0))
        plan = self.plan(lead_ids=[Command.link(self.lead(deep).id)])
        self.check(plan, 500.0, 500.0)
        self.assertEqual(plan.actual_revenue, 1400.0)

    def test_other_company_and_currency(self):
        other = self.make_company("Other Company", "base.USD", chart=False)
        self.env["res.currency.rate"].create(
            {"name": "2025-01-01", "rate": 2.0, "currency_id": other.currency_id.id, "company_id": self.company.id}
        )
        plan, there = self.plan(target_revenue=3000.0), self.plan(company_id=other.id, target_revenue=800.0)
        without = self.lead(company_id=False, expected_revenue=20.0)
        plan.lead_ids = without
        self.milestone(expected_revenue=100.0)
        milestone = self.milestone(company_id=other.id, expected_revenue=400.0)
        self.assertEqual((milestone.plan_id, there.weighted_potential), (there, 200.0))
        self.check(plan, 60.0, 60.0)
        # An opportunity that is then moved to the other company no longer belongs to this plan
        moved = self.lead()
        plan.lead_ids |= moved
        moved.company_id = other
        plan.invalidate_recordset()
        self.assertEqual(plan.weighted_potential, 60.0)
        report = self.env["key.account.potential.report"].with_context(allowed_company_ids=(self.company | other).ids)
        domain = [("partner_id", "=", self.account.id)]
        sums = ["target_revenue:sum", "actual_revenue:sum", "potential_to_come:sum"]
        self.assertEqual(report._read_group(domain, [], sums), [(3400.0, 1000.0, 160.0)])

    def test_everybody_sees_the_same_sum(self):
        """Whether or not they may open the opportunities."""
        plan = self.plan(lead_ids=[Command.link(self.lead(user_id=self.head.id).id)])
        for user in (self.rep, self.manager):
            self.env.invalidate_all()
            with self.subTest(user.name):
                self.assertEqual(plan.with_user(user).weighted_potential, 500.0)
        leads = self.env["crm.lead"]
        self.assertFalse(leads.with_user(self.rep).search([("id", "in", plan.lead_ids.ids)]))
        self.assertTrue(leads.with_user(self.manager).search([("id", "in", plan.lead_ids.ids)]))
        foreign = self.lead(self.foreign, user_id=self.head.id)
        self.assertFalse(leads.with_user(self.manager).search([("id", "=", foreign.id)]))
        self.assertFalse(plan.lead_ids.with_user(self.manager).has_access("write"))
