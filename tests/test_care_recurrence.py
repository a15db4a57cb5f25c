"""Recurring measures create the next one exactly once; what the status means today; adding a measure in one step."""

from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

import odoo
from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import BaseCase, Form, get_db_name, tagged
from odoo.tools import mute_logger

from .test_care_measure import MeasureCase

QUARTERLY = {"rhythm_number": 3, "rhythm_unit": "month"}


class TestRecurrence(MeasureCase):
    def next_of(self, measure):
        return self.env["key.account.care.measure"].search([("predecessor_id", "=", measure.id)])

    # === THE NEXT ONE ===#

    @freeze_time("2025-04-02")
    def test_next_one(self):
        process = self.env["key.account.care.process"].create({"name": "Reviews"})
        measure = self.measure(
            **QUARTERLY,
            date_start=date(2025, 3, 3),
            area_id=self.env.ref("key_account_management.care_area_service").id,
            process_id=process.id,
            user_id=self.rep.id,
            cost_planned=100.0,
            cost_actual=120.0,
            hours_planned=2.0,
            hours_actual=3.0,
            effect_note="much",
            effect="strong",
        )
        measure.action_done()
        self.assertEqual(measure.done_on, date(2025, 4, 2))
        successor = measure.successor_id
        self.assertEqual(self.next_of(measure), successor)
        self.assertEqual((successor.date_start, successor.date_end), (date(2025, 6, 3), date(2025, 6, 30)))
        same = ("name", "partner_id", "company_id", "user_id", "area_id", "process_id", "rhythm_number", "rhythm_unit")
        for field in (*same, "cost_planned", "hours_planned"):
            self.assertEqual(successor[field], measure[field], field)
        self.assertEqual(successor.state, "planned")
        for field in ("cost_actual", "hours_actual", "effect", "effect_note", "done_on"):
            self.assertFalse(successor[field], field)

    def test_closed_very_late(self):
        """The next one is the first of the series whose deadline is still ahead, including today's."""
        for day, expected in (
            (date(2025, 6, 30), date(2025, 6, 30)),
            (date(2025, 7, 1), date(2025, 9, 30)),
            (date(2026, 11, 20), date(2026, 12, 31)),
        ):
            with self.subTest(day), freeze_time(day):
                measure = self.measure(**QUARTERLY, date_start=date(2025, 3, 3))
                measure.action_done()
                successor = measure.successor_id
                self.assertEqual(successor.date_end, expected)
                self.assertEqual(successor.date_start.day, 3)
                self.assertNotEqual(successor.progress_state, "overdue")

    def test_recorded_later_than_done(self):
        """What counts is when it was done: anything due since then is overdue."""
        measure = self.measure(**QUARTERLY, date_start=date(2025, 3, 3))
        with freeze_time("2026-11-20"):
            measure.write({"state": "done", "done_on": date(2025, 7, 1)})
        self.assertEqual(measure.successor_id.date_end, date(2025, 9, 30))

    def test_dates_move_by_the_rhythm(self):
        for number, unit, day, expected in (
            (10, "day", date(2025, 3, 31), date(2025, 4, 10)),
            (2, "week", date(2025, 3, 31), date(2025, 4, 14)),
            (1, "month", date(2025, 3, 30), date(2025, 4, 30)),
            (1, "month", date(2025, 1, 30), date(2025, 2, 28)),
            # The last day of a month stays the last one
            (1, "month", date(2025, 2, 28), date(2025, 3, 31)),
            (1, "month", date(2024, 2, 28), date(2024, 3, 28)),
            (1, "year", date(2024, 2, 29), date(2025, 2, 28)),
            (1, "year", date(2023, 2, 28), date(2024, 2, 29)),
        ):
            with self.subTest(number=number, unit=unit, day=day), freeze_time(day):
                measure = self.measure(rhythm_number=number, rhythm_unit=unit, date_start=day, date_end=day)
                measure.action_done()
                self.assertEqual(self.next_of(measure).date_end, expected)
                self.assertEqual(self.next_of(measure).date_start, expected)

    def test_every_way_to_done(self):
        def by_form(measure):
            with Form(measure) as form:
                form.state = "done"

        def by_import(measure):
            fields = ["name", "partner_id/.id", "date_end", "rhythm_unit", "state"]
            row = ["Imported", str(self.account.id), "2999-01-01", "Months", "Done"]
            ids = measure.load(fields, [row])["ids"]
            return measure.browse(ids)

        for way in (
            lambda measure: measure.action_done(),
            lambda measure: measure.write({"state": "done"}),
            lambda measure: measure.web_save({"state": "done"}, {}),
            by_form,
            by_import,
        ):
            measure = self.measure(**QUARTERLY)
            imported = way(measure)
            done = imported if isinstance(imported, type(measure)) else measure
            with self.subTest(way):
                self.assertEqual(done.state, "done")
                self.assertEqual(len(self.next_of(done)), 1)

    def test_defaults_of_a_view_do_not_reach_the_next_one(self):
        """A new one in the Kanban's column Done brings its status along."""
        measures = self.env["key.account.care.measure"].with_context(default_state="done", default_cost_actual=5.0)
        form = Form(measures)
        form.name, form.partner_id, form.rhythm_unit = "Call", self.account, "week"
        form.date_end = date(2999, 1, 1)
        measure = form.save()
        self.assertEqual((measure.state, measure.cost_actual), ("done", 5.0))
        self.assertEqual((self.next_of(measure).state, self.next_of(measure).cost_actual), ("planned", 0.0))

    def test_once_only(self):
        measure = self.measure(**QUARTERLY)
        measure.action_done()
        successor = self.next_of(measure)
        measure.action_plan()
        self.assertFalse(measure.done_on)
        measure.action_done()
        measure.action_done()
        successor.action_archive()
        measure.action_plan()
        measure.action_done()
        self.assertEqual(measure.successor_ids, successor)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_one(self):
        measure = self.measure(**QUARTERLY)
        measure.action_done()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.measure(predecessor_id=measure.id)

    def test_none_for_what_happens_once_or_is_put_away(self):
        once, cancelled, archived = self.measure(), self.measure(**QUARTERLY), self.measure(**QUARTERLY)
        former = self.make_account("Former")
        left = self.measure(former, **QUARTERLY)
        former.key_account_status = False
        cancelled.action_cancel()
        archived.action_archive()
        (once | archived | left).action_done()
        for measure in (once, cancelled, archived, left):
            self.assertFalse(measure.successor_ids)

    def test_many_at_once(self):
        measures = self.measure(**QUARTERLY) | self.measure(name="Once") | self.measure(name="Call", rhythm_unit="week")
        measures.action_done()
        self.assertEqual(measures.mapped(lambda measure: len(measure.successor_ids)), [1, 0, 1])

    def test_representative_closes_and_the_planned_cost_goes_on(self):
        measure = self.measure(**QUARTERLY, user_id=self.rep.id, cost_planned=100.0, cost_actual=1.0)
        measure.with_user(self.rep).action_done()
        successor = self.next_of(measure)
        self.assertEqual((successor.cost_planned, successor.cost_actual), (100.0, 0.0))
        self.assertEqual((successor.user_id, successor.create_uid), (self.rep, self.rep))
        with self.assertRaises(AccessError):
            successor.with_user(self.rep).read(["cost_planned"])

    def test_done_on_can_be_set(self):
        measure = self.measure(state="done", done_on=date(2025, 3, 20))
        self.assertEqual(measure.done_on, date(2025, 3, 20))
        measure.write({"state": "done", "done_on": date(2025, 3, 21)})
        self.assertEqual(measure.done_on, date(2025, 3, 21))

    def test_rhythm_of_zero(self):
        for number in (0, -1, 1000):
            with self.subTest(number), self.assertRefused("from 1 to 999"):
                self.measure(rhythm_number=number, rhythm_unit="month")
        self.assertTrue(self.measure(rhythm_number=0), "without a unit it happens once")

    def test_rhythm_in_words(self):
        measure = self.measure(rhythm_unit="month")
        self.assertEqual(measure.rhythm_text, "monthly")
        measure.rhythm_number = 2
        self.assertEqual(measure.rhythm_text, "every 2 months")
        measure.rhythm_unit = False
        self.assertFalse(measure.rhythm_text)

    # === PROGRESS ===#

    @freeze_time("2025-03-10 12:00:00")
    def test_progress(self):
        today = date(2025, 3, 10)
        expected = {}
        for progress, values in (
            ("overdue", {"date_end": today - timedelta(days=1)}),
            ("due_soon", {"date_end": today}),
            ("due_soon", {"date_end": today + timedelta(days=7), "state": "in_progress"}),
            ("on_track", {"date_end": today + timedelta(days=8)}),
            ("effect_missing", {"state": "done"}),
            ("done", {"state": "done", "effect": "none"}),
            ("done", {"state": "done", "kind": "promotion", "product_ids": [Command.set(self.product.ids)]}),
            ("cancelled", {"state": "cancelled", "date_end": today - timedelta(days=1)}),
        ):
            expected[self.measure(date_start=date(2025, 1, 1), **values)] = progress
        measures = self.env["key.account.care.measure"].union(*expected)
        self.assertEqual(measures.mapped("progress_state"), list(expected.values()))
        for progress in set(expected.values()):
            found = measures.search([("id", "in", measures.ids), ("progress_state", "=", progress)])
            self.assertEqual(set(found), {each for each in measures if expected[each] == progress}, progress)
        bars = measures.with_user(self.manager).read_progress_bar(
            [("id", "in", measures.ids)],
            "state",
            {"field": "progress_state", "colors": dict.fromkeys(set(expected.values()), "x")},
        )
        counts = {(state, progress): n for state, bar in bars.items() for progress, n in bar.items() if n}
        self.assertEqual(
            counts,
            {
                ("planned", "overdue"): 1,
                ("planned", "due_soon"): 1,
                ("in_progress", "due_soon"): 1,
                ("planned", "on_track"): 1,
                ("done", "effect_missing"): 1,
                ("done", "done"): 2,
                ("cancelled", "cancelled"): 1,
            },
        )

    @freeze_time("2025-03-10 23:30:00")
    def test_the_day_is_the_users(self):
        """Half an hour before midnight in UTC the next day has begun in Tokyo."""
        measure = self.measure(date_start=date(2025, 3, 10), date_end=date(2025, 3, 10))
        self.assertEqual(measure.with_context(tz="UTC").progress_state, "due_soon")
        measure.invalidate_recordset()
        self.assertEqual(measure.with_context(tz="Asia/Tokyo").progress_state, "overdue")

    # === ADDING ONE IN ONE STEP ===#

    def add_from(self, record, user=None):
        """What the user sees in the dialog, saved with a name and a deadline only."""
        action = record.with_user(user or self.rep).action_add_key_account_measure()
        self.assertEqual((action["res_model"], action["target"]), ("key.account.care.measure", "new"))
        form = Form(self.env["key.account.care.measure"].with_user(user or self.rep).with_context(**action["context"]))
        form.name, form.date_end = "New", date(2999, 1, 1)
        measure = form.save()
        self.assertEqual(
            (measure.partner_id, measure.user_id, measure.company_id), (self.account, user or self.rep, self.company)
        )
        return measure

    def test_from_a_contact(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.account.id})
        for partner in (self.account, contact):
            self.add_from(partner)
        with self.assertRaisesRegex(UserError, "Walk-in does not belong to a key account"):
            self.make_customer("Walk-in").with_user(self.rep).action_add_key_account_measure()

    def test_from_an_opportunity(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.account.id})
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "partner_id": contact.id, "user_id": self.rep.id}
        )
        self.assertEqual(self.add_from(lead).opportunity_id, lead)
        lead = lead.with_user(self.rep)
        self.assertEqual(lead.key_account_measure_count, 1)
        action = lead.action_view_key_account_measures()
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 1)
        lead.partner_id = self.make_customer("Walk-in")
        with self.assertRaisesRegex(UserError, "Deal does not belong to a key account"):
            lead.action_add_key_account_measure()

    def test_from_a_meeting(self):
        buyer = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.account.id})
        stranger = self.env["res.partner"].create({"name": "Stranger", "parent_id": self.foreign.id})
        meeting = self.env["calendar.event"].create(
            {
                "name": "Talk",
                "start": "2025-03-10 10:00:00",
                "stop": "2025-03-10 11:00:00",
                "user_id": self.rep.id,
                "partner_ids": [Command.set((stranger | buyer | self.rep.partner_id).ids)],
            }
        )
        self.assertEqual(self.add_from(meeting).event_id, meeting)
        meeting.partner_ids = self.rep.partner_id
        with self.assertRaisesRegex(UserError, "Talk does not belong to a key account"):
            meeting.with_user(self.rep).action_add_key_account_measure()

    def test_from_a_review(self):
        review = self.env["key.account.review"].create({"partner_id": self.account.id, "year": 2025})
        self.assertEqual(self.add_from(review, self.manager).review_id, review)

    def test_buttons_are_for_the_role(self):
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        for model, view in (
            ("res.partner", "base.view_partner_form"),
            ("crm.lead", "crm.crm_lead_view_form"),
            ("calendar.event", "calendar.view_calendar_event_form"),
        ):
            view_id = self.env.ref(view).id
            for user, there in ((self.rep, True), (seller, False)):
                arch = self.env[model].with_user(user).get_view(view_id, "form")["arch"]
                with self.subTest(model, user=user.name):
                    self.assertEqual("action_add_key_account_measure" in arch, there)

    def test_ordinary_opportunities_cost_no_query(self):
        lead = self.env["crm.lead"].create({"name": "Deal", "partner_id": self.make_customer("Walk-in").id})
        fields = {"name": {}, "partner_id": {"fields": {"display_name": {}}}}
        ours = {"key_account_id": {}, "key_account_measure_count": {}}
        counts = []
        for specification in (fields, fields, {**fields, **ours}):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lead.web_read(specification)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install")
