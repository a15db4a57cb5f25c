"""Marking a review as held: on which day, where and with whom, as the minutes say."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .race import AccountRaceCase
from .reviews import ReviewCase


@freeze_time("2026-02-12 09:00")
class TestHold(ReviewCase):
    def wizard(self, review=None, user=None, **values):
        wizards = self.env["key.account.review.hold"].with_user(user or self.manager)
        return wizards.create({"review_id": (review or self.last).id, **values})

    def test_proposes_what_was_agreed(self):
        self.last.place = "Hamburg"
        wizard = self.wizard()
        self.assertEqual((wizard.day, wizard.place), (date(2026, 2, 10), "Hamburg"))
        self.assertEqual(wizard.participant_ids, self.manager.partner_id)

    def test_proposes_no_day_to_come(self):
        self.last.planned_date = date(2026, 2, 20)
        self.assertEqual(self.wizard().day, date(2026, 2, 12))

    def test_minutes_say_what_was_said(self):
        guest = self.env["res.partner"].create({"name": "Gast <1>", "parent_id": self.account.id})
        wizard = self.wizard(day=date(2026, 2, 11), place="Kiel", participant_ids=guest.ids)
        wizard.action_hold()
        self.assertEqual(self.last.state, "held")
        self.assertEqual((self.last.planned_date, self.last.place), (date(2026, 2, 11), "Kiel"))
        self.assertEqual(self.last.participant_ids, guest)
        reports = self.env["ir.actions.report"].with_user(self.manager)
        html, _kind = reports._render_qweb_html("key_account_management.report_review_minutes", self.last.ids)
        for text in ("February 11, 2026", "Kiel", "Gast &lt;1&gt;"):
            self.assertIn(text, html.decode())

    def test_day_to_come(self):
        with self.assertRaisesRegex(ValidationError, "still to come"):
            self.wizard(day=date(2026, 2, 13))

    def test_the_second_one_is_told(self):
        """Two people open the window, or one goes back to it: the second click changes nothing and says so."""
        head = self.last.with_user(self.head)
        first, second = self.wizard(place="Kiel"), self.wizard(user=self.head, place="Bonn", day=date(2026, 2, 9))
        first.action_hold()
        figures = self.last.figure_ids
        with self.assertRaisesRegex(UserError, "already been marked as held by .*Manager.* Nothing was changed"):
            second.action_hold()
        self.assertEqual((self.last.place, self.last.figure_ids), ("Kiel", figures))
        with self.assertRaisesRegex(UserError, "already been marked as held"):
            head.action_hold()
        # Whoever opens it only now reads it at once
        self.assertIn("already been marked as held", self.wizard(user=self.head).reason_not)
        self.assertFalse(self.wizard(self.review).reason_not)

    def test_cancelled_meanwhile(self):
        wizard = self.wizard()
        self.last.action_cancel()
        with self.assertRaisesRegex(UserError, "no longer in preparation"):
            wizard.action_hold()

    def test_whose_review(self):
        for user in (self.rep, self.outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.wizard(user=user).action_hold()
        self.assertEqual(self.last.state, "preparation")


class TestTwoHold(AccountRaceCase):
    """Two people mark the same review as held at the same moment."""

    def prepare(self, env):
        account = super().prepare(env)
        self.review_id = env["key.account.review"].create({"partner_id": account.id}).id

    def remove(self, env):
        review = env["key.account.review"].browse(self.review_id)
        env.cr.execute("UPDATE key_account_review SET state = 'preparation' WHERE id = %s", [review.id])
        review.invalidate_recordset()
        env.cr.execute("DELETE FROM key_account_review_figure WHERE review_id = %s", [review.id])
        review.unlink()
        super().remove(env)

    def hold(self, env, number, wait):
        wizard = env["key.account.review.hold"].create({"review_id": self.review_id, "place": f"Place {number}"})
        wait()
        wizard.action_hold()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_it_is_held_once(self):
        results = self.at_once(2, self.hold)
        refused = [error for error in results.values() if error]
        self.assertEqual(len(refused), 1, results)
        self.assertIn("already been marked as held", str(refused[0]))
        winner = next(number for number, error in results.items() if not error)
        with self.database.cursor() as cr:
            review = self.environment(cr)["key.account.review"].browse(self.review_id)
            self.assertEqual((review.state, review.place), ("held", f"Place {winner}"))
            self.assertEqual(len(review.figure_ids), len(review.figure_ids.kpi_id))
