from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..roles import MANAGER, USER
from ..screens.people_map import INFLUENCES, PeopleMap
from ..tools.rpc import check_records, for_every_rpc
from .account.key_account_profile import PERSON, TEXTS

PROFILE_REMINDER = "key_account_management.mail_activity_check_profile"

WRITTEN = (*TEXTS, *PERSON)
# Follow from what is written. Computed separately, as what is computed with a field is not computed again while
# that field is written
DATES = tuple(f"{name}_checked_on" for name in TEXTS)


def shown(kind, name, **parameters):
    """A field of partners that shows a field of the profile to those who may read it, and writes it."""
    return kind(
        compute="_compute_key_account_profile",
        inverse=lambda partners: partners._inverse_key_account_profile(name),
        groups=USER,
        **parameters,
    )


def date_of(name):
    return fields.Date(f"{name.title()} Checked On", compute="_compute_key_account_profile_dates", groups=USER)


def selection_of(name):
    return lambda partners: partners.env["key.account.profile"]._fields[name]._description_selection(partners.env)


class ResPartner(models.Model):
    """What we know about an account and its people. It is kept in `key.account.profile`, whose rules protect it:
    these fields are empty for anyone who may not read it there, whatever the way in.
    """

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    key_account_profile_ids = fields.One2many("key.account.profile", "partner_id", groups=USER)
    # The people whose nearest account this is. A domain that is a list would become a dependency of the field: each
    # change of these two fields of any partner would have to be followed
    key_account_person_ids = fields.One2many(
        "res.partner",
        "key_account_id",
        "People",
        domain=lambda _self: [("is_company", "=", False), ("type", "=", "contact")],
        groups=USER,
    )
    may_edit_key_account_profile = fields.Boolean(compute="_compute_may_edit_key_account_profile", groups=USER)

    key_account_requirements = shown(fields.Text, "requirements", string="Requirement Profile")
    key_account_requirements_checked_on = date_of("requirements")
    key_account_tasks = shown(fields.Text, "tasks", string="Tasks and Problems")
    key_account_tasks_checked_on = date_of("tasks")
    key_account_markets = shown(fields.Text, "markets", string="Markets and Competitors")
    key_account_markets_checked_on = date_of("markets")
    key_account_technologies = shown(fields.Text, "technologies", string="Technologies")
    key_account_technologies_checked_on = date_of("technologies")

    key_account_role = shown(fields.Selection, "role", string="Role in Buying Centre", selection=selection_of("role"))
    key_account_influence = shown(
        fields.Selection, "influence", string="Influence", selection=selection_of("influence")
    )
    key_account_attitude = shown(
        fields.Selection, "attitude", string="Attitude towards Us", selection=selection_of("attitude")
    )
    key_account_reports_to_id = shown(
        fields.Many2one,
        "reports_to_id",
        comodel_name="res.partner",
        string="Reports to",
        domain="[('commercial_partner_id', '=', commercial_partner_id), ('is_company', '=', False), ('id', '!=', id)]",
    )

    key_account_our_contact_id = shown(
        fields.Many2one,
        "our_contact_id",
        comodel_name="res.users",
        string="Our Contact",
        domain="[('share', '=', False)]",
        help="Who of us knows this person. If empty, whoever spoke to them last.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("key_account_id", *(f"key_account_profile_ids.{name}" for name in WRITTEN))
    @api.depends_context("uid")
    def _compute_key_account_profile(self):
        self._show_key_account_profile(WRITTEN)

    @api.depends("key_account_id", *(f"key_account_profile_ids.{name}" for name in DATES))
    @api.depends_context("uid")
    def _compute_key_account_profile_dates(self):
        self._show_key_account_profile(DATES)

    def _show_key_account_profile(self, names):
        # An ordinary contact must not cost a query. Searched, not read from the One2many: its cache knows no users.
        known = self._origin.filtered("key_account_id")
        profiles = self.env["key.account.profile"]
        of_partner = profiles.search([("partner_id", "in", known.ids)]).grouped("partner_id") if known else {}
        for partner in self:
            profile = of_partner.get(partner._origin, profiles)
            for name in names:
                partner[f"key_account_{name}"] = profile[name]

    def _inverse_key_account_profile(self, name):
        # Found even if the user may not see it, so that writing says that it is not theirs
        profiles = self.env["key.account.profile"].sudo().search([("partner_id", "in", self.ids)])
        of_partner = profiles.sudo(self.env.su).grouped("partner_id")
        for partner in self:
            value = partner._fields[f"key_account_{name}"].convert_to_write(partner[f"key_account_{name}"], partner)
            if partner in of_partner:
                of_partner[partner].write({name: value})
            elif value:
                self.env["key.account.profile"].create({"partner_id": partner.id, name: value})

    @api.depends("key_account_id")
    @api.depends_context("uid")
    def _compute_may_edit_key_account_profile(self):
        is_manager = self.env.su or self.env.user.has_group(MANAGER)
        accounts = self.filtered("key_account_id") if is_manager else self.browse()
        for partner in self:
            partner.may_edit_key_account_profile = partner in accounts and (
                self._sees_all_key_accounts() or partner.is_my_key_account
            )

    # === ACTION METHODS ===#

    def action_key_account_still_valid(self):
        """Records that a text of the profile was checked today and is still correct.

        ``key_account_text`` in the context says which one: ``requirements``, ``tasks``, ``markets`` or
        ``technologies``.
        """
        self.env["key.account.profile"].check_access("write")
        name = self.env.context.get("key_account_text")
        if name not in TEXTS:
            raise UserError(self.env._("Unknown profile text: %(name)s.", name=name))
        for partner in self:
            if not partner[f"key_account_{name}"]:
                label = partner._fields[f"key_account_{name}"]._description_string(self.env)
                raise UserError(
                    self.env._("%(account)s: %(text)s is still empty.", account=partner.display_name, text=label)
                )
        profiles = self.env["key.account.profile"].search([("partner_id", "in", self.ids)])
        profiles._store({f"{name}_checked_on": fields.Date.context_today(self)})

    @api.readonly
    def action_view_key_account_people(self):
        """The people of the account and of all below it, to describe them one after the other."""
        check_records(self, single=True)
        self.check_access("read")
        self.env["key.account.profile"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("key_account_management.key_account_people_action")
        action["domain"] = [("id", "in", self._get_key_account_people().ids)]
        action["context"] = {"default_parent_id": self.id, "default_type": "contact"}
        return action

    # === BUSINESS METHODS ===#

    @api.readonly
    @for_every_rpc
    def get_key_account_people_map(self):
        """The people of the account and of all below it: who reports to whom, and what is missing.

        :return: ``{"people": [{"id", "name", "function", "company", "role", "influence", "attitude", "attitude_code",
            "our_contact", "last_contact", "last_contact_text", "superior": id or None, "placed"}], "gaps": [text],
            "may_edit"}``: the most influential first; ``placed`` is whether anything is known of the person's place
        :raises UserError: as `get_key_account_page`
        :raises AccessError: someone else's account
        """
        self._check_key_account_page()
        return PeopleMap(self).content()

    def _get_key_account_people(self):
        """The people of the account and of all below it, the most influential first.

        Their ``key_account_role``, ``…_influence``, ``…_attitude`` and ``…_reports_to_id`` are for internal documents
        only, and in superuser mode open to any caller.
        """
        self.ensure_one()
        people = self._get_key_account_contacts()
        return people.sorted(lambda person: (INFLUENCES.index(person.key_account_influence), person.name or ""))

    def _get_outdated_profile_texts(self, months):
        """The labels of the texts that have not been checked for this many months.

        Texts that were never written count from the day on which the customer became an account.
        """
        self.ensure_one()
        limit = fields.Date.context_today(self) - relativedelta(months=months)
        return [
            self._fields[f"key_account_{name}"]._description_string(self.env)
            for name in TEXTS
            if not (checked := self[f"key_account_{name}_checked_on"] or self.key_account_since) or checked <= limit
        ]

    @api.model
    def _cron_remind_of_key_account_profiles(self):
        self._run_key_account_reminders(PROFILE_REMINDER, "_remind_of_key_account_profile")

    def _remind_of_key_account_profile(self):
        """Creates, updates or removes the account manager's reminder about this account."""
        months = self.key_account_manager_id.company_id.key_account_profile_months
        old = self._get_outdated_profile_texts(months) if months else []
        self._set_key_account_reminder(
            PROFILE_REMINDER,
            bool(old),
            fields.Date.context_today(self),
            self.env._("Check the profile: %(texts)s", texts=", ".join(old)),
        )

    def _drop_profile_reminders(self):
        """Removes reminders whose reason is gone; called when profiles were checked."""
        for account in self._get_reminded_key_accounts(PROFILE_REMINDER):
            account._remind_of_key_account_profile()
