"""The sentence why: against sums that are read from the invoices in another way, with missing data, for each reader."""

import random
from collections import defaultdict
from datetime import date, datetime

from freezegun import freeze_time

from odoo.addons.key_account_management.screens.why import Why
from odoo.fields import Command

from .test_snapshot import NOW, SnapshotCase

BEFORE, NOW_ON = date(2024, 3, 1), date(2025, 3, 1)
NB = "\N{NO-BREAK SPACE}"


@freeze_time(NOW)
class WhyCase(SnapshotCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.make_account("Kappa", key_account_team_ids=[Command.set(cls.rep.ids)])
        # Long enough ago that last year is complete
        cls.invoice(cls.client, date(2023, 1, 10), (cls.product, 1, 1.0))
        cls.all |= cls.client
        cls.desks = cls.category.create({"name": "Desks"})
        cls.desk = cls.make_product("Desk", categ_id=cls.desks.id)

    def sell(self, day, *lines):
        return self.invoice(self.client, day, *lines)

    def why(self, user=None, **context):
        self.refresh(self.client)
        return self.row(self.client, user).with_context(**context).why


@freeze_time(NOW)
class TestSentence(WhyCase):
    def test_less_of_a_category(self):
        self.sell(BEFORE, (self.product, 10, 100.0), (self.desk, 5, 50.0))
        self.sell(NOW_ON, (self.product, 4, 100.0), (self.desk, 5, 60.0))
        # 400 instead of 1000 of one, 300 instead of 250 of the other
        self.assertEqual(self.why(self.rep), f"Chairs −600{NB}€ (volume)")

    def test_lower_prices(self):
        self.sell(BEFORE, (self.product, 10, 100.0))
        self.sell(NOW_ON, (self.product, 10, 80.0))
        self.assertEqual(self.why(self.rep), f"Chairs −200{NB}€ (price)")

    def test_not_bought_any_more_and_new(self):
        self.sell(BEFORE, (self.product, 10, 100.0), (self.desk, 5, 100.0))
        self.sell(NOW_ON, (self.product, 10, 100.0))
        self.assertEqual(self.why(self.rep), f"Desks −500{NB}€ (not bought any more)")
        lamps = self.category.create({"name": "Lamps"})
        self.sell(NOW_ON, (self.make_product("Lamp", categ_id=lamps.id), 9, 100.0))
        self.assertEqual(self.why(self.rep), f"Lamps +900{NB}€ (new)")

    def test_two_categories(self):
        self.sell(BEFORE, (self.product, 30, 100.0), (self.desk, 30, 100.0))
        self.sell(NOW_ON, (self.product, 10, 100.0), (self.desk, 20, 100.0))
        self.assertEqual(self.why(self.rep), f"Chairs −2K{NB}€ (volume), Desks −1K{NB}€ (volume)")

    def test_several_reasons_are_none(self):
        self.sell(BEFORE, (self.product, 10, 100.0), (self.make_product("Stool"), 10, 30.0))
        # 5 chairs fewer, each 20 cheaper: 500 and 100 less; and 300 less because the stools are gone
        self.sell(NOW_ON, (self.product, 7, 80.0))
        figures = self.figures(self.client, (date(2025, 1, 1), date(2025, 8, 15)), ["revenue_change"])
        total = figures["revenue_change"]["table"]["rows"][0]
        parts = [part for part in total[2:-1] if part]
        self.assertLess(max(map(abs, parts)), 0.5 * abs(total[-1]))
        self.assertEqual(self.why(self.rep), f"Chairs −740{NB}€")

    def test_the_same_level(self):
        self.sell(BEFORE, (self.product, 100, 100.0))
        self.sell(NOW_ON, (self.product, 101, 100.0))
        self.assertEqual(self.why(), "Revenue on last year's level")

    def test_without_data(self):
        self.assertEqual(self.why(), "", "Nothing this year, nothing last year")
        self.sell(NOW_ON, (self.product, 1, 100.0))
        self.assertEqual(self.why(), "", "Nothing to compare with")

    def test_only_some_months_can_be_compared(self):
        self.invoice(self.silent, date(2024, 4, 10), (self.product, 1, 100.0))
        self.invoice(self.silent, date(2025, 4, 10), (self.product, 2, 100.0))
        self.invoice(self.silent, date(2025, 2, 10), (self.product, 50, 100.0))
        self.refresh(self.silent)
        row = self.row(self.silent)
        self.assertEqual((row.revenue_change, row.revenue_compared), (100.0, 100.0))
        self.assertEqual(row.why, "Revenue +100.0%")

    def test_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.desks.with_context(lang="en_US").name = "Tables"
        self.sell(BEFORE, (self.desk, 5, 12345.0))
        self.sell(NOW_ON, (self.desk, 1, 12345.0))
        self.assertIn(f"−49.380{NB}€", self.why(lang="de_DE"))
        self.assertIn(f"Tables −49K{NB}€", self.why(lang="en_US"))

    def test_a_category_that_is_gone(self):
        self.sell(BEFORE, (self.desk, 5, 100.0))
        self.sell(NOW_ON, (self.desk, 1, 100.0))
        self.why()
        self.desk.categ_id = self.category
        self.desks.unlink()
        self.assertEqual(self.row(self.client).why, f"Other sales −400{NB}€ (volume)")

    def test_overdue_is_internal(self):
        for day in (BEFORE, NOW_ON):
            self.invoice(self.client, day, (self.product, 10, 100.0), invoice_date_due=day)
        self.client.write({"key_account_tier_id": self.tiers[0].id, "key_account_since": date(2024, 1, 1)})
        self.assertEqual(self.why(self.manager), f"2K{NB}€ overdue, never visited, revenue on last year's level")
        self.assertEqual(self.row(self.client, self.rep).why, "Never visited, revenue on last year's level")

    def test_what_the_head_makes_internal(self):
        self.sell(BEFORE, (self.product, 10, 100.0))
        self.sell(NOW_ON, (self.product, 5, 100.0))
        self.assertIn("Chairs", self.why(self.rep))
        self.env.ref("key_account_management.kpi_revenue_change").with_user(self.head).audience = "internal"
        self.env.invalidate_all()
        self.assertNotIn("Chairs", self.row(self.client, self.rep).why)
        self.assertIn("Chairs", self.row(self.client, self.manager).why)

    def test_visits(self):
        self.client.key_account_tier_id = self.tiers[0]
        self.client.key_account_since = date(2024, 1, 1)
        contact = self.make_customer("Buyer", parent_id=self.client.id, is_company=False)
        # To have enough components
        self.sell(BEFORE, (self.product, 10, 100.0))
        self.sell(NOW_ON, (self.product, 10, 100.0))
        visit = {"key_account_visit": True, "user_id": self.manager.id, "partner_ids": [Command.set(contact.ids)]}
        visits = self.env["calendar.event"].with_context(dont_notify=True, no_mail_to_attendees=True)
        visits.create({**visit, "name": "V", "start": datetime(2025, 5, 7, 9), "stop": datetime(2025, 5, 7, 10)})
        # From May 7 to August 15: 24 days of May, 30, 31, 15
        self.assertIn("no visit for 100 days", self.why().lower())
        row = self.row(self.client)
        self.assertEqual((row.last_visit, row.visit_due), (date(2025, 5, 7), date(2025, 6, 7)))
        self.assertTrue(row.is_visit_overdue)
        visits.create({**visit, "name": "N", "start": datetime(2025, 9, 1, 9), "stop": datetime(2025, 9, 1, 10)})
        self.assertNotIn("visit", self.why().lower())
        self.assertEqual(self.row(self.client).next_visit, date(2025, 9, 1))

    def test_satisfaction_and_measures(self):
        self.sell(BEFORE, (self.product, 10, 100.0))
        self.sell(NOW_ON, (self.product, 10, 100.0)).button_draft()
        self.sell(NOW_ON, (self.product, 10, 100.0))
        for score in (5.0, 6.0):
            self.env["key.account.satisfaction"].create(
                {"partner_id": self.client.id, "score": score, "date": date(2025, 6, 1)}
            )
        values = {"partner_id": self.client.id, "company_id": self.company.id}
        self.env["key.account.care.measure"].create(
            [{**values, "name": "Late", "date_start": date(2025, 5, 1), "date_end": date(2025, 7, 1)}] * 2
        )
        self.env["key.account.care.measure"].create({**values, "name": "Later", "date_end": date(2025, 9, 1)})
        why = self.why(self.rep)
        self.assertIn("satisfaction 5.5", why.lower())
        self.assertIn("2 measures overdue", why.lower())
        row = self.row(self.client)
        self.assertEqual((row.measures_open, row.measures_overdue, row.milestones_open), (3.0, 2.0, 0.0))
        self.assertEqual((row.satisfaction, row.health_satisfaction), (5.5, 55.0))

    def test_a_fact_that_nobody_knows_any_more(self):
        why = Why(self.env, lambda codes: True)
        self.assertEqual(why.sentence([{"code": "of_another_version", "figures": []}], self.company.currency_id), "")


@freeze_time(NOW)
class TestIndependent(WhyCase):
    """Random invoices: the category named is the one that changed most, by sums over the invoices' own lines."""

    def lines(self, year):
        """:return: ``{category: revenue}`` of the days of a year up to today"""
        sums = defaultdict(float)
        moves = self.env["account.move"].search(
            [
                ("partner_id", "=", self.client.id),
                ("state", "=", "posted"),
                ("invoice_date", ">=", date(year, 1, 1)),
                ("invoice_date", "<=", date(year, 8, 15)),
            ]
        )
        for line in moves.invoice_line_ids:
            sign = -1 if line.move_id.move_type == "out_refund" else 1
            sums[line.product_id.categ_id] += sign * line.price_subtotal
        return sums

    def test_the_category_that_changed_most(self):
        choose = random.Random(19)
        products = [self.product, self.desk, self.make_product("Stool")]
        products.append(self.make_product("Lamp", categ_id=self.category.create({"name": "Lamps"}).id))
        named = 0
        for _round in range(12):
            for year in (2024, 2025):
                self.sell(
                    date(year, choose.randint(1, 8), choose.randint(1, 14)),
                    *(
                        (each, choose.randint(1, 40), choose.choice((20.0, 90.0, 110.0)))
                        for each in choose.sample(products, 3)
                    ),
                )
            self.refresh(self.client)
            row = self.row(self.client)
            before, now = self.lines(2024), self.lines(2025)
            changes = {category: now[category] - before[category] for category in {*before, *now}}
            total = sum(changes.values())
            self.assertAlmostEqual(row.revenue_change, total)
            self.assertAlmostEqual(row.revenue_change_rate, total / sum(before.values()))
            facts = [fact for fact in row.sudo().facts if fact["code"] == "category"]
            if abs(total) < 0.05 * sum(before.values()):
                self.assertFalse(facts)
                continue
            named += 1
            same_way = {category: change for category, change in changes.items() if change * total > 0}
            most = max(same_way, key=lambda category: abs(same_way[category]))
            self.assertEqual((facts[0]["category"], facts[0]["amount"]), (most.id, round(changes[most], 2)))
        self.assertGreater(named, 5)

    def test_facts_hold_no_words(self):
        self.sell(BEFORE, (self.product, 10, 100.0))
        self.sell(NOW_ON, (self.product, 5, 100.0))
        self.refresh(self.client)
        for fact in self.row(self.client).sudo().facts:
            for key, value in fact.items():
                if isinstance(value, str):
                    self.assertRegex(value, "^[a-z_]+$", key)
