from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_cost_coverage = fields.Float(
        "Required Cost Coverage",
        default=0.95,
        help="Margins carry a warning when the cost of less than this share of the revenue is known.",
    )
    key_account_minimum_order = fields.Monetary(
        "Minimum Order Value",
        help="Of key accounts with which no minimum of their own was agreed. 0: there is none.",
    )

    _key_account_cost_coverage_is_share = models.Constraint(
        "CHECK (key_account_cost_coverage BETWEEN 0 AND 1)",
        "The required cost coverage lies between 0 and 100 %.",
    )
    _key_account_minimum_order_not_negative = models.Constraint(
        "CHECK (key_account_minimum_order >= 0)",
        "The minimum order value can't be negative.",
    )
