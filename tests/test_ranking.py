"""Accounts side by side: the same figures as one by one, totals without double counting, few queries."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError

from .common import HEAD, MANAGER, KeyAccountCase


@freeze_time("2025-08-15 12:00")
class TestRanking(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tiers = cls.env["key.account.tier"].create([{"name": "Gold"}, {"name": "Silver"}])
        cls.gold, cls.silver = tiers
        cls.account.key_account_tier_id = cls.gold
        cls.daughter = cls.make_account("Daughter", parent_id=cls.account.id, key_account_tier_id=cls.gold.id)
        cls.second = cls.make_account("Gamma", key_account_tier_id=cls.silver.id)
        for partner, day, quantity in (
            (cls.account, date(2024, 3, 1), 5),
            (cls.account, date(2025, 3, 1), 10),
            (cls.daughter, date(2025, 4, 1), 4),
            (cls.second, date(2025, 5, 1), 1),
            (cls.foreign, date(2025, 6, 1), 7),
        ):
            cls.invoice(partner, day, (cls.product, quantity, 100.0))
        cls.invoice(cls.second, date(2025, 5, 2), (cls.make_product("Cheap", cost=10.0), 2, 100.0))

    def ranking(self, user=None, **period):
        partners = self.env["res.partner"].with_user(user or self.manager)
        return partners.get_key_account_ranking(**period)

    def numbers(self, of, *codes):
        return [of[code]["number"] for code in codes]

    def test_each_account_has_its_own_figures(self):
        ranking = self.ranking()
        accounts = {row["id"]: row for row in ranking["accounts"]}
        self.assertEqual(set(accounts), {self.account.id, self.daughter.id, self.second.id})
        for partner in (self.account, self.daughter, self.second):
            for code, figure in accounts[partner.id]["figures"].items():
                alone = self.value(partner, code, (date(2025, 1, 1), date(2025, 8, 15)), user=self.manager)
                self.assertEqual(figure["number"], alone, code)
        of_alpha = accounts[self.account.id]
        self.assertEqual((of_alpha["tier"], of_alpha["manager"]), ("Gold", "Manager"))
        self.assertEqual(of_alpha["figures"]["revenue"]["change"], "+180.0%")

    def test_totals_count_an_account_inside_another_one_once(self):
        totals = self.ranking()["totals"]
        self.assertEqual(totals["all"]["revenue"]["number"], 1400 + 300)
        self.assertEqual(totals["tier"]["Gold"]["revenue"]["number"], 1400)
        self.assertEqual(totals["tier"]["Silver"]["revenue"]["number"], 300)

    def test_shares_are_those_of_the_sums(self):
        totals = self.ranking()["totals"]
        # 15 chairs with a margin of 40 each, 2 cheap ones with one of 90
        self.assertAlmostEqual(totals["all"]["contribution_margin_rate"]["number"], (15 * 40 + 2 * 90) / 1700)
        self.assertIsNone(totals["all"]["dso"]["number"])
        self.assertEqual(totals["all"]["dso"]["value"], "–")

    def test_heads_see_all(self):
        ranking = self.ranking(self.head)
        self.assertIn(self.foreign.id, [row["id"] for row in ranking["accounts"]])
        self.assertEqual(set(ranking["totals"]["manager"]) & {"Manager", "Head"}, {"Manager", "Head"})
        self.assertEqual(ranking["totals"]["manager"]["Head"]["revenue"]["number"], 700)

    def test_representatives_see_what_customers_may_see(self):
        ranking = self.ranking(self.rep)
        self.assertEqual([row["id"] for row in ranking["accounts"]], [self.account.id, self.daughter.id])
        codes = {column["code"] for column in ranking["columns"]}
        self.assertIn("revenue", codes)
        self.assertFalse(codes & {"contribution_margin", "dso", "overdue_amount"})
        with self.assertRaises(AccessError):
            self.ranking(self.outsider)

    def test_without_accounts(self):
        nobody = self.make_user("nobody", MANAGER)
        ranking = self.ranking(nobody)
        self.assertEqual(ranking["accounts"], [])
        self.assertIsNone(ranking["totals"]["all"]["revenue"]["number"])

    def test_queries(self):
        chief = self.make_user("chief", HEAD)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.ranking(chief)
            return self.env.cr.sql_log_count - before

        few = [count() for _round in range(3)][-1]
        for number in range(40):
            account = self.make_account(f"More {number}")
            if number % 10 == 0:
                self.invoice(account, date(2025, 2, 1), (self.product, 1, 100.0))
        more = [count() for _round in range(3)][-1]
        self.assertEqual(more, few)
