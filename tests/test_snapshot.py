"""The portfolio: rows of each account and company, computed by the engine, read as any list of Odoo."""

import ast
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo.addons.key_account_management.figures.snapshot import COUNTED, KEPT
from odoo.addons.key_account_management.models.figures import key_account_snapshot
from odoo.addons.key_account_management.models.figures.key_account_snapshot import OF_ACCOUNT
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tools import mute_logger
from odoo.tools.convert import convert_file

from .common import HEAD, MANAGER, KeyAccountCase

NOW = "2025-08-15 12:00"
TODAY = date(2025, 8, 15)
TO_DATE = (date(2025, 1, 1), TODAY)


@freeze_time(NOW)
class SnapshotCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tiers = cls.env["key.account.tier"].create([{"name": "Gold", "visit_target": 12}, {"name": "Silver"}])
        cls.account.key_account_tier_id = cls.tiers[0]
        cls.daughter = cls.make_account("Daughter", parent_id=cls.account.id, key_account_tier_id=cls.tiers[0].id)
        cls.second = cls.make_account("Gamma", key_account_tier_id=cls.tiers[1].id)
        cls.silent = cls.make_account("Silent")
        for partner, day, quantity in (
            (cls.account, date(2023, 3, 1), 1),
            (cls.account, date(2024, 3, 1), 5),
            (cls.account, date(2025, 3, 1), 10),
            (cls.daughter, date(2023, 3, 1), 1),
            (cls.daughter, date(2024, 4, 1), 6),
            (cls.daughter, date(2025, 4, 1), 4),
            (cls.second, date(2023, 5, 1), 1),
            (cls.second, date(2024, 5, 1), 2),
            (cls.second, date(2025, 5, 1), 1),
            (cls.foreign, date(2025, 6, 1), 7),
        ):
            cls.invoice(partner, day, (cls.product, quantity, 100.0))
        cls.all = cls.account | cls.daughter | cls.second | cls.silent | cls.foreign

    @classmethod
    def refresh(cls, accounts=None):
        rows = cls.env["key.account.snapshot"]._of_company(cls.company)
        rows._refresh(cls.all if accounts is None else accounts)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def rows(self, user=None, **domain):
        rows = self.env["key.account.snapshot"].with_user(user or self.env.user)
        return rows.search(
            [("partner_id", "in", self.all.ids), *((name, "=", value) for name, value in domain.items())]
        )

    def row(self, account, user=None):
        return self.rows(user, partner_id=account.id, is_current=True)


