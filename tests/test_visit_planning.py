"""When the next visit is due, planning it with one click, and the reminder about forgotten ones."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.key_account_management.models.res_partner_visits import visit_interval
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form

from .common import KeyAccountCase

REMINDER = "key_account_management.mail_activity_plan_visit"


@freeze_time("2025-06-30 12:00:00")
class TestVisitPlanning(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create({"name": "Frauke", "parent_id": cls.account.id})
        cls.tier = cls.env["key.account.tier"].create({"name": "Gold", "visit_target": 4})
        cls.account.write(
            {
                "key_account_tier_id": cls.tier.id,
                "key_account_since": date(2024, 1, 10),
                "street": "Gewerbepark 14",
                "zip": "24937",
                "city": "Flensburg",
                "country_id": cls.env.ref("base.de").id,
            }
        )
        cls.calendar = cls.company.resource_calendar_id

    @classmethod
    def visit(cls, start, partners=None, **values):
        events = cls.env["calendar.event"].with_context(dont_notify=True, no_mail_to_attendees=True)
        return events.create(
            {
                "name": "Visit",
                "key_account_visit": True,
                "user_id": cls.manager.id,
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set((partners or cls.contact).ids)],
                **values,
            }
        )

    def seen(self, user=None, account=None, **context):
        self.env.invalidate_all()
        account = (account or self.account).with_user(user or self.manager).with_context(**context)
        return (account.key_account_last_visit, account.key_account_visit_due, account.key_account_visit_overdue)

    def run_job(self, day):
        cron = type(self.env["ir.cron"])
        with freeze_time(day), patch.object(cron, "_commit_progress", lambda *args, **kwargs: 60):
            self.env.invalidate_all()
            self.env["res.partner"]._cron_remind_of_key_account_visits()

    def reminders(self, account=None):
        return (account or self.account).activity_search([REMINDER])

    # === DUE ===#

    def test_interval(self):
        """Twelve months divided by the visits, so that a year has that many."""
        begin = date(2025, 1, 1)
        for target, day in ((1, (2026, 1, 1)), (4, (2025, 4, 1)), (12, (2025, 2, 1)), (24, (2025, 1, 16))):
            self.assertEqual(begin + visit_interval(target), date(*day), target)
        for target in range(1, 53):
            days = (begin + visit_interval(target) - begin).days
            self.assertAlmostEqual(days, 365 / target, delta=2, msg=target)

    def test_due_after_the_last_visit(self):
        self.visit(datetime(2025, 2, 10, 9))
        self.visit(datetime(2025, 5, 20, 9))
        self.visit(datetime(2025, 6, 1, 9), key_account_visit=False)
        self.assertEqual(self.seen(), (date(2025, 5, 20), date(2025, 8, 20), False))
        self.assertEqual(self.account.with_user(self.manager).key_account_days_since_visit, 41)

    def test_never_visited(self):
        self.assertEqual(self.seen(), (False, date(2024, 4, 10), True))
        self.account.key_account_since = False
        created = self.account.create_date.date()
        self.assertEqual(self.seen()[1], created + visit_interval(4))

    def test_no_target(self):
        self.visit(datetime(2025, 2, 10, 9))
        for values in ({"key_account_status": "former"}, {"key_account_tier_id": False}):
            self.account.write(values)
            self.assertEqual(self.seen(), (date(2025, 2, 10), False, False))
        self.account.write({"key_account_status": "active", "key_account_tier_id": self.tier.id})
        self.tier.visit_target = 0
        self.assertEqual(self.seen()[1:], (False, False))

    def test_overdue_from_midnight_of_the_user(self):
        """Due on 30 June: overdue on 1 July, which begins earlier in Berlin than in New York."""
        self.visit(datetime(2025, 3, 30, 12))
        self.assertEqual(self.seen()[1:], (date(2025, 6, 30), False))
        with freeze_time("2025-06-30 22:30:00"):
            self.assertTrue(self.seen(tz="Europe/Berlin")[2])
            self.assertFalse(self.seen(tz="America/New_York")[2])

    def test_planned_is_not_overdue(self):
        self.visit(datetime(2025, 9, 1, 9))
        self.assertEqual(self.seen(), (False, date(2024, 4, 10), False))
        self.assertEqual(self.account.with_user(self.manager).key_account_planned_visit, date(2025, 9, 1))

    def test_search(self):
        self.visit(datetime(2025, 6, 1, 9), self.foreign)
        fresh = self.make_account("Gamma", key_account_tier_id=self.tier.id, key_account_since=date(2025, 6, 1))
        accounts = self.account | self.foreign | fresh
        partners = self.env["res.partner"]
        for user, found in ((self.manager, self.account), (self.head, self.account), (self.rep, self.account)):
            domain = [("id", "in", accounts.ids), ("key_account_visit_overdue", "=", True)]
            self.assertEqual(partners.with_user(user).search(domain), found)
            domain = [("id", "in", accounts.ids), ("key_account_visit_overdue", "=", False)]
            self.assertEqual(partners.with_user(user).search(domain), accounts - found)

    def test_access(self):
        stranger = self.make_user("stranger", "key_account_management.group_key_account_manager")
        for user, due in ((self.rep, True), (self.head, True), (stranger, False)):
            self.assertEqual(bool(self.seen(user)[1]), due, user.name)
        self.assertFalse(
            self.env["res.partner"]
            .with_user(stranger)
            .search([("key_account_visit_overdue", "=", True), ("id", "=", self.account.id)])
        )
        with self.assertRaises(AccessError):
            self.account.with_user(self.outsider).read(["key_account_visit_due"])
        with self.assertRaisesRegex(AccessError, "Alpha"):
            self.account.with_user(stranger).action_plan_key_account_visit()

    def test_queries(self):
        accounts = self.account | self.make_account("Gamma") | self.make_account("Delta")
        counts = []
        for partners in (self.account, self.account, accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.with_user(self.manager).read(["key_account_visit_due", "key_account_visit_overdue"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    # === PLANNING ===#

    def plan(self, user=None, account=None, guests=None, **context):
        """Someone plans a visit and chooses whom to invite: the contact, unless others are named."""
        account = (account or self.account).with_user(user or self.manager).with_context(**context)
        action = account.action_plan_key_account_visit()
        quiet = {"dont_notify": True, "no_mail_to_attendees": True}
        visits = self.env[action["res_model"]].with_user(user or self.manager)
        ((view, _type),) = action["views"]
        form = Form(visits.with_context(**action["context"], **quiet), view=self.env["ir.ui.view"].browse(view))
        for guest in self.contact if guests is None else guests:
            form.contact_ids.add(guest)
        return form.save().event_id

    def test_planned_with_one_click(self):
        self.visit(datetime(2025, 5, 20, 9))
        event = self.plan(self.rep)
        self.assertTrue(event.key_account_visit)
        self.assertEqual(event.name, "Visit to Alpha")
        self.assertEqual(event.user_id, self.rep)
        self.assertEqual(event.partner_ids, self.contact | self.rep.partner_id)
        self.assertEqual(event.location, "Gewerbepark 14, 24937 Flensburg, Germany")
        self.assertEqual(self.seen()[2], False)
        self.assertEqual(self.account.with_user(self.manager).key_account_planned_visit, event.start.date())

    def test_day_that_is_proposed(self):
        # A Wednesday
        self.visit(datetime(2025, 5, 20, 9))
        self.assertEqual(self.plan(tz="Europe/Berlin").start, datetime(2025, 8, 20, 8))

    def test_next_working_day(self):
        """What was due waits for the next working day: neither a weekend nor a holiday of the company."""
        with freeze_time("2025-07-03 12:00:00"):
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Independence Day",
                    "calendar_id": self.calendar.id,
                    "company_id": self.company.id,
                    "date_from": datetime(2025, 7, 4),
                    "date_to": datetime(2025, 7, 4, 23, 59),
                }
            )
            self.assertEqual(self.plan(tz="UTC").start, datetime(2025, 7, 7, 10))

    def test_no_one_is_invited_unless_chosen(self):
        self.contact.email = "frauke@example.com"
        self.account.email = "info@example.com"
        event = self.plan(guests=self.contact.browse())
        self.assertEqual(event.attendee_ids.partner_id, self.manager.partner_id)
        mails = self.env["mail.message"].sudo().search([("model", "=", event._name), ("res_id", "=", event.id)])
        self.assertFalse(mails.notified_partner_ids - self.manager.partner_id)

    def test_invited_in_the_calendar(self):
        """A meeting that is ticked as a visit says who gets an email."""
        self.contact.email = "frauke@example.com"
        form = Form(self.env["calendar.event"].with_user(self.manager).with_context(default_key_account_visit=True))
        self.assertIn("No one else is invited", form.key_account_invitation_note)
        form.partner_ids.add(self.contact)
        self.assertIn("by email when you save: Frauke", form.key_account_invitation_note)

    def test_other_meetings_have_no_note(self):
        form = Form(self.env["calendar.event"].with_user(self.manager))
        self.assertFalse(form.key_account_invitation_note)

    # === REMINDERS ===#

    def test_reminded_once(self):
        self.run_job("2025-06-30 12:00:00")
        reminder = self.reminders()
        self.assertEqual((reminder.user_id, reminder.date_deadline), (self.manager, date(2024, 4, 10)))
        self.assertEqual(reminder.summary, "A visit was due on 04/10/2024")
        self.run_job("2025-07-01 12:00:00")
        self.assertEqual(self.reminders(), reminder)

    def test_midnight_of_the_manager(self):
        self.visit(datetime(2025, 3, 30, 12))
        self.manager.tz = "America/New_York"
        self.run_job("2025-07-01 03:30:00")
        self.assertFalse(self.reminders())
        self.run_job("2025-07-01 04:30:00")
        self.assertEqual(len(self.reminders()), 1)

    def test_removed_when_planned(self):
        """Immediately, whoever plans it, and also for the account above."""
        subsidiary = self.make_account(
            "Alpha South",
            parent_id=self.account.id,
            key_account_tier_id=self.tier.id,
            key_account_since=date(2025, 1, 1),
        )
        local = self.env["res.partner"].create({"name": "Lena", "parent_id": subsidiary.id})
        self.run_job("2025-07-01 12:00:00")
        self.assertTrue(self.reminders() and self.reminders(subsidiary))
        event = self.plan(self.rep)
        self.assertFalse(self.reminders())
        self.assertTrue(self.reminders(subsidiary))
        event.sudo().active = False
        self.run_job("2025-07-02 12:00:00")
        self.assertTrue(self.reminders())
        meeting = self.visit(datetime(2025, 8, 1, 9), local, key_account_visit=False)
        self.assertTrue(self.reminders(subsidiary))
        meeting.key_account_visit = True
        self.assertFalse(self.reminders() | self.reminders(subsidiary))

    def test_removed_when_it_happened(self):
        self.run_job("2025-07-01 12:00:00")
        self.assertTrue(self.reminders())
        # Noted afterwards
        with freeze_time("2025-07-03 12:00:00"):
            self.visit(datetime(2025, 7, 2, 9))
        self.assertFalse(self.reminders())

    def test_a_bad_record_does_not_stop_the_others(self):
        bad = self.make_account("Aa Broken", key_account_tier_id=self.tier.id, key_account_since=date(2020, 1, 1))
        remind = type(self.account)._remind_of_key_account_visit

        def failing(account):
            if account.name == "Aa Broken":
                raise ValueError
            return remind(account)

        self.patch(type(self.account), "_remind_of_key_account_visit", failing)
        with self.assertLogs("odoo.addons.key_account_management.models.res_partner") as logs:
            self.run_job("2025-07-01 12:00:00")
        self.assertIn("Aa Broken", logs.output[0])
        self.assertFalse(self.reminders(bad))
        self.assertTrue(self.reminders())

    def test_other_meetings_cost_nothing(self):
        meeting = self.visit(datetime(2025, 8, 1, 9), key_account_visit=False)
        self.env.flush_all()
        with self.assertQueryCount(0):
            meeting._drop_visit_reminders()
