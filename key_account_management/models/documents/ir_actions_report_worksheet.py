import io

from odoo import fields, models

from ...documents.care_worksheet import CareWorksheet
from ...documents.page_furniture import number_pages, read_pages
from .ir_actions_report import FOOTER_MARGIN


class IrActionsReport(models.Model):
    # A file of its own: the worksheet is one document of many records, unlike those of an account
    _inherit = "ir.actions.report"  # pylint: disable=consider-merging-classes-inherited

    key_account_worksheet = fields.Selection(
        [("filled", "Filled"), ("empty", "To Be Filled in by Hand")],
        readonly=True,
        help="Set on the worksheets of care processes.",
    )

    def _get_rendering_context(self, report, docids, data):
        context = super()._get_rendering_context(report, docids, data)
        if report.key_account_worksheet:
            context["worksheet"] = CareWorksheet(self.env, context["docs"], report.key_account_worksheet == "empty")
            context["zoom"] = self._get_key_account_zoom() if context.get("report_type") == "pdf" else 1
        return context

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if not report.key_account_worksheet:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        self._check_wkhtmltopdf()
        context = self._get_rendering_context(report, res_ids, dict(data or {}, report_type="pdf"))
        html = self._render_template(report.report_name, context)
        pdf = self.with_context(key_account_document=True)._run_wkhtmltopdf(
            [html.decode()], report_ref=report.report_name
        )
        pdf = number_pages(read_pages(pdf), context["worksheet"].footer, FOOTER_MARGIN, first=0)
        return {False: {"stream": io.BytesIO(pdf), "attachment": None}}
