import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ..roles import EMPLOYEE, HEAD, MANAGER, USER
from ..screens.care_matrix import CareMatrix
from ..screens.sales_panel import SalesPanel
from ..tools.client import ACCOUNT_PAGE, notification
from ..tools.counts import count_by
from ..tools.deletion import on_deletion
from ..tools.prefetch import TOGETHER
from ..tools.problems import log_problem
from ..tools.rights import check_field
from ..tools.rpc import check_records, for_every_rpc
from ..tools.time_zones import later
from .account.account_guard import WATCHED, AccountGuard
from .review.key_account_review import OPEN_STATES

_logger = logging.getLogger(__name__)

# What the list of accounts proposes for a new one, and its contacts must not take over
ACCOUNT_DEFAULTS = {"default_is_company", "default_key_account_status", "default_key_account_manager_id"}
# Number of accounts handled before the job commits
BATCH = 100
# In the context while Odoo copies addresses between contacts and their companies
ADDRESS_FOLLOWS = "key_account_address_follows"
# In the context while lines are written: for whom. Odoo writes those of partners as the user who began the transaction
LINES_FOR = "key_account_lines_for"
LINES = {"child_ids", "key_account_person_ids"}
# With these, a partner may get another commercial partner
MOVING = {"parent_id", "is_company", "company_type"}


