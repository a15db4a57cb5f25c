from odoo import fields, models

from ...roles import MANAGER


class KeyAccountReviewIssue(models.Model):
    """An open question or a problem, ours or the customer's, to be settled in a review."""

    _name = "key.account.review.issue"
    _inherit = ["key.account.result.mixin"]
    _description = "Open Issue of an Annual Review"
    _order = "review_id desc, side, sequence, id"
    # It may be resolved much later
    _goes_on_when_closed = {"followup", "state"}

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one(related="review_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    year = fields.Integer(related="review_id.year", store=True)
    sequence = fields.Integer(default=10)
    side = fields.Selection(
        [("customer", "Customer"), ("ours", "Us")], "Raised By", required=True, default="customer", index=True
    )
    name = fields.Char("Question or Problem", required=True)
    description = fields.Text("Details", help="Appears in the customer's documents if the issue is shared.")
    state = fields.Selection([("open", "Open"), ("solved", "Resolved")], "Status", required=True, default="open")
    is_shared = fields.Boolean("Shared", help="Appears in the customer's documents.")
    internal_note = fields.Text(
        groups=MANAGER,
        help="Internal: never appears in a document for the customer.",
    )
    previous_issue_id = fields.Many2one(
        "key.account.review.issue",
        "Carried Over From",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    next_issue_ids = fields.One2many("key.account.review.issue", "previous_issue_id", "Carried Over To")

    # === ACTION METHODS ===#

    def action_solve(self):
        self.state = "solved"

    def action_reopen(self):
        self.state = "open"

    # === BUSINESS METHODS ===#

    def _prepare_carried_over_values(self, review):
        """:return: values of the same issue in the next review"""
        self.ensure_one()
        return {
            "review_id": review.id,
            "previous_issue_id": self.id,
            "side": self.side,
            "sequence": self.sequence,
            "name": self.name,
            "description": self.description,
            "is_shared": self.is_shared,
            "internal_note": self.internal_note,
        }

    def _get_latest(self):
        """:return: the issue as it is in the last review that it was carried over to"""
        self.ensure_one()
        issue = self
        while issue.next_issue_ids:
            issue = issue.next_issue_ids[-1]
        return issue
