from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

# Who may write these is checked in `write`: partners themselves are open to most users.
KEY_ACCOUNT_FIELDS = {
    "key_account_status",
    "key_account_tier_id",
    "key_account_manager_id",
    "key_account_team_ids",
    "key_account_since",
    "key_account_next_review",
    "key_account_minimum_order",
    "key_account_peer_group_id",
    "key_account_analytic_id",
}


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "key.account.document.mixin"]

    key_account_status = fields.Selection(
        [
            ("candidate", "Candidate"),
            ("active", "Active"),
            ("at_risk", "At Risk"),
            ("former", "Former"),
        ],
        tracking=True,
        copy=False,
        index="btree_not_null",
    )
    key_account_tier_id = fields.Many2one(
        "key.account.tier", "Tier", tracking=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    key_account_manager_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        tracking=True,
        copy=False,
        index="btree_not_null",
    )
    key_account_team_ids = fields.Many2many(
        "res.users",
        "key_account_team_rel",
        "partner_id",
        "user_id",
        string="Account Team",
        domain=[("share", "=", False)],
        tracking=True,
        copy=False,
        groups="key_account_management.group_key_account_user",
    )
    key_account_since = fields.Date(
        tracking=True,
        copy=False,
        groups="key_account_management.group_key_account_user",
    )
    key_account_next_review = fields.Date(
        "Next Review",
        compute="_compute_key_account_next_review",
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
        groups="key_account_management.group_key_account_user",
    )
    key_account_minimum_order = fields.Float(
        "Minimum Order Value",
        company_dependent=True,
        tracking=True,
        copy=False,
        groups="key_account_management.group_key_account_user",
        help="Untaxed, in the company's currency. 0: the value in the settings of Key Accounts applies.",
    )
    key_account_id = fields.Many2one(
        "res.partner",
        compute="_compute_key_account_id",
        store=True,
        recursive=True,
        index="btree_not_null",
        help="The nearest key account at or above this contact.",
    )
    is_my_key_account = fields.Boolean(
        "My Key Account",
        compute="_compute_is_my_key_account",
        search="_search_is_my_key_account",
        help="You are account manager or in the team of this account or of one above it.",
    )
    key_account_review_ids = fields.One2many("key.account.review", "partner_id", "Reviews")
    key_account_review_count = fields.Integer(
        "Number of Reviews",
        compute="_compute_key_account_review_count",
        groups="key_account_management.group_key_account_user",
    )

    # === COMPUTE METHODS ===#

    @api.depends("key_account_status", "parent_id.key_account_id")
    def _compute_key_account_id(self):
        for partner in self:
            partner.key_account_id = partner if partner.key_account_status else partner.parent_id.key_account_id

    @api.depends(
        "key_account_status",
        "key_account_since",
        "key_account_tier_id.review_rhythm",
        "key_account_review_ids.state",
        "key_account_review_ids.held_on",
    )
    def _compute_key_account_next_review(self):
        for partner in self:
            rhythm = partner.key_account_tier_id.review_rhythm
            if not rhythm or partner.key_account_status not in ("active", "at_risk"):
                partner.key_account_next_review = False
                continue
            held = partner.key_account_review_ids.filtered("is_frozen")
            last = max(held.mapped("held_on"), default=False)
            start = last.date() if last else partner.key_account_since
            partner.key_account_next_review = start and start + relativedelta(months=rhythm)

    @api.depends_context("uid")
    def _compute_is_my_key_account(self):
        mine = self.filtered_domain(self._search_is_my_key_account("in", [True]))
        mine.is_my_key_account = True
        (self - mine).is_my_key_account = False

    def _search_is_my_key_account(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Whose account it is may be known to everybody; the search must not depend on other rights.
        accounts = self.sudo().with_context(active_test=False).search(self._get_my_key_accounts_domain())
        return Domain("id", "child_of", accounts.ids)

    @api.depends("key_account_review_ids")
    def _compute_key_account_review_count(self):
        # An ordinary contact must not cost a query.
        accounts = self.filtered("key_account_status")
        counts = dict(
            self.env["key.account.review"]._read_group(
                [("partner_id", "in", accounts.ids)], ["partner_id"], ["__count"]
            )
            if accounts
            else []
        )
        for partner in self:
            partner.key_account_review_count = counts.get(partner, 0)

    # === CONSTRAINT METHODS ===#

    @api.constrains("key_account_status", "parent_id", "is_company")
    def _check_key_account_status(self):
        for partner in self:
            if partner.key_account_status and partner._is_contact_of_company():
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s. Only companies, and persons without a "
                        "company, can be key accounts: make %(company)s the key account instead.",
                        contact=partner.name or partner.display_name,
                        company=partner.commercial_partner_id.display_name,
                    )
                )

    @api.constrains("key_account_minimum_order")
    def _check_key_account_minimum_order(self):
        for partner in self:
            if partner.key_account_minimum_order < 0:
                raise ValidationError(
                    self.env._(
                        "%(customer)s: the minimum order value can't be negative.", customer=partner.display_name
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get(name) for vals in vals_list for name in KEY_ACCOUNT_FIELDS):
            self._check_key_account_editor()
        return super().create(vals_list)

    def write(self, vals):
        if KEY_ACCOUNT_FIELDS & vals.keys():
            self._check_key_account_editor()
        return super().write(vals)

    # === ACTION METHODS ===#

    def action_make_key_account(self):
        """Makes active key accounts of the selected customers that are none yet.

        Who is a contact of a company stops the whole action with a message that names them all,
        so that nothing is done by halves.
        """
        contacts = self.filtered(lambda partner: partner._is_contact_of_company())
        if contacts:
            raise UserError(
                self.env._(
                    "Only companies, and persons without a company, can be key accounts. "
                    "These are contacts of a company:\n%(contacts)s",
                    contacts="\n".join(f"- {name}" for name in contacts.mapped("display_name")),
                )
            )
        accounts = self.filtered(lambda partner: not partner.key_account_status)
        for partner in accounts:
            partner.write(
                {
                    "key_account_status": "active",
                    "key_account_manager_id": (partner.key_account_manager_id or partner.user_id or self.env.user).id,
                    "key_account_since": partner.key_account_since or fields.Date.context_today(self),
                }
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if accounts else "info",
                "message": self.env._("New key accounts: %(count)s", count=len(accounts))
                if accounts
                else self.env._("These are key accounts already."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_key_account_reviews(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_review_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action

    # === BUSINESS METHODS ===#

    def _is_contact_of_company(self):
        self.ensure_one()
        return bool(self.parent_id) and not self.is_company

    def _check_are_key_accounts(self):
        """:raises ValidationError: for the first of these partners that is no key account"""
        for partner in self:
            if not partner.key_account_status:
                raise ValidationError(
                    self.env._(
                        "%(customer)s is no key account yet: make it one first (Actions on the contact).",
                        customer=partner.display_name,
                    )
                )

    @api.model
    def _get_my_key_accounts_domain(self):
        """The key accounts that the user runs or helps to run."""
        return Domain("key_account_status", "!=", False) & (
            Domain("key_account_manager_id", "=", self.env.uid) | Domain("key_account_team_ids", "in", self.env.uid)
        )

    def _get_key_account_minimum_order(self):
        """:return: the minimum that was agreed with the account, else the company's, in the company's currency"""
        self.ensure_one()
        return self.key_account_minimum_order or self.env.company.key_account_minimum_order

    def _check_key_account_editor(self):
        """Raises AccessError unless the user may write the key-account fields of these partners.

        Account managers write their own accounts and make new ones; heads write all.
        """
        user = self.env.user
        if self.env.su or user.has_group("key_account_management.group_key_account_head"):
            return
        if not user.has_group("key_account_management.group_key_account_manager"):
            raise AccessError(
                self.env._("Only key account managers can change who is a key account, and how it is looked after.")
            )
        others = self.sudo().filtered(
            lambda partner: (
                partner.key_account_status
                and partner.key_account_manager_id
                and user not in partner.key_account_manager_id | partner.key_account_team_ids
            )
        )
        if others:
            raise AccessError(
                self.env._(
                    "Somebody else runs these accounts: %(accounts)s. Ask their account manager or the head of "
                    "key accounts.",
                    accounts=", ".join(others.mapped("display_name")),
                )
            )

    # === DOCUMENTS ===#

    def _get_key_account_partner(self):
        return self

    def _get_key_account_company(self):
        return self.env.company
