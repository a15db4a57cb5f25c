from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KeyAccountAssessmentMixin(models.AbstractModel):
    """What people enter about an account because Odoo does not know it: for whom, in which company, when."""

    _name = "key.account.assessment.mixin"
    _inherit = ["key.account.account.record.mixin"]
    _description = "Key Account Assessment Mixin"

    partner_id = fields.Many2one(
        domain=[
            "|",
            ("key_account_status", "!=", False),
            "&",
            ("is_company", "=", True),
            ("key_account_id", "!=", False),
        ],
    )
    date = fields.Date(required=True, default=fields.Date.context_today)

    @api.model
    def _check_accounts(self, partners):
        for partner in partners:
            if partner._is_contact_of_company():
                raise ValidationError(
                    self.env._(
                        "Account: %(contact)s is a contact of %(company)s. Choose %(company)s instead.",
                        contact=partner.name or partner.display_name,
                        company=partner.commercial_partner_id.display_name,
                    )
                )
