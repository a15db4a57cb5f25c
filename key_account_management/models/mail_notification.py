from odoo import models
from odoo.addons.base.models.ir_attachment import condition_values
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

    def _get_key_account_models_of(self, domain):
        # The inbox asks for one's own all day, which everyone may read: no other table is looked at for it
        people = condition_values(self, "res_partner_id", domain)
        return set() if people is not None and self.env.user.partner_id.ids == list(people) else None
