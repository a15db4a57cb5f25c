"""Share of wallet: revenue compared with what people say the account buys."""

from datetime import date

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import Form

from .common import YEAR, KeyAccountCase


class DemandCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.env["product.category"].create({"name": "Office Chairs", "parent_id": cls.category.id})
        cls.tables = cls.env["product.category"].create({"name": "Tables"})
        cls.office_chair = cls.make_product("Office Chair", categ_id=cls.office.id)
        cls.table = cls.make_product("Table", categ_id=cls.tables.id)

    @classmethod
    def demand(cls, amount, category=None, **values):
        return cls.env["key.account.demand"].create(
            {
                "partner_id": cls.account.id,
                "company_id": cls.company.id,
                "categ_id": (category or cls.category).id,
                "year": 2025,
                "amount": amount,
                "source": "The buyer",
                "date": date(2025, 1, 15),
                **values,
            }
        )

    def share(self, partner=None, period=YEAR, **options):
        return self.figures(partner or self.account, period, ["share_of_wallet"], **options)["share_of_wallet"]


@freeze_time("2026-02-01 12:00:00")
class TestShareOfWallet(DemandCase):
    def test_categories_below_count(self):
        self.demand(1000.0)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 200.0), (self.office_chair, 1, 100.0))
        self.invoice(self.account, date(2025, 3, 1), (self.table, 1, 5000.0))
        self.assertAlmostEqual(self.share()["value"], 0.3)

    def test_total_over_the_categories_with_an_estimate(self):
        self.demand(1000.0)
        self.demand(600.0, self.tables)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 200.0), (self.table, 1, 300.0))
        share = self.share(breakdown="category")
        self.assertAlmostEqual(share["value"], 500.0 / 1600.0)
        self.assertEqual(
            [(row["label"], row["value"], row["previous"]) for row in share["breakdown"]],
            [("Chairs", 0.2, None), ("Tables", 0.5, None)],
        )

    def test_estimates_inside_each_other_count_once(self):
        self.demand(1000.0)
        self.demand(200.0, self.office)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 200.0), (self.office_chair, 1, 100.0))
        share = self.share(breakdown="category")
        self.assertAlmostEqual(share["value"], 0.3)
        self.assertEqual([row["value"] for row in share["breakdown"]], [0.3, 0.5])

    def test_the_estimate_of_the_group_goes_before_those_of_its_companies(self):
        """In the same branch of categories, whichever of the two is the narrower one, and nowhere else."""
        north, south = (self.make_customer(name, parent_id=self.account.id) for name in ("North", "South"))
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 150.0))
        self.invoice(north, date(2025, 3, 1), (self.office_chair, 1, 100.0), (self.table, 1, 50.0))
        self.invoice(south, date(2025, 3, 1), (self.table, 1, 30.0))
        group = self.demand(1000.0)
        self.demand(300.0, self.office, partner_id=north.id)
        tables = self.demand(500.0, self.tables, partner_id=north.id)
        self.assertAlmostEqual(self.share()["value"], (250 + 50) / (1000 + 500))
        # Next to each other, both count; so does one of another year
        self.demand(100.0, self.tables, partner_id=south.id)
        self.demand(10.0, self.tables, year=2024)
        self.assertAlmostEqual(self.share()["value"], (250 + 50 + 30) / (1000 + 500 + 100))
        group.categ_id = self.office
        tables.categ_id = self.category
        self.assertAlmostEqual(self.share()["value"], (100 + 30) / (1000 + 100))

    def test_credit_notes(self):
        self.demand(1000.0)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 200.0))
        self.credit_note(self.account, date(2025, 4, 1), (self.product, 1, 50.0))
        self.assertAlmostEqual(self.share()["value"], 0.15)

    def test_part_of_a_year(self):
        """181 of 365 days: of 3650 a year 1810 are expected."""
        self.demand(3650.0)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 181.0))
        self.assertAlmostEqual(self.share(period=(date(2025, 1, 1), date(2025, 6, 30)))["value"], 0.1)

    def test_period_over_two_years(self):
        """184 days of 2025 and 181 of 2026."""
        self.demand(365.0, year=2025)
        self.demand(730.0, year=2026)
        self.invoice(self.account, date(2025, 8, 1), (self.product, 1, 100.0))
        with freeze_time("2026-08-01"):
            share = self.share(period=(date(2025, 7, 1), date(2026, 6, 30)))
        self.assertAlmostEqual(share["value"], 100.0 / (184 + 2 * 181))

    def test_running_year_counts_up_to_today(self):
        self.demand(3650.0)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 181.0))
        with freeze_time("2025-06-30 12:00:00"):
            self.assertAlmostEqual(self.share()["value"], 0.1)

    def test_fiscal_year(self):
        """The fiscal year 2025 is July 2024 to June 2025."""
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self.demand(1000.0)
        self.invoice(self.account, date(2024, 7, 1), (self.product, 1, 100.0))
        self.invoice(self.account, date(2025, 7, 1), (self.product, 1, 900.0))
        self.assertAlmostEqual(self.share(period=(date(2024, 7, 1), date(2025, 6, 30)))["value"], 0.1)

    def test_year_before(self):
        self.demand(1000.0)
        self.demand(500.0, year=2024)
        self.invoice(self.account, date(2023, 3, 1), (self.product, 1, 100.0))
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 200.0))
        self.invoice(self.account, date(2024, 3, 1), (self.product, 1, 150.0))
        share = self.share()
        self.assertAlmostEqual(share["previous"], 0.3)
        self.assertAlmostEqual(share["change"], -0.1)

    def test_nothing_bought_is_zero_and_no_estimate_is_empty(self):
        self.assertIsNone(self.share()["value"])
        self.assertIn("No one has entered", self.share()["note"])
        self.demand(1000.0)
        self.assertEqual(self.share()["value"], 0.0)
        self.assertIsNone(self.share(period=(date(2027, 1, 1), date(2027, 12, 31)))["value"])

    def test_stale(self):
        """Older than 18 months at the end of the period."""
        demand = self.demand(1000.0, date=date(2024, 6, 29))
        self.assertEqual(self.share()["note"], "Outdated, more than 18 months old: Chairs.")
        self.assertTrue(demand.is_stale)
        demand.date = date(2024, 6, 30)
        self.assertEqual(self.share()["note"], "")

    def test_subsidiaries(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        self.demand(400.0, self.tables, partner_id=subsidiary.id)
        self.invoice(self.account, date(2025, 3, 1), (self.table, 1, 900.0))
        self.invoice(subsidiary, date(2025, 3, 1), (self.table, 1, 100.0))
        # Only what was sold to the subsidiary is compared with its estimate ...
        self.assertAlmostEqual(self.share()["value"], 0.25)
        # ... and an estimate for the whole group comes first
        self.demand(2000.0, self.tables)
        self.assertAlmostEqual(self.share()["value"], 0.5)
        self.assertAlmostEqual(self.share(subsidiary)["value"], 0.25)

    def test_key_account_inside_another_one(self):
        """The estimate for the group is not one for its company; that for the company counts for both."""
        inner = self.make_account("Alpha South", parent_id=self.account.id)
        self.demand(1000.0)
        self.demand(400.0, self.tables, partner_id=inner.id)
        self.invoice(inner, date(2025, 3, 1), (self.table, 1, 100.0), (self.product, 1, 40.0))
        figures = (self.account | inner).get_key_account_figures(*YEAR, codes=["share_of_wallet"])
        self.assertAlmostEqual(figures[self.account.id]["share_of_wallet"]["value"], 140.0 / 1400.0)
        self.assertAlmostEqual(figures[inner.id]["share_of_wallet"]["value"], 0.25)

    def test_currency_of_the_estimate(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"name": date(2025, 1, 1), "currency_id": dollar.id, "company_id": self.company.id, "rate": 2.0}
        )
        demand = self.demand(2000.0, currency_id=dollar.id)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 100.0))
        self.assertAlmostEqual(demand.company_amount, 1000.0)
        self.assertAlmostEqual(self.share()["value"], 0.1)

    def test_companies(self):
        other = self.make_company("Other Company", "base.EUR")
        self.demand(1000.0)
        self.demand(100.0, company_id=other.id)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 200.0))
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 50.0), company=other)
        self.assertAlmostEqual(self.share()["value"], 0.2)
        for companies, share in ((other, 0.5), (self.company | other, 250.0 / 1100.0)):
            account = self.account.with_context(allowed_company_ids=companies.ids)
            self.assertAlmostEqual(self.share(account)["value"], share)

    def test_table_and_records(self):
        demand = self.demand(1000.0)
        self.demand(1000.0, year=2023)
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 200.0))
        self.assertEqual(
            self.share()["table"]["rows"],
            [["Chairs", "Alpha", "2025", 200.0, 1000.0, 0.2, "The buyer", "2025-01-15"]],
        )
        action = self.account.action_view_key_account_figure("share_of_wallet", *YEAR)
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), demand)

    def test_number_of_queries(self):
        accounts = self.account | self.foreign
        for number in range(10):
            accounts |= self.make_account(f"Account {number}")
        for account in accounts:
            self.demand(1000.0, partner_id=account.id)
            self.demand(1000.0, self.tables, partner_id=account.id)
            self.invoice(account, date(2025, 3, 1), (self.product, 1, 200.0))
        self.assertConstantQueries(accounts, ["share_of_wallet"])

    # === WHITE SPACE ===#

    def white_space(self, **options):
        return self.figures(self.account, YEAR, ["white_space"], **options)["white_space"]

    def matrix(self):
        """:return: ``{(company, category): (revenue, year before, estimate, status, potential)}``"""
        return {tuple(row[:2]): tuple(row[2:]) for row in self.white_space()["table"]["rows"]}

    def test_white_space(self):
        self.demand(1000.0)
        # More than was estimated does not give white space below zero
        self.demand(100.0, self.tables)
        self.demand(400.0, year=2024)
        self.invoice(self.account, date(2025, 3, 1), (self.office_chair, 1, 300.0), (self.table, 1, 500.0))
        self.invoice(self.account, date(2024, 3, 1), (self.product, 1, 150.0))
        space = self.white_space()
        self.assertEqual((space["value"], space["previous"]), (700.0, 250.0))
        self.assertEqual(
            self.matrix(),
            {
                ("Alpha", "Chairs"): (300.0, 150.0, 1000.0, "Bought", 700.0),
                ("Alpha", "Chairs / Office Chairs"): (300.0, None, None, "Bought", None),
                ("Alpha", "Tables"): (500.0, None, 100.0, "Bought", 0.0),
            },
        )

    def test_white_space_of_each_company(self):
        """Tables were bought by one company long ago, and never by the other one."""
        north, south = (self.make_customer(name, parent_id=self.account.id) for name in ("North", "South"))
        self.invoice(north, date(2023, 3, 1), (self.table, 1, 500.0))
        self.invoice(south, date(2025, 3, 1), (self.product, 1, 200.0))
        self.demand(700.0, self.tables, partner_id=south.id)
        matrix = self.matrix()
        self.assertEqual(matrix["North", "Tables"], (None, None, None, "Lapsed", None))
        self.assertEqual(matrix["North", "Chairs"], (None, None, None, "Never", None))
        self.assertEqual(matrix["South", "Tables"], (None, None, 700.0, "Never", 700.0))
        self.assertEqual(matrix["Alpha", "Chairs"], (200.0, None, None, "Bought", None))
        self.assertEqual(matrix["Alpha", "Tables"], (None, None, None, "Lapsed", None))
        self.assertEqual(self.white_space()["value"], 700.0)
        self.assertEqual(self.white_space()["table"]["rows"][0][:2], ["South", "Tables"])

    def test_white_space_counts_no_estimate_twice(self):
        self.demand(1000.0)
        self.demand(200.0, self.office)
        self.assertEqual(self.white_space()["value"], 1000.0)

    def test_white_space_without_estimates(self):
        self.invoice(self.account, date(2025, 3, 1), (self.product, 1, 200.0))
        space = self.white_space()
        self.assertIsNone(space["value"])
        self.assertEqual(space["note"], "No one has entered what the account buys in this year.")
        self.assertEqual([row[5] for row in space["table"]["rows"]], ["Bought"])
        self.assertNotIn("table", self.figures(self.foreign, YEAR, ["white_space"])["white_space"])


