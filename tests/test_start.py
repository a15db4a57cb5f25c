"""The start page: whose accounts, the numbers on top, the rows, what has changed, and what it says where nothing is."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.addons.key_account_management.screens.start import UNASSIGNED
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .attention import NOW, AttentionCase
from .snapshots import make_snapshot

SPACE = "\N{NO-BREAK SPACE}"


@freeze_time(NOW)
class TestStart(AttentionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unassigned = cls.make_account("Nobody's", key_account_manager_id=False)
        cls.row(
            cls.account,
            revenue=1400.0,
            revenue_change=-300.0,
            revenue_compared=1700.0,
            revenue_change_rate=-300 / 1700,
            forecast=2000.0,
            target=2500.0,
            margin_1=560.0,
            margin_1_rate=0.4,
            overdue_amount=250.0,
            health=48.0,
            health_change=-6.0,
            visits=3.0,
            visit_target=6.0,
            last_visit=date(2025, 6, 15),
            facts=[{"code": "contact", "figures": ["days_since_visit"], "days": 61}],
        )
        # Nothing but what its tier asks for is known
        cls.row(cls.second, visit_target=2.0)
        cls.row(cls.foreign, revenue=100.0, revenue_change=20.0, revenue_compared=80.0, revenue_change_rate=0.25)

    def totals(self, *args, **options):
        return {total["code"]: (total["value"], total["detail"]) for total in self.start(*args, **options)["totals"]}

    def names(self, *args, **options):
        return [row["name"] for row in self.start(*args, **options)["accounts"]["rows"]]

    # === WHOSE ===#

    def test_scopes_by_role(self):
        def scopes(user):
            start = self.start(user)
            return start["scope"], {scope["key"]: scope["count"] for scope in start["scopes"]}

        self.assertEqual(scopes(self.manager), ("mine", {"mine": 2, "team": 2}))
        self.assertEqual(scopes(self.rep), ("team", {"mine": 0, "team": 2}))
        mine, by_scope = scopes(self.head)
        self.assertEqual((mine, by_scope["mine"]), ("mine", 1))
        self.assertGreaterEqual(by_scope["all"], 4)
        self.assertEqual(self.names(self.manager), ["Alpha", "Gamma"])
        # Who asks for more gets no more
        self.assertEqual(self.start(self.rep, "all")["scope"], "team")
        self.assertEqual(self.names(self.rep, "all"), ["Alpha", "Gamma"])

    def test_head_chooses_a_manager(self):
        start = self.start(self.head, "all", manager=self.manager.id)
        self.assertEqual([row["name"] for row in start["accounts"]["rows"]], ["Alpha", "Gamma"])
        self.assertIn({"id": self.manager.id, "name": "Manager", "count": 2}, start["managers"])
        self.assertGreaterEqual(start["unassigned"], 1)
        self.row(self.unassigned)
        self.assertIn("Nobody's", self.names(self.head, "all", manager=UNASSIGNED))
        self.assertNotIn("Alpha", self.names(self.head, "all", manager=UNASSIGNED))
        # Who is no head chooses nobody
        self.assertEqual(self.names(self.manager, "mine", manager=self.head.id), ["Alpha", "Gamma"])
        self.assertEqual(self.start(self.manager)["managers"], [])
        self.assertEqual(self.start(self.manager)["unassigned"], 0)

    def test_another_company(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        stranger = self.make_user("stranger", "key_account_management.group_key_account_head", company=other)
        rows = self.env["key.account.snapshot"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        start = rows.get_start("all")
        self.assertEqual([row["name"] for row in start["accounts"]["rows"]], [])
        self.assertEqual(start["attention"]["items"], [])

    def test_no_role(self):
        rows = self.env["key.account.snapshot"].with_user(self.outsider)
        with self.assertRaises(AccessError):
            rows.get_start()
        with self.assertRaises(AccessError):
            rows.note_start_seen()

    def test_odd_choices(self):
        rows = self.env["key.account.snapshot"].with_user(self.head)
        for scope in ("everything", 5, ["mine"], {"a": 1}):
            with self.subTest(scope), self.assertRaises(UserError):
                rows.get_start(scope)
        for manager in ("x", -2, 1.5, [3]):
            with self.subTest(manager), self.assertRaises(UserError):
                rows.get_start("all", manager)

    # === NUMBERS ===#

    def test_numbers(self):
        self.assertEqual(
            self.totals(self.manager),
            {
                # 1,400 after 1,700
                "revenue": (f"1,400{SPACE}€".replace("1,400", "1K"), "−17.6%"),
                "forecast": (f"2K{SPACE}€", f"target 2K{SPACE}€"),
                "margin": ("40.0%", f"560{SPACE}€"),
                "overdue": (f"250{SPACE}€", "1 account"),
                "visits": ("3 of 8", ""),
            },
        )

    def test_representative_sees_no_internal_numbers(self):
        self.assertEqual(set(self.totals(self.rep)), {"revenue", "visits"})
        row = self.start(self.rep)["accounts"]["rows"][0]
        self.assertEqual((row["health"], row["overdue"], row["light"], row["health_change"]), ("", "", "muted", ""))
        # The target without the forecast
        self.assertEqual(row["progress"]["expected"], 0)
        self.env.ref("key_account_management.kpi_revenue").audience = "internal"
        row = self.start(self.rep)["accounts"]["rows"][0]
        self.assertEqual((row["revenue"], row["revenue_change"], row["chart"], row["progress"]), ("", "", None, None))
        self.assertEqual(set(self.totals(self.rep)), {"visits"})

    def test_what_nobody_knows_is_empty(self):
        start = self.start(self.manager)
        row = start["accounts"]["rows"][1]
        self.assertEqual(row["name"], "Gamma")
        for name in ("revenue", "revenue_change", "health", "overdue", "last_visit", "next_visit", "why"):
            self.assertEqual(row[name], "", name)
        self.assertEqual((row["chart"], row["progress"]), (None, None))
        (self.account | self.second).key_account_manager_id = self.head
        self.account.key_account_manager_id = False
        self.foreign.key_account_manager_id = self.manager
        self.second.key_account_manager_id = self.manager
        self.row(self.foreign, revenue=None, revenue_change=None, revenue_compared=None, revenue_change_rate=None)
        totals = self.totals(self.manager)
        self.assertEqual(totals["revenue"], ("", ""))
        self.assertEqual(totals["margin"], ("", ""))
        self.assertEqual(totals["overdue"], ("", ""))

    def test_an_account_inside_another_one_counts_once(self):
        daughter = self.make_account("Daughter", parent_id=self.account.id)
        self.row(daughter, revenue=400.0, visits=2.0)
        self.env["key.account.snapshot"]._link(self.row(daughter) | self.row(self.account))
        totals = self.totals(self.manager)
        self.assertEqual(totals["revenue"][0], f"1K{SPACE}€")
        self.assertEqual(totals["visits"][0], "3 of 8")

    def test_several_currencies_are_not_added(self):
        dollars = self.make_company("Dollar Company", "base.USD", chart=False)
        dollars.key_account_profile_months = 0
        self.manager.company_ids |= dollars
        self.row(self.second, dollars, revenue=500.0, revenue_change=50.0, revenue_change_rate=0.1)
        rows = self.reader_env(self.manager, self.company | dollars)["key.account.snapshot"]
        start = rows.get_start("mine")
        totals = {total["code"]: (total["value"], total["detail"]) for total in start["totals"]}
        self.assertEqual(set(totals["revenue"][0].split(" · ")), {f"1K{SPACE}€", f"${SPACE}500"})
        self.assertEqual(totals["revenue"][1], "")
        self.assertEqual(totals["margin"][0], "")
        self.assertIn("EUR, USD", start["notes"][0])

    # === ROWS ===#

    def test_row(self):
        row = self.start(self.manager)["accounts"]["rows"][0]
        self.assertEqual(
            {
                name: row[name]
                for name in ("light", "health", "health_change", "revenue_change", "overdue", "last_visit")
            },
            {
                "light": "danger",
                "health": "48",
                "health_change": "−6",
                "revenue_change": "−17.6%",
                "overdue": f"250{SPACE}€",
                "last_visit": "Jun 15",
            },
        )
        self.assertEqual(row["why"], "No visit for 61 days")
        # Of 2,500: 1,400 are 56 %, 2,000 are 80 %
        progress = row["progress"]
        self.assertEqual((progress["invoiced"], progress["expected"], progress["target"]), (56, 80, 100))
        self.assertTrue(progress["is_behind"])

    def test_chart(self):
        for day, revenue in (
            (date(2024, 11, 30), 700.0),
            (date(2024, 12, 31), 1000.0),
            (date(2025, 1, 31), None),
            (date(2025, 2, 28), 200.0),
            # March is not known
            (date(2025, 4, 30), 900.0),
            (date(2025, 5, 31), 850.0),
        ):
            make_snapshot(self.account, self.company, day, revenue=revenue)
        chart = self.start(self.manager)["accounts"]["rows"][0]["chart"]
        # November is the first: nobody knows what of it is of October. The row of today is not the month after May
        self.assertEqual(chart["values"], [None, 300.0, 0.0, 200.0, None, -50.0, None])
        self.assertEqual(chart["labels"][1], "Dec 2024")

    # === CHANGES ===#

    def test_changed(self):
        self.assertIsNone(self.start(self.manager)["changed"])
        since = datetime(2025, 8, 10, 12)
        self.assertEqual(self.start(self.manager, since=since)["changed"]["lines"], [])
        for day, quantity in (("2025-08-10", 9), ("2025-08-11", 3), ("2025-08-15", 1)):
            self.invoice(self.account, day, (self.product, quantity, 100.0))
        self.invoice(self.foreign, "2025-08-12", (self.product, 50, 100.0))
        self.pay(self.invoice(self.account, "2025-08-01", (self.product, 2, 100.0)), "2025-08-12")
        measures = self.measure(self.account, name="By me") | self.measure(
            self.account, name="By Rep", user_id=self.rep.id
        )
        measures[0].with_user(self.manager).action_done()
        measures[1].with_user(self.rep).action_done()
        self.env.flush_all()
        lines = [line["text"] for line in self.start(self.manager, since=since)["changed"]["lines"]]
        # 3 and 1 of 100 each, after the day on which they looked; paid are 200
        self.assertEqual(lines, [f"Invoiced: 400{SPACE}€", f"Paid: 200{SPACE}€", "Done: By Rep"])
        lines = [line["text"] for line in self.start(self.rep, since=since)["changed"]["lines"]]
        self.assertNotIn(f"Paid: 200{SPACE}€", lines)

    def test_last_look(self):
        rows = self.env["key.account.snapshot"].with_user(self.manager)
        looked = {}
        for moment in (
            "2025-08-14 08:00",
            "2025-08-14 08:30",
            "2025-08-15 08:00",
            "2025-08-15 10:00",
            "2025-08-15 13:59",
        ):
            with freeze_time(moment):
                looked[moment[8:]] = self.manager._get_key_account_last_look()
                rows.note_start_seen()
        self.assertEqual(
            list(looked.values()),
            [
                False,
                False,
                datetime(2025, 8, 14, 8, 30),
                # Still looking
                datetime(2025, 8, 14, 8, 30),
                datetime(2025, 8, 14, 8, 30),
            ],
        )

    # === NOTHING ===#

    def test_nothing_teaches(self):
        accounts = self.env["res.partner"].search([("key_account_status", "!=", False)])
        accounts.key_account_status = False
        empty = self.start(self.head)["empty"]
        self.assertIn("choose your most important customer", empty["text"])
        self.assertEqual(empty["buttons"][0]["action"], "key_account_management.key_account_action")
        for button in empty["buttons"]:
            self.env.ref(button["action"])
        self.head.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        self.assertIn("What Is Missing", [button["label"] for button in self.start(self.head)["empty"]["buttons"]])
        self.assertEqual(self.start(self.rep)["empty"]["buttons"], [])

    def test_the_message_has_the_same_content(self):
        self.manager.key_account_care_message_date = date(2025, 8, 8)
        message = self.manager.with_env(self.reader_env(self.manager))._get_key_account_message()
        start = self.start(self.manager, "mine")
        self.assertEqual(message["items"], start["attention"]["items"])
        self.assertEqual(message["totals"], start["totals"])
        self.assertEqual([card["name"] for card in message["accounts"]], ["Alpha", "Gamma"])
        self.assertEqual(message["accounts"][0]["why"], start["accounts"]["rows"][0]["why"])

    def test_as_many_queries_for_30_accounts_as_for_3(self):
        managers = [
            self.make_user(f"start{number}", "key_account_management.group_key_account_manager") for number in (1, 2)
        ]
        for manager, number in zip(managers, (3, 30), strict=True):
            for each in range(number):
                account = self.make_account(f"Account {number} {each}", key_account_manager_id=manager.id)
                self.row(
                    account, revenue=5.0, revenue_change=-5.0, revenue_change_rate=-0.5, health=30.0, overdue_amount=1.0
                )
                for month in (3, 4, 5, 6, 7):
                    make_snapshot(account, self.company, date(2025, month, 28), revenue=month, health=80.0)
                self.measure(account, user_id=manager.id)
        counts = []
        for manager in managers * 2:
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.start(manager, since=datetime(2025, 8, 1))
            counts.append(self.env.cr.sql_log_count - before)
        # What the three accounts warm up is known for the thirty
        self.assertLessEqual(counts[-1], counts[-2], counts)
