"""What applies to all documents: nothing internal in them, one currency, and frozen means frozen."""

import re
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
    "mit bekannten Kosten",
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

# How the software refers to the customer, to its records and to us
SOFTWARE_WORDS = (
    r"accounts?",
    r"tiers?",
    r"settings",
    r"posted",
    r"the company's",
    r"Kundenklasse",
    r"Einstellungen",
    r"gebucht\w*",
    r"erfasst\w*",
    r"des Unternehmens",
)

# Text fields that customers may read; they must not read any others, including fields added later
SHOWN = {
    "key.account.review": (
        "place",
        "opening_occasion",
        "opening_hook",
        "opening_goal",
        "customer_situation",
        "customer_situation_customers",
        "customer_situation_market",
        "customer_situation_competition",
        "customer_situation_potential",
        "retrospective",
        "goals",
    ),
    "key.account.review.topic": ("name", "description"),
    "key.account.review.condition": ("name", "text_today", "text_proposed", "text_agreed"),
}
PROFILE = (
    "key_account_requirements",
    "key_account_tasks",
    "key_account_markets",
    "key_account_technologies",
)


class TestNothingInternal(DocumentCase):
    """The customer's edition of a document never contains an internal figure, name or note."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.internal_names, cls.themes = set(), set()
        for lang in ("en_US", "de_DE"):
            definitions = cls.env["key.account.kpi"].with_context(lang=lang)
            cls.internal_names.update(definitions.search([("audience", "=", "internal")]).mapped("name"))
            cls.themes.update(dict(definitions._fields["theme"]._description_selection(definitions.env)).values())

    def check(self, text, document):
        for word in INTERNAL_WORDS:
            self.assertNotIn(word.lower(), text.lower(), document)
        # Sheets are named after themes that have figures of both kinds
        for theme in self.themes:
            text = text.replace(theme, "")
        for word in self.internal_names:
            self.assertNotIn(word, text, document)
        # Cost, margin and receivable
        self.assertNotRegex(text, r"(?<![\d.,])(1[.,]?230|870|3[.,]?500)(?![\d.,])")
        # Our own targets, also for figures that customers see
        self.assertNotRegex(text, r"76[.,]?543", document)

    def test_customer_editions(self):
        self.add_secrets()
        for lang in ("en_US", "de_DE"):
            self.account.lang = lang
            for record in (self.account, self.review):
                with self.subTest(lang, record=record._name):
                    self.check("".join(pages_of(self.render(SLIDES, record))), "presentation")
                    folder = "".join(pages_of(self.render(FOLDER, record)))
                    self.check(folder, "folder")
                    for shown in ("retrospective", "description", "text_proposed", "measure", "milestone"):
                        self.assertIn(f"For you {shown}", folder)
                    self.check(text_of_zip(self.workbook(record)), "workbook")
                    self.check(text_of_zip(self.powerpoint(record)), "PowerPoint")

    def test_whatever_the_head_makes_internal(self):
        """No document needs a figure: each is made without it."""
        every = self.env["key.account.kpi"].search([("audience", "=", "customer")])
        for hidden in (self.env.ref("key_account_management.kpi_revenue"), every):
            hidden.with_user(self.head).audience = "internal"
            self.env.flush_all()
            for record in (self.account, self.review):
                documents = {
                    "presentation": "".join(pages_of(self.render(SLIDES, record))),
                    "folder": "".join(pages_of(self.render(FOLDER, record))),
                    "workbook": text_of_zip(self.workbook(record)),
                    "PowerPoint": text_of_zip(self.powerpoint(record)),
                }
                for document, text in documents.items():
                    with self.subTest(document, record=record._name, hidden=len(hidden)):
                        # The revenue: 15 chairs, a desk, 5 chairs, less one that came back
                        self.assertNotRegex(text, r"(?<![\d.,])2[.,]?100(?![\d.,])")
                        self.assertIn(self.account.name, text)

    def test_definitions_for_customers_speak_their_language(self):
        words = re.compile(rf"\b({'|'.join(SOFTWARE_WORDS)})\b", re.IGNORECASE)
        for lang in ("en_US", "de_DE"):
            for kpi in self.env["key.account.kpi"].with_context(lang=lang).search([("audience", "=", "customer")]):
                with self.subTest(lang, code=kpi.code):
                    self.assertNotRegex(kpi.formula, words)

    def add_secrets(self):
        """Fills in all texts of everything that belongs to an account; few are for the customer's eyes."""
        account, review = {"partner_id": self.account.id}, {"review_id": self.review.id}
        measure = {**account, "date_start": date(2025, 1, 1), "date_end": date(2025, 6, 30)}
        category = self.category.id
        plan, coaching = (self.make(f"key.account.{kind}plan", **account) for kind in ("", "coaching."))
        for model, values in (
            ("care.measure", measure),
            ("care.measure", {**measure, "name": "For you measure", "is_shared": True, "cost_actual": 3500.0}),
            ("milestone", {**account, "date_deadline": date(2025, 9, 1)}),
            ("milestone", {**account, "name": "For you milestone", "is_shared": True, "date_deadline": "2025-09-02"}),
            ("plan.input", {"plan_id": plan.id}),
            ("coaching.session", {**account, "plan_id": coaching.id, "start": "2025-05-05 08:00:00"}),
            ("demand", {**account, "categ_id": category, "year": 2025, "amount": 870.0}),
            ("rating", account),
            ("satisfaction", {**account, "score": 8.0}),
            ("event", account),
            ("review.topic", review),
            ("review.issue", review),
            ("review.condition", {**review, "kind": "service"}),
            ("review.checklist", review),
        ):
            self.make(f"key.account.{model}", **values)
        self.review.write(self.texts("key.account.review"))
        self.account.write({"comment": "top secret", **dict.fromkeys(PROFILE, "top secret")})
        # Names that only we use, also in the notes and tables of the customer's figures
        names = {"name": "top secret"}
        self.account.key_account_tier_id = self.env["key.account.tier"].create(names)
        self.account.category_id = self.env["res.partner.category"].create(names)
        (self.product | self.desk).default_code = "top secret"
        rule = Command.create(
            {"compute_price": "fixed", "fixed_price": 95.0, "product_tmpl_id": self.desk.product_tmpl_id.id}
        )
        self.account.property_product_pricelist = self.env["product.pricelist"].create({**names, "item_ids": [rule]})
        self.env["key.account.target"].create(
            [
                {**account, "year": 2025, "kpi_id": kpi.id, "value": 76543.0}
                for kpi in self.env["key.account.kpi"].search([])
            ]
        )

    def make(self, model, **values):
        return self.env[model].with_user(self.manager).create({**self.texts(model), **values})

    def texts(self, model):
        """:return: a word for each text field of a model: *top secret*, unless customers may read it"""
        fields = self.env[model]._fields.items()
        names = [name for name, field in fields if field.type in ("char", "text", "html") and not field.readonly]
        return {name: f"For you {name}" if name in SHOWN.get(model, ()) else "top secret" for name in names}

    def test_held_review(self):
        self.review.with_user(self.manager).action_hold()
        self.check("".join(pages_of(self.render(FOLDER, self.review))), "folder")
        self.check(text_of_zip(self.workbook(self.review)), "workbook")

    def test_the_words_are_found_where_they_are(self):
        text = text_of_zip(self.workbook(self.review, "internal"))
        for word in ("Contribution Margin", "Receivables", "Overdue"):
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
        for name in ("Satisfaction", "Minimum Order Size", "Customer Visits", "Days since the Last Visit"):
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
