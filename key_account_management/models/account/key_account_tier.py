from odoo import fields, models

from ...figures.sources.abc_class import ABC_CLASSES
from ...roles import MANAGER, USER


class KeyAccountTier(models.Model):
    _name = "key.account.tier"
    _inherit = ["key.account.guard.mixin"]
    _description = "Key Account Tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    abc_class = fields.Selection(
        ABC_CLASSES,
        "ABC Class",
        groups=MANAGER,
        help="The revenue class that this tier is intended for. Accounts whose revenue suggests another class are "
        "highlighted.",
    )
    visit_target = fields.Integer(
        "Visits per Year", groups=USER, help="How often an account of this tier is visited per year."
    )
    review_rhythm = fields.Integer(
        "Months between Reviews",
        default=12,
        groups=USER,
        help="Months after an account's last review until the next one is due. 0 means no reviews.",
    )

    _targets_not_negative = models.Constraint(
        "CHECK (visit_target >= 0 AND review_rhythm >= 0)",
        "Visits per year and months between reviews cannot be negative.",
    )
