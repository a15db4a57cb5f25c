from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..figures.candidates import CRITERIA
from ..roles import HEAD, MANAGER, USER
from ..screens.setup_checklist import SetupChecklist
from ..tools.prefetch import TOGETHER
from ..tools.rpc import check_records, for_every_rpc

CANDIDATE_FIELDS = [f"key_account_candidate_{code}" for code in CRITERIA]


class ResCompany(models.Model):
    _inherit = "res.company"

    # Everybody reads companies, customers with access to the portal as well: each field says who reads it

    # Figures
    key_account_cost_coverage = fields.Float(
        "Required Cost Coverage",
        default=0.95,
        groups=MANAGER,
        help="Margins are shown with a warning if the cost is known for less than this share of the revenue.",
        prefetch=TOGETHER,
    )
    key_account_minimum_order = fields.Monetary(
        "Minimum Order Value",
        groups=USER,
        help="For key accounts without an agreed minimum of their own. 0 means that there is none.",
        prefetch=TOGETHER,
    )
    key_account_minimum_margin = fields.Float(
        "Minimum Margin",
        groups=MANAGER,
        help="Share of the price that must remain after deducting the product's cost, if the product category does "
        "not define one.",
        prefetch=TOGETHER,
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
        groups=MANAGER,
        help="The customers with which an account's revenue is compared.",
        prefetch=TOGETHER,
    )
    key_account_abc_a_limit = fields.Float(
        "A up to",
        default=0.8,
        groups=MANAGER,
        help="An account is class A while the larger ones together have less than this share of the revenue of all "
        "key accounts.",
        prefetch=TOGETHER,
    )
    key_account_abc_b_limit = fields.Float(
        "B up to",
        default=0.95,
        groups=MANAGER,
        help="An account is class B while the larger ones together have less than this share of the revenue of all "
        "key accounts.",
        prefetch=TOGETHER,
    )

    # Cost of the work on customers
    key_account_hourly_cost = fields.Monetary(
        "Hourly Cost",
        groups=MANAGER,
        help="Cost of an hour of work for a customer. With 0, hours do not count as costs.",
        prefetch=TOGETHER,
    )
    key_account_overhead_pool = fields.Monetary(
        "Annual Overhead",
        groups=MANAGER,
        help="Costs per fiscal year caused by all customers together, such as sales support.",
        prefetch=TOGETHER,
    )
    key_account_overhead_key = fields.Selection(
        [("none", "Not Distributed"), ("revenue", "Revenue"), ("orders", "Number of Orders")],
        "Distribute Overhead By",
        default="none",
        required=True,
        groups=MANAGER,
        help="The basis on which the overhead is distributed among customers.",
        prefetch=TOGETHER,
    )

    # Weight of each component of an account's health, see ``key.account.figures._get_health_parts``.
    # A module that adds a component adds its field here, with 0 as default: the weights still add up to 100.
    key_account_health_revenue = fields.Integer("Revenue Trend", default=20, groups=MANAGER, prefetch=TOGETHER)
    key_account_health_margin = fields.Integer("Margin Trend", default=15, groups=MANAGER, prefetch=TOGETHER)
    key_account_health_payment = fields.Integer("Payment", default=15, groups=MANAGER, prefetch=TOGETHER)
    key_account_health_returns = fields.Integer("Returns", default=10, groups=MANAGER, prefetch=TOGETHER)
    key_account_health_satisfaction = fields.Integer("Satisfaction", default=15, groups=MANAGER, prefetch=TOGETHER)
    key_account_health_contact = fields.Integer("Contact", default=15, groups=MANAGER, prefetch=TOGETHER)
    key_account_health_measures = fields.Integer("Measures", default=10, groups=MANAGER, prefetch=TOGETHER)
    key_account_health_plan = fields.Integer("Plan Progress", default=0, groups=MANAGER, prefetch=TOGETHER)

    # Weight of each criterion by which customers are suggested as key accounts, see `figures/candidates.py`
    key_account_candidate_revenue = fields.Integer("Revenue Rank", default=30, groups=MANAGER)
    key_account_candidate_growth = fields.Integer("Growth", default=20, groups=MANAGER)
    key_account_candidate_share = fields.Integer("Share of Our Revenue", default=10, groups=MANAGER)
    key_account_candidate_breadth = fields.Integer("Product Categories", default=15, groups=MANAGER)
    key_account_candidate_regularity = fields.Integer("Months with Purchases", default=15, groups=MANAGER)
    key_account_candidate_potential = fields.Integer("Open Opportunities", default=10, groups=MANAGER)

    # Profiles and annual reviews
    key_account_profile_months = fields.Integer(
        "Check Profiles After",
        default=6,
        groups=MANAGER,
        help="Account managers are reminded to check what they know about an account if it has not been checked for "
        "this many months. 0 means never.",
        prefetch=TOGETHER,
    )
    key_account_contact_days = fields.Integer(
        "Meet Decision Makers Every",
        default=120,
        groups=USER,
        help="The people of an account show it as a gap if nobody at decision level has been met for this many days. "
        "0 means never.",
    )
    key_account_review_lead = fields.Integer(
        "Days before the Due Date",
        default=60,
        groups=MANAGER,
        help="An account's next annual review is created for preparation this many days before it is due.",
        prefetch=TOGETHER,
    )
    key_account_proposal_days = fields.Integer(
        "Validity of Links to Proposed Dates",
        default=21,
        groups=MANAGER,
        help="Number of days during which customers can choose a date for their annual review, at the latest until "
        "the last proposed date.",
        prefetch=TOGETHER,
    )

    _key_account_cost_coverage_is_share = models.Constraint(
        "CHECK (key_account_cost_coverage BETWEEN 0 AND 1)",
        "The required cost coverage must be between 0 and 100%.",
    )
    _key_account_minimum_order_not_negative = models.Constraint(
        "CHECK (key_account_minimum_order >= 0)",
        "The minimum order value cannot be negative.",
    )
    _key_account_minimum_margin_is_share = models.Constraint(
        "CHECK (key_account_minimum_margin >= 0 AND key_account_minimum_margin < 1)",
        "The minimum margin must be at least 0 and less than 100%.",
    )
    _key_account_abc_limits_rise = models.Constraint(
        "CHECK (0 < key_account_abc_a_limit AND key_account_abc_a_limit <= key_account_abc_b_limit"
        " AND key_account_abc_b_limit <= 1)",
        "The limits of the ABC classes must be above 0 and at most 100%, and the limit of B cannot be below that of A.",
    )
    _key_account_costs_not_negative = models.Constraint(
        "CHECK (key_account_hourly_cost >= 0 AND key_account_overhead_pool >= 0)",
        "The hourly cost and the overhead cannot be negative.",
    )
    _key_account_profile_months_not_negative = models.Constraint(
        "CHECK (key_account_profile_months >= 0)",
        "The number of months after which profiles are checked cannot be negative.",
    )
    _key_account_contact_days_not_negative = models.Constraint(
        "CHECK (key_account_contact_days >= 0)",
        "The number of days after which decision makers should be met again cannot be negative.",
    )
    _key_account_review_lead_not_negative = models.Constraint(
        "CHECK (key_account_review_lead >= 0)", "The number of days before a review is due cannot be negative."
    )
    _key_account_proposal_days_positive = models.Constraint(
        "CHECK (key_account_proposal_days BETWEEN 1 AND 365)",
        "Links to proposed dates must be valid for 1 to 365 days.",
    )

    # === CONSTRAINT METHODS ===#

    @api.constrains(lambda self: self._get_key_account_health_fields())
    def _check_key_account_health_weights(self):
        # Whoever creates or copies a company need not have a role that reads its weights
        for company in self.sudo():
            weights = company._get_key_account_health_weights()
            names = {
                code: company._fields[f"key_account_health_{code}"]._description_string(self.env) for code in weights
            }
            negative = [names[code] for code, weight in weights.items() if weight < 0]
            if negative:
                raise ValidationError(
                    self.env._(
                        "The weights of the account health cannot be negative: %(parts)s.", parts=", ".join(negative)
                    )
                )
            if sum(weights.values()) != 100:
                raise ValidationError(
                    self.env._(
                        "The weights of the account health must add up to 100, but they add up to %(sum)d: "
                        "%(weights)s.",
                        sum=sum(weights.values()),
                        weights=", ".join(f"{names[code]} {weight}" for code, weight in weights.items()),
                    )
                )

    @api.constrains(*CANDIDATE_FIELDS)
    def _check_key_account_candidate_weights(self):
        # As above
        for company in self.sudo():
            weights = company._get_key_account_candidate_weights()
            if min(weights.values()) < 0:
                raise ValidationError(
                    self.env._("The weights by which customers are suggested as key accounts cannot be negative.")
                )
            if not any(weights.values()):
                raise ValidationError(
                    self.env._(
                        "With all weights at 0, no customer can be suggested as a key account: give at least one of "
                        "the criteria a weight."
                    )
                )

    # === BUSINESS METHODS ===#

    @api.readonly
    @for_every_rpc
    def get_key_account_setup(self):
        """What is missing for the figures and documents of this company to be complete.

        :return: list of ``{"code", "title", "why", "action"}``: what it is, what it changes, and the action that opens
            where to mend it, or None; empty if nothing is missing
        :raises AccessError: no head of key accounts
        """
        if not self.env.user.has_group(HEAD):
            raise AccessError(self.env._("Only the head of key accounts can see what is missing."))
        check_records(self, single=True)
        self.check_access("read")
        return SetupChecklist(self).content()

    def _get_key_account_candidate_weights(self):
        """:return: ``{code of the criterion: weight}``"""
        self.ensure_one()
        return {code: self[name] for code, name in zip(CRITERIA, CANDIDATE_FIELDS, strict=True)}

    @api.model
    def _get_key_account_health_fields(self):
        return [f"key_account_health_{part.code}" for part in self.env["key.account.figures"]._get_health_parts()]

    def _get_key_account_health_weights(self):
        """:return: ``{code of the part: weight}``"""
        self.ensure_one()
        prefix = "key_account_health_"
        return {name.removeprefix(prefix): self[name] for name in self._get_key_account_health_fields()}
