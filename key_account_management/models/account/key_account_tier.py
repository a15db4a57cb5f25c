from odoo import fields, models

from ...figures.sources.abc_class import ABC_CLASSES
from ...roles import MANAGER


class KeyAccountTier(models.Model):
    _name = "key.account.tier"
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
        help="The class by revenue that this tier is meant for. Accounts whose revenue says otherwise are marked.",
    )
    visit_target = fields.Integer("Visits a Year", help="How often an account of this tier is visited in a year.")
    review_rhythm = fields.Integer(
        "Months between Reviews",
        default=12,
        help="An account's next review is due this many months after the last one. 0: no reviews.",
    )

    _targets_not_negative = models.Constraint(
        "CHECK (visit_target >= 0 AND review_rhythm >= 0)",
        "Visits a year and months between reviews can't be negative.",
    )
