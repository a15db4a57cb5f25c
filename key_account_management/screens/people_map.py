"""The buying centre of an account: who reports to whom, what we know of them, and what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL, format_date

from ..figures.sources.visits import NOT_COMING
from ..tools.time_zones import company_day

INFLUENCES = ("high", "medium", "low", False)
# What makes a person one of whom something is known
KNOWN = ("role", "influence", "attitude", "reports_to_id", "our_contact_id")
# Kinds of visits in which nobody was spoken to, and those in which somebody was seen
NOBODY, SEEN = ("nobody_met",), ("visit",)


@dataclass
class Contact:
    """The last time that somebody of ours spoke to a person, and the last time that they met."""

    day: date
    user: int | None
    met: date | None


class PeopleMap:
    """
    :param account: a key account whose figures the user may see
    """

    def __init__(self, account: BaseModel) -> None:
        self.env = account.env
        self.account = account
        self.today = company_day(account.env.company)
        contacts = account.with_context(active_test=True)._get_key_account_contacts()
        # By whom they report to, people who have left as well: those below them still belong together
        profiles = self.env["key.account.profile"].search([("partner_id", "child_of", account.id)])
        self.profiles = {profile.partner_id.id: profile for profile in profiles}
        self.people = contacts.sorted(
            lambda person: (INFLUENCES.index(self.profile(person).influence), (person.name or "").casefold(), person.id)
        )
        self.superiors = self._read_superiors()

    def content(self) -> dict[str, Any]:
        """See ``get_key_account_people_map``."""
        leading = set(filter(None, self.superiors.values()))
        may_edit = bool(self.account.may_edit_key_account_profile)
        return {
            "people": [
                self._describe(person) | {"placed": person.id in leading or self._is_described(person)}
                for person in self.people
            ],
            "gaps": self.gaps(),
            "may_edit": may_edit,
        }

    def profile(self, person: BaseModel) -> BaseModel:
        return self.profiles.get(person.id) or self.env["key.account.profile"]

    # === WHO REPORTS TO WHOM ===#

    def _read_superiors(self) -> dict[int, int | None]:
        """:return: ``{person id: id of the nearest person above who is still there}``; a circle is cut open"""
        shown = set(self.people.ids)
        superiors = {person.id: self._superior(person, shown) for person in self.people}
        for person in superiors:
            seen, superior = {person}, superiors[person]
            while superior and superior not in seen:
                seen.add(superior)
                superior = superiors[superior]
            if superior == person:
                superiors[person] = None
        return superiors

    def _superior(self, person: BaseModel, shown: set[int]) -> int | None:
        seen, superior = {person.id}, self.profile(person).reports_to_id
        while superior and superior.id not in seen:
            if superior.id in shown:
                found: int = superior.id
                return found
            seen.add(superior.id)
            superior = self.profile(superior).reports_to_id
        return None

    # === WHAT WE KNOW OF THEM ===#

    def _is_described(self, person: BaseModel) -> bool:
        profile = self.profile(person)
        return any(profile[name] for name in KNOWN)

    def _describe(self, person: BaseModel) -> dict[str, Any]:
        profile, contact = self.profile(person), self.contacts.get(person.id)
        company = person.parent_id
        return {
            "id": person.id,
            "name": person.name or person.display_name,
            "function": person.function or "",
            "company": company.name if company and company != self.account else "",
            "role": self._label(profile, "role"),
            "influence": self._label(profile, "influence"),
            "attitude": self._label(profile, "attitude"),
            "attitude_code": profile.attitude or "",
            "our_contact": self.our_contact(person).name or "",
            "last_contact": fields.Date.to_string(contact.day) if contact else "",
            "last_contact_text": format_date(self.env, contact.day, date_format="medium") if contact else "",
            "superior": self.superiors[person.id],
        }

    def _label(self, profile: BaseModel, name: str) -> str:
        label: str = dict(profile._fields[name]._description_selection(self.env)).get(profile[name], "")
        return label

    def our_contact(self, person: BaseModel) -> BaseModel:
        """:return: who of us knows a person: as it was entered, otherwise who spoke to them last; none who has left"""
        contact = self.contacts.get(person.id)
        for user in (self.profile(person).our_contact_id.id, contact and contact.user):
            if user in self.users.ids:
                return self.users.browse(user)
        return self.users.browse()

    @cached_property
    def users(self) -> BaseModel:
        """Those of us who know any of these people, without those who have left."""
        ids = {contact.user for contact in self.contacts.values() if contact.user}
        ids.update(profile.our_contact_id.id for profile in self.profiles.values() if profile.our_contact_id)
        return self.env["res.users"].browse(sorted(ids)).filtered("active")

    @cached_property
    def contacts(self) -> dict[int, Contact]:
        """:return: ``{person id: Contact}`` of those to whom anybody of ours has spoken"""
        found: dict[int, Contact] = {}
        if not self.people:
            return found
        for person, moment, allday, user, is_met in self._read_contacts():
            day = moment.date() if allday else fields.Datetime.context_timestamp(self.account, moment).date()
            known = found.get(person)
            if not known:
                # The last one comes first
                found[person] = Contact(day, user, day if is_met else None)
            elif is_met and not known.met:
                known.met = day
        return found

    def _read_contacts(self) -> list[tuple[int, datetime, bool, int | None, bool]]:
        """:return: ``[(person id, start in UTC, whether of a whole day, user id, whether they met)]``: of each person
        the last one of either kind, the latest first"""
        visits = self.env["key.account.visit"]
        reported = visits._search(
            Domain("contact_ids", "in", self.people.ids)
            & Domain("state", "=", "done")
            & Domain("kind", "not in", NOBODY)
            & Domain("day", "<=", self.today)
        )
        self.env["calendar.event"].flush_model(["start", "stop", "allday", "active", "privacy", "user_id"])
        self.env["calendar.attendee"].flush_model(["partner_id", "event_id", "state"])
        visits.flush_model(["event_id", "kind", "state", "day", "user_id", "contact_ids"])
        # That colleagues have met a person is no secret among those who look after the account; what is private is
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (person, is_met) person, moment, allday, user_id, is_met
                  FROM (
                        SELECT attendee.partner_id AS person, event.start AS moment, event.allday IS TRUE AS allday,
                               event.user_id, visit.id IS NULL OR visit.kind IN %(seen)s AS is_met
                          FROM calendar_attendee attendee
                          JOIN calendar_event event ON event.id = attendee.event_id
                     LEFT JOIN key_account_visit visit ON visit.event_id = event.id
                         WHERE attendee.partner_id = ANY(%(people)s)
                           AND (attendee.state IS NULL OR attendee.state NOT IN %(not_coming)s)
                           AND event.active AND event.stop <= %(now)s
                           AND event.privacy IS DISTINCT FROM 'private'
                           AND (visit.id IS NULL OR visit.kind NOT IN %(nobody)s AND visit.state != 'cancelled')
                     UNION ALL
                        SELECT rel.partner_id, visit.day::timestamp, TRUE, visit.user_id, visit.kind IN %(seen)s
                          FROM key_account_visit visit
                          JOIN key_account_visit_contact_rel rel ON rel.visit_id = visit.id
                         WHERE visit.id IN %(reported)s AND rel.partner_id = ANY(%(people)s)
                       ) AS spoken
              ORDER BY person, is_met, moment DESC
                """,
                seen=SEEN,
                nobody=NOBODY,
                not_coming=NOT_COMING,
                people=self.people.ids,
                now=fields.Datetime.now(),
                reported=reported.subselect(),
            )
        )
        return sorted(rows, key=lambda row: row[1], reverse=True)

    # === WHAT IS MISSING ===#

    def gaps(self) -> list[str]:
        """What is missing in our relations, as sentences in the user's language."""
        if not self.people:
            return [self.env._("No people are known at this customer yet.")]
        return [gap for gap in (self._gap_of_decision(), *self._gaps_of_roles(), self._gap_of_contact()) if gap]

    def _with_role(self, role: str) -> BaseModel:
        return self.people.filtered(lambda person: self.profile(person).role == role)

    def _gap_of_decision(self) -> str:
        deciding = self._with_role("decision_maker")
        days = self.env.company.key_account_contact_days
        if not deciding:
            return self.env._("Nobody at decision level is known.")
        met = [contact.met for each in deciding.ids if (contact := self.contacts.get(each)) and contact.met]
        if not days:
            return ""
        if not met:
            return self.env._("Nobody at decision level has ever been met.")
        since = (self.today - max(met)).days
        return self.env._("Nobody at decision level met for %(days)s days.", days=since) if since >= days else ""

    def _gaps_of_roles(self) -> Iterable[str]:
        deciding = self._with_role("decision_maker")
        if deciding and not any(self.profile(person).attitude == "supporter" for person in deciding):
            yield self.env._("No supporter at decision level.")
        if not self._with_role("buyer"):
            yield self.env._("No contact in purchasing.")

    def _gap_of_contact(self) -> str:
        """Only of those who matter: to know everyone is nobody's aim."""
        unknown = self.people.filtered(lambda person: self._matters(person) and not self.our_contact(person))
        if not unknown:
            return ""
        names = ", ".join(person.name or person.display_name for person in unknown)
        return self.env._("Nobody of ours knows %(names)s.", names=names)

    def _matters(self, person: BaseModel) -> bool:
        profile = self.profile(person)
        return profile.role in ("decision_maker", "buyer") or profile.influence == "high"
