"""What we know about an account and its people: dated, protected on each way in, and with a reminder when it is old."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.addons.key_account_management.models import res_partner
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import HEAD, MANAGER, KeyAccountCase

NAMES = ["key_account_requirements", "key_account_requirements_checked_on"]
PERSON = ["key_account_role", "key_account_influence", "key_account_attitude", "key_account_reports_to_id"]
REMINDER = "key_account_management.mail_activity_check_profile"
ALL_TEXTS = ["Requirement Profile", "Tasks and Problems", "Markets and Competitors", "Technologies"]


class ProfileCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.rep, cls.manager, cls.head, cls.outsider):
            user.group_ids |= cls.env.ref("base.group_allow_export")
        # Another account manager with the role, but not on the account; and the head of another company
        cls.stranger = cls.make_user("stranger", f"{MANAGER},base.group_allow_export")
        cls.other_company = cls.make_company("Other Company", "base.EUR", chart=False)
        cls.other_head = cls.make_user("other_head", HEAD, company=cls.other_company)
        cls.boss, cls.buyer = cls.env["res.partner"].create(
            [{"name": "Berta Boss", "parent_id": cls.account.id}, {"name": "Bob Buyer", "parent_id": cls.account.id}]
        )
        cls.account.write({"key_account_since": date(2020, 1, 1), "key_account_requirements": "Secret wish"})
        cls.buyer.write(
            {
                "key_account_role": "buyer",
                "key_account_influence": "low",
                "key_account_attitude": "critic",
                "key_account_reports_to_id": cls.boss.id,
            }
        )

    def reminders(self, account=None):
        return (account or self.account).activity_search([REMINDER])


@freeze_time("2025-06-30 12:00:00")
class TestProfile(ProfileCase):
    # === TEXTS AND THEIR DATES ===#

    def test_a_changed_text_is_checked_today(self):
        account = self.account.with_user(self.manager)
        self.assertEqual(account.key_account_requirements_checked_on, fields.Date.today())
        with freeze_time("2025-07-03 12:00:00"), Form(account) as form:
            form.key_account_tasks = "Too few fitters"
        self.assertEqual(account.key_account_tasks_checked_on, date(2025, 7, 3))
        self.assertEqual(account.key_account_requirements_checked_on, date(2025, 6, 30))
        self.assertEqual(account.key_account_requirements, "Secret wish")
        self.assertFalse(account.key_account_markets_checked_on)
        account.key_account_tasks = False
        self.assertFalse(account.key_account_tasks_checked_on)

    def test_the_day_is_the_users(self):
        """23:30 in UTC is the next day in Berlin."""
        with freeze_time("2025-06-30 23:30:00"):
            account = self.account.with_user(self.manager)
            account.with_context(tz="Europe/Berlin").key_account_markets = "Europe"
            account.with_context(tz="America/New_York").key_account_tasks = "Few"
            self.assertEqual(account.key_account_markets_checked_on, date(2025, 7, 1))
            self.assertEqual(account.key_account_tasks_checked_on, date(2025, 6, 30))

    def test_still_valid(self):
        account = self.account.with_user(self.manager)
        with freeze_time("2025-09-01 12:00:00"):
            account.with_context(key_account_text="requirements").action_key_account_still_valid()
            self.assertEqual(account.key_account_requirements_checked_on, date(2025, 9, 1))
            with self.assertRaisesRegex(UserError, "Technologies is still empty"):
                account.with_context(key_account_text="technologies").action_key_account_still_valid()
            with self.assertRaisesRegex(UserError, "credit_limit"):
                account.with_context(key_account_text="credit_limit").action_key_account_still_valid()
            with self.assertRaises(AccessError):
                self.account.with_user(self.rep).with_context(
                    key_account_text="requirements"
                ).action_key_account_still_valid()

    def test_made_with_the_account(self):
        account = self.make_account("Gamma", key_account_requirements="Fast", key_account_markets="Wide")
        self.assertEqual((account.key_account_requirements, account.key_account_markets), ("Fast", "Wide"))
        self.assertEqual(len(account.key_account_profile_ids), 1)

    # === PEOPLE ===#

    def test_people_of_an_account(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        local = self.env["res.partner"].create({"name": "Lena Local", "parent_id": subsidiary.id})
        local.key_account_influence = "high"
        self.env["res.partner"].create({"name": "Dock", "parent_id": self.account.id, "type": "delivery"})
        people = self.account.with_user(self.manager)._get_key_account_people()
        self.assertEqual(people.mapped("name"), ["Lena Local", "Bob Buyer", "Berta Boss"])
        self.assertEqual(people[1].key_account_attitude, "critic")
        self.assertEqual(set(self.account.key_account_person_ids), set(people))
        action = self.account.with_user(self.manager).action_view_key_account_people()
        self.assertEqual(set(self.env["res.partner"].search(action["domain"])), set(people))

    def test_described_in_the_list(self):
        with Form(self.boss.with_user(self.manager)) as form:
            form.key_account_attitude = "supporter"
        self.assertEqual(self.boss.key_account_attitude, "supporter")
        self.assertFalse(self.boss.key_account_role)

    def test_loops(self):
        with self.assertRefused("Berta Boss → Bob Buyer → Berta Boss"):
            self.boss.with_user(self.manager).key_account_reports_to_id = self.buyer
        with self.assertRefused("Bob Buyer → Bob Buyer"):
            self.buyer.key_account_reports_to_id = self.buyer
        third = self.env["res.partner"].create({"name": "Third", "parent_id": self.account.id})
        third.key_account_reports_to_id = self.buyer
        with self.assertRefused("Berta Boss → Third → Bob Buyer → Berta Boss"):
            self.boss.key_account_reports_to_id = third

    def test_superiors_are_people_of_the_same_customer(self):
        stranger = self.env["res.partner"].create({"name": "Stranger", "parent_id": self.foreign.id})
        for superior in (stranger, self.account):
            with self.assertRefused("same customer"):
                self.boss.key_account_reports_to_id = superior

    def test_who_has_a_profile(self):
        with self.assertRefused("Alpha is a company"):
            self.account.key_account_role = "buyer"
        with self.assertRefused("does not belong to a key account"):
            self.make_customer("Ordinary").key_account_requirements = "None"

    # === ACCESS ===#

    def test_who_reads(self):
        for user, reads in (
            (self.rep, True),
            (self.manager, True),
            (self.head, True),
            (self.stranger, False),
        ):
            with self.subTest(user.name):
                self.env.invalidate_all()
                account, buyer = self.account.with_user(user), self.buyer.with_user(user)
                read = account.read(NAMES)[0]
                self.assertEqual(
                    [read[name] for name in NAMES], ["Secret wish", date(2025, 6, 30)] if reads else [False] * 2
                )
                read = buyer.read(PERSON, load=None)[0]
                self.assertEqual(
                    [read[name] for name in PERSON], ["buyer", "low", "critic", self.boss.id] if reads else [False] * 4
                )
                exported = buyer.export_data(["name", "key_account_attitude"])["datas"]
                self.assertEqual(exported, [["Bob Buyer", "Critic" if reads else ""]])
                profiles = self.env["key.account.profile"].with_user(user)
                domain = [("partner_id", "in", (self.account | self.buyer).ids)]
                self.assertEqual(profiles.search_count(domain), 2 if reads else 0)
                groups = profiles._read_group([*domain, ("attitude", "=", "critic")], ["attitude"], ["__count"])
                self.assertEqual(groups, [("critic", 1)] if reads else [])
                # Not from what someone else has read before
                self.assertEqual(self.account.sudo().key_account_requirements, "Secret wish")
                self.assertEqual(account.key_account_requirements, "Secret wish" if reads else False)

    @mute_logger("odoo.models", "odoo.orm.models")
    def test_without_a_role(self):
        for name in (*NAMES, *PERSON, "key_account_person_ids", "key_account_profile_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.buyer.with_user(self.outsider).read([name])
            with self.subTest(name), self.assertRaises(AccessError):
                self.buyer.with_user(self.outsider).export_data([name])
        with self.assertRaises(AccessError):
            self.env["key.account.profile"].with_user(self.outsider).search_count([])
        with self.assertRaises(AccessError):
            self.buyer.with_user(self.outsider).key_account_attitude = "neutral"

    def test_partners_cannot_be_searched_by_it(self):
        """A search would reveal what reading does not."""
        for domain in ([("key_account_attitude", "=", "critic")], [("key_account_requirements", "ilike", "wish")]):
            with self.subTest(domain), self.assertRaises(ValueError), mute_logger("odoo.models", "odoo.fields"):
                self.env["res.partner"].with_user(self.head).search(domain)
        domain = [("key_account_profile_ids.attitude", "=", "critic"), ("id", "=", self.buyer.id)]
        partners = self.env["res.partner"]
        self.assertFalse(partners.with_user(self.stranger).search(domain))
        self.assertEqual(partners.with_user(self.manager).search(domain), self.buyer)
        with self.assertRaises(AccessError):
            partners.with_user(self.outsider).search(domain)

    def test_who_writes(self):
        for user in (self.rep, self.stranger):
            with self.subTest(user.name):
                for partner, values in (
                    (self.account, {"key_account_requirements": "Mine"}),
                    (self.buyer, {"key_account_attitude": "supporter"}),
                    # No profile yet
                    (self.boss, {"key_account_attitude": "supporter"}),
                ):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        partner.with_user(user).write(values)
                self.assertFalse(self.account.with_user(self.rep).may_edit_key_account_profile)
        self.assertTrue(self.account.with_user(self.manager).may_edit_key_account_profile)
        self.buyer.with_user(self.head).key_account_attitude = "supporter"
        self.assertEqual(self.buyer.key_account_attitude, "supporter")

    def test_nobody_moves_a_profile_to_a_foreign_account(self):
        profile = self.env["key.account.profile"].search([("partner_id", "=", self.account.id)])
        with self.assertRaises(AccessError):
            profile.with_user(self.manager).partner_id = self.foreign

    def test_other_company(self):
        """Profiles of partners of one company are for that company; shared partners have shared profiles."""
        account = self.account.with_user(self.other_head).with_context(allowed_company_ids=self.other_company.ids)
        profiles = account.env["key.account.profile"]
        domain = [("partner_id", "=", self.account.id)]
        self.assertEqual(profiles.search_count(domain), 1)
        self.account.company_id = self.company
        self.assertEqual(profiles.search_count(domain), 0)
        with self.assertRaises(AccessError):
            account.read(NAMES)

    def test_nothing_reaches_the_chatter(self):
        before = self.account.message_ids | self.buyer.message_ids
        account = self.account.with_context(tracking_disable=False)
        account.key_account_requirements = "Another secret"
        self.buyer.with_context(tracking_disable=False).key_account_attitude = "supporter"
        self.env.flush_all()
        self.assertEqual(self.account.message_ids | self.buyer.message_ids, before)

    def test_merged_accounts_keep_one_profile(self):
        twin = self.make_account("Alfa", key_account_requirements="Other", key_account_tasks="Only here")
        self.env["base.partner.merge.automatic.wizard"]._merge((twin | self.account).ids, self.account)
        self.assertEqual(self.account.key_account_profile_ids.partner_id, self.account)
        self.assertEqual(self.account.key_account_requirements, "Secret wish")

    def test_ordinary_contacts_cost_nothing(self):
        ordinary = self.make_customer("Ordinary").with_user(self.manager)
        names = [*NAMES, *PERSON, "may_edit_key_account_profile", "key_account_visit_due", "key_account_last_visit"]
        counts = []
        for read in (["name", "key_account_id", "key_account_status"], ["name", *names]):
            for _round in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                ordinary.read(read)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


class TestProfileReminder(ProfileCase):
    """With a clock that moves: written on 30 June 2025, at six months they are old on 30 December."""

    @classmethod
    def setUpClass(cls):
        with freeze_time("2025-06-30 12:00:00"):
            super().setUpClass()
            cls.account.write(
                dict.fromkeys((f"key_account_{n}" for n in ("tasks", "markets", "technologies")), "Known")
            )

    def run_job(self, day, seconds_left=60):
        cron = type(self.env["ir.cron"])
        with freeze_time(day), patch.object(cron, "_commit_progress", lambda *args, **kwargs: seconds_left):
            self.env["res.partner"]._cron_remind_of_key_account_profiles()

    def test_reminded_once_by_the_day(self):
        self.account.key_account_manager_id.tz = "Europe/Berlin"
        self.run_job("2025-12-29 22:30:00")
        self.assertFalse(self.reminders())
        # Midnight in Berlin
        self.run_job("2025-12-29 23:30:00")
        reminder = self.reminders()
        self.assertEqual(reminder.user_id, self.manager)
        self.assertEqual(reminder.summary, f"Check the profile: {', '.join(ALL_TEXTS)}")
        self.assertEqual(reminder.date_deadline, date(2025, 12, 30))
        self.run_job("2025-12-31 23:30:00")
        self.assertEqual(self.reminders(), reminder)

    def test_names_what_is_old_and_goes_when_nothing_is(self):
        with freeze_time("2025-12-01 12:00:00"):
            self.account.key_account_requirements = "New wish"
        self.run_job("2026-02-01 12:00:00")
        self.assertEqual(self.reminders().summary, f"Check the profile: {', '.join(ALL_TEXTS[1:])}")
        with freeze_time("2026-02-02 12:00:00"):
            account = self.account.with_user(self.manager)
            account.with_context(key_account_text="tasks").action_key_account_still_valid()
            self.assertEqual(self.reminders().summary, f"Check the profile: {', '.join(ALL_TEXTS[2:])}")
            account.write({"key_account_markets": "New", "key_account_technologies": "New"})
            self.assertFalse(self.reminders())

    def test_never_written(self):
        """Texts never written are old the same number of months after the customer became an account."""
        account = self.make_account("Gamma", key_account_since=date(2025, 12, 1))
        self.run_job("2026-05-30 12:00:00")
        self.assertFalse(self.reminders(account))
        self.run_job("2026-06-02 12:00:00")
        self.assertEqual(len(self.reminders(account)), 1)

    def test_switched_off_and_given_up(self):
        self.company.key_account_profile_months = 0
        self.run_job("2026-12-31 12:00:00")
        self.assertFalse(self.reminders())
        self.company.key_account_profile_months = 1
        self.run_job("2026-12-31 12:00:00")
        self.assertEqual(len(self.reminders()), 1)
        self.account.key_account_status = "former"
        self.run_job("2026-12-31 12:00:00")
        self.assertFalse(self.reminders())
        with self.assertRefused("cannot be negative"):
            self.company.key_account_profile_months = -1

    def test_new_account_manager(self):
        self.run_job("2026-01-31 12:00:00")
        self.account.key_account_manager_id = self.head
        self.run_job("2026-02-01 12:00:00")
        self.assertEqual(self.reminders().user_id, self.head)

    def test_a_bad_record_does_not_stop_the_others(self):
        bad = self.make_account("Aa Broken", key_account_since=date(2020, 1, 1))
        remind = type(self.account)._remind_of_key_account_profile

        def failing(account):
            # A failure of the database, after which nothing else works without a savepoint
            if account.name == "Aa Broken":
                self.env.cr.execute("SELECT 1 / 0")
            return remind(account)

        self.patch(type(self.account), "_remind_of_key_account_profile", failing)
        with (
            self.assertLogs("odoo.addons.key_account_management.models.res_partner") as logs,
            mute_logger("odoo.sql_db"),
        ):
            self.run_job("2026-01-31 12:00:00")
        self.assertIn("Aa Broken", logs.output[0])
        self.assertFalse(self.reminders(bad))
        self.assertEqual(len(self.reminders()), 1)

    def test_stops_in_time_and_goes_on(self):
        """Each batch is committed; a run that has no time left ends, the next one does the rest."""
        accounts = self.account | self.make_account("Gamma", key_account_since=date(2020, 1, 1))
        domain = [("activity_type_id", "=", self.env.ref(REMINDER).id)]
        self.env["mail.activity"].search(domain).unlink()
        with patch.object(res_partner, "BATCH", 1):
            self.run_job("2026-01-31 12:00:00", seconds_left=0)
        self.assertEqual(self.env["mail.activity"].search_count(domain), 1)
        self.run_job("2026-01-31 12:00:00")
        self.assertEqual(sorted(self.reminders(accounts).mapped("res_id")), sorted(accounts.ids))


class TestProfileForm(ProfileCase):
    def test_team_member_reads_in_the_form(self):
        """Users with read access only see the page, and can save the rest of the form."""
        self.account.key_account_team_ids = [Command.set(self.rep.ids)]
        with Form(self.account.with_user(self.rep)) as form:
            self.assertEqual(form.key_account_requirements, "Secret wish")
            form.website = "https://alpha.example.com"
        self.assertEqual(self.account.key_account_requirements, "Secret wish")
