from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...roles import MANAGER
from ...tools.client import ACCOUNT_PAGE
from .key_account_review import OPEN_STATES


class KeyAccountReviewIssue(models.Model):
    """An open question or a problem, ours or the customer's, to be settled in a review.

    What is raised in a visit waits for the account's next review, unless one is being prepared.
    """

    _name = "key.account.review.issue"
    _inherit = ["key.account.result.mixin"]
    _description = "Open Issue of an Annual Review"
    _order = "review_id desc, side, sequence, id"
    # It may be resolved much later
    _goes_on_when_closed = {"followup", "state"}

    review_id = fields.Many2one("key.account.review", ondelete="cascade", index=True)
    # Of its review, or of the visit in which it was raised
    partner_id = fields.Many2one(
        "res.partner",
        "Account",
        compute="_compute_account",
        store=True,
        precompute=True,
        required=True,
        index=True,
        context=ACCOUNT_PAGE,
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_account", store=True, precompute=True, required=True, index=True
    )
    visit_id = fields.Many2one(
        "key.account.visit",
        "Raised in Visit",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
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

    # === COMPUTE METHODS ===#

    @api.depends("review_id.partner_id", "review_id.company_id", "visit_id.partner_id", "visit_id.company_id")
    def _compute_account(self):
        for issue in self:
            source = issue.review_id or issue.visit_id
            issue.partner_id, issue.company_id = source.partner_id, source.company_id

    # === CONSTRAINT METHODS ===#

    @api.constrains("review_id")
    def _check_review_id(self):
        for issue in self:
            if not issue.review_id and not issue.visit_id:
                raise ValidationError(self.env._("%(issue)s: choose the annual review.", issue=issue.name))

    # === ACTION METHODS ===#

    def action_solve(self):
        self.state = "solved"

    def action_reopen(self):
        self.state = "open"

    # === BUSINESS METHODS ===#

    @api.model
    def _raise_in_visit(self, visit, name):
        """:return: a new issue of the customer, in the review that is being prepared if there is one"""
        # As superuser: representatives enter no issues, but what they hear in their own visit is part of it
        issues = self.sudo()
        review = issues.review_id.search(
            [
                ("partner_id", "=", visit.partner_id.id),
                ("company_id", "=", visit.company_id.id),
                ("state", "in", OPEN_STATES),
            ],
            order="year, id",
            limit=1,
        )
        return issues.create({"name": name, "review_id": review.id, "visit_id": visit.id})

    def _get_subject(self):
        return self.review_id or self.visit_id

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
