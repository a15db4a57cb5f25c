"""The weekly message to account managers: what it says, once a week, stopped and started again, with a bad record."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tools import mute_logger

from .common import MANAGER
from .test_care_measure import MeasureCase

LOGGER = "odoo.addons.key_account_management.models.res_users"
MONDAY = "2025-03-10 06:00:00"


@freeze_time(MONDAY)
class TestCareMessage(MeasureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Everyone else with something to look after in this database has already been messaged
        cls.env["res.users"].search([]).key_account_care_message_date = date(2999, 1, 1)
        (cls.manager | cls.head | cls.rep).key_account_care_message_date = False
        cls.areas = cls.env["key.account.care.area"].search([])
        # Nothing is missing at first
        for account in cls.account | cls.foreign:
            for area in cls.areas:
                cls.measure(account, name=f"{area.name} of {account.name}", area_id=area.id, date_end=date(2999, 1, 1))

    def send(self, time_left=60):
        """:return: the messages that were sent: ``{user: body}``"""
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        self.steps = []

        # The test's transaction cannot be committed
        def commit_progress(_cron, processed=0, **values):
            self.steps.append((processed, values))
            return time_left

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit_progress):
            self.env["res.users"]._cron_send_key_account_care_messages()
        messages = self.env["mail.message"].search([("id", ">", before), ("message_type", "=", "user_notification")])
        bodies = {}
        for message in messages:
            for user in message.partner_ids.user_ids:
                self.assertNotIn(user, bodies, "two messages")
                bodies[user] = str(message.body)
        return bodies

    def overdue(self, account=None, **values):
        return self.measure(account, name="Late", area_id=self.areas[0].id, date_end=date(2025, 3, 9), **values)

    def test_nothing_when_nothing_needs_them(self):
        self.assertFalse(self.send())

    def test_only_what_needs_them(self):
        self.overdue(user_id=self.rep.id)
        self.overdue(self.foreign, user_id=self.head.id)
        self.measure(name="Unrated", state="done", done_on=date(2025, 3, 1))
        self.measure(name="Rated", state="done", effect="none")
        self.measure(name="Near", date_end=date(2025, 3, 11))
        process = {"check_rhythm": 1, "last_checked": date(2025, 2, 10)}
        processes = self.env["key.account.care.process"]
        processes.create({"name": "Due", "user_id": self.manager.id, **process})
        processes.create({"name": "Not Due", "user_id": self.manager.id, **process, "check_rhythm": 2})
        processes.create({"name": "Not Theirs", "user_id": self.head.id, "check_rhythm": 2})
        self.make_account("Bare")
        bodies = self.send()
        self.assertEqual(set(bodies), {self.manager, self.head})
        body = bodies[self.manager]
        for expected in (
            *("Measure overdue: Late", "Alpha", "Mar 9, 2025", "Rep is responsible", "Effect not rated: Unrated"),
            *("Care process to be checked: Due", "An account has a care area for which nothing is planned", "Bare"),
        ):
            self.assertIn(expected, body)
        for unexpected in (">Rated", "Near", "Not Due", "Not Theirs", "Beta"):
            self.assertNotIn(unexpected, body)
        self.assertIn("Beta", bodies[self.head])
        self.assertNotIn("Alpha", bodies[self.head])

    def test_once_a_week(self):
        self.overdue()
        self.assertEqual(set(self.send()), {self.manager})
        self.assertFalse(self.send())
        with freeze_time("2025-03-16 12:00:00"):
            self.assertFalse(self.send())
        with freeze_time("2025-03-17 06:00:00"):
            self.assertEqual(set(self.send()), {self.manager})

    def test_stopped_and_started_again(self):
        self.overdue()
        self.overdue(self.foreign)
        # No time is left after the first user
        first = set(self.send(time_left=0))
        self.assertEqual(len(first), 1)
        self.assertEqual(set(self.send()) | first, {self.manager, self.head})
        self.assertFalse(self.send())

    def test_each_user_is_committed(self):
        self.overdue()
        self.overdue(self.foreign)
        self.send()
        self.assertEqual(self.steps, [(0, {"remaining": 2}), (1, {}), (1, {})])

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_one_bad_record_does_not_stop_the_others(self):
        self.overdue()
        self.overdue(self.foreign)
        users = type(self.env["res.users"])
        gather = users._get_key_account_message

        def fail_for_manager(user):
            if user.id == self.manager.id:
                self.env.cr.execute("SELECT 1 / 0")
            return gather(user)

        with (
            patch.object(users, "_get_key_account_message", fail_for_manager),
            self.assertLogs(LOGGER, "ERROR") as logs,
            mute_logger("odoo.sql_db"),
        ):
            self.assertEqual(set(self.send()), {self.head})
        self.assertIn("Manager (test_manager)", logs.output[0])
        # It is caught up as soon as the job runs again
        self.assertEqual(set(self.send()), {self.manager})

    def test_in_the_users_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._get("key_account_management")._update_translations(["de_DE"])
        self.manager.lang = "de_DE"
        self.overdue()
        body = self.send()[self.manager]
        self.assertIn("09.03.2025", body)
        self.assertIn("Maßnahme überfällig", body)

    def test_not_to_those_who_left_the_role(self):
        self.overdue()
        self.manager.group_ids = [Command.unlink(self.env.ref(MANAGER).id)]
        self.assertFalse(self.send())
        self.manager.group_ids = [Command.link(self.env.ref(MANAGER).id)]
        self.manager.active = False
        self.assertFalse(self.send())

    def test_no_one_is_told_about_another_company(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        measure = self.overdue(company_id=other.id)
        self.assertFalse(self.send())
        self.manager.company_ids |= other
        self.manager.key_account_care_message_date = False
        self.assertIn(f"/{measure.id}", self.send()[self.manager])
