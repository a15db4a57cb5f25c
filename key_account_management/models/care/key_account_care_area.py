from odoo import fields, models


class KeyAccountCareArea(models.Model):
    """A part of the relationship that an account manager looks after; each account has measures in each area."""

    _name = "key.account.care.area"
    _inherit = ["key.account.guard.mixin"]
    _description = "Care Area"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    description = fields.Text(translate=True, help="What belongs to this area, as a guide for planning measures.")

    _name_uniq = models.UniqueIndex(
        "((name->>'en_US')) WHERE active IS TRUE", "There is already a care area with this name."
    )
