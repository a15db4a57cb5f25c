from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_cost_coverage = fields.Float(related="company_id.key_account_cost_coverage", readonly=False)
    key_account_minimum_order = fields.Monetary(related="company_id.key_account_minimum_order", readonly=False)
    key_account_minimum_margin = fields.Float(
        related="company_id.key_account_minimum_margin",
        readonly=False,
        groups="key_account_management.group_key_account_manager",
    )
    key_account_peer_grouping = fields.Selection(related="company_id.key_account_peer_grouping", readonly=False)
    key_account_abc_a_limit = fields.Float(related="company_id.key_account_abc_a_limit", readonly=False)
    key_account_abc_b_limit = fields.Float(related="company_id.key_account_abc_b_limit", readonly=False)
    key_account_hourly_cost = fields.Monetary(related="company_id.key_account_hourly_cost", readonly=False)
    key_account_overhead_pool = fields.Monetary(related="company_id.key_account_overhead_pool", readonly=False)
    key_account_overhead_key = fields.Selection(related="company_id.key_account_overhead_key", readonly=False)
    key_account_review_lead = fields.Integer(related="company_id.key_account_review_lead", readonly=False)
