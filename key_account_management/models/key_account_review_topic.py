from odoo import api, fields, models

# The order in which the talk goes: from what was, over what is planned, to what could be.
SECTIONS = [
    ("status", "Status"),
    ("activities", "Planned Activities"),
    ("cooperation", "Cooperation"),
    ("conditions", "Conditions"),
    ("future", "Future Topics"),
]


class KeyAccountReviewTopic(models.Model):
    _name = "key.account.review.topic"
    _description = "Annual Review Topic"
    _order = "section_order, sequence, id"

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    section = fields.Selection(SECTIONS, required=True, default="status")
    section_order = fields.Integer(compute="_compute_section_order", store=True, precompute=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Topic", help="Empty: the section itself is the topic.")
    description = fields.Text(help="Appears in the customer's documents.")

    @api.depends("section")
    def _compute_section_order(self):
        order = {section: position for position, (section, _label) in enumerate(SECTIONS)}
        for topic in self:
            topic.section_order = order.get(topic.section, len(order))
