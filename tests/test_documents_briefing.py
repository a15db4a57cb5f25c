"""The internal briefing: what is in it, and who gets it."""

import re
from dataclasses import replace
from datetime import date

from odoo.addons.key_account_management.documents.pdf.briefing_view import BriefingView
from odoo.addons.key_account_management.documents.pdf.paper import A4
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
            "Receivables",
            "Decision Maker",
            "Critic",
            "High",
            "Calm them down",
            "Nov 1, 2025 !",
        ):
            self.assertIn(expected, text)

    def test_room_for_negotiation(self):
        """Chair: cost 60, at least 30 % margin, so at least 85.71; desk: cost 90, 128.57, and sold below it."""
        self.desk.list_price = 120.0
        text = self.text()
        self.assertRegex(text, r"Chair 100\.00 € 100\.00 € 85\.71 € 14\.29 € 14\.3% 0")
        self.assertRegex(text, r"Desk 120\.00 € 120\.00 € 128\.57 € −8\.57 € −7\.1% 0")
        self.assertLess(text.index("Desk 120"), text.index("Chair 100"), "the least room comes first")

    def test_what_proposals_would_mean(self):
        """20 chairs in twelve months at 100 less the credited one, cost 60: revenue 1900, at 90 it is 1710."""
        self.review.condition_ids = [
            Command.create({"kind": "price", "product_id": self.product.id, "value_proposed": 90.0}),
            Command.create({"kind": "service", "name": "Delivery", "text_proposed": "Within a day"}),
        ]
        condition = self.review.condition_ids[0]
        self.assertEqual(condition.revenue_effect, -190.0)
        text = self.text()
        self.assertRegex(text, r"Chair \$ 100\.00 \$ 90\.00 −190 € 40\.0% → 33\.3% Delivery Within a day People")
        self.assertNotIn("Agreed", text)
        condition.action_agree()
        self.assertRegex(self.text(), r"Chair \$ 100\.00 \$ 90\.00 \$ 90\.00 −190 €")
        for report in (FOLDER, SLIDES):
            text = " ".join(pages_of(self.render(report, self.review)))
            self.assertIn("Chair", text)
            for hidden in ("190 €", "40.0%", "33.3%", "Effect on"):
                self.assertNotIn(hidden, text)

    def test_notes_are_in_the_language_of_the_reader(self):
        """The customer's language is for the customer's documents."""
        self.account.lang = "de_DE"
        self.invoice(self.account, date(2025, 9, 1), (self.make_product("Lamp", cost=0.0), 10, 100.0))
        text = self.text()
        self.assertIn("Costs are known for", text)
        self.assertNotIn("Kosten sind nur", text)

    def test_proposals_below_the_floor_are_marked(self):
        """Chair: floor price 85.71 at a list price of 100; desk: cost 90, 128.57 at 200."""
        self.review.condition_ids = [
            Command.create({"kind": "price", "product_id": self.product.id, "value_proposed": 85.0}),
            Command.create({"kind": "price", "categ_id": self.desk.categ_id.id, "value_proposed": 40.0}),
            Command.create({"kind": "price", "categ_id": self.category.id, "value_proposed": 5.0}),
        ]
        self.desk.list_price = 200.0
        text = self.text()
        self.assertRegex(text, "Below the floor price: Chair")
        self.assertRegex(text, "Below the floor price: Desk")
        self.assertEqual(text.count("Below the floor price"), 2)
        for report in (FOLDER, SLIDES):
            self.assertNotIn("Below the floor", " ".join(pages_of(self.render(report, self.review))))

    def test_themes_are_not_torn(self):
        data = (
            self.env["key.account.document"]
            .with_user(self.manager)
            ._get_document_data(self.review.with_user(self.manager), "internal")
        )
        table = BriefingView(self.env, data, replace(A4, height=130)).tables["figures"]
        self.assertGreater(len(table.parts), 1)
        for part in table.parts:
            self.assertTrue(part[0][0], "a page begins with the title of a theme")

    def test_margins_without_costs_carry_a_warning(self):
        self.assertNotIn("Costs are known", self.text())
        unknown = self.make_product("Lamp", cost=0.0)
        self.invoice(self.account, date(2025, 9, 1), (unknown, 10, 100.0))
        pages = pages_of(self.render(BRIEFING, self.review))
        warning = r"Contribution Margin I.*: Costs are known for only 6\d\.\d% of the revenue"
        self.assertRegex(pages[0], warning)
        self.assertRegex(" ".join(pages[1:]), warning)

    def test_classes_are_letters_and_places_have_no_change_in_percent(self):
        self.assertRegex(self.text(), r"ABC Class [ABC] [ABC–] (–|±0|1 up|1 down)")

    def test_headings_on_each_page(self):
        self.env["key.account.care.measure"].create(
            [
                {
                    "name": f"Measure {number:02}",
                    "partner_id": self.account.id,
                    "company_id": self.company.id,
                    "date_end": date(2025, 12, 24),
                }
                for number in range(70)
            ]
        )
        pages = pages_of(self.render(BRIEFING, self.review))
        listed = [page for page in pages if "Measure 3" in page or "Measure 6" in page]
        self.assertEqual(len(listed), 2)
        for page in listed:
            self.assertIn("Measure Responsible Status Deadline", page)
        figures = [page for page in pages if re.search("Revenue 2,100|Use of the Credit Limit|Days to Pay", page)]
        for page in figures:
            self.assertIn("Figure This period", page)

    def test_no_page_is_empty_wherever_the_last_table_ends(self):
        self.env["key.account.milestone"].create(
            {
                "name": "Pilot",
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "date_deadline": date(2025, 12, 31),
            }
        )
        measure = {"partner_id": self.account.id, "company_id": self.company.id, "date_end": date(2025, 12, 24)}
        measures = self.env["key.account.care.measure"]
        measures.create([{**measure, "name": f"Measure {number}"} for number in range(13)])
        # The milestone then ends everywhere near the end of a page
        for number in range(13, 20):
            measures.create({**measure, "name": f"Measure {number}"})
            for page in pages_of(self.render(BRIEFING, self.account)):
                self.assertGreater(len(page.split("Internal · ")[0]), 50, number)

    def test_open_steps_of_the_whole_group(self):
        plant = self.make_account("Alpha Plant", parent_id=self.account.id, is_company=True)
        self.env["key.account.care.measure"].create(
            {
                "name": "Calm them too",
                "partner_id": plant.id,
                "company_id": self.company.id,
                "date_end": date(2025, 12, 1),
                "user_id": self.manager.id,
            }
        )
        self.assertRegex(self.text(), r"Calm them too Manager Planned Dec 1, 2025 Alpha Plant")

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
        for expected in (
            "Intern: nicht für den Kunden",
            "Intern ·",
            "Verhandlungsspielraum",
            "Deckungsbeitrag I",
            "Entscheider",
        ):
            self.assertIn(expected, text)
        for english in ("Target", "Responsible", "Floor price", "Attitude", "Previous year"):
            self.assertNotIn(english, text)

    def test_without_review_and_sales(self):
        text = self.text(self.make_account("Empty"))
        for expected in ("No notes yet", "No product was bought", "no contacts", "No open measures"):
            self.assertIn(expected, text)

    def test_not_for_sales_representatives(self):
        for record in (self.account, self.review):
            with self.assertRaises(AccessError):
                self.render(BRIEFING, record, self.rep)
            with self.assertRaises(AccessError):
                record.with_user(self.rep)._make_key_account_document("briefing")

    def test_the_customer_sees_none_of_it(self):
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
