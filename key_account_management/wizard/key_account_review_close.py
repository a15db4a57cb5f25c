from odoo import api, fields, models

from ..models.review.results import Results


class KeyAccountReviewClose(models.TransientModel):
    """Asks before reviews are closed: about results without a person responsible, and about the next plan."""

    _name = "key.account.review.close"
    _inherit = ["key.account.guard.mixin"]
    _description = "Close Reviews"

    review_ids = fields.Many2many("key.account.review", required=True)
    results = fields.Text("Results without a Person Responsible", compute="_compute_results")
    results_to_take = fields.Text("Results for the Action Plan", compute="_compute_results_to_take")
    takes_results = fields.Boolean(
        "Transfer the results to the action plan",
        default=True,
        help="The action plan for the period after the review's fiscal year. Results are only transferred once.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("review_ids")
    def _compute_results(self):
        for wizard in self:
            wizard.results = "\n".join(
                f"{record.display_name}: {record.result}"
                for review in wizard.review_ids
                for record in review._get_results_without_owner()
            )

    @api.depends("review_ids")
    def _compute_results_to_take(self):
        for wizard in self:
            lines = []
            for review in wizard.review_ids:
                results = Results(review)
                to_take = results.to_take()
                if to_take:
                    lines.append(wizard._get_plan_text(results))
                    lines += [f"•\N{NO-BREAK SPACE}{results.text(result)}" for result in to_take]
            wizard.results_to_take = "\n".join(lines)

    # === ACTION METHODS ===#

    def action_close(self):
        self.review_ids._close()
        if self.takes_results:
            for review in self.review_ids.filtered(lambda review: review._get_results_to_take()):
                review._transfer_results()

    # === BUSINESS METHODS ===#

    def _get_plan_text(self, results):
        plan = results.next_plan
        if plan:
            return self.env._("Into the plan %(plan)s:", plan=plan.display_name)
        current = results.current_plan
        if current:
            return self.env._(
                "Into the plan that follows %(plan)s, which will be created now with everything still open there:",
                plan=current.display_name,
            )
        return self.env._(
            "Into a new plan for %(account)s, which will be created now:",
            account=results.review.partner_id.display_name,
        )
