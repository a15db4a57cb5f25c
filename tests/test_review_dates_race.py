"""Two contacts choose two dates at the same time: for real, with two connections to the database."""

import re
import threading
from datetime import timedelta

import odoo
from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestTwoAtOnce(BaseCase):
    """What is created here is committed, so that both see it, and removed at the end."""

    def setUp(self):
        super().setUp()
        self.database = odoo.sql_db.db_connect(odoo.tests.common.get_db_name())
        with self.database.cursor() as cr:
            env = self.environment(cr)
            self.manager = odoo.tests.new_test_user(
                env, "test_race_manager", groups="key_account_management.group_key_account_manager"
            )
            account = env["res.partner"].create(
                {
                    "name": "Race",
                    "is_company": True,
                    "key_account_status": "active",
                    "key_account_manager_id": self.manager.id,
                    "child_ids": [
                        Command.create({"name": name, "email": f"{name}@example.com"}) for name in ("one", "two")
                    ],
                }
            )
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
            self.review_id, self.account_id, self.slot_ids = review.id, account.id, review.slot_ids.ids
            self.mail_ids = env["mail.mail"].search([("recipient_ids", "in", account.child_ids.ids)]).ids
        self.addCleanup(self.remove)

    def environment(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "no_reset_password": True})

    def remove(self):
        with self.database.cursor() as cr:
            env = self.environment(cr)
            env["calendar.event"].with_context(active_test=False).search([("res_id", "=", self.review_id)]).unlink()
            env["key.account.review"].browse(self.review_id).unlink()
            account = env["res.partner"].browse(self.account_id)
            env["mail.mail"].search([("recipient_ids", "in", account.child_ids.ids)]).unlink()
            partner = self.manager.with_env(env).partner_id
            (account.child_ids | account).unlink()
            self.manager.with_env(env).unlink()
            partner.unlink()

    def choose(self, position, barrier, results):
        """As the page does it: a transaction that starts again if another one was first."""
        with self.database.cursor() as cr:
            env = self.environment(cr)
            waited = []

            def answer():
                invitation = env["key.account.review.invitation"]._find_by_token(self.tokens[position])
                state = invitation._get_answer_state()
                if not waited:
                    waited.append(True)
                    barrier.wait(timeout=20)
                chosen = invitation._choose(self.slot_ids[position])
                return state, chosen.id, invitation._get_answer_state()

            results[position] = retrying(answer, env)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_wins(self):
        barrier, results = threading.Barrier(2), {}
        threads = [threading.Thread(target=self.choose, args=(position, barrier, results)) for position in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        winners = [position for position, (_before, chosen, _after) in results.items() if chosen]
        self.assertEqual(len(winners), 1, results)
        loser = 1 - winners[0]
        self.assertEqual(results[loser][2], "taken")
        with self.database.cursor() as cr:
            env = self.environment(cr)
            review = env["key.account.review"].browse(self.review_id)
            states = {slot.id: slot.state for slot in review.slot_ids}
            self.assertEqual(states, {self.slot_ids[winners[0]]: "taken", self.slot_ids[loser]: "withdrawn"})
            self.assertEqual(env["calendar.event"].search([("res_id", "=", review.id)]), review.meeting_id)
            self.assertEqual(
                review.meeting_id.start, review.slot_ids.filtered(lambda slot: slot.state == "taken").start
            )