class TestTwoAtOnce(BaseCase):
    """Two people close the same measure in two transactions; what is created for it is really committed."""

    def setUp(self):
        super().setUp()
        registry = odoo.modules.registry.Registry(get_db_name())
        self.cursors = [registry.cursor() for _each in range(2)]
        for cursor in self.cursors:
            self.addCleanup(cursor.close)
        env = self.env_of(0)
        company = env.ref("base.main_company")
        partner = env["res.partner"].create({"name": "Alpha", "is_company": True, "key_account_status": "active"})
        measure = env["key.account.care.measure"].create(
            {
                "name": "Call",
                "partner_id": partner.id,
                "company_id": company.id,
                "date_end": date(2999, 1, 1),
                "rhythm_unit": "month",
            }
        )
        self.measure_id, partner_id = measure.id, partner.id
        env.cr.commit()

        def remove():
            with registry.cursor() as cursor:
                env = api.Environment(cursor, SUPERUSER_ID, {})
                env["key.account.care.measure"].search([("partner_id", "=", partner_id)]).unlink()
                env["res.partner"].browse(partner_id).unlink()

        self.addCleanup(remove)

    def env_of(self, number):
        return api.Environment(self.cursors[number], SUPERUSER_ID, {"tracking_disable": True})

    def measure_of(self, number):
        return self.env_of(number)["key.account.care.measure"].browse(self.measure_id)

    @mute_logger("odoo.sql_db")
    def test_one_next_measure(self):
        first, second = self.measure_of(0), self.measure_of(1)
        # Both see it open
        self.assertEqual((first.state, second.state), ("planned", "planned"))
        first.action_done()
        self.cursors[0].commit()
        # The server responds to this error by starting the second request again
        with self.assertRaises(SerializationFailure):
            second.action_done()
        self.cursors[1].rollback()
        second = self.measure_of(1)
        second.invalidate_recordset()
        second.action_done()
        self.cursors[1].commit()
        self.cursors[0].rollback()
        found = self.env_of(0)["key.account.care.measure"].search([("predecessor_id", "=", self.measure_id)])
        self.assertEqual(len(found), 1)
