from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_cost_coverage = fields.Float(related="company_id.key_account_cost_coverage", readonly=False)
    key_account_hourly_cost = fields.Monetary(related="company_id.key_account_hourly_cost", readonly=False)
    key_account_overhead_pool = fields.Monetary(related="company_id.key_account_overhead_pool", readonly=False)
    key_account_overhead_key = fields.Selection(related="company_id.key_account_overhead_key", readonly=False)
