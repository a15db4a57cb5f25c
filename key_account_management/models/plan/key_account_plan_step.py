from odoo import api, fields, models
from odoo.fields import Domain

from ...roles import MANAGER


class KeyAccountPlanStep(models.Model):
    """A step of the work with an account in the period of a plan, and what it takes: means, hours and money."""

    _name = "key.account.plan.step"
    _inherit = ["key.account.guard.mixin"]
    _description = "Step of an Action Plan"
    _order = "sequence, date_deadline, id"

    name = fields.Char("Step", required=True)
    plan_id = fields.Many2one("key.account.plan", "Action Plan", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="plan_id.partner_id", string="Account", store=True, index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    date_start = fields.Date()
    date_deadline = fields.Date("Deadline")
    means = fields.Text("Means and Resources", help="Who and what it takes: people, samples, machines, partners.")
    hours = fields.Float("Planned Hours", digits=(16, 1))
    budget = fields.Monetary(help="What is spent on the step, without the hours of your own people.")
    cost = fields.Monetary(
        "Total Cost",
        compute="_compute_cost",
        aggregator=None,
        groups=MANAGER,
        help="The budget and the planned hours at the hourly cost in the settings.",
    )
    date_done = fields.Date("Done On", copy=False)
    may_edit = fields.Boolean(compute="_compute_may_edit")
    is_late = fields.Boolean("Overdue", compute="_compute_is_late", search="_search_is_late")

    _in_order = models.Constraint("CHECK (date_start <= date_deadline)", "A step cannot end before it starts.")
    _not_negative = models.Constraint(
        "CHECK (hours >= 0 AND budget >= 0)", "The hours and the budget of a step cannot be negative."
    )

    # === COMPUTE METHODS ===#

    @api.depends("plan_id")
    def _compute_user_id(self):
        for step in self:
            step.user_id = step.user_id or step.plan_id.user_id

    @api.depends("hours", "budget", "company_id.key_account_hourly_cost")
    def _compute_cost(self):
        for step in self:
            step.cost = step.budget + step.hours * step.company_id.key_account_hourly_cost

    @api.depends("user_id", "partner_id")
    @api.depends_context("uid")
    def _compute_may_edit(self):
        editable = self._filtered_access("write")
        editable.may_edit = True
        (self - editable).may_edit = False

    @api.depends("date_done", "date_deadline")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for step in self:
            step.is_late = step.date_deadline and step.date_deadline < today and not step.date_done

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("date_deadline", "<", today) & Domain("date_done", "=", False)
        return late if True in value else ~late

    # === ACTION METHODS ===#

    def action_done(self):
        """Marks steps as done today; those that are done already keep their day."""
        self.filtered(lambda step: not step.date_done).date_done = fields.Date.context_today(self)
