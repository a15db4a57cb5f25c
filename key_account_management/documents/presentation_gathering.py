from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .figure_slides import SLIDE_FIGURES
from .slide_data import Condition, SharedStep, SlideData


class KeyAccountDocument(models.AbstractModel):
    """What the presentation shows besides the figures, and the PowerPoint that is made of it."""

    _inherit = "key.account.document"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _check_powerpoint(self):
        """:raises UserError: if the server can't make PowerPoint files"""
        try:
            import pptx  # noqa: F401
        except ImportError as error:
            raise UserError(
                self.env._(
                    "PowerPoint files need the Python package python-pptx, and this server does not have it. Ask your "
                    "administrator to install it (pip install python-pptx) and to restart Odoo; "
                    "the presentation can be printed as PDF without."
                )
            ) from error

    @api.model
    def _render_powerpoint(self, record, audience="customer"):
        """The slides of a review or partner as PowerPoint. The internal edition adds notes for the speaker.

        :return: the file as bytes
        :raises UserError: if the server can't make it; other errors as for `_get_document_data`
        """
        self._check_powerpoint()
        from .powerpoint import PowerPoint

        data = self._get_presentation_data(record, audience)
        content = PowerPoint(self.env, data).render()
        self._keep("internal_powerpoint" if audience == "internal" else "powerpoint", data, content)
        return content

    @api.model
    def _get_presentation_data(self, record, audience="customer"):
        """The customer's data and language in both editions: the customer sees the slides of the internal one, too."""
        data = self._get_document_data(record, "customer", SLIDE_FIGURES)
        if audience == "internal":
            partner = record.partner_id if record._name == "key.account.review" else record
            partner._check_internal_key_account_figures_access()
            data.audience = "internal"
            if data.review:
                self._add_hints(data.slides, self.env["key.account.review"].browse(data.review.id))
        return data

    def _add_hints(self, slides, review):
        """Adds what is for the speaker alone."""
        if review.internal_note:
            slides.hints["agenda"] = [review.internal_note]
        slides.topic_hints = [
            (topic.name or "", topic.internal_hint) for topic in review.topic_ids if topic.internal_hint
        ]

    def _gather(self, partner, review, audience, codes):
        data = super()._gather(partner, review, audience, codes)
        data.slides = SlideData(
            situation=self._gather_situation(review),
            goals=review.goals or "",
            steps=self._gather_slide_steps(partner, data.period),
            conditions=self._gather_slide_conditions(review),
        )
        return data

    def _gather_slide_steps(self, partner, period):
        """What the customer may see of the account's measures and milestones of the period, and what is still ahead.

        The customer sees the same whoever prints, also what their colleagues are responsible for; access to the
        account was checked.
        """
        shared = self._domain_of(partner) & Domain("is_shared", "=", True)
        return self._gather_slide_measures(shared, period) + self._gather_slide_milestones(shared, period)

    def _gather_slide_measures(self, shared, period):
        measures = self.env["key.account.care.measure"].sudo()
        measures = measures.search(
            shared & (Domain("date_end", ">=", period.date_from) | measures._get_live_domain()), order="date_end, id"
        )
        states = dict(measures._fields["state"]._description_selection(self.env))
        # A measure comes after the one that it follows, so that the series of that one is known
        series = {}
        for measure in measures.sorted("id"):
            series[measure.id] = series.get(measure.predecessor_id.id, measure.id)
        return [
            SharedStep(
                measure.name,
                measure.state,
                states[measure.state],
                measure.date_end,
                measure.rhythm_text or "",
                series[measure.id],
            )
            for measure in measures
        ]

    def _gather_slide_milestones(self, shared, period):
        milestones = self.env["key.account.milestone"].sudo()
        milestones = milestones.search(
            shared & (Domain("date_deadline", ">=", period.date_from) | Domain("date_done", "=", False)),
            order="date_deadline, id",
        )
        statuses = dict(milestones._fields["status"]._description_selection(self.env))
        return [
            SharedStep(
                milestone.name,
                "done" if milestone.date_done else "planned",
                statuses[milestone.status],
                milestone.date_deadline,
            )
            for milestone in milestones
        ]

    def _gather_slide_conditions(self, review):
        """Prices, terms and services as they are today and as we propose them."""
        return [
            Condition(condition.name, condition.today, condition.proposed)
            for condition in self._gather_conditions(review)
            if condition.proposed
        ]
