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

    key_account_minimum_margin = fields.Float(
        "Minimum Margin",
        groups="key_account_management.group_key_account_manager",
        help="Share of the price that has to remain after the product's cost, where the product category says nothing.",
    )
    key_account_peer_grouping = fields.Selection(
        [
            ("industry", "Same industry"),
            ("tier", "Same tier"),
            ("country_industry", "Same country and industry"),
            ("hand_picked", "Same peer group, picked by hand"),
        ],
        "Comparable Customers",
        default="industry",
        required=True,
        help="Which customers an account's revenue is compared with.",
    )
    key_account_abc_a_limit = fields.Float(
        "A up to",
        default=0.8,
        help="Accounts are A until the larger ones have reached this share of the revenue of all key accounts.",
    )
    key_account_abc_b_limit = fields.Float(
        "B up to",
        default=0.95,
        help="Accounts are B until the larger ones have reached this share of the revenue of all key accounts.",
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

    key_account_review_lead = fields.Integer(
        "Reviews Open Ahead",
        default=60,
        help="So many days before an account's next annual review is due, it is opened for preparation.",
    )

    _key_account_review_lead_not_negative = models.Constraint(
        "CHECK (key_account_review_lead >= 0)", "The days ahead of a review can't be negative."
    )
    _key_account_costs_not_negative = models.Constraint(
        "CHECK (key_account_hourly_cost >= 0 AND key_account_overhead_pool >= 0)",
        "Neither the cost of an hour nor the overhead can be negative.",
    )
    _key_account_cost_coverage_is_share = models.Constraint(
        "CHECK (key_account_cost_coverage BETWEEN 0 AND 1)",
        "The required cost coverage lies between 0 and 100%.",
    )
    _key_account_minimum_order_not_negative = models.Constraint(
        "CHECK (key_account_minimum_order >= 0)",
        "The minimum order value can't be negative.",
    )
    _key_account_minimum_margin_is_share = models.Constraint(
        "CHECK (key_account_minimum_margin >= 0 AND key_account_minimum_margin < 1)",
        "The minimum margin lies between 0 and below 100%.",
    )
    _key_account_abc_limits_rise = models.Constraint(
        "CHECK (0 < key_account_abc_a_limit AND key_account_abc_a_limit <= key_account_abc_b_limit"
        " AND key_account_abc_b_limit <= 1)",
        "The limits of the ABC classes lie above 0 and up to 100%, and the one of B is not below the one of A.",
    )
