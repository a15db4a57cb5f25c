"""The sales analysis: its measures against the figures, and favourites that work for every role."""

import ast
from datetime import date

from freezegun import freeze_time

from .common import KeyAccountCase

REPORT = "key.account.sales.report"


@freeze_time("2025-08-15 12:00")
class TestSalesReport(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for day in (date(2024, 3, 1), date(2024, 8, 15), date(2024, 8, 16), date(2025, 3, 1)):
            cls.invoice(cls.account, day, (cls.product, 1, 100.0))
        cls.taken_back = cls.invoice(cls.account, date(2025, 4, 1), (cls.product, 3, 100.0))
        reversal = cls.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=cls.taken_back.ids
        )
        reversal = reversal.create({"journal_id": cls.taken_back.journal_id.id, "date": date(2025, 5, 2)})
        cls.env["account.move"].browse(reversal.reverse_moves()["res_id"]).action_post()
        cls.credit_note(cls.account, date(2025, 6, 1), (cls.product, 1, 20.0))

    def favourites(self, user):
        action = self.env.ref("key_account_management.key_account_sales_report_action")
        filters = self.env["ir.filters"].with_user(user).with_context(lang=user.lang).get_filters(REPORT, action.id)
        return {favourite["name"]: favourite for favourite in filters}

    def rows(self, favourite, user):
        """What the pivot reads for a favourite."""
        context = ast.literal_eval(favourite["context"])
        return (
            self.env[REPORT]
            .with_user(user)
            .formatted_read_group(
                ast.literal_eval(favourite["domain"]),
                context["pivot_row_groupby"] + context["pivot_column_groupby"],
                [f"{measure}:sum" for measure in context["pivot_measures"]],
            )
        )

    def test_favourites_of_each_role(self):
        for user in (self.rep, self.manager, self.head):
            favourites = self.favourites(user)
            self.assertEqual("Margin by account" in favourites, user != self.rep)
            self.assertEqual(len(favourites), 2 if user == self.rep else 3)
            for favourite in favourites.values():
                self.assertTrue(self.rows(favourite, user), favourite["name"])

    def test_in_german(self):
        self.manager.lang = "de_DE"
        self.assertIn("Retouren nach Produkt", self.favourites(self.manager))

    def test_years_are_compared_up_to_the_same_day(self):
        rows = self.rows(self.favourites(self.manager)["Revenue by category against last year"], self.manager)
        revenue = {row["invoice_date:year"][1]: row["price_subtotal:sum"] for row in rows}
        self.assertEqual(revenue, {"2024": 200.0, "2025": 100.0 - 20.0})

    def test_margin(self):
        rows = self.rows(self.favourites(self.manager)["Margin by account"], self.manager)
        margin = {row["invoice_date:year"][1]: row["margin:sum"] for row in rows}
        self.assertEqual(margin, {"2024": 80.0, "2025": 40.0 + 60.0 - 20.0})

    def test_margin_is_that_of_the_figure(self):
        """Also where the cost of some lines is not known."""
        self.invoice(self.account, date(2025, 7, 1), (self.make_product("No cost"), 1, 500.0), (None, 1, 70.0))
        period = (date(2025, 1, 1), date(2025, 12, 31))
        lines = self.env[REPORT].search(
            [
                ("customer_id", "=", self.account.id),
                ("invoice_date", ">=", period[0]),
                ("invoice_date", "<=", period[1]),
            ]
        )
        self.assertEqual(sum(lines.mapped("margin")), self.value(self.account, "contribution_margin", period))

    def test_returns_are_positive_and_only_those_that_take_back_an_invoice(self):
        (row,) = self.rows(self.favourites(self.manager)["Returns by product"], self.manager)
        self.assertEqual((row["returned:sum"], row["quantity:sum"]), (300.0, -3.0))


class TestCategoryTree(KeyAccountCase):
    """Categories rolled up: each with all that are below it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.armchairs = cls.env["product.category"].create({"name": "Armchairs", "parent_id": cls.category.id})
        cls.wing = cls.env["product.category"].create({"name": "Wing", "parent_id": cls.armchairs.id})
        cls.desks = cls.env["product.category"].create({"name": "Desks"})
        wing = cls.make_product("Wing Chair", categ_id=cls.wing.id)
        desk = cls.make_product("Desk", categ_id=cls.desks.id)
        cls.invoice(
            cls.account, date(2025, 3, 1), (cls.product, 1, 100.0), (wing, 2, 100.0), (desk, 1, 50.0), (None, 1, 7.0)
        )
        cls.invoice(cls.account, date(2024, 3, 1), (wing, 1, 100.0))

    def rows(self, code):
        rows = self.figures(self.account, codes=[code], breakdown="category_tree")[code]["breakdown"]
        return [(row["depth"], row["label"], row["value"], row["previous"]) for row in rows]

    def test_revenue(self):
        self.assertEqual(
            self.rows("revenue"),
            [
                (0, "Chairs", 300.0, 100.0),
                (1, "Armchairs", 200.0, 100.0),
                (2, "Wing", 200.0, 100.0),
                (0, "Desks", 50.0, None),
                (0, "Without category", 7.0, None),
            ],
        )

    def test_volume_and_returns(self):
        self.assertEqual(self.rows("sales_volume")[0], (0, "Chairs", 3.0, 1.0))
        self.assertEqual(self.rows("returns_value")[0], (0, "Chairs", 0.0, 0.0))

    def test_the_top_adds_up(self):
        tops = [value for depth, _label, value, _previous in self.rows("revenue") if not depth]
        self.assertEqual(sum(tops), self.value(self.account, "revenue"))

    def test_screen(self):
        shown = self.account.with_user(self.manager).get_key_account_breakdown(
            "revenue", "category", "2025-01-01", "2025-12-31"
        )
        # The chart compares the categories themselves
        self.assertEqual(shown["labels"][0], "Chairs / Armchairs / Wing")
        self.assertEqual([row["label"] for row in shown["rows"]][:2], ["Chairs", "Armchairs"])
