from odoo.http import Controller, request, route

from ..screens.import_template import ImportTemplate
from ..tools.files import file_name
from .download import make_download


class ImportsController(Controller):
    @route("/key_account_management/import_template/<string:model>", type="http", auth="user", readonly=True)
    def download(self, model, **_kwargs):
        """The workbook for importing records of a model, for those who may create them."""
        records = request.env.get(model)
        if records is None or not getattr(records, "_import_fields", ()) or not records.has_access("create"):
            raise request.not_found()
        return make_download(
            file_name(records._get_import_title(), extension="xlsx"), ImportTemplate(records).content()
        )
