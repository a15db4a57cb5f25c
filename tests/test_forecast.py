"""The forecast of the fiscal year from the books, in cases that can be calculated by hand.

Its formulas are tested in `test_forecast_method.py`, how good it is in `test_forecast_skill.py`.
"""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.addons.key_account_management.figures.fiscal_months import FiscalMonths
from odoo.addons.key_account_management.figures.forecast import Activity
from odoo.addons.key_account_management.figures.period import Period
from odoo.addons.key_account_management.figures.sources.forecast_basis import BasisReader
from odoo.exceptions import AccessError
from odoo.fields import Command

from .common import KeyAccountCase

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
CODES = [
    "forecast",
    "forecast_low",
    "forecast_high",
    "forecast_orders",
    "forecast_new_business",
    "forecast_target_to_date",
    "forecast_error",
]


@freeze_time("2026-06-30 12:00")
class TestForecast(KeyAccountCase):
    """Alpha buys for 100 a month since 2023: half of each year is over by the end of June."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.months = FiscalMonths(Period(*YEAR), date(2026, 6, 30))
        cls.book(cls.account, [(date(2023 + month // 12, month % 12 + 1, 10), 100.0) for month in range(42)])

    @classmethod
    def book(cls, partner, amounts):
        cls.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice" if amount > 0 else "out_refund",
                    "partner_id": partner.id,
                    "invoice_date": day,
                    "date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": cls.product.id,
                                "quantity": 1,
                                "price_unit": abs(amount),
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for day, amount in amounts
            ]
        ).action_post()

    def order(self, quantity, price, promised=None, product=None, day=datetime(2026, 6, 10), **values):
        line = {
            "product_id": (product or self.product).id,
            "product_uom_qty": quantity,
            "price_unit": price,
            "tax_ids": [Command.clear()],
        }
        order = self.env["sale.order"].create(
            {"partner_id": self.account.id, "order_line": [Command.create(line)], **values}
        )
        order.write({"state": "sale", "date_order": day, "commitment_date": promised})
        return order

    def forecast(self, account=None, period=YEAR, **options):
        return self.figures(account or self.account, period, CODES, **options)

    # === INVOICES ===#

    def test_even_account(self):
        figures = self.forecast(breakdown="month")
        self.assertEqual((figures["forecast"]["value"], figures["forecast"]["previous"]), (1200.0, 1200.0))
        rows = figures["forecast"]["breakdown"]
        self.assertEqual([row["key"] for row in rows], [f"2026-{month:02}" for month in range(1, 13)])
        self.assertEqual({(row["value"], row["previous"]) for row in rows}, {(100.0, 100.0)})
        table = figures["forecast"]["table"]["rows"]
        self.assertEqual([row[1:] for row in table[5:7]], [[100.0, None, 100.0, 100.0], [None, 0.0, 100.0, 100.0]])
        self.assertEqual(figures["forecast_orders"]["value"], 0.0)
        self.assertEqual(figures["forecast_error"]["value"], 0.0)
        self.assertIn("By the end of June, 50% of a usual year is invoiced.", figures["forecast"]["note"])
        # No other customers: nobody knows how far forecasts are off
        self.assertIsNone(figures["forecast_low"]["value"])
        self.assertIn("Too few customers", figures["forecast_low"]["note"])

    def test_the_error_is_that_of_the_forecast_of_a_year_ago(self):
        """A replay knows nothing of the season of the year that it forecasts: then nobody could know of December."""
        seasonal = [(date(2024, month, 10), 100.0) for month in range(1, 13)] + [(date(2025, 12, 10), 5000.0)]
        self.book(self.make_customer("Christmas"), seasonal)
        with freeze_time("2025-06-30 12:00"):
            then = self.forecast(period=(date(2025, 1, 1), date(2025, 12, 31)))["forecast"]["value"]
        self.assertAlmostEqual(self.forecast()["forecast_error"]["value"], abs(then - 1200.0) / 1200.0, 4)

    def test_twice_as_much_this_year(self):
        self.book(self.account, [(date(2026, month, 20), 100.0) for month in range(1, 7)])
        # Usual: 1,200, growth 2, damped by 6 / 9; the level after six months of 200; 1,800 in the last 12 months
        level = 100.0
        for _month in range(6):
            level += 0.2 * (200 - level)
        rest = (600 * 2 ** (6 / 9) + level * 6 + 900) / 3
        self.assertAlmostEqual(self.forecast()["forecast"]["value"], 1200 + rest, delta=0.04)

    def test_rows_add_up(self):
        self.book(self.account, [(date(2026, 5, 20), 33.37), (date(2025, 11, 3), -71.43)])
        self.order(3, 11.11, datetime(2026, 10, 5))
        forecast = self.forecast(breakdown="month")["forecast"]
        self.assertAlmostEqual(sum(row["value"] for row in forecast["breakdown"]), forecast["value"], 6)
        self.assertEqual(forecast["value"], self.company.currency_id.round(forecast["value"]))
        self.assertAlmostEqual(forecast["previous"], 1200 - 71.43)

    @freeze_time("2026-07-16 12:00")
    def test_month_that_has_begun(self):
        # 16 of the 31 days of July are over: nothing was invoiced in them, and less of the rest is to come
        self.assertAlmostEqual(self.forecast()["forecast"]["value"], 600 + 500 + 100 * 15 / 31, delta=0.01)
        self.book(self.account, [(date(2026, 7, 3), 40.0)])
        self.assertAlmostEqual(self.forecast()["forecast"]["value"], 640 + 500 + 100 * 15 / 31, delta=0.01)

    def test_less_than_a_year(self):
        young = self.make_account("Young")
        self.book(young, [(date(2026, month, 5), 50.0) for month in (4, 5, 6)])
        figures = self.forecast(young)
        self.assertEqual((figures["forecast"]["value"], figures["forecast"]["previous"]), (150.0, None))
        self.assertIn("less than 12 months", figures["forecast"]["note"])
        for code in ("forecast_low", "forecast_high", "forecast_error"):
            self.assertIsNone(figures[code]["value"])

    def test_nothing_at_all(self):
        figures = self.forecast(self.make_account("Empty"))
        self.assertEqual({code for code in CODES if figures[code]["value"] is not None}, set())
        self.assertEqual(figures["forecast"]["note"], "No invoices and no orders.")

    def test_more_credits_than_invoices(self):
        returns = self.make_account("Returns")
        self.book(returns, [(date(2024, 2, 5), 100.0), *((date(2025, month, 5), -30.0) for month in range(1, 13))])
        self.book(returns, [(date(2026, 3, 5), -10.0)])
        self.assertEqual(self.forecast(returns)["forecast"]["value"], -10.0)

    def test_range_of_customers_like_that(self):
        # Ten of them bought each February and August; their rest of 2025 was 0.5 to 1.4 times what was expected
        for number in range(10):
            half_years = [(date(year, month, 5), 600.0) for year in (2022, 2023, 2024) for month in (2, 8)]
            half_years += [
                (date(2025, 2, 5), 600.0),
                (date(2025, 8, 5), 300.0 + number * 60),
                (date(2026, 2, 5), 600.0),
            ]
            self.book(self.make_customer(f"Customer {number}"), half_years)
        other = self.env["res.partner"].search([("name", "=", "Customer 5")])
        basis = self.env["key.account.forecast.basis"].with_company(self.company)._get_basis(self.months)
        # Alpha is a regular buyer, one of eleven whose rest is known: all of them count
        self.assertEqual(basis.ratios[Activity.REGULAR], basis.ratios[Activity.FREQUENT])
        figures = self.forecast(other)
        low, value, high = (figures[code]["value"] for code in ("forecast_low", "forecast", "forecast_high"))
        rest = value - 600
        first, last = basis.ratios[Activity.RARE]
        self.assertAlmostEqual(low, 600 + min(rest * first, rest), delta=0.1)
        self.assertAlmostEqual(high, 600 + max(rest * last, rest), delta=0.1)
        # By the share of August in the years before, what the ten expected was nearly the same
        self.assertAlmostEqual(last / first, (300 + 8.1 * 60) / (300 + 0.9 * 60), delta=0.02)

    # === ORDERS ===#

    def test_orders_come_on_top_of_what_is_never_ordered_ahead(self):
        self.order(10, 25.0, datetime(2026, 9, 15))
        figures = self.forecast(breakdown="month")
        self.assertEqual(figures["forecast"]["value"], 1450.0)
        self.assertEqual(figures["forecast_orders"]["value"], 250.0)
        self.assertEqual(figures["forecast"]["breakdown"][8]["value"], 350.0)
        self.assertIn("On order", figures["forecast"]["note"])

    def test_orders_of_other_times_and_what_is_no_order(self):
        self.order(1, 500.0, datetime(2027, 1, 10))
        self.order(1, 500.0, datetime(2026, 9, 10)).state = "cancel"
        self.order(1, 500.0, datetime(2026, 9, 10)).state = "draft"
        self.assertEqual(self.forecast()["forecast_orders"]["value"], 0.0)
        # What is late comes next, and without a promise the lead time counts
        self.order(1, 70.0, datetime(2026, 5, 10))
        self.order(1, 30.0).order_line.customer_lead = 60
        figures = self.forecast(breakdown="month")
        self.assertEqual(figures["forecast_orders"]["value"], 100.0)
        values = [row["value"] for row in figures["forecast"]["breakdown"]]
        self.assertEqual(values, [100.0] * 6 + [170.0, 130.0] + [100.0] * 4)

    def test_what_was_invoiced_is_no_longer_on_order(self):
        order = self.order(10, 20.0, datetime(2026, 9, 15))
        lines = {"sale_line_ids": [Command.link(order.order_line.id)]}
        self.invoice(self.account, date(2026, 6, 20), (self.product, 4, 20.0, lines))
        self.assertEqual(self.forecast()["forecast_orders"]["value"], 120.0)
        self.assertEqual(self.figures(self.account, YEAR, ["revenue"])["revenue"]["value"], 680.0)

    def test_orders_have_no_history(self):
        self.order(10, 25.0, datetime(2026, 9, 15))
        figures = self.forecast(period=(YEAR[0], date(2026, 3, 31)))
        self.assertEqual(figures["forecast"]["value"], 1200.0)
        self.assertIsNone(figures["forecast_orders"]["value"])
        self.assertIn("is not known", figures["forecast_orders"]["note"])

    def test_how_early_customers_order(self):
        """Half of what is invoiced from March to May was ordered in February, the other half by nobody."""
        company = self.make_company("Other Company", "base.EUR")
        customer = self.make_customer("Orders Early")
        env = self.env["sale.order"].with_company(company).with_context(allowed_company_ids=company.ids).env
        line = {"product_id": self.product.id, "product_uom_qty": 3, "price_unit": 100.0}
        order = env["sale.order"].create({"partner_id": customer.id, "order_line": [Command.create(line)]})
        order.write({"state": "sale", "date_order": datetime(2026, 2, 15)})
        linked = {"sale_line_ids": [Command.link(order.order_line.id)]}
        for month in (3, 4, 5):
            rows = [(self.product, 1, 100.0, linked), (self.product, 1, 100.0)]
            self.invoice(customer, date(2026, month, 20), *rows, company=company)
        known = BasisReader(env, self.months, 6).basis(6).known
        # Ahead by one month in all three, by two in April and May, by three in May only
        self.assertEqual(known[:3], [0.5, 0.5, 0.0])
        # Two months with invoices tell nothing yet
        self.assertEqual(BasisReader(env, self.months, 4).basis(4).known[0], None)

    # === NEW BUSINESS AND TARGETS ===#

    def test_new_business(self):
        self.assertIsNone(self.forecast()["forecast_new_business"]["value"])
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "partner_id": self.account.id,
                    "expected_revenue": 1000.0,
                    "probability": 40.0,
                    "date_deadline": day,
                }
                for name, day in (("New", date(2026, 10, 1)), ("Known", False), ("Later", date(2027, 1, 1)))
            ]
        )
        # Nobody knows of which categories
        self.assertEqual(self.forecast()["forecast_new_business"]["value"], 0.0)
        tables = self.make_product("Table", categ_id=self.env["product.category"].create({"name": "Tables"}).id)
        for lead, product in zip(leads, (tables, self.product, tables), strict=True):
            self.order(1, 999.0, product=product, opportunity_id=lead.id).state = "draft"
        figures = self.forecast()
        self.assertEqual(figures["forecast_new_business"]["value"], 400.0)
        self.assertEqual(figures["forecast"]["value"], 1200.0)
        (kind,) = self.account.get_key_account_figure_records("forecast_new_business", *YEAR)
        self.assertEqual((kind["model"], kind["count"]), ("crm.lead", 1))

    def test_new_business_of_an_account_inside_another_one(self):
        """Chairs are new for the subsidiary, and not for the whole account, whether one is asked for or both."""
        inner = self.make_account("Subsidiary", parent_id=self.account.id)
        lead = self.env["crm.lead"].create(
            {
                "name": "Chairs",
                "type": "opportunity",
                "partner_id": inner.id,
                "expected_revenue": 1000.0,
                "probability": 40.0,
            }
        )
        self.order(1, 999.0, partner_id=inner.id, opportunity_id=lead.id).state = "draft"
        both = inner | self.account
        figures = both.get_key_account_figures(*YEAR, codes=CODES)
        for account, expected in ((inner, 400.0), (self.account, 0.0)):
            self.assertEqual(figures[account.id]["forecast_new_business"]["value"], expected)
            self.assertEqual(self.forecast(account)["forecast_new_business"]["value"], expected)

    def test_target_to_date(self):
        self.assertIn("No revenue target", self.forecast()["forecast_target_to_date"]["note"])
        kpi = self.env.ref("key_account_management.kpi_revenue")
        self.env["key.account.target"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "kpi_id": kpi.id,
                "year": 2026,
                "value": 2400.0,
            }
        )
        self.assertEqual(self.forecast()["forecast_target_to_date"]["value"], 1200.0)

    def test_plan_tells_the_pipeline_from_the_forecast(self):
        """An account without a pipeline goes on buying."""
        plan = self.env["key.account.plan"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "date_from": YEAR[0],
                "date_to": YEAR[1],
                "target_revenue": 1500.0,
            }
        )
        self.assertEqual(plan.with_user(self.manager).expected_revenue, 1200.0)
        self.assertEqual((plan.forecast, plan.gap), (600.0, 900.0))
        with self.assertRaises(AccessError):
            plan.with_user(self.rep).read(["expected_revenue"])

    # === PERIODS AND COMPANIES ===#

    def test_other_periods_have_none(self):
        for period in (
            (date(2026, 2, 1), date(2026, 6, 30)),
            (date(2026, 1, 1), date(2027, 1, 31)),
            (date(2025, 7, 1), date(2026, 6, 30)),
        ):
            figures = self.forecast(period=period)
            self.assertEqual({figure["value"] for figure in figures.values()}, {None})
            self.assertIn("Only a fiscal year", figures["forecast"]["note"])
        ahead = self.forecast(period=(date(2027, 1, 1), date(2027, 12, 31)))
        self.assertIn("has not begun", ahead["forecast"]["note"])

    def test_the_common_months_of_another_period_are_no_fiscal_year(self):
        """Invoices begin with January: the months that can be compared are what a fiscal year begins with."""
        young = self.make_account("Young")
        self.book(young, [(date(2025 + month // 12, month % 12 + 1, 5), 50.0) for month in range(18)])
        figure = self.forecast(young, period=(date(2025, 12, 16), date(2026, 6, 30)))["forecast"]
        self.assertEqual((figure["value"], figure["change"]), (None, None))

    def test_year_that_is_over(self):
        figures = self.forecast(period=(date(2025, 1, 1), date(2025, 12, 31)))
        self.assertEqual((figures["forecast"]["value"], figures["forecast"]["previous"]), (1200.0, 1200.0))
        self.assertIsNone(figures["forecast_low"]["value"])
        self.assertEqual(figures["forecast"]["note"], "The fiscal year is over.")

    def test_fiscal_year_from_july(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        figures = self.forecast(period=(date(2025, 7, 1), date(2026, 3, 31)), breakdown="month")
        self.assertEqual(figures["forecast"]["value"], 1200.0)
        rows = figures["forecast"]["breakdown"]
        self.assertEqual((rows[0]["key"], rows[-1]["key"]), ("2025-07", "2026-06"))

    def test_fiscal_year_from_the_middle_of_a_month(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 15})
        self.book(self.account, [(date(2026, 6, 16), 5000.0), (date(2025, 6, 15), 7.0)])
        figures = self.forecast(period=(date(2025, 6, 16), date(2026, 3, 15)), breakdown="month")
        self.assertAlmostEqual(figures["forecast"]["value"], 1200, delta=10)
        self.assertEqual(figures["forecast"]["previous"], 1207.0)
        self.assertEqual({row["value"] for row in figures["forecast"]["breakdown"][:9]}, {100.0})
        self.assertEqual(figures["forecast"]["breakdown"][-1]["previous"], 107.0)

    def test_several_companies(self):
        other = self.make_company("Other Company", "base.USD")
        self.env["res.currency.rate"].create(
            {"currency_id": other.currency_id.id, "rate": 2.0, "name": "2020-01-01", "company_id": self.company.id}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.company.currency_id.id,
                "rate": 0.5,
                "name": "2020-01-01",
                "company_id": other.id,
            }
        )
        self.invoice(self.account, date(2026, 6, 5), (self.product, 1, 80.0), company=other)
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        table = self.forecast(both)["forecast"]["table"]["rows"]
        self.assertEqual(table[5][1], 140.0)
        self.assertEqual(self.forecast()["forecast"]["table"]["rows"][5][1], 100.0)

    def test_subsidiaries_count_and_nested_accounts_count_for_both(self):
        subsidiary = self.make_account("Subsidiary", parent_id=self.account.id)
        self.book(subsidiary, [(date(2026, 6, 5), 60.0)])
        self.assertEqual(self.forecast()["forecast"]["table"]["rows"][5][1], 160.0)
        self.assertEqual(self.forecast(subsidiary)["forecast"]["value"], 60.0)

    # === WHAT IS KEPT ===#

    def keep(self):
        self.env["key.account.forecast"]._try_to_forecast(self.company)
        domain = [("company_id", "=", self.company.id)]
        return self.env["key.account.forecast"].search(domain), self.env["key.account.forecast.basis"].search(domain)

    def test_forecast_of_a_months_end_is_kept(self):
        self.order(10, 25.0, datetime(2026, 9, 15))
        forecasts, bases = self.keep()
        self.assertEqual(forecasts.partner_id, self.account)
        self.assertEqual((forecasts.date, forecasts.expected, forecasts.copied), (date(2026, 6, 30), 1450.0, 1200.0))
        self.assertEqual(len(bases), 24)
        # What was expected stays, whatever is booked later
        self.book(self.account, [(date(2026, 6, 20), 1000.0)])
        self.assertEqual(self.keep(), (forecasts, bases))
        self.assertEqual(forecasts.expected, 1450.0)
        with freeze_time("2026-07-31 12:00"):
            self.assertEqual(len(self.keep()[0]), 2)
        # A year later: 1,600 were invoiced, after the last of which nothing came
        with freeze_time("2027-06-30 12:00"):
            figures = self.forecast(period=(date(2027, 1, 1), date(2027, 12, 31)))
        self.assertAlmostEqual(figures["forecast_error"]["value"], 150 / 1600)
        self.assertIn("the forecast was 9% off", figures["forecast_error"]["note"])
        self.assertIn("a copy of the year before 25%", figures["forecast"]["note"])

    def test_kept_basis_is_the_one_that_is_computed(self):
        months = [FiscalMonths(Period(*YEAR), date(2026, 6, 30)), self.months.up_to(-3)]
        bases = self.env["key.account.forecast.basis"].with_company(self.company)
        computed = [bases._get_basis(each) for each in months]
        self.assertFalse(bases.search([("company_id", "=", self.company.id)]))
        _forecasts, kept = self.keep()
        self.assertEqual([bases._get_basis(each) for each in months], computed)
        # Invoices that are booked later change the last one only
        self.book(self.account, [(date(2024, 2, 20), 1000.0)])
        before = {basis: basis.data for basis in kept}
        self.keep()
        changed = kept.filtered(lambda basis: basis.data != before[basis])
        self.assertEqual([(basis.year, basis.closed) for basis in changed], [(2026, 6)])

    def test_nobody_waits_for_all_customers_where_nights_have_passed(self):
        """The first day of a month, before its night: those of the month before. Of long ago nothing was kept."""
        self.keep()

        def refuse(*_args):
            raise AssertionError("All customers are read.")

        self.patch(BasisReader, "__init__", refuse)
        self.assertNotIn("Comparable customers", self.forecast()["forecast"]["note"])
        with freeze_time("2026-08-01 12:00"):
            figures = self.forecast()
        self.assertIn("Comparable customers as of Jun 30, 2026.", figures["forecast"]["note"])
        self.assertGreater(figures["forecast"]["value"], 600)
        old = self.forecast(period=(date(2023, 1, 1), date(2023, 6, 30)))
        self.assertIsNotNone(old["forecast"]["value"])
        self.assertIsNone(old["forecast_low"]["value"])

    def test_all_customers_are_read_once_for_an_answer(self):
        """Where no night has passed yet."""
        read = []
        original = BasisReader.basis

        def counted(reader, number):
            read.append(number)
            return original(reader, number)

        self.patch(BasisReader, "basis", counted)
        self.figures(self.account, YEAR)
        self.assertEqual(read, [6])

    def test_peer_groups_have_a_season_of_their_own_from_ten_customers_on(self):
        industry = self.env["res.partner.industry"].create({"name": "Metal"})
        customers = [self.make_customer(f"Metal {number}", industry_id=industry.id) for number in range(10)]
        self.company.key_account_peer_grouping = "industry"
        for customer in customers:
            self.book(customer, [(date(year, 3, 5), 100.0) for year in (2024, 2025)])
        bases = self.env["key.account.forecast.basis"].with_company(self.company)
        basis = bases._get_basis(self.months)
        self.assertEqual(basis.shares_of(str(industry.id))[2], 1.0)
        # 2023: Alpha alone; 2024 and 2025: 1,100 of 2,200 in March
        self.assertAlmostEqual(basis.shares_of("")[2], (1 / 12 + 0.5 + 0.5) / 3)
        customers[0].industry_id = False
        self.assertAlmostEqual(bases._get_basis(self.months).shares_of(str(industry.id))[2], (1 / 12 + 1) / 3)

    def test_no_role_has_access_to_what_is_kept(self):
        for user in (self.rep, self.manager, self.head):
            for model in ("key.account.forecast", "key.account.forecast.basis"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_number_of_queries_does_not_depend_on_accounts(self):
        accounts = self.account
        for number in range(6):
            account = self.make_account(f"Account {number}")
            self.book(account, [(date(2025, 3, 5), 10.0)])
            self.order(1, 5.0, datetime(2026, 9, 1), partner_id=account.id)
            accounts |= account
        self.keep()

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.get_key_account_figures(*YEAR, codes=CODES)
            return self.env.cr.sql_log_count - before

        count(accounts)
        self.assertEqual(count(accounts), count(accounts[:2]))
