from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """In debug mode, which every employee can turn on, Odoo names the records that it refuses, as superuser."""
        error = super()._make_access_error(operation, records)
        if records._name.startswith("key.account."):
            text = str(error)
            # As superuser, as Odoo does: what is taken out is what it has put in
            for record in records[:6].sudo():
                identified = f" ({record._name}: {record.id}"
                text = text.replace(f", {record.display_name}{identified}", identified)
            error.args = (text,)
            # As Odoo does: what is in memory is read without being asked for again
            records.invalidate_recordset()
        return error
