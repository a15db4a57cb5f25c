from odoo import api, models


class ResPartner(models.Model):
    # A file of its own: what belongs to partners would be too long for one
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    # === ACTION METHODS ===#

    @api.readonly
    def action_add_key_account_measure(self):
        """Opens a new measure for the account that the contact belongs to."""
        self.ensure_one()
        return self.env["key.account.care.measure"]._get_add_action(
            self, self.key_account_id, company_id=(self.company_id or self.env.company).id
        )
