from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ...figures.figure import ratio
from ...figures.period import Period


class KeyAccountPlan(models.Model):
    """The business potential of a plan: what is invoiced, what is still to come and how much is missing.

    - The weighted potential is the sum of expected revenue × probability over the open opportunities that the plan
      or one of its open milestones links, each once, and over the open milestones that link no opportunity. A
      milestone that links opportunities is valued by these, whatever its own amount says.
    - A revenue target is a goal: what reaches it counts already. It adds nothing.
    - Still to come is the part of it whose day lies in the plan's period: expected closing or deadline, but today
      at the earliest, because what is overdue and open comes today or later.
    - Forecast: invoiced + still to come. Gap: target - forecast; below zero when more is expected than was planned.
    """

    _inherit = "key.account.plan"  # pylint: disable=consider-merging-classes-inherited

    actual_revenue = fields.Monetary(
        "Invoiced", compute="_compute_potential", aggregator=None, help="Revenue in the plan's period up to today."
    )
    weighted_potential = fields.Monetary(
        compute="_compute_potential",
        aggregator=None,
        help="Expected revenue × probability of the open opportunities of the plan and its milestones, each counted "
        "once, and of the open milestones without opportunities. Revenue targets add nothing.",
    )
    potential_to_come = fields.Monetary(
        "Still to Come",
        compute="_compute_potential",
        aggregator=None,
        help="The part of the weighted potential that is expected in the plan's period. What is overdue and open is "
        "expected today.",
    )
    forecast = fields.Monetary(compute="_compute_potential", aggregator=None, help="Invoiced and still to come.")
    gap = fields.Monetary(
        compute="_compute_potential", aggregator=None, help="What is missing to the target revenue after the forecast."
    )
    forecast_rate = fields.Float("Forecast in %", compute="_compute_potential", aggregator=None)
    potential_bar = fields.Html(compute="_compute_potential_bar", sanitize=False)

    # === COMPUTE METHODS ===#

    @api.depends(
        "partner_id", "company_id", "date_from", "date_to", "target_revenue", "lead_ids", "milestone_ids.lead_ids"
    )
    def _compute_potential(self):
        today = fields.Date.context_today(self)
        wanted = {plan: plan._get_revenue_wanted(today) for plan in self}
        # The engine checks no access: who may read the plan may see the revenue, a figure for the customer
        figures = self.env["key.account.figures"]._compute_many([each for each in wanted.values() if each])
        weighted = self._read_weighted_potential(today)
        for plan in self:
            figure = figures.get(wanted[plan])
            plan.actual_revenue = (figure and figure.value) or 0.0
            total, to_come = weighted.get(plan._origin.id, (0.0, 0.0))
            plan.weighted_potential = plan.currency_id.round(total)
            plan.potential_to_come = plan.currency_id.round(to_come)
            plan.forecast = plan.actual_revenue + plan.potential_to_come
            plan.gap = plan.target_revenue - plan.forecast if plan.target_revenue else 0.0
            plan.forecast_rate = (ratio(plan.forecast, plan.target_revenue) or 0.0) * 100

    @api.depends("actual_revenue", "potential_to_come", "target_revenue")
    def _compute_potential_bar(self):
        for plan in self:
            whole = max(plan.target_revenue, plan.forecast)
            parts = [
                Markup('<div class="progress-bar bg-%s" style="width: %.2f%%"></div>')
                % (color, max(amount, 0.0) / whole * 100)
                for color, amount in (("primary", plan.actual_revenue), ("info", plan.potential_to_come))
                if whole > 0
            ]
            plan.potential_bar = Markup('<div class="progress" role="presentation">%s</div>') % Markup().join(parts)

    # === BUSINESS METHODS ===#

    def _get_revenue_wanted(self, today):
        self.ensure_one()
        if not self.partner_id or not self.date_from or not self.date_to or self.date_from > self.date_to:
            return None
        period = Period(self.date_from, self.date_to).up_to(today)
        return period and (self.partner_id, self.company_id, period, "revenue")

    def _read_weighted_potential(self, today):
        """:return: ``{plan id: (weighted potential, part of it still to come in the period)}``"""
        if not self._origin.ids:
            return {}
        self.env.flush_all()
        # Everybody sees the same sum, whichever of the opportunities they may open
        rows = self.env.execute_query(
            SQL(
                "SELECT * FROM (%s) AS potential WHERE plan_id = ANY(%s)",
                self._potential_query(today),
                self._origin.ids,
            )
        )
        return {plan: (total, to_come) for plan, total, to_come in rows}

    @api.model
    def _potential_query(self, today):
        """:return: SQL with a row (plan_id, weighted, to_come) for each plan that has potential, in its currency"""
        return SQL(
            """
            SELECT plan.id AS plan_id,
                   SUM(position.amount) AS weighted,
                   COALESCE(SUM(position.amount) FILTER (
                       WHERE GREATEST(position.day, %(today)s) BETWEEN plan.date_from AND plan.date_to
                   ), 0) AS to_come
              FROM key_account_plan plan
              JOIN (
                    SELECT linked.plan_id,
                           lead.company_id,
                           lead.expected_revenue * lead.probability / 100 AS amount,
                           lead.date_deadline AS day
                      FROM (
                            SELECT plan_id, lead_id FROM key_account_plan_lead_rel
                             UNION
                            SELECT milestone.plan_id, rel.lead_id
                              FROM key_account_milestone_lead_rel rel
                              JOIN key_account_milestone milestone ON milestone.id = rel.milestone_id
                             WHERE milestone.active AND milestone.date_done IS NULL
                           ) linked
                      JOIN crm_lead lead ON lead.id = linked.lead_id
                     WHERE lead.active AND lead.type = 'opportunity' AND lead.won_status = 'pending'
                 UNION ALL
                    SELECT milestone.plan_id,
                           milestone.company_id,
                           milestone.expected_revenue * milestone.probability / 100,
                           milestone.date_deadline
                      FROM key_account_milestone milestone
                 LEFT JOIN key_account_milestone_type type ON type.id = milestone.type_id
                     WHERE milestone.active AND milestone.date_done IS NULL
                       AND type.measures_revenue IS NOT TRUE
                       AND NOT EXISTS (
                            SELECT FROM key_account_milestone_lead_rel rel WHERE rel.milestone_id = milestone.id
                       )
                   ) position ON position.plan_id = plan.id
                -- an opportunity without a company is in the currency of whoever looks at it: here of the plan
                AND COALESCE(position.company_id, plan.company_id) = plan.company_id
          GROUP BY plan.id
            """,
            today=SQL("%s::date", today),
        )
