"""An account manager working with action plans in the browser."""

from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestBrowserPlan(HttpCase):
    def test_drag_milestone(self):
        milestone = self.env.ref("key_account_management.demo_milestone_shrinking_hall")
        self.start_tour("/odoo", "key_account_drag_milestone", login="kim")
        stage = self.env.ref("key_account_management.milestone_stage_with_customer")
        self.assertEqual(milestone.stage_id, stage)

    def test_copy_plan(self):
        plan = self.env.ref("key_account_management.demo_plan_shrinking")
        self.start_tour("/odoo/key-account-plans", "key_account_copy_plan", login="kim")
        following = self.env["key.account.plan"].search([("source_id", "=", plan.id)])
        self.assertEqual(following.date_from.year, plan.date_from.year + 1)
        # Each milestone is in one of them: what is due this year can still be reached
        self.assertTrue(following.milestone_ids)
        for milestone in plan.milestone_ids | following.milestone_ids:
            is_ahead = not milestone.date_done and milestone.date_deadline > plan.date_to
            self.assertEqual(milestone.plan_id, following if is_ahead else plan, milestone.name)
