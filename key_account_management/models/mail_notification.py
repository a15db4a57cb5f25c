from odoo import models
from odoo.fields import Domain


class MailNotification(models.Model):
    _name = "mail.notification"
    _inherit = ["mail.notification", "key.account.trace.mixin"]

    def _get_key_account_trace_domain(self, name, readable):
        about = Domain("model", "!=", name) | Domain("res_id", "in", readable)
        # Whoever was notified knows it
        return Domain("mail_message_id", "any!", about) | Domain("res_partner_id", "=", self.env.user.partner_id.id)

    def _get_key_account_models(self):
        return set(self.mail_message_id.mapped("model"))
