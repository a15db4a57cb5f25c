from odoo import api, models
from odoo.addons.mail.tools.parser import parse_res_ids

from ..tools.rights import check_about


class MailComposeMessage(models.TransientModel):
    """Odoo fills in subject, text and recipients as superuser: only what the user may read can be written about."""

    _inherit = "mail.compose.message"

    @api.model_create_multi
    def create(self, vals_list):
        composers = super().create(vals_list)
        composers._check_key_account_about()
        return composers

    def write(self, vals):
        result = super().write(vals)
        self._check_key_account_about()
        return result

    def onchange(self, values, field_names, fields_spec):
        about = {
            name: values.get(name) or self.env.context.get(f"default_{name}")
            for name in ("model", "res_ids", "parent_id")
        }
        self.new({name: value for name, value in about.items() if value})._check_key_account_about()
        return super().onchange(values, field_names, fields_spec)

    def _check_key_account_about(self):
        """:raises AccessError: about a record of ours that the user may not read"""
        # As superuser: whom it answers decides what it is about
        for composer in self.sudo() if not self.env.su else ():
            answered = composer.parent_id
            check_about(self.env, answered.model, answered.res_id)
            for record_id in parse_res_ids(composer.res_ids, self.env) or ():
                check_about(self.env, composer.model, record_id)
