from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class KeyAccountPlan(models.Model):
    """The next period's plan begins with what is still open in this one."""

    _inherit = "key.account.plan"  # pylint: disable=consider-merging-classes-inherited

    source_id = fields.Many2one(
        "key.account.plan", "Copied From", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    _copied_once = models.UniqueIndex(
        "(source_id) WHERE source_id IS NOT NULL AND active IS TRUE",
        "This plan was copied into the next period already.",
    )

    # === ACTION METHODS ===#

    def action_copy_into_next_period(self):
        """Makes the plan of the next period, with what is still open in this one, and opens it.

        Open are milestones that were not reached, inputs of which nothing was made, opportunities neither won nor
        lost. Objectives start where they are now. Deadlines that lie in the old period move with it. This plan
        stays as it is; once its period is over, the milestones that went on are archived in it, so that
        they don't stand on the board twice.

        :raises UserError: if the account has a plan in the next period
        """
        self.ensure_one()
        # Two people who press at once get one plan
        self.lock_for_update()
        date_from, date_to = self._get_next_period()
        other = self.search(self._get_overlap_domain(date_from, date_to), limit=1)
        if other:
            raise UserError(
                self.env._(
                    "%(account)s has a plan for the next period already: %(plan)s. Go on with that one.",
                    account=self.partner_id.display_name,
                    plan=other.display_name,
                )
            )
        following = self.create(self._prepare_next_values(date_from, date_to))
        self._copy_targets(following)
        self._copy_open_milestones(following)
        self.message_post(body=self.env._("Copied into the next period: %(plan)s", plan=following._get_html_link()))
        return following._get_records_action()

    # === BUSINESS METHODS ===#

    def _get_next_period(self):
        """As many whole months if the period is some, else as many days."""
        start = self.date_to + relativedelta(days=1)
        length = relativedelta(start, self.date_from)
        if length.days:
            return start, start + (self.date_to - self.date_from)
        return start, start + length - relativedelta(days=1)

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
            "input_ids": [Command.create(each.copy_data({"plan_id": False})[0]) for each in open_inputs],
        }

    def _copy_targets(self, following):
        """The same again, unless the account has targets for the next fiscal year."""
        following.target_revenue = following.target_revenue or self.target_revenue
        self.env["key.account.plan.objective"].create(
            [
                {
                    "plan_id": following.id,
                    "kpi_id": objective.kpi_id.id,
                    "sequence": objective.sequence,
                    "start_value": objective.actual_value if objective.has_actual else objective.start_value,
                    "target_value": following._get_account_target(objective.kpi_id).value or objective.target_value,
                }
                for objective in self.objective_ids
            ]
        )

    def _copy_open_milestones(self, following):
        over = self.date_to < fields.Date.context_today(self)
        shift = relativedelta(following.date_from, self.date_from)
        for milestone in self.milestone_ids.filtered(lambda milestone: not milestone.date_done):
            values = {"plan_id": following.id, "name": milestone.name, "is_at_risk": milestone.is_at_risk}
            if milestone.date_deadline < following.date_from:
                values["date_deadline"] = max(milestone.date_deadline + shift, following.date_from)
                values["date_start"] = milestone.date_start and milestone.date_start + shift
            copy = milestone.copy(values)
            if not copy.stage_id.is_done and not milestone.stage_id.is_done:
                copy.stage_id = milestone.stage_id
            if over:
                milestone._message_log(body=self.env._("Goes on as %(milestone)s.", milestone=copy._get_html_link()))
                milestone.active = False
