from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        self.env["key.account.review.invitation"]._handle_bounce(
            message_dict["bounced_msg_ids"], message_dict.get("body")
        )
        return result
