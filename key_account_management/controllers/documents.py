from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Controller, request, route

from ..documents.kinds import KINDS
from ..tools.files import file_name, make_zip
from ..tools.rpc import check_records
from .address import record_id
from .download import make_download


class DocumentsController(Controller):
    @route("/key_account_management/documents/<string:job_id>", type="http", auth="user", readonly=True)
    def download(self, job_id, **_kwargs):
        """What a ``key.account.document.job`` has generated: a ZIP file or one PDF."""
        job = request.env["key.account.document.job"].browse(record_id(job_id) or [])
        if not job:
            raise request.not_found()
        try:
            name, content = job._get_file()
        except (AccessError, MissingError):
            raise request.not_found() from None
        except UserError as error:
            return request.make_response(str(error), status=404)
        return make_download(name, content)

    @route("/key_account_management/document/<string:kind>/<string:model>/<string:ids>", type="http", auth="user")
    def print(self, kind, model, ids, **_kwargs):
        """One document, or a zip file with one for each account.

        :param kind: see ``documents.kinds``; PDF documents are Odoo's reports
        :param model: ``res.partner`` or ``key.account.review``
        :param ids: ids separated by commas
        """
        if kind not in KINDS or model not in KINDS[kind].models or KINDS[kind].reports:
            raise request.not_found()
        try:
            records = request.env[model].browse([record_id(each) for each in ids.split(",")])
            check_records(records)
        except UserError:
            raise request.not_found() from None
        files = records._make_key_account_documents(kind)
        if len(files) == 1:
            ((name, content),) = files.items()
            return make_download(name, content)
        name = records._get_key_account_file_name(kind) if len(records) == 1 else request.env._("Documents")
        return make_download(file_name(name, extension="zip"), make_zip(files))
