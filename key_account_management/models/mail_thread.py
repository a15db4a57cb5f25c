from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# On these, fields of ours decide what anyone may read, see or count: no client creates them as superuser
NOT_FROM_EMAILS = {"calendar.event", "res.company", "res.partner", "sale.order", "survey.survey", "survey.user_input"}


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        # Odoo goes on as superuser, whichever employee hands over the email, and with what they say of the new record.
        # Mail servers name no model, or are run by an administrator
        if not self.env.su and not self.env.user.has_group("base.group_system") and model:
            self._check_key_account_recipient(model, thread_id)
        return super().message_process(model, message, custom_values, save_original, strip_attachments, thread_id)

    @api.model
    def _check_key_account_recipient(self, model, thread_id):
        """
        :param model: what the email is said to be for, with the record or without it for a new one; as a client sent it
        :raises AccessError: it could not be written like this by the user
        """
        records = self.env.get(model) if isinstance(model, str) else None
        if records is None:
            return
        is_ours = model.startswith("key.account.")
        if is_ours and thread_id:
            records.browse(thread_id).check_access("write")
        elif not thread_id and (is_ours or model in NOT_FROM_EMAILS):
            raise AccessError(
                self.env._("An email cannot create this: %(model)s.", model=self.env["ir.model"]._get(model).name)
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
