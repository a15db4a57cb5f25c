from odoo import api, fields, models
from odoo.fields import Command

INTERNAL = "key_account_management.group_key_account_manager"


class KeyAccountReview(models.Model):
    """What a review is prepared with: its texts and parts, and where a new one gets them from."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    # For the customer, who comes first
    customer_situation = fields.Text("The Customer", help="Where it stands. Appears in the customer's documents.")
    customer_situation_customers = fields.Text(
        "Its Customers", help="Who they are and what they want. Appears in the customer's documents."
    )
    customer_situation_market = fields.Text("Its Market", help="Appears in the customer's documents.")
    customer_situation_competition = fields.Text("Its Competition", help="Appears in the customer's documents.")
    customer_situation_potential = fields.Text(
        "Products and Potential", help="What it could make of our products. Appears in the customer's documents."
    )
    goals = fields.Text(
        "Goals and Perspectives", help="For the coming period, together. Appears in the customer's documents."
    )
    # For ourselves
    sensitive_topics = fields.Text(
        groups=INTERNAL,
        copy=False,
        help="What went wrong, what could be better, what to be careful with. Never in a document for the customer.",
    )

    issue_ids = fields.One2many("key.account.review.issue", "review_id", "Open Issues")
    condition_ids = fields.One2many("key.account.review.condition", "review_id", "Conditions")
    checklist_ids = fields.One2many("key.account.review.checklist", "review_id")
    checklist_count = fields.Integer(compute="_compute_checklist_progress")
    checklist_progress = fields.Float("Checklist Done", compute="_compute_checklist_progress", help="In percent.")
    planned_minutes = fields.Integer(compute="_compute_minutes")
    minutes_spent = fields.Float(compute="_compute_minutes")
    has_prices_to_carry_over = fields.Boolean(compute="_compute_has_prices_to_carry_over")

    # === COMPUTE METHODS ===#

    @api.depends("checklist_ids.is_done")
    def _compute_checklist_progress(self):
        for review in self:
            entries = review.checklist_ids
            review.checklist_count = len(entries)
            review.checklist_progress = 100 * len(entries.filtered("is_done")) / len(entries) if entries else 0.0

    @api.depends("topic_ids.minutes", "topic_ids.minutes_spent")
    def _compute_minutes(self):
        for review in self:
            review.planned_minutes = sum(review.topic_ids.mapped("minutes"))
            review.minutes_spent = sum(review.topic_ids.mapped("minutes_spent"))

    @api.depends("condition_ids.outcome", "condition_ids.kind", "condition_ids.carried_over_on")
    def _compute_has_prices_to_carry_over(self):
        for review in self:
            review.has_prices_to_carry_over = bool(review._get_prices_to_carry_over())

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        for review, vals in zip(reviews, vals_list, strict=True):
            if not vals.get("topic_ids"):
                review._add_template_topics()
            if not vals.get("checklist_ids"):
                review._add_template_checklist()
            if not vals.get("issue_ids"):
                review._carry_over_issues()
        return reviews

    # === ACTION METHODS ===#

    def action_carry_over_issues(self):
        """Brings what is still open from the last review, and nothing twice."""
        self.ensure_one()
        count = len(self._carry_over_issues())
        message = (
            self.env._("Open issues of the last review: %(count)s", count=count)
            if count
            else self.env._("There is no open issue of the last review that is not here yet.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_refresh_conditions(self):
        self.condition_ids.action_refresh_today()

    # === BUSINESS METHODS ===#

    def _get_last_review(self):
        """:return: the review before this one that was held, of the same account and company"""
        self.ensure_one()
        return self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("year", "<", self.year),
                ("state", "in", ("held", "closed")),
            ],
            order="year desc",
            limit=1,
        )

    def _add_template_topics(self):
        """The agenda of the catalogue, in the customer's language: the customer gets to see it."""
        self.ensure_one()
        templates = self.env["key.account.review.topic.template"].sudo().search([])  # pylint: disable=no-search-all
        templates = templates.with_context(lang=self.partner_id.lang or self.env.lang)
        self.topic_ids = [Command.create(template._prepare_topic_values()) for template in templates]

    def _add_template_checklist(self):
        self.ensure_one()
        templates = self.env["key.account.review.checklist.template"].sudo().search([])  # pylint: disable=no-search-all
        self.checklist_ids = [
            Command.create({"template_id": template.id, "section": template.section, "sequence": template.sequence})
            for template in templates
        ]

    def _carry_over_issues(self):
        """:return: the new issues"""
        self.ensure_one()
        still_open = self._get_last_review().issue_ids.filtered(lambda issue: issue.state == "open")
        missing = still_open - self.issue_ids.previous_issue_id
        return self.env["key.account.review.issue"].create(
            [issue._prepare_carried_over_values(self) for issue in missing]
        )

    def _get_prices_to_carry_over(self):
        return self.condition_ids.filtered(
            lambda condition: (
                condition.kind == "price" and condition.outcome == "agreed" and not condition.carried_over_on
            )
        )
