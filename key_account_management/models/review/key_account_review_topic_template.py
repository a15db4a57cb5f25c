from odoo import fields, models

from .key_account_review_topic import SECTIONS


class KeyAccountReviewTopicTemplate(models.Model):
    """A topic with which each new review starts."""

    _name = "key.account.review.topic.template"
    _inherit = ["key.account.guard.mixin"]
    _description = "Agenda Template Topic"
    _order = "sequence, id"

    name = fields.Char("Topic", required=True, translate=True)
    active = fields.Boolean(default=True)
    section = fields.Selection(SECTIONS, required=True, default="status")
    sequence = fields.Integer(default=10)
    minutes = fields.Integer("Planned Minutes")
    description = fields.Text(translate=True, help="Appears in the customer's documents.")

    _minutes_not_negative = models.Constraint("CHECK (minutes >= 0)", "The minutes of a topic cannot be negative.")

    def _prepare_topic_values(self):
        """:return: values of a topic of a review, in the language of the environment"""
        self.ensure_one()
        return {
            "section": self.section,
            "sequence": self.sequence,
            "name": self.name,
            "minutes": self.minutes,
            "description": self.description,
        }
