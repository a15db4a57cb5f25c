import logging

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...figures.figure import ratio
from ...figures.period import Period
from ...roles import MANAGER
from ...tools.problems import log_problem
from ...tools.rights import readable

_logger = logging.getLogger(__name__)

BATCH = 100
# What is made of revenue
KEPT_CODES = {"actual_revenue": ("revenue",), "revenue_rate": ("revenue",)}
LOGGED_IN_PLAN = ("date_start", "date_deadline", "date_done", "expected_revenue", "probability")


class KeyAccountMilestone(models.Model):
    """A result to be reached with an account by a certain day: a prototype, a new market, a revenue.

    A milestone whose type is a revenue target is measured and marked as reached automatically. The person responsible
    for an overdue one is notified.
    """

    _name = "key.account.milestone"
    _description = "Milestone"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "key.account.account.record.mixin",
        "key.account.audience.mixin",
    ]
    _order = "date_deadline, id"

    name = fields.Char("Milestone", required=True, tracking=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(tracking=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_id = fields.Many2one(
        "key.account.plan",
        "Action Plan",
        compute="_compute_plan_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', '=', partner_id)]",
        ondelete="restrict",
        help="By default, the account's plan whose period includes the deadline.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        tracking=True,
    )
    stage_id = fields.Many2one(
        "key.account.milestone.stage",
        required=True,
        index=True,
        copy=False,
        default=lambda self: self.env["key.account.milestone.stage"].search([], limit=1),
        group_expand="_group_expand_stages",
        ondelete="restrict",
        tracking=True,
    )
    type_id = fields.Many2one("key.account.milestone.type", index="btree_not_null", ondelete="restrict", tracking=True)
    date_start = fields.Date("Start Date", tracking=True)
    date_deadline = fields.Date("Deadline", required=True, tracking=True)
    date_done = fields.Date("Reached On", compute="_compute_date_done", store=True, tracking=True)
    is_at_risk = fields.Boolean("At Risk", copy=False, tracking=True, help="The deadline is at risk.")
    status = fields.Selection(
        [("on_track", "On Track"), ("at_risk", "At Risk"), ("late", "Overdue"), ("done", "Reached")],
        compute="_compute_status",
        search="_search_status",
        help="Overdue: the deadline has passed in the time zone of the person responsible.",
    )
    is_late_notified = fields.Boolean(
        "Overdue Notification Sent",
        copy=False,
        readonly=True,
        help="The person responsible has been notified that the milestone is overdue. This happens once for each "
        "deadline.",
    )
    expected_revenue = fields.Monetary(
        tracking=True,
        help="What the milestone brings; for a revenue target, the revenue to reach. In the plan's potential, a "
        "milestone with linked opportunities is valued by these opportunities, not by this amount.",
    )
    probability = fields.Float(tracking=True, default=50.0, aggregator="avg", help="From 0 to 100%.")
    lead_ids = fields.Many2many(
        "crm.lead",
        "key_account_milestone_lead_rel",
        "milestone_id",
        "lead_id",
        string="Opportunities",
        check_company=True,
        # Lost ones are archived: they stay visible
        context={"active_test": False},
        domain="[('type', '=', 'opportunity'), ('partner_id', 'child_of', partner_id)]",
        copy=True,
    )
    person_days = fields.Float("Person-Days")
    people_ids = fields.Many2many(
        "res.partner",
        "key_account_milestone_people_rel",
        "milestone_id",
        "partner_id",
        ondelete="restrict",
        help="The people taking part: our own and the customer's.",
    )
    # The sum of these is an internal figure
    budget = fields.Monetary(groups=MANAGER)
    cost_actual = fields.Monetary(
        "Actual Cost",
        copy=False,
        groups=MANAGER,
        help="Counts as a direct customer cost in the period of the deadline, or today if the deadline is still to "
        "come.",
    )
    description = fields.Text()
    is_shared = fields.Boolean(
        "Shared with the Customer", tracking=True, help="Can appear in the customer's documents."
    )

    # Milestones that measure themselves
    measures_revenue = fields.Boolean(related="type_id.measures_revenue")
    actual_revenue = fields.Monetary(
        compute="_compute_actual_revenue",
        aggregator=None,
        help="Revenue of the account from the start of the milestone (otherwise of its plan or fiscal year) to the "
        "deadline, up to today at most.",
    )
    revenue_rate = fields.Float("Reached in %", compute="_compute_actual_revenue", aggregator=None)

    _dates_in_order = models.Constraint(
        "CHECK (date_start <= date_deadline)", "The deadline of a milestone cannot be before its start."
    )
    _probability_in_range = models.Constraint(
        "CHECK (probability BETWEEN 0 AND 100)", "The probability of a milestone must be between 0 and 100%."
    )
    _amounts_not_negative = models.Constraint(
        "CHECK (expected_revenue >= 0 AND budget >= 0 AND cost_actual >= 0 AND person_days >= 0)",
        "The amounts and person-days of a milestone cannot be negative.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "company_id")
    def _compute_plan_id(self):
        plans = self.env["key.account.plan"].search(
            [("partner_id", "in", self.partner_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        visible = readable(plans) if any(not milestone.id for milestone in self) else plans
        for milestone in self:
            if milestone.plan_id.partner_id == milestone.partner_id and milestone.plan_id:
                continue
            day = milestone.date_deadline or fields.Date.context_today(self)
            milestone.plan_id = (plans if milestone.id else visible).filtered(
                lambda plan, milestone=milestone, day=day: (
                    plan.partner_id == milestone.partner_id
                    and plan.company_id == milestone.company_id
                    and plan.date_from <= day <= plan.date_to
                )
            )

    @api.depends("stage_id.is_done")
    def _compute_date_done(self):
        for milestone in self:
            if milestone.stage_id.is_done:
                milestone.date_done = milestone.date_done or milestone._get_today()
            else:
                milestone.date_done = False

    @api.depends("date_done", "date_deadline", "is_at_risk", "user_id", "company_id")
    def _compute_status(self):
        for milestone in self:
            if milestone.date_done:
                milestone.status = "done"
            elif milestone.date_deadline and milestone.date_deadline < milestone._get_today():
                milestone.status = "late"
            else:
                milestone.status = "at_risk" if milestone.is_at_risk else "on_track"

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Others would be no text, which the database refuses to compare
        known = self._fields["status"].get_values(self.env)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = ANY(%s)", model._field_to_sql(alias, "status", query), [each for each in value if each in known]
            ),
            predicate=lambda milestone: milestone.status in value,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """The status depends on the day, so it is not stored: this is how lists group, count and sort by it."""
        if field_expr != "status":
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            """
            CASE WHEN %(done)s IS NOT NULL THEN 'done'
                 WHEN %(deadline)s < (
                    SELECT (%(now)s AT TIME ZONE 'UTC'
                            AT TIME ZONE COALESCE(%(user_tz)s, %(company_tz)s, 'UTC'))::date
                      FROM res_company company
                      JOIN res_partner company_partner ON company_partner.id = company.partner_id
                 LEFT JOIN res_users responsible ON responsible.id = %(user)s
                 LEFT JOIN res_partner user_partner ON user_partner.id = responsible.partner_id
                     WHERE company.id = %(company)s
                 ) THEN 'late'
                 WHEN %(at_risk)s THEN 'at_risk'
                 ELSE 'on_track'
            END""",
            user_tz=self.env["res.partner"]._field_to_sql("user_partner", "tz"),
            company_tz=self.env["res.partner"]._field_to_sql("company_partner", "tz"),
            done=self._field_to_sql(alias, "date_done", query),
            deadline=self._field_to_sql(alias, "date_deadline", query),
            user=self._field_to_sql(alias, "user_id", query),
            company=self._field_to_sql(alias, "company_id", query),
            at_risk=self._field_to_sql(alias, "is_at_risk", query),
            # A day begins at a full minute everywhere: the same text in all parts of a query
            now=SQL("%s::timestamp", fields.Datetime.now().replace(second=0)),
        )

    @api.model
    def _group_expand_stages(self, stages, domain):
        # All columns of the board, including those without milestones
        return stages.search([])  # pylint: disable=no-search-all

    @api.depends(
        "type_id.measures_revenue", "partner_id", "company_id", "date_start", "date_deadline", "plan_id.date_from"
    )
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_actual_revenue(self):
        wanted = {milestone: milestone._get_wanted_revenue() for milestone in self}
        figures = self.env["key.account.figures"]._compute_many([each for each in wanted.values() if each])
        for milestone in self:
            figure = figures.get(wanted[milestone])
            milestone.actual_revenue = figure.value if figure else 0.0
            milestone.revenue_rate = (ratio(milestone.actual_revenue, milestone.expected_revenue) or 0.0) * 100

    # === CONSTRAINT METHODS ===#

    @api.constrains("plan_id", "partner_id")
    def _check_plan(self):
        for milestone in self:
            if milestone.plan_id and milestone.plan_id.partner_id != milestone.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(milestone)s: the plan %(plan)s belongs to another account.",
                        milestone=milestone.name,
                        plan=milestone.plan_id.display_name,
                    )
                )

    @api.constrains("lead_ids", "partner_id")
    def _check_leads(self):
        for milestone in self:
            milestone.partner_id._check_key_account_opportunities(milestone.lead_ids)

    # === CRUD METHODS ===#

    def write(self, vals):
        if vals.keys() & {"date_deadline", "user_id", "stage_id", "active"}:
            self._withdraw_late_notice()
        return super().write(vals)

    # === ACCESS ===#

    @api.model
    def _get_kept_codes(self):
        return KEPT_CODES

    # === BUSINESS METHODS ===#

    def _get_today(self):
        """Today's date where the person responsible is, otherwise where the company is."""
        self.ensure_one()
        # A time zone is not secret, the partner of a user may be
        milestone = self.sudo()
        timezone = milestone.user_id.tz or milestone.company_id.partner_id.tz or "UTC"
        return pytz.utc.localize(fields.Datetime.now()).astimezone(pytz.timezone(timezone)).date()

    def _message_track(self, fields_iter, initial_values_dict):
        """Changes of a milestone's dates, amounts and probability are also logged in its plan."""
        tracking = super()._message_track(fields_iter, initial_values_dict)
        logged = {self.env["ir.model.fields"]._get(self._name, name).id for name in LOGGED_IN_PLAN}
        # Users who may write a milestone need not be able to write its plan
        for milestone in self.sudo():
            _changes, values = tracking.get(milestone.id, (None, []))
            values = [command for command in values if command[2]["field_id"] in logged]
            if values and milestone.plan_id:
                milestone.plan_id._message_log(body=milestone._get_html_link(), tracking_value_ids=values)
        return tracking

    def _get_wanted_revenue(self):
        """:return: what `_compute_many` is to compute, None if the milestone is not measured or has not begun"""
        self.ensure_one()
        if not self.measures_revenue or not self.date_deadline or not self.partner_id:
            return None
        if not Period(self.date_deadline, self.date_deadline).is_possible:
            return None
        year = Period.of_fiscal_year(self.company_id, self.date_deadline)
        start = self.date_start or self.plan_id.date_from or year.date_from
        if start > self.date_deadline:
            return None
        period = Period(start, self.date_deadline).up_to(self._get_today())
        return period and (self.partner_id, self.company_id, period, "revenue")

    @api.model
    def _cron_follow_milestones(self):
        """Marks revenue targets that were reached, then notifies those responsible for overdue milestones, once."""
        opened = Domain("date_done", "=", False)
        targets = opened & Domain("type_id.measures_revenue", "=", True) & Domain("expected_revenue", ">", 0)
        late = Domain("status", "=", "late") & Domain("is_late_notified", "=", False)
        # Whoever the job runs as
        milestones = self.env["key.account.figures"]._for_system(self)
        # Those that are late are searched afterwards: what was reached is no longer overdue
        self.env["key.account.scheduled.job"]._run(
            "milestones",
            (milestones, targets, lambda batch: batch._follow("_mark_if_revenue_reached")),
            (milestones, late, lambda batch: batch._follow("_notify_late")),
            size=BATCH,
        )

    def _follow(self, step):
        """One faulty milestone does not stop the others."""
        for milestone in self:
            try:
                with self.env.cr.savepoint():
                    getattr(milestone, step)()
            except Exception as error:
                log_problem(_logger, error, "Milestone %s (%s): %s", milestone.display_name, milestone.id)

    def _mark_if_revenue_reached(self):
        self.ensure_one()
        if self.currency_id.compare_amounts(self.actual_revenue, self.expected_revenue) < 0:
            return
        stage = self.env["key.account.milestone.stage"].search([("is_done", "=", True)], limit=1)
        if stage:
            self.stage_id = stage

    def _notify_late(self):
        self.ensure_one()
        self.is_late_notified = True
        responsible = self.user_id._get_key_account_stand_in(self.company_id)
        if not responsible:
            return
        speaking = self.with_context(lang=responsible.lang)
        speaking.activity_schedule(
            "key_account_management.activity_milestone_late",
            date_deadline=self._get_today(),
            user_id=responsible.id,
            summary=speaking.env._("Overdue: %(milestone)s", milestone=self.name),
            note=speaking.env._("Postpone the deadline or complete the milestone."),
        )

    def _withdraw_late_notice(self):
        """When deadline, person responsible or stage change, the notice is withdrawn and a new one can follow."""
        notified = self.filtered("is_late_notified")
        if notified:
            notified.activity_unlink(["key_account_management.activity_milestone_late"])
            notified._store({"is_late_notified": False})