@freeze_time(NOW)
class TestRows(SnapshotCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refresh()

    def test_values_are_those_of_the_engine(self):
        for account in self.all:
            figures = self.figures(account, TO_DATE, user=self.head)
            row = self.row(account)
            for name, code in (
                ("revenue", "revenue"),
                ("forecast", "forecast"),
                ("margin_1_rate", "contribution_margin_rate"),
                ("health", "health"),
                ("satisfaction", "satisfaction"),
                ("visits", "visits"),
            ):
                self.assertEqual(row[name], figures[code]["value"], (account.name, name))
            self.assertEqual(row.revenue_previous, figures["revenue"]["previous"])
            self.assertEqual(row.revenue_change_rate, figures["revenue"]["change"])

    def test_by_hand(self):
        row = self.row(self.account)
        # 10 and 4 chairs, a year before 5 and 6
        self.assertEqual((row.revenue, row.revenue_previous, row.revenue_change), (1400.0, 1100.0, 300.0))
        self.assertAlmostEqual(row.revenue_change_rate, 3 / 11)
        self.assertEqual((row.margin_1, row.currency_id, row.date), (14 * 40.0, self.company.currency_id, TODAY))

    def test_what_is_not_known_is_empty(self):
        row = self.row(self.silent, self.head)
        self.assertIsNone(row.revenue)
        (read,) = row.read(["revenue", "satisfaction", "revenue_change_rate"])
        self.assertEqual({read[name] for name in ("revenue", "satisfaction", "revenue_change_rate")}, {False})
        self.assertIs(row.web_read({"revenue": {}})[0]["revenue"], False)
        # Whoever may export
        self.assertEqual(row.sudo().export_data(["revenue", "health"])["datas"], [["", ""]])
        groups = self.rows(self.head, partner_id=self.silent.id).formatted_read_group(
            [("id", "=", row.id)], ["partner_id"], ["revenue:sum", "margin_1_rate:avg"]
        )
        self.assertEqual((groups[0]["revenue:sum"], groups[0]["margin_1_rate:avg"]), (False, False))

    def test_totals_count_an_account_inside_another_one_once(self):
        rows = self.env["key.account.snapshot"].with_user(self.manager)
        domain = [("is_current", "=", True), ("partner_id", "in", self.all.ids)]
        specs = ["revenue:sum", "revenue_change:sum", "margin_1_rate:avg", "__count"]
        self.assertEqual(rows._read_group(domain, [], specs[:2]), [(1500.0, 200.0)])
        groups = rows._read_group(domain, ["tier_id"], ["revenue:sum", "__count"])
        by_tier = {tier.name: (revenue, count) for tier, revenue, count in groups}
        self.assertEqual(by_tier, {"Gold": (1400.0, 2), "Silver": (100.0, 1), False: (False, 1)})
        alone = rows._read_group([*domain, ("partner_id", "=", self.daughter.id)], [], ["revenue:sum"])
        self.assertEqual(alone, [(400.0,)])

    def test_health_by_manager(self):
        """The average of the accounts; one inside another one does not count beside it."""
        self.row(self.account).health, self.row(self.daughter).health = 80.0, 10.0
        self.row(self.second).health, self.row(self.silent).health = 50.0, None
        self.row(self.foreign).health = 30.0
        self.env.flush_all()
        rows = self.env["key.account.snapshot"].with_user(self.head)
        domain = [("is_current", "=", True), ("partner_id", "in", self.all.ids)]
        averages = dict(rows._read_group(domain, ["manager_id"], ["health:avg"]))
        self.assertEqual(averages, {self.manager: (80.0 + 50.0) / 2, self.head: 30.0})

    def test_time_since_the_last_visit(self):
        self.assertEqual(set(self.rows(is_current=True).mapped("contact_age")), {"5_never"})
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "key_account_visit": True,
                "user_id": self.manager.id,
                "start": "2025-05-10 09:00:00",
                "stop": "2025-05-10 10:00:00",
                "partner_ids": [Command.set(self.second.ids)],
            }
        )
        self.refresh(self.second)
        # 97 days
        self.assertEqual(self.row(self.second).contact_age, "3_half")
        self.assertEqual(self.row(self.second).last_visit, date(2025, 5, 10))

    def test_history(self):
        ends = sorted(self.rows(partner_id=self.account.id, is_current=False).mapped("date"))
        self.assertEqual((ends[0], ends[-1], len(ends)), (date(2024, 8, 31), date(2025, 7, 31), 12))
        march = self.rows(partner_id=self.account.id, date=date(2025, 3, 31))
        self.assertEqual((march.revenue, march.revenue_previous), (1000.0, 500.0))

    def test_decisions_are_seen_at_once(self):
        self.account.write({"key_account_tier_id": self.tiers[1].id, "key_account_manager_id": self.head.id})
        row = self.row(self.account)
        self.assertEqual((row.tier_id, row.manager_id), (self.tiers[1], self.head))
        past = self.rows(partner_id=self.account.id, is_current=False)
        self.assertEqual((past.tier_id, past.manager_id), (self.tiers[0], self.manager))

    def test_totals_of_months_are_those_of_the_last_one(self):
        """Revenue to date of twelve month's ends is no sum of twelve."""
        rows = self.env["key.account.snapshot"].with_user(self.manager)
        domain = [("is_current", "=", False), ("partner_id", "in", self.all.ids)]
        ((total,),) = rows._read_group(domain, [], ["revenue:sum"])
        self.assertEqual(total, 1400.0 + 100.0)
        months = dict(rows._read_group(domain, ["date:month"], ["revenue:sum"]))
        self.assertEqual(months[date(2025, 3, 1)], 1000.0)
        # Of the fiscal year before: 5 of Alpha, 6 of its daughter, 2 of Gamma
        self.assertEqual(months[date(2024, 12, 1)], 1300.0)

    def test_grouping_sets_and_order_by_totals(self):
        rows = self.env["key.account.snapshot"].with_user(self.manager)
        domain = [("is_current", "=", True), ("partner_id", "in", self.all.ids)]
        by_manager, by_tier = rows._read_grouping_sets(domain, [["manager_id"], ["tier_id"]], ["revenue:sum"])
        self.assertEqual([total for _manager, total in by_manager], [1500.0])
        self.assertEqual(sorted(total or 0.0 for _tier, total in by_tier), [0.0, 100.0, 1400.0])
        ordered = rows._read_group(domain, ["tier_id"], ["revenue:sum"], order="revenue:sum desc")
        self.assertEqual([total for _tier, total in ordered if total], [1400.0, 100.0])

    def test_shares_are_those_of_the_sums(self):
        """The margin of accounts whose costs are known, in their own revenue."""
        self.invoice(self.second, date(2025, 5, 2), (self.make_product("Cheap", cost=10.0), 2, 100.0))
        self.invoice(self.silent, date(2025, 5, 2), (self.make_product("Gift"), 1, 900.0))
        self.refresh()
        rows = self.env["key.account.snapshot"].with_user(self.manager)
        domain = [("is_current", "=", True), ("partner_id", "in", self.all.ids)]
        specs = ["margin_1_rate:avg", "revenue_change_rate:avg", "revenue:sum"]
        ((margin, change, revenue),) = rows._read_group(domain, [], specs)
        # 15 chairs with a margin of 40 each, 2 cheap ones with one of 90
        self.assertAlmostEqual(float(margin), (15 * 40 + 2 * 90) / 1700)
        self.assertEqual(revenue, 1400 + 300 + 900)
        # Of those who can be compared: 1400 after 1100, 300 after 200
        self.assertAlmostEqual(float(change), (1700 - 1300) / 1300)

    def test_what_is_not_known_comes_last(self):
        for order in ("revenue", "revenue desc"):
            with self.subTest(order):
                rows = self.env["key.account.snapshot"].search(
                    [("partner_id", "in", self.all.ids), ("is_current", "=", True)], order=order
                )
                self.assertEqual(rows[-1].partner_id, self.silent)
        self.assertEqual(
            self.rows(is_current=True)[:3].partner_id, self.daughter | self.second | self.account, "By change"
        )

    def test_filters_find_numbers_only(self):
        rows = self.rows(is_current=True)
        self.row(self.second).sudo().revenue_change = 0.0
        for domain, found in (
            ([("revenue", "<", 500)], self.daughter | self.second),
            ([("revenue", "<=", 0)], self.env["res.partner"]),
            ([("revenue", "=", False)], self.silent),
            ([("revenue_change", "=", 0)], self.second),
            (["|", ("revenue_change", "<", 0), ("revenue_change", ">", 0)], self.account | self.daughter),
        ):
            with self.subTest(domain):
                wanted = rows.search([("id", "in", rows.ids), *domain]).partner_id
                self.assertEqual(wanted, found)
                self.assertEqual(rows.filtered_domain(domain).partner_id, found)

    def test_queries(self):
        """Reading and adding up take as many queries for all accounts as for one."""
        names = [name for name, field in self.env["key.account.snapshot"]._fields.items() if not field.groups]

        def count(rows):
            rows = rows.with_user(self.head)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.web_read({name: {} for name in names})
            rows.formatted_read_group([("id", "in", rows.ids)], ["tier_id"], ["revenue:sum", "margin_1_rate:avg"])
            return self.env.cr.sql_log_count - before

        rows = self.rows(self.head, is_current=True)
        counts = [count(rows[:number]) for number in (1, 1, 2, len(rows))]
        self.assertEqual(len(set(counts[1:])), 1, counts)

    def test_refreshing_is_linear(self):
        def count(accounts):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.refresh(accounts)
            return self.env.cr.sql_log_count - before

        counts = [count(accounts) for accounts in (self.all[:1], self.all[:1], self.all[:3], self.all)]
        # Each row is written, in batches of the same fields
        self.assertLess(max(counts[1:]) - min(counts[1:]), 15, counts)

    def test_an_account_that_is_none_any_more(self):
        past = self.rows(partner_id=self.second.id, is_current=False)
        self.second.key_account_status = False
        self.assertFalse(self.row(self.second))
        self.assertTrue(past.exists())
        self.second.key_account_status = "active"
        row = self.row(self.second)
        self.assertEqual((row.revenue, row.as_of, row.why), (None, False, "Not computed yet"))
        self.assertEqual((row.status, row.manager_id), ("active", self.manager))

    def test_deleted_and_merged_accounts(self):
        self.silent.unlink()
        twin = self.make_account("Gama")
        self.refresh(self.second | twin)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.second | twin).ids, self.second)
        self.assertFalse(self.rows(partner_id=self.second.id).filtered("as_of"))
        self.refresh(self.second)
        self.assertEqual(self.row(self.second).revenue, 100.0)
        self.assertEqual(len(self.rows(partner_id=self.second.id)), 13)

    def test_a_missed_night_loses_nothing(self):
        with freeze_time("2025-11-03 05:00"):
            self.invoice(self.account, date(2025, 9, 10), (self.product, 1, 100.0))
            self.refresh()
            ends = {row.date: row.revenue for row in self.rows(partner_id=self.account.id, is_current=False)}
        self.assertEqual(ends[date(2025, 8, 31)], 1400.0)
        self.assertEqual((ends[date(2025, 9, 30)], ends[date(2025, 10, 31)]), (1500.0, 1500.0))
        self.assertEqual(len(ends), 15)

    def test_past_months_stay_as_they_were(self):
        july = self.rows(partner_id=self.account.id, date=date(2025, 7, 31))
        self.invoice(self.account, date(2025, 2, 1), (self.product, 1, 100.0))
        self.refresh()
        self.assertEqual((july.revenue, self.row(self.account).revenue), (1400.0, 1500.0))

    def test_an_account_inside_one_that_comes_later(self):
        """Whichever of them is computed first."""
        outer = self.make_account("Omega")
        self.second.parent_id = outer
        self.refresh(self.second)
        self.refresh(outer)
        self.assertEqual(self.row(self.second).outer_ids.partner_id, outer)
        self.second.parent_id = False
        self.refresh(self.second)
        self.assertFalse(self.row(self.second).outer_ids)


