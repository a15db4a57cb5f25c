from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.rights import hide_names, is_hidden

# Someone may still be filling in the form into which a file was uploaded
UPLOAD_DAYS = 1


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        hide_names(self, "res_model")
        return result

    def _compute_res_name(self):
        # As for messages: in a form that is not saved stands what a client sent
        hidden = self.filtered(lambda file: is_hidden(self.env, file.res_model, file.res_id))
        hidden.res_name = False
        return super(IrAttachment, self - hidden)._compute_res_name()

    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            # Odoo searches files as superuser. What is asked about the records they link to is asked by the user.
            domain = Domain(domain).optimize(self).map_conditions(self._ask_key_account_user)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _ask_key_account_user(self, condition):
        if not isinstance(condition.value, Domain):
            return condition
        linked = self.env[self._fields[condition.field_expr].comodel_name].with_context(active_test=False)
        return Domain(condition.field_expr, condition.operator, linked._search(condition.value))

    @api.autovacuum
    def _gc_key_account_files(self):
        """Deletes files of our records that are gone, however they went, and of forms that were never saved.

        Whoever deletes a record deletes its files at once; this is for what the database deletes by itself.
        """
        files = self._get_key_account_orphans() | self._get_key_account_uploads()
        files.unlink()
        return len(files), 0

    def _get_key_account_orphans(self):
        orphans = self.browse()
        for name, model in self.env.items():
            if name.startswith("key.account.") and model._auto and not model._abstract:
                query = SQL(
                    """
                    SELECT file.id FROM ir_attachment file
                     WHERE file.res_model = %s AND file.res_id != 0
                       AND NOT EXISTS (SELECT FROM %s record WHERE record.id = file.res_id)
                    """,
                    name,
                    SQL.identifier(model._table),
                )
                orphans |= self.browse(row[0] for row in self.env.execute_query(query))
        return orphans

    def _get_key_account_uploads(self):
        uploads = self.search(
            [
                ("res_model", "=like", "key.account.%"),
                ("res_id", "in", (False, 0)),
                ("create_date", "<", fields.Datetime.now() - timedelta(days=UPLOAD_DAYS)),
            ]
        )
        reviews = self.env["key.account.review"].with_context(active_test=False)
        used = reviews.search([("folder_attachment_ids", "in", uploads.ids)]).folder_attachment_ids
        topics = self.env["key.account.review.topic"]
        used |= topics.search([("material_ids", "in", uploads.ids)]).material_ids
        return uploads - used
