from odoo import api, models


class KeyAccountAccountMixin(models.AbstractModel):
    """A record about an account: only some partners can have one."""

    _name = "key.account.account.mixin"
    _inherit = ["key.account.guard.mixin"]
    _description = "Account Mixin"

    @api.constrains("partner_id")
    def _check_partner(self):
        self._check_accounts(self.partner_id)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_values(vals_list)
        # Before the record rules, which could only say that the account does not belong to the user
        partners = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
        self._check_accounts(self.env["res.partner"].browse(partners))
        return super().create(vals_list)

    @api.model
    def _check_accounts(self, partners):
        """:raises ValidationError: for a partner that the record cannot be about"""
        partners._check_are_key_accounts()
