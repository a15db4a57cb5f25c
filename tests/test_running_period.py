"""What looks further back than its period, while that is running; and over the months that both years have."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import YEAR, KeyAccountCase


@tagged("post_install", "-at_install")
@freeze_time("2025-03-15 12:00")
class TestRunningPeriod(KeyAccountCase):
    def test_classes_are_those_of_the_last_12_months(self):
        """Who bought all of it last summer is no C because the year is young."""
        self.invoice(self.account, date(2024, 6, 1), (self.product, 1, 900.0))
        self.invoice(self.make_account("Second"), date(2025, 2, 1), (self.product, 1, 100.0))
        self.assertEqual(self.value(self.account, "abc_class"), 1)
        self.assertEqual(self.value(self.account, "abc_class", (date(2025, 1, 1), date(2025, 3, 15))), 1)

    def test_special_prices_of_24_months_up_to_today(self):
        price_list = self.env["product.pricelist"].create({"name": "Own"})
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": price_list.id,
                "applied_on": "3_global",
                "compute_price": "percentage",
                "percent_price": 10.0,
            }
        )
        self.account.property_product_pricelist = price_list
        self.product.list_price = 100.0
        self.invoice(self.account, date(2023, 5, 2), (self.product, 1, 90.0))
        self.assertEqual(self.value(self.account, "special_price"), 1)

    def test_the_target_of_visits_is_that_of_the_whole_year(self):
        self.account.key_account_tier_id = self.env["key.account.tier"].create({"name": "Gold", "visit_target": 12})
        figure = self.figures(self.account, YEAR, ["visit_target"])["visit_target"]
        self.assertEqual((figure["value"], figure["previous"], figure["change"]), (12.0, 12.0, 0.0))


@tagged("post_install", "-at_install")
class TestCommonMonths(KeyAccountCase):
    def test_lines_below_the_floor_of_the_months_that_both_years_have(self):
        """From September 2024 on, one line a month below the floor of 75: as many, and not three times as many."""
        self.env.company.key_account_minimum_margin = 0.2
        for month in (9, 10, 11, 12, *range(13, 25)):
            day = date(2024 + (month - 1) // 12, (month - 1) % 12 + 1, 10)
            self.invoice(self.account, day, (self.product, 1, 70.0))
        figures = self.figures(self.account, YEAR, ["minimum_price", "revenue_below_floor"])
        for figure in figures.values():
            self.assertEqual(figure["change"], 0.0)
