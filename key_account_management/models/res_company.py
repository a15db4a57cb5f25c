from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_cost_coverage = fields.Float(
        "Required Cost Coverage",
        default=0.95,
        help="Margins carry a warning when the cost of less than this share of the revenue is known.",
    )

    key_account_hourly_cost = fields.Monetary(
        "Cost of an Hour",
        help="What an hour of work on a customer costs. 0: hours are no cost.",
    )
    key_account_overhead_pool = fields.Monetary(
        "Overhead a Year", help="Cost of a fiscal year that all customers cause together, like sales support."
    )
    key_account_overhead_key = fields.Selection(
        [("none", "Not Distributed"), ("revenue", "Revenue"), ("orders", "Number of Orders")],
        "Overhead by",
        default="none",
        required=True,
        help="The key by which the overhead is distributed over the customers.",
    )

    _key_account_costs_not_negative = models.Constraint(
        "CHECK (key_account_hourly_cost >= 0 AND key_account_overhead_pool >= 0)",
        "Neither the cost of an hour nor the overhead can be negative.",
    )
    _key_account_cost_coverage_is_share = models.Constraint(
        "CHECK (key_account_cost_coverage BETWEEN 0 AND 1)",
        "The required cost coverage lies between 0 and 100 %.",
    )
