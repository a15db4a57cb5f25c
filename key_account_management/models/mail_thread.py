from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..tools.rights import refuse_filled_in


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        # Odoo goes on as superuser, whoever hands over the email
        if not self.env.su and isinstance(model, str) and model in self.env:
            self._check_key_account_recipient(self.env[model], custom_values or {}, thread_id)
        return super().message_process(model, message, custom_values, save_original, strip_attachments, thread_id)

    @api.model
    def _check_key_account_recipient(self, records, custom_values, thread_id):
        """Who hands over an email may name the record that it belongs to, or the values of a new one.

        :raises AccessError: they could not write it themselves
        """
        if thread_id and records._name.startswith("key.account."):
            records.browse(thread_id).check_access("write")
        elif records._name.startswith("key.account."):
            raise AccessError(self.env._("No email creates records of Key Accounts: create them in the app."))
        elif custom_values and records._name == "res.partner":
            # It depends on all kinds of fields whose account a partner is
            raise AccessError(self.env._("No email sets the fields of a contact: create it in the app."))
        refuse_filled_in(
            records, {name for name in custom_values if name.startswith("key_account_") and name in records._fields}
        )

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        self.env["key.account.review.invitation"]._handle_bounce(
            message_dict["bounced_msg_ids"], message_dict.get("body")
        )
        return result

    @api.model
    def _search_message_partner_ids(self, operator, operand):
        # Odoo searches followers as superuser. What is asked about the contacts is asked by the user.
        if isinstance(operand, Domain):
            operand = self.env["res.partner"].with_context(active_test=False)._search(operand)
        return super()._search_message_partner_ids(operator, operand)
