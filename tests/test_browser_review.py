"""A review in the browser: from its preparation to its closing."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestBrowserReview(HttpCase):
    def test_prepare_hold_and_close(self):
        """As account manager; the form itself computes no figures, the first page requests them once it is open."""
        account = self.env.ref("key_account_management.demo_account_growing")
        manager = self.env.ref("key_account_management.demo_user_manager")
        self.env["key.account.review"].search([("partner_id", "=", account.id), ("state", "=", "preparation")]).unlink()
        product = self.env.ref("key_account_management.demo_product_sensor_vision")
        review = (
            self.env["key.account.review"]
            .with_user(manager)
            .create(
                {
                    "partner_id": account.id,
                    "company_id": self.env.ref("base.main_company").id,
                    "retrospective": "Typed by hand",
                    "topic_ids": [Command.create({"name": "Pilot", "result": "Start in May"})],
                    "condition_ids": [Command.create({"product_id": product.id, "value_proposed": 1500.0})],
                }
            )
        )
        account.lang = "en_US"
        self.start_tour(
            f"/odoo/key-account-reviews/{review.id}", "key_account_prepare_review", login="kim", timeout=120
        )
        self.assertEqual(review.state, "closed")
        self.assertTrue(review.retrospective.startswith("Typed by hand\n"))
        self.assertIn("Who looks after line 4?", review.issue_ids.mapped("name"))
        self.assertEqual((review.condition_ids.outcome, review.condition_ids.value_agreed), ("agreed", 1500.0))
        self.assertFalse(review.condition_ids.carried_over_on)
        self.assertTrue(review.figure_ids)
