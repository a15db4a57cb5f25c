"""Coaching sessions: no one except coach, participants and head sees any of them, on any way in."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .coaching import CoachingCase
from .common import HEAD

SESSION = "key.account.coaching.session"


class TestPrivacy(CoachingCase):
    """The colleague also manages the account, and must not see the sessions of others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls.session(preparation="Secret plan", materials="<p>Secret link</p>").with_context(
            tracking_disable=False
        )
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref("base.group_allow_export")
        cls.insiders = (cls.manager, cls.rep, cls.head)
        cls.others = (cls.colleague, cls.stranger)

    def assertHidden(self, model, domain):
        """Others find nothing, insiders find it: otherwise the test would not notice a leak."""
        for user in self.insiders:
            self.assertTrue(self.env[model].with_user(user).search(domain), user.name)
        for user in (*self.others, self.outsider):
            with self.subTest(model, user=user.name):
                self.assertFalse(self.env[model].with_user(user).search(domain))
                self.assertFalse(self.env[model].with_user(user).search_count(domain))

    def test_lists_searches_and_groups(self):
        for user, seen in [(user, 1) for user in self.insiders] + [(user, 0) for user in self.others]:
            sessions = self.env[SESSION].with_user(user)
            mine = [("id", "=", self.secret.id)]
            with self.subTest(user.name):
                self.assertEqual(len(sessions.search(mine)), seen)
                self.assertEqual(sessions.search_count([("name", "ilike", "secret"), *mine]), seen)
                self.assertEqual(len(sessions.name_search("Secret", mine)), seen)
                self.assertEqual(sessions._read_group(mine, [], ["__count", "hours:sum"])[0][0], seen)
                self.assertEqual(len(sessions._read_group(mine, ["partner_id"], ["__count"])), seen)
                self.assertEqual(sessions.web_search_read(mine, {"name": {}})["length"], seen)
                grouped = sessions.formatted_read_group(mine, ["user_id"], ["__count"])
                self.assertEqual(sum(group["__count"] for group in grouped), seen)

    def test_reads_and_exports(self):
        for user in self.insiders:
            self.assertEqual(self.secret.with_user(user).read(["name"])[0]["name"], "Secret topic")
        for user in self.others:
            for method, *arguments in (
                ("read", ["name"]),
                ("web_read", {"preparation": {}}),
                ("export_data", ["name", "preparation"]),
                ("message_post",),
                ("write", {"name": "Mine"}),
                ("message_subscribe", user.partner_id.ids),
                ("activity_schedule",),
                ("action_hold",),
            ):
                with self.subTest(user.name, method=method), self.assertRaises(UserError):
                    getattr(self.secret.with_user(user), method)(*arguments)
        with self.assertRaises(AccessError):
            self.env[SESSION].with_user(self.outsider).search_count([])

    def test_through_other_models(self):
        plan = self.plan()
        self.secret.plan_id = plan
        colleague = self.env["res.partner"].with_user(self.colleague)
        self.assertFalse(plan.with_user(self.colleague).session_count)
        # A condition on sessions behind another record would tell whether there are some
        followers = (
            self.env["mail.followers"].sudo().search([("res_model", "=", SESSION), ("res_id", "=", self.secret.id)])
        )
        self.assertEqual(followers.partner_id, (self.manager | self.rep).partner_id)
        self.assertFalse(
            colleague.search(
                [("message_follower_ids.res_model", "=", SESSION), ("id", "=", colleague.env.user.partner_id.id)]
            )
        )

    def test_messages_and_changes(self):
        self.cr.precommit.clear()  # what set the test up was not to be tracked
        self.secret.with_user(self.manager).message_post(body="Secret remark")
        self.secret.with_user(self.manager).name = "Secret topic 2"
        # Odoo writes the messages before it commits
        self.cr.precommit.run()
        domain = [("model", "=", SESSION), ("res_id", "=", self.secret.id)]
        self.assertHidden("mail.message", domain)
        self.assertHidden("mail.message", [("body", "ilike", "Secret remark")])
        messages = self.env["mail.message"].search(domain)
        values = messages.sudo().tracking_value_ids.filtered(lambda value: value.new_value_char == "Secret topic 2")
        self.assertTrue(values)
        for user in self.others:
            with self.subTest(user.name), self.assertRaises(AccessError):
                messages.with_user(user).read(["body"])
            with self.subTest(user.name), self.assertRaises(AccessError):
                values.with_user(user).read(["new_value_char"])

    def test_attachments(self):
        attachments = self.env["ir.attachment"]
        attachment = attachments.with_user(self.manager).create(
            {"name": "Secret.txt", "raw": b"Secret", "res_model": SESSION, "res_id": self.secret.id}
        )
        self.assertHidden("ir.attachment", [("id", "=", attachment.id)])
        self.assertHidden("ir.attachment", [("name", "=", "Secret.txt")])
        self.assertEqual(attachment.with_user(self.rep).raw, b"Secret")
        for user in self.others:
            with self.subTest(user.name), self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])

    def test_activities(self):
        activity = self.secret.with_user(self.manager).activity_schedule(
            "mail.mail_activity_data_todo", summary="Secret step", user_id=self.rep.id
        )
        self.assertHidden("mail.activity", [("summary", "=", "Secret step")])
        for user in self.others:
            with self.subTest(user.name), self.assertRaises(AccessError):
                activity.with_user(user).read(["summary"])
        # No one is given a next step who could not see what it is about
        with self.assertRaisesRegex(UserError, "Add these people as participants first: Colleague"):
            self.secret.with_user(self.manager).activity_schedule(
                "mail.mail_activity_data_todo", summary="Secret step", user_id=self.colleague.id
            )
        activity.with_user(self.rep).action_feedback("Secret result")
        self.assertHidden("mail.message", [("body", "ilike", "Secret result")])

    def test_followers(self):
        self.assertEqual(self.secret.message_partner_ids, (self.manager | self.rep).partner_id)
        session, stranger = self.secret.with_user(self.manager), self.colleague.partner_id
        with self.assertRaisesRegex(UserError, "private to its coach and participants.*Colleague"):
            session.message_subscribe(stranger.ids)
        with self.assertRaisesRegex(UserError, "private to its coach and participants.*Colleague"):
            session.message_post(body="Look", partner_ids=stranger.ids)
        session.message_post(body="Look", partner_ids=self.rep.partner_id.ids)
        self.secret.with_user(self.manager).participant_ids = self.colleague
        self.assertEqual(self.secret.message_partner_ids, (self.manager | self.colleague).partner_id)
        self.assertFalse(self.env[SESSION].with_user(self.rep).search([("id", "=", self.secret.id)]))

    def test_calendar(self):
        """In Odoo anyone can search private meetings by their subject and description, so they say nothing."""
        event = self.secret.event_id
        self.assertEqual(
            (event.name, event.privacy, event.partner_ids),
            ("Manager, Rep", "private", (self.manager | self.rep).partner_id),
        )
        self.assertFalse(event.description or event.location or event.key_account_visit)
        messages = " ".join([*event.message_ids.mapped("body"), *event.message_ids.mapped("subject")])
        self.assertNotIn("oaching", messages)
        self.assertFalse(event.res_model or event.res_id or event.opportunity_id)
        for user in self.insiders[:2]:
            self.assertEqual(event.with_user(user).key_account_coaching_id, self.secret)
        for user in self.others:
            event.invalidate_recordset()
            self.assertFalse(event.with_user(user).key_account_coaching_id)
        for user in (*self.others, self.outsider, self.head):
            hidden = event.with_user(user)
            hidden.invalidate_recordset()
            with self.subTest(user.name):
                self.assertEqual((hidden.display_name, hidden.description), ("Busy", False))
                with self.assertRaises(AccessError):
                    hidden.write({"name": "Mine"})
        meetings = self.env["calendar.event"].with_user(self.colleague)
        self.assertFalse(meetings.search([("name", "ilike", "secret"), ("id", "=", event.id)]))
        self.assertNotIn("ecret", "".join(event.message_ids.mapped("body")))

    def test_other_companies(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        head = self.make_user("other_head", HEAD, company=other)
        sessions = self.env[SESSION].with_user(head).with_context(allowed_company_ids=other.ids)
        self.assertNotIn(self.secret, sessions.search([]))
        with self.assertRaises(AccessError):
            self.secret.with_env(sessions.env).read(["name"])


class TestCoachingSession(CoachingCase):
    # === WHO WRITES ===#

    def test_quick_entry(self):
        plan = self.plan()
        form = Form(
            self.env[SESSION]
            .with_user(self.manager)
            .with_context(**plan.with_user(self.manager).action_view_sessions()["context"])
        )
        form.name = "Opening"
        form.start = datetime(2025, 5, 5, 9)
        session = form.save()
        self.assertEqual(
            (session.partner_id, session.user_id, session.participant_ids), (self.account, self.manager, self.rep)
        )
        self.assertEqual((session.stop, session.hours, session.state), (datetime(2025, 5, 5, 10), 1.0, "planned"))
        self.assertFalse(session.event_id.res_id)

    def test_participants_read_and_talk(self):
        session = self.session().with_user(self.rep)
        session.message_post(body="Shall I bring samples?")
        self.assertIn("samples", session.message_ids[:1].body)
        for write in (
            lambda: session.write({"name": "Mine"}),
            lambda: session.action_hold(),
            lambda: session.unlink(),
            lambda: session.copy(),
        ):
            with self.assertRaises(UserError):
                write()

    def test_managers_are_coaches_of_their_own_sessions(self):
        sessions = self.env[SESSION].with_user(self.manager)
        values = {"name": "New", "partner_id": self.account.id, "start": "2025-05-05 09:00:00"}
        session = sessions.create(values)
        with self.assertRaisesRegex(UserError, "yourself as coach"):
            sessions.create({**values, "user_id": self.colleague.id})
        with self.assertRaisesRegex(UserError, "yourself as coach"):
            session.user_id = self.colleague
        with self.assertRaises(AccessError):
            sessions.with_context(default_user_id=self.colleague.id).create(values)
        with self.assertRaises(UserError):
            sessions.create({**values, "partner_id": self.foreign.id})
        with self.assertRaises(UserError):
            session.partner_id = self.foreign

    def test_head_plans_for_others(self):
        session = self.session(users=self.rep).with_user(self.head)
        session.start = datetime(2025, 5, 5, 10)
        self.assertEqual(session.sudo().event_id.start, datetime(2025, 5, 5, 10))
        session.user_id = self.colleague
        self.assertEqual(session.sudo().event_id.user_id, self.colleague)
        self.assertFalse(self.env[SESSION].with_user(self.manager).search([("id", "=", session.id)]))
        event = session.sudo().event_id
        session.unlink()
        self.assertFalse(event.exists())

    # === CALENDAR ===#

    def test_meeting_follows_the_session(self):
        session = self.session().with_user(self.manager)
        event = session.event_id
        self.assertEqual((event.start, event.stop), (session.start, session.stop))
        session.write({"start": datetime(2025, 6, 1, 9), "stop": datetime(2025, 6, 1, 12), "hours": 5.0})
        self.assertEqual((event.start, event.stop, session.hours), (session.start, session.stop, 5.0))
        session.participant_ids |= self.colleague
        self.assertEqual(event.partner_ids, (self.manager | self.rep | self.colleague).partner_id)
        session.action_cancel()
        self.assertFalse(event.active)
        session.action_plan()
        self.assertTrue(event.active)
        self.assertEqual(session.event_id, event)
        session.action_archive()
        self.assertFalse(event.active)

    def test_session_follows_the_meeting(self):
        session = self.session()
        planned = (session.start, session.stop, session.hours)
        times = {"start": datetime(2025, 7, 1, 9), "stop": datetime(2025, 7, 1, 10, 30)}
        session.event_id.with_user(self.rep).write(times)
        self.assertEqual((session.start, session.stop, session.hours), planned)
        self.assertEqual(session.activity_ids.user_id, self.manager)
        self.assertIn("changed by Rep", session.activity_ids.summary)
        self.assertIn("Date: 07/01/2025", session.activity_ids.note)
        session.event_id.with_user(self.manager).write({"start": datetime(2025, 8, 1, 9)})
        session.event_id.with_user(self.manager).write(times)
        self.assertEqual(
            (session.start, session.stop, session.hours), (datetime(2025, 7, 1, 9), datetime(2025, 7, 1, 10, 30), 1.5)
        )
        session.event_id.with_user(self.rep).unlink()
        self.assertEqual(len(session.activity_ids), 1)
        self.assertIn("The meeting was deleted.", session.activity_ids.note)
        self.assertIn("Save it with its dates", session.activity_ids.note)
        self.assertEqual(session.start, datetime(2025, 7, 1, 9))
        session.start = datetime(2025, 7, 1, 8)
        self.assertEqual(session.event_id.start, datetime(2025, 7, 1, 8))

    def test_a_coach_changes_all_of_the_meeting_at_once(self):
        """Only the times are the session's: what else the coach enters in the calendar stays."""
        session = self.session()
        guest = self.make_customer("Guest", is_company=False)
        session.event_id.with_user(self.manager).write(
            {
                "start": datetime(2025, 7, 1, 9),
                "stop": datetime(2025, 7, 1, 10),
                "partner_ids": [Command.link(guest.id)],
            }
        )
        self.assertEqual((session.start, session.hours), (datetime(2025, 7, 1, 9), 1.0))
        self.assertIn(guest, session.event_id.partner_ids)
        self.assertFalse(session.activity_ids)

    def test_a_coach_who_changes_something_else_takes_over_no_times(self):
        """Of someone who may not change the session."""
        session = self.session()
        session.event_id.with_user(self.rep).write({"start": datetime(2025, 7, 1, 9), "stop": datetime(2025, 7, 1, 10)})
        session.event_id.with_user(self.manager).location = "Hamburg"
        self.assertEqual(session.start, datetime(2025, 5, 5, 9))
        self.assertEqual(session.event_id.start, datetime(2025, 7, 1, 9))

    def test_the_session_says_when_it_was_moved_in_the_calendar(self):
        """It is written as by hand: also what is tracked, and what other modules do then."""
        session = self.session().with_context(tracking_disable=False)
        self.cr.precommit.clear()  # what set the test up was not to be tracked
        session.event_id.with_user(self.manager).with_context(tracking_disable=False).write(
            {"start": datetime(2025, 7, 1, 9), "stop": datetime(2025, 7, 1, 10)}
        )
        self.cr.precommit.run()
        moved = session.sudo().message_ids.tracking_value_ids.filtered(lambda value: value.field_id.name == "start")
        self.assertEqual(moved.new_value_datetime, datetime(2025, 7, 1, 9))

    def test_meetings_of_others_are_left_alone(self):
        """One that was only linked is neither taken over nor deleted."""
        private = self.env["calendar.event"].create(
            {
                "name": "Private",
                "start": datetime(2025, 5, 5, 9),
                "stop": datetime(2025, 5, 5, 10),
                "privacy": "private",
            }
        )
        session = self.session()
        session.sudo().event_id = private
        session.with_user(self.manager).start = datetime(2025, 5, 5, 8)
        self.assertEqual((private.name, private.start), ("Private", datetime(2025, 5, 5, 9)))
        session.sudo().event_id = private
        private.start = datetime(2025, 5, 5, 9, 30)
        self.assertEqual(session.start, datetime(2025, 5, 5, 8))
        session.with_user(self.manager).unlink()
        self.assertTrue(private.exists())

    # === STATES ===#

    def test_states(self):
        session = self.session().with_user(self.manager)
        session.action_hold()
        self.assertEqual(session.state, "held")
        session.action_plan()
        later = self.session(
            start=fields.Datetime.now() + timedelta(days=1), stop=fields.Datetime.now() + timedelta(days=2)
        )
        with self.assertRaisesRegex(UserError, "Secret topic has not started yet"):
            (later | session).action_hold()
        self.assertEqual(session.state, "planned")
        copy = session.copy()
        self.assertEqual((copy.state, copy.start, copy.event_id == session.event_id), ("planned", session.start, False))

    # === BAD INPUT ===#

    def test_bad_input(self):
        plan, foreign = self.plan(), self.plan(self.foreign, self.head, user_id=self.head.id)
        for message, values in (
            ("must end after it starts", {"stop": datetime(2025, 5, 5, 9)}),
            ("hours of a session cannot be negative", {"hours": -1.0}),
            (
                "is outside the period of the coaching plan Alpha",
                {"plan_id": plan.id, "start": datetime(2024, 12, 31, 9)},
            ),
            ("is for Alpha, but the coaching plan", {"plan_id": foreign.id}),
            ("Walk-in is not a key account", {"partner": self.make_customer("Walk-in")}),
            ("Outsider has no role", {"users": self.outsider}),
            ("Stranger is not a member of the account team of Alpha", {"users": self.stranger}),
            ("Coach: Rep is not a key account manager", {"user_id": self.rep.id}),
        ):
            with self.subTest(message), self.assertRefused(message):
                self.session(**values)

    def test_plan_ends_where_the_user_is(self):
        plan = self.plan()
        values = {"name": "New", "partner_id": self.account.id, "user_id": self.manager.id}
        late = {"plan_id": plan.id, "start": datetime(2025, 12, 31, 23, 30), "stop": datetime(2026, 1, 1)}
        self.assertTrue(self.env[SESSION].with_context(tz="UTC").create({**values, **late}))
        with self.assertRaises(ValidationError):
            self.env[SESSION].with_context(tz="Europe/Berlin").create({**values, **late})

    def test_private_meetings_stay_private_as_talks(self):
        talk = self.env["calendar.event"].create(
            {
                "name": "Talk about us",
                "privacy": "private",
                "user_id": self.head.id,
                "partner_ids": [Command.set(self.head.partner_id.ids)],
                "start": "2025-05-06 09:00:00",
                "stop": "2025-05-06 10:00:00",
            }
        )
        session = self.session(talk_ids=[Command.set(talk.ids)])
        self.assertEqual(session.with_user(self.rep).talk_ids.mapped("display_name"), ["Busy"])
