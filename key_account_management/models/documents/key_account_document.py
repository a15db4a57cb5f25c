from odoo import api, models
from odoo.exceptions import UserError

from ...documents.data.appendix import gather_appendix
from ...documents.data.briefing_gatherer import gather_hints
from ...documents.data.document_gatherer import DocumentGatherer
from ...documents.data.review_sheets import SheetGatherer
from ...documents.data.source_tables import gather_source_tables
from ...documents.pdf.paper import choose_paper
from ...documents.slides.builder import SlideBuilder
from ...documents.slides.figure_slides import SLIDE_FIGURES
from ...documents.slides.presentation_data import add_hints
from ...documents.workbook import Workbook
from ...figures.reader import READER, SYSTEM
from ...tools.time_zones import company_timezone


class KeyAccountDocument(models.AbstractModel):
    """The entry point for an account's documents: checks access, then has the data gathered and the file created.

    Another module extends what is gathered in `_gather`.
    """

    _name = "key.account.document"
    _description = "Key Account Documents"

    # === DATA ===#

    @api.model
    def _get_document_data(self, record, audience="customer", codes=None, with_sources=False, with_appendix=False):
        """The data of one document, in the customer's language (the user's, if internal).

        :param record: a ``key.account.review``, or a partner: then the review for the current fiscal year
            if there is one, otherwise just the year's figures
        :param audience: ``customer`` or ``internal``
        :param codes: the figures of the document; None: all that the audience may see
        :param with_sources: whether to read the records behind the figures as well
        :param with_appendix: whether to read the PDF files chosen for the customer folder as well
        :return: `DocumentData`
        :raises UserError: a contact of a company
        :raises AccessError: someone else's account, or internal data without the role for it
        """
        record.ensure_one()
        partner = record._get_key_account_partner()
        partner._check_key_account_figures_access()
        if audience == "internal":
            partner._check_internal_key_account_figures_access()
        review = record.with_env(self.env)._get_key_account_review()
        company = review.company_id or self.env.company
        frozen = review._get_frozen_documents()
        if frozen:
            language = getattr(frozen, audience).language
        elif audience == "customer":
            language = self._get_customer_language(partner, company)
        else:
            language = self.env.user.lang or self.env.lang
        gatherer = self._for_documents(company, language)
        partner, review = partner.with_env(gatherer.env), review.with_env(gatherer.env)
        data = gatherer._gather(partner, review, audience, codes)
        # What was booked since a review was held would not add up to its frozen figures
        if with_sources and not review.is_frozen:
            data.source_tables = gather_source_tables(gatherer.env, partner, data)
        if with_appendix:
            data.folder.appendix, data.folder.unusable = gather_appendix(review._get_appendix())
        return data

    def _for_documents(self, company, language):
        """The environment in which data is gathered: what a document says does not depend on who prints it."""
        context = {"lang": language, "tz": company_timezone(company), "allowed_company_ids": company.ids}
        if self.env.context.get(READER) is SYSTEM:
            context[READER] = SYSTEM
        # Instead of the context of whoever prints
        return self.with_context(context)  # pylint: disable=context-overridden

    @api.model
    def _get_customer_language(self, partner, company):
        """:return: the language of a customer's documents, the company's if the customer's is not known"""
        # As superuser: our own company's language is no secret
        return partner.lang or company.sudo().partner_id.lang or "en_US"

    def _gather(self, partner, review, audience, codes):
        """What `_get_document_data` returns, once access has been checked.

        :param partner: the account, in the language and with the company of the document; so is ``review``,
            which may be none
        """
        return DocumentGatherer(partner, review, audience).gather(codes)

    def _write_review(self, review, data):
        """:return: the frozen data of a document, with what the review itself says now"""
        return self._get_gatherer(review, data).write_review(data)

    def _add_what_it_led_to(self, review, data):
        """:return: the frozen data of a document, with what the review has led to since"""
        return self._get_gatherer(review, data).add_what_it_led_to(data)

    def _get_gatherer(self, review, data):
        review = review.with_env(self._for_documents(review.company_id, data.language).env)
        return DocumentGatherer(review.partner_id, review, data.audience)

    @api.model
    def _get_presentation_data(self, record, audience="customer"):
        """The customer's data and language in both editions: the customer sees the internal slides as well."""
        data = self._get_document_data(record, "customer", SLIDE_FIGURES)
        if audience == "internal":
            record._get_key_account_partner()._check_internal_key_account_figures_access()
            review = self.env["key.account.review"].browse(data.review.id if data.review else [])
            frozen = review._get_frozen_documents()
            briefing = frozen and frozen.internal.briefing
            add_hints(data, *((briefing.hints, briefing.topic_hints) if briefing else gather_hints(review)))
        return data

    @api.model
    def _get_speaker_notes(self, record):
        """:return: for each slide of the presentation, a list of what only the speaker should know"""
        data = self._get_presentation_data(record, "internal")
        slides = SlideBuilder(self._for_documents(record.company_id, data.language).env, data).build()
        return [[note for note in slide.notes if note] for slide in slides]

    @api.model
    def _get_folder_data(self, record):
        return self._get_document_data(record, with_appendix=True)

    @api.model
    def _get_briefing_data(self, record):
        return self._get_document_data(record, "internal")

    # === SHEETS OF A REVIEW ===#

    @api.model
    def _get_minutes(self, review):
        """:return: `ReviewSheet` in the customer's language"""
        review.ensure_one()
        review.check_access("read")
        frozen = review._get_frozen_documents()
        if frozen:
            return frozen.minutes
        return self._gather_minutes(review, self._get_customer_language(review.partner_id, review.company_id))

    def _gather_minutes(self, review, language):
        """:return: `ReviewSheet` as the review is now"""
        return SheetGatherer(review.with_env(self._for_documents(review.company_id, language).env)).gather_minutes()

    @api.model
    def _get_checklist(self, review, is_empty=False):
        """:return: `ReviewSheet` in the user's language"""
        review.ensure_one()
        review.check_access("read")
        return SheetGatherer(review).gather_checklist(is_empty)

    @api.model
    def _get_empty_checklist(self, review):
        return self._get_checklist(review, is_empty=True)

    # === FILES ===#

    @api.model
    def _render_workbook(self, record, audience="customer"):
        """:return: the workbook of a review or partner as bytes; errors as for `_get_document_data`"""
        data = self._get_document_data(record, audience, with_sources=True)
        paper = choose_paper(record._get_key_account_company().paperformat_id)
        content = Workbook(self.env, data, paper).render()
        self._keep("internal_workbook" if audience == "internal" else "workbook", data, content)
        return content

    @api.model
    def _render_powerpoint(self, record, audience="customer"):
        """The slides of a review or partner as PowerPoint. The internal edition adds speaker notes.

        :return: the file as bytes
        :raises UserError: if the server cannot create it; other errors as for `_get_document_data`
        """
        self._check_powerpoint()
        from ...documents.powerpoint import PowerPoint

        data = self._get_presentation_data(record, audience)
        content = PowerPoint(self.env, data).render()
        self._keep("internal_powerpoint" if audience == "internal" else "powerpoint", data, content)
        return content

    @api.model
    def _check_powerpoint(self):
        """:raises UserError: if the server cannot create PowerPoint files"""
        try:
            import pptx  # noqa: F401
        except ImportError as error:
            raise UserError(
                self.env._(
                    "PowerPoint files require the Python package python-pptx, which is not installed on this server. "
                    "Ask your administrator to install it (pip install python-pptx) and restart Odoo. The "
                    "presentation can be printed as a PDF without it."
                )
            ) from error

    @api.model
    def _keep(self, kind, data, content):
        """Keeps a document with the review of its data; one without a review is only for the day."""
        if data.review:
            review = self.env["key.account.review"].browse(data.review.id)
            self.env["key.account.review.document"]._keep(review, kind, data, content)
