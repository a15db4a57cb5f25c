from odoo import api, models


class KeyAccountReview(models.Model):
    """The slides of a review on the screen of the meeting room."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    # === ACTION METHODS ===#

    @api.readonly
    def action_present(self):
        """Shows the slides of the presentation full screen: the customer's edition, the customer looks at it."""
        self.ensure_one()
        # Errors become a message now, not an empty screen later
        self.partner_id._check_key_account_figures_access()
        action = self.env["ir.actions.actions"]._for_xml_id("key_account_management.present_action")
        action["name"] = self.display_name
        action["context"] = {"active_id": self.id, "active_model": self._name}
        return action
