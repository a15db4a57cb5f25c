from odoo import models
from odoo.addons.base.models.ir_attachment import condition_values
from odoo.fields import Domain


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["mail.followers", "key.account.trace.mixin"]

    def _get_key_account_trace_domain(self, name, readable):
        return Domain("res_model", "!=", name) | Domain("res_id", "in", readable)

    def _get_key_account_models(self):
        return set(self.mapped("res_model"))

    def _get_key_account_models_of(self, domain):
        return condition_values(self, "res_model", domain)