@freeze_time(NOW)
class TestAccess(SnapshotCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refresh()

    def test_whose_rows(self):
        self.assertEqual(
            self.rows(self.manager, is_current=True).partner_id,
            self.account | self.daughter | self.second | self.silent,
        )
        self.assertEqual(self.rows(self.rep, is_current=True).partner_id, self.account | self.daughter)
        self.assertEqual(self.rows(self.head, is_current=True).partner_id, self.all)
        with self.assertRaises(AccessError):
            self.rows(self.outsider)
        stranger = self.make_user("stranger", HEAD, company=self.make_company("Other", "base.USD", chart=False))
        rows = (
            self.env["key.account.snapshot"]
            .with_user(stranger)
            .with_context(allowed_company_ids=stranger.company_ids.ids)
        )
        self.assertFalse(rows.search([("partner_id", "in", self.all.ids)]))

    def test_nobody_writes(self):
        row = self.row(self.account)
        for user in (self.rep, self.manager, self.head):
            for method, arguments in (("write", [{"revenue": 1.0}]), ("unlink", []), ("copy", [])):
                with self.subTest(method, user=user.name), self.assertRaises(AccessError):
                    getattr(row.with_user(user), method)(*arguments)

    def test_the_group_of_each_figure_is_its_audience(self):
        fields, kpis = self.env["key.account.snapshot"]._fields, self.env["key.account.kpi"]._get_by_code()
        for name, kept in KEPT.items():
            with self.subTest(name):
                is_internal = any(kpis[code].audience == "internal" for code in kept.codes)
                self.assertEqual(fields[name].groups or "", MANAGER if is_internal else "")

    def test_every_figure_is_kept_with_its_codes(self):
        """What a row says of an account is a figure, or said here to be none."""
        none = {"facts", "signals", "health_parts", "why", "history_until", "outer_ids", "as_of", "date", "is_current"}
        none |= {"partner_id", "company_id", "currency_id", "country_id", "industry_id", *OF_ACCOUNT, *COUNTED}
        names = set(self.env["key.account.snapshot"]._fields) - {*MAGIC_COLUMNS, "display_name", "id"}
        self.assertEqual(names - none, set(KEPT))

    def read_all(self, user, name):
        """Each way on which a client might come by a field."""
        rows = self.rows(user, is_current=True)
        aggregator = rows._fields[name].aggregator
        yield lambda: rows.read([name])
        yield lambda: rows.web_read({name: {}})
        yield lambda: rows.search([(name, "!=", False)])
        yield lambda: rows.search([], order=name)
        yield lambda: rows.formatted_read_group([], [name], ["__count"])
        if aggregator:
            yield lambda: rows.formatted_read_group([], [], [f"{name}:{aggregator}"])
            yield lambda: rows.formatted_read_group([], ["tier_id"], [], order=f"{name}:{aggregator}")

    def test_what_the_head_makes_internal(self):
        for code in ("revenue", "returns", "satisfaction", "visits"):
            names = [name for name, kept in KEPT.items() if code in kept.codes]
            names = [name for name in names if not self.env["key.account.snapshot"]._fields[name].groups]
            self.assertTrue(names, code)
            for name in names:
                for read in self.read_all(self.rep, name):
                    read()
            self.env.ref(f"key_account_management.kpi_{code}").with_user(self.head).audience = "internal"
            for name in names:
                self.assertNotIn(name, self.env["key.account.snapshot"].with_user(self.rep).fields_get())
                for read in self.read_all(self.manager, name):
                    read()
                for read in self.read_all(self.rep, name):
                    with self.subTest(name), self.assertRaises(AccessError), mute_logger("odoo.models"):
                        read()

    def test_views_without_what_is_internal(self):
        """The list opens for representatives whatever the head has made internal."""
        for code in ("revenue", "revenue_change", "satisfaction", "visits", "days_since_visit"):
            self.env.ref(f"key_account_management.kpi_{code}").with_user(self.head).audience = "internal"
        model = self.env["key.account.snapshot"]
        for user, sees in ((self.rep, False), (self.manager, True)):
            for kind in ("list", "kanban", "pivot", "graph", "search"):
                views = model.with_user(user).get_views([(False, kind)])
                arch = views["views"][kind]["arch"]
                with self.subTest(kind, user=user.name):
                    hidden = ("revenue", "revenue_change", "visit_due", "losing", "visit_overdue")
                    self.assertEqual(any(f'name="{name}"' in arch for name in hidden), sees)
                    names = {node.get("name") for node in etree.fromstring(arch).iter("field")}
                    self.assertLessEqual(names, set(model.with_user(user).fields_get()))

    def test_definitions_on_the_heads_of_columns(self):
        self.env["res.lang"]._activate_lang("de_DE")
        kpi = self.env.ref("key_account_management.kpi_revenue")
        kpi.with_context(lang="de_DE").formula = "Was berechnet wurde."
        german = self.env["key.account.snapshot"].with_user(self.rep).with_context(lang="de_DE")
        self.assertEqual(german.fields_get(["revenue"])["revenue"]["help"], "Was berechnet wurde.")
        fields = self.env["key.account.snapshot"].with_user(self.manager).fields_get()
        for name, kept in KEPT.items():
            self.assertEqual(fields[name]["help"], self.env["key.account.kpi"]._get_by_code()[kept.codes[0]].formula)

    def test_a_number_opens_what_it_is_made_of(self):
        row = self.row(self.account, self.rep)
        action = row.action_view_figure("revenue")
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(lines.mapped("price_subtotal")), 1400.0)
        past = self.rows(self.rep, partner_id=self.account.id, date=date(2025, 3, 31))
        action = past.action_view_figure("revenue")
        self.assertEqual(sum(self.env[action["res_model"]].search(action["domain"]).mapped("price_subtotal")), 1000.0)
        for name in ("margin_1", "overdue_amount"):
            with self.assertRaises(AccessError):
                row.action_view_figure(name)
        for odd in ("facts", "partner_id", "nothing", 5, None):
            with self.assertRaises(UserError):
                row.action_view_figure(odd)
        self.assertEqual(row.action_open_account()["res_id"], self.account.id)

    def test_favourites_of_each_role(self):
        action = self.env.ref("key_account_management.key_account_snapshot_action")
        internal = {"Who pays late", "Forecast against target by account manager", "Results by account manager"}
        # Only new installations get them
        convert_file(self.env, "key_account_management", "data/ir_filters_data.xml", {}, "init", noupdate=True)
        all_of_them = set(self.env["ir.filters"].search([("model_id", "=", "key.account.snapshot")]).mapped("name"))
        for user, sees in ((self.rep, False), (self.manager, True), (self.head, True)):
            rows = self.env["key.account.snapshot"].with_user(user)
            favourites = self.env["ir.filters"].with_user(user).get_filters(rows._name, action.id)
            names = {favourite["name"] for favourite in favourites}
            self.assertEqual(len(all_of_them), 7)
            self.assertEqual(names, all_of_them if sees else all_of_them - internal)
            for favourite in favourites:
                with self.subTest(favourite["name"], user=user.name):
                    domain, context = (ast.literal_eval(favourite[name]) for name in ("domain", "context"))
                    rows.search(domain, order=", ".join(ast.literal_eval(favourite["sort"])) or None)
                    measures = ["__count", *(f"{name}:sum" for name in context.get("pivot_measures", []))]
                    rows.formatted_read_group(domain, context.get("pivot_row_groupby", []), measures)

    def test_refresh_on_demand(self):
        rows = self.env["key.account.snapshot"]
        self.invoice(self.second, date(2025, 6, 1), (self.product, 1, 100.0))
        self.invoice(self.foreign, date(2025, 6, 1), (self.product, 1, 100.0))
        rows.with_user(self.manager).action_refresh()
        self.assertEqual((self.row(self.second).revenue, self.row(self.foreign).revenue), (200.0, 700.0))
        self.row(self.foreign, self.head).action_refresh()
        self.assertEqual(self.row(self.foreign).revenue, 800.0)
        with self.assertRaises(AccessError):
            rows.with_user(self.outsider).action_refresh()
        with patch.object(key_account_snapshot, "AT_ONCE", 1):
            message = rows.with_user(self.manager).action_refresh()["params"]["message"]
        self.assertIn("in the background", message)
        self.assertTrue(
            self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref(key_account_snapshot.CRON).id)])
        )


