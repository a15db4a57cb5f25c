from odoo import api, fields, models
from odoo.exceptions import ValidationError

CHECKLIST_SECTIONS = [("goals", "Goals"), ("topics", "Topics"), ("questions", "Questions")]


class KeyAccountReviewChecklist(models.Model):
    """What to think of when planning a review: goals, topics and questions."""

    _name = "key.account.review.checklist"
    _inherit = ["key.account.part.mixin"]
    _description = "Annual Review Checklist Item"
    # From a catalogue that is open to everyone who plans reviews
    _fields_open = frozenset({"template_id"})
    _order = "review_id, section_order, sequence, id"

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    template_id = fields.Many2one(
        "key.account.review.checklist.template", readonly=True, ondelete="set null", index="btree_not_null"
    )
    section = fields.Selection(CHECKLIST_SECTIONS, required=True, default="goals")
    section_order = fields.Integer(compute="_compute_section_order", store=True, precompute=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("To Be Clarified", compute="_compute_name", store=True, readonly=False, translate=True)
    is_done = fields.Boolean("Done", copy=False)
    note = fields.Text("Answer", copy=False)

    # === COMPUTE METHODS ===#

    @api.depends("template_id")
    def _compute_name(self):
        """Copies the template's text in all languages: each colleague reads the checklist in their own."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for entry in self.filtered("template_id"):
            for language in languages:
                translated = entry.with_context(lang=language)
                translated.name = translated.template_id.name

    @api.depends("section")
    def _compute_section_order(self):
        order = {section: position for position, (section, _label) in enumerate(CHECKLIST_SECTIONS)}
        for entry in self:
            entry.section_order = order.get(entry.section, len(order))

    # === CONSTRAINT METHODS ===#

    @api.constrains("name", "section", "template_id")
    def _check_name(self):
        # The text comes from the template after the entry was created: the database cannot require it
        if any(not entry.name for entry in self):
            raise ValidationError(self.env._("Enter a text for the checklist item."))
