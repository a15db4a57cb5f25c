from odoo import fields, models

from ...tools.client import ACCOUNT_PAGE


class KeyAccountAccountRecordMixin(models.AbstractModel):
    """A record about an account in one company."""

    _name = "key.account.account.record.mixin"
    _inherit = ["key.account.account.mixin"]
    _description = "Account Record Mixin"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Account",
        required=True,
        index=True,
        check_company=True,
        domain=[("key_account_status", "!=", False)],
        context=ACCOUNT_PAGE,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
