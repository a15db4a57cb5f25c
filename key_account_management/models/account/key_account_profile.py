from odoo import api, fields, models
from odoo.exceptions import ValidationError

PERSON = ("role", "influence", "attitude", "reports_to_id", "our_contact_id")
TEXTS = ("requirements", "tasks", "markets", "technologies")


class KeyAccountProfile(models.Model):
    """What we know about an account or one of its people, which no one else may read.

    A separate model because partners are shared with every employee: what is in one of their fields can be
    searched and exported by anyone who may read contacts. Record rules protect it here, for each account; partners
    show it through fields that read and write it with the user's own rights (`res.partner`).
    Like its partner, it does not belong to a company: the rights on the partner are checked first.
    """

    _name = "key.account.profile"
    _description = "Key Account Profile"
    _inherit = ["key.account.account.mixin"]
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")

    # For an account
    requirements = fields.Text("Requirement Profile")
    requirements_checked_on = fields.Date("Requirement Profile Checked On", readonly=True)
    tasks = fields.Text("Tasks and Problems")
    tasks_checked_on = fields.Date("Tasks and Problems Checked On", readonly=True)
    markets = fields.Text("Markets and Competitors")
    markets_checked_on = fields.Date("Markets and Competitors Checked On", readonly=True)
    technologies = fields.Text()
    technologies_checked_on = fields.Date(readonly=True)

    # For a person
    role = fields.Selection(
        [
            ("decision_maker", "Decision Maker"),
            ("buyer", "Buyer"),
            ("user", "End User"),
            ("influencer", "Influencer"),
            ("gatekeeper", "Gatekeeper"),
        ],
        "Role in Buying Centre",
    )
    influence = fields.Selection([("low", "Low"), ("medium", "Medium"), ("high", "High")])
    attitude = fields.Selection(
        [("supporter", "Supporter"), ("neutral", "Neutral"), ("critic", "Critic"), ("unknown", "Unknown")],
        "Attitude towards Us",
    )
    reports_to_id = fields.Many2one("res.partner", "Reports to", index="btree_not_null", ondelete="set null")
    our_contact_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        index="btree_not_null",
        ondelete="set null",
        help="Who of us knows this person. If empty, whoever spoke to them last.",
    )

    _partner_uniq = models.UniqueIndex("(partner_id)", "This contact already has a profile.")

    # === CONSTRAINT METHODS ===#

    @api.constrains(*PERSON)
    def _check_is_person(self):
        for profile in self:
            if profile.partner_id.is_company and any(profile[name] for name in PERSON):
                raise ValidationError(
                    self.env._(
                        "%(company)s is a company. Role, influence, attitude, superior and our contact can only be "
                        "set on its contacts.",
                        company=profile.partner_id.display_name,
                    )
                )

    @api.constrains("reports_to_id")
    def _check_reports_to(self):
        for profile in self.filtered("reports_to_id"):
            person, superior = profile.partner_id, profile.reports_to_id
            if superior.is_company or _top(superior) != _top(person):
                raise ValidationError(
                    self.env._(
                        "%(person)s can only report to someone at the same customer, and %(superior)s does not "
                        "belong to it.",
                        person=person.name,
                        superior=superior.display_name,
                    )
                )
            superiors = profile._get_superiors()
            if person in superiors:
                raise ValidationError(
                    self.env._(
                        "No one can report to themselves, either directly or through others: %(chain)s. Choose "
                        "another superior for one of them.",
                        chain=" → ".join((person + superiors[: superiors.ids.index(person.id) + 1]).mapped("name")),
                    )
                )

    @api.model
    def _check_accounts(self, partners):
        """People of an account have a profile as well."""
        for partner in partners:
            if not partner.key_account_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to a key account. Only key accounts and their contacts have a "
                        "profile.",
                        contact=partner.display_name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        for profile, vals in zip(profiles, vals_list, strict=True):
            profile._set_check_dates(vals)
        return profiles

    def write(self, vals):
        result = super().write(vals)
        self._set_check_dates(vals)
        if any(f"{name}_checked_on" in vals or name in vals for name in TEXTS):
            self.partner_id._drop_profile_reminders()
        return result

    # === BUSINESS METHODS ===#

    def _set_check_dates(self, vals):
        """A text that is written has been checked today, unless the values say when; an empty one never has."""
        today = fields.Date.context_today(self)
        dates = {f"{name}_checked_on": today if vals[name] else False for name in TEXTS if name in vals}
        dates = {name: day for name, day in dates.items() if name not in vals}
        if dates:
            self._store(dates)

    def _get_superiors(self):
        """:return: everyone above the person, bottom up; in a loop also the person"""
        self.ensure_one()
        # A loop is a loop, whoever may see the people in it
        profiles = self.sudo()
        superiors, superior = self.env["res.partner"], self.reports_to_id
        while superior and superior not in superiors:
            superiors += superior
            superior = profiles.search([("partner_id", "=", superior.id)]).reports_to_id
        return superiors


def _top(partner):
    while partner.parent_id:
        partner = partner.parent_id
    return partner
