from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    key_account_minimum_order = fields.Float(
        "Minimum Order Value",
        company_dependent=True,
        tracking=True,
        copy=False,
        groups="key_account_management.group_key_account_user",
        help="Untaxed, in the company's currency. 0: the value in the settings of Key Accounts applies.",
    )

    @api.constrains("key_account_minimum_order")
    def _check_key_account_minimum_order(self):
        for partner in self:
            if partner.key_account_minimum_order < 0:
                raise ValidationError(
                    self.env._(
                        "%(customer)s: the minimum order value can't be negative.", customer=partner.display_name
                    )
                )

    def _get_key_account_minimum_order(self):
        """:return: the minimum that was agreed with the account, else the company's, in the company's currency"""
        self.ensure_one()
        return self.key_account_minimum_order or self.env.company.key_account_minimum_order