@freeze_time(NOW)
class TestCompanies(SnapshotCase):
    """A row in each company where there is business, in its currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_company("Other Company", "base.USD")
        cls.env["res.currency.rate"].search([]).unlink()
        for currency, rate in (("base.USD", 1.0), ("base.EUR", 0.5)):
            for company in cls.company | cls.other:
                values = {"currency_id": cls.env.ref(currency).id, "company_id": company.id}
                cls.env["res.currency.rate"].create({**values, "rate": rate, "name": "2020-01-01"})
        cls.invoice(cls.account, date(2025, 2, 1), (cls.product, 3, 100.0), company=cls.other)
        for company in cls.company | cls.other:
            cls.env["key.account.snapshot"]._of_company(company)._refresh(cls.all)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def of(self, user, companies):
        return self.env["key.account.snapshot"].with_user(user).with_context(allowed_company_ids=companies.ids)

    def test_rows_where_there_is_business(self):
        self.head.company_ids |= self.other
        domain = [("is_current", "=", True), ("partner_id", "in", self.all.ids)]
        rows = self.of(self.head, self.company | self.other).search(domain)
        elsewhere = rows.filtered(lambda row: row.company_id == self.other)
        self.assertEqual((elsewhere.partner_id, elsewhere.revenue), (self.account, 300.0))
        self.assertEqual(elsewhere.currency_id, self.env.ref("base.USD"))
        self.assertEqual((rows - elsewhere).partner_id, self.all)
        self.assertEqual(self.of(self.head, self.company).search(domain).company_id, self.company)
        self.assertFalse(self.of(self.manager, self.company).search([*domain, ("company_id", "=", self.other.id)]))

    def test_amounts_in_several_currencies(self):
        """1,400 and 700 and 100 euros at half a euro for a dollar, and 300 dollars: in the currency of the company that
        comes first, as clients show them.
        """
        self.head.company_ids |= self.other
        for companies, expected in (
            (self.company | self.other, 2200 + 300 * 0.5),
            (self.other | self.company, 2200 / 0.5 + 300),
        ):
            with self.subTest(companies[0].currency_id.name):
                self.check_amounts(self.of(self.head, companies), expected)

    def test_the_last_rate_counts(self):
        """The company's own, before those of all companies."""
        self.head.company_ids |= self.other
        values = {"currency_id": self.env.ref("base.EUR").id, "company_id": False}
        for day, rate, company in (
            ("2025-08-15", 0.25, self.company),
            ("2025-08-14", 0.7, self.company),
            ("2025-08-15", 0.9, self.env["res.company"]),
        ):
            values |= {"name": day, "rate": rate, "company_id": company.id}
            self.env["res.currency.rate"].create(values)
        self.check_amounts(self.of(self.head, self.company | self.other), 2200 + 300 * 0.25)

    def check_amounts(self, rows, expected):
        domain = [("is_current", "=", True), ("partner_id", "in", self.all.ids)]
        specs = ["revenue:sum_currency", "margin_1_rate:avg", "currency_id:array_agg_distinct"]
        ((revenue, margin, currencies),) = rows._read_group(domain, [], specs)
        self.assertAlmostEqual(float(revenue), expected)
        self.assertEqual(len(currencies), 2)
        # The costs of a chair are only known in the first company
        self.assertAlmostEqual(float(margin), 0.4)

    def test_an_account_of_nobody_stays(self):
        self.silent.key_account_manager_id = False
        rows = self.env["key.account.snapshot"]
        # Of the one who created it, before there is any business
        company = self.silent.create_uid.company_id
        for each in company | self.company:
            rows._of_company(each)._refresh_today(self.silent)
        self.assertEqual(rows.search([("partner_id", "=", self.silent.id)]).company_id, company)
