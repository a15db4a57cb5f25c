"""Direct and indirect customer costs and the margins after them, computed by hand."""

from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command

from .common import YEAR
from .independent import figures as independent
from .independent.books import Books
from .independent.look import Look
from .test_care_measure import MeasureCase

COSTS = [
    "direct_costs",
    "indirect_costs",
    "customer_costs",
    "contribution_margin_2",
    "contribution_margin_2_rate",
    "contribution_margin_3",
    "contribution_margin_3_rate",
]


class TestCosts(MeasureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Revenue 1,000 at a cost of 600: contribution margin I 400
        cls.invoice(cls.account, date(2025, 3, 10), (cls.product, 10, 100.0))

    @classmethod
    def done(cls, partner=None, **values):
        return cls.measure(partner, state="done", **values)

    @classmethod
    def analytic_account(cls, name="Alpha", plan=None, **values):
        plan = plan or next(iter(cls.env["account.analytic.plan"]._get_all_plans()))
        return cls.env["account.analytic.account"].create({"name": name, "plan_id": plan.id, **values})

    @classmethod
    def book(cls, analytic, day, amount, company=None):
        company = company or cls.company
        return cls.env["account.analytic.line"].create(
            {
                "name": "Cost",
                analytic.plan_id._column_name(): analytic.id,
                "date": day,
                "amount": amount,
                "company_id": company.id,
            }
        )

    def values(self, partner=None, period=YEAR, side="value"):
        figures = self.figures(partner or self.account, period, COSTS, user=self.head)
        return [figures[code][side] for code in COSTS]

    def note(self, code, partner=None, period=YEAR):
        return self.figures(partner or self.account, period, [code])[code]["note"]

    # === DIRECT COSTS ===#

    def test_which_measures_count(self):
        products = [Command.link(self.product.id)]
        self.done(cost_actual=50.0)
        self.done(kind="promotion", product_ids=products, cost_actual=30.0)
        # Spent already, but not done yet
        self.measure(cost_actual=20.0, cost_planned=25.0)
        self.done(cost_actual=5.0).action_archive()
        self.done(self.make_account("Alpha South", parent_id=self.account.id), cost_actual=1.0)
        self.measure(state="cancelled", cost_actual=999.0)
        self.done(self.foreign, cost_actual=777.0)
        self.done(date_end=date(2026, 1, 1), cost_actual=333.0)
        self.done(date_start=date(2024, 1, 1), date_end=date(2024, 12, 31), cost_actual=40.0)
        figures = self.figures(self.account, codes=COSTS)
        self.assertEqual((figures["direct_costs"]["value"], figures["direct_costs"]["previous"]), (106.0, 40.0))
        self.assertEqual(self.values()[2:5], [706.0, 294.0, 0.294])
        table = {row[0]: row[1:] for row in figures["customer_costs"]["table"]["rows"]}
        self.assertEqual(table["Cost of goods sold"], [600.0, None])
        self.assertEqual(table["Care measures"], [76.0, 40.0])
        self.assertEqual(table["Promotions"], [30.0, 0.0])
        self.assertEqual(sum(row[0] or 0.0 for row in table.values()), figures["customer_costs"]["value"])

    def test_promotions_with_one_day_in_the_period(self):
        """A tenth of each: of one that begins on the last day, and of one that ends on the first."""
        promotion = {"kind": "promotion", "product_ids": [Command.link(self.product.id)]}
        for first, last, cost in (
            (date(2025, 12, 31), date(2026, 1, 9), 100.1),
            (date(2024, 12, 23), date(2025, 1, 1), 50.5),
            (date(2026, 1, 1), date(2026, 1, 10), 7.0),
            (date(2024, 12, 22), date(2024, 12, 31), 3.1),
        ):
            self.done(date_start=first, date_end=last, cost_actual=cost, **promotion)
        figure = self.figures(self.account, codes=["direct_costs"])["direct_costs"]
        self.assertEqual((figure["value"], figure["previous"]), (15.06, 48.55))

    def test_measures_on_the_first_and_the_last_day(self):
        for day, cost in (
            (date(2024, 12, 31), 1.11),
            (date(2025, 1, 1), 2.22),
            (date(2025, 12, 31), 4.44),
            (date(2026, 1, 1), 8.88),
        ):
            self.done(date_start=day, date_end=day, cost_actual=cost)
        figure = self.figures(self.account, codes=["direct_costs"])["direct_costs"]
        self.assertEqual((figure["value"], figure["previous"]), (6.66, 1.11))

    @freeze_time("2025-04-10")
    def test_a_deadline_ahead_counts_today(self):
        self.company.key_account_hourly_cost = 10.0
        ahead = self.done(date_end=date(2026, 5, 1), cost_actual=50.0, hours_actual=1.0)
        for period, costs in (
            ((date(2025, 1, 1), date(2025, 4, 10)), (50.0, 10.0)),
            (YEAR, (50.0, 10.0)),
            ((date(2025, 1, 1), date(2025, 4, 9)), (None, 0.0)),
            ((date(2026, 1, 1), date(2026, 12, 31)), (None, None)),
        ):
            with self.subTest(period):
                self.assertEqual(tuple(self.values(period=period)[:2]), costs)
        action = self.account.with_user(self.manager).action_view_key_account_figure("direct_costs", *YEAR)
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), ahead)

    def test_records_are_the_measures(self):
        measures = self.done(cost_actual=50.0) | self.measure(cost_actual=20.0)
        self.done(date_end=date(2026, 1, 1), cost_actual=333.0)
        self.measure(state="cancelled", cost_actual=999.0)
        action = self.account.with_user(self.manager).action_view_key_account_figure("direct_costs", *YEAR)
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), measures)

    def test_unknown_and_zero(self):
        self.measure(cost_planned=10.0)
        self.assertIsNone(self.value(self.account, "direct_costs"))
        self.assertEqual(self.note("direct_costs"), "No direct customer costs are recorded.")
        # Margin II is margin I then, and says so
        self.assertEqual(self.values()[2:5], [600.0, 400.0, 0.4])
        self.assertEqual(self.note("contribution_margin_2"), "No direct customer costs are recorded.")
        self.done()
        self.assertEqual(self.value(self.account, "direct_costs"), 0.0)
        self.assertFalse(self.note("direct_costs"))

    def test_no_margin_without_margin_1(self):
        self.done(self.foreign, cost_actual=10.0)
        self.assertEqual(self.values(self.foreign), [10.0, None, 10.0, None, None, None, None])
        self.assertEqual(self.note("contribution_margin_2", self.foreign), "No invoices in this period.")

    def test_low_coverage_is_reported(self):
        self.invoice(self.account, date(2025, 4, 1), (self.make_product("Unknown"), 10, 100.0))
        self.done(cost_actual=10.0)
        for code in ("contribution_margin_2", "contribution_margin_2_rate", "contribution_margin_3"):
            self.assertIn("Costs are known for only 50.0% of the revenue.", self.note(code), code)

    def test_analytic_items(self):
        analytic = self.analytic_account()
        self.account.key_account_analytic_id = analytic
        self.assertEqual(self.value(self.account, "direct_costs"), 0.0)
        self.book(analytic, date(2025, 1, 1), -100.0)
        self.book(analytic, date(2025, 12, 31), -20.0)
        self.book(analytic, date(2025, 6, 1), 3.0)
        self.book(analytic, date(2024, 12, 31), -1000.0)
        self.book(self.analytic_account("Else"), date(2025, 6, 1), -5000.0)
        self.done(cost_actual=50.0)
        direct = self.figures(self.account, codes=["direct_costs"])["direct_costs"]
        self.assertEqual((direct["value"], direct["previous"]), (167.0, 1000.0))
        self.assertIsNone(self.value(self.foreign, "direct_costs"))

    def test_analytic_account_of_another_plan_and_of_two_partners(self):
        plan = self.env["account.analytic.plan"].create({"name": "Customers"})
        analytic = self.analytic_account(plan=plan)
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        (self.account | subsidiary).key_account_analytic_id = analytic
        self.book(analytic, date(2025, 6, 1), -100.0)
        self.assertEqual(self.value(self.account, "direct_costs"), 100.0)
        self.assertEqual(self.value(subsidiary, "direct_costs"), 100.0)

    # === INDIRECT COSTS ===#

    def test_who_chooses_the_analytic_account(self):
        """Its total is shown with the figures: whoever may not read items could read those of any with them."""
        analysts = self.env.ref("analytic.group_analytic_accounting")
        # The setting gives it to all employees
        self.env.ref("base.group_user").implied_ids -= analysts
        theirs = self.analytic_account("Salaries")
        self.book(theirs, date(2025, 6, 1), -5000.0)
        self.assertFalse(self.env["account.analytic.line"].with_user(self.manager).has_access("read"))
        account = self.account.with_user(self.manager)
        new = {"name": "New", "is_company": True, "key_account_status": "active"}
        chosen = {"key_account_analytic_id": theirs.id}
        for way, choose in (
            ("write", lambda: account.write(chosen)),
            ("create", lambda: account.create({**new, **chosen})),
            ("default", lambda: account.with_context(default_key_account_analytic_id=theirs.id).create(new)),
            (
                "line",
                lambda: account.write({"child_ids": [Command.create({"name": "Part", "is_company": 1, **chosen})]}),
            ),
        ):
            with self.subTest(way), self.assertRaisesRegex(AccessError, "read analytic items"):
                choose()
        self.manager.group_ids |= analysts
        account.key_account_analytic_id = theirs
        self.assertEqual(self.value(self.account, "direct_costs"), 5000.0)
        # It may be taken away, and all else be changed, by whoever manages the account
        self.manager.group_ids -= analysts
        account.write({"key_account_since": date(2024, 1, 1)})
        account.key_account_analytic_id = False

    def test_hours_of_done_measures(self):
        self.company.key_account_hourly_cost = 10.0
        self.assertEqual(self.value(self.account, "indirect_costs"), 0.0)
        self.done(hours_actual=2.5, cost_actual=7.0)
        self.measure(hours_actual=100.0)
        self.measure(hours_actual=100.0, state="cancelled")
        self.done(date_start=date(2024, 1, 1), date_end=date(2024, 5, 1), hours_actual=4.0)
        self.assertEqual(self.values(), [7.0, 25.0, 632.0, 393.0, 0.393, 368.0, 0.368])
        self.assertEqual(self.values(side="previous")[1], 40.0)

    def test_hours_of_visits(self):
        """Once each, however many people of the account take part; other meetings do not count."""
        self.company.key_account_hourly_cost = 10.0
        people = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.account.id} for name in ("Ann", "Bob")]
        )
        for day, visit in (("2025-05-05", True), ("2025-05-06", False), ("2024-05-05", True)):
            self.env["calendar.event"].create(
                {
                    "name": "Meeting",
                    "start": f"{day} 09:00:00",
                    "stop": f"{day} 11:30:00",
                    "partner_ids": people.ids,
                    "user_id": self.manager.id,
                    "key_account_visit": visit,
                }
            )
        self.assertEqual(self.value(self.account, "indirect_costs"), 25.0)

    def coaching(self, day="2025-05-05", hours=2.0, state="held", **values):
        return self.env["key.account.coaching.session"].create(
            {
                "name": "Coaching",
                "partner_id": self.account.id,
                "user_id": self.manager.id,
                "participant_ids": [Command.set(self.rep.ids)],
                "start": f"{day} 09:00:00",
                "stop": f"{day} 10:00:00",
                "hours": hours,
                "state": state,
                **values,
            }
        )

    def test_hours_of_coaching(self):
        """Those of held sessions, once each, however many take part."""
        self.company.key_account_hourly_cost = 10.0
        self.coaching()
        self.coaching(hours=1.5).action_archive()
        self.coaching(state="planned", hours=100.0)
        self.coaching(state="cancelled", hours=100.0)
        self.coaching("2026-01-01", hours=100.0)
        self.coaching("2024-12-31", hours=4.0)
        self.coaching(partner_id=self.foreign.id, user_id=self.head.id, participant_ids=False, hours=100.0)
        self.assertEqual((self.values()[1], self.values(side="previous")[1]), (35.0, 40.0))
        books = Books(self.env, self.company, fields.Date.context_today(self.env.user))
        self.assertEqual(independent.value("indirect_costs", Look(books, self.account.id, *YEAR)), 35)

    def test_coaching_counts_on_the_day_where_the_company_is(self):
        self.company.key_account_hourly_cost = 10.0
        self.coaching(start="2024-12-31 23:30:00", stop="2025-01-01 00:30:00")
        self.assertEqual(self.value(self.account.with_context(tz="Europe/Berlin"), "indirect_costs"), 0.0)
        self.company.partner_id.tz = "Europe/Berlin"
        self.assertEqual(self.value(self.account.with_context(tz="UTC"), "indirect_costs"), 20.0)

    def test_records_of_coaching_are_private(self):
        """An account manager sees the sum of all, but only opens the sessions in which they took part."""
        self.company.key_account_hourly_cost = 10.0
        self.account.key_account_team_ids |= self.head
        mine, others = self.coaching(), self.coaching(user_id=self.head.id, name="Secret")
        action = ("indirect_costs", *YEAR, "key.account.coaching.session")
        for user, seen in ((self.manager, mine), (self.head, mine | others)):
            account = self.account.with_user(user)
            with self.subTest(user.name):
                self.assertEqual(
                    account.get_key_account_figures(*YEAR, ["indirect_costs"])[account.id]["indirect_costs"]["value"],
                    40.0,
                )
                domain = account.action_view_key_account_figure(*action)["domain"]
                self.assertEqual(self.env["key.account.coaching.session"].with_user(user).search(domain), seen)
                (kind,) = account.get_key_account_figure_records("indirect_costs", *YEAR)
                self.assertEqual(kind["count"], len(seen))

    def test_hours_without_a_cost(self):
        self.done(hours_actual=2.5)
        self.assertEqual(self.values()[:2], [0.0, None])
        self.assertIn("2.5 hours of work are left out", self.note("indirect_costs"))
        self.assertIn("2.5 hours of work are left out", self.note("contribution_margin_3"))

    def test_not_set_up(self):
        self.assertIsNone(self.value(self.account, "indirect_costs"))
        self.assertIn("not set up", self.note("indirect_costs"))
        self.company.key_account_overhead_pool = 1000.0
        self.assertIsNone(self.value(self.account, "indirect_costs"))

    def test_overhead_by_revenue(self):
        self.invoice(self.foreign, date(2025, 3, 20), (self.product, 20, 100.0))
        self.invoice(self.make_customer("Small"), date(2025, 3, 31), (self.product, 10, 100.0))
        self.company.write({"key_account_overhead_pool": 3650.0, "key_account_overhead_key": "revenue"})
        self.assertEqual(self.value(self.account, "indirect_costs"), 912.5)
        # 31 days of March: 310
        march = (date(2025, 3, 1), date(2025, 3, 31))
        self.assertEqual(self.value(self.account, "indirect_costs", march), 77.5)
        self.assertEqual(self.value(self.foreign, "indirect_costs", march), 155.0)
        self.assertEqual(self.values(period=march)[5], 322.5)
        # No one has revenue in April: no basis for distribution
        self.assertIsNone(self.value(self.account, "indirect_costs", (date(2025, 4, 1), date(2025, 4, 30))))
        self.invoice(self.foreign, date(2025, 4, 20), (self.product, 20, 100.0))
        self.assertEqual(self.value(self.account, "indirect_costs", (date(2025, 4, 1), date(2025, 4, 30))), 0.0)

    def test_overhead_of_a_leap_year_and_of_two_years(self):
        self.company.write({"key_account_overhead_pool": 3660.0, "key_account_overhead_key": "revenue"})
        self.invoice(self.account, date(2024, 6, 1), (self.product, 1, 100.0))
        self.assertEqual(self.value(self.account, "indirect_costs", (date(2024, 1, 1), date(2024, 12, 31))), 3660.0)
        self.assertEqual(self.value(self.account, "indirect_costs", (date(2024, 1, 1), date(2025, 12, 31))), 7320.0)

    @freeze_time("2025-04-10")
    def test_overhead_up_to_today(self):
        """100 of 365 days are over."""
        self.company.write({"key_account_overhead_pool": 365.0, "key_account_overhead_key": "revenue"})
        self.assertEqual(self.value(self.account, "indirect_costs"), 100.0)

    def test_who_has_more_credit_notes_bears_nothing(self):
        self.company.write({"key_account_overhead_pool": 365.0, "key_account_overhead_key": "revenue"})
        self.credit_note(self.foreign, date(2025, 5, 1), (self.product, 2, 100.0))
        self.assertEqual(self.value(self.foreign, "indirect_costs"), 0.0)

    def test_overhead_by_orders(self):
        self.company.write({"key_account_overhead_pool": 3650.0, "key_account_overhead_key": "orders"})
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.account.id})
        for partner, day, state in (
            (self.account, "2025-01-01 12:00:00", "sale"),
            (contact, "2025-12-31 12:00:00", "sale"),
            (self.account, "2024-12-31 12:00:00", "sale"),
            (self.account, "2025-05-01 12:00:00", "draft"),
            (self.foreign, "2025-05-01 12:00:00", "sale"),
            (self.make_customer("Small"), "2025-05-01 12:00:00", "sale"),
        ):
            order = self.env["sale.order"].create({"partner_id": partner.id, "company_id": self.company.id})
            order.write({"state": state, "date_order": day})
        self.assertEqual(self.value(self.account, "indirect_costs"), 1825.0)
        self.assertEqual(self.value(self.foreign, "indirect_costs"), 912.5)

    def test_two_companies_and_currencies(self):
        other = self.make_company("Other Company", "base.USD", chart=False)
        self.env["res.currency.rate"].create(
            {"name": "2025-01-01", "rate": 2.0, "currency_id": other.currency_id.id, "company_id": self.company.id}
        )
        self.company.write({"key_account_hourly_cost": 10.0})
        other.write({"key_account_hourly_cost": 20.0})
        self.done(cost_actual=50.0, hours_actual=1.0)
        self.done(cost_actual=60.0, hours_actual=3.0, company_id=other.id)
        analytic = self.analytic_account(company_id=False)
        self.account.with_company(other).key_account_analytic_id = analytic
        self.book(analytic, date(2025, 6, 1), -8.0, other)
        # The other company's account is not this company's
        self.book(analytic, date(2025, 6, 1), -400.0)
        self.assertEqual(self.values()[:2], [50.0, 10.0])
        both = self.account.with_context(allowed_company_ids=(self.company | other).ids)
        figures = self.figures(both, codes=COSTS)
        self.assertEqual(figures["direct_costs"]["value"], 50.0 + 30.0 + 4.0)
        self.assertEqual(figures["indirect_costs"]["value"], 10.0 + 30.0)

    def test_period_in_the_future(self):
        self.company.key_account_hourly_cost = 10.0
        future = (date(2999, 1, 1), date(2999, 12, 31))
        self.assertEqual(set(self.values(period=future)), {None})
        self.assertEqual(self.note("indirect_costs", period=future), "The period has not begun.")

    # === QUERIES ===#

    def test_number_of_queries_does_not_depend_on_the_accounts(self):
        self.company.write(
            {"key_account_hourly_cost": 9.0, "key_account_overhead_pool": 100.0, "key_account_overhead_key": "revenue"}
        )
        accounts = self.env["res.partner"]
        for number in range(12):
            account = self.make_account(f"Many {number}", key_account_analytic_id=self.analytic_account(str(number)).id)
            self.invoice(account, date(2025, 3, 10), (self.product, 1, 100.0))
            self.done(account, cost_actual=1.0, hours_actual=1.0)
            self.coaching(partner_id=account.id, participant_ids=False)
            self.measure(account, kind="promotion", product_ids=[Command.link(self.product.id)], cost_actual=2.0)
            accounts |= account
        counts = []
        for some in (accounts[:2], accounts[:2], accounts):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            figures = some.get_key_account_figures(*YEAR, codes=[*COSTS, "promotions", "promotion_return"])
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual({figures[account.id]["direct_costs"]["value"] for account in some}, {3.0})
        self.assertEqual(counts[1], counts[2])
