from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_cost_coverage = fields.Float(related="company_id.key_account_cost_coverage", readonly=False)
    key_account_minimum_order = fields.Monetary(related="company_id.key_account_minimum_order", readonly=False)
