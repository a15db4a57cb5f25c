"""What becomes of two accounts' records when the accounts become one."""

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_list, formatLang, html2plaintext

from ..models.account.account_guard import linked_fields
from ..models.account.key_account_profile import PERSON, TEXTS
from ..models.review.key_account_review import FROZEN_STATES

# What can be said in a line; pictures and yes or no are no loss
SHOWN_TYPES = ("char", "html", "text", "date", "float", "integer", "monetary", "many2one", "selection")
# Odoo writes these into the chatter itself, or they are no loss
NOT_SHOWN = {*models.MAGIC_COLUMNS, "color", "email", "name", "parent_id", "type", "tz"}


class AccountMerge:
    """Makes room for what is moved by SQL to the partner that stays, and writes what cannot be kept into its chatter.

    Reviews that were held and plans are kept, archived. Everybody reads the chatter, so it names what was not kept;
    what not everybody may know is added as tracked values of the field of partners where it is shown, whose groups
    protect it, or as an event of the account.
    """

    def __init__(self, sources, partner):
        self.sources = sources
        self.partner = partner
        self.env = partner.env
        self.lines = []
        self.tracked = []

    # === RECORDS, BEFORE THEY ARE MOVED ===#

    def make_room(self):
        """:raises UserError: two annual reviews of the same year that have not been held"""
        self._check_reviews()
        self._archive_reviews()
        self._archive_plans()
        self._drop_targets()
        self._drop_estimates()
        self._drop_forecasts()
        self._drop_snapshots()
        self._drop_invitations()
        self._take_profiles()
        self.env.flush_all()

    def _records(self, model, *domain):
        """The records of all, those of the partner that stays first. Rules must not hide what cannot be held twice."""
        partners = self.sources | self.partner
        records = self.env[model].sudo().search([("partner_id", "in", partners.ids), *domain])
        return records.sorted(lambda record: record.partner_id != self.partner)

    def _twice(self, records, *names):
        """:return: list of (record that stays, record of the same, which cannot be kept)"""
        kept, twice = {}, []
        for record in records:
            key = tuple(record[name] for name in names)
            if key in kept:
                twice.append((kept[key], record))
            else:
                kept[key] = record
        return twice

    def _check_reviews(self):
        reviews = self._records("key.account.review", ("state", "!=", "cancelled"))
        for same in reviews.grouped(lambda review: (review.company_id, review.year)).values():
            if len(same) > 1 and set(same.mapped("state")) - set(FROZEN_STATES):
                raise UserError(
                    self.env._(
                        "%(accounts)s both have an annual review for %(year)s. Cancel one of these reviews, then "
                        "merge the accounts.",
                        accounts=", ".join(same.partner_id.mapped("display_name")),
                        year=same[0].year,
                    )
                )

    def _archive_reviews(self):
        """A review that was held says what was agreed: both stay, one of them is the review of the year."""
        held = self._records("key.account.review", ("state", "in", FROZEN_STATES))
        for _kept, review in self._twice(held, "company_id", "year"):
            review.active = False
            self._add_line(self.env._("Annual Review (archived)"), review._get_html_link())

    def _archive_plans(self):
        """An account has one plan at a time: of those for the same days, the one of the account that stays is kept."""
        for plan in self._archive_overlapping("key.account.plan"):
            self._add_line(self.env._("Action Plan (archived)"), plan._get_html_link())
        # Only their own log says so: a coaching is a matter of coach and participants
        self._archive_overlapping("key.account.coaching.plan")

    def _archive_overlapping(self, model):
        # As in `_records`
        archived = kept = self.env[model].sudo()
        for plan in self._records(model):
            other = kept.filtered(
                lambda other, plan=plan: (
                    other.company_id == plan.company_id
                    and other.date_from <= plan.date_to
                    and other.date_to >= plan.date_from
                )
            )[:1]
            if not other:
                kept |= plan
                continue
            plan._message_log(
                body=self.env._(
                    "Archived when the accounts were merged: %(plan)s is for the same period.",
                    plan=other._get_html_link(),
                )
            )
            plan.active = False
            archived |= plan
        return archived

    def _drop_targets(self):
        records = self._records("key.account.target")
        for kept, target in self._twice(records, "company_id", "year", "kpi_id", "quarter", "category_id"):
            parts = (target.kpi_id.name, target.category_id.display_name, target.quarter and f"Q{target.quarter}")
            name = " ".join([*filter(None, parts), str(target.year)])
            values = [
                f"{name}: {formatLang(self.env, record.value)} {record.unit or ''}".strip() for record in (target, kept)
            ]
            self._add_line(self.env._("Target"), name)
            self._track("key_account_target_ids", *values)
            target.unlink()

    def _drop_estimates(self):
        records = self._records("key.account.demand")
        for kept, estimate in self._twice(records, "company_id", "year", "categ_id"):
            name = f"{estimate.categ_id.display_name} {estimate.year}"
            values = [
                f"{name}: {formatLang(self.env, record.amount)} {record.currency_id.name} ({record.source})"
                for record in (estimate, kept)
            ]
            self._add_line(self.env._("Estimated Purchases"), name)
            self._track("key_account_demand_ids", *values)
            estimate.unlink()

    def _drop_forecasts(self):
        """What was expected of each says nothing about both: the method is applied again to what had been invoiced."""
        self._records("key.account.forecast").unlink()

    def _drop_snapshots(self):
        """As forecasts: what each had says nothing about both. The next night computes the last months again."""
        self._records("key.account.snapshot").unlink()
        self._records("key.account.candidate").unlink()
        self._records("key.account.category.purchase").unlink()

    def _drop_invitations(self):
        """Of two contacts who are one, the invitation that was answered or sent stays: its link still works."""
        records = self._records("key.account.review.invitation")
        records = records.sorted(lambda record: not (record.used_on or record.answered_on or record.asked_on))
        for _kept, invitation in self._twice(records, "review_id"):
            self._add_line(self.env._("Invitation"), invitation.review_id.display_name)
            invitation.unlink()

    def _take_profiles(self):
        """What only one profile says is taken over. Nothing of profiles may be in the chatter: the rest is an event,
        which the same people may read.
        """
        for kept, profile in self._twice(self._records("key.account.profile")):
            values, lost = {}, []
            for name in (*TEXTS, *PERSON):
                other = profile[name]
                if name == "reports_to_id":
                    other -= self.sources | self.partner
                if not other or kept[name] == other:
                    continue
                # Their superior may still be at the account that goes
                if kept[name] or name == "reports_to_id":
                    label = kept._fields[name]._description_string(self.env)
                    self._add_line(label)
                    lost.append(f"{label}: {self._shown(profile, name)}")
                else:
                    values[name] = profile._fields[name].convert_to_write(other, profile)
                    if name in TEXTS:
                        values[f"{name}_checked_on"] = profile[f"{name}_checked_on"]
            account = kept.partner_id.key_account_id or profile.partner_id.key_account_id
            if lost and account:
                # Whoever merges contacts need not be able to enter events
                self.env["key.account.event"].sudo().create(
                    {
                        "partner_id": account.id,
                        "name": self.env._("Merged with %(partner)s", partner=profile.partner_id.name),
                        "description": "\n".join(lost),
                    }
                )
            profile.unlink()
            kept.write(values)

    def drop_doubles(self):
        """Where both partners took part, Odoo leaves the one that goes beside the one that stays."""
        for field in linked_fields(self.env, self.partner._name):
            if field.type == "many2many":
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s = ANY(%s)",
                        SQL.identifier(field.relation),
                        SQL.identifier(field.column2),
                        self.sources.ids,
                    )
                )

    # === FIELDS, AFTER ODOO HAS WRITTEN THEM ===#

    def compare_fields(self, summed):
        """What an account had, where the one that stays has something else.

        :param summed: names of fields that Odoo adds up
        """
        # Not everyone may read it
        if not self.partner.sudo().key_account_id:
            return
        for name, field in self.partner._fields.items():
            if not field.store or field.readonly or field.type not in SHOWN_TYPES or name in NOT_SHOWN.union(summed):
                continue
            for company in self._companies(field):
                # What is lost is written down, whoever merges; who may read it is decided where it is written
                kept = self.partner.sudo().with_company(company)
                for source in self.sources.sudo().with_company(company):
                    if source[name] and source[name] != kept[name]:
                        self._add_field(source, kept, field)

    def _companies(self, field):
        company = self.env.company
        # Also values of companies that the user does not work for
        return self.env["res.company"].sudo().search([]) if field.company_dependent else company

    def _add_field(self, source, kept, field):
        label = field._description_string(self.env)
        if not field.groups:
            self._add_line(label, self._shown(source, field.name))
            return
        self._add_line(label)
        description = kept.fields_get([field.name])[field.name]
        self.tracked.append(
            self.env["mail.tracking.value"]._create_tracking_values(
                source[field.name], kept[field.name], field.name, description, kept
            )
        )

    def _shown(self, record, name):
        field = record._fields[name]
        if field.type == "many2one":
            return record[name].display_name or ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(record[name], "")
        if field.type == "html":
            return html2plaintext(record[name] or "")
        return str(record[name] or "")

    # === THE CHATTER ===#

    def _add_line(self, label, value=""):
        self.lines.append(Markup("<li>%s</li>") % (Markup("%s: %s") % (label, value) if value else label))

    def _track(self, name, lost, kept):
        """Adds a value as text, with a field that is shown as text."""
        field = self.env["ir.model.fields"]._get(self.partner._name, name)
        self.tracked.append({"field_id": field.id, "old_value_char": lost, "new_value_char": kept})

    def post(self):
        """Writes what was not kept into the chatter, if there is anything."""
        if not self.lines:
            return
        names = format_list(self.env, [f"{source.name} (ID {source.id})" for source in self.sources])
        title = self.env._(
            "%(partner)s keeps its own values. What cannot be kept twice was, at %(sources)s:",
            partner=self.partner.name,
            sources=names,
        )
        self.partner._message_log(
            body=Markup("<p>%s</p><ul>%s</ul>") % (title, Markup().join(self.lines)),
            tracking_value_ids=[Command.create(values) for values in self.tracked],
        )
