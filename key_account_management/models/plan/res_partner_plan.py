from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    # A file of its own: what belongs to partners would be too long for one
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    # === ACTION METHODS ===#

    @api.readonly
    def action_view_key_account_plan(self):
        """Opens the plan in force; without one, all plans of the account, where one can be made."""
        self.ensure_one()
        plans = self.env["key.account.plan"]
        plan = plans._get_plan(self, self.env.company, fields.Date.context_today(self))
        if plan:
            return plan._get_records_action()
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_plan_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action

    # === BUSINESS METHODS ===#

    def _check_key_account_opportunities(self, leads):
        """:raises ValidationError: for an opportunity that is not one of this account's tree"""
        # Whether it is the account's does not depend on who asks
        partners = leads.sudo().partner_id
        own = (
            self.sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", self.ids), ("id", "in", partners.ids)])
        )
        for lead in leads.sudo():
            if lead.partner_id not in own or lead.type != "opportunity":
                raise ValidationError(
                    self.env._(
                        "%(opportunity)s is no opportunity of %(account)s: choose one whose customer is the account "
                        "or belongs to it.",
                        opportunity=lead.name,
                        account=self.display_name,
                    )
                )
