"""What needs attention: which matters there are, how they are ranked, and what they say."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.fields import Command

from .attention import NOW, AttentionCase
from .snapshots import make_snapshot


@freeze_time(NOW)
class TestRanking(AttentionCase):
    def test_larger_amounts_first_then_what_is_grave_then_what_waits_longest(self):
        self.row(self.account, overdue_amount=500.0)
        # Less grave, and more at stake
        self.row(self.second, revenue=8100.0, revenue_change=-900.0, revenue_change_rate=-0.1)
        self.measure(self.account, name="Shared", is_shared=True, date_end=date(2025, 8, 14))
        self.measure(self.account, name="Old", date_end=date(2025, 7, 1))
        self.measure(self.second, name="New", date_end=date(2025, 8, 1))
        self.measure(self.second, name="Done", state="done", done_on=date(2025, 6, 1))
        self.assertEqual(
            [(item["code"], item["title"], item["amount"]) for item in self.items()],
            [
                ("revenue", "Revenue −10.0% against last year", 900.0),
                ("overdue", "Invoices are overdue", 500.0),
                ("promise_measure", "Promise not kept: Shared", None),
                ("measure", "Measure overdue: Old", None),
                ("measure", "Measure overdue: New", None),
                ("effect", "Effect not rated: Done", None),
            ],
        )

    def test_currencies_are_compared_and_not_added(self):
        dollars = self.make_company("Dollar Company", "base.USD", chart=False)
        dollars.key_account_profile_months = 0
        self.manager.company_ids |= dollars
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.ref("base.USD").id,
                "company_id": self.company.id,
                "name": date(2025, 1, 1),
                # Two dollars are one euro
                "rate": 2.0,
            }
        )
        self.row(self.account, overdue_amount=100.0)
        self.row(self.second, dollars, overdue_amount=150.0)
        items = self.items(companies=self.company | dollars)
        self.assertEqual([item["currency"] for item in items], ["EUR", "USD"])
        self.row(self.second, dollars, overdue_amount=250.0)
        items = self.items(companies=self.company | dollars)
        self.assertEqual([(item["currency"], item["amount"]) for item in items], [("USD", 250.0), ("EUR", 100.0)])

    def test_a_visit_carries_the_revenue_that_is_lost(self):
        lost = {"revenue_change": -249.0, "revenue_change_rate": -0.287, "revenue": 620.0}
        facts = [{"code": "revenue", "figures": ["revenue"], "rate": -0.287}]
        self.account.key_account_tier_id = self.env["key.account.tier"].create({"name": "Gold", "visit_target": 12})
        self.account.write({"key_account_since": date(2020, 1, 1), "key_account_next_review": False})
        self.row(self.account, last_visit=date(2025, 2, 26), visit_due=date(2025, 3, 26), facts=facts, **lost)
        (item,) = self.items()
        # From February 26 to August 15: 2 + 31 + 30 + 31 + 30 + 31 + 15
        self.assertEqual(item["title"], "Last visit 170 days ago")
        self.assertEqual((item["amount"], item["amount_text"]), (249.0, "249\N{NO-BREAK SPACE}€ less"))
        self.assertEqual(item["sentence"], "Revenue −28.7%; a visit was due on Mar 26, 2025.")
        # What is planned is seen at once, and the revenue stands for itself
        self.env["key.account.visit"].create(
            {"partner_id": self.account.id, "company_id": self.company.id, "start": datetime(2025, 8, 20, 10)}
        )
        self.assertEqual(self.codes(), [("revenue", "Alpha")])

    def test_at_most_ten(self):
        for number in range(12):
            self.measure(self.account, name=f"Measure {number}")
        attention = self.attention()
        self.assertEqual((attention.count, len(attention.items()), len(attention.items(None))), (12, 10, 12))


@freeze_time(NOW)
class TestMatters(AttentionCase):
    def test_nothing_known_is_nothing(self):
        for account in (self.account, self.second):
            self.row(account)
        self.assertEqual(self.items(), [])

    def test_revenue(self):
        for change, rate, expected in (
            (-49.0, -0.049, []),
            (-50.0, -0.05, ["warning"]),
            (-200.0, -0.2, ["danger"]),
            (None, None, []),
            (-50.0, None, []),
            (50.0, 0.05, []),
        ):
            with self.subTest(rate=rate, change=change):
                self.row(self.account, revenue_change=change, revenue_change_rate=rate)
                self.assertEqual([item["severity"] for item in self.items()], expected)

    def test_revenue_that_turned(self):
        self.row(self.account, revenue_change=-60.0, revenue_change_rate=-0.06)
        make_snapshot(self.account, self.company, date(2025, 6, 30), revenue_change=5.0, revenue_change_rate=0.01)
        make_snapshot(self.account, self.company, date(2025, 7, 31), revenue_change=-55.0, revenue_change_rate=-0.06)
        item = self.item("revenue")
        self.assertEqual(item["severity"], "danger")
        self.assertEqual(item["sentence"], "Until Jun 30, 2025 it was in line with last year.")

    def test_health_that_turned(self):
        for before, now, expected in (
            (80.0, 71.0, None),
            (80.0, 70.0, "Health fell from 80 to 70"),
            (52.0, 49.0, "Health fell from 52 to 49"),
            (49.0, 45.0, None),
            (None, 30.0, None),
            (80.0, None, None),
        ):
            with self.subTest(before=before, now=now):
                self.env["key.account.snapshot"].search([("partner_id", "=", self.account.id)]).unlink()
                make_snapshot(self.account, self.company, date(2025, 5, 31), health=before)
                self.row(self.account, health=now)
                self.assertEqual(next((item["title"] for item in self.items()), None), expected)

    def test_payment(self):
        later = [{"code": "pays_later", "figures": ["days_late"], "days": 25.0, "late": 40.0}]
        self.row(self.account, signals=later)
        self.assertEqual(self.item("pays_later")["title"], "Pays 25 days later than a year ago")
        self.row(self.account, signals=later, overdue_amount=135996.0)
        (item,) = self.items()
        self.assertEqual(item["amount_text"], "135,996\N{NO-BREAK SPACE}€")
        self.assertIn("25 days later", item["sentence"])

    def test_work(self):
        milestone = {"partner_id": self.account.id, "company_id": self.company.id, "user_id": self.manager.id}
        milestones = self.env["key.account.milestone"]
        milestones.create({**milestone, "name": "Pilot", "date_deadline": date(2025, 8, 15), "expected_revenue": 900.0})
        milestones.create({**milestone, "name": "Later", "date_deadline": date(2025, 8, 16)})
        self.measure(self.account, name="Today", date_end=date(2025, 8, 15))
        self.measure(self.account, name="Tomorrow", date_end=date(2025, 8, 16))
        self.measure(self.account, name="Dropped", state="cancelled")
        titles = [(item["title"], item["amount"]) for item in self.items()]
        self.assertEqual(titles, [("Milestone due today: Pilot", 900.0), ("Measure due today: Today", None)])

    def test_visits_without_a_report(self):
        visit = {"partner_id": self.account.id, "company_id": self.company.id, "user_id": self.manager.id}
        visits = self.env["key.account.visit"].create(
            [{**visit, "day": date(2025, 8, 1), "purpose": "Prices."}, {**visit, "day": date(2025, 8, 15)}]
        )
        (item,) = self.items()
        self.assertEqual(item["ref"], f"visit_report:{self.company.id}:{self.account.id}:{visits[0].id}")
        self.assertEqual(item["sentence"], "It was about: Prices.")

    def test_reviews(self):
        self.account.key_account_next_review = date(2025, 9, 26)
        self.second.key_account_next_review = date(2025, 9, 27)
        self.row(self.account)
        self.row(self.second)
        # 42 days from August 15 are September 26
        self.assertEqual(self.codes(), [("review_due", "Alpha")])
        review = self.env["key.account.review"].create(
            {"partner_id": self.account.id, "company_id": self.company.id, "year": 2025, "planned_date": "2025-09-26"}
        )
        self.assertEqual(self.codes(), [("review_prepare", "Alpha")])
        review.action_hold()
        self.account.key_account_next_review = False
        self.assertEqual(self.codes(), [])
        self.second.key_account_next_review = False
        with freeze_time("2025-08-28 12:00"):
            self.assertEqual(self.codes(), [])
        with freeze_time("2025-08-29 12:00"):
            self.assertEqual(self.codes(), [("review_close", "Alpha")])

    def test_promises(self):
        review = self.env["key.account.review"].create(
            {"partner_id": self.account.id, "company_id": self.company.id, "year": 2024}
        )
        part = {"review_id": review.id, "result_user_id": self.manager.id}
        issues = self.env["key.account.review.issue"].create(
            [
                {**part, "name": "Late deliveries", "result": "Fixed days", "result_date": "2025-08-14"},
                {**part, "name": "Later", "result": "Fixed days", "result_date": "2025-08-15"},
                {**part, "name": "Solved", "result": "Fixed", "result_date": "2025-08-01", "state": "solved"},
            ]
        )
        self.env["key.account.review.topic"].create(
            {**part, "name": "Training", "section": "status", "result": "Two days", "result_date": "2025-08-01"}
        )
        self.assertEqual(self.items(), [], "The talk is still to come")
        review.action_hold()
        (item,) = self.items()
        self.assertEqual((item["title"], item["code"]), ("2 promises of the review not kept", "promise"))
        self.assertEqual(
            item["sentence"],
            "Nothing has followed from them, the first was for Aug 1, 2025: Training, Late deliveries.",
        )
        issues[0].with_user(self.manager).action_make_measure()
        items = self.items()
        self.assertEqual([item["code"] for item in items], ["promise", "promise_measure"])
        # What has followed from one is a promise as well, and late
        self.assertEqual(items[0]["title"], "Promise not kept: Training")

    def test_not_reordered(self):
        def purchase(account, name, **values):
            category = self.env["product.category"].create({"name": name})
            self.env["key.account.category.purchase"].create(
                {
                    "partner_id": account.id,
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "category_id": category.id,
                    "state": "bought",
                    **values,
                }
            )

        late = {"is_reorder_late": True, "usual_days": 31.0}
        purchase(self.account, "Motor", revenue=30.0, revenue_previous=80.0, last_purchase="2025-05-11", **late)
        self.assertEqual(self.item("category")["sentence"], "Usually every 31 days; now it has been 96 days.")
        purchase(self.account, "Laser", revenue=100.0, last_purchase="2025-06-01", **late)
        self.assertIn("late as well: 1 more", self.item("category")["sentence"])
        purchase(self.account, "Scanner", revenue=900.0, last_purchase="2025-08-01", usual_days=31.0)
        (item,) = self.items()
        self.assertEqual((item["title"], item["amount"]), ("Laser, Motor not reordered since May 11, 2025", 180.0))
        self.assertEqual([item["code"] for item in self.items(self.rep)], ["category"])

    def test_documents_left_lying(self):
        documents = [
            [self.invoice(self.account, "2025-07-01", (self.product, 4, 100.0), post=False).id, 400.0, "2025-07-01"]
        ]
        posted = self.invoice(self.account, "2025-07-01", (self.product, 9, 100.0))
        documents.append([posted.id, 900.0, "2025-07-01"])
        self.row(self.account, signals=[{"code": "draft_invoice", "figures": ["revenue"], "documents": documents}])
        item = self.item("draft_invoice")
        self.assertEqual((item["amount"], item["title"]), (400.0, "A draft invoice waits to be posted"))
        self.assertEqual(item["evidence"], "Invoices")

    def test_briefing(self):
        plan = self.env["key.account.coaching.plan"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "user_id": self.manager.id,
                "goal": "Listen",
                "date_from": date(2025, 1, 1),
                "date_to": date(2025, 12, 31),
                "participant_ids": [Command.create({"user_id": self.rep.id})],
            }
        )
        self.assertEqual(self.codes(), [("briefing", "Alpha")])
        self.assertEqual(self.codes(self.rep), [("briefing_mine", "Alpha")])
        plan.with_user(self.rep).action_confirm_briefing()
        self.assertEqual(self.codes(self.rep) + self.codes(), [])

    def test_profile(self):
        self.company.key_account_profile_months = 12
        self.account.key_account_since = date(2025, 1, 1)
        self.second.key_account_since = date(2024, 1, 1)
        self.row(self.account)
        self.row(self.second)
        self.assertEqual(self.codes(), [("profile", "Gamma")])
        self.assertEqual(self.codes(self.rep), [], "Representatives do not write profiles")


@freeze_time(NOW)
class TestRoles(AttentionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        signals = [
            {"code": "price_floor", "figures": ["minimum_price", "revenue_below_floor"], "count": 2, "amount": 70.0},
            {"code": "pays_later", "figures": ["days_late"], "days": 25.0, "late": 40.0},
        ]
        cls.row(
            cls.account,
            revenue=100.0,
            revenue_change=-50.0,
            revenue_change_rate=-0.33,
            overdue_amount=40.0,
            health=30.0,
            signals=signals,
            facts=[
                {"code": "margin", "figures": ["contribution_margin_rate"], "points": -0.04},
                {"code": "returns", "figures": ["returns"], "share": 0.06},
            ],
        )
        make_snapshot(cls.account, cls.company, date(2025, 5, 31), health=80.0)

    def test_representative_is_told_nothing_internal(self):
        self.assertEqual({code for code, _name in self.codes(self.rep)}, {"revenue"})
        text = str(self.items(self.rep))
        self.assertIn("Returns 6.0%", text)
        for word in ("argin", "overdue", "ealth", "floor"):
            self.assertNotIn(word, text)

    def test_manager_and_head(self):
        expected = {"revenue", "price_floor", "overdue", "health"}
        for user in (self.manager, self.head):
            self.assertEqual({code for code, _name in self.codes(user)}, expected)

    def test_made_internal_by_the_head(self):
        self.env.ref("key_account_management.kpi_revenue").audience = "internal"
        self.assertEqual(self.codes(self.rep), [])

    def test_no_one_else(self):
        stranger = self.make_user("stranger", "key_account_management.group_key_account_manager")
        self.assertEqual(self.codes(stranger), [])
        other = self.make_company("Other Company", "base.EUR", chart=False)
        self.head.company_ids |= other
        self.assertEqual(self.codes(self.head, companies=other), [])


@freeze_time(NOW)
class TestQueries(AttentionCase):
    def test_as_many_for_30_accounts_as_for_3(self):
        accounts = self.env["res.partner"]
        for number in range(30):
            account = self.make_account(f"Account {number}", key_account_since=date(2024, 1, 1))
            accounts |= account
            self.row(
                account,
                revenue_change=-50.0,
                revenue_change_rate=-0.33,
                health=40.0,
                overdue_amount=5.0,
                visit_due=date(2025, 3, 1),
                last_visit=date(2025, 2, 1),
                facts=[
                    {
                        "code": "category",
                        "figures": ["revenue_change"],
                        "category": self.category.id,
                        "amount": -5.0,
                        "part": None,
                    }
                ],
            )
            make_snapshot(account, self.company, date(2025, 5, 31), health=80.0)
            self.measure(account)
            self.measure(account, name="Unrated", state="done")
        self.company.key_account_profile_months = 6
        counts = []
        for some in (accounts, accounts[:3], accounts[:3], accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            attention = self.attention(accounts=some)
            attention.items(None)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertGreaterEqual(attention.count, 4 * len(some))
        self.assertEqual(counts[2], counts[3], counts)
