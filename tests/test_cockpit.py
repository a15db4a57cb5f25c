"""What the tab Figures shows: the same figures as everywhere, as text, for the period that was chosen."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common import FIGURES, KeyAccountCase


@freeze_time("2025-08-15 12:00")
class TestCockpit(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for day, quantity in (
            (date(2024, 2, 1), 10),
            (date(2024, 12, 31), 1),
            (date(2025, 1, 1), 12),
            (date(2025, 5, 1), 3),
            (date(2025, 7, 1), 5),
        ):
            cls.invoice(cls.account, day, (cls.product, quantity, 100.0))
        # Without it, last year would be incomplete
        cls.pay(cls.invoice(cls.account, date(2022, 6, 1), (cls.product, 1, 100.0)), date(2022, 6, 1))

    def cockpit(self, *period, user=None):
        return self.account.with_user(user or self.manager).get_key_account_cockpit(*period)

    def figure(self, cockpit, code):
        (figure,) = (figure for theme in cockpit["themes"] for figure in theme["figures"] if figure["code"] == code)
        return figure

    def test_all_figures_by_theme(self):
        codes = [figure["code"] for theme in self.cockpit()["themes"] for figure in theme["figures"]]
        self.assertEqual(len(codes), len(FIGURES))
        self.assertEqual(set(codes), FIGURES)

    def test_texts(self):
        revenue = self.figure(self.cockpit(), "revenue")
        self.assertEqual(revenue["value"], "2,000\N{NO-BREAK SPACE}€")
        self.assertEqual(revenue["previous"], "1,000\N{NO-BREAK SPACE}€")
        self.assertEqual((revenue["change"], revenue["good"]), ("+100.0%", True))

    def test_up_can_be_bad_or_neither(self):
        dso = self.figure(self.cockpit(), "dso")
        self.assertEqual((dso["change"][0], dso["good"]), ("+", False))
        receivable = self.figure(self.cockpit(), "receivable")
        self.assertEqual((receivable["change"][0], receivable["good"]), ("+", None), "more is neither good nor bad")

    def test_periods(self):
        for period, date_from, date_to, revenue in (
            ("year_to_date", "2025-01-01", "2025-08-15", "2,000"),
            ("last_year", "2024-01-01", "2024-12-31", "1,100"),
            ("quarter", "2025-07-01", "2025-08-15", "500"),
            ("last_quarter", "2025-04-01", "2025-06-30", "300"),
        ):
            with self.subTest(period):
                cockpit = self.cockpit(period)
                self.assertEqual((cockpit["date_from"], cockpit["date_to"]), (date_from, date_to))
                self.assertTrue(self.figure(cockpit, "revenue")["value"].startswith(revenue))
        free = self.cockpit("free", "2024-12-31", "2025-01-01")
        self.assertTrue(self.figure(free, "revenue")["value"].startswith("1,300"))

    def test_fiscal_year_from_july(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self.assertEqual(self.cockpit()["date_from"], "2025-07-01")
        last = self.cockpit("last_year")
        self.assertEqual((last["date_from"], last["date_to"]), ("2024-07-01", "2025-06-30"))

    def test_bad_periods(self):
        with self.assertRaisesRegex(UserError, "someday"):
            self.cockpit("someday")
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            self.cockpit("free", "2025-02-01", "2025-01-01")

    def test_trend(self):
        trend = self.account.with_user(self.manager).get_key_account_trend("2025-08-15")
        self.assertEqual(
            trend["labels"], ["4/2023", "1/2024", "2/2024", "3/2024", "4/2024", "1/2025", "2/2025", "3/2025"]
        )
        self.assertEqual(trend["values"]["revenue"], [0, 1000, 0, 0, 100, 1200, 300, 500])

    def test_breakdown(self):
        rows = self.account.with_user(self.manager).get_key_account_breakdown(
            "revenue", "category", "2025-01-01", "2025-08-15"
        )
        self.assertEqual((rows["labels"], rows["value"], rows["previous"]), (["Chairs"], [2000.0], [1000.0]))
        self.assertEqual(rows["rows"][0]["texts"][2], "+100.0%")
        self.assertIsNone(rows["table"])

    def test_roles(self):
        codes = {figure["code"] for theme in self.cockpit(user=self.rep)["themes"] for figure in theme["figures"]}
        self.assertTrue({"revenue", "sales_volume"} <= codes)
        self.assertNotIn("contribution_margin", codes)
        trend = self.account.with_user(self.rep).get_key_account_trend("2025-08-15")
        self.assertNotIn("contribution_margin", trend["values"])
        with self.assertRaises(AccessError):
            self.account.with_user(self.rep).get_key_account_breakdown("dso", "month", "2025-01-01", "2025-08-15")
        with self.assertRaises(AccessError):
            self.account.with_user(self.rep).action_view_key_account_figure("dso", "2025-01-01", "2025-08-15")
        with self.assertRaises(AccessError):
            self.cockpit(user=self.outsider)

    def test_records_behind_a_figure(self):
        action = self.account.with_user(self.rep).action_view_key_account_figure("revenue", "2025-01-01", "2025-08-15")
        rows = self.env[action["res_model"]].with_user(self.rep).search(action["domain"])
        self.assertEqual(sum(rows.mapped("price_subtotal")), 2000.0)
        self.assertEqual(len(rows), 3)

    def test_records_behind_the_receivable(self):
        self.manager.group_ids |= self.env.ref("account.group_account_readonly")
        action = self.account.with_user(self.manager).action_view_key_account_figure(
            "receivable", "2025-01-01", "2025-03-01"
        )
        items = self.env[action["res_model"]].with_user(self.manager).search(action["domain"])
        self.assertEqual(sum(items.mapped("balance")), 1000 + 100 + 1200)
