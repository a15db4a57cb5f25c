"""Promotions: their cost, revenue, uplift and return, computed by hand."""

from datetime import date

from freezegun import freeze_time

from odoo.fields import Command

from .common import YEAR
from .test_care_measure import MeasureCase

CODES = ["promotions", "promotion_cost", "promotion_revenue", "promotion_uplift", "promotion_return"]


class TestPromotions(MeasureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.below = cls.category.create({"name": "Stools", "parent_id": cls.category.id})
        cls.elsewhere = cls.category.create({"name": "Desks"})
        cls.stool = cls.make_product("Stool", cost=60.0, categ_id=cls.below.id)
        cls.desk = cls.make_product("Desk", cost=60.0, categ_id=cls.elsewhere.id)

    @classmethod
    def promotion(cls, partner=None, products=None, categories=None, **values):
        return cls.measure(
            partner,
            **{
                "kind": "promotion",
                "state": "done",
                "name": "Spring",
                "date_start": date(2025, 3, 1),
                "date_end": date(2025, 3, 31),
                "product_ids": [Command.set((products or cls.product.browse()).ids)],
                "product_category_ids": [Command.set((categories or cls.category.browse()).ids)],
                **values,
            },
        )

    def values(self, partner=None, period=YEAR, side="value"):
        figures = self.figures(partner or self.account, period, CODES, user=self.head)
        return [figures[code][side] for code in CODES]

    def notes(self):
        return {code: figure["note"] for code, figure in self.figures(self.account, codes=CODES).items()}

    def table(self):
        return self.figures(self.account, codes=["promotions"])["promotions"]["table"]

    # === AGAINST THE YEAR BEFORE ===#

    def test_against_the_year_before(self):
        self.promotion(products=self.product, cost_actual=100.0)
        # In the promotion 1,500, of that 100 credited; on the same days of the year before 500
        self.invoice(self.account, date(2025, 3, 1), (self.product, 5, 100.0), (self.desk, 5, 100.0))
        self.invoice(self.account, date(2025, 3, 31), (self.product, 10, 100.0))
        self.credit_note(self.account, date(2025, 3, 31), (self.product, 1, 100.0))
        self.invoice(self.account, date(2024, 3, 1), (self.product, 2, 100.0))
        self.invoice(self.account, date(2024, 3, 31), (self.product, 3, 100.0))
        # One day too early or late, another customer, a draft
        for day in (date(2025, 2, 28), date(2025, 4, 1), date(2024, 2, 29), date(2024, 4, 1)):
            self.invoice(self.account, day, (self.product, 7, 100.0))
        self.invoice(self.foreign, date(2025, 3, 15), (self.product, 50, 100.0))
        self.invoice(self.account, date(2025, 3, 15), (self.product, 50, 100.0), post=False)
        # Contribution margin I is 40 %: (900 * 40 % - 100) / 100
        self.assertEqual(self.values()[:4], [1, 100.0, 1400.0, 900.0])
        self.assertAlmostEqual(self.values()[4], 2.6)
        self.assertEqual(self.values(side="previous"), [0, None, None, None, None])
        table = self.table()
        row = dict(zip([column["label"] for column in table["columns"]], table["rows"][0], strict=True))
        self.assertAlmostEqual(row.pop("Return"), 2.6)
        self.assertEqual(
            row,
            {
                "Promotion": "Spring",
                "Start Date": "2025-03-01",
                "End Date": "2025-03-31",
                "Cost": 100.0,
                "Revenue": 1400.0,
                "Compared with": "Previous year",
                "Revenue at that time": 500.0,
                "Uplift": 900.0,
            },
        )

    def test_against_the_days_before(self):
        self.promotion(products=self.product, cost_actual=100.0)
        self.invoice(self.account, date(2025, 3, 10), (self.product, 10, 100.0))
        # 31 days before 1 March begin on 29 January
        self.invoice(self.account, date(2025, 1, 29), (self.product, 1, 100.0))
        self.invoice(self.account, date(2025, 2, 28), (self.product, 1, 100.0))
        self.invoice(self.account, date(2025, 1, 28), (self.product, 7, 100.0))
        # Other products of the previous year are not a comparison
        self.invoice(self.account, date(2024, 3, 10), (self.desk, 7, 100.0))
        self.assertEqual(self.values()[2:4], [1000.0, 800.0])
        self.assertEqual(self.table()["rows"][0][5], "Preceding days")

    def test_never_bought_before(self):
        self.promotion(products=self.product, cost_actual=100.0)
        self.invoice(self.account, date(2025, 3, 10), (self.product, 10, 100.0))
        self.assertEqual(self.values()[2:4], [1000.0, 1000.0])

    def test_same_length_across_a_leap_day(self):
        """1 to 31 March 2024 has 31 days, and so have the days before: from 30 January 2024 with its 29 February."""
        self.promotion(products=self.product, date_start=date(2024, 3, 1), date_end=date(2024, 3, 31))
        self.invoice(self.account, date(2024, 3, 10), (self.product, 5, 100.0))
        self.invoice(self.account, date(2024, 1, 30), (self.product, 1, 100.0))
        self.invoice(self.account, date(2024, 1, 29), (self.product, 2, 100.0))
        self.assertEqual(self.values(period=(date(2024, 1, 1), date(2024, 12, 31)))[3], 400.0)

    # === IN TWO PERIODS ===#

    def lines(self, code, period=YEAR):
        domains = dict(self.account.with_user(self.head)._get_key_account_figure_records(code, *period))
        return self.env["key.account.sales.report"].search(domains["key.account.sales.report"])

    def test_days_of_two_years(self):
        """16 days in 2024 and 15 in 2025, which cost 10.01 and one hour each."""
        self.company.key_account_hourly_cost = 10.0
        promotion = self.promotion(
            products=self.product,
            date_start=date(2024, 12, 16),
            date_end=date(2025, 1, 15),
            cost_actual=310.31,
            hours_actual=31.0,
        )
        for day, price in (
            (date(2024, 12, 20), 1000.10),
            (date(2025, 1, 15), 500.05),
            (date(2023, 12, 16), 100.01),
            (date(2024, 1, 15), 7.03),
            # A day too late
            (date(2025, 1, 16), 5000.0),
            (date(2024, 1, 16), 5000.0),
        ):
            self.invoice(self.account, day, (self.product, 1, price))
        self.assertEqual(self.values()[:4], [1, 150.15, 500.05, 493.02])
        self.assertEqual(self.values(side="previous")[:4], [1, 160.16, 1000.10, 900.09])
        # Contribution margin I in 2025: two products at a cost of 60
        rate = (5500.05 - 120.0) / 5500.05
        self.assertAlmostEqual(self.values()[4], (493.02 * rate - 150.15) / 150.15)
        self.assertEqual(sorted(self.lines("promotion_revenue").mapped("price_subtotal")), [500.05])
        self.assertEqual(sorted(self.lines("promotion_uplift").mapped("price_subtotal")), [7.03, 500.05])
        self.assertEqual(self.table()["rows"][0][3:5], [150.15, 500.05])
        for code, value, previous in (("direct_costs", 150.15, 160.16), ("indirect_costs", 150.0, 160.0)):
            figure = self.figures(self.account, codes=[code], user=self.head)[code]
            self.assertEqual((figure["value"], figure["previous"]), (value, previous), code)
            for year in (2024, 2025):
                period = (date(year, 1, 1), date(year, 12, 31))
                domains = dict(self.account._get_key_account_figure_records(code, *period))
                self.assertEqual(promotion.search(domains[promotion._name]), promotion)
        # The two together, day by day: all of it
        self.assertEqual(self.values(period=(date(2024, 12, 16), date(2025, 1, 15)))[:4], [1, 310.31, 1500.15, 1393.11])

    def test_the_whole_promotion_decides_with_what_it_is_compared(self):
        """Sold on its days of the previous year, but not on those that count: they are compared with nothing."""
        self.promotion(products=self.product, date_start=date(2024, 12, 16), date_end=date(2025, 1, 15))
        self.promotion(products=self.stool, date_start=date(2024, 12, 16), date_end=date(2025, 1, 15))
        self.invoice(self.account, date(2023, 12, 20), (self.product, 1, 50.01))
        # 31 days before: 15 November to 15 December, of which the 15 that count begin on 1 December
        self.invoice(self.account, date(2024, 12, 1), (self.product, 1, 70.02), (self.stool, 1, 70.02))
        self.invoice(self.account, date(2024, 11, 30), (self.stool, 1, 3.0))
        self.invoice(self.account, date(2025, 1, 10), (self.product, 1, 200.03), (self.stool, 1, 100.04))
        self.assertEqual(self.values()[3], 230.05)

    @freeze_time("2025-03-10")
    def test_days_of_a_running_promotion(self):
        """9 days in February and 10 in March up to today: what was spent so far is spread over these."""
        self.promotion(
            products=self.product,
            date_start=date(2025, 2, 20),
            date_end=date(2025, 4, 30),
            state="in_progress",
            cost_actual=190.19,
        )
        february, march = ((date(2025, month, 1), date(2025, month, 28)) for month in (2, 3))
        for code in ("promotion_cost", "direct_costs"):
            self.assertEqual(self.value(self.account, code, february), 90.09, code)
            self.assertEqual(self.value(self.account, code, march), 100.1, code)
        # Spent on one that is still to begin: today
        self.promotion(
            products=self.product, date_start=date(2025, 5, 1), date_end=date(2025, 5, 31), cost_actual=33.33
        )
        self.assertEqual(self.value(self.account, "direct_costs", february), 90.09)
        self.assertEqual(self.value(self.account, "direct_costs", march), 133.43)

    # === WHAT COUNTS ===#

    def test_categories_with_those_below(self):
        lamp = self.make_product("Lamp", cost=60.0, categ_id=self.elsewhere.id)
        # The chair is promoted twice, and counts once
        self.promotion(categories=self.category, products=self.product | lamp)
        self.invoice(
            self.account,
            date(2025, 3, 10),
            (self.product, 1, 100.0),
            (self.stool, 2, 100.0),
            (lamp, 4, 100.0),
            (self.desk, 8, 100.0),
            (None, 16, 100.0),
        )
        self.assertEqual(self.values()[2], 700.0)
        action = self.account.with_user(self.manager).action_view_key_account_figure("promotion_revenue", *YEAR)
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.product_id, self.product | self.stool | lamp)
        self.assertEqual(sum(lines.mapped("price_subtotal")), 700.0)

    def test_which_promotions_count(self):
        running = self.promotion(name="Running", products=self.product, state="planned")
        self.promotion(name="Old", products=self.product).action_archive()
        self.promotion(name="Cancelled", products=self.product, state="cancelled", cost_actual=9.0)
        self.promotion(self.foreign, products=self.product)
        self.measure(state="done")
        across = self.promotion(products=self.product, date_start=date(2024, 12, 31), date_end=date(2025, 1, 1))
        self.promotion(products=self.product, date_start=date(2024, 12, 30), date_end=date(2024, 12, 31))
        self.assertEqual((self.values()[0], self.values(side="previous")[0]), (3, 2))
        action = self.account.with_user(self.manager).action_view_key_account_figure("promotions", *YEAR)
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), 3)
        self.assertLessEqual(running | across, found)

    @freeze_time("2025-03-10")
    def test_running_promotion_is_compared_up_to_today(self):
        self.promotion(products=self.product, state="planned", cost_actual=10.0)
        self.promotion(products=self.product, date_start=date(2025, 3, 11), state="planned")
        self.invoice(self.account, date(2025, 3, 5), (self.product, 3, 100.0))
        self.invoice(self.account, date(2024, 3, 10), (self.product, 1, 100.0))
        self.invoice(self.account, date(2024, 3, 11), (self.product, 7, 100.0))
        self.assertEqual(self.values()[:4], [1, 10.0, 300.0, 200.0])

    def test_subsidiaries(self):
        south = self.make_account("Alpha South", parent_id=self.account.id)
        shop = self.make_customer("Alpha Shop", parent_id=south.id)
        self.promotion(south, products=self.product)
        for customer in (self.account, south, shop):
            self.invoice(customer, date(2025, 3, 10), (self.product, 1, 100.0))
        # The promotion ran at the subsidiary, and counts for those above it
        self.assertEqual(self.values(south)[:3], [1, 0.0, 200.0])
        self.assertEqual(self.values()[:3], [1, 0.0, 200.0])

    def test_several_promotions(self):
        self.promotion(products=self.product, cost_actual=100.0)
        self.promotion(products=self.desk, cost_actual=300.0)
        self.invoice(self.account, date(2025, 3, 10), (self.product, 10, 100.0), (self.desk, 10, 100.0))
        self.assertEqual(self.values()[:4], [2, 400.0, 2000.0, 2000.0])
        self.assertAlmostEqual(self.values()[4], (2000 * 0.4 - 400) / 400)

    def test_two_companies(self):
        other = self.make_company("Other Company", "base.USD")
        self.env["res.currency.rate"].create(
            {"name": "2025-01-01", "rate": 2.0, "currency_id": other.currency_id.id, "company_id": self.company.id}
        )
        self.promotion(products=self.product, company_id=other.id, cost_actual=50.0)
        self.invoice(self.account, date(2025, 3, 10), (self.product, 1, 100.0))
        self.invoice(self.account, date(2025, 3, 10), (self.product, 3, 100.0), company=other)
        self.assertEqual(self.values()[0], 0)
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        figures = self.figures(both, codes=CODES)
        self.assertEqual([figures[code]["value"] for code in CODES[:3]], [1, 25.0, 150.0])

    # === UNDEFINED ===#

    def test_no_promotion(self):
        self.assertEqual(self.values(), [0, None, None, None, None])
        self.assertEqual(set(self.notes().values()), {"No promotions in this period."})

    def test_no_cost(self):
        self.promotion(products=self.product)
        self.invoice(self.account, date(2025, 3, 10), (self.product, 1, 100.0))
        self.assertEqual(self.values(), [1, 0.0, 100.0, 100.0, None])
        self.assertEqual(self.notes()["promotion_return"], "No cost of the promotions is recorded.")

    def test_no_margin(self):
        self.promotion(products=self.product, cost_actual=10.0)
        self.assertEqual(self.values(), [1, 10.0, 0.0, 0.0, None])
        self.assertEqual(self.notes()["promotion_return"], "No invoices in this period.")

    def test_period_in_the_future(self):
        self.assertEqual(self.values(period=(date(2999, 1, 1), date(2999, 12, 31))), [None] * 5)