class ResPartner(models.Model):
    """The account: its status, who manages it, what is done for it. Its profile, visits and figures have their
    own files; create, write and unlink are only extended here.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "key.account.document.mixin"]

    # Status, and who looks after it. Employees without a role see these three and no other field of ours; customers'
    # own people, who read their company in the portal, see none
    key_account_status = fields.Selection(
        [("candidate", "Candidate"), ("active", "Active"), ("at_risk", "At Risk"), ("former", "Former")],
        tracking=True,
        copy=False,
        index="btree_not_null",
        groups=EMPLOYEE,
    )
    key_account_tier_id = fields.Many2one(
        "key.account.tier",
        "Tier",
        tracking=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=EMPLOYEE,
    )
    key_account_manager_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        tracking=True,
        copy=False,
        index="btree_not_null",
        groups=EMPLOYEE,
    )
    key_account_team_ids = fields.Many2many(
        "res.users",
        "key_account_team_rel",
        "partner_id",
        "user_id",
        string="Account Team",
        domain="[('share', '=', False)]",
        tracking=True,
        copy=False,
        groups=USER,
    )
    key_account_since = fields.Date(tracking=True, copy=False, groups=USER)
    key_account_next_review = fields.Date(
        "Next Annual Review",
        compute="_compute_key_account_next_review",
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
        groups=USER,
    )
    key_account_minimum_order = fields.Float(
        "Minimum Order Value",
        company_dependent=True,
        prefetch=TOGETHER,
        tracking=True,
        copy=False,
        groups=USER,
        help="Untaxed, in the company's currency. 0: the value in the settings of Key Accounts applies.",
    )

    # Which account a contact belongs to
    key_account_id = fields.Many2one(
        "res.partner",
        compute="_compute_key_account_id",
        store=True,
        recursive=True,
        index="btree_not_null",
        groups=USER,
        help="The nearest key account at or above this contact.",
    )
    is_my_key_account = fields.Boolean(
        "My Key Account",
        compute="_compute_is_my_key_account",
        search="_search_is_my_key_account",
        groups=USER,
        help="You are the account manager or a team member of this account or of one above it.",
    )

    may_edit_key_account = fields.Boolean(
        "May Edit the Key Account",
        compute="_compute_may_edit_key_account",
        groups=EMPLOYEE,
        help="What only those who manage the account can save is read-only for others.",
    )

    key_account_same_name_id = fields.Many2one(
        "res.partner",
        "Customer of the Same Name",
        compute="_compute_key_account_same_name_id",
        groups=USER,
        help="A key account is mostly a customer already: entered twice, it would have no figures.",
    )

    # Records about it
    key_account_review_ids = fields.One2many("key.account.review", "partner_id", "Reviews", groups=USER)
    # What is still to be done. As functions: a domain that is a list would become a dependency
    key_account_open_measure_ids = fields.One2many(
        "key.account.care.measure",
        "partner_id",
        "Open Measures",
        domain=lambda self: self.env["key.account.care.measure"]._get_live_domain(),
        groups=USER,
    )
    key_account_open_milestone_ids = fields.One2many(
        "key.account.milestone",
        "partner_id",
        "Open Milestones",
        domain=lambda _self: [("date_done", "=", False)],
        groups=USER,
    )
    key_account_plan_ids = fields.One2many("key.account.plan", "partner_id", "Action Plans", groups=USER)
    key_account_review_count = fields.Integer(
        "Number of Reviews", compute="_compute_key_account_review_count", groups=USER
    )
    key_account_measure_count = fields.Integer(
        "Number of Measures", compute="_compute_key_account_measure_count", groups=USER
    )
    key_account_coaching_plan_count = fields.Integer(
        "Number of Coaching Plans", compute="_compute_key_account_coaching_plan_count", groups=USER
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
        "key_account_review_ids.company_id",
    )
    def _compute_key_account_next_review(self):
        # Lists sort by it and it may be corrected by hand, so it is that of one company. Others: see `NextReviews`
        for partner in self:
            partner.key_account_next_review = partner._get_next_review(partner._get_key_account_review_company())

    @api.depends_context("uid")
    def _compute_is_my_key_account(self):
        mine = self.filtered_domain(self._search_is_my_key_account("in", [True]))
        mine.is_my_key_account = True
        (self - mine).is_my_key_account = False

    def _search_is_my_key_account(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Odoo only checks who reads a field when it searches its column
        self._check_field_access(self._fields["is_my_key_account"], "read")
        # Whose account it is, whatever the user's rights are otherwise
        accounts = self.sudo().with_context(active_test=False).search(self._get_my_key_accounts_domain())
        return Domain("id", "child_of", accounts.ids)

    @api.depends("name", "parent_id")
    @api.depends_context("uid")
    def _compute_key_account_same_name_id(self):
        """Only of what is being entered, and among what the user may read."""
        for partner in self:
            same = self.browse()
            if partner.name and not partner._origin and not partner.parent_id:
                same = self.search(
                    [("name", "=ilike", escape_psql(partner.name.strip())), ("parent_id", "=", False)],
                    order="customer_rank DESC, id",
                    limit=1,
                )
            partner.key_account_same_name_id = same

    @api.depends_context("uid")
    def _compute_may_edit_key_account(self):
        # As `AccountGuard` decides
        is_manager = self.env.su or self.env.user.has_group(MANAGER)
        for partner in self:
            partner.may_edit_key_account = is_manager and partner._origin._is_key_account_in_my_hands()

    def _is_key_account_in_my_hands(self):
        """:return: whether it is the user's account, or nobody's"""
        return (
            not self.key_account_id
            or self._sees_all_key_accounts()
            or self.is_my_key_account
            or not self.key_account_id._get_key_account_users()
        )

    @api.depends("key_account_review_ids")
    def _compute_key_account_review_count(self):
        counts = self._count_key_account_records("key.account.review")
        for partner in self:
            partner.key_account_review_count = counts.get(partner, 0)

    def _compute_key_account_measure_count(self):
        counts = self._count_key_account_records("key.account.care.measure")
        for partner in self:
            partner.key_account_measure_count = counts.get(partner, 0)

    @api.depends_context("uid")
    def _compute_key_account_coaching_plan_count(self):
        counts = self._count_key_account_records("key.account.coaching.plan")
        for partner in self:
            partner.key_account_coaching_plan_count = counts.get(partner, 0)

    def _count_key_account_records(self, model):
        """:return: ``{account: number of its records of a model}``; an ordinary contact must not cost a query"""
        accounts = self.filtered("key_account_status")
        return count_by(self.env[model], "partner_id", [("partner_id", "in", accounts.ids)]) if accounts else {}

    def _read_group_groupby(self, alias, groupby_spec, query):
        check_field(self, groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    # === CONSTRAINT METHODS ===#

    @api.constrains("key_account_status", "parent_id", "is_company")
    def _check_key_account_status(self):
        for partner in self:
            if partner.key_account_status and partner._is_contact_of_company():
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s. Only companies and individuals without a company "
                        "can be key accounts: convert %(company)s to a key account instead.",
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
                        "%(customer)s: the minimum order value cannot be negative.", customer=partner.display_name
                    )
                )

    # === CRUD METHODS ===#

    # Partners are open to most users: what access to key accounts hangs on is compared before and after, see the guard

    @api.model_create_multi
    def create(self, vals_list):
        user = self._get_key_account_editor()
        has_lines = user and any(not LINES.isdisjoint(vals) for vals in vals_list)
        creator = self.with_context(**{LINES_FOR: user.id}) if has_lines else self
        partners = super(ResPartner, creator).create(vals_list).with_env(self.env)
        if any(vals.get("key_account_status") for vals in vals_list):
            self.env["key.account.snapshot"]._follow_status(partners)
        if user:
            AccountGuard(partners, user).check_created()
        return partners

    def _add_missing_default_values(self, values):
        # What the context proposes for an account is meant for the record in the form, not for the contacts in it
        if values.get("parent_id") and not ACCOUNT_DEFAULTS.isdisjoint(self.env.context):
            context = {name: value for name, value in self.env.context.items() if name not in ACCOUNT_DEFAULTS}
            records = self.with_context(context)  # pylint: disable=context-overridden
            return super(ResPartner, records)._add_missing_default_values(values)
        return super()._add_missing_default_values(values)

    def write(self, vals):
        if not MOVING.isdisjoint(vals):
            # What was booked in the same transaction is still the former customer's
            for model in ("sale.order", "calendar.attendee"):
                self.env[model]._recompute_model(["key_account_customer_id"])
        user = self._get_key_account_editor()
        if not user or (WATCHED.isdisjoint(vals) and LINES.isdisjoint(vals)):
            result = super().write(vals)
            if "key_account_status" in vals:
                self.env["key.account.snapshot"]._follow_status(self)
            return result
        written = self._without_other_key_accounts(vals) if self.env.context.get(ADDRESS_FOLLOWS) else self
        guard = AccountGuard(written, user, vals)
        names = set(vals)
        writer = written if LINES.isdisjoint(vals) else written.with_context(**{LINES_FOR: user.id})
        result = super(ResPartner, writer).write(vals)
        guard.check_written(names)
        if "key_account_status" in names:
            self.env["key.account.snapshot"]._follow_status(self)
        return result

    def _fields_sync(self, values):
        # Each context costs: only where a parent's country would follow
        moved = any(partner.parent_id and partner.country_id != partner.parent_id.country_id for partner in self)
        partners = self.with_context(**{ADDRESS_FOLLOWS: True}) if moved else self
        return super(ResPartner, partners)._fields_sync(values)

    def _update_address(self, vals):
        return super(ResPartner, self._without_other_key_accounts(vals))._update_address(vals)

    def _without_other_key_accounts(self, vals):
        """:return: these partners without the accounts of others whose country would follow that of a contact"""
        user = self._get_key_account_editor()
        if not user or "country_id" not in vals:
            return self
        return self - AccountGuard(self, user, vals).others("country_id", vals["country_id"]).with_env(self.env)

    @on_deletion
    def _unlink_except_kept(self):
        if user := self._get_key_account_editor():
            AccountGuard(self, user).check_deleted()
        # Not everyone may read which account a contact belongs to
        if inside := self.sudo().filtered("key_account_id"):
            AccountGuard.check_kept(inside)

    @api.model
    def _get_key_account_editor(self):
        """:return: the user whose rights on key accounts count; none for the system"""
        if not self.env.su:
            return self.env.user
        return self.env["res.users"].browse(self.env.context.get(LINES_FOR))

    @on_deletion
    def _unlink_key_account_files(self):
        """The database would delete what was generated for an account without its files."""
        # As superuser: the documents were requested by anyone
        self.env["key.account.document.job.line"].sudo().search([("partner_id", "in", self.ids)]).unlink()

    # === ACTION METHODS ===#

    def action_make_key_account(self):
        """Makes the selected customers active key accounts, unless they are key accounts already.

        If contacts of companies are among them, the whole action stops with a message that names
        them all.
        """
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            AccountGuard.refuse_role(self.env)
        contacts = self.filtered(lambda partner: partner._is_contact_of_company())
        if contacts:
            raise UserError(
                self.env._(
                    "Only companies and individuals without a company can be key accounts. These are contacts of a "
                    "company:\n%(contacts)s",
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
        if not accounts:
            return notification(self.env._("These are already key accounts."), "info", reload=True)
        # They are looked at next
        self.env["key.account.snapshot"]._refresh_now(accounts)
        return notification(self.env._("New key accounts: %(count)s", count=len(accounts)), reload=True)

    def action_view_key_account_reviews(self):
        return self._get_key_account_records_action("key_account_review_action")

    @api.readonly
    def action_view_key_account_events(self):
        return self._get_key_account_records_action("key_account_event_action")

    @api.readonly
    def action_view_key_account_plan(self):
        """Opens the plan in force; without one, all plans of the account, and for the first one a new plan."""
        check_records(self, single=True)
        plans = self.env["key.account.plan"]
        plan = plans._get_plan(self, self.env.company, fields.Date.context_today(self))
        if plan:
            return plan._get_records_action()
        action = self._get_key_account_records_action("key_account_plan_action")
        if plans.has_access("create") and not plans.search_count(action["domain"], limit=1):
            action["views"] = [(False, "form")]
        return action

    @api.readonly
    def action_view_key_account_targets(self):
        return self._get_key_account_records_action("key_account_target_action")

    @api.readonly
    def action_view_key_account_measures(self):
        return self._get_key_account_records_action("key_account_care_measure_action")

    @api.readonly
    def action_view_key_account_milestones(self):
        return self._get_key_account_records_action("key_account_milestone_action")

    @api.readonly
    def action_prepare_key_account_review(self):
        """Opens the account's next review; if there is none that is still to be held, a new one.

        :raises AccessError: someone else's account, or no role that may prepare reviews
        """
        check_records(self, single=True)
        self._check_key_account_figures_access()
        action = self._get_key_account_records_action("key_account_review_action")
        reviews = self.env["key.account.review"]
        coming = self._get_coming_key_account_review()
        if not coming:
            reviews.check_access("create")
        return action | {"res_id": coming.id, "views": [(False, "form")]}

    @api.readonly
    def action_add_key_account_measure(self):
        """Opens a new measure for the account that the contact belongs to."""
        check_records(self, single=True)
        return self.env["key.account.care.measure"]._get_add_action(
            self, self.key_account_id, company_id=(self.company_id or self.env.company).id
        )

    @api.readonly
    def action_view_key_account_coaching_plans(self):
        return self._get_key_account_records_action("key_account_coaching_plan_action")

    def get_formview_id(self, access_uid=None):
        # From our own records, not from those of others: there it is a contact
        if not self.env.context.keys().isdisjoint(ACCOUNT_PAGE) and self.env.user.has_group(USER):
            account = self[:1]
            if account and account.key_account_status:
                return self.env.ref("key_account_management.res_partner_view_form_account").id
        return super().get_formview_id(access_uid)

    def _get_coming_key_account_review(self):
        """:return: the next review in the active company that is still to be held"""
        return self.env["key.account.review"].search(
            [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id), ("state", "in", OPEN_STATES)],
            order="year, id",
            limit=1,
        )

    def _get_key_account_form_action(self):
        """:return: the action that opens the account as the app shows it"""
        view = self.env.ref("key_account_management.res_partner_view_form_account")
        return self._get_records_action(views=[(view.id, "form")])

    def _get_key_account_records_action(self, name):
        """:return: the window action of that name, with the records of this account; new ones will be for it as well"""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(f"key_account_management.{name}")
        self.env[action["res_model"]].check_access("read")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action

    # === BUSINESS METHODS ===#

    # Own screens

    @api.model
    @api.readonly
    @for_every_rpc
    def get_key_account_care_matrix(self):
        """The care measures of all accounts that the user may see, by account and care area.

        Counts the companies of the context. A measure is live while it is planned or in progress, and overdue when
        its deadline was before today where the user is. Measures without an area are in no cell, former accounts in
        no row.

        :return: ``{"may_create", "areas": [{"id", "name", "description"}], "accounts": [{"id", "name", "tier",
            "manager", "is_mine", "at_risk", "last_visit", "planned_visit", "visit_due", "visit_overdue",
            "cells": {area id: {"live", "overdue", "deadline", "last_done"}}}]}``. Each account has a cell for each
            area; days are ``YYYY-MM-DD`` or False; ``deadline`` is the earliest one of live measures
        :raises AccessError: no role in Key Accounts
        """
        self.env["key.account.care.measure"].check_access("read")
        return CareMatrix(self.env).content()

    @api.readonly
    @for_every_rpc
    def get_key_account_sales_panel(self):
        """What to know before selling to this account, as text in the user's language, without anything internal.

        :return: None for a customer who is not one of the user's key accounts, otherwise ``{"account": {"id", "name"},
            "minimum_order": text, "plan": None or {"id", "goal", "period", "briefing", "guidelines": [{"kind",
            "label", "text"}]}, "measures": [{"id", "name", "responsible", "deadline", "overdue"}], "more_measures":
            number, "next_talk": None or {"id", "name", "start", "visit"}}``. ``briefing`` is the state of the user
            as a participant, or False for other users
        :raises AccessError: no role in Key Accounts
        """
        check_records(self, single=True)
        self.check_access("read")
        self.env["key.account.coaching.plan"].check_access("read")
        account = self.key_account_id
        if not account or not (account.is_my_key_account or self._sees_all_key_accounts()):
            return None
        return SalesPanel(account).content()

    # The account and its people

    def _is_contact_of_company(self):
        self.ensure_one()
        return bool(self.parent_id) and not self.is_company

    def _is_below(self, account):
        """Whether this partner is the account or below it."""
        self.ensure_one()
        partner = self
        while partner and partner != account:
            partner = partner.parent_id
        return bool(partner)

    def _get_key_account_contacts(self):
        """The people of the account and of all below it; for a person, the person."""
        self.ensure_one()
        return self.search([("id", "child_of", self.id), ("is_company", "=", False), ("type", "=", "contact")])

    def _get_key_account_users(self):
        """:return: who works for this account: its manager and team, and those of the accounts above it"""
        self.ensure_one()
        people = self.env["res.users"]
        # Everyone may know whose account it is
        partner = self.sudo()
        while partner:
            if partner.key_account_status:
                people |= partner.key_account_manager_id | partner.key_account_team_ids
            partner = partner.parent_id
        return people

    @api.model
    def _get_my_key_accounts_domain(self):
        """The key accounts that the user manages or helps to manage."""
        return Domain("key_account_status", "!=", False) & (
            Domain("key_account_manager_id", "=", self.env.uid) | Domain("key_account_team_ids", "in", self.env.uid)
        )

    def _get_key_account_minimum_order(self):
        """:return: the minimum agreed with the account, otherwise the company's, in the company's currency"""
        self.ensure_one()
        return self.key_account_minimum_order or self.env.company.key_account_minimum_order

    # When it is reviewed

    def _get_key_account_review_company(self):
        """:return: the company whose reviews the account's date of the next review follows, none if that is open"""
        self.ensure_one()
        return self.company_id or self.key_account_manager_id.company_id

    def _get_key_account_company_of_care(self):
        """:return: the company in which the account is looked after, also before there is any business with it"""
        # As superuser: not everyone may see who created it
        return self._get_key_account_review_company() or self.sudo().create_uid.company_id

    def _get_next_review(self, company):
        """:return: when the next review in a company is due, counted from the last one there; False if there is none

        :param company: none: the reviews of all companies count
        """
        self.ensure_one()
        rhythm = self.key_account_tier_id.review_rhythm
        if not rhythm or self.key_account_status not in ("active", "at_risk"):
            return False
        held = self.key_account_review_ids.filtered(
            lambda review: review.is_frozen and (not company or review.company_id == company)
        )
        last = max(held.mapped("held_on"), default=False)
        start = last.date() if last else self.key_account_since
        return start and later(start, relativedelta(months=rhythm))

    # What records of the account, and changes of it, must respect

    def _check_are_key_accounts(self):
        """:raises ValidationError: for the first of these partners that is not a key account"""
        for partner in self:
            if not partner.key_account_status:
                raise ValidationError(
                    self.env._(
                        "%(customer)s is not a key account yet. Convert it first (Actions, Convert to Key Account on "
                        "the contact).",
                        customer=partner.display_name,
                    )
                )

    def _check_key_account_coach(self, coach, company):
        """:raises ValidationError: for a coach who could not manage plans and sessions of the account"""
        self.ensure_one()
        self._check_key_account_users(coach, company)
        # Not everyone may read the roles of colleagues
        if not coach.sudo().has_group(MANAGER):
            raise ValidationError(
                self.env._(
                    "Coach: %(name)s is not a key account manager. Choose someone who is, or change the role in the "
                    "user's settings.",
                    name=coach.name,
                )
            )

    def _check_key_account_users(self, users, company):
        """:raises ValidationError: for the first of these users who could not open records of the account"""
        self.ensure_one()
        people = self._get_key_account_users() if users else users
        # Not everyone may read the roles and companies of colleagues
        for user in users.sudo():
            values = {"name": user.name, "account": self.display_name, "company": company.name}
            if not user.active or user.share or not user.has_group(USER):
                raise ValidationError(
                    self.env._(
                        "%(name)s has no role in Key Accounts and would not be able to open this. An administrator "
                        "can assign one in the user's settings.",
                        **values,
                    )
                )
            if company not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(name)s does not have access to %(company)s and would not be able to open this. Choose "
                        "someone else or allow the company in the user's settings.",
                        **values,
                    )
                )
            if user not in people and not user.has_group(HEAD):
                raise ValidationError(
                    self.env._(
                        "%(name)s is not a member of the account team of %(account)s and would not be able to open "
                        "this. Add %(name)s to the account team first, on the Key Account tab of the contact.",
                        **values,
                    )
                )

    def _check_key_account_opportunities(self, leads):
        """:raises ValidationError: for an opportunity that does not belong to this account or those below it"""
        # Whether it belongs to the account does not depend on who asks
        partners = leads.sudo().partner_id
        own = (
            self.sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", self.ids), ("id", "in", partners.ids)])
        )
        # As above
        for lead in leads.sudo():
            if lead.partner_id not in own or lead.type != "opportunity":
                raise ValidationError(
                    self.env._(
                        "%(opportunity)s is not an opportunity of %(account)s. Choose one whose customer is the "
                        "account or belongs to it.",
                        opportunity=lead.name,
                        account=self.display_name,
                    )
                )

    # Reminders to account managers: one open activity of each type per account, as long as there is a reason

    @api.model
    def _run_key_account_reminders(self, activity_type, remind):
        """Reminds the managers of all accounts in use; for scheduled jobs.

        An account that fails is logged with its name, the others continue. Started again, it does nothing twice and
        goes on where it stopped.

        :param activity_type: external id of the activity type
        :param remind: name of the method that reminds of one account
        """
        managed = Domain("key_account_status", "in", ("active", "at_risk")) & Domain(
            "key_account_manager_id", "!=", False
        )
        # A job: reminders are about accounts of all managers
        accounts = self.sudo()
        # For accounts that were given up, or that no one manages any more
        reminded = accounts.search([("key_account_status", "!=", False), ("id", "not in", accounts._search(managed))])
        reminded.activity_unlink([activity_type])
        self.env["key.account.scheduled.job"]._run(
            activity_type,
            (accounts, managed, lambda batch: batch._remind_of_key_accounts(remind)),
            size=BATCH,
            newest_first=True,
        )

    def _remind_of_key_accounts(self, remind):
        for manager, of_manager in self.grouped("key_account_manager_id").items():
            for account in self.browse(of_manager.ids)._as_seen_by(manager):
                try:
                    with self.env.cr.savepoint():
                        getattr(account, remind)()
                except Exception as error:
                    # For the log, whoever may read the account
                    log_problem(_logger, error, "%s: %s: %s", account.sudo().name, remind)

    def _as_seen_by(self, manager):
        """These accounts with the dates, the language and the companies of the person who is reminded of them."""
        manager = manager._get_key_account_stand_in(manager.company_id)
        # Reminders are set for someone else, by jobs and by whoever plans a visit
        accounts = self.env["key.account.figures"]._for_system(self.sudo())
        return accounts.with_context(
            tz=manager.tz or "UTC", lang=manager.lang, allowed_company_ids=manager.company_ids.ids
        )

    def _set_key_account_reminder(self, activity_type, wanted, deadline, summary):
        """Makes sure that the account manager has one open activity of this type if it is needed, otherwise none."""
        self.ensure_one()
        reminders = self.activity_search([activity_type])
        manager = self.key_account_manager_id
        manager = manager._get_key_account_stand_in(manager.company_id)
        if not wanted or not manager:
            reminders.unlink()
            return
        values = {"summary": summary, "user_id": manager.id}
        if not reminders:
            # No email for each of them: they are in the list of activities
            self.with_context(mail_activity_quick_update=True).activity_schedule(activity_type, deadline, **values)
            return
        reminders[1:].unlink()
        # The deadline stays, its owner may have moved it
        held = {"summary": reminders[0].summary, "user_id": reminders[0].user_id.id}
        changed = {name: value for name, value in values.items() if held[name] != value}
        if changed:
            reminders[0].with_context(mail_activity_quick_update=True).write(changed)

    def _get_reminded_key_accounts(self, activity_type):
        """Those of these accounts, and of the ones above them, that have such a reminder open, each as its manager
        sees it.
        """
        # Whoever changed something may not see the accounts above, whose managers are reminded
        accounts = self.sudo()
        above = accounts
        while above := above.parent_id:
            accounts |= above
        reminders = accounts.filtered("key_account_status").activity_search([activity_type])
        # As above
        reminded = self.sudo().browse(reminders.mapped("res_id"))
        return [account._as_seen_by(account.key_account_manager_id) for account in reminded]

    # Its documents

    def _get_key_account_partner(self):
        return self

    def _get_key_account_company(self):
        return self.env.company
