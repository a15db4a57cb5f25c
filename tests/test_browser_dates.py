"""Dates in the browser: the manager proposes and presents, the customer chooses without a login."""

import re
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

# As a person does it; in a frame, because the page's form loads another page and scripts would end with the first one.
CHOOSE = """
(async () => {
    const frame = document.createElement("iframe");
    const loaded = () => new Promise((resolve) => (frame.onload = () => resolve(frame.contentDocument)));
    frame.src = location.href;
    const opened = loaded();
    document.body.append(frame);
    let page = await opened;
    page.querySelectorAll("input[name=slot]")[1].click();
    const answered = loaded();
    page.querySelector("button[type=submit]").click();
    page = await answered;
    if (page.body.innerText.includes("Dieser Termin ist vereinbart")) {
        console.log("test successful");
    } else {
        console.error(page.body.innerText);
    }
})();
"""


@tagged("post_install", "-at_install")
class TestBrowserDates(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env.ref("key_account_management.demo_account_growing")
        cls.manager = cls.env.ref("key_account_management.demo_user_manager")
        cls.review = cls.env["key.account.review"].search(
            [("partner_id", "=", cls.account.id), ("state", "=", "preparation")]
        )

    def setUp(self):
        super().setUp()
        self.mails = []

        def send(mails):
            self.mails += [(mail.recipient_ids.id, mail.body_html) for mail in mails]

        self.patch(type(self.env["mail.mail"]), "send_after_commit", send)

    def test_manager_proposes_and_presents(self):
        self.start_tour("/odoo", "key_account_propose_and_present", login="kim", timeout=120)
        self.assertEqual(self.review.state, "proposed")
        contacts = self.account._get_key_account_contacts().filtered("email")
        self.assertEqual([recipient for recipient, _body in self.mails], contacts.ids)

    def test_customer_chooses_without_a_login(self):
        starts = self.env["key.account.review.slot"]._suggest_starts(self.manager)
        self.review.slot_ids = [Command.create({"start": start + timedelta(hours=1)}) for start in starts]
        action = self.review.with_user(self.manager).action_propose_dates()
        self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"]).action_send()
        address = re.search(r"/key-account/dates/[\w-]+", self.mails[0][1])[0]
        self.browser_js(address, CHOOSE, "document.readyState === 'complete'", timeout=60)
        self.assertEqual(self.review.state, "scheduled")
        self.assertEqual(self.review.meeting_id.start, self.review.slot_ids[1].start)
