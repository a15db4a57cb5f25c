from odoo import api, models


class KeyAccountImportMixin(models.AbstractModel):
    """Records that people bring along in a workbook: the import offers a template for them."""

    _name = "key.account.import.mixin"
    _description = "Import Template Mixin"
    # Names of the fields that are columns of the template
    _import_fields: tuple[str, ...] = ()

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import Template for %(records)s", records=self._get_import_title()),
                "template": f"/key_account_management/import_template/{self._name}",
            }
        ]

    @api.model
    def _get_import_title(self):
        """:return: what the records are called, in the user's language"""
        # As superuser: everybody sees the names of menus and models
        return self.env["ir.model"].sudo()._get(self._name).name
