"""Targets of quarters and product categories, and targets that are proposed from what was reached before."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common import YEAR, KeyAccountCase
from .test_targets import set_target

Q1, Q2, Q3 = (
    (date(2025, 1, 1), date(2025, 3, 31)),
    (date(2025, 4, 1), date(2025, 6, 30)),
    (date(2025, 7, 1), date(2025, 9, 30)),
)


@freeze_time("2025-08-15 12:00")
class TargetPartsCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        create = cls.env["product.category"].create
        cls.tables = create({"name": "Tables"})
        cls.desks = create({"name": "Desks", "parent_id": cls.tables.id})
        cls.table = cls.make_product("Table", categ_id=cls.tables.id)
        cls.desk = cls.make_product("Desk", categ_id=cls.desks.id)
        for day, product, amount in (
            # Of the year before: 400, 800, 1,200 and 1,600; in the third quarter 300 + 600 + 300
            (date(2024, 2, 1), cls.product, 400.0),
            (date(2024, 5, 1), cls.desk, 800.0),
            (date(2024, 7, 10), cls.product, 300.0),
            (date(2024, 8, 10), cls.product, 600.0),
            (date(2024, 9, 10), cls.table, 300.0),
            (date(2024, 11, 10), cls.table, 1600.0),
            (date(2023, 2, 1), cls.product, 1.0),
            (date(2025, 2, 1), cls.product, 500.0),
            (date(2025, 5, 1), cls.desk, 700.0),
            (date(2025, 5, 2), cls.product, 50.0),
            (date(2025, 7, 10), cls.table, 90.0),
        ):
            cls.invoice(cls.account, day, (product, 1, amount))

    def figure(self, period, code="revenue"):
        return self.figures(self.account, period, [code])[code]


@freeze_time("2025-08-15 12:00")
class TestParts(TargetPartsCase):
    def test_quarter_in_the_figures(self):
        set_target(self.account, "revenue", 5000.0)
        set_target(self.account, "revenue", 600.0, quarter="2")
        set_target(self.account, "revenue", 1200.0, quarter="3")
        second, third, whole = self.figure(Q2), self.figure(Q3), self.figure(YEAR)
        self.assertEqual((second["value"], second["target"], second["met"]), (750.0, 600.0, True))
        # Due of 1,200: last year 300 of 1,200 in July, 600 in August of which 15 of 31 days
        self.assertEqual((third["target"], third["met"]), (1200.0, None))
        self.assertAlmostEqual(third["ahead_of_target"], 90.0 / (300.0 + 600.0 * 15 / 31))
        self.assertEqual(whole["target"], 5000.0)
        # The first quarter has none of its own: that of the year, as before
        first = self.figure(Q1)
        self.assertEqual((first["target"], first["met"]), (5000.0, None))
        self.assertAlmostEqual(first["ahead_of_target"], 500.0 / (5000.0 * 400 / 4000))
        set_target(self.account, "revenue", 450.0, quarter="1")
        first = self.figure(Q1)
        self.assertEqual((first["target"], first["met"]), (450.0, True))
        self.assertEqual(self.figure((date(2025, 1, 1), date(2025, 2, 28)))["target"], 5000.0)
        self.assertIsNone(self.figure((date(2025, 5, 1), date(2025, 6, 30)))["target"])

    def test_actual(self):
        for values, actual, due in (
            ({}, 1340.0, None),
            ({"quarter": "1"}, 500.0, 1000.0),
            ({"quarter": "2", "category_id": self.tables.id}, 700.0, 1000.0),
            ({"quarter": "2", "category_id": self.category.id}, 50.0, 1000.0),
            ({"category_id": self.tables.id}, 790.0, None),
            ({"quarter": "4"}, None, None),
            ({"quarter": "1", "category_id": self.tables.id}, None, 1000.0),
        ):
            with self.subTest(values):
                target = set_target(self.account, "revenue", 1000.0, **values).with_user(self.manager)
                self.assertEqual(target.actual, actual)
                if due:
                    self.assertEqual(target.target_to_date, due)
                    self.assertEqual(target.reached, actual and actual / due)
                target.with_user(self.env.user).unlink()
        whole = set_target(self.account, "revenue", 4000.0)
        # As much as last year: 400 + 800 + 300 + 15 of 31 days of 600
        self.assertAlmostEqual(whole.target_to_date, 1500.0 + 600.0 * 15 / 31)
        rate = set_target(self.account, "contribution_margin_rate", 50.0)
        # Chairs cost 60, and each of 550 is one
        self.assertEqual(rate.target_to_date, 50.0)
        # 60 of 40 days are no goal that is reached
        self.assertIsNone(set_target(self.account, "dso", 40.0).reached)

    def test_constant_queries(self):
        targets = self.env["key.account.target"]
        for quarter in ("1", "2"):
            targets |= set_target(self.account, "revenue", 1.0, quarter=quarter)
        accounts = [self.make_account(f"Account {number}") for number in range(6)]
        for account in accounts:
            for day in (date(2023, 2, 1), date(2024, 2, 1), date(2024, 5, 1), date(2025, 2, 1), date(2025, 5, 1)):
                self.invoice(account, day, (self.product, 1, 10.0))
        counts = []
        for some in ([], accounts):
            for account in some:
                targets |= set_target(account, "revenue", 1.0, quarter="1")
                targets |= set_target(account, "revenue", 1.0, quarter="2")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            targets.mapped("actual")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_overlaps(self):
        set_target(self.account, "revenue", 1.0, category_id=self.tables.id)
        # Another time, figure, account or branch
        set_target(self.account, "revenue", 1.0, category_id=self.desks.id, quarter="1")
        set_target(self.account, "sales_volume", 1.0, category_id=self.desks.id)
        set_target(self.account, "revenue", 1.0, category_id=self.desks.id, year=2026)
        set_target(self.foreign, "revenue", 1.0, category_id=self.desks.id)
        set_target(self.account, "revenue", 1.0, category_id=self.category.id)
        set_target(self.account, "revenue", 1.0)
        for values in ({"category_id": self.desks.id}, {"category_id": self.tables.id}, {}):
            with self.assertRefused(
                "would count twice" if values.get("category_id") == self.desks.id else "already has"
            ):
                set_target(self.account, "revenue", 1.0, **values)
        with self.assertRefused("already has"):
            set_target(self.account, "revenue", 1.0, category_id=self.desks.id, quarter="1")

    def test_figures_without_parts(self):
        with self.assertRefused("has no targets by product category"):
            set_target(self.account, "satisfaction", 8.0, category_id=self.tables.id)
        with self.assertRefused("has no targets by quarter"):
            set_target(self.account, "contribution_margin_rate", 30.0, quarter="1")

    def test_plan_shows_the_year(self):
        set_target(self.account, "revenue", 300.0, quarter="2")
        set_target(self.account, "revenue", 200.0, category_id=self.tables.id)
        plan = self.env["key.account.plan"].create(
            {"partner_id": self.account.id, "date_from": YEAR[0], "date_to": YEAR[1], "user_id": self.manager.id}
        )
        self.assertEqual(plan.target_revenue, 0.0)
        plan.target_revenue = 900.0
        self.assertEqual(sorted(self.account.key_account_target_ids.mapped("value")), [200.0, 300.0, 900.0])


@freeze_time("2025-08-15 12:00")
class TestProposal(TargetPartsCase):
    def propose(self, user=None, **values):
        proposal = self.env["key.account.target.proposal"].with_user(user or self.manager)
        proposal = proposal.create({"partner_ids": self.account.ids, "year": 2025, "percent": 10.0, **values})
        proposal.action_propose()
        return proposal

    def lines(self, proposal):
        return [(line.quarter, line.category_id.name, line.base, line.value) for line in proposal.line_ids]

    def targets(self):
        return self.env["key.account.target"].search([("partner_id", "=", self.account.id)])

    def test_year(self):
        proposal = self.propose()
        self.assertEqual(self.lines(proposal), [(False, False, 4000.0, 4400.0)])
        self.assertFalse(self.targets())
        proposal.line_ids.value = 4500.0
        proposal.action_create()
        self.assertEqual((self.targets().value, self.targets().year), (4500.0, 2025))

    def test_nothing_double(self):
        proposal = self.propose()
        for _click in range(2):
            proposal.action_create()
        again = self.propose(percent=50.0)
        self.assertEqual((again.line_ids.is_known, again.line_ids.value), (True, 4400.0))
        again.action_create()
        self.assertEqual(self.targets().value, 4400.0)

    def test_quarters_and_categories(self):
        proposal = self.propose(by_quarter=True, by_category=True, percent=-50.0)
        self.assertEqual(
            self.lines(proposal),
            [
                ("1", "Chairs", 400.0, 200.0),
                ("3", "Chairs", 900.0, 450.0),
                # With the category below
                ("2", "Tables", 800.0, 400.0),
                ("3", "Tables", 300.0, 150.0),
                ("4", "Tables", 1600.0, 800.0),
            ],
        )
        proposal.action_create()
        self.assertEqual(len(self.targets()), 5)

    def test_next_year(self):
        """This year is not over: the 12 months up to yesterday, and quarters of the year before."""
        # 15 August 2024 to 14 August 2025: 300 + 1,600 + 500 + 700 + 50 + 90
        self.assertEqual(self.lines(self.propose(year=2026, percent=0.0)), [(False, False, 3240.0, 3240.0)])
        quarters = self.propose(year=2026, percent=0.0, by_quarter=True)
        # What is not over is that of the year before
        self.assertEqual([line.base for line in quarters.line_ids], [500.0, 750.0, 1200.0, 1600.0])

    def test_default_year(self):
        proposals = self.env["key.account.target.proposal"]
        for day, year in (("2025-09-30", 2025), ("2025-10-01", 2026)):
            with freeze_time(f"{day} 12:00"):
                self.assertEqual(proposals.default_get(["year"])["year"], year)

    def test_who(self):
        with self.assertRaises(AccessError):
            self.propose(self.rep)
        with self.assertRaises(AccessError):
            self.propose(partner_ids=self.foreign.ids)
        # All of one's own
        self.assertEqual(self.propose(partner_ids=False).line_ids.partner_id, self.account)

    def test_nothing_to_propose(self):
        account = self.make_account("Silent")
        with self.assertRaisesRegex(UserError, "Nothing was reached"):
            self.propose(partner_ids=account.ids)
        proposal = self.env["key.account.target.proposal"].with_user(self.manager).create({})
        with self.assertRaisesRegex(UserError, "Choose Propose first"):
            proposal.action_create()
