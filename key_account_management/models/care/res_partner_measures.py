from odoo import api, fields, models


class ResPartner(models.Model):
    # A file of its own: what belongs to partners would be too long for one
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    key_account_analytic_id = fields.Many2one(
        "account.analytic.account",
        "Direct Customer Costs",
        company_dependent=True,
        check_company=True,
        copy=False,
        groups="key_account_management.group_key_account_manager",
        help="Analytic account of the costs that this customer alone causes. All its items count: costs as direct "
        "customer costs, income lowers them.",
    )
    key_account_measure_count = fields.Integer(
        "Number of Measures",
        compute="_compute_key_account_measure_count",
        groups="key_account_management.group_key_account_user",
    )

    # === COMPUTE METHODS ===#

    def _compute_key_account_measure_count(self):
        # An ordinary contact must not cost a query.
        accounts = self.filtered("key_account_status")
        counts = dict(
            self.env["key.account.care.measure"]._read_group(
                [("partner_id", "in", accounts.ids)], ["partner_id"], ["__count"]
            )
            if accounts
            else []
        )
        for partner in self:
            partner.key_account_measure_count = counts.get(partner, 0)

    # === ACTION METHODS ===#

    @api.readonly
    def action_view_key_account_measures(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_care_measure_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action

    @api.readonly
    def action_view_key_account_targets(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_target_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
