import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

INTERNAL = "key_account_management.group_key_account_manager"
TOLD_IN_PLAN = ("date_start", "date_deadline", "date_done", "expected_revenue", "probability")


class KeyAccountMilestone(models.Model):
    """A result that is to be reached with an account by a day: a prototype, a new market, a revenue."""

    _name = "key.account.milestone"
    _description = "Milestone"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.account.record.mixin"]
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
        help="By itself the plan of the account for the day of the deadline.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
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
    date_start = fields.Date("Start", tracking=True)
    date_deadline = fields.Date("Deadline", required=True, tracking=True)
    date_done = fields.Date("Reached On", compute="_compute_date_done", store=True, tracking=True)
    is_at_risk = fields.Boolean("At Risk", copy=False, tracking=True, help="The deadline is in danger.")
    status = fields.Selection(
        [("on_track", "On Track"), ("at_risk", "At Risk"), ("late", "Late"), ("done", "Reached")],
        compute="_compute_status",
        search="_search_status",
        help="Late: the day of the deadline is over where the responsible is.",
    )
    expected_revenue = fields.Monetary(
        tracking=True,
        help="What the milestone brings; of a revenue target, the revenue to reach. A milestone with linked "
        "opportunities is valued by these in the potential of the plan, not by this amount.",
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
    person_days = fields.Float()
    people_ids = fields.Many2many(
        "res.partner",
        "key_account_milestone_people_rel",
        "milestone_id",
        "partner_id",
        help="Who takes part: our own people and the customer's.",
    )
    # The sum of these is an internal figure
    budget = fields.Monetary(groups=INTERNAL)
    cost_actual = fields.Monetary(
        "Actual Cost",
        copy=False,
        groups=INTERNAL,
        help="Counts as direct cost of the customer in the period of the deadline; while it is still ahead, today.",
    )
    description = fields.Text()
    is_shared = fields.Boolean(
        "Shared with the Customer", tracking=True, help="May appear in documents for the customer."
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_start <= date_deadline)", "The deadline of a milestone can't be before its start."
    )
    _probability_in_range = models.Constraint(
        "CHECK (probability BETWEEN 0 AND 100)", "The probability of a milestone is between 0 and 100%."
    )
    _amounts_not_negative = models.Constraint(
        "CHECK (expected_revenue >= 0 AND budget >= 0 AND cost_actual >= 0 AND person_days >= 0)",
        "Amounts and person-days of a milestone can't be negative.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "company_id")
    def _compute_plan_id(self):
        plans = self.env["key.account.plan"].search(
            [("partner_id", "in", self.partner_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        for milestone in self:
            if milestone.plan_id.partner_id == milestone.partner_id and milestone.plan_id:
                continue
            day = milestone.date_deadline or fields.Date.context_today(self)
            milestone.plan_id = plans.filtered(
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
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = ANY(%s)", model._field_to_sql(alias, "status", query), list(value)
            ),
            predicate=lambda milestone: milestone.status in value,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """The status depends on the day, so it isn't stored: lists group, count and sort by it like this."""
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
        # All columns of the board, those without milestones too
        return stages.search([])  # pylint: disable=no-search-all

    # === CONSTRAINT METHODS ===#

    @api.constrains("plan_id", "partner_id")
    def _check_plan(self):
        for milestone in self:
            if milestone.plan_id and milestone.plan_id.partner_id != milestone.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(milestone)s: the plan %(plan)s is another account's.",
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

    # === BUSINESS METHODS ===#

    def _get_today(self):
        """The day that it is where the responsible is, else where the company is."""
        self.ensure_one()
        # A time zone is no secret, the partner of a user may be
        milestone = self.sudo()
        timezone = milestone.user_id.tz or milestone.company_id.partner_id.tz or "UTC"
        return pytz.utc.localize(fields.Datetime.now()).astimezone(pytz.timezone(timezone)).date()

    def _message_track(self, fields_iter, initial_values_dict):
        """What changes of the dates, amounts and the probability of a milestone is told in its plan, too."""
        tracking = super()._message_track(fields_iter, initial_values_dict)
        told = {self.env["ir.model.fields"]._get(self._name, name).id for name in TOLD_IN_PLAN}
        # Whoever may write a milestone need not be able to write its plan
        for milestone in self.sudo():
            _changes, values = tracking.get(milestone.id, (None, []))
            values = [command for command in values if command[2]["field_id"] in told]
            if values and milestone.plan_id:
                milestone.plan_id._message_log(body=milestone._get_html_link(), tracking_value_ids=values)
        return tracking
