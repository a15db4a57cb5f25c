"""The whole life of a review as three people: the manager, the customer without a login, the manager again."""

import re

from odoo.addons.key_account_management.models.review.results import Results
from odoo.tests import HttpCase, tagged

# As a person would; in a frame, because the page's form loads another page and scripts would end with the first one.
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
    def setUp(self):
        super().setUp()
        self.mails = []

        def send(mails):
            self.mails += [(mail.recipient_ids.id, mail.body_html) for mail in mails]

        self.patch(type(self.env["mail.mail"]), "send_after_commit", send)

    def test_whole_life(self):
        account = self.env.ref("key_account_management.demo_account_growing")
        review = self.env["key.account.review"].search([("partner_id", "=", account.id), ("state", "=", "preparation")])

        self.start_tour("/odoo", "key_account_life_prepare_and_propose", login="kim", timeout=120)
        self.assertEqual((review.state, review.opening_occasion), ("proposed", "Ten years together"))
        contacts = account._get_key_account_contacts().filtered("email")
        self.assertEqual([recipient for recipient, _body in self.mails], contacts.ids)

        address = re.search(r"/key-account/dates/[\w-]+", self.mails[0][1])[0]
        self.browser_js(address, CHOOSE, "document.readyState === 'complete'", timeout=60)
        self.assertEqual(review.state, "scheduled")
        self.assertEqual(review.meeting_id.start, review.slot_ids[1].start)
        self.assertLessEqual(contacts, review.meeting_id.partner_ids)
        self.assertEqual(review.slot_ids.mapped("state"), ["withdrawn", "taken", "withdrawn"])

        self.start_tour("/odoo", "key_account_life_present_and_close", login="kim", timeout=180)
        self.assertEqual(review.state, "closed")
        self.assertTrue(review.figure_ids)
        plan = Results(review).next_plan
        self.assertEqual(plan.fiscal_year, review.year + 1)
        taken = plan.input_ids.filtered(lambda each: each.review_id == review)
        topic = review.topic_ids.filtered("result")
        self.assertEqual(taken.filtered(lambda each: each.result == topic).name[-24:], "A pilot on line 2 in May")
        still_open = review.issue_ids.filtered(lambda issue: issue.state == "open")
        self.assertTrue(still_open)
        self.assertEqual(len(taken), len(still_open) + 1)
