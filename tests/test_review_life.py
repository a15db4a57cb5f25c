"""The life of a review: its steps, the next one in time, its parts from catalogues, and what has to be done before."""

from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command

from .reviews import ReviewCase


@freeze_time("2026-02-10 09:00")
class TestReviewLife(ReviewCase):
    # === STEPS ===#

    def test_whole_life(self):
        event = self.env["calendar.event"].create(
            {
                "name": "Review",
                "start": datetime(2026, 12, 1, 9),
                "stop": datetime(2026, 12, 1, 11),
                "location": "Hamburg",
                "partner_ids": [Command.set(self.manager.partner_id.ids)],
            }
        )
        self.review._set_proposed()
        self.assertEqual(self.review.state, "proposed")
        self.review._set_scheduled(event)
        self.assertEqual((self.review.state, self.review.planned_date), ("scheduled", date(2026, 12, 1)))
        self.assertEqual((self.review.place, self.review.participant_ids), ("Hamburg", self.manager.partner_id))
        self.review.action_hold()
        self.assertIs(self.review.action_close(), True)
        self.assertEqual(self.review.state, "closed")

    def test_day_of_the_meeting_in_the_users_time_zone(self):
        self.review.env.user.tz = "Asia/Tokyo"
        event = self.env["calendar.event"].create(
            {"name": "Review", "start": datetime(2026, 12, 1, 22), "stop": datetime(2026, 12, 1, 23)}
        )
        self.review.with_context(tz="Asia/Tokyo")._set_scheduled(event)
        self.assertEqual(self.review.planned_date, date(2026, 12, 2))

    def test_held_from_any_open_state(self):
        self.review._set_proposed()
        self.review.action_hold()
        self.assertEqual(self.review.state, "held")

    def test_no_step_is_skipped(self):
        with self.assertRaisesRegex(UserError, r"Alpha 2026 \(In Preparation\)"):
            self.review.action_close()
        with self.assertRaisesRegex(UserError, "Alpha 2026"):
            self.review.write({"state": "closed"})
        with self.assertRaisesRegex(UserError, "figures must be frozen first"):
            self.review.write({"state": "held"})
        self.review.action_cancel()
        for step in (self.review._set_proposed, self.review.action_hold, self.review.action_cancel):
            with self.assertRaises(UserError):
                step()
        self.review.action_prepare()
        self.review.action_hold()
        for step in (self.review._set_proposed, self.review.action_prepare, self.review.action_cancel):
            with self.assertRaises(UserError):
                step()

    # === PARTS FROM CATALOGUES ===#

    def test_agenda_in_the_customers_language(self):
        template = self.env.ref("key_account_management.topic_template_market")
        template.with_context(lang="de_DE").name = "Marktdaten!"
        self.account.lang = "de_DE"
        review = self.make_review(2024)
        self.assertIn("Marktdaten!", review.topic_ids.mapped("name"))
        self.assertNotIn("Market data", review.topic_ids.mapped("name"))
        self.assertEqual(review.planned_minutes, sum(review.topic_ids.mapped("minutes")))

    def test_agenda_of_the_company(self):
        templates = self.env["key.account.review.topic.template"]
        templates.search([]).action_archive()
        templates.create({"name": "Ours", "section": "future", "minutes": 7})
        review = self.make_review(2024)
        self.assertEqual(
            review.topic_ids.mapped(lambda topic: (topic.section, topic.name, topic.minutes)), [("future", "Ours", 7)]
        )
        own = self.make_review(2023, topic_ids=[Command.create({"name": "Only this"})])
        self.assertEqual(own.topic_ids.mapped("name"), ["Only this"])

    def test_checklist_in_each_colleagues_language(self):
        template = self.env.ref("key_account_management.checklist_goal_customer")
        template.with_context(lang="de_DE").name = "Ziele des Kunden?"
        review = self.make_review(2024)
        entry = review.checklist_ids.filtered(lambda entry: entry.template_id == template)
        self.assertEqual(entry.with_context(lang="de_DE").name, "Ziele des Kunden?")
        self.assertEqual(entry.with_context(lang="en_US").name, template.with_context(lang="en_US").name)
        sections = review.checklist_ids.mapped("section")
        self.assertEqual(sections, sorted(sections, key=["goals", "topics", "questions"].index))

    def test_checklist_progress(self):
        review = self.make_review(2024)
        self.assertEqual(review.checklist_progress, 0.0)
        review.checklist_ids[:3].is_done = True
        self.assertEqual(review.checklist_progress, 100 * 3 / len(review.checklist_ids))
        review.checklist_ids.unlink()
        self.assertEqual((review.checklist_progress, review.checklist_count), (0.0, 0))
        with self.assertRaisesRegex(UserError, "Enter a text"):
            self.make("checklist", review, section="goals")

    # === ISSUES ===#

    def test_open_issues_are_carried_over_once(self):
        issue = self.make("issue", self.last, name="Late", is_shared=True, internal_note="hint", side="ours")
        self.make("issue", self.last, name="Solved", state="solved")
        self.last.action_hold()
        self.assertFalse(self.review.issue_ids)
        self.review.action_carry_over_issues()
        self.review.action_carry_over_issues()
        carried = self.review.issue_ids
        self.assertEqual(carried.mapped("name"), ["Late"])
        self.assertEqual((carried.previous_issue_id, carried.is_shared, carried.side), (issue, True, "ours"))
        self.assertEqual(carried.internal_note, "hint")
        self.review.action_hold()
        self.assertEqual(self.make_review(2028).issue_ids.mapped("name"), ["Late"])

    def test_promises_beside_what_became_of_them(self):
        self.make("issue", self.last, name="Late", result="A stock here")
        self.make("topic", self.last, name="Pilot", result="Start in May")
        self.make("topic", self.last, name="Nothing settled")
        self.last.action_hold()
        self.review.action_carry_over_issues()
        rows = {row["what"]: row for row in self.review.get_preparation()["promises"]["rows"]}
        self.assertEqual(set(rows), {"Late", "Pilot"})
        self.assertEqual(
            (rows["Late"]["promised"], rows["Late"]["became"], rows["Late"]["good"]), ("A stock here", "Open", False)
        )
        self.review.issue_ids.action_solve()
        (row,) = (row for row in self.review.get_preparation()["promises"]["rows"] if row["what"] == "Late")
        self.assertEqual((row["became"], row["good"]), ("Resolved", True))

    # === ACTIVITIES ===#

    def deadlines(self, review):
        return {activity.activity_type_id: activity.date_deadline for activity in review.activity_ids}

    def test_activities_are_counted_back(self):
        self.review.action_schedule_preparation()
        dates = self.env.ref("key_account_management.activity_type_review_dates")
        minutes = self.env.ref("key_account_management.activity_type_review_minutes")
        self.assertEqual(self.deadlines(self.review)[dates], date(2026, 12, 28))
        self.assertEqual(self.deadlines(self.review)[minutes], date(2027, 2, 11))
        self.assertEqual(self.review.activity_ids.user_id, self.manager)
        self.assertTrue(all(self.review.activity_ids.mapped("summary")))

    def test_rescheduling_moves_what_is_open(self):
        self.review.action_schedule_preparation()
        count = len(self.review.activity_ids)
        dates = self.env.ref("key_account_management.activity_type_review_dates")
        self.review.activity_ids.filtered(lambda activity: activity.activity_type_id == dates).action_done()
        mine = self.review.activity_schedule("mail.mail_activity_data_todo", date(2026, 6, 1), automated=False)
        self.review.planned_date = date(2027, 3, 8)
        self.review.action_schedule_preparation()
        deadlines = self.deadlines(self.review)
        self.assertNotIn(dates, deadlines)
        self.assertEqual(len(self.review.activity_ids), count)
        self.assertEqual(
            deadlines[self.env.ref("key_account_management.activity_type_review_minutes")], date(2027, 3, 11)
        )
        self.assertEqual(mine.date_deadline, date(2026, 6, 1))
        self.review.action_cancel()
        self.assertEqual(self.review.activity_ids, mine)

    def test_companys_own_plan_goes_first(self):
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "Ours",
                "res_model": "key.account.review",
                "company_id": self.company.id,
                "template_ids": [Command.create({"summary": "Call", "delay_count": 1, "delay_unit": "months"})],
            }
        )
        self.review.action_schedule_preparation()
        self.assertEqual(self.review.activity_ids.mapped("summary"), ["Call"])
        self.assertEqual(self.review.activity_ids.date_deadline, date(2027, 1, 8))
        plan.active = False
        self.env.ref("key_account_management.activity_plan_review").active = False
        with self.assertRaisesRegex(UserError, "no activity plan"):
            self.review.action_schedule_preparation()

    def test_no_date_nothing_to_count_back_from(self):
        self.review.planned_date = False
        with self.assertRaisesRegex(UserError, "Alpha 2026: enter the date"):
            self.review.action_schedule_preparation()

    # === THE NEXT REVIEW ===#

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("key_account_management.ir_cron_open_next_reviews").method_direct_trigger()
        self.env.invalidate_all()

    def reviews_of(self, account):
        return self.env["key.account.review"].search(
            [("partner_id", "=", account.id), ("company_id", "=", self.company.id)]
        )

    def test_next_review_opens_in_time_and_once(self):
        self.review.unlink()
        self.last.action_hold()
        self.assertEqual(self.account.key_account_next_review, date(2027, 2, 10))
        with freeze_time("2026-12-11"):
            self.run_job()
            self.assertEqual(len(self.reviews_of(self.account)), 1)
        with freeze_time("2026-12-12"):
            self.run_job()
            self.run_job()
        new = self.reviews_of(self.account) - self.last
        # Like the last one, it is about the previous year
        self.assertEqual((new.year, new.planned_date, new.state), (2026, date(2027, 2, 10), "preparation"))
        self.assertEqual(new.user_id, self.manager)
        self.assertTrue(new.checklist_ids and new.topic_ids)
        dates = self.env.ref("key_account_management.activity_type_review_dates")
        self.assertEqual(self.deadlines(new)[dates], date(2026, 12, 30))

    def test_what_was_cancelled_is_not_opened_again(self):
        self.last.action_hold()
        self.review.action_cancel()
        with freeze_time("2027-01-10"):
            self.run_job()
        self.assertEqual(self.reviews_of(self.account), self.last | self.review)

    def test_overdue_ones_get_time_to_prepare(self):
        account = self.make_account(
            "Gamma", key_account_tier_id=self.tier.id, key_account_since=date(2024, 5, 1), company_id=self.company.id
        )
        self.company.key_account_review_lead = 30
        self.run_job()
        self.assertEqual(self.reviews_of(account).mapped("planned_date"), [date(2026, 3, 12)])
        self.assertEqual(self.reviews_of(account).year, 2026)

    def test_one_bad_account_does_not_stop_the_others(self):
        values = {
            "key_account_tier_id": self.tier.id,
            "key_account_since": date(2024, 5, 1),
            "company_id": self.company.id,
        }
        bad, good = self.make_account("Bad", **values), self.make_account("Good", **values)
        reviews = type(self.env["key.account.review"])
        original = reviews._open_next_review

        def fail(self, partner, *args):
            if partner == bad:
                raise ValueError("broken")
            return original(self, partner, *args)

        logger = "odoo.addons.key_account_management.models.review.next_reviews"
        with patch.object(reviews, "_open_next_review", fail), self.assertLogs(logger, "ERROR") as logs:
            self.run_job()
        self.assertIn("Bad", logs.output[0])
        self.assertFalse(self.reviews_of(bad))
        self.assertEqual(len(self.reviews_of(good)), 1)
