from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # A file of its own, as for the companies
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    key_account_profile_months = fields.Integer(related="company_id.key_account_profile_months", readonly=False)
