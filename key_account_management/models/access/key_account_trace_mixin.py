from odoo import models
from odoo.fields import Domain


class KeyAccountTraceMixin(models.AbstractModel):
    """What Odoo keeps about records of all models, and shows to all employees whether or not they may read these.

    Who follows a coaching session, for example, takes part in it, and a notification has its name.
    """

    _name = "key.account.trace.mixin"
    _description = "Trace of Records"

    def _search(self, domain, *args, bypass_access=False, **kwargs):
        domain = Domain(domain)
        if not self.env.su and not bypass_access:
            domain &= self._get_key_account_domain(self._get_key_account_models_of(domain))
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self:
            return result
        # As superuser: what a record is about decides who may read it
        traces = (self - result[0] if result else self).sudo()
        domain = self._get_key_account_domain(traces._get_key_account_models())
        hidden = (traces - traces.filtered_domain(domain)).with_env(self.env)
        if not hidden:
            return result
        if result:
            hidden |= result[0]
        return hidden, lambda: self.env["ir.rule"]._make_access_error(operation, hidden)

    def _get_key_account_domain(self, names=None):
        """:param names: of the models that are asked for, None for any; others must not cost a query
        :return: a domain without what is about records of ours that the user may not read
        """
        return Domain.AND(
            self._get_key_account_trace_domain(name, records._search([]) if records.has_access("read") else [])
            for name, records in self.with_context(active_test=False).env.items()
            if name.startswith("key.account.")
            and "message_follower_ids" in records._fields
            and (names is None or name in names)
        )

    def _get_key_account_trace_domain(self, name, readable):
        """:return: a domain of what is not about a model, or about the readable ones of its records"""
        raise NotImplementedError

    def _get_key_account_models(self):
        """:return: names of the models of the records that these are about"""
        raise NotImplementedError

    def _get_key_account_models_of(self, domain):
        """:return: names of the models that a domain asks for, None for any"""
        return None
