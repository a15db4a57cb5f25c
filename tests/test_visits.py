"""Customer visits, from the calendar."""

from datetime import date, datetime, time

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form

from .common import YEAR, KeyAccountCase
from .visits import make_meeting

CODES = ["visits", "visit_target", "days_since_visit", "next_visit_days"]


@freeze_time("2025-06-30 12:00:00")
class TestVisits(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create({"name": "Frauke", "parent_id": cls.account.id})
        cls.account.key_account_tier_id = cls.env.ref("key_account_management.key_account_tier_a")
        cls.account.key_account_tier_id.visit_target = 12

    @classmethod
    def visit(cls, start, partners=None, **values):
        return make_meeting(cls.manager, start, partners or cls.contact, **values)

    def values(self, partner=None, period=YEAR, **options):
        figures = self.figures(partner or self.account, period, CODES, **options)
        return tuple(figures[code]["value"] for code in CODES)

    def test_what_counts(self):
        colleague = self.env["res.partner"].create({"name": "Ole", "parent_id": self.account.id})
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        stranger = self.env["res.partner"].create({"name": "Stranger", "parent_id": self.foreign.id})
        counted = self.visit(datetime(2025, 3, 1, 9), self.contact | colleague | self.manager.partner_id)
        counted |= self.visit(datetime(2025, 4, 1, 9), subsidiary)
        counted |= self.visit(datetime(2025, 6, 30, 10))
        self.visit(datetime(2025, 3, 1, 9), stranger)
        self.visit(datetime(2025, 3, 2, 9), key_account_visit=False)
        self.visit(datetime(2025, 3, 3, 9), active=False)
        self.visit(datetime(2025, 6, 30, 11, 30))
        self.visit(datetime(2025, 7, 15, 9))
        self.assertEqual(self.values(), (3, 12.0, 0, 15))
        figures = self.figures(self.account, codes=CODES)
        self.assertEqual(figures["visits"]["note"], "Next visit: Jul 15, 2025.")
        action = self.account.action_view_key_account_figure("visits", *YEAR)
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), counted.sorted("start", reverse=True))

    def test_archived_contact_was_visited(self):
        self.visit(datetime(2025, 3, 1, 9))
        self.contact.active = False
        self.assertEqual(self.values()[0], 1)

    def test_never_visited(self):
        figures = self.figures(self.account, codes=CODES)
        self.assertEqual([figures[code]["value"] for code in CODES], [0, 12.0, None, None])
        self.assertFalse(figures["visits"]["note"])
        self.assertEqual(figures["next_visit_days"]["note"], "No visit is planned.")
        self.assertEqual(figures["days_since_visit"]["note"], "No visit is on record.")

    def test_year_before_and_last_visit_at_its_end(self):
        self.visit(datetime(2024, 3, 1, 9))
        self.visit(datetime(2024, 12, 21, 9))
        figures = self.figures(self.account, codes=CODES)
        # The year is not over: compared with the days up to 30 June of the year before
        self.assertEqual((figures["visits"]["value"], figures["visits"]["previous"]), (0, 1))
        self.assertEqual(figures["days_since_visit"]["value"], (date(2025, 6, 30) - date(2024, 12, 21)).days)
        self.assertEqual(figures["days_since_visit"]["previous"], (date(2024, 6, 30) - date(2024, 3, 1)).days)

    def test_days_begin_where_the_company_is(self):
        """23:30 UTC on New Year's Eve is next year in Berlin, and this one in New York, for everybody."""
        self.visit(datetime(2024, 12, 31, 23, 30))
        for company, viewer, visits in (
            ("Europe/Berlin", "America/New_York", 1),
            ("America/New_York", "Europe/Berlin", 0),
        ):
            self.company.partner_id.tz = company
            with self.subTest(company):
                self.assertEqual(self.values(self.account.with_context(tz=viewer))[0], visits)

    def test_first_and_last_moment_of_a_period(self):
        """April begins on 31 March at 22:00 UTC in Berlin. All-day visits know no hours."""
        self.company.partner_id.tz = "Europe/Berlin"
        for start in (
            datetime(2025, 3, 31, 21, 59),
            datetime(2025, 3, 31, 22),
            datetime(2025, 4, 30, 21, 59),
            datetime(2025, 4, 30, 22),
        ):
            self.visit(start)
        for day in (date(2025, 3, 31), date(2025, 4, 1), date(2025, 4, 30), date(2025, 5, 1)):
            self.visit(datetime.combine(day, time()), allday=True, start_date=day, stop_date=day)
        for first, last, visits in (
            (date(2025, 3, 1), date(2025, 3, 31), 2),
            (date(2025, 4, 1), date(2025, 4, 30), 4),
            (date(2025, 5, 1), date(2025, 5, 31), 2),
        ):
            with self.subTest(first):
                self.assertEqual(self.values(period=(first, last))[0], visits)
                action = self.account.action_view_key_account_figure("visits", first, last)
                self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), visits)
        # The last ones of April were on its last day, the last one of May on its first
        self.assertEqual(self.values(period=(date(2025, 4, 1), date(2025, 4, 30)))[2], 0)
        self.assertEqual(self.values(period=(date(2025, 5, 1), date(2025, 5, 31)))[2], 30)

    def test_visits_of_this_moment(self):
        """One that ends now is over. One that begins now is neither over nor ahead; one of the whole day is ahead."""
        self.visit(datetime(2025, 6, 30, 11))
        self.visit(datetime(2025, 6, 30, 12))
        self.assertEqual(self.values(), (1, 12.0, 0, None))
        self.visit(datetime(2025, 6, 30), allday=True, start_date=date(2025, 6, 30), stop_date=date(2025, 6, 30))
        self.assertEqual(self.values(), (1, 12.0, 0, 0))

    def test_whole_days(self):
        self.visit(datetime(2025, 1, 1), allday=True, start_date=date(2025, 1, 1), stop_date=date(2025, 1, 1))
        # Where it is 30 June already, and where it is 1 July
        for zone, days in (("Pacific/Honolulu", 180), ("Pacific/Auckland", 181)):
            with self.subTest(zone):
                self.company.partner_id.tz = zone
                visits, _target, since, _next = self.values()
                self.assertEqual((visits, since), (1, days))
                self.assertEqual(self.figures(self.account, codes=CODES)["visits"]["previous"], 0)

    def test_next_visit_of_a_period_that_is_over(self):
        self.visit(datetime(2025, 7, 15, 9))
        for end, days, note in ((date(2025, 6, 30), 15, ""), (date(2025, 6, 29), None, "The period is over.")):
            with self.subTest(end=end):
                period = (date(2025, 1, 1), end)
                figures = self.figures(self.account, period, CODES)
                self.assertEqual(figures["next_visit_days"]["value"], days)
                self.assertEqual(figures["next_visit_days"]["note"], note)
                self.assertEqual(bool(figures["visits"]["note"]), bool(days))
                records = self.account._get_key_account_figure_records("next_visit_days", *period)
                self.assertEqual(bool(records), bool(days))

    def test_target(self):
        self.assertEqual(self.values(period=(date(2025, 1, 1), date(2025, 3, 31)))[1], round(12 * 90 / 365, 1))
        self.account.key_account_tier_id.visit_target = 0
        self.assertIsNone(self.values()[1])
        self.assertIsNone(self.values(self.foreign)[1])
        note = self.figures(self.foreign, codes=CODES)["visit_target"]["note"]
        self.assertEqual(note, "The account has no tier.")

    def test_future_period(self):
        self.assertIsNone(self.values(period=(date(2026, 1, 1), date(2026, 12, 31)))[0])

    def test_companies(self):
        """A meeting counts for the companies of the person who invites."""
        other = self.make_company("Other Company", "base.EUR")
        colleague = self.make_user("colleague", "base.group_user", company=other)
        self.visit(datetime(2025, 3, 1, 9), user_id=colleague.id)
        self.assertEqual(self.values()[0], 0)
        self.assertEqual(self.values(self.account.with_context(allowed_company_ids=other.ids))[0], 1)

    def test_sales_representative(self):
        self.visit(datetime(2025, 3, 1, 9), privacy="private")
        self.assertEqual(self.values(user=self.rep)[0], 1)

    def test_planned_from_the_account(self):
        action = self.account.with_user(self.manager).action_view_key_account_visits()
        form = Form(self.env["key.account.visit"].with_user(self.manager).with_context(**action["context"]))
        form.start = datetime(2025, 7, 15, 9)
        visit = form.save()
        self.assertTrue(visit.event_id.key_account_visit)
        self.assertEqual(visit.event_id.partner_ids, self.manager.partner_id)
        self.assertIn(visit, self.env["key.account.visit"].search(action["domain"]))
        self.assertEqual(self.values(), (0, 12.0, None, 15))

    def test_declined_is_no_visit(self):
        """Whoever declined was not visited; the others of the meeting were."""
        stranger = self.env["res.partner"].create({"name": "Stranger", "parent_id": self.foreign.id})
        past = self.visit(datetime(2025, 3, 1, 9), self.contact | stranger | self.manager.partner_id)
        planned = self.visit(datetime(2025, 7, 15, 9), self.contact | self.manager.partner_id)
        hours = self.figures(self.account, codes=["indirect_costs"])["indirect_costs"]["value"]
        self.assertEqual(self.values(), (1, 12.0, 121, 15))
        for event in past | planned:
            event.attendee_ids.filtered(lambda attendee: attendee.partner_id == self.contact).state = "declined"
        self.assertEqual(self.values(), (0, 12.0, None, None))
        self.assertEqual(self.values(self.foreign)[0], 1)
        with self.assertRaisesRegex(UserError, "no records"):
            self.account.action_view_key_account_figure("visits", *YEAR)
        if hours:
            self.assertLess(self.figures(self.account, codes=["indirect_costs"])["indirect_costs"]["value"], hours)
        # Of several people from the account, one still comes
        colleague = self.env["res.partner"].create({"name": "Ole", "parent_id": self.account.id})
        past.partner_ids |= colleague
        self.assertEqual(self.values()[0], 1)
        # Our people who decline do not undo it
        past.attendee_ids.filtered(lambda attendee: attendee.partner_id == self.manager.partner_id).state = "declined"
        self.assertEqual(self.values()[0], 1)

    def test_maybe_is_no_visit(self):
        past, planned = self.visit(datetime(2025, 3, 1, 9)), self.visit(datetime(2025, 7, 15, 9))
        self.assertEqual(self.values(), (1, 12.0, 121, 15))
        (past | planned).attendee_ids.do_tentative()
        self.assertEqual(self.values(), (0, 12.0, None, None))
        (past | planned).attendee_ids.do_accept()
        self.assertEqual(self.values(), (1, 12.0, 121, 15))

    def seen_visits(self, partner):
        ((model, domain),) = partner.with_user(self.head)._get_key_account_figure_records("visits", *YEAR)
        return self.env[model].with_user(self.head).search(domain)

    def test_a_contact_takes_no_visits_along(self):
        """Those that are planned are at the company where the contact will be."""
        past, planned = self.visit(datetime(2025, 3, 1, 9)), self.visit(datetime(2025, 7, 15, 9))
        self.contact.parent_id = self.foreign
        self.assertEqual(self.values(), (1, 12.0, 121, None))
        self.assertEqual(self.values(self.foreign), (0, None, None, 15))
        self.assertEqual((self.seen_visits(self.account), self.seen_visits(self.foreign)), (past, past.browse()))
        with freeze_time("2025-07-16 12:00:00"):
            self.contact.parent_id = False
            self.assertEqual(self.values(), (1, 12.0, 137, None))
            self.assertEqual(self.values(self.foreign), (1, None, 1, None))
            self.assertEqual(self.seen_visits(self.foreign), planned)

    def whole_days(self, first, last):
        return self.visit(datetime.combine(first, time(8)), allday=True, start_date=first, stop_date=last)

    def test_whole_days_are_over_with_their_last_day(self):
        self.whole_days(date(2025, 6, 29), date(2025, 6, 30))
        self.assertEqual(self.values()[0], 0)
        for zone, now in (
            ("Pacific/Auckland", "2025-06-30 12:00:00"),
            ("Europe/Berlin", "2025-06-30 22:00:00"),
            ("America/Los_Angeles", "2025-07-01 07:00:00"),
        ):
            self.company.partner_id.tz = zone
            for seconds, visits in ((-1, 0), (0, 1)):
                with self.subTest(zone, visits=visits), freeze_time(now) as frozen:
                    frozen.tick(seconds)
                    self.assertEqual(self.values()[0], visits)

    def test_hours_of_long_visits(self):
        """Working hours of 8 a day from Monday to Friday, nights never; whoever works on a weekend works then."""
        self.company.key_account_hourly_cost = 10.0
        attendances = [
            Command.create({"name": "Work", "dayofweek": str(day), "hour_from": begin, "hour_to": end})
            for day in range(5)
            for begin, end in ((8, 12), (13, 17))
        ]
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Work", "tz": "UTC", "company_id": self.company.id, "attendance_ids": attendances}
        )
        # Friday to Monday; one day; a weekend
        self.whole_days(date(2025, 1, 10), date(2025, 1, 13))
        self.whole_days(date(2025, 2, 4), date(2025, 2, 4))
        self.whole_days(date(2025, 3, 8), date(2025, 3, 9))
        # From Tuesday 9:00 to Thursday 16:30, and a long dinner
        self.visit(datetime(2025, 4, 8, 9), stop=datetime(2025, 4, 10, 16, 30))
        self.visit(datetime(2025, 5, 6, 18), stop=datetime(2025, 5, 7, 0, 30))
        for month, hours in ((1, 16.0), (2, 8.0), (3, 16.0), (4, 7.0 + 8.0 + 7.5), (5, 6.5)):
            with self.subTest(month):
                period = (date(2025, month, 1), date(2025, month, 28))
                self.assertEqual(self.value(self.account, "indirect_costs", period), 10.0 * hours)

    def test_number_of_queries(self):
        accounts = self.account | self.foreign
        for number in range(10):
            accounts |= self.make_account(f"Account {number}")
        for account in accounts:
            self.visit(datetime(2025, 3, 1, 9), account)
            self.visit(datetime(2025, 8, 1, 9), account)
        self.assertConstantQueries(accounts, CODES)
