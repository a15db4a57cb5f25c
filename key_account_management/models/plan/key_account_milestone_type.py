from odoo import fields, models


class KeyAccountMilestoneType(models.Model):
    """What kind of result a milestone is."""

    _name = "key.account.milestone.type"
    _inherit = ["key.account.guard.mixin"]
    _description = "Milestone Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    measures_revenue = fields.Boolean(
        "Tracks Revenue",
        help="Milestones of this type are revenue targets: they are measured by the account's invoices and marked as "
        "reached automatically. As targets rather than business in their own right, they do not count towards "
        "the potential.",
    )
