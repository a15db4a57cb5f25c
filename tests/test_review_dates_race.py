"""Two contacts choose two dates at the same time."""

import re
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools import mute_logger

from .race import AccountRaceCase


class TestTwoAtOnce(AccountRaceCase):
    def prepare(self, env):
        contacts = [Command.create({"name": name, "email": f"{name}@example.com"}) for name in ("one", "two")]
        account = super().prepare(env, child_ids=contacts)
        start = fields.Datetime.now() + timedelta(days=20)
        review = env["key.account.review"].create(
            {
                "partner_id": account.id,
                "slot_ids": [Command.create({"start": start + timedelta(days=day)}) for day in (0, 1)],
                "invitation_ids": [Command.create({"partner_id": contact.id}) for contact in account.child_ids],
            }
        )
        mails = []
        self.patch(type(env["mail.mail"]), "send_after_commit", lambda sent: mails.extend(sent.mapped("body_html")))
        review.invitation_ids._ask("")
        review.state = "proposed"
        self.tokens = [re.search(r"/key-account/dates/([\w-]+)", mail)[1] for mail in mails]
        self.review_id, self.slot_ids = review.id, review.slot_ids.ids

    def remove(self, env):
        env["calendar.event"].with_context(active_test=False).search([("res_id", "=", self.review_id)]).unlink()
        env["key.account.review"].browse(self.review_id).unlink()
        contacts = env["res.partner"].browse(self.account_id).child_ids
        env["mail.mail"].search([("recipient_ids", "in", contacts.ids)]).unlink()
        super().remove(env)

    def choose(self, env, number, wait):
        """As the page does it."""
        invitation = env["key.account.review.invitation"]._find_by_token(self.tokens[number])
        invitation._get_answer_state()
        wait()
        chosen = invitation._choose(self.slot_ids[number])
        return chosen.id, invitation._get_answer_state()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_wins(self):
        results = self.at_once(2, self.choose)
        winners = [number for number, (chosen, _state) in results.items() if chosen]
        self.assertEqual(len(winners), 1, results)
        loser = 1 - winners[0]
        self.assertEqual(results[loser][1], "taken")
        with self.database.cursor() as cr:
            review = self.environment(cr)["key.account.review"].browse(self.review_id)
            states = {slot.id: slot.state for slot in review.slot_ids}
            self.assertEqual(states, {self.slot_ids[winners[0]]: "taken", self.slot_ids[loser]: "withdrawn"})
            meetings = review.env["calendar.event"].search([("res_id", "=", review.id)])
            self.assertEqual(meetings, review.meeting_id)
            self.assertEqual(meetings.start, review.slot_ids.filtered(lambda slot: slot.state == "taken").start)
