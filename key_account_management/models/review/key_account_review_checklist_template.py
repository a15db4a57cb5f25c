from odoo import fields, models

from .key_account_review_checklist import CHECKLIST_SECTIONS


class KeyAccountReviewChecklistTemplate(models.Model):
    """A checklist entry with which each new review starts."""

    _name = "key.account.review.checklist.template"
    _inherit = ["key.account.guard.mixin"]
    _description = "Checklist Template"
    _order = "sequence, id"

    name = fields.Char("To Be Clarified", required=True, translate=True)
    active = fields.Boolean(default=True)
    section = fields.Selection(CHECKLIST_SECTIONS, required=True, default="goals")
    sequence = fields.Integer(default=10)
