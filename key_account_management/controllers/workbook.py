import io
import zipfile

from odoo.http import Controller, request, route

from .download import make_download


class WorkbookController(Controller):
    @route("/key_account_management/workbook/<string:model>/<string:ids>", type="http", auth="user")
    def download(self, model, ids, audience="customer", **_kwargs):
        """One workbook, or a zip file with one of each account.

        :param model: ``res.partner`` or ``key.account.review``
        :param ids: identifiers with commas between them
        :param audience: ``customer`` or ``internal``
        """
        if model not in ("res.partner", "key.account.review") or audience not in ("customer", "internal"):
            return request.not_found()
        try:
            records = request.env[model].browse([int(record) for record in ids.split(",")])
        except ValueError:
            return request.not_found()
        files = records._get_key_account_workbooks(audience)
        if len(files) == 1:
            ((name, content),) = files.items()
            return make_download(name, content)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as archive_file:
            for name, content in files.items():
                archive_file.writestr(name, content)
        return make_download(request.env._("Workbooks") + ".zip", archive.getvalue())
