import io
import threading
from concurrent.futures import ThreadPoolExecutor

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..documents.data.appendix import describe_unusable_files
from ..documents.kinds import KINDS, PDF_LABELS
from ..documents.pdf.care_worksheet import CareWorksheet
from ..documents.pdf.page_furniture import read_pages
from ..documents.pdf.paper import LETTER, choose_paper
from ..documents.pdf.plan_sheet import PlanSheet
from ..documents.pdf.visit_sheet import VisitSheet
from ..documents.slides.presentation_data import take_presentation_data
from ..tools.rpc import check_records

# Height of the strip whose pages are counted to measure wkhtmltopdf's scale, in millimetres
STRIP = 100_000

FOLDER_PAPER = "key_account_management.paperformat_folder"
# What is printed of one record a page, by `key_account_worksheet`
SHEETS = {"visit": VisitSheet, "plan": PlanSheet}


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    key_account_document = fields.Selection(
        PDF_LABELS,
        readonly=True,
        help="Set on key account documents, which are laid out page by page.",
    )
    # One document of many records, unlike those of an account
    key_account_worksheet = fields.Selection(
        [
            ("filled", "Filled In"),
            ("empty", "To Be Filled In by Hand"),
            ("visit", "Preparation of a Visit"),
            ("plan", "Action Plan"),
        ],
        readonly=True,
        help="Set on care process worksheets, preparation sheets and action plans.",
    )

    # === WHAT ODOO'S REPORTS ASK FOR ===#

    def _get_rendering_context(self, report, docids, data):
        if report.key_account_document or report.key_account_worksheet in ("filled", *SHEETS):
            # Whoever writes the address of a report names what it prints
            records = self.env[report.model].browse(docids)
            check_records(records)
            if report.key_account_worksheet != "filled" and not records:
                raise UserError(self.env._("%(report)s: select what to print.", report=report.name))
        context = super()._get_rendering_context(report, docids, data)
        if report.key_account_document:
            context["documents"] = self._get_key_account_documents(report, context["docs"])
        if report.key_account_worksheet in SHEETS:
            context["worksheet"] = SHEETS[report.key_account_worksheet](self.env, context["docs"])
        elif report.key_account_worksheet:
            context["worksheet"] = CareWorksheet(self.env, context["docs"], report.key_account_worksheet == "empty")
        if report.key_account_document or report.key_account_worksheet:
            context["zoom"] = self._get_key_account_zoom() if context.get("report_type") == "pdf" else 1
        return context

    def get_paperformat(self):
        """Companies with US paper print folder and briefing on US Letter."""
        if (
            self.paperformat_id == self.env.ref(FOLDER_PAPER)
            and choose_paper(self.env.company.paperformat_id) == LETTER
        ):
            return self.env.ref(f"{FOLDER_PAPER}_letter")
        return super().get_paperformat()

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Creates the PDF of each record separately: Odoo's way needs its own page layout and a patched build."""
        report = self._get_report(report_ref)
        if report.key_account_worksheet:
            pdfs = {False: self._render_key_account_worksheet(report, res_ids, data)}
        elif report.key_account_document and res_ids:
            self._check_wkhtmltopdf()
            pdfs = {res_id: self._render_key_account_pdf(report, res_id, data) for res_id in dict.fromkeys(res_ids)}
        else:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        return {res_id: {"stream": io.BytesIO(pdf), "attachment": None} for res_id, pdf in pdfs.items()}

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        arguments = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get("key_account_document"):
            # Odoo waits a second for scripts to finish; these pages have none.
            arguments[arguments.index("--javascript-delay") + 1] = "1"
        return arguments

    # === DOCUMENTS OF ACCOUNTS AND REVIEWS ===#

    def _get_key_account_documents(self, report, records):
        """:return: what the templates write, one for each record"""
        kind = report.key_account_document
        gather = getattr(self.env["key.account.document"], KINDS[kind].gather)
        return [self._lay_out_key_account_document(kind, record, gather(record)) for record in records]

    def _lay_out_key_account_document(self, kind, record, data):
        """:return: the view of the data that the template of the kind writes"""
        paper = choose_paper(record._get_key_account_company().paperformat_id)
        return KINDS[kind].view(self.env, data, paper)

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
        """Adds what wkhtmltopdf cannot print, and keeps the document with its review."""
        pdf = document.finish(pdf)
        if kind == "folder":
            self._warn_about_unusable_files(document.data.folder.unusable)
        if KINDS[kind].is_kept:
            self.env["key.account.document"]._keep(kind, document.data, pdf)
        return pdf

    def _warn_about_unusable_files(self, files):
        """The folder is created without them; warns the user who prints it."""
        message = describe_unusable_files(self.env, files)
        if message and self.env.user._is_internal():
            self.env.user._bus_send("simple_notification", {"type": "warning", "message": message, "sticky": True})

    # === PRESENTATION AND FOLDER IN ONE GO ===#

    @api.model
    def _render_presentation_and_folder(self, record):
        """Both documents, just as each would be on its own, and likewise kept with the review.

        Their figures are read once, and wkhtmltopdf prints both at the same time.

        :param record: a ``key.account.review`` or a partner
        :return: ``{kind: PDF as bytes}``
        :raises UserError, AccessError: as for each of them
        """
        self._check_wkhtmltopdf()
        folder = self.env["key.account.document"]._get_folder_data(record)
        data_of = {"presentation": take_presentation_data(folder), "folder": folder}
        printer = self._for_key_account_company(record)
        documents, pdfs = {}, {}
        with ThreadPoolExecutor() as executor:
            for kind, data in data_of.items():
                report = self._get_report(record._get_key_account_report(kind))
                documents[kind] = self._lay_out_key_account_document(kind, record, data)
                values = {"documents": [documents[kind]], "zoom": self._get_key_account_zoom()}
                html = self._render_template(report.report_name, values).decode()
                pdfs[kind] = printer._start_wkhtmltopdf(executor, report, html)
        return {kind: self._finish_key_account_pdf(kind, documents[kind], pdf.result()) for kind, pdf in pdfs.items()}

    def _start_wkhtmltopdf(self, executor, report, html):
        """Prints a page while the caller continues.

        The other thread has the database to itself until Odoo takes the page: by then it has read how to print it,
        and only runs wkhtmltopdf.

        :return: a future of the PDF
        """
        taken = threading.Event()

        def pages():
            taken.set()
            yield html

        pdf = executor.submit(self._run_wkhtmltopdf, pages(), report_ref=report.report_name)
        # Even if it failed before it took the page
        pdf.add_done_callback(lambda _pdf: taken.set())
        taken.wait()
        return pdf

    # === WORKSHEETS ===#

    def _render_key_account_worksheet(self, report, res_ids, data):
        self._check_wkhtmltopdf()
        context = self._get_rendering_context(report, res_ids, dict(data or {}, report_type="pdf"))
        html = self._render_template(report.report_name, context).decode()
        printer = self.with_context(key_account_document=True)
        return context["worksheet"].finish(printer._run_wkhtmltopdf([html], report_ref=report.report_name))

    # === WKHTMLTOPDF ===#

    @api.model
    def _check_wkhtmltopdf(self):
        if self.get_wkhtmltopdf_state() == "install":
            raise UserError(
                self.env._(
                    "PDF documents require wkhtmltopdf, which is not installed on this server. Ask your "
                    "administrator to install it. The workbook can be printed without it."
                )
            )

    def _get_key_account_zoom(self):
        """By how much a page for wkhtmltopdf is enlarged so that a millimetre on it is one on paper."""
        return 1 / self._measure_wkhtmltopdf_scale()

    @api.model
    @tools.ormcache()
    def _measure_wkhtmltopdf_scale(self):
        """The printed length of a CSS millimetre, in millimetres.

        Builds differ (0.77 without Qt's patches, 1.28 or 1 with them), and none says so. So this prints
        a strip and counts the pages that it fills. The result is at most 0.2 % too large: what is
        laid out with it never exceeds its page.
        """
        paper = self.env.ref("key_account_management.paperformat_slides")
        strip = f'<html><body style="margin: 0"><div style="height: {STRIP}mm">.</div></body></html>'
        pdf = self.with_context(key_account_document=True)._run_wkhtmltopdf(
            [strip], report_ref="key_account_management.action_report_presentation_partner"
        )
        return read_pages(pdf).getNumPages() * paper.page_height / STRIP
