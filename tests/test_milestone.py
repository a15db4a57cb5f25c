"""Milestones: when they are overdue, who is notified, revenue targets, cost, history and access."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.key_account_management.models.plan import key_account_milestone
from odoo.exceptions import AccessError

from .common import YEAR
from .test_plan import TODAY, PlanCase

ACTIVITY = "key_account_management.activity_milestone_late"


@freeze_time(TODAY)
class TestMilestone(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.env.ref("key_account_management.milestone_stage_done")
        cls.planned = cls.env.ref("key_account_management.milestone_stage_planned")
        cls.revenue_target = cls.env.ref("key_account_management.milestone_type_revenue_target")
        # The job looks at all of them: those of the demo data are not part of these tests
        cls.env["key.account.milestone"].search([("company_id", "!=", cls.company.id)]).active = False

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    def follow(self):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: float("inf")):
            self.env["key.account.milestone"]._cron_follow_milestones()

    def notices(self, milestone):
        kind = self.env.ref(ACTIVITY)
        return milestone.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def check_status(self, milestone, status):
        """Alone, in searches and in groups it is the same."""
        milestone.invalidate_recordset(["status"])
        self.assertEqual(milestone.status, status)
        mine = [("id", "=", milestone.id)]
        for value in ("on_track", "at_risk", "late", "done"):
            found = milestone.search([*mine, ("status", "=", value)])
            self.assertEqual(bool(found), value == status, value)
        self.assertFalse(milestone.search([*mine, ("status", "!=", status)]))
        self.assertEqual(milestone._read_group(mine, ["status"], ["__count"]), [(status, 1)])

    # === STATUS ===#

    def test_status(self):
        milestone = self.milestone()
        self.check_status(milestone, "on_track")
        milestone.is_at_risk = True
        self.check_status(milestone, "at_risk")
        milestone.date_deadline = date(2025, 6, 14)
        self.check_status(milestone, "late")
        milestone.stage_id = self.done
        self.assertEqual(milestone.date_done, date(2025, 6, 15))
        self.check_status(milestone, "done")
        milestone.write({"stage_id": self.planned.id, "is_at_risk": False, "date_deadline": date(2025, 6, 15)})
        self.assertFalse(milestone.date_done)
        self.check_status(milestone, "on_track")

    def test_progress_bar_of_the_board(self):
        self.milestone(stage_id=self.done.id)
        self.milestone(date_deadline=date(2025, 6, 14))
        progress = self.env["key.account.milestone"].read_progress_bar(
            [("partner_id", "=", self.account.id)],
            "stage_id",
            {"field": "status", "colors": dict.fromkeys(("on_track", "at_risk", "late", "done"), "x")},
        )
        self.assertEqual(progress[str(self.planned.id)]["late"], 1)
        self.assertEqual(progress[str(self.done.id)]["done"], 1)

    def test_midnight_where_the_responsible_is(self):
        east, west = self.make_user("east", "base.group_user"), self.make_user("west", "base.group_user")
        east.tz, west.tz, self.company.partner_id.tz = "Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin"
        deadline = {"date_deadline": date(2025, 6, 15)}
        of_east, of_west = (self.milestone(user_id=user.id, **deadline) for user in (east, west))
        of_nobody = self.milestone(user_id=False, **deadline)
        for moment, late in (
            ("2025-06-15 11:59:59", []),
            ("2025-06-15 12:00:00", [of_east]),
            ("2025-06-15 21:59:59", [of_east]),
            ("2025-06-15 22:00:00", [of_east, of_nobody]),
            ("2025-06-16 06:59:59", [of_east, of_nobody]),
            ("2025-06-16 07:00:00", [of_east, of_nobody, of_west]),
        ):
            with freeze_time(moment), self.subTest(moment):
                for milestone in (of_east, of_nobody, of_west):
                    self.check_status(milestone, "late" if milestone in late else "on_track")
                self.follow()
                self.assertEqual(bool(self.notices(of_east)), of_east in late)
                self.assertEqual(bool(self.notices(of_west)), of_west in late)

    # === NOTICE ===#

    def test_the_person_responsible_is_notified_once(self):
        milestone = self.milestone(date_deadline=date(2025, 6, 14), user_id=self.rep.id)
        self.follow()
        self.follow()
        self.assertEqual(self.notices(milestone).user_id, self.rep)
        self.assertEqual(len(self.notices(milestone)), 1)
        milestone.with_user(self.rep).date_deadline = date(2025, 6, 20)
        self.assertFalse(self.notices(milestone))
        self.check_status(milestone, "on_track")
        with freeze_time("2025-06-22 12:00:00"):
            self.follow()
            self.assertEqual(len(self.notices(milestone)), 1)
            milestone.user_id = self.manager
            self.follow()
            self.assertEqual(self.notices(milestone).user_id, self.manager)
            milestone.stage_id = self.done
            self.follow()
            self.assertFalse(self.notices(milestone))

    def test_no_notice(self):
        late = date(2025, 6, 14)
        self.milestone(date_deadline=late, stage_id=self.done.id)
        self.milestone(date_deadline=late).active = False
        nobody = self.milestone(date_deadline=late, user_id=False)
        self.follow()
        self.assertFalse(self.notices(self.env["key.account.milestone"].with_context(active_test=False).search([])))
        self.assertEqual(nobody.status, "late")

    def test_one_bad_milestone_does_not_stop_the_others(self):
        bad = self.milestone(name="Bad", date_deadline=date(2025, 6, 1))
        good = self.milestone(name="Good", date_deadline=date(2025, 6, 14))
        schedule = type(good).activity_schedule

        def failing(milestone, *args, **kwargs):
            if milestone == bad:
                raise ValueError("broken")
            return schedule(milestone, *args, **kwargs)

        logger = "odoo.addons.key_account_management.models.plan.key_account_milestone"
        with patch.object(type(good), "activity_schedule", failing), self.assertLogs(logger) as logs:
            self.follow()
        self.assertIn("Bad", logs.output[0])
        self.assertTrue(self.notices(good))
        self.assertFalse(bad.is_late_notified)
        self.follow()
        self.assertTrue(self.notices(bad))

    def test_stops_in_time_and_goes_on(self):
        """Each batch is committed; a run without time left ends, the next ones do the rest, nothing twice."""
        late = [self.milestone(name=name, date_deadline=date(2025, 6, 1)) for name in ("First", "Second", "Third")]
        committed = []

        def commit(_cron, processed=0, *, remaining=None, **_options):
            committed.append((processed, remaining))
            return 0

        job = self.env["key.account.milestone"]._cron_follow_milestones
        with (
            patch.object(key_account_milestone, "BATCH", 2),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", commit),
        ):
            job()
            self.assertEqual([len(self.notices(each)) for each in late], [1, 1, 0])
            job()
            job()
        self.assertEqual([len(self.notices(each)) for each in late], [1, 1, 1])
        self.assertEqual(committed, [(2, 1), (1, 0)])

    # === REVENUE TARGETS ===#

    def test_revenue_target_measures_itself(self):
        self.invoice(self.account, date(2025, 1, 1), (self.product, 3, 100.0))
        self.invoice(self.account, date(2024, 12, 31), (self.product, 90, 100.0))
        plan = self.plan(date_from=date(2025, 1, 1), date_to=date(2025, 6, 30))
        target = self.milestone(
            type_id=self.revenue_target.id, expected_revenue=600.0, date_deadline=date(2025, 6, 30), plan_id=plan.id
        )
        later = self.milestone(
            type_id=self.revenue_target.id, expected_revenue=100.0, date_start=date(2025, 1, 2), plan_id=False
        )
        other = self.milestone(expected_revenue=1.0)
        self.assertEqual((target.actual_revenue, target.revenue_rate), (300.0, 50.0))
        self.assertEqual((later.actual_revenue, other.actual_revenue), (0.0, 0.0))
        self.follow()
        self.assertFalse(target.date_done)
        self.invoice(self.account, date(2025, 6, 15), (self.product, 3, 100.0))
        self.env.invalidate_all()
        self.follow()
        self.assertEqual((target.status, target.stage_id, target.date_done), ("done", self.done, date(2025, 6, 15)))
        self.assertEqual((later.status, other.status), ("done", "on_track"))

    def test_revenue_after_the_deadline_does_not_count(self):
        target = self.milestone(
            type_id=self.revenue_target.id, expected_revenue=100.0, date_deadline=date(2025, 6, 1), user_id=self.rep.id
        )
        self.invoice(self.account, date(2025, 6, 2), (self.product, 3, 100.0))
        self.follow()
        self.assertEqual(target.status, "late")
        self.assertTrue(self.notices(target))
        self.invoice(self.account, date(2025, 6, 1), (self.product, 3, 100.0))
        self.env.invalidate_all()
        self.follow()
        self.assertEqual(target.status, "done")
        self.assertFalse(self.notices(target))

    # === BAD INPUT ===#

    def test_bad_input(self):
        for message, values in (
            ("between 0 and 100", {"probability": 101.0}),
            ("between 0 and 100", {"probability": -1.0}),
            ("cannot be before its start", {"date_start": date(2025, 9, 1)}),
            ("cannot be negative", {"expected_revenue": -1.0}),
            ("cannot be negative", {"cost_actual": -1.0}),
            ("Walk-in is not a key account yet", {"partner_id": self.make_customer("Walk-in").id}),
            ("the plan Beta 2025 belongs to another account", {"plan_id": self.plan(self.foreign).id}),
        ):
            with self.subTest(values), self.assertRefused(message):
                self.milestone(**values)

    def test_plan_by_itself(self):
        plan = self.plan()
        self.assertEqual(self.milestone().plan_id, plan)
        self.assertFalse(self.milestone(date_deadline=date(2026, 1, 1)).plan_id)
        self.assertFalse(self.milestone(self.foreign).plan_id)

    # === COSTS ===#

    def test_direct_costs(self):
        spent = self.milestone(cost_actual=70.0, date_deadline=date(2025, 3, 1))
        spent |= self.milestone(cost_actual=5.0, date_deadline=date(2026, 3, 1))
        spent |= self.milestone(self.make_account("Alpha South", parent_id=self.account.id), cost_actual=1.0)
        self.milestone(self.foreign, cost_actual=777.0)
        self.milestone(cost_actual=30.0, date_deadline=date(2024, 3, 1)).active = False
        figures = self.figures(self.account, codes=["direct_costs", "customer_costs"])
        self.assertEqual((figures["direct_costs"]["value"], figures["direct_costs"]["previous"]), (76.0, 30.0))
        table = {row[0]: row[1:] for row in figures["customer_costs"]["table"]["rows"]}
        self.assertEqual(table["Milestones"], [76.0, 30.0])
        action = self.account.with_user(self.manager).action_view_key_account_figure("direct_costs", *YEAR)
        opened = self.account.with_user(self.manager).action_view_key_account_figure(
            "direct_costs", *YEAR, model="key.account.milestone"
        )
        # There are no measures: the first kind of which there are records opens
        self.assertEqual(action["res_model"], "key.account.milestone")
        self.assertEqual(self.env[opened["res_model"]].search(opened["domain"]), spent)
        # Nothing is known about what is only planned; what was reached without cost did cost nothing
        planned = self.milestone(self.make_account("Gamma"), date_deadline=date(2025, 6, 1))
        self.assertIsNone(self.value(planned.partner_id, "direct_costs"))
        planned.stage_id = self.done
        self.assertEqual(self.value(planned.partner_id, "direct_costs"), 0.0)

    # === HISTORY ===#

    def test_changes_are_logged_in_the_plan(self):
        plan = self.plan().with_context(tracking_disable=False)
        milestone = self.milestone(user_id=self.rep.id, cost_actual=1.0).with_context(tracking_disable=False)
        self.flush_tracking()
        before = plan.message_ids
        milestone.with_user(self.rep).with_context(tracking_disable=False).write(
            {"date_deadline": date(2025, 9, 30), "probability": 75.0, "name": "Second Prototype"}
        )
        self.flush_tracking()
        for record in (plan.message_ids - before, milestone.message_ids[:1]):
            values = {each.field_id.name: each for each in record.sudo().tracking_value_ids}
            self.assertEqual(record.author_id, self.rep.partner_id)
            deadline = values["date_deadline"]
            self.assertEqual(deadline.old_value_datetime.date(), date(2025, 8, 31))
            self.assertEqual(deadline.new_value_datetime.date(), date(2025, 9, 30))
            self.assertEqual(
                (values["probability"].old_value_float, values["probability"].new_value_float), (50.0, 75.0)
            )
        told = (plan.message_ids - before).sudo().tracking_value_ids.field_id.mapped("name")
        self.assertEqual(set(told), {"date_deadline", "probability"})

    # === ACCESS ===#

    def test_representatives_write_what_is_theirs(self):
        mine, other = self.milestone(user_id=self.rep.id), self.milestone(user_id=self.manager.id)
        foreign = self.milestone(self.foreign, user_id=self.rep.id)
        mine.with_user(self.rep).write({"stage_id": self.done.id})
        for milestone in (other, foreign):
            with self.assertRaises(AccessError):
                milestone.with_user(self.rep).write({"stage_id": self.done.id})
        with self.assertRaises(AccessError):
            foreign.with_user(self.rep).read(["name"])
        with self.assertRaises(AccessError):
            mine.with_user(self.rep).unlink()
        with self.assertRaises(AccessError):
            mine.with_user(self.rep).copy()
        for field in ("budget", "cost_actual"):
            with self.subTest(field):
                with self.assertRaises(AccessError):
                    mine.with_user(self.rep).read([field])
                with self.assertRaises(AccessError):
                    mine.with_user(self.rep).write({field: 1.0})
                with self.assertRaises(AccessError):
                    mine.with_user(self.rep)._read_group([], [], [f"{field}:sum"])
                with self.assertRaises(AccessError):
                    mine.with_user(self.rep).search([(field, ">", 0)])
        with self.assertRaises(AccessError):
            other.with_user(self.manager).partner_id = self.foreign
        stage = self.planned
        self.assertFalse(stage.with_user(self.manager).has_access("write"))
        self.assertTrue(stage.with_user(self.head).has_access("create"))
