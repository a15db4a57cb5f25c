import threading
from concurrent.futures import ThreadPoolExecutor

from odoo import api, models


class IrActionsReport(models.Model):
    """Presentation and folder in one go: their figures are read once, and wkhtmltopdf prints both at a time."""

    _inherit = "ir.actions.report"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _render_presentation_and_folder(self, record):
        """Both documents, as each of them would be by itself, and kept with the review like it.

        :param record: a ``key.account.review`` or a partner
        :return: ``{kind: PDF as bytes}``
        :raises UserError, AccessError: as for each of them
        """
        self._check_wkhtmltopdf()
        gatherer = self.env["key.account.document"]
        folder = gatherer._get_document_data(record, with_appendix=True)
        data_of = {"presentation": gatherer._take_presentation_data(folder), "folder": folder}
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
        """Prints a page while the caller goes on.

        The other thread has the database to itself until Odoo takes the page: by then it has read how to print it,
        and only runs wkhtmltopdf.

        :return: a future of the PDF
        """
        taken = threading.Event()

        def pages():
            taken.set()
            yield html

        pdf = executor.submit(self._run_wkhtmltopdf, pages(), report_ref=report.report_name)
        # Also when it failed before it took the page
        pdf.add_done_callback(lambda _pdf: taken.set())
        taken.wait()
        return pdf
