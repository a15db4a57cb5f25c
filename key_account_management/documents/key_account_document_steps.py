from odoo import models
from odoo.fields import Domain

from .steps import Step


class KeyAccountDocument(models.AbstractModel):
    """The measures and milestones that documents show: like the figures, those of an account and of all below it."""

    _inherit = "key.account.document"  # pylint: disable=consider-merging-classes-inherited

    def _gather_measures(self, partner, domain, internal=False):
        """:return: list of `Step`, the earliest first, read with the rights of ``partner``'s environment"""
        measures = self.env["key.account.care.measure"].with_env(partner.env)
        measures = measures.search(self._domain_of(partner) & domain, order="date_end, id")
        states = dict(measures._fields["state"]._description_selection(self.env))
        # A measure comes after the one that it follows, so that the series of that one is known
        series = {}
        for measure in measures.sorted("id"):
            series[measure.id] = series.get(measure.predecessor_id.id, measure.id)
        return [
            Step(
                measure.name,
                measure.state,
                states[measure.state],
                measure.date_end,
                *self._whose(measure, partner, internal),
                rhythm=measure.rhythm_text or "",
                series=series[measure.id],
            )
            for measure in measures
        ]

    def _gather_milestones(self, partner, domain, internal=False):
        """:return: as `_gather_measures`"""
        milestones = self.env["key.account.milestone"].with_env(partner.env)
        milestones = milestones.search(self._domain_of(partner) & domain, order="date_deadline, id")
        statuses = dict(milestones._fields["status"]._description_selection(self.env))
        if not internal:
            # That a promise is in danger is for ourselves
            statuses["at_risk"] = statuses["on_track"]
        return [
            Step(
                milestone.name,
                "done" if milestone.date_done else "planned",
                statuses[milestone.status],
                milestone.date_deadline,
                *self._whose(milestone, partner, internal),
                done_on=milestone.date_done or None,
            )
            for milestone in milestones
        ]

    def _whose(self, record, partner, internal):
        account = "" if record.partner_id == partner else record.partner_id.name or ""
        return account, record.user_id.name or "" if internal else ""

    def _domain_of(self, partner):
        return Domain("partner_id", "child_of", partner.id) & Domain("company_id", "=", self.env.company.id)
