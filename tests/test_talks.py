"""The meetings of reviews and coaching sessions in the calendar: who changes what was agreed, and who is told."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.addons.key_account_management.screens.portal import PortalReview
from odoo.exceptions import AccessError
from odoo.fields import Command

from .common import MANAGER
from .dates import DatesCase

CHANGED = "key_account_management.activity_type_meeting_changed"


class TalkCase(DatesCase):
    def setUp(self):
        super().setUp()
        self.review.portal_enabled = True
        self.propose()
        self.review.slot_ids[0].action_take()
        self.meeting = self.review.meeting_id
        self.env.flush_all()
        self.env.invalidate_all()

    def as_user(self, user, meeting=None):
        return (meeting or self.meeting).with_env(self.env(user=user)).with_context(dont_notify=True)

    def told(self, review=None):
        return (review or self.review).sudo().activity_search([CHANGED])

    def seen_by_customer(self):
        """What the portal says of the review."""
        self.env.flush_all()
        self.env.invalidate_all()
        return PortalReview(self.review.sudo()).line()

    def agreed(self):
        review = self.review.sudo()
        return (review.state, review.start, review.stop, review.planned_date, review.place, review.participant_ids)


class TestTalks(TalkCase):
    # === PEOPLE WHO MAY NOT CHANGE THE REVIEW ===#

    def changes(self):
        """Every way in which someone changes the meeting in the calendar."""
        later = {"start": self.start + timedelta(days=3), "stop": self.start + timedelta(days=3, hours=1)}
        stranger = self.env["res.partner"].create({"name": "Stranger", "email": "s@example.com"})
        yield "date", lambda meeting: meeting.write(later)
        yield "drag and drop", lambda meeting: meeting.web_save(later, {"start": {}})
        yield "duration", lambda meeting: meeting.write({"duration": 5.0})
        yield (
            "whole day",
            lambda meeting: meeting.write(
                {"allday": True, "start_date": later["start"].date(), "stop_date": later["stop"].date()}
            ),
        )
        yield "place", lambda meeting: meeting.write({"location": "Elsewhere"})
        yield "video link", lambda meeting: meeting.write({"videocall_location": "https://evil.example.com"})
        yield "people", lambda meeting: meeting.write({"partner_ids": [Command.link(stranger.id)]})
        yield "people removed", lambda meeting: meeting.write({"partner_ids": [Command.unlink(self.anna.id)]})
        yield "name", lambda meeting: meeting.write({"name": "Something else"})
        yield "archive", lambda meeting: meeting.action_archive()
        yield "unlink", lambda meeting: meeting.unlink()
        yield (
            "recurrence",
            lambda meeting: meeting.write(
                {"recurrency": True, "rrule_type": "weekly", "count": 3, "tue": True, "wed": True, "thu": True}
            ),
        )
        yield (
            "unlinked from its review first",
            lambda meeting: (meeting.write({"res_id": False, "res_model_id": False}), meeting.unlink()),
        )
        yield (
            "with defaults in the context",
            lambda meeting: meeting.with_context(
                default_key_account_review_id=False, key_account_watched_meetings=meeting.ids
            ).write(later),
        )

    def test_who_may_not_change_the_review_changes_nothing_that_was_agreed(self):
        agreed, seen = self.agreed(), self.seen_by_customer()
        self.assertTrue(seen["date"])
        for user in (self.outsider, self.rep):
            for name, change in self.changes():
                with self.subTest(name, user=user.name), self.env.cr.savepoint() as savepoint:
                    if name == "recurrence":
                        # The meetings that follow would be activities of the review
                        with self.assertRaises(AccessError):
                            change(self.as_user(user))
                        continue
                    change(self.as_user(user))
                    self.env.flush_all()
                    self.assertEqual(self.agreed(), agreed)
                    self.assertEqual(self.seen_by_customer(), seen)
                    self.assertEqual(self.told().user_id, self.manager)
                    self.assertIn(user.name, self.told().summary)
                    self.assertTrue(self.review.is_meeting_changed)
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_the_account_manager_is_told_what_was_changed_and_by_whom(self):
        stranger = self.env["res.partner"].create({"name": "Stranger", "email": "s@example.com"})
        meeting = self.as_user(self.outsider)
        meeting.write({"location": "Elsewhere", "partner_ids": [Command.link(stranger.id)]})
        meeting.write({"start": datetime(2030, 5, 6, 8), "stop": datetime(2030, 5, 6, 9)})
        note = self.told().note
        for text in ("Outsider", "Elsewhere instead of Hamburg", "added: Stranger", "05/06/2030", "Restore Meeting"):
            self.assertIn(text, note)
        self.assertEqual(len(self.told()), 1)

    def test_a_recurrence_of_all_events_keeps_what_was_agreed(self):
        agreed = self.agreed()
        self.as_user(self.manager).write({"recurrency": True, "rrule_type": "daily", "count": 3, "event_tz": "UTC"})
        meeting = self.as_user(self.outsider)
        # Else Odoo refuses it: the meetings are activities of the review
        self.meeting.recurrence_id.calendar_event_ids.with_env(meeting.env).write(
            {"res_id": False, "res_model_id": False}
        )
        self.assertEqual(self.agreed(), agreed)
        meeting.write({"recurrence_update": "all_events", "location": "Elsewhere"})
        self.assertEqual(self.agreed(), agreed)
        self.assertIn("Elsewhere", self.told().note)
        meeting.write({"recurrence_update": "all_events", "start": self.start + timedelta(hours=2)})
        self.assertEqual(self.agreed(), agreed)
        meeting.action_mass_deletion("all_events")
        self.assertEqual(self.agreed(), agreed)
        self.assertFalse(self.review.meeting_id)
        self.assertIn("deleted", self.told().note)

    def test_attendees_of_the_calendar_decide_about_nobody(self):
        """Attendee records written by an employee, who is not the customer."""
        agreed = self.agreed()
        attendees = self.env["calendar.attendee"].with_user(self.outsider)
        own = attendees.search([("event_id", "=", self.meeting.id), ("partner_id", "=", self.anna.id)])
        own.write({"state": "declined"})
        self.assertEqual(self.agreed(), agreed)
        self.assertIn("Anna: set to declined", self.told().note)
        own.unlink()
        attendees.create({"event_id": self.meeting.id, "partner_id": self.foreign.id})
        self.assertEqual(self.agreed(), agreed)

    def test_links_of_meetings_cannot_be_set(self):
        meetings = self.env["calendar.event"].with_user(self.outsider)
        values = {"name": "Mine", "start": self.start, "stop": self.start + timedelta(hours=1)}
        for name in ("key_account_review_id", "key_account_session_id"):
            with self.assertRaises(AccessError):
                meetings.create({**values, name: self.review.id})
            with self.assertRaises(AccessError):
                self.as_user(self.outsider).write({name: False})
            with self.assertRaises(AccessError):
                meetings.search([(name, "=", self.review.id)])
            with self.assertRaises(AccessError):
                self.as_user(self.manager).read([name])
        with self.assertRaises(AccessError):
            meetings.with_context(default_key_account_review_id=self.review.id).create(values)
        # What leads to the review in Odoo's own fields decides about nothing
        forged = (
            self.env["calendar.event"]
            .with_user(self.manager)
            .create(
                {**values, "res_model_id": self.env["ir.model"]._get_id(self.review._name), "res_id": self.review.id}
            )
        )
        agreed = self.agreed()
        forged.write({"start": self.start + timedelta(days=5), "stop": self.start + timedelta(days=5, hours=1)})
        forged.unlink()
        self.assertEqual(self.agreed(), agreed)
        self.assertFalse(self.told())

    # === PEOPLE WHO MAY ===#

    def test_who_may_change_the_review_does_so_in_the_calendar(self):
        day = self.start + timedelta(days=3)
        for user in (self.manager, self.head):
            meeting = self.as_user(user)
            meeting.write({"start": day, "stop": day + timedelta(hours=2), "location": user.name})
            self.assertEqual(
                (self.review.start, self.review.stop, self.review.planned_date, self.review.place),
                (day, day + timedelta(hours=2), day.date(), user.name),
            )
            self.assertIn(user.name, self.seen_by_customer()["place"])
            self.assertFalse(self.told())
            self.assertFalse(self.review.is_meeting_changed)
            day += timedelta(days=1)
        other = self.make_user("other_manager", MANAGER)
        self.as_user(other).write({"location": "Nowhere"})
        self.assertEqual(self.review.place, "Head")
        self.assertIn("Other_Manager", self.told().summary)

    def test_what_others_changed_is_taken_over_or_put_back(self):
        day = self.start + timedelta(days=3)
        for accepted in (False, True):
            self.as_user(self.outsider).write({"start": day, "stop": day + timedelta(hours=1), "location": "Bremen"})
            self.review.invalidate_recordset()
            self.assertTrue(self.review.is_meeting_changed)
            with self.assertRaises(AccessError):
                self.review.with_user(self.rep).action_take_over_meeting()
            if accepted:
                self.review.action_take_over_meeting()
                self.assertEqual((self.review.start, self.review.place), (day, "Bremen"))
            else:
                self.review.action_restore_meeting()
                self.assertEqual((self.meeting.start, self.meeting.location), (self.start, "Hamburg"))
            self.review.invalidate_recordset()
            self.assertFalse(self.review.is_meeting_changed)
            self.assertFalse(self.told())

    def test_a_deleted_meeting_is_put_back(self):
        people = self.meeting.partner_ids
        self.as_user(self.outsider).unlink()
        self.assertTrue(self.review.is_meeting_changed)
        self.review.action_restore_meeting()
        meeting = self.review.meeting_id
        self.assertEqual(
            (meeting.start, meeting.location, meeting.partner_ids, meeting.user_id),
            (self.start, "Hamburg", people, self.manager),
        )
        self.as_user(self.manager, meeting).write({"location": "Bremen"})
        self.assertEqual(self.review.place, "Bremen")
        self.as_user(self.outsider, meeting).action_archive()
        self.review.action_take_over_meeting()
        self.assertEqual((self.review.state, self.review.planned_date), ("preparation", False))
        self.assertFalse(self.told())

    def test_held_reviews_stay(self):
        self.review.sudo().write({"year": fields.Date.today().year})
        self.review.action_hold()
        seen, agreed = self.seen_by_customer(), self.agreed()
        for user in (self.outsider, self.manager):
            self.as_user(user).write({"start": self.start + timedelta(days=9), "stop": self.start + timedelta(days=10)})
            self.as_user(user).write({"partner_ids": [Command.clear()], "location": "Elsewhere"})
        self.as_user(self.manager).unlink()
        self.assertEqual((self.seen_by_customer(), self.agreed()), (seen, agreed))

    # === MINUTES ===#

    def test_participants_of_another_customer_never_get_the_minutes(self):
        foreign = self.env["res.partner"].create(
            {"name": "Foreign", "email": "foreign@example.com", "parent_id": self.foreign.id}
        )
        unknown = self.env["res.partner"].create({"name": "Unknown", "email": "unknown@example.com"})
        self.as_user(self.manager).write({"partner_ids": [Command.link(foreign.id), Command.link(unknown.id)]})
        self.review.sudo().write({"year": fields.Date.today().year})
        self.review.action_hold()
        self.assertIn(foreign, self.review.participant_ids)
        self.manager.partner_id.email = "manager@example.com"
        recipients = self.review._get_minutes_recipients()
        self.assertEqual(recipients, self.anna | self.bernd | self.manager.partner_id)
        action = self.review.action_send_minutes()
        self.assertEqual(set(action["context"]["default_partner_ids"]), set(recipients.ids))
        # Whoever has moved to another customer since
        self.anna.parent_id = self.foreign
        self.assertNotIn(self.anna, self.review._get_minutes_recipients())

    # === DECLINED ===#

    def decline(self, partner, user=None):
        """As someone who follows the link in the invitation, without a login."""
        attendee = self.meeting.sudo().attendee_ids.filtered(lambda attendee: attendee.partner_id == partner)
        attendee.with_user(user or self.env.ref("base.public_user")).sudo().do_decline()

    def test_a_customer_who_declines_puts_the_date_back(self):
        self.decline(self.anna)
        self.assertEqual(
            (self.review.state, self.review.planned_date, self.review.start, self.meeting.active),
            ("preparation", False, False, False),
        )
        self.assertEqual(self.review.slot_ids[0].state, "withdrawn")
        activity = self.review.activity_ids.filtered(lambda activity: "Anna declined" in activity.summary)
        self.assertEqual(activity.user_id, self.manager)
        self.assertFalse(self.seen_by_customer()["date"])

    def test_others_of_the_customer_have_accepted(self):
        bernd = self.meeting.attendee_ids.filtered(lambda attendee: attendee.partner_id == self.bernd)
        bernd.state = "accepted"
        agreed = self.agreed()
        self.decline(self.anna)
        self.assertEqual(self.agreed(), agreed)
        self.assertTrue(self.review.activity_ids.filtered(lambda activity: "Anna declined" in activity.summary))

    def test_only_the_email_holds_the_link_to_decline(self):
        """Whoever read or chose it could decline for the customer, without a login."""
        attendee = self.meeting.sudo().attendee_ids.filtered(lambda each: each.partner_id == self.anna)
        for user in (self.outsider, self.rep, self.manager):
            with self.subTest(user.name):
                tried = attendee.with_user(user)
                with self.assertRaises(AccessError):
                    tried.read(["access_token"])
                with self.assertRaises(AccessError):
                    tried.search([("access_token", "=", attendee.access_token)])
                with self.assertRaises(AccessError):
                    tried.write({"access_token": "mine"})
                with self.assertRaises(AccessError):
                    tried.with_context(default_access_token="mine").create(
                        {"event_id": attendee.event_id.id, "partner_id": self.anna.id}
                    )
        token = attendee.access_token
        attendee.with_user(self.manager)._send_invitation_emails()
        message = (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", "calendar.event"), ("res_id", "=", attendee.event_id.id)], order="id desc", limit=1)
        )
        self.assertIn(token, message.body)

    def test_colleagues_who_decline_change_nothing(self):
        agreed = self.agreed()
        self.decline(self.manager.partner_id, self.manager)
        self.assertEqual(self.agreed(), agreed)

    def test_the_manager_enters_that_the_customer_declined(self):
        attendee = self.as_user(self.manager).attendee_ids.filtered(lambda attendee: attendee.partner_id == self.anna)
        attendee.do_decline()
        self.assertEqual(self.review.state, "preparation")

    # === SPEED ===#

    def test_other_meetings_cost_nothing(self):
        """Written as user, with and without what is in the cache, a meeting costs as many queries as Odoo alone."""
        values = {"name": "Plain", "partner_ids": [Command.set((self.outsider | self.rep).partner_id.ids)]}
        values |= {"start": self.start, "stop": self.start + timedelta(hours=1)}
        meeting = self.env["calendar.event"].with_user(self.outsider).create(values)
        meeting = meeting.with_context(dont_notify=True, no_mail_to_attendees=True)

        def count(cached):
            self.env.flush_all()
            self.env.invalidate_all()
            if cached:
                meeting.read(["name"])
            before = self.env.cr.sql_log_count
            self.hour = self.hour + 1
            start = self.start + timedelta(hours=self.hour)
            meeting.write({"start": start, "stop": start + timedelta(hours=1), "location": f"{self.hour}"})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.hour = 0
        count(cached=False)
        ours = [count(cached=False), count(cached=True)]
        event = self.env.registry["calendar.event"]
        self.patch(event, "_get_key_account_talks", lambda self: self.browse())
        self.patch(event, "_drop_visit_reminders", lambda self: None)
        fetch = next(
            base for base in event.__mro__ if "_get_public_fields" in vars(base) and "key" not in base.__module__
        )
        self.patch(event, "_fetch_query", fetch._fetch_query)
        self.assertEqual(ours, [count(cached=False), count(cached=True)])
