from odoo import models
from odoo.fields import Domain


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _search(self, domain, *args, bypass_access=False, **kwargs):
        # Searching records by their messages skips who may read these: customers would find out what our notes say
        if bypass_access and not self.env.su and not self.env.user._is_internal():
            domain = Domain(domain) & self._get_search_domain_share()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
