"""Whether more, less or neither of a figure is better, and who says so."""

from datetime import date

from freezegun import freeze_time

from .common import YEAR, KeyAccountCase, shown_figures

UP = {
    "health",
    "revenue",
    "contribution_margin",
    "contribution_margin_rate",
    "contribution_margin_2",
    "contribution_margin_2_rate",
    "contribution_margin_3",
    "contribution_margin_3_rate",
    "cost_coverage",
    "share_of_wallet",
    "peer_percentile",
    "special_price_difference",
    "smallest_order",
    "median_order",
    "mean_order",
    "promotion_revenue",
    "promotion_uplift",
    "promotion_return",
    "visits",
    "satisfaction",
    "nps",
}
DOWN = {
    "white_space",
    "peer_rank",
    "abc_class",
    "minimum_price",
    "revenue_below_floor",
    "special_price",
    "orders_below_minimum",
    "orders_below_minimum_share",
    "returns",
    "returns_value",
    "credit_notes_value",
    "days_since_visit",
    "next_visit_days",
    "dso",
    "dso_count_back",
    "days_to_pay",
    "days_late",
    "overdue_amount",
    "overdue_share",
    "credit_use",
}
NEUTRAL = {
    "sales_volume",
    "cost_of_goods_sold",
    "direct_costs",
    "indirect_costs",
    "customer_costs",
    "peer_revenue",
    "peer_revenue_median",
    "minimum_order",
    "order_count",
    "order_interval",
    "promotions",
    "promotion_cost",
    "visit_target",
    "satisfaction_answers",
    "receivable",
    "creditworthiness",
    "credit_limit",
    "exposure",
}


class TestDirection(KeyAccountCase):
    def shown(self, code, period=YEAR, account=None):
        cockpit = (account or self.account).get_key_account_cockpit("free", *period)
        return shown_figures(cockpit)[code]

    def test_of_each_figure(self):
        kpis = self.env["key.account.kpi"].search([])
        for better, codes in (("up", UP), ("down", DOWN), ("neutral", NEUTRAL)):
            of_ours = kpis.filtered(lambda kpi, better=better: kpi.better == better and kpi.code in UP | DOWN | NEUTRAL)
            self.assertEqual(set(of_ours.mapped("code")), codes, better)

    def test_more_costs_are_neither_good_nor_bad(self):
        for year, quantity in ((2023, 1), (2024, 10), (2025, 15)):
            self.invoice(self.account, date(year, 3, 10), (self.product, quantity, 100.0))
        self.assertEqual((self.shown("revenue")["change"], self.shown("revenue")["good"]), ("+50.0%", True))
        for code in ("cost_of_goods_sold", "sales_volume"):
            self.assertEqual((self.shown(code)["change"], self.shown(code)["good"]), ("+50.0%", None), code)

    def rating(self, score, day, agency="Creditreform", **values):
        return self.env["key.account.rating"].create(
            {"partner_id": self.account.id, "agency": agency, "score": score, "date": day, **values}
        )

    def test_a_rating_is_as_good_as_its_agency_says(self):
        for agency, better, good in (
            ("Creditreform", "down", False),
            ("Upwards", "up", True),
            ("Unknown", False, None),
        ):
            with self.subTest(agency):
                self.env["key.account.rating"].search([]).unlink()
                given = {} if agency == "Creditreform" else {"better": better}
                ratings = self.rating(200.0, date(2024, 5, 1), agency, **given)
                ratings |= self.rating(250.0, date(2025, 5, 1), agency)
                self.assertEqual(ratings.mapped("better"), [better, better], "taken over from the agency's other one")
                shown = self.shown("creditworthiness")
                self.assertEqual((shown["change"][0], shown["good"]), ("+", good))

    def test_the_agency_of_a_new_rating_decides(self):
        self.rating(50.0, date(2024, 5, 1), "Upwards", better="up")
        rating = self.rating(200.0, date(2025, 5, 1))
        self.assertEqual(rating.better, "down")
        rating.agency = "Upwards"
        self.assertEqual(rating.better, "up")
        rating.better = "down"
        self.assertEqual(rating.better, "down")


@freeze_time("2025-12-31 12:00")
class TestMovedMost(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_overhead_key = "none"
        cls.review = cls.env["key.account.review"].create({"partner_id": cls.account.id, "year": 2025})
        cls.invoice(cls.account, date(2023, 6, 10), (cls.product, 1, 100.0))

    def bill(self, day, *lines, paid=False):
        invoice = self.invoice(self.account, day, *lines, invoice_date_due=day)
        if paid:
            self.pay(invoice, day)

    def moved(self):
        self.review.invalidate_recordset()
        data = self.review.get_preparation()
        return tuple([figure["code"] for figure in data[kind]] for kind in ("better", "worse"))

    def test_a_collapsing_account_is_not_praised(self):
        """Fewer goods cost less, are returned less, and less of them is owed: all because nobody buys."""
        for year, quantity in ((2024, 100), (2025, 20)):
            self.bill(date(year, 2, 1), (self.product, quantity, 100.0), paid=True)
            self.bill(date(year, 2, 5), (self.product, quantity / 10, 100.0))
            self.credit_note(self.account, date(year, 4, 1), (self.product, quantity / 10, 100.0))
        better, worse = self.moved()
        self.assertEqual(better, [])
        self.assertEqual(worse[0], "revenue")
        self.assertNotIn("cost_of_goods_sold", worse)

    def test_a_collapsing_account_that_owes_more(self):
        self.bill(date(2024, 2, 1), (self.product, 99, 100.0), paid=True)
        self.bill(date(2024, 2, 1), (self.product, 1, 100.0))
        # 5,000 less revenue, 9,900 more overdue
        self.bill(date(2025, 2, 1), (self.product, 50, 100.0), (None, 50, 100.0))
        self.credit_note(self.account, date(2025, 12, 31), (None, 50, 100.0), invoice_date_due=date(2026, 2, 1))
        _better, worse = self.moved()
        self.assertIn("overdue_amount", worse)

    def test_by_what_it_is_worth(self):
        """Revenue of 1,000 more is worth more than three times as much overdue."""
        self.bill(date(2024, 2, 1), (self.product, 100, 100.0), paid=True)
        self.bill(date(2024, 2, 1), (None, 1, 10.0))
        self.bill(date(2025, 2, 1), (self.product, 110, 100.0), paid=True)
        self.bill(date(2025, 2, 1), (None, 1, 30.0))
        better, worse = self.moved()
        self.assertEqual(better[0], "revenue")
        self.assertIn("overdue_amount", worse)
        self.assertNotIn("sales_volume", better + worse)

    def test_what_matters_is_a_mark(self):
        self.invoice(self.account, date(2024, 2, 1), (self.product, 100, 100.0))
        self.invoice(self.account, date(2025, 2, 1), (self.product, 110, 100.0))
        self.assertIn("revenue", self.moved()[0])
        self.env.ref("key_account_management.kpi_revenue").matters = False
        self.assertNotIn("revenue", self.moved()[0])
