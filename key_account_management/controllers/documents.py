from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Controller, request, route

from .download import make_download


class DocumentsController(Controller):
    @route("/key_account_management/documents/<int:job_id>", type="http", auth="user", readonly=True)
    def download(self, job_id):
        """What a job of ``key.account.document.job`` has made: a ZIP file or one PDF."""
        try:
            name, content = request.env["key.account.document.job"].browse(job_id)._get_file()
        except (AccessError, MissingError):
            return request.not_found()
        except UserError as error:
            return request.make_response(str(error), status=404)
        return make_download(name, content)
