"""A report on a visit, and what is made of it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...tools.rpc import shortened

TOKEN_LENGTHS = range(8, 101)
TEXT_LENGTH = 20_000
NAME_LENGTH = 500
MOST = 50
# What takes place at the customer's, and has a meeting
KINDS_WITH_MEETING = ("visit", "nobody_met")
# What one line can add
NEW = ("measure", "issue", "risk", "opportunity")
# Until when a measure is to be done, unless the report says it
DAYS_FOR_MEASURE = 14
# How a mood is written as a score from 0 to 10
SCORES = {1: 0.0, 2: 2.5, 3: 5.0, 4: 7.5, 5: 10.0}


class VisitReport:
    """What a client sends as a report, and makes of it what follows.

    :param report: ``{"visit_id" or "event_id" or "partner_id", "kind", "day", "people": [contact ids], "result": text,
        "settled": [{"model", "id"}], "new": [{"kind": one of `NEW`, "name", "day" or None}], "mood": 1 to 5 or None,
        "mood_contact_id": id or None, "next_day": day or None}``; days are ``YYYY-MM-DD``
    :raises UserError: for what is missing, or what cannot be read as that
    """

    def __init__(self, env, token, report):
        self.env = env
        self.visits = env["key.account.visit"]
        if not isinstance(token, str) or len(token) not in TOKEN_LENGTHS or not token.isprintable():
            raise UserError(env._("The report has no token: reload the page."))
        if not isinstance(report, Mapping):
            raise UserError(env._("A report is written as names and values."))
        self.token, self.report = token, report

    def save(self):
        """:return: the visit, saved by this report now or before"""
        # As superuser: nobody may read the token; whose visit it is, is checked
        known = self.visits.sudo().search([("report_token", "=", self.token)], limit=1).with_env(self.env)
        if known:
            known.check_access("read")
            return known
        kind = self._choice("kind", self.visits._fields["kind"].get_values(self.env), "visit")
        result = self._text(self.report.get("result"), TEXT_LENGTH)
        day = self._day("day") or fields.Date.context_today(self.visits)
        new = self._new()
        settled = self._list("settled")
        mood = self._mood(kind)
        next_day = self._day("next_day")
        if not any((result, new, settled, mood, next_day, kind == "nobody_met")):
            raise UserError(self.env._("What was said? Write a few words, or tick what follows."))
        today = fields.Date.context_today(self.visits)
        if next_day and next_day < today:
            raise UserError(
                self.env._("The next visit cannot be in the past: %(day)s.", day=format_date(self.env, next_day))
            )
        visit = self._report(kind, result, day)
        self._settle(visit, settled)
        for values in new:
            self._add(visit, **values)
        if mood:
            self._add_satisfaction(visit, mood)
        if next_day:
            self._plan_next(visit, next_day)
        # What cannot be saved is said now
        self.env.flush_all()
        return visit

    # === THE VISIT ===#

    def _report(self, kind, result, day):
        visit, event, account = self.visits._get_report_source(
            *(self._id(self.report.get(name)) for name in ("visit_id", "event_id", "partner_id"))
        )
        people = self._people()
        guarded = {
            "state": "done",
            "report_token": self.token,
            "reported_on": fields.Datetime.now(),
            "reported_by_id": self.env.uid,
        }
        values = {"kind": kind, "result": result}
        if people is not None:
            values["contact_ids"] = [fields.Command.set(people.ids)]
        if visit:
            if visit.state == "done":
                self._refuse_second(visit)
            # First: whoever saves another report on this visit at this moment waits, and finds it written
            visit._store({**guarded, "kind": kind})
            if visit.day != day:
                values |= visit._move_to(day)
            if kind in KINDS_WITH_MEETING and not visit.start:
                values["start"] = self.visits._get_start_of_report(day)
            visit.write(values)
        else:
            account = account or self._account_of(event)
            account._check_are_key_accounts()
            values |= {"partner_id": account.id, "user_id": self.env.uid}
            if event:
                values |= self._take_over(event, account, people)
            else:
                values |= {"day": day}
                if kind in KINDS_WITH_MEETING:
                    values["start"] = self.visits._get_start_of_report(day)
            visit = self.visits._make([{**values, **guarded}])
            visit.check_access("write")
            if event:
                # As superuser: nobody writes the link; that the meeting is the account's has been checked
                event.sudo().key_account_visit_id = visit
        return visit

    def _refuse_second(self, visit):
        raise UserError(
            self.env._(
                "%(name)s has already written the report on this visit. Open the visit to add to it; what you wrote is "
                "kept here.",
                name=visit.reported_by_id.name or self.env._("Someone else"),
            )
        )

    def _account_of(self, event):
        """:return: the account that a meeting is with"""
        accounts = event.partner_ids.key_account_id
        if len(accounts) == 1:
            return accounts
        raise UserError(
            self.env._("Which account was visited? Choose it at the top of the report.")
            if accounts or not event
            else self.env._(
                "None of the people in the meeting belongs to a key account. Choose the account at the top of the "
                "report."
            )
        )

    def _take_over(self, event, account, people):
        """:return: what the visit knows from a meeting that was only ticked as a visit so far"""
        if self.env.user.partner_id not in event.partner_ids and not any(
            partner._is_below(account) for partner in event.partner_ids
        ):
            raise AccessError(
                self.env._(
                    "You did not take part in this meeting, and nobody from %(account)s did.", account=account.name
                )
            )
        values = {"event_id": event.id, "start": event.start, "stop": event.stop, "location": event.location}
        if event.allday:
            values["day"] = event.start_date
        if people is None:
            contacts = event.partner_ids.filtered(lambda each: each._is_below(account) and not each.is_company)
            values["contact_ids"] = [fields.Command.set(contacts.ids)]
        return values

    def _people(self):
        """:return: who was met; None if the report does not say it"""
        if self.report.get("people") is None:
            return None
        people = self.env["res.partner"].browse(self._id(each) for each in self._list("people")).exists()
        people.check_access("read")
        return people

    # === WHAT FOLLOWS ===#

    def _settle(self, visit, settled):
        """What is done is done once: what somebody else has settled in the meantime stays as it is."""
        for each in settled:
            model, record_id = (each.get(name) for name in ("model", "id")) if isinstance(each, Mapping) else (None, 0)
            if model not in ("key.account.care.measure", "key.account.review.issue"):
                raise UserError(self.env._("%(what)s cannot be settled here.", what=shortened(each)))
            record = self.env[model].browse(self._id(record_id)).exists()
            record.check_access("read")
            if record.partner_id != visit.partner_id:
                continue
            if model == "key.account.review.issue":
                record.filtered(lambda issue: issue.state == "open").action_solve()
            else:
                record.filtered_domain(record._get_live_domain()).action_done()

    def _add(self, visit, kind, name, day):
        of_visit = {
            "name": name,
            "partner_id": visit.partner_id.id,
            "company_id": visit.company_id.id,
            "visit_id": visit.id,
        }
        today = fields.Date.context_today(visit)
        if kind == "measure":
            deadline = day or today + timedelta(days=DAYS_FOR_MEASURE)
            self.env["key.account.care.measure"].create(
                {
                    **of_visit,
                    "user_id": self.env.uid,
                    "date_start": min(today, deadline),
                    "date_end": deadline,
                    "event_id": visit.event_id.id,
                }
            )
        elif kind == "issue":
            self.env["key.account.review.issue"]._raise_in_visit(visit, name)
        elif kind == "risk":
            # As superuser: representatives enter no events, but what they hear in their own visit is part of it
            self.env["key.account.event"].sudo().create({**of_visit, "effect": "bad", "date": visit.day})
        else:
            lead = self.env["crm.lead"].create(
                {
                    "name": name,
                    "type": "opportunity",
                    "partner_id": visit.partner_id.id,
                    "company_id": visit.company_id.id,
                    "user_id": self.env.uid,
                    "date_deadline": day,
                }
            )
            visit.opportunity_id = lead

    def _add_satisfaction(self, visit, mood):
        contact = self.env["res.partner"].browse(self._id(self.report.get("mood_contact_id"))).exists()
        contact.check_access("read")
        # As superuser: representatives enter no scores, but what they hear in their own visit is part of it
        self.env["key.account.satisfaction"].sudo().create(
            {
                "partner_id": visit.partner_id.id,
                "company_id": visit.company_id.id,
                "contact_id": contact.id,
                "score": SCORES[mood],
                "date": visit.day,
                "source": "manual",
                "comment": self.env._("Mood in the conversation: %(mood)s of 5", mood=mood),
                "visit_id": visit.id,
            }
        )

    def _plan_next(self, visit, day):
        planned = self.visits.create(
            {
                "partner_id": visit.partner_id.id,
                "company_id": visit.company_id.id,
                "user_id": self.env.uid,
                "start": visit._prepare_next_start(day),
            }
        )
        visit._store({"next_visit_id": planned.id})

    # === WHAT THE CLIENT SENT ===#

    def _new(self):
        lines = []
        for each in self._list("new"):
            if not isinstance(each, Mapping) or each.get("kind") not in NEW:
                raise UserError(self.env._("%(what)s cannot be added here.", what=shortened(each)))
            name = self._text(each.get("name"), NAME_LENGTH)
            if name:
                lines.append({"kind": each["kind"], "name": name, "day": self._as_day(each.get("day"))})
        if len([line for line in lines if line["kind"] == "opportunity"]) > 1:
            raise UserError(self.env._("Add one opportunity; further ones are created under Opportunities."))
        return lines

    def _mood(self, kind):
        mood = self.report.get("mood")
        if not mood:
            return None
        if type(mood) is not int or mood not in SCORES:
            raise UserError(self.env._("Mood: choose a number from 1 to 5."))
        if kind == "nobody_met":
            raise UserError(self.env._("Nobody was met: there is no mood to note."))
        return mood

    def _choice(self, name, choices, default):
        value = self.report.get(name) or default
        if value not in choices:
            raise UserError(self.env._("“%(value)s” is not possible here.", value=shortened(value)))
        return value

    def _text(self, value, length):
        if not value:
            return ""
        if not isinstance(value, str):
            raise UserError(self.env._("“%(value)s” is not a text.", value=shortened(value)))
        # Neither can be stored: what ends a text, and halves of letters
        text = value.replace("\0", "").encode(errors="ignore").decode().strip()
        if len(text) > length:
            raise UserError(self.env._("A text may have at most %(length)s characters.", length=length))
        return text

    def _day(self, name):
        return self._as_day(self.report.get(name))

    def _as_day(self, value):
        if not value:
            return None
        try:
            day = fields.Date.to_date(value)
        except (AttributeError, TypeError, ValueError):
            day = None
        if not day or not 1900 <= day.year <= 2999:
            raise UserError(self.env._("“%(value)s” is not a date.", value=shortened(value)))
        return day

    def _list(self, name):
        value = self.report.get(name) or []
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)) or len(value) > MOST:
            raise UserError(self.env._("“%(value)s” is not possible here.", value=shortened(value)))
        return value

    def _id(self, value):
        """:return: an id, or nothing at all"""
        if not value:
            return ()
        if type(value) is not int or not 0 < value < 2**31:
            raise UserError(self.env._("There is no record with the ID %(id)s.", id=shortened(value)))
        return value
