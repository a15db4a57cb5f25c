"""What is left of a review: its results in the next action plan, and minutes that stay as they were given out."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command

from .reviews import ReviewCase


@freeze_time("2026-11-20 09:00")
class TestReviewResults(ReviewCase):
    def settle(self):
        """One result of each kind, and things that are not results."""
        owner = {"result_user_id": self.manager.id, "result_date": date(2027, 1, 31)}
        self.pilot = self.make("topic", name="Pilot", result="Start\nin May", **owner)
        self.pilot.action_make_measure()
        self.make("topic", name="Nothing settled")
        self.make("issue", name="Late")
        self.make("issue", name="Over", state="solved")
        self.make("issue", name="Solved", state="solved", result="A stock here", **owner)
        self.make("condition", kind="service", name="Stock", text_agreed="20 pieces", outcome="agreed")
        self.make("condition", kind="service", name="Refused", text_proposed="50 pieces", outcome="refused")
        self.extra = self.env["key.account.care.measure"].create(
            {
                "name": "Visit the plant",
                "partner_id": self.account.id,
                "review_id": self.review.id,
                "user_id": self.manager.id,
                "date_end": date(2027, 2, 1),
            }
        )
        self.review.action_hold()

    TEXTS = {
        "Pilot: Start in May",
        "Late",
        "Solved: A stock here",
        "Stock: 20 pieces",
        "Visit the plant",
    }

    def close(self, **values):
        action = self.review.action_close()
        wizard = self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
        wizard.create(values).action_close()

    def plans(self, **values):
        return self.env["key.account.plan"].search(
            [("partner_id", "=", self.account.id), *((name, "=", value) for name, value in values.items())]
        )

    # === INTO THE PLAN ===#

    def test_results_are_where_the_next_plan_starts(self):
        self.settle()
        self.close()
        self.assertEqual(self.review.state, "closed")
        plan = self.plans()
        self.assertEqual((plan.date_from, plan.date_to), (date(2027, 1, 1), date(2027, 12, 31)))
        self.assertEqual(plan.company_id, self.review.company_id)
        self.assertEqual(set(plan.input_ids.mapped("name")), self.TEXTS)
        self.assertEqual(plan.input_ids.review_id, self.review)
        of_pilot = plan.input_ids.filtered(lambda each: each.result == self.pilot)
        self.assertEqual(of_pilot.measure_id, self.pilot.followup)
        self.assertEqual(of_pilot.measure_id.review_id, self.review)
        self.assertEqual(plan.input_ids.measure_id, self.pilot.followup | self.extra)
        with self.assertRaisesRegex(UserError, "already"):
            of_pilot.action_make_measure()

    def test_asked_for(self):
        self.settle()
        action = self.review.action_close()
        self.assertEqual(self.review.state, "held")
        wizard = self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"]).create({})
        self.assertTrue(wizard.takes_results)
        self.assertIn("new plan for Alpha", wizard.results_to_take)
        for text in self.TEXTS:
            self.assertIn(text, wizard.results_to_take)
        wizard.takes_results = False
        wizard.action_close()
        self.assertEqual(self.review.state, "closed")
        self.assertFalse(self.plans())
        # It is not too late
        self.assertTrue(self.review.has_results_to_take)
        self.review.action_take_results()
        self.assertEqual(len(self.plans().input_ids), 5)
        self.assertFalse(self.review.has_results_to_take)

    def test_nothing_settled_nothing_asked(self):
        self.review.action_hold()
        self.assertIs(self.review.action_close(), True)
        self.assertFalse(self.plans())
        self.assertFalse(self.review.has_results_to_take)

    def test_plan_that_is_there(self):
        self.settle()
        plan = self.env["key.account.plan"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "date_from": date(2026, 12, 1),
                "date_to": date(2027, 11, 30),
            }
        )
        self.close()
        self.assertEqual(self.plans(), plan)
        self.assertEqual(len(plan.input_ids), 5)

    def test_plan_of_this_year_goes_on(self):
        """Otherwise it could no longer be copied to the next period."""
        self.settle()
        plan = self.env["key.account.plan"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 12, 31),
                "input_ids": [Command.create({"name": "Strong in scanners"})],
            }
        )
        self.close()
        following = self.plans() - plan
        self.assertEqual(following.source_id, plan)
        self.assertEqual(set(following.input_ids.mapped("name")), self.TEXTS | {"Strong in scanners"})

    def test_exactly_once(self):
        self.settle()
        self.close()
        plan = self.plans()
        self.review.action_reopen()
        self.make("topic", name="Second thoughts", result="Call them", result_user_id=self.manager.id)
        self.close()
        self.assertEqual(len(plan.input_ids), 6)
        self.review.action_reopen()
        self.assertIs(self.review.action_close(), True)
        copy = plan.input_ids[0].copy()
        self.assertFalse(copy.result)
        with self.assertRefused("already in an action plan"):
            copy.result = plan.input_ids[0].result
        # What was removed from the plan can be transferred again
        plan.input_ids.unlink()
        self.assertTrue(self.review.has_results_to_take)

    def test_colleague_who_may_not_see_the_plan_takes_nothing_twice(self):
        self.settle()
        self.close()
        self.assertFalse(self.review.with_user(self.head)._get_results_to_take())

    # === WHAT STAYS ===#

    def test_closed_is_closed(self):
        self.settle()
        self.close()
        late = self.review.issue_ids.filtered(lambda issue: issue.name == "Late")
        changes = (
            lambda: self.review.write({"retrospective": "Other"}),
            lambda: self.review.write({"topic_ids": [Command.create({"name": "New"})]}),
            lambda: self.review.topic_ids[0].write({"result": "Other"}),
            lambda: self.review.condition_ids[0].write({"text_agreed": "Other"}),
            lambda: self.review.checklist_ids[:1].write({"is_done": True}),
            lambda: late.write({"name": "Other"}),
            lambda: late.unlink(),
            lambda: self.make("issue", name="New"),
            lambda: self.last.topic_ids[0].write({"review_id": self.review.id}),
        )
        for change in changes:
            with self.assertRaisesRegex(UserError, "Alpha 2026.*Reopen"), self.env.cr.savepoint():
                change()
        # What was promised continues
        late.action_solve()
        self.assertEqual(late.state, "solved")
        solved = self.review.issue_ids.filtered("result")
        solved.action_make_activity()
        self.assertTrue(solved.followup)
        self.review.internal_note = "For the next one"
        self.review.action_reopen()
        self.review.retrospective = "Other"
        self.assertTrue(self.review.figure_ids)
        with self.assertRaises(UserError):
            self.review.action_hold()

    def test_no_review_begins_in_the_middle(self):
        self.review.action_cancel()
        for state in ("proposed", "scheduled", "held", "closed", "cancelled"):
            with self.subTest(state), self.assertRaises(UserError), self.env.cr.savepoint():
                self.make_review(2026, state=state)
            with self.subTest(state), self.assertRaises(UserError), self.env.cr.savepoint():
                self.env["key.account.review"].with_user(self.manager).with_context(default_state=state).create(
                    {"partner_id": self.account.id, "year": 2026}
                )

    def test_result_with_markup_is_text(self):
        topic = self.make(
            "topic", name="Pilot", result="a < b <i>c</i>", result_user_id=self.manager.id, result_date=date(2027, 1, 1)
        )
        topic.action_make_activity()
        self.assertIn("a &lt; b &lt;i&gt;c&lt;/i&gt;", str(topic.followup.note))
