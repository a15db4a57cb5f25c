from odoo import fields, models


class KeyAccountMilestoneStage(models.Model):
    """A column of the milestone board."""

    _name = "key.account.milestone.stage"
    _inherit = ["key.account.guard.mixin"]
    _description = "Milestone Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    fold = fields.Boolean("Folded in Kanban")
    is_done = fields.Boolean("Reached", help="Milestones in this stage count as reached.")
