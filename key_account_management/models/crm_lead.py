from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # Read from the customer, who is read anyway: an ordinary customer's opportunity costs no query more
    key_account_id = fields.Many2one(
        related="partner_id.key_account_id", groups="key_account_management.group_key_account_user"
    )
