"""Odoo's own import, with the columns that people have in their lists."""

from datetime import date

from .common import KeyAccountCase


class TestImports(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.env["product.category"].create({"name": "Office Chairs", "parent_id": cls.category.id})
        cls.contact = cls.env["res.partner"].create({"name": "Frauke", "parent_id": cls.account.id})

    def load(self, model, columns, *rows, user=None):
        """:return: (records, messages)"""
        records = self.env[model].with_user(user or self.manager)
        result = records.load(columns, [list(row) for row in rows])
        return records.browse(result["ids"] or []), result["messages"]

    def assertNothingLoaded(self, model, columns, rows, row, words):
        """The messages for that row (from 0) contain these words; nothing is written, not even the good rows."""
        before = self.env[model].search_count([])
        records, messages = self.load(model, columns, *rows)
        self.assertFalse(records)
        # Core adds what it encountered when it tried all rows at once, as if it were the first row's
        errors = [message for message in messages if message["type"] == "error" and message["record"] == row]
        text = " ".join(f"{error['message']} {error.get('field')}" for error in errors)
        for word in words:
            self.assertIn(word, text)
        self.assertEqual(self.env[model].search_count([]), before)

    def test_demand(self):
        demands, messages = self.load(
            "key.account.demand",
            ["partner_id", "categ_id", "year", "amount", "source", "date"],
            ("Alpha", "Chairs", "2025", "120000", "Buyer", "2025-01-15"),
            ("Alpha", "Chairs / Office Chairs", "2025", "40000.5", "Buyer", "2025-01-15"),
            ("Alpha", "Office Chairs", "2024", "38000", "Buyer", "2025-01-15"),
        )
        self.assertFalse(messages)
        self.assertEqual(demands.mapped("amount"), [120000.0, 40000.5, 38000.0])
        self.assertEqual(list(demands.mapped("categ_id")), [self.category, self.office])
        self.assertEqual(demands.company_id, self.company)
        self.assertEqual(demands.currency_id, self.company.currency_id)

    def test_demand_in_a_currency(self):
        self.env.ref("base.USD").active = True
        demands, messages = self.load(
            "key.account.demand",
            ["partner_id", "categ_id", "year", "amount", "currency_id", "source"],
            ("Alpha", "Chairs", "2025", "100", "USD", "Buyer"),
        )
        self.assertFalse(messages)
        self.assertEqual(demands.currency_id.name, "USD")

    def test_bad_demand(self):
        columns = ["partner_id", "categ_id", "year", "amount", "source"]
        good = ("Alpha", "Chairs", "2025", "100", "Buyer")
        for bad, words in (
            (("Alpha", "Sofas", "2025", "100", "Buyer"), ["Sofas", "categ_id"]),
            (("Nobody", "Chairs", "2024", "100", "Buyer"), ["Nobody", "partner_id"]),
            (("Alpha", "Chairs", "twenty", "100", "Buyer"), ["twenty", "year"]),
            (("Alpha", "Chairs", "2024", "a lot", "Buyer"), ["a lot", "amount"]),
            (("Alpha", "Chairs", "2024", "-1", "Buyer"), ["Estimated Purchases"]),
            (("Alpha", "Chairs", "24", "1", "Buyer"), ["Fiscal Year"]),
            (("Alpha", "Chairs", "2024", "1", ""), ["source"]),
            (good, ["Product Category", "already"]),
        ):
            with self.subTest(bad):
                self.assertNothingLoaded("key.account.demand", columns, [good, bad], 1, words)

    def test_category_by_a_name_that_two_have(self):
        """Nothing is guessed: the complete name decides."""
        other = self.env["product.category"].create({"name": "Furniture"})
        self.env["product.category"].create({"name": "Office Chairs", "parent_id": other.id})
        self.assertNothingLoaded(
            "key.account.demand",
            ["partner_id", "categ_id", "year", "amount", "source"],
            [("Alpha", "Office Chairs", "2025", "100", "Buyer")],
            0,
            ["Office Chairs", "categ_id"],
        )

    def test_ratings(self):
        ratings, messages = self.load(
            "key.account.rating",
            ["partner_id", "agency", "rating_class", "score", "date", "valid_until", "note"],
            ("Alpha", "Creditreform", "2", "212", "2025-05-01", "2026-04-30", "Sound"),
            ("Alpha", "S&P", "BBB+", "", "2025-05-01", "", ""),
        )
        self.assertFalse(messages)
        self.assertEqual(ratings.mapped("score"), [212.0, 0.0])
        self.assertEqual(ratings[0].valid_until, date(2026, 4, 30))

    def test_bad_ratings(self):
        columns = ["partner_id", "agency", "score", "date", "valid_until"]
        good = ("Alpha", "Creditreform", "212", "2025-05-01", "")
        for bad, words in (
            (("Alpha", "Creditreform", "212", "1 May", ""), ["1 May", "date"]),
            (("Alpha", "Creditreform", "212", "2025-05-01", "2025-04-30"), ["Valid Until"]),
            (("Alpha", "Creditreform", "-5", "2025-05-01", ""), ["score"]),
            (("Alpha", "", "5", "2025-05-01", ""), ["agency"]),
        ):
            with self.subTest(bad):
                self.assertNothingLoaded("key.account.rating", columns, [good, bad], 1, words)

    def test_satisfaction(self):
        records, messages = self.load(
            "key.account.satisfaction",
            ["partner_id", "contact_id", "score", "date", "comment"],
            ("Alpha", "Alpha, Frauke", "9", "2025-05-01", "Fine"),
            ("Alpha", "", "0", "2025-05-02", ""),
        )
        self.assertFalse(messages)
        self.assertEqual(records.mapped("score"), [9.0, 0.0])
        self.assertEqual(records.contact_id, self.contact)
        self.assertEqual(set(records.mapped("source")), {"manual"})

    def test_bad_satisfaction(self):
        self.env["res.partner"].create({"name": "Stranger", "parent_id": self.foreign.id})
        columns = ["partner_id", "contact_id", "score", "date"]
        good = ("Alpha", "", "9", "2025-05-01")
        for bad, words in (
            (("Alpha", "", "11", "2025-05-01"), ["Score"]),
            (("Alpha", "", "", "2025-05-01"), ["Score"]),
            (("Alpha", "", "good", "2025-05-01"), ["good", "score"]),
            (("Alpha", "Beta, Stranger", "9", "2025-05-01"), ["Contact", "Stranger"]),
        ):
            with self.subTest(bad):
                self.assertNothingLoaded("key.account.satisfaction", columns, [good, bad], 1, words)

    # === TARGETS, VISITS AND MINIMUM MARGINS ===#

    def test_targets(self):
        targets, messages = self.load(
            "key.account.target",
            ["partner_id", "kpi_id", "year", "value"],
            ("Alpha", "Revenue", "2025", "120000"),
            ("Alpha", "Contribution Margin I in %", "2025", "35"),
        )
        self.assertFalse(messages)
        self.assertEqual(targets.kpi_id.mapped("code"), ["revenue", "contribution_margin_rate"])

    def test_bad_targets(self):
        columns = ["partner_id", "kpi_id", "year", "value"]
        good = ("Alpha", "Revenue", "2025", "100")
        for bad, words in (
            (("Alpha", "Turnover", "2025", "1"), ["Turnover", "kpi_id"]),
            (("Alpha", "Sales Volume", "25", "1"), ["four digits"]),
            (("Alpha", "Sales Volume", "2025", "many"), ["many", "value"]),
            (good, ["already"]),
        ):
            with self.subTest(bad):
                self.assertNothingLoaded("key.account.target", columns, [good, bad], 1, words)

    def test_visits(self):
        visits, messages = self.load(
            "calendar.event",
            ["name", "start", "stop", "key_account_visit", "partner_ids/.id"],
            ("Spring visit", "2025-03-03 09:00:00", "2025-03-03 11:00:00", "1", str(self.contact.id)),
        )
        self.assertFalse(messages)
        self.assertEqual((visits.partner_ids, visits.key_account_visit), (self.contact, True))
        self.assertEqual(self.value(self.account, "visits"), 1)

    def test_bad_visits(self):
        columns = ["name", "start", "stop", "key_account_visit", "partner_ids"]
        good = ("Visit", "2025-03-03 09:00:00", "2025-03-03 11:00:00", "1", "Frauke")
        for bad, words in (
            (("Visit", "soon", "2025-03-03 11:00:00", "1", "Frauke"), ["soon", "start"]),
            (("Visit", "2025-03-03 09:00:00", "2025-03-03 11:00:00", "1", "Nobody"), ["Nobody", "partner_ids"]),
        ):
            with self.subTest(bad):
                self.assertNothingLoaded("calendar.event", columns, [good, bad], 1, words)

    def test_minimum_margins(self):
        categories, messages = self.load(
            "product.category",
            [".id", "key_account_minimum_margin"],
            (str(self.category.id), "0.25"),
            (str(self.office.id), "0.3"),
            user=self.head,
        )
        self.assertFalse(messages)
        self.assertEqual(categories.mapped("key_account_minimum_margin"), [0.25, 0.3])
        columns = [".id", "key_account_minimum_margin"]
        _records, (message, *_more) = self.load(
            "product.category", columns, (str(self.office.id), "30"), user=self.head
        )
        self.assertIn("at least 0 and less than 100%", message["message"])
        self.assertEqual(self.office.key_account_minimum_margin, 0.3)

    def test_somebody_elses_account(self):
        records, messages = self.load(
            "key.account.rating", ["partner_id", "agency", "score"], ("Beta", "Creditreform", "212")
        )
        self.assertFalse(records)
        self.assertTrue(messages)
