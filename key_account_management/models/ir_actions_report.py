import io

from odoo import fields, models
from odoo.addons.base.models import ir_actions_report as core
from odoo.exceptions import UserError

from ..documents.document_view import DocumentView
from ..documents.page_furniture import number_pages

# Without Qt's patches wkhtmltopdf renders a CSS millimetre as 0.766 mm and knows no option against it.
UNPATCHED_ZOOM = 1.3062

# Distance of the footers from the paper's edges, in millimetres
FOOTER_MARGINS = {"presentation": (16, 7), "folder": (20, 10)}


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    key_account_document = fields.Selection(
        [("presentation", "Review Presentation"), ("folder", "Customer Folder")],
        readonly=True,
        help="Set on the documents of key accounts, which are laid out page by page.",
    )

    def _get_rendering_context(self, report, docids, data):
        context = super()._get_rendering_context(report, docids, data)
        if report.key_account_document:
            gather = self.env["key.account.document"]._get_document_data
            audience = context.get("audience") or "customer"
            unpatched = context.get("report_type") == "pdf" and not core._wkhtml().is_patched_qt
            context["documents"] = [DocumentView(self.env, gather(record, audience)) for record in context["docs"]]
            context["zoom"] = UNPATCHED_ZOOM if unpatched else 1
        return context

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Makes a PDF of each record by itself: Odoo's way needs its own page layout and a patched build."""
        report = self._get_report(report_ref)
        if not report.key_account_document or not res_ids:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        if self.get_wkhtmltopdf_state() == "install":
            raise UserError(
                self.env._(
                    "PDF documents need the program wkhtmltopdf, and this server does not have it. "
                    "Ask your administrator to install it; the workbook can be printed without."
                )
            )
        return {
            res_id: {"stream": io.BytesIO(self._render_key_account_pdf(report, res_id, data)), "attachment": None}
            for res_id in dict.fromkeys(res_ids)
        }

    def _render_key_account_pdf(self, report, res_id, data):
        context = self._get_rendering_context(report, [res_id], dict(data or {}, report_type="pdf"))
        html = self._render_template(report.report_name, context)
        pdf = self._run_wkhtmltopdf([html.decode()], report_ref=report.report_name)
        (document,) = context["documents"]
        return number_pages(pdf, document.footer, FOOTER_MARGINS[report.key_account_document])
