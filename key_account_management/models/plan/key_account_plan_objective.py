from odoo import api, fields, models

from ...documents.formatter import Formatter
from ...figures.figure import meets_target, ratio
from ...figures.period import Period


class KeyAccountPlanObjective(models.Model):
    """A figure that an account is to reach in the period of its plan; the actual value is always today's.

    Targets of accounts (``key.account.target``) belong to a figure and a fiscal year. A plan for a fiscal year
    shows the same number: its objective takes the target of the account when it is made, and whoever changes one
    of them changes the other. So plan, review and workbook never contradict each other. Plans for other periods
    have targets of their own.
    """

    _name = "key.account.plan.objective"
    _description = "Objective of an Action Plan"
    _order = "sequence, id"
    _rec_name = "kpi_id"

    plan_id = fields.Many2one("key.account.plan", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one("key.account.kpi", "Figure", required=True, index=True, ondelete="cascade")
    audience = fields.Selection(related="kpi_id.audience", store=True)
    start_value = fields.Float(
        "Start", help="Where we come from. In percent where the figure is one: 25 for 25%.", aggregator=None
    )
    target_value = fields.Float(
        "Target",
        compute="_compute_target_value",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        aggregator=None,
        help="In percent where the figure is one: 25 for 25%. In a fiscal year it is the account's target.",
    )
    unit = fields.Char(compute="_compute_unit")
    actual_value = fields.Float(compute="_compute_actual", aggregator=None)
    has_actual = fields.Boolean(compute="_compute_actual")
    actual = fields.Char(compute="_compute_actual", help="From the start of the plan up to today.")
    note = fields.Char(compute="_compute_actual", help="What there is to know about the actual value.")
    reached = fields.Float(
        "Reached in %",
        compute="_compute_actual",
        aggregator=None,
        help="The actual value in percent of the target; of figures where less is better, the other way round.",
    )
    result = fields.Selection(
        [("met", "Met"), ("open", "Open"), ("not_met", "Not Met"), ("unknown", "No Value")],
        compute="_compute_actual",
        help="Open: not met yet, and the period of the plan still runs.",
    )

    _one_of_a_figure = models.UniqueIndex("(plan_id, kpi_id)", "The plan has an objective for this figure already.")

    # === COMPUTE METHODS ===#

    @api.depends("kpi_id", "plan_id")
    def _compute_target_value(self):
        for objective in self:
            target = objective.kpi_id and objective.plan_id._get_account_target(objective.kpi_id)
            if target:
                objective.target_value = target.value
            elif objective.kpi_id.code == "revenue" and objective.plan_id.target_revenue:
                objective.target_value = objective.plan_id.target_revenue
            else:
                objective.target_value = objective.target_value or 0.0

    @api.depends("kpi_id.unit", "plan_id.currency_id")
    @api.depends_context("lang")
    def _compute_unit(self):
        for objective in self:
            objective.unit = objective.kpi_id._get_unit_label(objective.plan_id.currency_id)

    @api.depends("kpi_id", "target_value", "plan_id.partner_id", "plan_id.date_from", "plan_id.date_to")
    @api.depends_context("lang")
    def _compute_actual(self):
        today = fields.Date.context_today(self)
        wanted = {objective: objective._get_wanted() for objective in self}
        # The engine checks no access: who may read an objective may see its figure, the rules go by audience
        figures = self.env["key.account.figures"]._compute_many([each for each in wanted.values() if each])
        formatter = Formatter(self.env)
        for objective in self:
            figure, kpi = figures.get(wanted[objective]), objective.kpi_id
            value = figure.value if figure else None
            scale = 100 if kpi.unit == "percent" else 1
            objective.has_actual = value is not None
            objective.actual_value = (value or 0.0) * scale
            objective.actual = formatter.value(value, kpi.unit, figure.unit) if figure and objective.has_actual else ""
            objective.note = figure.note if figure else self.env._("The period of the plan has not begun.")
            target = objective.target_value / scale
            share = ratio(value, target) if kpi.better == "up" else ratio(target, value)
            objective.reached = (share or 0.0) * 100
            met = meets_target(value, target, kpi.better)
            missed = "open" if objective.plan_id.date_to and objective.plan_id.date_to >= today else "not_met"
            objective.result = {True: "met", False: missed, None: "unknown"}[met]

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        objectives = super().create(vals_list)
        objectives._spread_targets()
        return objectives

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"target_value", "kpi_id"}:
            self._spread_targets()
        return result

    # === BUSINESS METHODS ===#

    def _spread_targets(self):
        for objective in self:
            objective.plan_id._spread_target(objective.kpi_id, objective.target_value)

    def _get_wanted(self):
        """:return: what `_compute_many` is to compute, None if the plan has not begun"""
        self.ensure_one()
        plan = self.plan_id
        if not (self.kpi_id and plan.partner_id and plan.date_from and plan.date_to) or plan.date_from > plan.date_to:
            return None
        period = Period(plan.date_from, plan.date_to).up_to(fields.Date.context_today(self))
        return period and (plan.partner_id, plan.company_id, period, self.kpi_id.code)
