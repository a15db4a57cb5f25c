from odoo import api, fields, models

from ..roles import EMPLOYEE, HEAD, MANAGER, SALE_MARGIN
from .res_company import CANDIDATE_FIELDS


def weight(code, label, of="health"):
    """The weight of a component of the health, or of a criterion, see ``res.company``."""
    name = f"key_account_{of}_{code}"

    # Each has its own, so that the ones that are not sent are still those of the company when the others are written.
    # No default: defaults are given to anybody who asks
    @api.depends("company_id")
    def compute(settings):
        for each in settings:
            each[name] = each.company_id[name]

    return fields.Integer(label, compute=compute, inverse=f"_inverse_key_account_{of}", groups=MANAGER)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Figures
    key_account_cost_coverage = fields.Float(related="company_id.key_account_cost_coverage", readonly=False)
    key_account_minimum_order = fields.Monetary(related="company_id.key_account_minimum_order", readonly=False)
    key_account_minimum_margin = fields.Float(related="company_id.key_account_minimum_margin", readonly=False)
    key_account_protect_margins = fields.Boolean(
        "Keep Margins Internal",
        compute="_compute_key_account_protect_margins",
        inverse="_inverse_key_account_protect_margins",
        groups=HEAD,
        help="Only key account managers see the cost and the margin of quotations and sales orders, and the margin in "
        "the sales analysis. Otherwise, as in Odoo without Key Accounts, all employees who see an order do.",
    )
    key_account_peer_grouping = fields.Selection(related="company_id.key_account_peer_grouping", readonly=False)
    key_account_abc_a_limit = fields.Float(related="company_id.key_account_abc_a_limit", readonly=False)
    key_account_abc_b_limit = fields.Float(related="company_id.key_account_abc_b_limit", readonly=False)

    key_account_customers_as_of = fields.Datetime("All Customers as of", compute="_compute_key_account_customers_as_of")

    # Cost of the work on customers
    key_account_hourly_cost = fields.Monetary(related="company_id.key_account_hourly_cost", readonly=False)
    key_account_overhead_pool = fields.Monetary(related="company_id.key_account_overhead_pool", readonly=False)
    key_account_overhead_key = fields.Selection(related="company_id.key_account_overhead_key", readonly=False)

    # The weights of an account's health are written together: one by one they would temporarily not add up
    key_account_health_revenue = weight("revenue", "Revenue Trend")
    key_account_health_margin = weight("margin", "Margin Trend")
    key_account_health_payment = weight("payment", "Payment")
    key_account_health_returns = weight("returns", "Returns")
    key_account_health_satisfaction = weight("satisfaction", "Satisfaction")
    key_account_health_contact = weight("contact", "Contact")
    key_account_health_measures = weight("measures", "Measures")
    key_account_health_plan = weight("plan", "Plan Progress")

    # As above: not all of them may be 0
    key_account_candidate_revenue = weight("revenue", "Revenue Rank", of="candidate")
    key_account_candidate_growth = weight("growth", "Growth", of="candidate")
    key_account_candidate_share = weight("share", "Share of Our Revenue", of="candidate")
    key_account_candidate_breadth = weight("breadth", "Product Categories", of="candidate")
    key_account_candidate_regularity = weight("regularity", "Months with Purchases", of="candidate")
    key_account_candidate_potential = weight("potential", "Open Opportunities", of="candidate")

    # Profiles and annual reviews
    key_account_profile_months = fields.Integer(related="company_id.key_account_profile_months", readonly=False)
    key_account_contact_days = fields.Integer(related="company_id.key_account_contact_days", readonly=False)
    key_account_review_lead = fields.Integer(related="company_id.key_account_review_lead", readonly=False)
    key_account_proposal_days = fields.Integer(related="company_id.key_account_proposal_days", readonly=False)

    # === COMPUTE METHODS ===#

    @api.depends("company_id")
    def _compute_key_account_protect_margins(self):
        everybody = self.env.ref(EMPLOYEE).all_implied_ids
        self.key_account_protect_margins = self.env.ref(SALE_MARGIN) not in everybody

    @api.depends("company_id")
    def _compute_key_account_customers_as_of(self):
        states = self.env["key.account.customer.revenue.state"]
        for settings in self:
            settings.key_account_customers_as_of = states._get_as_of(settings.company_id)

    def _inverse_key_account_protect_margins(self):
        everybody, margins = self.env.ref(EMPLOYEE), self.env.ref(SALE_MARGIN)
        for settings in self:
            if settings.key_account_protect_margins:
                everybody._remove_group(margins)
            else:
                everybody._apply_group(margins)

    def _inverse_key_account_health(self):
        self._write_key_account_weights(self.env["res.company"]._get_key_account_health_fields())

    def _inverse_key_account_candidate(self):
        self._write_key_account_weights(CANDIDATE_FIELDS)

    def _write_key_account_weights(self, names):
        for settings in self:
            weights = {name: settings[name] for name in names}
            if any(settings.company_id[name] != value for name, value in weights.items()):
                settings.company_id.write(weights)

    # === ACTION METHODS ===#

    def action_refresh_key_account_customers(self):
        """Adds up anew what all customers bought, instead of waiting for the night."""
        self.env["key.account.customer.revenue"].with_company(self.company_id)._refresh_now()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
