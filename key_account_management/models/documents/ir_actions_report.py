import io

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ...documents.briefing_view import BriefingView
from ...documents.document_view import DocumentView
from ...documents.folder_view import FolderView
from ...documents.kinds import KINDS
from ...documents.page_furniture import number_pages, read_pages
from ...documents.paper import A4, LETTER, is_us_paper

# Height of the strip whose pages are counted to measure wkhtmltopdf's scale, in millimetres
STRIP = 100_000

FOLDER_PAPER = "key_account_management.paperformat_folder"

# Distance of the footers of sheets from the paper's edges, in millimetres
FOOTER_MARGIN = (20, 10)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    key_account_document = fields.Selection(
        [
            ("presentation", "Review Presentation"),
            ("folder", "Customer Folder"),
            ("briefing", "Internal Briefing"),
        ],
        readonly=True,
        help="Set on the documents of key accounts, which are laid out page by page.",
    )

    def _get_rendering_context(self, report, docids, data):
        context = super()._get_rendering_context(report, docids, data)
        if report.key_account_document:
            context["documents"] = self._get_key_account_documents(report, context["docs"])
            context["zoom"] = self._get_key_account_zoom() if context.get("report_type") == "pdf" else 1
        return context

    def _get_key_account_zoom(self):
        """By how much a page for wkhtmltopdf is enlarged, so that a millimetre on it is one on paper."""
        return 1 / self._measure_wkhtmltopdf_scale()

    def _get_key_account_documents(self, report, records):
        """:return: what the templates write, one for each record"""
        kind = report.key_account_document
        gatherer = self.env["key.account.document"]
        documents = []
        for record in records:
            if kind == "presentation":
                data = gatherer._get_presentation_data(record)
            else:
                data = gatherer._get_document_data(record, KINDS[kind].audience, with_appendix=kind == "folder")
            documents.append(self._lay_out_key_account_document(kind, record, data))
        return documents

    def _lay_out_key_account_document(self, kind, record, data):
        """:return: the view of the data that the template of the kind writes"""
        if kind == "presentation":
            return DocumentView(self.env, data)
        view = FolderView if kind == "folder" else BriefingView
        return view(self.env, data, LETTER if is_us_paper(record._get_key_account_company().paperformat_id) else A4)

    def get_paperformat(self):
        """Companies with US paper print folder and briefing on US Letter."""
        if self.paperformat_id == self.env.ref(FOLDER_PAPER) and is_us_paper(self.env.company.paperformat_id):
            return self.env.ref(f"{FOLDER_PAPER}_letter")
        return super().get_paperformat()

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Makes a PDF of each record by itself: Odoo's way needs its own page layout and a patched build."""
        report = self._get_report(report_ref)
        if not report.key_account_document or not res_ids:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        self._check_wkhtmltopdf()
        return {
            res_id: {"stream": io.BytesIO(self._render_key_account_pdf(report, res_id, data)), "attachment": None}
            for res_id in dict.fromkeys(res_ids)
        }

    @api.model
    def _check_wkhtmltopdf(self):
        if self.get_wkhtmltopdf_state() == "install":
            raise UserError(
                self.env._(
                    "PDF documents need the program wkhtmltopdf, and this server does not have it. "
                    "Ask your administrator to install it; the workbook can be printed without."
                )
            )

    def _render_key_account_pdf(self, report, res_id, data):
        context = self._get_rendering_context(report, [res_id], dict(data or {}, report_type="pdf"))
        html = self._render_template(report.report_name, context).decode()
        printer = self._for_key_account_company(context["docs"])
        pdf = printer._run_wkhtmltopdf([html], report_ref=report.report_name)
        (document,) = context["documents"]
        return self._finish_key_account_pdf(report.key_account_document, document, pdf)

    def _for_key_account_company(self, record):
        """What is printed of a record has the paper of its company."""
        return self.with_company(record._get_key_account_company()).with_context(key_account_document=True)

    def _finish_key_account_pdf(self, kind, document, pdf):
        """Adds what wkhtmltopdf can't print, and keeps the document with its review."""
        if kind == "folder":
            pdf = document.finish(pdf)
            self._warn_of_unusable_files(document.data.folder.unusable)
        elif kind != "presentation":
            # A slide is a page, and has its number already
            pdf = number_pages(read_pages(pdf), document.footer, FOOTER_MARGIN, first=0)
        if kind in KINDS:
            self.env["key.account.document"]._keep(kind, document.data, pdf)
        return pdf

    def _warn_of_unusable_files(self, files):
        """The folder is made without them; who prints it has to know."""
        message = self.env["key.account.review"]._describe_unusable_files(files)
        if message and self.env.user._is_internal():
            self.env.user._bus_send("simple_notification", {"type": "warning", "message": message, "sticky": True})

    @api.model
    @tools.ormcache()
    def _measure_wkhtmltopdf_scale(self):
        """How long wkhtmltopdf prints a CSS millimetre, in millimetres.

        Builds differ (0.77 without Qt's patches, 1.28 or 1 with them), and none tells. So this prints
        a strip and counts the pages it fills. The result is at most 0.2 % too large: what is
        laid out with it is never too large for its page.
        """
        paper = self.env.ref("key_account_management.paperformat_slides")
        strip = f'<html><body style="margin: 0"><div style="height: {STRIP}mm">.</div></body></html>'
        pdf = self.with_context(key_account_document=True)._run_wkhtmltopdf(
            [strip], report_ref="key_account_management.action_report_presentation_partner"
        )
        return read_pages(pdf).getNumPages() * paper.page_height / STRIP

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        arguments = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get("key_account_document"):
            # Odoo waits a second for scripts to finish; these pages have none.
            arguments[arguments.index("--javascript-delay") + 1] = "1"
        return arguments
