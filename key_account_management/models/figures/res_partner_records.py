from odoo import fields, models
from odoo.exceptions import UserError

CUSTOMER_RECORDS = "key_account_management.group_key_account_user"
INTERNAL_RECORDS = "key_account_management.group_key_account_manager"


class ResPartner(models.Model):
    # A file of its own: what belongs to partners would be too long for one
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    key_account_demand_ids = fields.One2many(
        "key.account.demand", "partner_id", "Estimated Purchases", groups=INTERNAL_RECORDS
    )
    key_account_rating_ids = fields.One2many(
        "key.account.rating", "partner_id", "Credit Ratings", groups=INTERNAL_RECORDS
    )
    key_account_satisfaction_ids = fields.One2many(
        "key.account.satisfaction", "partner_id", "Satisfaction", groups=CUSTOMER_RECORDS
    )

    # === ACTION METHODS ===#

    def action_view_key_account_visits(self):
        """Opens the customer visits; a meeting made from there is a visit of this account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_visit_action")
        attendees = self._get_key_account_contacts()[:1] or self
        action["domain"] = [("key_account_visit", "=", True), ("partner_ids", "child_of", self.id)]
        action["context"] = {
            "default_key_account_visit": True,
            "default_partner_ids": (attendees | self.env.user.partner_id).ids,
        }
        return action

    def action_send_key_account_survey(self):
        """Opens Odoo's own invitation to the satisfaction survey, with the contacts of the account.

        :raises UserError: if there is no such survey, or no contact with an e-mail address
        """
        self.ensure_one()
        self._check_key_account_figures_access()
        survey = self.env["survey.survey"].search([("key_account_satisfaction", "=", True)], limit=1)
        if not survey:
            raise UserError(
                self.env._(
                    "There is no survey for the satisfaction of key accounts. Somebody who may edit surveys can "
                    "tick Key Account Satisfaction in the options of one."
                )
            )
        survey._get_key_account_score_question()
        contacts = self._get_key_account_contacts().filtered("email")
        if not contacts:
            raise UserError(self.env._("%(account)s has no contact with an e-mail address.", account=self.display_name))
        return survey.with_context(default_partner_ids=contacts.ids).action_send_survey()

    # === BUSINESS METHODS ===#

    def _get_key_account_contacts(self):
        """The people of the account and of all below it; of a person, the person."""
        self.ensure_one()
        return self.search([("id", "child_of", self.id), ("is_company", "=", False), ("type", "=", "contact")])

    def _is_below(self, account):
        """Whether this partner is the account or below it."""
        self.ensure_one()
        partner = self
        while partner and partner != account:
            partner = partner.parent_id
        return bool(partner)
