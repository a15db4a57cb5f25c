"""What holds for all documents: nothing internal in them, one currency, and frozen is frozen."""

from datetime import date

from freezegun import freeze_time

from odoo.fields import Command

from .documents import FOLDER, SLIDES, DocumentCase, pages_of, text_of_zip

# Names of internal figures in the documents' two languages, and words that the tests put where customers never look
INTERNAL_WORDS = (
    "Margin",
    "Deckungsbeitrag",
    "Cost of Goods",
    "Wareneinsatz",
    "Coverage",
    "Kostenabdeckung",
    "Receivable",
    "Forderung",
    "Outstanding",
    "Debitorenlaufzeit",
    "Overdue",
    "Überfällig",
    "Days Late",
    "Zahlungsdauer",
    "top secret",
)


class TestNothingInternal(DocumentCase):
    """The customer's edition of any document holds no internal figure, name or note."""

    def check(self, text, document):
        for word in INTERNAL_WORDS:
            self.assertNotIn(word.lower(), text.lower(), document)
        # Cost, margin and receivable
        self.assertNotRegex(text, r"(?<![\d.,])(1[.,]?230|870|3[.,]?500)(?![\d.,])")

    def test_customer_editions(self):
        self.add_secrets()
        for lang in ("en_US", "de_DE"):
            self.account.lang = lang
            for record in (self.account, self.review):
                with self.subTest(lang, record=record._name):
                    self.check("".join(pages_of(self.render(SLIDES, record))), "presentation")
                    self.check("".join(pages_of(self.render(FOLDER, record))), "folder")
                    self.check(text_of_zip(self.workbook(record)), "workbook")
                    self.check(text_of_zip(self.powerpoint(record)), "PowerPoint")

    def add_secrets(self):
        """What is written where customers never look."""
        measure = {
            "partner_id": self.account.id,
            "company_id": self.company.id,
            "date_start": date(2025, 1, 1),
            "date_end": date(2025, 6, 30),
        }
        self.env["key.account.care.measure"].create(
            [
                {**measure, "name": "top secret measure"},
                {
                    **measure,
                    "name": "Joint workshop",
                    "is_shared": True,
                    "description": "top secret",
                    "cost_actual": 3500.0,
                },
            ]
        )
        topic = {"section": "status", "name": "Delivery"}
        if "internal_hint" in self.env["key.account.review.topic"]._fields:
            topic["internal_hint"] = "top secret"
        self.review.topic_ids = [Command.create(topic)]

    def test_held_review(self):
        self.review.with_user(self.manager).action_hold()
        self.check("".join(pages_of(self.render(FOLDER, self.review))), "folder")
        self.check(text_of_zip(self.workbook(self.review)), "workbook")

    def test_the_words_are_found_where_they_are(self):
        text = text_of_zip(self.workbook(self.review, "internal"))
        for word in ("Contribution Margin", "Receivable", "Overdue"):
            self.assertIn(word, text)
        self.assertIn("top secret", text_of_zip(self.powerpoint(self.review, "internal")))
        with self.assertRaises(AssertionError):
            self.check(text.replace("Margin", ""), "internal workbook")


class TestWhatIsLeftOut(DocumentCase):
    def test_customers_read_nothing_of_empty_figures(self):
        """What is unknown, and what was counted as none, is on no page and in no cell."""
        folder = "".join(pages_of(self.render(FOLDER, self.review)))
        overview = self.cells(self.workbook(self.review))["Overview"]
        self.assertIn("Sales Volume", overview)
        for name in ("Satisfaction", "Minimum Order Value", "Customer Visits", "Days since the Last Visit"):
            self.assertNotIn(name, folder)
            self.assertNotIn(name, overview)
        self.assertIn("Customer Visits", self.cells(self.workbook(self.review, "internal"))["Overview"])


class TestCurrency(DocumentCase):
    def test_customer_invoiced_in_one_foreign_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": dollar.id, "company_id": self.company.id, "name": "2024-01-01", "rate": 1.0},
                {"currency_id": dollar.id, "company_id": self.company.id, "name": "2025-01-01", "rate": 2.0},
            ]
        )
        account = self.make_account("Overseas", lang="en_US")
        for day in (date(2024, 3, 1), date(2025, 3, 1)):
            self.invoice(account, day, (self.product, 1, 100.0), currency_id=dollar.id)
        customer = self.cells(self.workbook(account))
        self.assertEqual(customer["Overview"]["Revenue"][:4], [100, 100, 0, "USD"])
        self.assertEqual(customer["Revenue"]["Chairs"][:2], [100, 100])
        internal = self.cells(self.workbook(account, "internal"))
        self.assertEqual(internal["Overview"]["Revenue"][:4], [50, 100, -0.5, "EUR"])
        self.assertIn("All amounts in USD", "".join(pages_of(self.render(FOLDER, account))))


class TestFrozenDocuments(DocumentCase):
    def test_the_same_a_year_later(self):
        self.review.with_user(self.manager).action_hold()
        before = [self.cells(self.workbook(self.review)), pages_of(self.render(FOLDER, self.review))]
        self.invoice(self.account, date(2025, 8, 1), (self.desk, 3, 500.0))
        with freeze_time("2026-11-20"):
            after = [self.cells(self.workbook(self.review)), pages_of(self.render(FOLDER, self.review))]
        self.assertEqual(after, before)
