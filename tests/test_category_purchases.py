"""What accounts buy by product category, against a ledger of plain Python that the test keeps while it books."""

import random
from collections import defaultdict
from datetime import date, timedelta
from statistics import median

from freezegun import freeze_time

from odoo.addons.key_account_management.figures import rhythm
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools.convert import convert_file

from .common import KeyAccountCase
from .snapshots import make_purchase

NOW = "2025-08-15 12:00"
TODAY = date(2025, 8, 15)


@freeze_time(NOW)
class PurchaseCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        create = cls.env["product.category"].create
        cls.tables = create({"name": "Tables"})
        cls.lamps = create({"name": "Lamps"})
        cls.desks = create({"name": "Desks", "parent_id": cls.tables.id})
        cls.desk = cls.make_product("Desk", categ_id=cls.desks.id)
        cls.table = cls.make_product("Table", categ_id=cls.tables.id)
        cls.lamp = cls.make_product("Lamp", categ_id=cls.lamps.id)
        cls.top = {cls.product: cls.category, cls.desk: cls.tables, cls.table: cls.tables, cls.lamp: cls.lamps}

    @classmethod
    def refresh(cls, accounts, company=None):
        rows = cls.env["key.account.snapshot"]._of_company(company or cls.company)
        rows._refresh_today(accounts)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def row(self, account, category, user=None, company=None):
        return (
            self.env["key.account.category.purchase"]
            .with_user(user or self.env.user)
            .with_context(allowed_company_ids=(company or self.company).ids)
            .search(
                [
                    ("partner_id", "=", account.id),
                    ("category_id", "=", category.id),
                    ("company_id", "=", (company or self.company).id),
                ]
            )
        )


