"""What the tab Figures shows: the same figures as everywhere, as text, for the period that was chosen."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common import FIGURES, KeyAccountCase, shown_figures
from .test_targets import set_target

# By the numbers of the checklist, M5.1 to M5.16, after the health that sums them up
LEADING = [
    "health",
    "sales_volume",
    "revenue",
    "customer_costs",
    "contribution_margin",
    "share_of_wallet",
    "minimum_price",
    "special_price",
    "peer_revenue",
    "minimum_order",
    "order_interval",
    "returns",
    "promotions",
    "visits",
    "satisfaction",
    "dso",
    "creditworthiness",
]


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
        return shown_figures(cockpit)[code]

    def test_the_sixteen_in_their_order(self):
        cockpit = self.cockpit()
        self.assertEqual([leading["code"] for leading in cockpit["figures"]], LEADING)
        codes = [each["code"] for leading in cockpit["figures"] for each in (leading, *leading["companions"])]
        self.assertEqual(len(codes), len(FIGURES))
        self.assertEqual(set(codes), FIGURES)
        self.assertEqual(cockpit["empty"], "")

    def test_companions(self):
        companions = {
            leading["code"]: [figure["code"] for figure in leading["companions"]]
            for leading in self.cockpit()["figures"]
        }
        self.assertEqual(companions["minimum_price"], ["revenue_below_floor"])
        self.assertEqual(companions["visits"], ["visit_target", "days_since_visit", "next_visit_days"])
        self.assertEqual(companions["sales_volume"], [])

    def test_companions_of_what_one_may_not_see_stand_alone(self):
        self.env["key.account.kpi"].search([("code", "=", "returns")]).audience = "internal"
        leading = [figure["code"] for figure in self.cockpit(user=self.rep)["figures"]]
        self.assertNotIn("returns", leading)
        self.assertIn("returns_value", leading)

    def test_an_empty_account_says_what_to_do(self):
        account = self.make_account("Novo")
        self.assertIn("Nothing is booked for Novo", account.get_key_account_cockpit()["empty"])

    def test_only_what_is_not_the_whole_truth_warns(self):
        product = self.make_product("Without cost")
        self.invoice(self.account, date(2025, 7, 2), (product, 1, 500.0))
        figures = shown_figures(self.cockpit())
        self.assertEqual(figures["contribution_margin"]["note"], "Costs are known for only 80.0% of the revenue.")
        for code in ("contribution_margin", "contribution_margin_rate", "contribution_margin_2", "customer_costs"):
            self.assertTrue(figures[code]["warns"], code)
        for code in ("net_margin", "contribution_margin_3_rate"):
            self.assertTrue(figures[code]["warns"], code)
        for code in ("visits", "satisfaction", "health", "share_of_wallet", "forecast"):
            self.assertFalse(figures[code]["warns"], code)

    def test_a_draft_that_turns_the_change_warns(self):
        self.assertFalse(self.figure(self.cockpit(), "revenue")["warns"])
        self.credit_note(self.account, date(2025, 7, 2), (self.product, 15, 100.0), post=False)
        revenue = self.figure(self.cockpit(), "revenue")
        self.assertIn("would turn", revenue["note"])
        self.assertTrue(revenue["warns"])

    def test_prices_to_the_cent(self):
        table = self.account.with_user(self.manager).get_key_account_breakdown(
            "minimum_price", "month", "2025-01-01", "2025-08-15"
        )["table"]
        floor = table["columns"].index("Lowest Price")
        self.assertEqual(table["rows"][0][floor], "100.00\N{NO-BREAK SPACE}€")
        self.assertEqual(table["kinds"][floor], "price")

    def test_targets_to_date(self):
        set_target(self.account, "revenue", 3300.0)
        revenue = self.figure(self.cockpit(), "revenue")
        # Of last year's 1,100, 1,000 were invoiced up to August 15
        self.assertEqual(revenue["target"], "3,300\N{NO-BREAK SPACE}€")
        self.assertEqual(revenue["target_to_date"], "3,000\N{NO-BREAK SPACE}€")
        self.assertEqual(self.figure(self.cockpit("last_year"), "revenue")["target_to_date"], "")

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
        self.assertEqual(trend["texts"]["revenue"][1], "1,000\N{NO-BREAK SPACE}€")
        self.assertEqual(trend["texts"]["returns"][2], "–", "nothing was invoiced")

    def test_breakdown(self):
        rows = self.account.with_user(self.manager).get_key_account_breakdown(
            "revenue", "category", "2025-01-01", "2025-08-15"
        )
        self.assertEqual((rows["labels"], rows["value"], rows["previous"]), (["Chairs"], [2000.0], [1000.0]))
        self.assertEqual(rows["rows"][0]["texts"][2], "+100.0%")
        self.assertIsNone(rows["table"])

    def test_roles(self):
        codes = shown_figures(self.cockpit(user=self.rep)).keys()
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
