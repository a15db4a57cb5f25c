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
        opened = plan.milestone_ids.filtered(lambda milestone: not milestone.date_done)
        self.assertEqual(set(following.milestone_ids.mapped("name")), set(opened.mapped("name")))
