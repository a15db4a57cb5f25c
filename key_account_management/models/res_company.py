from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..roles import MANAGER


class ResCompany(models.Model):
    _inherit = "res.company"

    # Figures
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
        groups=MANAGER,
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

    # Cost of the work on customers
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

    # What each part of an account's health weighs, see ``key.account.figures._get_health_parts``.
    # A module that adds a part adds its field here, with 0 as default: so the weights still add up to 100.
    key_account_health_revenue = fields.Integer("Revenue Trend", default=20)
    key_account_health_margin = fields.Integer("Margin Trend", default=15)
    key_account_health_payment = fields.Integer("Payment", default=15)
    key_account_health_returns = fields.Integer("Returns", default=10)
    key_account_health_satisfaction = fields.Integer("Satisfaction", default=15)
    key_account_health_contact = fields.Integer("Contact", default=15)
    key_account_health_measures = fields.Integer("Measures", default=10)
    key_account_health_plan = fields.Integer("Plan Progress", default=0)

    # Profiles and annual reviews
    key_account_profile_months = fields.Integer(
        "Check Profiles after",
        default=6,
        help="Account managers are reminded of what they know about an account when they have not checked it for so "
        "many months. 0: never.",
    )
    key_account_review_lead = fields.Integer(
        "Reviews Open Ahead",
        default=60,
        help="So many days before an account's next annual review is due, it is opened for preparation.",
    )
    key_account_proposal_days = fields.Integer(
        "Links to Proposed Dates Valid for",
        default=21,
        help="Days in which customers can choose a date of their annual review, at latest until the last date begins.",
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
    _key_account_costs_not_negative = models.Constraint(
        "CHECK (key_account_hourly_cost >= 0 AND key_account_overhead_pool >= 0)",
        "Neither the cost of an hour nor the overhead can be negative.",
    )
    _key_account_profile_months_not_negative = models.Constraint(
        "CHECK (key_account_profile_months >= 0)", "The months after which profiles are checked can't be negative."
    )
    _key_account_review_lead_not_negative = models.Constraint(
        "CHECK (key_account_review_lead >= 0)", "The days ahead of a review can't be negative."
    )
    _key_account_proposal_days_positive = models.Constraint(
        "CHECK (key_account_proposal_days BETWEEN 1 AND 365)",
        "Links to proposed dates are valid for 1 to 365 days.",
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains(lambda self: self._get_key_account_health_fields())
    def _check_key_account_health_weights(self):
        for company in self:
            weights = company._get_key_account_health_weights()
            names = {
                code: company._fields[f"key_account_health_{code}"]._description_string(self.env) for code in weights
            }
            negative = [names[code] for code, weight in weights.items() if weight < 0]
            if negative:
                raise ValidationError(
                    self.env._("A part of the health can't weigh less than 0: %(parts)s.", parts=", ".join(negative))
                )
            if sum(weights.values()) != 100:
                raise ValidationError(
                    self.env._(
                        "The weights of the health must add up to 100, but they add up to %(sum)d: %(weights)s.",
                        sum=sum(weights.values()),
                        weights=", ".join(f"{names[code]} {weight}" for code, weight in weights.items()),
                    )
                )

    # === BUSINESS METHODS ===#

    @api.model
    def _get_key_account_health_fields(self):
        return [f"key_account_health_{part.code}" for part in self.env["key.account.figures"]._get_health_parts()]

    def _get_key_account_health_weights(self):
        """:return: ``{code of the part: weight}``"""
        self.ensure_one()
        prefix = "key_account_health_"
        return {name.removeprefix(prefix): self[name] for name in self._get_key_account_health_fields()}
