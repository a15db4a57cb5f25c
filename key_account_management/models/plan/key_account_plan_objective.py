from odoo import api, fields, models

from ...documents.formatter import Formatter
from ...figures.figure import meets_target, ratio
from ...figures.period import Period
from ...tools.rights import linked
from .key_account_plan import TARGETS


class KeyAccountPlanObjective(models.Model):
    """A figure that an account should reach in the period of its plan; the actual value is always today's.

    An objective of a plan for a fiscal year shows the account's target (``key.account.target``) for its figure in that
    year, and what is entered in it becomes that target. So plan, review and workbook never contradict each other. An
    objective of a plan for any other period keeps the number that was entered in it. The objective for revenue always
    shows the target revenue of its plan.
    """

    _name = "key.account.plan.objective"
    _inherit = ["key.account.guard.mixin"]
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
        "Starting Value", help="The value at the start. For percentages, enter 25 for 25%.", aggregator=None
    )
    target_value = fields.Float(
        "Target",
        compute="_compute_target_value",
        inverse="_inverse_target_value",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        aggregator=None,
        help="For percentages, enter 25 for 25%. For a fiscal year, this is the account's target.",
    )
    unit = fields.Char(compute="_compute_unit")
    actual_value = fields.Float(compute="_compute_actual", aggregator=None)
    has_actual = fields.Boolean(compute="_compute_actual")
    actual = fields.Char(compute="_compute_actual", help="From the start of the plan up to today.")
    note = fields.Char(compute="_compute_actual", help="Notes on the actual value.")
    reached = fields.Float(
        "Reached in %",
        compute="_compute_actual",
        aggregator=None,
        help="The actual value as a percentage of the target; for figures where less is better, the other way round.",
    )
    result = fields.Selection(
        [("met", "Met"), ("open", "Open"), ("not_met", "Not Met"), ("unknown", "No Value")],
        compute="_compute_actual",
        help="Open: not met yet, and the plan's period is still running.",
    )

    _one_of_a_figure = models.UniqueIndex("(plan_id, kpi_id)", "The plan already has an objective for this figure.")

    # === COMPUTE METHODS ===#

    @api.depends(
        "kpi_id",
        "plan_id.company_id",
        "plan_id.fiscal_year",
        "plan_id.target_revenue",
        *(f"plan_id.{name}" for name in ("partner_id", *TARGETS)),
    )
    def _compute_target_value(self):
        saved = self.filtered("id")
        # What is stored is the same whoever triggers it; before that, users see the targets that they may see
        targets_of = {True: saved.plan_id._get_account_targets()}
        targets_of[False] = (self - saved).plan_id.sudo(False)._get_account_targets()
        for objective in self:
            plan, code = linked(objective, "plan_id"), objective.kpi_id.code
            if code == "revenue":
                objective.target_value = plan.target_revenue
            elif plan.fiscal_year:
                target = targets_of[bool(objective.id)].get((plan, code))
                objective.target_value = target.value if target else 0.0
            else:
                objective.target_value = objective.target_value

    def _inverse_target_value(self):
        for objective in self:
            if objective.kpi_id.code == "revenue":
                objective.plan_id.target_revenue = objective.target_value
            else:
                objective.plan_id._set_account_target(objective.kpi_id.code, objective.target_value)

    @api.depends("kpi_id.unit", "plan_id.currency_id")
    @api.depends_context("lang")
    def _compute_unit(self):
        for objective in self:
            objective.unit = objective.kpi_id._get_unit_label(objective.plan_id.currency_id)

    @api.depends(
        "kpi_id", "target_value", "plan_id.partner_id", "plan_id.company_id", "plan_id.date_from", "plan_id.date_to"
    )
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_actual(self):
        today = fields.Date.context_today(self)
        wanted = {objective: objective._get_wanted_figure() for objective in self}
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

    # === BUSINESS METHODS ===#

    def _get_wanted_figure(self):
        """:return: what `_compute_many` is to compute, None if the plan has not begun"""
        self.ensure_one()
        plan = self.plan_id
        if not (self.kpi_id and plan.partner_id and plan.date_from and plan.date_to) or plan.date_from > plan.date_to:
            return None
        period = Period(plan.date_from, plan.date_to).up_to(fields.Date.context_today(self))
        return period and (plan.partner_id, plan.company_id, period, self.kpi_id.code)
