"""What looks further back than its period, while that is running; and over the months that both years have."""

import re
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .checkout import ROOT
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

    def test_a_rating_is_valid_as_long_as_it_is(self):
        """It will have expired when the year ends, but it is the one that counts today."""
        self.env["key.account.rating"].create(
            [
                {
                    "partner_id": self.account.id,
                    "company_id": self.company.id,
                    "agency": "Creditreform",
                    "score": score,
                    "date": day,
                    "valid_until": until,
                }
                for score, day, until in (
                    (155.0, date(2023, 5, 1), False),
                    (212.5, date(2025, 2, 1), date(2025, 8, 31)),
                )
            ]
        )
        figure = self.figures(self.account, YEAR, ["creditworthiness"])["creditworthiness"]
        self.assertEqual((figure["value"], figure["previous"]), (212.5, 155.0))
        self.assertNotIn("expired", figure["note"])
        action = self.account.action_view_key_account_figure("creditworthiness", *YEAR)
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).score, 212.5)

    def test_the_target_of_visits_is_that_of_the_whole_year(self):
        self.account.key_account_tier_id = self.env["key.account.tier"].create({"name": "Gold", "visit_target": 12})
        figure = self.figures(self.account, YEAR, ["visit_target"])["visit_target"]
        self.assertEqual((figure["value"], figure["previous"], figure["change"]), (12.0, 12.0, 0.0))


@tagged("post_install", "-at_install")
@freeze_time("2026-02-28 12:00")
class TestYearsUpToAMonthsEnd(KeyAccountCase):
    """24 months up to 28 February 2026 begin on 1 March 2024, 12 up to 28 February 2025 on 1 March 2024."""

    leap_day = date(2024, 2, 29)

    def test_special_prices(self):
        """The leap day's table, sold at its list price, is not among what was bought in 24 months."""
        self.env.ref("base.group_user").implied_ids |= self.env.ref("product.group_product_pricelist")
        price_list = self.env["product.pricelist"].create({"name": "Own", "company_id": self.company.id})
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": price_list.id,
                "applied_on": "0_product_variant",
                "product_id": self.product.id,
                "product_tmpl_id": self.product.product_tmpl_id.id,
                "compute_price": "percentage",
                "percent_price": 10.0,
            }
        )
        self.account.property_product_pricelist = price_list
        self.invoice(self.account, self.leap_day, (self.make_product("Table"), 1, 100.0))
        self.invoice(self.account, date(2024, 3, 1), (self.product, 1, 50.0))
        self.assertAlmostEqual(
            self.value(self.account, "special_price_difference", (date(2025, 3, 1), date(2026, 2, 28))), -0.1
        )

    def test_classes(self):
        """Without the leap day, 10 of 200 are C; with it, the account would be the largest one."""
        self.invoice(self.account, self.leap_day, (self.product, 1, 1000.0))
        self.invoice(self.account, date(2024, 3, 1), (self.product, 1, 10.0))
        self.invoice(self.make_account("Second"), date(2025, 2, 28), (self.product, 1, 190.0))
        self.assertEqual(self.value(self.account, "abc_class", (date(2025, 2, 1), date(2025, 2, 28))), 3)
        figure = self.figures(self.account, (date(2026, 2, 1), date(2026, 2, 28)), ["abc_class"])["abc_class"]
        self.assertEqual(figure["previous"], 3)

    def test_everywhere(self):
        """Nobody else reckons back from a day and goes on by one: a month's end is lost that way."""
        window = re.compile(r"- relativedelta\((years|months)=\w+\) \+ (relativedelta|timedelta)\(days=1\)")
        files = sorted((ROOT / "key_account_management").rglob("*.py"))
        self.assertEqual([path.name for path in files if window.search(path.read_text())], [])


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
