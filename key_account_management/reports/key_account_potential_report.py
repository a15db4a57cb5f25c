from odoo import api, fields, models
from odoo.tools import SQL

from ..figures.rates import Rates
from ..tools.client import ACCOUNT_PAGE

# What is made of revenue and of its target
KEPT_CODES = dict.fromkeys(("amount", "target_revenue", "actual_revenue", "forecast", "gap"), ("revenue",))


class KeyAccountPotentialReport(models.Model):
    """The potential of all plans: what is invoiced, what is still to come and what is missing for each.

    The parts of a plan with a target add up to it. Revenue comes from the sales analysis, the very lines from which
    the figure is computed; the weighted potential from the one query that the plan itself uses. Amounts of several
    companies is converted into the active one's currency like in the sales analysis.
    """

    _name = "key.account.potential.report"
    _inherit = ["key.account.audience.mixin"]
    _description = "Business Potential"
    _auto = False
    _rec_name = "plan_id"
    _order = "partner_id, plan_id, part"

    plan_id = fields.Many2one("key.account.plan", "Action Plan", readonly=True)
    partner_id = fields.Many2one("res.partner", "Account", readonly=True, context=ACCOUNT_PAGE)
    key_account_tier_id = fields.Many2one("key.account.tier", "Tier", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", readonly=True)
    part = fields.Selection([("1_actual", "Invoiced"), ("2_to_come", "Still to Come"), ("3_gap", "Gap")], readonly=True)
    amount = fields.Monetary(
        readonly=True, help="The amounts invoiced, still to come and missing (gap) add up to the plan's target."
    )
    target_revenue = fields.Monetary(readonly=True)
    actual_revenue = fields.Monetary("Invoiced", readonly=True)
    potential_to_come = fields.Monetary("Still to Come", readonly=True)
    forecast = fields.Monetary("Invoiced and Pipeline", readonly=True)
    gap = fields.Monetary(readonly=True)
    weighted_potential = fields.Monetary(readonly=True)

    _depends = {
        "account.account": ["account_type"],
        "account.move": ["invoice_date", "move_type", "state"],
        "account.move.line": ["account_id", "balance", "display_type", "partner_id"],
        "crm.lead": [
            "active",
            "company_id",
            "date_deadline",
            "prorated_revenue",
            "type",
            "won_status",
        ],
        "key.account.milestone": [
            "active",
            "company_id",
            "date_deadline",
            "date_done",
            "expected_revenue",
            "lead_ids",
            "plan_id",
            "probability",
            "type_id",
        ],
        "key.account.milestone.type": ["measures_revenue"],
        "key.account.plan": [
            "active",
            "company_id",
            "date_from",
            "date_to",
            "lead_ids",
            "partner_id",
            "target_revenue",
            "user_id",
        ],
        "res.partner": ["key_account_tier_id", "parent_id"],
    }

    @property
    def _table_query(self) -> SQL:
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY parts.plan_id, parts.part) AS id,
                   parts.*,
                   %(currency)s AS currency_id
              FROM (
                    SELECT plans.*,
                           part.name AS part,
                           CASE part.name WHEN '1_actual' THEN plans.actual
                                          WHEN '2_to_come' THEN plans.to_come
                                          ELSE plans.target - plans.actual - plans.to_come END AS amount,
                           CASE part.name WHEN '1_actual' THEN plans.target END AS target_revenue,
                           CASE part.name WHEN '1_actual' THEN plans.actual END AS actual_revenue,
                           CASE part.name WHEN '2_to_come' THEN plans.to_come END AS potential_to_come,
                           CASE part.name WHEN '2_to_come' THEN plans.weighted END AS weighted_potential,
                           CASE part.name WHEN '1_actual' THEN plans.actual
                                          WHEN '2_to_come' THEN plans.to_come END AS forecast,
                           CASE part.name WHEN '3_gap'
                                          THEN plans.target - plans.actual - plans.to_come END AS gap
                      FROM (%(plans)s) plans
                CROSS JOIN (VALUES ('1_actual'), ('2_to_come'), ('3_gap')) part (name)
                     -- without a target there is nothing to miss
                     WHERE part.name != '3_gap' OR plans.target > 0
                   ) parts
            """,
            currency=self.env.company.currency_id.id,
            plans=self._plans_query(today),
        )

    @api.model
    def _plans_query(self, today) -> SQL:
        """:return: SQL with a row for each active plan, money in the active company's currency"""
        return SQL(
            """
              WITH RECURSIVE tree (account_id, customer_id) AS (
                    SELECT DISTINCT partner_id, partner_id FROM key_account_plan
                 UNION
                    SELECT tree.account_id, below.id
                      FROM tree
                      JOIN res_partner below ON below.parent_id = tree.customer_id
                   )
            SELECT plan.id AS plan_id,
                   plan.partner_id,
                   account.key_account_tier_id,
                   plan.user_id,
                   plan.company_id,
                   plan.date_from,
                   plan.date_to,
                   NULLIF(plan.target_revenue, 0) * account_currency_table.rate AS target,
                   COALESCE(sales.revenue, 0) AS actual,
                   COALESCE(potential.weighted, 0) * account_currency_table.rate AS weighted,
                   COALESCE(potential.to_come, 0) * account_currency_table.rate AS to_come
              FROM key_account_plan plan
              JOIN res_partner account ON account.id = plan.partner_id
              JOIN %(rates)s ON account_currency_table.company_id = plan.company_id
         LEFT JOIN (%(potential)s) potential ON potential.plan_id = plan.id
         LEFT JOIN (
                    SELECT plan.id AS plan_id, SUM(line.price_subtotal) AS revenue
                      FROM key_account_plan plan
                      JOIN tree ON tree.account_id = plan.partner_id
                      JOIN (%(lines)s) line ON line.customer_id = tree.customer_id
                       AND line.company_id = plan.company_id
                       AND line.invoice_date BETWEEN plan.date_from AND LEAST(plan.date_to, %(today)s)
                  GROUP BY plan.id
                   ) sales ON sales.plan_id = plan.id
             WHERE plan.active
            """,
            rates=Rates.of(self.env).table(self.env.companies),
            potential=self.env["key.account.plan"]._potential_query(today),
            lines=self.env["key.account.sales.report"]._table_query,
            today=SQL("%s::date", today),
        )

    # === ACCESS ===#

    @api.model
    def _get_kept_codes(self):
        return KEPT_CODES

    # === ACTION METHODS ===#

    @api.readonly
    def action_view_plan(self):
        """Opens the plan of a row."""
        self.ensure_one()
        return self.plan_id._get_records_action()
