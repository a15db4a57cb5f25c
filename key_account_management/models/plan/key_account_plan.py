from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class KeyAccountPlan(models.Model):
    """What is to be reached with an account in a period, on one page: analysis, objectives, milestones, potential."""

    _name = "key.account.plan"
    _description = "Action Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.account.record.mixin"]
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
        domain=[("share", "=", False)],
        tracking=True,
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: self._default_fiscal_year("date_from"), tracking=True
    )
    date_to = fields.Date("To", required=True, default=lambda self: self._default_fiscal_year("date_to"), tracking=True)
    fiscal_year = fields.Integer(
        compute="_compute_fiscal_year",
        store=True,
        precompute=True,
        aggregator=None,
        help="The fiscal year that the plan is for, 0 if it is for another period.",
    )
    target_revenue = fields.Monetary(
        compute="_compute_target_revenue",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Of a fiscal year: the account's target for revenue in that year, one number wherever it is shown.",
    )
    objective_ids = fields.One2many("key.account.plan.objective", "plan_id", "Objectives")
    milestone_ids = fields.One2many("key.account.milestone", "plan_id", "Milestones")
    input_ids = fields.One2many("key.account.plan.input", "plan_id", "Analysis and Talks")
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

    _dates_in_order = models.Constraint("CHECK (date_from <= date_to)", "An action plan can't end before it starts.")
    _target_not_negative = models.Constraint(
        "CHECK (target_revenue >= 0)", "The target revenue of a plan can't be negative."
    )

    def _default_fiscal_year(self, end):
        return self.env.company.compute_fiscalyear_dates(fields.Date.context_today(self))[end]

    # === COMPUTE METHODS ===#

    @api.depends("partner_id.name", "date_from", "date_to", "fiscal_year")
    def _compute_name(self):
        for plan in self:
            period = plan.fiscal_year
            if not period and plan.date_from and plan.date_to:
                period = f"{plan.date_from:%m/%Y}\N{EN DASH}{plan.date_to:%m/%Y}"
            plan.name = f"{plan.partner_id.name or ''} {period or ''}".strip()

    @api.depends("partner_id")
    def _compute_user_id(self):
        for plan in self:
            plan.user_id = plan.partner_id.key_account_manager_id or plan.user_id or self.env.user

    @api.depends("date_from", "date_to", "company_id.fiscalyear_last_day", "company_id.fiscalyear_last_month")
    def _compute_fiscal_year(self):
        for plan in self:
            plan.fiscal_year = 0
            if plan.date_from and plan.date_to and plan.company_id:
                year = plan.company_id.compute_fiscalyear_dates(plan.date_from)
                if (year["date_from"], year["date_to"]) == (plan.date_from, plan.date_to):
                    plan.fiscal_year = plan.date_to.year

    @api.depends("partner_id", "company_id", "fiscal_year")
    def _compute_target_revenue(self):
        kpi = self.env["key.account.kpi"]._get_by_code()["revenue"]
        for plan in self:
            target = plan._get_account_target(kpi)
            plan.target_revenue = target.value if target else plan.target_revenue

    # === CONSTRAINT METHODS ===#

    @api.constrains("partner_id", "company_id", "date_from", "date_to", "active")
    def _check_overlap(self):
        for plan in self.filtered("active"):
            other = self.search(plan._get_overlap_domain(plan.date_from, plan.date_to) & Domain("id", "!=", plan.id))
            if other:
                raise ValidationError(
                    self.env._(
                        "%(account)s has a plan for a part of this period already: %(plan)s, from %(date_from)s to "
                        "%(date_to)s. Change the period, or go on with that plan.",
                        account=plan.partner_id.display_name,
                        plan=other[0].display_name,
                        date_from=other[0].date_from,
                        date_to=other[0].date_to,
                    )
                )

    @api.constrains("lead_ids", "partner_id")
    def _check_leads(self):
        for plan in self:
            plan.partner_id._check_key_account_opportunities(plan.lead_ids)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._spread_target_revenue()
        return plans

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"target_revenue", "date_from", "date_to", "active"}:
            self._spread_target_revenue()
        return result

    # === ACTION METHODS ===#

    @api.readonly
    def action_view_milestones(self):
        """The plan's milestones on the board."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_milestone_action")
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = self._get_defaults()
        return action

    # === BUSINESS METHODS ===#

    @api.model
    def _get_plan(self, partner, company, day):
        """The plan that is in force for an account on a day; none if there is none, or the user may not see it."""
        domain = Domain("partner_id", "=", partner.id) & Domain("company_id", "=", company.id)
        return self.search(domain & Domain("date_from", "<=", day) & Domain("date_to", ">=", day), limit=1)

    def _get_overlap_domain(self, date_from, date_to):
        self.ensure_one()
        domain = Domain("partner_id", "=", self.partner_id.id) & Domain("company_id", "=", self.company_id.id)
        return domain & Domain("date_from", "<=", date_to) & Domain("date_to", ">=", date_from)

    def _get_defaults(self):
        """:return: the context in which records of this plan are made"""
        return {
            "default_plan_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_company_id": self.company_id.id,
        }

    def _get_account_target(self, kpi):
        """:return: the target that the account has for this figure in the fiscal year of the plan, if it has one"""
        self.ensure_one()
        targets = self.env["key.account.target"]
        if not self.fiscal_year or not self.partner_id:
            return targets
        return targets.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("year", "=", self.fiscal_year),
                ("kpi_id", "=", kpi.id),
            ]
        )

    def _spread_target_revenue(self):
        kpi = self.env["key.account.kpi"]._get_by_code()["revenue"]
        for plan in self.filtered("active"):
            # None was entered: that takes no target away
            if plan.target_revenue:
                plan._spread_target(kpi, plan.target_revenue)

    def _spread_target(self, kpi, value):
        """A figure has one target: the plan's, its objective's and, of a fiscal year, the account's are the same.

        Whoever writes one of them calls this; it ends as soon as all are equal.
        """
        self.ensure_one()
        objectives = self.objective_ids.filtered(lambda objective: objective.kpi_id == kpi)
        objectives.filtered(lambda objective: objective.target_value != value).target_value = value
        if kpi.code == "revenue" and self.currency_id.compare_amounts(self.target_revenue, value):
            self.target_revenue = value
        if not self.fiscal_year:
            return
        target = self._get_account_target(kpi)
        if not target:
            target.create(
                {
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "year": self.fiscal_year,
                    "kpi_id": kpi.id,
                    "value": value,
                }
            )
        elif target.value != value:
            target.value = value
