from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

MILESTONE_WITHIN_DAYS = 90


class KeyAccountPlan(models.Model):
    """What a plan lacks, and the way to it."""

    _inherit = "key.account.plan"  # pylint: disable=consider-merging-classes-inherited

    missing = fields.Char(compute="_compute_missing", help="Which checks found something, by their codes.")

    # === COMPUTE METHODS ===#

    @api.depends("target_revenue", "objective_ids.has_actual", "milestone_ids.status", "input_ids", "user_id")
    def _compute_missing(self):
        for plan in self:
            checks = {
                "target": not plan.target_revenue,
                "objective": not plan.objective_ids,
                "actual": plan._get_objectives_without_actual(),
                "milestone": not plan._get_next_milestones(),
                "late": plan.milestone_ids.filtered(lambda milestone: milestone.status == "late"),
                "analysis": not plan.input_ids,
            }
            plan.missing = ",".join(code for code, found in checks.items() if found)

    # === ACTION METHODS ===#

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

    # === BUSINESS METHODS ===#

    def _get_objectives_without_actual(self):
        return self.objective_ids.filtered(lambda objective: not objective.has_actual)

    def _get_next_milestones(self):
        """The open milestones of the next 90 days; of a plan that has not begun, of its first 90 days."""
        start = max(fields.Date.context_today(self), self.date_from or fields.Date.context_today(self))
        end = start + relativedelta(days=MILESTONE_WITHIN_DAYS)
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
