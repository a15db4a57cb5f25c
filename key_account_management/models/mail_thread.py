from odoo import api, models
from odoo.fields import Domain


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

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
