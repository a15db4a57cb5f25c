from odoo import fields, models


class KeyAccountMilestoneType(models.Model):
    """What kind of result a milestone is."""

    _name = "key.account.milestone.type"
    _description = "Milestone Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    measures_revenue = fields.Boolean(
        help="Milestones of this type are a revenue target: they measure themselves by the invoices of the account, "
        "and are reached by themselves. Being a goal and no business of their own, they add nothing to the potential.",
    )
