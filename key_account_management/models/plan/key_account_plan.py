from collections import defaultdict

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL, float_compare

from ...figures.figure import ratio
from ...figures.period import Period
from ...roles import MANAGER
from ...tools.overlap import check_overlap, no_overlap
from ...tools.rights import linked
from ...tools.time_zones import later
from .likely_range import likely_range

MILESTONE_WITHIN_DAYS = 90
# What is made of revenue and of its target
KEPT_CODES = dict.fromkeys(
    (
        *("target_revenue", "actual_revenue", "forecast", "forecast_low", "forecast_high"),
        *("forecast_rate", "gap", "potential_bar"),
    ),
    ("revenue",),
)
# A target of the account that is created, changed, moved to another year or deleted
TARGETS = tuple(
    f"partner_id.key_account_target_ids.{name}"
    for name in ("value", "kpi_id", "year", "quarter", "category_id", "company_id")
)


class KeyAccountPlan(models.Model):
    """What to achieve with an account in a period, on one page: analysis, objectives, milestones, potential.

    An account's goals for a fiscal year are its targets (``key.account.target``). A plan for a fiscal year has
    no number of its own: it shows the account's target for revenue in that year. What is entered in the plan becomes
    that target, and emptying the field deletes it. A plan that moves to another year or account shows the target that
    it finds there, if any, and leaves the other one behind. There are no targets for any other period, for half a
    year for example: such a plan keeps the number that was entered in it. Its objectives do the same.

    Its steps say what is done and what that takes, in hours and money.

    The business potential is what is invoiced, what is still to come and how much is missing:

    - The weighted potential is the sum of expected revenue × probability over the open opportunities that the plan
      or one of its open milestones links, each once, and over the open milestones that link no opportunity. A
      milestone that links opportunities is valued by these, whatever its own amount says.
    - A revenue target is a goal: what contributes to it is counted already. It adds nothing.
    - Still to come is the part of it whose day is in the plan's period: expected closing or deadline, but today
      at the earliest, because anything overdue and open comes today or later.
    - Invoiced and pipeline: invoiced + still to come, and the range in which four of five cases lie. Gap: target less
      invoiced and pipeline; below zero when it is more than planned.

    What the account buys without any opportunity is in none of these: see the figure ``forecast``, of a fiscal year.
    """

    _name = "key.account.plan"
    _description = "Action Plan"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "key.account.account.record.mixin",
        "key.account.audience.mixin",
    ]
    _order = "date_from desc, partner_id, id"

    name = fields.Char("Action Plan", compute="_compute_name", store=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(tracking=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    date_from = fields.Date("From", required=True, default=lambda self: self._default_period().date_from, tracking=True)
    date_to = fields.Date("To", required=True, default=lambda self: self._default_period().date_to, tracking=True)
    fiscal_year = fields.Integer(
        compute="_compute_fiscal_year",
        store=True,
        precompute=True,
        aggregator=None,
        help="The fiscal year that the plan is for, 0 if it is for another period.",
    )
    target_revenue = fields.Monetary(
        compute="_compute_target_revenue",
        inverse="_inverse_target_revenue",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="For a fiscal year, this is the account's revenue target for that year: one number wherever it is shown.",
    )
    objective_ids = fields.One2many("key.account.plan.objective", "plan_id", "Objectives")
    milestone_ids = fields.One2many("key.account.milestone", "plan_id", "Milestones")
    input_ids = fields.One2many("key.account.plan.input", "plan_id", "Analysis and Meetings")
    step_ids = fields.One2many("key.account.plan.step", "plan_id", "Steps")
    lead_ids = fields.Many2many(
        "crm.lead",
        "key_account_plan_lead_rel",
        "plan_id",
        "lead_id",
        string="Opportunities",
        check_company=True,
        # Lost ones are archived: they stay visible
        context={"active_test": False},
        domain="[('type', '=', 'opportunity'), ('partner_id', 'child_of', partner_id)]",
        copy=False,
    )
    source_id = fields.Many2one(
        "key.account.plan", "Copied From", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    missing = fields.Char(compute="_compute_missing", help="Codes of the checks that found something.")

    # What the steps take
    step_hours = fields.Float("Planned Hours", compute="_compute_steps", digits=(16, 1), aggregator=None)
    step_budget = fields.Monetary("Budget", compute="_compute_steps", aggregator=None)
    step_cost = fields.Monetary(
        "Cost of the Steps",
        compute="_compute_step_cost",
        aggregator=None,
        groups=MANAGER,
        help="The budgets of all steps, and their hours at the hourly cost in the settings.",
    )
    steps_done = fields.Char(compute="_compute_steps", help="How many of the steps are done.")

    # Business potential
    actual_revenue = fields.Monetary(
        "Invoiced", compute="_compute_revenue", aggregator=None, help="Revenue in the plan's period up to today."
    )
    weighted_potential = fields.Monetary(
        compute="_compute_potential",
        aggregator=None,
        help="Expected revenue × probability of the open opportunities of the plan and its milestones, each counted "
        "once, and of the open milestones without opportunities. Revenue targets are not included.",
    )
    potential_to_come = fields.Monetary(
        "Still to Come",
        compute="_compute_potential",
        aggregator=None,
        help="The part of the weighted potential that is expected in the plan's period. Anything overdue and still "
        "open is expected today.",
    )
    forecast = fields.Monetary(
        "Invoiced and Pipeline",
        compute="_compute_revenue",
        aggregator=None,
        help="Invoiced plus still to come: what the opportunities and milestones of the plan name. What the account "
        "buys without them is in the forecast of the fiscal year.",
    )
    forecast_low = fields.Monetary(
        "Invoiced and Pipeline: at Least",
        compute="_compute_range",
        aggregator=None,
        help="In nine of ten cases, invoiced and pipeline come to at least this much. Each opportunity and milestone "
        "comes with its probability, whether or not others do.",
    )
    forecast_high = fields.Monetary(
        "Invoiced and Pipeline: at Most",
        compute="_compute_range",
        aggregator=None,
        help="In nine of ten cases, invoiced and pipeline come to no more than this.",
    )
    potential_probability = fields.Float(
        "Probability",
        compute="_compute_potential",
        aggregator=None,
        help="Share of what is expected in the plan's period that is still to come by its probability.",
    )
    gap = fields.Monetary(
        compute="_compute_revenue",
        aggregator=None,
        help="How much of the target revenue is neither invoiced nor in the pipeline.",
    )
    forecast_rate = fields.Float("Invoiced and Pipeline in %", compute="_compute_revenue", aggregator=None)
    expected_revenue = fields.Monetary(
        "Forecast of the Fiscal Year",
        compute="_compute_expected_revenue",
        aggregator=None,
        groups=MANAGER,
        help="What the account will have bought by the end of the fiscal year, by what it has bought so far, its usual "
        "year and what is on order. New business from the pipeline comes on top.",
    )
    potential_bar = fields.Html(compute="_compute_potential_bar", sanitize=False)

    _dates_in_order = models.Constraint("CHECK (date_from <= date_to)", "An action plan cannot end before it starts.")
    _target_not_negative = models.Constraint(
        "CHECK (target_revenue >= 0)", "The target revenue of a plan cannot be negative."
    )
    _one_at_a_time = no_overlap(
        "Someone else has just created a plan for this account that overlaps the period. Continue with that one."
    )
    _copied_once = models.UniqueIndex(
        "(source_id) WHERE source_id IS NOT NULL AND active IS TRUE",
        "This plan has already been copied to the next period.",
    )

    def _default_period(self):
        return Period.of_fiscal_year(self.env.company, fields.Date.context_today(self))

    # === COMPUTE METHODS ===#

    @api.depends("partner_id.name", "date_from", "date_to", "fiscal_year")
    def _compute_name(self):
        for plan in self:
            period = plan.fiscal_year
            if not period and plan.date_from and plan.date_to:
                period = f"{plan.date_from:%m/%Y}\N{EN DASH}{plan.date_to:%m/%Y}"
            plan.name = f"{linked(plan, 'partner_id').name or ''} {period or ''}".strip()

    @api.depends("partner_id")
    def _compute_user_id(self):
        for plan in self:
            plan.user_id = plan.partner_id.key_account_manager_id or plan.user_id or self.env.user

    @api.depends("date_from", "date_to", "company_id.fiscalyear_last_day", "company_id.fiscalyear_last_month")
    def _compute_fiscal_year(self):
        for plan in self:
            plan.fiscal_year = 0
            if plan.date_from and plan.date_to and Period(plan.date_from, plan.date_to).is_possible and plan.company_id:
                period = Period.of_fiscal_year(plan.company_id, plan.date_from)
                if period == Period(plan.date_from, plan.date_to):
                    plan.fiscal_year = period.year

    @api.depends("partner_id", "company_id", "fiscal_year", *TARGETS)
    def _compute_target_revenue(self):
        saved = self.filtered("id")
        # What is stored is the same whoever triggers it; before that, users see the targets that they may see
        targets = saved._get_account_targets() | (self - saved).sudo(False)._get_account_targets()
        for plan in self:
            if plan.fiscal_year:
                target = targets.get((plan, "revenue"))
                plan.target_revenue = target.value if target else 0.0
            else:
                plan.target_revenue = plan.target_revenue

    def _inverse_target_revenue(self):
        for plan in self:
            if plan.target_revenue:
                plan._set_account_target("revenue", plan.target_revenue)
            elif target := plan._get_account_targets().get((plan, "revenue")):
                target.unlink()

    @api.depends("partner_id", "company_id", "date_from", "date_to", "lead_ids", "milestone_ids.lead_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_potential(self):
        today = fields.Date.context_today(self)
        weighted, positions = self._read_weighted_potential(today), self._read_positions_to_come(today)
        for plan in self:
            # A new plan, whose company the form may have emptied, has no potential yet
            total, to_come = weighted.get(plan._origin.id, (0.0, 0.0))
            plan.weighted_potential = plan.currency_id.round(total) if total else 0.0
            plan.potential_to_come = plan.currency_id.round(to_come) if to_come else 0.0
            whole = sum(amount for amount, _chance in positions.get(plan._origin.id, []))
            plan.potential_probability = ratio(plan.potential_to_come, whole) or 0.0

    @api.depends("partner_id", "company_id", "date_from", "date_to", "target_revenue", "potential_to_come")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_revenue(self):
        today = fields.Date.context_today(self)
        wanted = {plan: plan._get_wanted_revenue(today) for plan in self}
        figures = self.env["key.account.figures"]._compute_many([each for each in wanted.values() if each])
        for plan in self:
            figure = figures.get(wanted[plan])
            plan.actual_revenue = (figure and figure.value) or 0.0
            plan.forecast = plan.actual_revenue + plan.potential_to_come
            plan.gap = plan.target_revenue - plan.forecast if plan.target_revenue else 0.0
            plan.forecast_rate = (ratio(plan.forecast, plan.target_revenue) or 0.0) * 100

    @api.depends("actual_revenue", "potential_to_come")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_range(self):
        positions = self._read_positions_to_come(fields.Date.context_today(self))
        for plan in self:
            low, high = likely_range(positions.get(plan._origin.id, []), plan.currency_id.rounding or 0.01)
            plan.forecast_low, plan.forecast_high = plan.actual_revenue + low, plan.actual_revenue + high

    @api.depends("partner_id", "company_id", "date_from", "date_to", "fiscal_year")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_expected_revenue(self):
        today = fields.Date.context_today(self)
        wanted = {plan: plan.fiscal_year and plan._get_wanted_revenue(today, "forecast") for plan in self}
        figures = self.env["key.account.figures"]._compute_many([each for each in wanted.values() if each])
        for plan in self:
            figure = figures.get(wanted[plan])
            plan.expected_revenue = (figure and figure.value) or 0.0

    @api.depends("step_ids.hours", "step_ids.budget", "step_ids.date_done")
    @api.depends_context("lang")
    def _compute_steps(self):
        for plan in self:
            steps = plan.step_ids
            plan.step_hours = sum(steps.mapped("hours"))
            plan.step_budget = sum(steps.mapped("budget"))
            done = len(steps.filtered("date_done"))
            plan.steps_done = self.env._("%(done)s of %(count)s", done=done, count=len(steps)) if steps else False

    @api.depends("step_ids.cost")
    def _compute_step_cost(self):
        for plan in self:
            plan.step_cost = sum(plan.step_ids.mapped("cost"))

    @api.depends("actual_revenue", "potential_to_come", "target_revenue")
    @api.depends_context("uid", "allowed_company_ids")
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

    @api.depends("target_revenue", "objective_ids.has_actual", "milestone_ids.status", "input_ids", "user_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_missing(self):
        may_see_target = self._has_field_access(self._fields["target_revenue"], "read")
        for plan in self:
            checks = {
                "target": may_see_target and not plan.target_revenue,
                "objective": not plan.objective_ids,
                "actual": plan._get_objectives_without_actual(),
                "milestone": not plan._get_next_milestones(),
                "late": plan.milestone_ids.filtered(lambda milestone: milestone.status == "late"),
                "analysis": not plan.input_ids,
            }
            plan.missing = ",".join(code for code, found in checks.items() if found)

    # === CONSTRAINT METHODS ===#

    @api.constrains("partner_id", "company_id", "date_from", "date_to", "active")
    def _check_overlap(self):
        for plan in self.filtered("active"):
            other = self.search(plan._get_overlap_domain(plan.date_from, plan.date_to) & Domain("id", "!=", plan.id))
            if other:
                raise ValidationError(
                    self.env._(
                        "%(account)s already has a plan that overlaps this period: %(plan)s, from %(date_from)s to "
                        "%(date_to)s. Change the period or continue with that plan.",
                        account=plan.partner_id.display_name,
                        plan=other[0].display_name,
                        date_from=other[0].date_from,
                        date_to=other[0].date_to,
                    )
                )
        check_overlap(self, self._one_at_a_time)

    @api.constrains("lead_ids", "partner_id")
    def _check_leads(self):
        for plan in self:
            plan.partner_id._check_key_account_opportunities(plan.lead_ids)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        self._check_values(vals_list)
        # Nothing has been entered in a new plan: it shows the account's target and does not delete it
        vals_list = [
            {name: value for name, value in vals.items() if name != "target_revenue" or value} for vals in vals_list
        ]
        return super().create(vals_list)

    # === ACTION METHODS ===#

    @api.readonly
    def action_view_milestones(self):
        """The plan's milestones on the board."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_milestone_action")
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = self._get_defaults()
        return action

    @api.readonly
    def action_set_target(self):
        view = self.env.ref("key_account_management.key_account_plan_view_form_target")
        return self._get_dialog(self.env._("Target Revenue"), self._name, self.id, view_id=view.id)

    @api.readonly
    def action_add_objective(self):
        return self._get_dialog(self.env._("New Objective"), "key.account.plan.objective")

    @api.readonly
    def action_view_objective(self):
        objective = self._get_objectives_without_actual()[:1]
        return self._get_dialog(objective.kpi_id.name, objective._name, objective.id)

    @api.readonly
    def action_add_milestone(self):
        return self._get_dialog(self.env._("New Milestone"), "key.account.milestone")

    @api.readonly
    def action_view_late_milestones(self):
        action = self.action_view_milestones()
        action["context"] = {**action["context"], "search_default_late": True}
        return action

    @api.readonly
    def action_add_input(self):
        return self._get_dialog(self.env._("New Input"), "key.account.plan.input")

    def action_copy_into_next_period(self):
        """Creates the plan for the next period, with what is still open in this one, and opens it.

        Open means milestones not reached, steps not done, inputs not turned into anything, opportunities neither won
        nor lost. Objectives start from their current values. Milestones that are due in the next period move into its
        plan; those due in this one stay, because they can still be reached. Once this period is over, those that were
        not are continued: archived here, copied there with deadlines as much later.

        :raises UserError: if the account has a plan in the next period
        """
        self.ensure_one()
        # If two people click at the same time, they get one plan
        self.lock_for_update()
        date_from, date_to = self._get_next_period()
        other = self.search(self._get_overlap_domain(date_from, date_to), limit=1)
        if other:
            raise UserError(
                self.env._(
                    "%(account)s already has a plan for the next period: %(plan)s. Continue with that one.",
                    account=self.partner_id.display_name,
                    plan=other.display_name,
                )
            )
        following = self._make([self._prepare_next_values(date_from, date_to)])
        self._copy_targets(following)
        self._continue_open_milestones(following)
        self._continue_open_steps(following)
        self.message_post(body=self.env._("Copied to the next period: %(plan)s", plan=following._get_html_link()))
        return following._get_records_action()

    # === ACCESS ===#

    @api.model
    def _get_kept_codes(self):
        return KEPT_CODES

    # === BUSINESS METHODS ===#

    @api.model
    def _get_plan(self, partner, company, day):
        """The plan in force for an account on a day; empty if there is none, or if the user may not see it."""
        domain = Domain("partner_id", "=", partner.id) & Domain("company_id", "=", company.id)
        return self.search(domain & Domain("date_from", "<=", day) & Domain("date_to", ">=", day), limit=1)

    def _is_period_possible(self):
        """Whether there is a period: what is being entered in a form need not be one yet."""
        return bool(self.date_from and self.date_to and self.date_from <= self.date_to)

    def _get_overlap_domain(self, date_from, date_to):
        self.ensure_one()
        domain = Domain("partner_id", "=", self.partner_id.id) & Domain("company_id", "=", self.company_id.id)
        return domain & Domain("date_from", "<=", date_to) & Domain("date_to", ">=", date_from)

    def _get_defaults(self):
        """:return: the context for creating records of this plan"""
        return {
            "default_plan_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_company_id": self.company_id.id,
        }

    def _get_account_targets(self):
        """:return: ``{(plan, code of a figure): target}``, the accounts' targets in the fiscal years of these plans"""
        plans = self.filtered("fiscal_year")
        if not plans:
            return {}
        # Searched, not read from the One2many of the accounts: its cache knows no users and companies
        targets = self.env["key.account.target"].search(
            [
                ("partner_id", "in", plans.partner_id.ids),
                ("company_id", "in", plans.company_id.ids),
                ("year", "in", plans.mapped("fiscal_year")),
                ("quarter", "=", False),
                ("category_id", "=", False),
            ]
        )
        of_year = targets.grouped(lambda target: (target.partner_id, target.company_id, target.year))
        return {
            (plan, target.kpi_id.code): target
            for plan in plans
            for target in of_year.get((plan.partner_id, plan.company_id, plan.fiscal_year), ())
        }

    def _set_account_target(self, code, value):
        """Turns a number entered in a plan into the account's target, if the plan is for a fiscal year."""
        self.ensure_one()
        if not self.fiscal_year:
            return
        target = self._get_account_targets().get((self, code))
        if target:
            # The same number again is still the one that was agreed with the customer
            if float_compare(target.value, value, precision_digits=6):
                target.value = value
        else:
            self.env["key.account.target"].create(
                {
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "year": self.fiscal_year,
                    "kpi_id": self.env["key.account.kpi"]._get_by_code()[code].id,
                    "value": value,
                }
            )

    def _get_wanted_revenue(self, today, code="revenue"):
        """:return: what `_compute_many` is to compute, None if the plan has not begun"""
        self.ensure_one()
        if not self.partner_id or not self._is_period_possible():
            return None
        period = Period(self.date_from, self.date_to).up_to(today)
        return period and (self.partner_id, self.company_id, period, code)

    def _read_weighted_potential(self, today):
        """:return: ``{plan id: (weighted potential, part of it still to come in the period)}``"""
        if not self._origin.ids:
            return {}
        self.env.flush_all()
        # Everyone sees the same sum, whichever of the opportunities they may open
        rows = self.env.execute_query(
            SQL(
                "SELECT * FROM (%s) AS potential WHERE plan_id = ANY(%s)",
                self._potential_query(today),
                self._origin.ids,
            )
        )
        return {plan: (total, to_come) for plan, total, to_come in rows}

    def _read_positions_to_come(self, today):
        """:return: ``{plan id: [(amount, probability from 0 to 1)]}`` of what is still to come in the period"""
        if not self._origin.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT position.plan_id, position.amount, position.probability / 100
                  FROM (%(positions)s) position
                 WHERE position.plan_id = ANY(%(plans)s) AND position.is_to_come
                """,
                positions=self._positions_query(today),
                plans=self._origin.ids,
            )
        )
        positions = defaultdict(list)
        for plan, amount, probability in rows:
            # An opportunity may have no amount yet
            positions[plan].append((float(amount or 0.0), float(probability or 0.0)))
        return positions

    @api.model
    def _potential_query(self, today):
        """:return: SQL with a row (plan_id, weighted, to_come) for each plan that has potential, in its currency"""
        return SQL(
            """
            SELECT position.plan_id,
                   SUM(position.weighted) AS weighted,
                   COALESCE(SUM(position.weighted) FILTER (WHERE position.is_to_come), 0) AS to_come
              FROM (%s) position
          GROUP BY position.plan_id
            """,
            self._positions_query(today),
        )

    @api.model
    def _positions_query(self, today):
        """What the potential of plans is made of.

        :return: SQL with a row (plan_id, amount, probability in per cent, weighted, is_to_come: whether it is expected
            in the plan's period) for each opportunity or milestone, in the plan's currency
        """
        return SQL(
            """
            SELECT plan.id AS plan_id,
                   position.amount,
                   position.probability,
                   position.weighted,
                   GREATEST(position.day, %(today)s) BETWEEN plan.date_from AND plan.date_to AS is_to_come
              FROM key_account_plan plan
              JOIN (
                    SELECT linked.plan_id,
                           lead.company_id,
                           lead.expected_revenue AS amount,
                           lead.probability,
                           lead.prorated_revenue AS weighted,
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
                           milestone.expected_revenue,
                           milestone.probability,
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
            """,
            today=SQL("%s::date", today),
        )

    def _get_objectives_without_actual(self):
        return self.objective_ids.filtered(lambda objective: not objective.has_actual)

    def _get_next_milestones(self):
        """The open milestones of the next 90 days or, for a plan that has not begun, of its first 90 days."""
        start = max(fields.Date.context_today(self), self.date_from or fields.Date.context_today(self))
        end = later(start, relativedelta(days=MILESTONE_WITHIN_DAYS))
        return self.milestone_ids.filtered(
            lambda milestone: (
                not milestone.date_done and milestone.date_deadline and start <= milestone.date_deadline <= end
            )
        )

    def _get_dialog(self, name, model, record_id=False, view_id=False):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "res_id": record_id,
            "views": [(view_id, "form")],
            "target": "new",
            "context": self._get_defaults(),
        }

    def _get_next_period(self):
        """As many whole months if the period consists of whole months, otherwise as many days."""
        start = later(self.date_to, relativedelta(days=1))
        length = relativedelta(start, self.date_from)
        if length.days:
            return start, later(start, relativedelta(days=(self.date_to - self.date_from).days))
        return start, later(start, length) - relativedelta(days=1)

    def _prepare_next_values(self, date_from, date_to):
        open_inputs = self.input_ids.filtered(lambda each: not each.measure_id and not each.milestone_id)
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "date_from": date_from,
            "date_to": date_to,
            "source_id": self.id,
            "lead_ids": [Command.set(self.lead_ids.filtered(lambda lead: lead.won_status == "pending").ids)],
            # As superuser: with the review that an input comes from, which users do not set
            "input_ids": [Command.create(each.sudo().copy_data({"plan_id": False})[0]) for each in open_inputs],
        }

    def _copy_targets(self, following):
        """The same again, unless the account has targets for the next fiscal year."""
        following.target_revenue = following.target_revenue or self.target_revenue
        targets = following._get_account_targets()
        values_list = []
        for objective in self.objective_ids:
            values = {
                "plan_id": following.id,
                "kpi_id": objective.kpi_id.id,
                "sequence": objective.sequence,
                "start_value": objective.actual_value if objective.has_actual else objective.start_value,
            }
            if (following, objective.kpi_id.code) not in targets:
                values["target_value"] = objective.target_value
            values_list.append(values)
        self.env["key.account.plan.objective"].create(values_list)

    def _continue_open_milestones(self, following):
        """Each is in one plan only, so that nothing is on the board or in the potential twice."""
        open_ones = self.milestone_ids.filtered(lambda milestone: not milestone.date_done)
        if self.date_to >= fields.Date.context_today(self):
            # What is due in this period can still be reached in it
            open_ones.filtered(lambda milestone: milestone.date_deadline > self.date_to).plan_id = following
            return
        shift = relativedelta(following.date_from, self.date_from)
        for milestone in open_ones:
            values = {"plan_id": following.id, "name": milestone.name, "is_at_risk": milestone.is_at_risk}
            if milestone.date_deadline < following.date_from:
                values["date_deadline"] = max(later(milestone.date_deadline, shift), following.date_from)
                values["date_start"] = milestone.date_start and later(milestone.date_start, shift)
            copy = milestone.copy(values)
            if not copy.stage_id.is_done and not milestone.stage_id.is_done:
                copy.stage_id = milestone.stage_id
            milestone._message_log(body=self.env._("Continued as %(milestone)s.", milestone=copy._get_html_link()))
            milestone.active = False

    def _continue_open_steps(self, following):
        """As for milestones, but what was not done stays in the plan in which it should have been done."""
        open_ones = self.step_ids.filtered(lambda step: not step.date_done)
        if self.date_to >= fields.Date.context_today(self):
            open_ones.filtered(
                lambda step: step.date_deadline and step.date_deadline > self.date_to
            ).plan_id = following
            return
        shift = relativedelta(following.date_from, self.date_from)
        for step in open_ones:
            dates = {name: step[name] and later(step[name], shift) for name in ("date_start", "date_deadline")}
            step.copy({"plan_id": following.id, **dates})
