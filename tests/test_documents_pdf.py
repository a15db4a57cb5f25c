"""What is on the pages of presentation and customer folder."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError

from .documents import FOLDER, SLIDES, DocumentCase, page_sizes, pages_of


class TestPresentation(DocumentCase):
    def test_pages(self):
        pdf = self.render(SLIDES, self.review)
        pages = pages_of(pdf)
        self.assertEqual(set(page_sizes(pdf)), {(338, 190)})
        for number, texts in enumerate(
            (
                ("Annual Review 2025", "Alpha", "January 1, 2025 to November 20, 2025", "December 1, 2025", "Hamburg"),
                ("Why we are meeting", "Ten years together"),
                ("Our agenda", "Status", "First", "Future Topics", "Later"),
                ("Revenue up 50%, driven by Chairs", "2,100 €", "1,400 €", "Sales Volume, Units", "▲ +50.0%"),
                ("March was the strongest month", "Mar", "Nov"),
                ("Chairs makes up 90% of the revenue and grew the most, by 900 €", "1,900 €", "Desks −50.0%"),
                ("Chair makes up 90% of the revenue and grew the most, by 900 €", "Desk"),
                ("Our year together", "A good year"),
                ("First · Later", "1. Status", "How we are doing", "5. Future Topics", "On <b>new</b> markets"),
                ("Your contacts", "Manager", "Key Account Manager", "Rep"),
            )
        ):
            for text in texts:
                self.assertIn(text, pages[number], f"page {number + 1}")
        self.assertEqual(len(pages), 10)
        self.assertIn("2 / 10", pages[1])

    def test_from_the_partner_it_is_this_years_review(self):
        self.assertIn("Ten years together", "".join(pages_of(self.render(SLIDES, self.account))))

    def test_without_a_review(self):
        self.review.action_cancel()
        pages = pages_of(self.render(SLIDES, self.account))
        self.assertEqual(len(pages), 6)
        self.assertIn("Annual Review 2025", pages[0])
        self.assertIn("Revenue up", pages[1])

    def test_in_german(self):
        self.account.lang = "de_DE"
        text = "".join(pages_of(self.render(SLIDES, self.review)))
        for expected in (
            "Jahresgespräch 2025",
            "Zahlen vom 1. Januar 2025 bis 20. November 2025",
            "50 % mehr Umsatz, vor allem durch Chairs",
        ):
            self.assertIn(expected, text)
        for english in ("Revenue", "Previous year", "Annual", "Your contacts", "Topics"):
            self.assertNotIn(english, text)

    def test_one_print_of_many(self):
        pages = pages_of(self.render(SLIDES, self.account | self.make_account("Gamma", lang="en_US")))
        self.assertIn("Alpha", pages[0])
        self.assertIn("Gamma", pages[10])
        self.assertIn("2 / 10", pages[1])

    def test_long_texts_go_on_on_another_slide(self):
        words = " ".join(f"word{number}" for number in range(900))
        self.review.topic_ids.filtered("name")[:1].description = words
        self.review.retrospective = words
        pages = pages_of(self.render(SLIDES, self.review))
        text = " ".join(pages)
        for number in range(900):
            self.assertIn(f"word{number}", text)
        self.assertLess(len(pages), 30)

    def test_no_wkhtmltopdf(self):
        with (
            patch.object(self.registry["ir.actions.report"], "get_wkhtmltopdf_state", lambda _self: "install"),
            self.assertRaisesRegex(UserError, "require wkhtmltopdf"),
        ):
            self.render(SLIDES, self.account)

    def test_true_to_scale_with_any_build(self):
        """A strip that prints twice as long is written half as large."""
        reports = self.env["ir.actions.report"]
        with patch.object(self.registry["ir.actions.report"], "_measure_wkhtmltopdf_scale", lambda _self: 2.0):
            context = reports._get_rendering_context(
                self.env.ref(SLIDES.format("partner")), self.account.ids, {"report_type": "pdf"}
            )
        self.assertEqual(context["zoom"], 0.5)


class TestFolder(DocumentCase):
    def test_account_without_invoices(self):
        for lang, expected in (("en_US", "nothing was invoiced"), ("de_DE", "wurde nichts berechnet")):
            account = self.make_account("Empty", lang=lang)
            for report in (FOLDER, SLIDES):
                with self.subTest(lang, report=report):
                    self.assertIn(expected, "".join(pages_of(self.render(report, account))).lower())

    def test_customers_are_told_what_they_bought(self):
        """And not what they are worth to us, which our own people read."""
        for lang, theirs, ours in (
            ("en_US", "Your purchases from us: 2,100 €, 50.0% more than in the previous year", "Revenue of 2,100 €"),
            ("de_DE", "Ihr Bezug bei uns: 2.100 €, 50,0 % mehr als im Vorjahr", "2.100 € Umsatz"),
        ):
            self.account.lang = lang
            text = " ".join("".join(pages_of(self.render(FOLDER, self.account))).split())
            self.assertIn(theirs, text)
            self.assertNotIn(ours, text)

    def test_contact_of_a_company(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.account.id})
        with self.assertRaisesRegex(UserError, "Ann is a contact of Alpha"):
            self.render(FOLDER, contact)

    def test_group_of_companies(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        self.invoice(subsidiary, date(2025, 7, 1), (self.desk, 1, 50.0))
        text = "".join(pages_of(self.render(FOLDER, self.account)))
        self.assertIn("Of the group's 2 companies, Alpha bought the most", text)
        self.assertIn("Alpha South", text)
