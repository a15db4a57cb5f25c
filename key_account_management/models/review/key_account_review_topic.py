from odoo import api, fields, models
from odoo.exceptions import UserError

from ...roles import MANAGER
from ...tools.files import attach_files

# The order of the meeting: from what was, via what is planned, to what could be.
SECTIONS = [
    ("status", "Status"),
    ("activities", "Planned Activities"),
    ("cooperation", "Cooperation Proposals"),
    ("conditions", "Conditions"),
    ("future", "Future Topics"),
]


class KeyAccountReviewTopic(models.Model):
    _name = "key.account.review.topic"
    _inherit = ["key.account.result.mixin"]
    _description = "Annual Review Topic"
    _order = "section_order, sequence, id"

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    section = fields.Selection(SECTIONS, required=True, default="status")
    section_order = fields.Integer(compute="_compute_section_order", store=True, precompute=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Topic", help="If empty, the section itself is the topic.")
    description = fields.Text(help="Appears in the customer's documents.")
    user_id = fields.Many2one("res.users", "Presented by", domain="[('share', '=', False)]", index="btree_not_null")
    is_done = fields.Boolean("Discussed", copy=False)
    minutes = fields.Integer("Planned Minutes")
    minutes_spent = fields.Float(digits=(16, 1), copy=False)
    started_on = fields.Datetime(readonly=True, copy=False, help="When discussion of the topic started.")
    material_ids = fields.Many2many(
        "ir.attachment", "key_account_review_topic_material_rel", "topic_id", "attachment_id", "Materials"
    )
    internal_hint = fields.Text(
        groups=MANAGER,
        copy=False,
        help="Internal: never appears in a document for the customer.",
    )

    _minutes_not_negative = models.Constraint(
        "CHECK (minutes >= 0 AND minutes_spent >= 0)", "The minutes of a topic cannot be negative."
    )

    # === COMPUTE METHODS ===#

    @api.depends("section")
    def _compute_section_order(self):
        order = {section: position for position, (section, _label) in enumerate(SECTIONS)}
        for topic in self:
            topic.section_order = order.get(topic.section, len(order))

    @api.depends("name", "section")
    @api.depends_context("lang")
    def _compute_display_name(self):
        sections = dict(self._fields["section"]._description_selection(self.env))
        for topic in self:
            topic.display_name = topic.name or sections.get(topic.section, "")

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        topics = super().create(vals_list)
        attach_files(topics, "material_ids")
        return topics

    def write(self, vals):
        result = super().write(vals)
        if "material_ids" in vals:
            attach_files(self, "material_ids")
        return result

    # === ACTION METHODS ===#

    def action_start(self):
        """Starts the timer of this topic and stops those of the review's other topics."""
        self.ensure_one()
        if self.review_id.state in ("closed", "cancelled"):
            raise UserError(self.env._("%(review)s is over.", review=self.review_id.display_name))
        (self.review_id.topic_ids - self).action_stop()
        self._store({"started_on": self.started_on or fields.Datetime.now()})

    def action_stop(self):
        """Adds the time since the start to the minutes spent."""
        now = fields.Datetime.now()
        for topic in self.filtered("started_on"):
            topic._store(
                {
                    "minutes_spent": topic.minutes_spent + (now - topic.started_on).total_seconds() / 60,
                    "started_on": False,
                }
            )
