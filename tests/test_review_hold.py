"""Marking a review as held: on which day, where and with whom, as the minutes say."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError

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

    def test_whose_review(self):
        for user in (self.rep, self.outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.wizard(user=user).action_hold()
        self.assertEqual(self.last.state, "preparation")
