from odoo import api, models


class ResPartner(models.Model):
    # A file of its own: what belongs to partners would be too long for one
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    # === ACTION METHODS ===#

    @api.readonly
    def action_view_key_account_events(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_event_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
