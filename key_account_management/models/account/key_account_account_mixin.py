from odoo import api, models


class KeyAccountAccountMixin(models.AbstractModel):
    """A record about an account: checks for whose accounts it may be created, and that it is not moved to others'."""

    _name = "key.account.account.mixin"
    _description = "Account Mixin"

    @api.constrains("partner_id")
    def _check_partner(self):
        self._check_accounts(self.partner_id)

    @api.model_create_multi
    def create(self, vals_list):
        # Before the record rules, which could only say that the account does not belong to the user
        partners = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
        self._check_accounts(self.env["res.partner"].browse(partners))
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            # The rules were checked for its previous account: no one may write to someone else's
            self.check_access("write")
        return result

    @api.model
    def _check_accounts(self, partners):
        """:raises ValidationError: for a partner that the record cannot be about"""
        partners._check_are_key_accounts()
