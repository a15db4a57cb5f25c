from contextlib import contextmanager

from odoo import api, fields, models
from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.exceptions import AccessError

from ..roles import EMPLOYEE, USER
from ..tools.deletion import on_deletion
from ..tools.rights import check_filled_in
from ..tools.rpc import check_records

# What makes a meeting a visit, and when it is
VISIT_FIELDS = {"key_account_visit", "partner_ids", "start", "stop", "start_date", "stop_date", "allday", "active"}
# Whose meeting it is
LINKS = ("key_account_review_id", "key_account_session_id", "key_account_visit_id")
FILLED_IN = ("key_account_coaching_id",)
# In the context while meetings are fetched. No client can send this very object.
FETCHING = object()
# The meetings that are being written, so that what Odoo writes within is not taken for a change of its own.
# Kept with the transaction, where no client can set it.
WATCHED = "key_account_watched_meetings"
# In the context while customers are written to about their review: ``invited``, ``moved``, ``cancelled``, ``reminded``
OCCASION = "key_account_occasion"


class CalendarEvent(models.Model):
    """Meetings with customers: visits and annual reviews."""

    _inherit = "calendar.event"

    key_account_visit = fields.Boolean(
        "Customer Visit",
        groups=EMPLOYEE,
        help="Once it is over, the meeting counts as a visit to the accounts whose contacts attended it.",
    )
    key_account_invitation_note = fields.Text(compute="_compute_key_account_invitation_note", groups=USER)
    # Set by the review and the session, which link back: `res_id`, which everyone may write, decides about nothing
    key_account_review_id = fields.Many2one(
        "key.account.review", copy=False, groups=fields.NO_ACCESS, index="btree_not_null", ondelete="set null"
    )
    key_account_session_id = fields.Many2one(
        "key.account.coaching.session", copy=False, groups=fields.NO_ACCESS, index="btree_not_null", ondelete="set null"
    )
    key_account_visit_id = fields.Many2one(
        "key.account.visit", copy=False, groups=fields.NO_ACCESS, index="btree_not_null", ondelete="set null"
    )
    key_account_coaching_id = fields.Many2one(
        "key.account.coaching.session",
        "Coaching Session",
        compute="_compute_key_account_coaching_id",
        groups=USER,
        help="Only its coach and participants see it.",
    )

    # === COMPUTE METHODS ===#

    @api.depends_context("uid")
    def _compute_key_account_coaching_id(self):
        # Meetings of coaching sessions are private: others must not cost a query
        meetings = self._origin.filtered(lambda meeting: meeting.privacy == "private")
        sessions = self.env["key.account.coaching.session"].with_context(active_test=False)
        found = sessions.search([("event_id", "in", meetings.ids)]).grouped("event_id") if meetings else {}
        for meeting in self:
            meeting.key_account_coaching_id = found.get(meeting._origin)

    @api.depends("key_account_visit", "partner_ids")
    @api.depends_context("uid", "lang")
    def _compute_key_account_invitation_note(self):
        self.key_account_invitation_note = False
        for meeting in self.filtered("key_account_visit"):
            meeting.key_account_invitation_note = meeting._get_key_account_invitation_note()

    # === CRUD METHODS ===#

    def _get_public_fields(self):
        # Like start and end: a private meeting counts as well, without its subject
        return super()._get_public_fields() | {"key_account_visit", *LINKS}

    def _fetch_query(self, query, fields):
        if self.env.context.get(MODULE_UNINSTALL_FLAG):
            # The columns may be gone already
            return super()._fetch_query(query, fields)
        # The links come along with whatever is read: asking for them when a meeting is written must not cost a query
        links = [self._fields[name] for name in LINKS]
        meetings = self.with_context(key_account_fetching=FETCHING)
        return (
            super(CalendarEvent, meetings)
            ._fetch_query(query, [*fields, *(field for field in links if field not in fields)])
            .with_env(self.env)
        )

    def _has_field_access(self, field, operation):
        if field.name in LINKS and operation == "read" and self.env.context.get("key_account_fetching") is FETCHING:
            return True
        return super()._has_field_access(field, operation)

    def web_read(self, specification):
        # In a form that is not saved, also below another record, stands what a client sent
        values_list = super().web_read(specification)
        if "key_account_coaching_id" in specification:
            self._hide_unreadable_sessions(values_list)
        return values_list

    def _hide_unreadable_sessions(self, values_list):
        ids = []
        for values in values_list:
            shown = values.get("key_account_coaching_id")
            ids.append(shown["id"] if isinstance(shown, dict) else shown)
        sessions = self.env["key.account.coaching.session"].browse({each for each in ids if each})
        readable = set(sessions.exists()._filtered_access("read").ids)
        for values, session in zip(values_list, ids, strict=True):
            if session and session not in readable:
                values["key_account_coaching_id"] = False

    @api.model_create_multi
    def create(self, vals_list):
        check_filled_in(self, FILLED_IN, vals_list)
        events = super().create(vals_list)
        events._drop_visit_reminders()
        return events

    def write(self, vals):
        check_filled_in(self, FILLED_IN, [vals])
        is_visit_changed = bool(VISIT_FIELDS & vals.keys())
        with self._get_key_account_talks()._watch():
            result = super().write(vals)
        if is_visit_changed:
            self._drop_visit_reminders()
        return result

    @on_deletion
    def _unlink_meetings_of_key_account_talks(self):
        for meeting in self._get_key_account_talks():
            for talk in meeting._get_key_account_talks_in():
                talk._handle_meeting_deleted()

    # === ACTION METHODS ===#

    @api.readonly
    def action_add_key_account_measure(self):
        """Opens a new measure for the account of the opportunity or of the people in the meeting, the user's first."""
        check_records(self, single=True)
        accounts = (self.opportunity_id.partner_id | self.partner_ids).key_account_id
        return self.env["key.account.care.measure"]._get_add_action(
            self,
            accounts.sorted("is_my_key_account", reverse=True)[:1],
            event_id=self.id,
            opportunity_id=self.opportunity_id.id,
        )

    @api.readonly
    def action_write_key_account_report(self):
        """Opens the report on a meeting that was a visit; it gets a visit of its own when the report is saved."""
        check_records(self, single=True)
        self.check_access("read")
        self.env["key.account.visit"].check_access("create")
        self._check_key_account_may_link()
        return self.env["key.account.visit"]._get_report_action({"event_id": self.id})

    # === BUSINESS METHODS ===#

    def message_notify(self, **kwargs):
        if self.env.context.get(OCCASION):
            # Our own emails are complete without what Odoo writes around those about meetings
            kwargs |= {"email_layout_xmlid": "mail.mail_notification_layout", "email_add_signature": False}
        return super().message_notify(**kwargs)

    def _check_key_account_may_link(self):
        """:raises AccessError: for private meetings of others, which in Odoo can be read, but without their subject"""
        if any(meeting._check_private_event_conditions() for meeting in self):
            raise AccessError(
                self.env._("This is a private meeting of others. Choose a meeting that you may see or take part in.")
            )

    def _drop_visit_reminders(self):
        """Whoever plans a visit is no longer reminded of it."""
        # Other meetings must not cost a query
        self.filtered("key_account_visit").partner_ids._drop_visit_reminders()

    def _get_key_account_invitation_note(self):
        """:return: who gets an email when the visit is saved"""
        self.ensure_one()
        guests = self.partner_ids._origin - self.env.user.partner_id
        invited = guests.filtered("email")
        texts = []
        if invited:
            texts.append(self.env._("Get an invitation by email when you save: %(names)s.", names=_names(invited)))
        if guests - invited:
            texts.append(self.env._("Without an email address: %(names)s.", names=_names(guests - invited)))
        if not guests:
            texts.append(
                self.env._(
                    "No one else is invited. The meeting counts as a visit to the account once someone from there is "
                    "an attendee; each attendee gets an invitation by email."
                )
            )
        return " ".join(texts)

    def _get_key_account_talks(self):
        """:return: those of the meetings that belong to a review, a coaching session or a visit, as superuser"""
        meetings = self.filtered("id")
        # With the rights of the user, as Odoo does next anyway: the links come along
        meetings.mapped("user_id")
        # As superuser: no one may read or write the links
        return meetings.sudo().filtered(lambda meeting: any(meeting[link] for link in LINKS))

    def _get_key_account_review(self):
        """:return: the review that takes place in this meeting and has not been held yet, as superuser"""
        self.ensure_one()
        # As superuser: see above
        review = self.sudo().key_account_review_id
        return review.filtered(lambda review: review.meeting_id == self and review.state == "scheduled")

    def _get_key_account_session(self):
        """:return: the coaching session that this meeting is for, as superuser"""
        self.ensure_one()
        # As superuser: see above
        session = self.sudo().key_account_session_id
        return session.filtered(lambda session: session.event_id == self)

    def _get_key_account_visit(self):
        """:return: the visit that this meeting is, as superuser; empty if it was only ticked as one"""
        self.ensure_one()
        # As superuser: see above
        visit = self.sudo().key_account_visit_id
        return visit.filtered(lambda visit: visit.event_id == self)

    def _get_key_account_talks_in(self):
        """:return: what takes place in this meeting, to be told what happens to it"""
        return self._get_key_account_review(), self._get_key_account_session(), self._get_key_account_visit()

    @contextmanager
    def _watch(self):
        """What is changed in these meetings inside the block is told to their reviews and sessions afterwards."""
        watched = self.env.cr.precommit.data.setdefault(WATCHED, set())
        meetings = self.filtered(lambda meeting: meeting.id not in watched)
        if not meetings:
            yield
            return
        before = {meeting: meeting._get_key_account_facts() for meeting in meetings}
        watched.update(meetings.ids)
        try:
            yield
            for meeting in meetings.exists():
                after = meeting._get_key_account_facts()
                if after != before[meeting]:
                    for talk in meeting._get_key_account_talks_in():
                        talk._follow_meeting(before[meeting], after)
        finally:
            watched.difference_update(meetings.ids)

    def _is_key_account_watched(self):
        """Whether the meeting is being written: what belongs to it follows."""
        self.ensure_one()
        return self.id in self.env.cr.precommit.data.get(WATCHED, ())

    def _get_key_account_facts(self):
        """:return: what a review or a session has agreed about its meeting"""
        self.ensure_one()
        return {
            "active": self.active,
            "date": (self.start_date, self.stop_date) if self.allday else (self.start, self.stop),
            "place": (self.location or "", self.videocall_location or ""),
            "people": self.partner_ids,
            "name": self.name,
        }

    def _handle_key_account_decline(self, partners):
        """Some of the people who were invited declined."""
        for meeting in self._get_key_account_talks():
            meeting._get_key_account_review()._handle_declined(partners & meeting.attendee_ids.partner_id)


def _names(partners):
    return ", ".join(partner.name or partner.email or "" for partner in partners)
