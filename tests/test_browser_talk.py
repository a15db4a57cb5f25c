"""Writing down what is said and agreed while presenting, and what the second window shows."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

READY = "Boolean(document.querySelector('.o_key_account_present iframe')?.contentDocument?.querySelector('.slide'))"
# As the presenter's window does
FOLLOW = """
const frame = document.querySelector(".o_key_account_present iframe");
const shown = () =>
    [...frame.contentDocument.querySelectorAll(".slide")].findIndex((slide) => slide.style.display !== "none");
const channel = new BroadcastChannel("CHANNEL");
setTimeout(() => channel.postMessage({ type: "page", page: 2 }), 500);
setTimeout(() => {
    const page = document.documentElement.outerHTML + frame.contentDocument.documentElement.outerHTML;
    if (shown() !== 2) {
        console.error(`Slide ${shown()} is shown`);
    } else if (page.includes("top secret") || document.querySelector("textarea")) {
        console.error("There is something internal");
    } else {
        console.log("test successful");
    }
}, 1500);
"""


@tagged("post_install", "-at_install")
class TestBrowserTalk(HttpCase):
    def setUp(self):
        super().setUp()
        account = self.env.ref("key_account_management.demo_account_growing")
        manager = self.env.ref("key_account_management.demo_user_manager")
        reviews = self.env["key.account.review"]
        reviews.search([("partner_id", "=", account.id), ("state", "=", "preparation")]).unlink()
        self.review = reviews.with_user(manager).create(
            {
                "partner_id": account.id,
                "company_id": self.env.ref("base.main_company").id,
                "opening_occasion": "Ten years together",
                "internal_note": "top secret",
                "topic_ids": [Command.create({"name": "Pilot", "internal_hint": "top secret"})],
                "condition_ids": [
                    Command.create({"kind": "service", "name": "Hotline", "text_proposed": "Day and night"})
                ],
            }
        )

    def test_results_and_minutes(self):
        review, topic = self.review, self.review.topic_ids
        self.start_tour(
            f"/odoo/key-account-reviews/{review.id}/key-account-slides", "key_account_talk", login="kim", timeout=120
        )
        self.assertEqual(review.note_ids.mapped("text"), ["They <like> the pilot"])
        self.assertEqual((topic.result, topic.is_done, bool(topic.result_user_id)), ("Start in May", True, True))
        condition = review.condition_ids
        self.assertEqual((condition.outcome, condition.text_agreed), ("agreed", "Day and night"))

    def test_window_of_the_audience(self):
        """It follows the other window of the same browser, and holds nothing internal."""
        user = self.env.ref("key_account_management.demo_user_manager")
        self.browser_js(
            f"/odoo/key-account-reviews/{self.review.id}/key-account-audience",
            FOLLOW.replace("CHANNEL", f"key_account_present.{user.id}.{self.review.id}"),
            READY,
            login="kim",
            timeout=60,
        )
