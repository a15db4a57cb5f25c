from odoo import api, fields, models


class KeyAccountReviewClose(models.TransientModel):
    """Asks before reviews are closed with results that nobody is responsible for."""

    _name = "key.account.review.close"
    _description = "Close Reviews"

    review_ids = fields.Many2many("key.account.review", required=True, readonly=True)
    results = fields.Text("Results without a Responsible", compute="_compute_results")

    @api.depends("review_ids")
    def _compute_results(self):
        for wizard in self:
            wizard.results = "\n".join(
                f"{record.display_name}: {record.result}"
                for review in wizard.review_ids
                for record in review._get_results_without_owner()
            )

    def action_close(self):
        self.review_ids._close()