class TestDemandInput(DemandCase):
    def test_bad_input(self):
        self.demand(1000.0)
        tomorrow = date.today() + relativedelta(days=2)
        contact = self.env["res.partner"].create({"name": "Someone", "parent_id": self.account.id})
        for values, message in (
            ({"amount": -5.0, "year": 2024}, "Estimated Purchases"),
            ({"amount": 0.0, "year": 2024}, "Estimated Purchases"),
            ({"amount": 1e13, "year": 2024}, "Estimated Purchases"),
            ({"amount": 1.0, "year": 25}, "Fiscal Year"),
            ({"amount": 1.0, "year": 2101}, "Fiscal Year"),
            ({"amount": 1.0}, "already an estimate"),
            ({"amount": 1.0, "year": 2024, "date": tomorrow}, "Estimated On"),
            ({"amount": 1.0, "year": 2024, "partner_id": contact.id}, "Someone is a contact of Alpha"),
        ):
            with self.subTest(values), self.assertRefused(message):
                self.demand(**values)

    def test_access(self):
        mine, foreign = self.demand(1000.0), self.demand(1000.0, partner_id=self.foreign.id)
        demands = self.env["key.account.demand"]
        for user in (self.outsider, self.rep):
            with self.subTest(user.name), self.assertRaises(AccessError):
                demands.with_user(user).search([])
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.account.with_user(user).read(["key_account_demand_ids"])
        both = [("id", "in", (mine | foreign).ids)]
        self.assertEqual(demands.with_user(self.manager).search(both), mine)
        self.assertEqual(demands.with_user(self.head).search_count(both), 2)
        mine.with_user(self.manager).amount = 900.0
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).amount = 900.0

    def test_other_companies(self):
        other = self.make_company("Other Company", "base.EUR")
        demand = self.demand(1000.0, company_id=other.id)
        self.assertFalse(self.env["key.account.demand"].with_user(self.head).search([("id", "=", demand.id)]))
        elsewhere = self.make_account("Elsewhere", company_id=other.id)
        with self.assertRaisesRegex(Exception, "Elsewhere"):
            self.demand(1000.0, partner_id=elsewhere.id)

    def test_entered_on_the_account(self):
        form = Form(self.account.with_user(self.manager))
        with form.key_account_demand_ids.new() as line:
            line.categ_id = self.category
            line.year = 2025
            line.amount = 1000.0
            line.source = "The buyer"
        form.save()
        self.assertEqual(self.account.key_account_demand_ids.company_amount, 1000.0)
        self.assertEqual(self.account.key_account_demand_ids.company_id, self.company)
