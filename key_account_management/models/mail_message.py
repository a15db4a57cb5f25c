from odoo import api, models
from odoo.fields import Domain

from ..tools.rights import hide_names, is_hidden


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        hide_names(self, "model")
        return result

    def _compute_record_name(self):
        # As superuser; in a form that is not saved stands what a client sent
        hidden = self.filtered(lambda message: not message.id and is_hidden(self.env, message.model, message.res_id))
        hidden.record_name = False
        return super(MailMessage, self - hidden)._compute_record_name()

    def _search(self, domain, *args, bypass_access=False, **kwargs):
        # Searching records by their messages skips who may read these: customers would find out what our notes say
        if bypass_access and not self.env.su and not self.env.user._is_internal():
            domain = Domain(domain) & self._get_search_domain_share()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
