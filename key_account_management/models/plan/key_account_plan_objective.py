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
        "Starting Value",
        aggregator=None,
        help="The value at the start, proposed from the same period of the year before. For percentages, enter 25 for "
        "25%.",
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
        help="How much of the way from the starting value to the target is done. Without a starting value, the actual "
        "value as a percentage of the target; for figures where less is better, the other way round. For what adds up "
        "over the plan's period, the starting value counts in proportion to the time that is over.",
    )
    result = fields.Selection(
        [
            ("met", "Met"),
            ("ahead", "Ahead"),
            ("behind", "Behind"),
            ("not_met", "Not Met"),
            ("unknown", "Not Known"),
        ],
        compute="_compute_actual",
        help="Ahead or behind while the plan's period is running: what adds up over it is compared with the part of "
        "the target that is due by now. Met or not met at the end.",
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
        "kpi_id",
        "start_value",
        "target_value",
        "plan_id.partner_id",
        "plan_id.company_id",
        "plan_id.date_from",
        "plan_id.date_to",
    )
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_actual(self):
        today = fields.Date.context_today(self)
        wanted = {objective: objective._get_wanted_figure() for objective in self}
        figures = self.env["key.account.figures"]._compute_many([each for each in wanted.values() if each])
        formatter = Formatter(self.env)
        over_time = self._get_codes_over_time()
        for objective in self:
            figure, kpi = figures.get(wanted[objective]), objective.kpi_id
            value = figure.value if figure else None
            scale = 100 if kpi.unit == "percent" else 1
            objective.has_actual = value is not None
            objective.actual_value = (value or 0.0) * scale
            objective.actual = formatter.value(value, kpi.unit, figure.unit) if figure and objective.has_actual else ""
            objective.note = figure.note if figure else self.env._("The period of the plan has not begun.")
            better = objective._get_better(figure)
            due = objective._get_share_due(figure, today, over_time)
            target, start = objective.target_value / scale, objective.start_value / scale
            objective.reached = (_progress(value, start * due, target, better) or 0.0) * 100
            is_over = objective.plan_id.date_to and objective.plan_id.date_to < today
            met = meets_target(value, target * due, better)
            results = ("not_met", "met") if is_over else ("behind", "ahead")
            objective.result = "unknown" if met is None else results[met]

    @api.onchange("kpi_id")
    def _onchange_kpi_id(self):
        self.start_value = self._get_start_values()[self]

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        objectives = super().create(vals_list)
        without = objectives.browse(
            objective.id
            for objective, vals in zip(objectives, vals_list, strict=True)
            if "start_value" not in vals and "default_start_value" not in self.env.context
        )
        for objective, start in without._get_start_values().items():
            objective.start_value = start
        return objectives

    # === BUSINESS METHODS ===#

    def _get_start_values(self):
        """:return: ``{objective: value of its figure in the same period of the year before}``, 0 if that is not known

        As long as that period is not over, what adds up over it is not known, and of everything else today's value is.
        """
        today = fields.Date.context_today(self)
        over_time = self._get_codes_over_time()
        wanted = {}
        for objective in self:
            plan, code = objective.plan_id, objective.kpi_id.code
            if not (code and plan.partner_id and plan._is_period_possible()):
                continue
            before = Period(plan.date_from, plan.date_to).previous
            over = before.up_to(today)
            if over == before or (over and code not in over_time):
                wanted[objective] = (plan.partner_id, plan.company_id, over, code)
        figures = self.env["key.account.figures"]._compute_many(list(wanted.values()))
        values = {}
        for objective in self:
            figure = figures.get(wanted.get(objective))
            scale = 100 if objective.kpi_id.unit == "percent" else 1
            values[objective] = ((figure and figure.value) or 0.0) * scale
        return values

    def _get_codes_over_time(self):
        """The figures that add up over a period."""
        sources = self.env["key.account.figures"]._get_sources()
        return {code for source in sources for code in source.codes_over_time}

    def _get_better(self, figure):
        """The direction of the objective: of a figure that is neither better up nor down, the one that was planned."""
        self.ensure_one()
        better = (figure and figure.better) or self.kpi_id.better
        if better == "neutral" and self.start_value:
            return "down" if self.target_value < self.start_value else "up"
        return better

    def _get_share_due(self, figure, today, over_time):
        """How much of the target is due by now, between 0 and 1.

        :param over_time: codes of the figures that add up over a period
        """
        self.ensure_one()
        plan = self.plan_id
        if not figure or self.kpi_id.code not in over_time:
            return 1.0
        if figure.target and figure.target_to_date is not None:
            return figure.target_to_date / figure.target
        period = Period(plan.date_from, plan.date_to)
        return period.to_date(today).days / period.days

    def _get_wanted_figure(self):
        """:return: what `_compute_many` is to compute, None if the plan has not begun"""
        self.ensure_one()
        plan = self.plan_id
        if not (self.kpi_id and plan.partner_id and plan._is_period_possible()):
            return None
        period = Period(plan.date_from, plan.date_to).up_to(fields.Date.context_today(self))
        return period and (plan.partner_id, plan.company_id, period, self.kpi_id.code)


def _progress(value, start, target, better):
    """How much of the way from the start to the target is done; None if that is not known.

    A start that is as good as the target or better is none: the way would lead back.

    >>> round(_progress(5.6, 6.5, 8.0, "up"), 4), _progress(7.25, 6.5, 8.0, "up"), _progress(30.0, 40.0, 20.0, "down")
    (-0.6, 0.5, 0.5)
    >>> _progress(10.0, 0.0, 20.0, "up"), _progress(200.0, 0.0, 100.0, "down"), _progress(10.0, 0.0, 20.0, "neutral")
    (0.5, 0.5, None)
    """
    if value is None or better == "neutral":
        return None
    if start and (start < target if better == "up" else start > target):
        return (value - start) / (target - start)
    return ratio(value, target) if better == "up" else ratio(target, value)
