from odoo import api, fields, models
from odoo.exceptions import ValidationError

ROLE = "key_account_management.group_key_account_user"
MANAGER = "key_account_management.group_key_account_manager"
HEAD = "key_account_management.group_key_account_head"


class ResPartner(models.Model):
    # A file of its own: what belongs to partners would be too long for one
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    key_account_coaching_plan_count = fields.Integer(
        "Number of Coaching Plans", compute="_compute_key_account_coaching_plan_count", groups=ROLE
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_key_account_coaching_plan_count(self):
        # An ordinary contact must not cost a query.
        accounts = self.filtered("key_account_status")
        counts = dict(
            self.env["key.account.coaching.plan"]._read_group(
                [("partner_id", "in", accounts.ids)], ["partner_id"], ["__count"]
            )
            if accounts
            else []
        )
        for partner in self:
            partner.key_account_coaching_plan_count = counts.get(partner, 0)

    # === ACTION METHODS ===#

    @api.readonly
    def action_view_key_account_coaching_plans(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account_management.key_account_coaching_plan_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action

    # === BUSINESS METHODS ===#

    def _get_key_account_users(self):
        """:return: who works for this account: its manager and team, and those of the accounts above it"""
        self.ensure_one()
        people = self.env["res.users"]
        # Whose account it is may be known to everybody
        partner = self.sudo()
        while partner:
            if partner.key_account_status:
                people |= partner.key_account_manager_id | partner.key_account_team_ids
            partner = partner.parent_id
        return people

    def _check_key_account_coach(self, coach, company):
        """:raises ValidationError: for a coach who could not keep plans and sessions of the account"""
        self.ensure_one()
        self._check_key_account_users(coach, company)
        if not coach.sudo().has_group(MANAGER):
            raise ValidationError(
                self.env._(
                    "Coach: %(name)s is no key account manager. Choose one, or have the role changed in the settings "
                    "of the user.",
                    name=coach.name,
                )
            )

    def _check_key_account_users(self, users, company):
        """:raises ValidationError: for the first of these users who could not open records of the account"""
        self.ensure_one()
        people = self._get_key_account_users() if users else users
        # Roles and companies of colleagues are not everybody's to read
        for user in users.sudo():
            values = {"name": user.name, "account": self.display_name, "company": company.name}
            if not user.active or user.share or not user.has_group(ROLE):
                raise ValidationError(
                    self.env._(
                        "%(name)s has no role in Key Accounts and could not open this. An administrator can give the "
                        "role in the settings of the user.",
                        **values,
                    )
                )
            if company not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(name)s does not work for %(company)s and could not open this. Choose somebody else, or have "
                        "the company allowed in the settings of the user.",
                        **values,
                    )
                )
            if user not in people and not user.has_group(HEAD):
                raise ValidationError(
                    self.env._(
                        "%(name)s is not in the team of %(account)s and could not open this. Add %(name)s to the "
                        "account team first: on the contact, tab Key Account.",
                        **values,
                    )
                )
