from dataclasses import replace

from odoo import api, models
from odoo.exceptions import UserError

from .figure_slides import SLIDE_FIGURES


class KeyAccountDocument(models.AbstractModel):
    """The data of the presentation, and the PowerPoint that is made of them."""

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
                self._add_hints(data, self.env["key.account.review"].browse(data.review.id))
        return data

    @api.model
    def _take_presentation_data(self, data):
        """The data of a presentation out of those of the customer folder: as if they had been read for it."""
        return replace(
            data,
            figures={code: figure for code, figure in data.figures.items() if code in SLIDE_FIGURES},
            prices=None,
            folder=replace(data.folder, appendix=[], unusable=[]),
        )

    def _add_hints(self, data, review):
        """Adds what is for the speaker alone."""
        if review.internal_note:
            data.hints["agenda"] = [review.internal_note]
        data.topic_hints = [
            (topic.name or "", topic.internal_hint) for topic in review.topic_ids if topic.internal_hint
        ]
