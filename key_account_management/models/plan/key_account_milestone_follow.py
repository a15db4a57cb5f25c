import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ...figures.figure import ratio
from ...figures.period import Period

_logger = logging.getLogger(__name__)

BATCH = 100


class KeyAccountMilestone(models.Model):
    """Milestones that measure themselves, and those that come to their responsible because they are late."""

    _inherit = "key.account.milestone"

    measures_revenue = fields.Boolean(related="type_id.measures_revenue")
    actual_revenue = fields.Monetary(
        compute="_compute_actual_revenue",
        aggregator=None,
        help="Revenue of the account from the start of the milestone (else of its plan, else of the fiscal year) to "
        "the deadline, at most to today.",
    )
    revenue_rate = fields.Float("Reached in %", compute="_compute_actual_revenue", aggregator=None)
    is_late_notified = fields.Boolean(
        copy=False, help="Its responsible knows that it is late; they are told once for each deadline."
    )

    # === COMPUTE METHODS ===#

    @api.depends("type_id.measures_revenue", "partner_id", "date_start", "date_deadline", "plan_id.date_from")
    def _compute_actual_revenue(self):
        wanted = {milestone: milestone._get_revenue_wanted() for milestone in self}
        # The engine checks no access: who may read the milestone may see the revenue, a figure for the customer
        figures = self.env["key.account.figures"]._compute_many([each for each in wanted.values() if each])
        for milestone in self:
            figure = figures.get(wanted[milestone])
            milestone.actual_revenue = figure.value if figure else 0.0
            milestone.revenue_rate = (ratio(milestone.actual_revenue, milestone.expected_revenue) or 0.0) * 100

    # === BUSINESS METHODS ===#

    def _get_revenue_wanted(self):
        """:return: what `_compute_many` is to compute, None if the milestone doesn't measure itself or hasn't begun"""
        self.ensure_one()
        if not self.measures_revenue or not self.date_deadline or not self.partner_id:
            return None
        year = self.company_id.compute_fiscalyear_dates(self.date_deadline)
        start = self.date_start or self.plan_id.date_from or year["date_from"]
        if start > self.date_deadline:
            return None
        period = Period(start, self.date_deadline).up_to(self._get_today())
        return period and (self.partner_id, self.company_id, period, "revenue")

    @api.model
    def _cron_follow_milestones(self):
        """Marks revenue targets that were reached, then tells the responsibles of late milestones, once each."""
        opened = Domain("date_done", "=", False)
        targets = opened & Domain("type_id.measures_revenue", "=", True) & Domain("expected_revenue", ">", 0)
        late = Domain("status", "=", "late") & Domain("is_late_notified", "=", False)
        # Both are searched anew: what was reached isn't late any more
        for domain, step in ((targets, "_reach_revenue_target"), (late, "_notify_late")):
            milestones = self.search(domain, order="id")
            for start in range(0, len(milestones), BATCH):
                batch = milestones[start : start + BATCH]
                batch._follow(step)
                remaining = max(len(milestones) - start - BATCH, 0)
                if not self.env["ir.cron"]._commit_progress(len(batch), remaining=remaining):
                    return

    def _follow(self, step):
        """One bad milestone does not stop the others."""
        for milestone in self:
            try:
                with self.env.cr.savepoint():
                    getattr(milestone, step)()
            except Exception:
                _logger.exception("Milestone %s (%s) could not be followed", milestone.display_name, milestone.id)

    def _reach_revenue_target(self):
        self.ensure_one()
        if self.currency_id.compare_amounts(self.actual_revenue, self.expected_revenue) < 0:
            return
        stage = self.env["key.account.milestone.stage"].search([("is_done", "=", True)], limit=1)
        if stage:
            self.stage_id = stage

    def _notify_late(self):
        self.ensure_one()
        self.is_late_notified = True
        if not self.user_id:
            return
        speaking = self.with_context(lang=self.user_id.lang)
        speaking.activity_schedule(
            "key_account_management.activity_milestone_late",
            date_deadline=self._get_today(),
            user_id=self.user_id.id,
            summary=speaking.env._("Late: %(milestone)s", milestone=self.name),
            note=speaking.env._("Move the deadline, or bring the milestone to its end."),
        )

    def _withdraw_late_notice(self):
        """A deadline that moves, another responsible, another stage: the notice is past, the next one is due anew."""
        notified = self.filtered("is_late_notified")
        if notified:
            notified.activity_unlink(["key_account_management.activity_milestone_late"])
            notified.is_late_notified = False
