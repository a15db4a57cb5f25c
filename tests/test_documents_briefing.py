"""The internal briefing: what is in it, and who gets it."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command

from .documents import FOLDER, SLIDES, DocumentCase, page_sizes, pages_of

BRIEFING = "key_account_management.action_report_briefing_{}"


class TestBriefing(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ann, ben = cls.env["res.partner"].create(
            [
                {"name": "Ann", "parent_id": cls.account.id, "function": "Purchasing"},
                {"name": "Ben", "parent_id": cls.account.id},
            ]
        )
        ann.write({"key_account_role": "decision_maker", "key_account_attitude": "critic"})
        ben.write({"key_account_influence": "high", "key_account_reports_to_id": ann.id})
        cls.env["key.account.care.measure"].create(
            {
                "name": "Calm them down",
                "partner_id": cls.account.id,
                "company_id": cls.company.id,
                "date_start": date(2025, 1, 1),
                "date_end": date(2025, 11, 1),
                "user_id": cls.manager.id,
            }
        )
        cls.review.write(
            {
                "sensitive_topics": "The lost crates",
                "issue_ids": [Command.create({"name": "Late deliveries", "internal_note": "They are right"})],
            }
        )
        cls.review.topic_ids[:1].internal_hint = "Do not mention the rival"
        cls.company.sudo().key_account_minimum_margin = 0.3

    def text(self, record=None, user=None):
        return " ".join(pages_of(self.render(BRIEFING, record or self.review, user)))

    def test_what_is_in_it(self):
        pdf = self.render(BRIEFING, self.review)
        pages = pages_of(pdf)
        text = " ".join(pages)
        self.assertEqual(set(page_sizes(pdf)), {(210, 297)})
        self.assertLessEqual(len(pages), 5)
        self.assertRegex(pages[0], rf"1 ?/ ?{len(pages)}")
        for expected in (
            "Internal: not for the customer",
            "The lost crates",
            "top secret",
            "Do not mention the rival",
            "They are right",
            "Late deliveries",
            "Contribution Margin I",
            "Receivable",
            "Decision Maker",
            "Critic",
            "High",
            "Calm them down",
            "11/1/25 !",
        ):
            self.assertIn(expected, text)

    def test_room_for_negotiation(self):
        """Chair: cost 60, at least 30 % margin, so at least 85.71; desk: cost 90, 128.57, and sold below it."""
        self.desk.list_price = 120.0
        text = self.text()
        self.assertRegex(text, r"Chair 100\.00 € 100\.00 € 85\.71 € 14\.29 € 14\.3% 0")
        self.assertRegex(text, r"Desk 120\.00 € 120\.00 € 128\.57 € -8\.57 € -7\.1% 0")
        self.assertLess(text.index("Desk 120"), text.index("Chair 100"), "the least room comes first")

    def test_two_products_of_one_name_get_no_price(self):
        twin = self.make_product("Chair", cost=10.0)
        self.invoice(self.account, date(2025, 8, 1), (twin, 1, 100.0))
        text = self.text()
        self.assertRegex(text, r"Chair – – 85\.71 € – – 0")
        self.assertRegex(text, r"Chair – – 14\.29 € – – 0")

    def test_frozen_prices_stay(self):
        self.review.with_user(self.manager).action_hold()
        self.product.list_price = 50.0
        self.assertRegex(self.text(), r"Chair 100\.00 € 100\.00 € 85\.71 €")

    def test_in_the_language_of_the_reader(self):
        self.account.lang = "fr_FR" if self.env["res.lang"]._lang_get("fr_FR") else "en_US"
        self.manager.lang = "de_DE"
        text = self.text()
        for expected in ("Intern: nicht für den Kunden", "Verhandlungsspielraum", "Deckungsbeitrag I", "Entscheider"):
            self.assertIn(expected, text)
        for english in ("Target", "Responsible", "Floor price", "Attitude", "Year before"):
            self.assertNotIn(english, text)

    def test_without_review_and_sales(self):
        text = self.text(self.make_account("Empty"))
        for expected in ("Nothing was noted", "No product was bought", "no contacts", "No measure is open"):
            self.assertIn(expected, text)

    def test_not_for_sales_representatives(self):
        for record in (self.account, self.review):
            with self.assertRaises(AccessError):
                self.render(BRIEFING, record, self.rep)
            with self.assertRaises(AccessError):
                record.with_user(self.rep)._make_key_account_document("briefing")

    def test_nothing_of_it_for_the_customer(self):
        for user in (self.manager, self.rep):
            for report in (FOLDER, SLIDES):
                text = " ".join(pages_of(self.render(report, self.review, user)))
                for hidden in ("lost crates", "rival", "They are right", "Critic", "Decision Maker", "85.71"):
                    self.assertNotIn(hidden, text)
        data = self.env["key.account.document"].with_user(self.manager)._get_document_data(self.review)
        self.assertIsNone(data.briefing)
        self.assertNotIn("minimum_price", data.figures)

    def test_is_stored_as_internal(self):
        self.render(BRIEFING, self.review)
        stored = self.review.document_ids.filtered(lambda document: document.kind == "briefing")
        self.assertEqual(stored.audience, "internal")
        self.assertFalse(stored.with_user(self.rep).search([("id", "=", stored.id)]))