@freeze_time(NOW)
class TestAgainstLedger(PurchaseCase):
    """Random years of two companies: foreign currency, credits, reversals, discounts, accounts in accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dollar = cls.env.ref("base.USD")
        dollar.active = True
        cls.other = cls.make_company("Other Company", "base.CHF")
        for company in (cls.company, cls.other):
            cls.env["res.currency.rate"].create(
                {"currency_id": dollar.id, "name": date(2015, 1, 1), "rate": 2.0, "company_id": company.id}
            )
        cls.dollar = dollar
        cls.daughter = cls.make_account("Daughter", parent_id=cls.account.id)
        cls.branch = cls.make_customer("Branch", parent_id=cls.daughter.id)
        cls.branch.active = False
        cls.discount = cls.make_product("Discount", type="service", categ_id=cls.tables.id)
        cls.company.sale_discount_product_id = cls.discount
        cls.accounts = cls.account | cls.daughter | cls.foreign
        # (customer, company, product, day, amount, whether it is a purchase)
        cls.ledger = []
        draw = random.Random(20)
        for _number in range(70):
            cls.book(draw)
        for step in range(6):
            day = date(2025, 1, 3) + timedelta(days=21 * step)
            cls.invoice(cls.foreign, day, (cls.product, 1, 12.0))
            cls.ledger.append((cls.foreign, cls.company, cls.product, day, 12.0, True))
        cls.invoice(cls.account, date(2025, 8, 1), (cls.lamp, 1, 9999.0), post=False)
        cls.demand(cls.account, cls.desks, cls.company, 90000.0)
        cls.demand(cls.foreign, cls.category, cls.other, 12000.0)
        for company in (cls.company, cls.other):
            cls.refresh(cls.accounts, company)

    @classmethod
    def book(cls, draw):
        customer = draw.choice([cls.account, cls.daughter, cls.branch, cls.foreign])
        company = draw.choice([cls.company, cls.company, cls.company, cls.other])
        product = draw.choice([cls.product, cls.product, cls.desk, cls.table])
        day = date(2022, 1, 1) + timedelta(days=draw.randrange(1322))
        price, is_dollar = draw.randrange(2, 90000, 2) / 100, draw.random() < 0.3
        kind = draw.choice(["plain", "plain", "plain", "plain", "discount", "credit", "reversed", "free"])
        if kind == "free":
            price = 0.0
        lines = [(product, 3, price)]
        if kind == "discount":
            lines.append((cls.discount, 1, -5.0))
        values = {"currency_id": cls.dollar.id} if is_dollar else {}
        move_type = "out_refund" if kind == "credit" else "out_invoice"
        move = cls.invoice(customer, day, *lines, company=company, move_type=move_type, **values)
        amount = round(3 * price / (2 if is_dollar else 1), 2)
        signed = -amount if kind == "credit" else amount
        cls.ledger.append((customer, company, product, day, signed, kind in ("plain", "discount")))
        if kind == "reversed":
            back = min(day + timedelta(days=draw.randrange(40)), TODAY)
            move.with_company(company)._reverse_moves([{"invoice_date": back, "date": back}], cancel=True)
            cls.ledger.append((customer, company, product, back, -amount, False))

    @classmethod
    def demand(cls, account, category, company, amount):
        cls.env["key.account.demand"].with_company(company).create(
            {
                "partner_id": account.id,
                "company_id": company.id,
                "categ_id": category.id,
                "year": 2025,
                "amount": amount,
                "source": "Buyer",
                "date": date(2025, 1, 2),
            }
        )

    def expected(self, account, company, category):
        """:return: what the row should say, worked out from the ledger alone"""
        within = {
            self.account: {self.account, self.daughter, self.branch},
            self.daughter: {self.daughter, self.branch},
            self.foreign: {self.foreign},
        }[account]
        mine = [
            (product, day, amount, is_purchase)
            for customer, of_company, product, day, amount, is_purchase in self.ledger
            if customer in within and of_company == company and self.top[product] == category
        ]
        now = sum(amount for _product, day, amount, _is in mine if date(2025, 1, 1) <= day <= TODAY)
        before = sum(amount for _product, day, amount, _is in mine if date(2024, 1, 1) <= day <= date(2024, 8, 15))
        ever = sum(amount for _product, _day, amount, _is in mine)
        days = sorted({day for _product, day, _amount, is_purchase in mine if is_purchase})
        recent = [day for day in days if day > date(2023, 8, 15)]
        gaps = [(recent[n + 1] - recent[n]).days for n in range(len(recent) - 1)]
        usual = median(gaps) if len(gaps) > 2 else None
        gone = (TODAY - days[-1]).days if days else 0
        return {
            "state": "bought" if round(now, 2) > 0 else "lapsed" if round(ever, 2) > 0 else "never",
            "revenue": round(now, 2) if mine else None,
            "revenue_previous": round(before, 2) if mine else None,
            "last_purchase": days[-1] if days else False,
            "usual_days": usual,
            "is_reorder_late": usual is not None and gone > usual * 1.5 and gone - 14 > usual,
        }

    def test_rows(self):
        states, late = set(), 0
        for company in (self.company, self.other):
            for account in self.accounts:
                for category in (self.category, self.tables, self.lamps):
                    row = self.row(account, category, company=company)
                    with self.subTest(account=account.name, company=company.name, category=category.name):
                        self.assertEqual(len(row), 1)
                        expected = self.expected(account, company, category)
                        found = {name: row[name] for name in expected}
                        for name in ("revenue", "revenue_previous"):
                            if expected[name] is not None:
                                self.assertAlmostEqual(found.pop(name), expected.pop(name), 2)
                        self.assertEqual(found, expected)
                        self.assertEqual(row.currency_id, company.currency_id)
                        states.add(row.state)
                        late += row.is_reorder_late
        # The ledger has some of everything
        self.assertEqual(states, {"bought", "lapsed", "never"})
        self.assertTrue(late)

    def test_potential(self):
        """The estimate less what was sold of it, for the days of the year that are gone."""
        gone = 227 / 365
        desks = sum(
            amount
            for customer, company, product, day, amount, _is in self.ledger
            if customer != self.foreign
            and company == self.company
            and product == self.desk
            and date(2025, 1, 1) <= day <= TODAY
        )
        row = self.row(self.account, self.tables, self.manager)
        self.assertAlmostEqual(row.potential, 90000.0 * gone - desks, 2)
        # The daughter has no estimate of its own
        self.assertIsNone(self.row(self.daughter, self.tables).potential)
        self.assertIsNone(self.row(self.foreign, self.category).potential)
        theirs = self.row(self.foreign, self.category, company=self.other)
        chairs = self.expected(self.foreign, self.other, self.category)["revenue"] or 0.0
        self.assertAlmostEqual(theirs.potential, 12000.0 * gone - chairs, 2)

    def test_potential_adds_up_to_the_white_space(self):
        rows = self.env["key.account.category.purchase"].search([("partner_id", "=", self.account.id)])
        total = sum(row.potential or 0.0 for row in rows)
        figure = self.figures(self.account, (date(2025, 1, 1), TODAY), ["white_space"])["white_space"]
        self.assertAlmostEqual(total, figure["value"], 2)

    def test_totals_count_an_account_in_an_account_once(self):
        rows = self.env["key.account.category.purchase"]
        domain = [
            ("partner_id", "in", self.accounts.ids),
            ("company_id", "=", self.company.id),
            ("category_id", "=", self.category.id),
        ]
        groups = rows.formatted_read_group(domain, ["category_id"], ["revenue:sum"])
        by_hand = defaultdict(float)
        for _customer, company, product, day, amount, _is in self.ledger:
            if day.year == 2025 and product == self.product:
                by_hand[company] += amount
        self.assertAlmostEqual(groups[0]["revenue:sum"], by_hand[self.company], 2)


@freeze_time(NOW)
class TestRhythm(PurchaseCase):
    def test_late_by_hand(self):
        # Every thirty days; late from the 46th day on
        for days, is_late in ((45, False), (46, True)):
            account = self.make_account(f"After {days} days")
            last = TODAY - timedelta(days=days)
            for step in range(4):
                self.invoice(account, last - timedelta(days=30 * step), (self.product, 1, 10.0))
            self.refresh(account)
            row = self.row(account, self.category)
            self.assertEqual((row.usual_days, row.is_reorder_late, row.last_purchase), (30.0, is_late, last))

    def test_three_purchases_are_no_rhythm(self):
        for step in (300, 200, 100):
            self.invoice(self.account, TODAY - timedelta(days=step), (self.product, 1, 10.0))
        self.refresh(self.account)
        row = self.row(self.account, self.category)
        self.assertEqual((row.usual_days, row.is_reorder_late), (None, False))

    def test_last_purchase_of_long_ago(self):
        self.invoice(self.account, date(2020, 5, 4), (self.product, 1, 10.0))
        self.refresh(self.account)
        row = self.row(self.account, self.category)
        self.assertEqual((row.state, row.last_purchase, row.usual_days), ("lapsed", date(2020, 5, 4), None))

    def test_short_intervals_wait_two_weeks(self):
        self.assertFalse(rhythm.is_late(date(2025, 1, 1), 2, date(2025, 1, 17)))
        self.assertTrue(rhythm.is_late(date(2025, 1, 1), 2, date(2025, 1, 18)))

    def test_categories_below_a_single_one(self):
        """Databases of former versions have one category above all others."""
        root = self.env["product.category"].create({"name": "All"})
        self.env["product.category"].search(
            [("parent_id", "=", False), ("id", "!=", root.id)], order="id"
        ).parent_id = root
        self.invoice(self.account, date(2025, 5, 4), (self.desk, 1, 10.0))
        self.refresh(self.account)
        self.assertEqual(self.row(self.account, self.tables).revenue, 10.0)
        self.assertFalse(self.row(self.account, root))

    def test_constant_queries(self):
        accounts = self.env["res.partner"]
        for number in range(12):
            account = self.make_account(f"Account {number}")
            accounts |= account
            self.invoice(account, date(2025, 3, 1), (self.product, 1, 10.0))
        purchases = self.env["key.account.category.purchase"]
        purchases = self.env["key.account.snapshot"]._of_company(self.company).env[purchases._name]
        counts = []
        for some in (accounts[:1], accounts[:2], accounts):
            purchases._keep(some.with_env(purchases.env), some.with_env(purchases.env))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            purchases._keep(some.with_env(purchases.env), some.with_env(purchases.env))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(set(counts)), 1, counts)

    def test_rows_go_with_the_status(self):
        self.invoice(self.account, date(2025, 5, 4), (self.product, 1, 10.0))
        self.refresh(self.account)
        self.assertTrue(self.row(self.account, self.category))
        self.account.key_account_status = False
        self.assertFalse(self.row(self.account, self.category))


@freeze_time(NOW)
class TestRoles(PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = make_purchase(cls.account, cls.company, cls.category, revenue=5.0, potential=700.0)
        cls.theirs = make_purchase(cls.foreign, cls.company, cls.category, potential=9.0)

    def test_own_accounts(self):
        rows = self.env["key.account.category.purchase"]
        domain = [("id", "in", (self.mine | self.theirs).ids)]
        for user, found in (
            (self.rep, self.mine),
            (self.manager, self.mine),
            (self.head, self.mine | self.theirs),
        ):
            self.assertEqual(rows.with_user(user).search(domain), found.with_user(user))
        with self.assertRaises(AccessError):
            rows.with_user(self.outsider).search(domain)

    def test_potential_is_internal(self):
        row = self.mine.with_user(self.rep)
        self.assertEqual(row.revenue, 5.0)
        for read in (
            lambda: row.potential,
            lambda: row.search([("potential", ">", 0)]),
            lambda: row.formatted_read_group([], [], ["potential:sum"]),
        ):
            with self.assertRaises(AccessError):
                read()
        self.assertEqual(self.mine.with_user(self.manager).potential, 700.0)

    def test_what_the_head_makes_internal(self):
        self.env.ref("key_account_management.kpi_revenue").audience = "internal"
        row = self.mine.with_user(self.rep)
        for name in ("revenue", "state", "revenue_previous"):
            with self.assertRaises(AccessError):
                row[name]
        views = row.get_views([(False, "list"), (False, "search")])["views"]
        self.assertNotIn('name="revenue"', views["list"]["arch"])
        self.assertNotIn("'state'", views["search"]["arch"])

    def test_nobody_writes(self):
        for user in (self.rep, self.manager, self.head):
            row = self.mine.with_user(user)
            for write in (lambda row=row: row.write({"state": "bought"}), row.unlink):
                with self.assertRaises(AccessError):
                    write()

    def test_favourites(self):
        action = self.env.ref("key_account_management.key_account_category_purchase_action")
        # Only new installations and updates of older ones get them
        convert_file(self.env, "key_account_management", "data/ir_filters_data.xml", {}, "init", noupdate=True)
        names = {
            user: {
                each["name"] for each in self.env["ir.filters"].with_user(user).get_filters(self.mine._name, action.id)
            }
            for user in (self.rep, self.manager)
        }
        self.assertIn("Who has stopped buying what", names[self.rep])
        self.assertNotIn("White space by potential", names[self.rep])
        self.assertIn("White space by potential", names[self.manager])


@freeze_time(NOW)
class TestOpportunity(PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = make_purchase(cls.account, cls.company, cls.category, potential=700.0)

    def leads(self):
        return self.env["crm.lead"].search([("partner_id", "=", self.account.id)])

    def test_made_once(self):
        row = self.mine.with_user(self.manager)
        action = row.action_open_opportunity()
        lead = self.leads()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))
        self.assertEqual(
            (lead.name, lead.type, lead.expected_revenue, lead.company_id, lead.user_id),
            ("Chairs for Alpha", "opportunity", 700.0, self.company, self.manager),
        )
        self.assertTrue(row.has_open_opportunity)
        self.assertEqual(row.action_open_opportunity()["res_id"], lead.id)
        self.assertEqual(self.leads(), lead)

    def test_a_lost_one_is_over(self):
        row = self.mine.with_user(self.manager)
        row.action_open_opportunity()
        lead = self.leads()
        lead.action_set_lost()
        self.assertFalse(row.has_open_opportunity)
        self.assertNotEqual(row.action_open_opportunity()["res_id"], lead.id)

    def test_without_the_potential(self):
        """Sales representatives do not see it, not even as the expected revenue."""
        self.rep.group_ids = [Command.link(self.env.ref("sales_team.group_sale_salesman").id)]
        self.mine.with_user(self.rep).action_open_opportunity()
        self.assertFalse(self.leads().expected_revenue)

    def test_somebody_elses(self):
        self.mine.with_user(self.manager).action_open_opportunity()
        self.rep.group_ids = [Command.link(self.env.ref("sales_team.group_sale_salesman").id)]
        row = self.mine.with_user(self.rep)
        with self.assertRaisesRegex(UserError, "already has an open opportunity") as refused:
            row.action_open_opportunity()
        # What it is called is not theirs to know
        self.assertNotIn(self.leads().name, str(refused.exception))
        for read in (
            lambda: row.read(["opportunity_id"]),
            lambda: row.formatted_read_group([], ["opportunity_id"], ["__count"]),
            lambda: row.search([("opportunity_id", "!=", False)]),
        ):
            with self.assertRaises(AccessError):
                read()

    def test_without_an_open_one(self):
        rows = self.mine.with_user(self.manager)
        without = [("has_open_opportunity", "=", False)]
        self.assertIn(self.mine, rows.search(without))
        rows.action_open_opportunity()
        self.assertNotIn(self.mine, rows.search(without))
        self.assertIn(self.mine, rows.search([("has_open_opportunity", "=", True)]))
        self.leads().action_set_lost()
        self.assertIn(self.mine, rows.search(without))

    def test_others_accounts(self):
        theirs = make_purchase(self.foreign, self.company, self.category)
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).action_open_opportunity()
