"""A target is kept once, in the account's targets; action plans and their objectives show and edit it."""

from datetime import date
from pathlib import Path

from freezegun import freeze_time

from odoo.addons import key_account_management
from odoo.exceptions import AccessError
from odoo.modules.migration import load_script
from odoo.tests import Form
from odoo.tools import SQL

from .common import HEAD, MANAGER
from .test_plan import TODAY, PlanCase

FIRST_HALF = {"date_from": date(2025, 1, 1), "date_to": date(2025, 6, 30)}
NEXT_YEAR = {"date_from": date(2026, 1, 1), "date_to": date(2026, 12, 31)}


class OneTargetCase(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.revenue = cls.target("revenue", 500.0)
        cls.margin = cls.target("contribution_margin_rate", 30.0)
        cls.current = cls.plan()
        cls.of_revenue = cls.objective(cls.current, "revenue")
        cls.of_margin = cls.objective(cls.current, "contribution_margin_rate")

    def assertShown(self, plan, revenue, margin=None):
        """In the plan and its objectives, in memory and in the database."""
        for _again in range(2):
            self.assertEqual(plan.target_revenue, revenue)
            shown = {each.kpi_id.code: each.target_value for each in plan.objective_ids}
            self.assertEqual(shown.get("revenue", revenue), revenue)
            if margin is not None:
                self.assertEqual(shown["contribution_margin_rate"], margin)
            self.env.flush_all()
            self.env.invalidate_all()

    def values(self, partner=None, company=None):
        """:return: ``{(code, year): value}``, the targets that an account has"""
        targets = self.env["key.account.target"].search(
            [
                ("partner_id", "=", (partner or self.account).id),
                ("company_id", "=", (company or self.company).id),
            ]
        )
        return {(each.kpi_id.code, each.year): each.value for each in targets}


@freeze_time(TODAY)
class TestOneTarget(OneTargetCase):
    # === ENTERED ANYWHERE, SHOWN EVERYWHERE ===#

    def test_archived_plan(self):
        self.current.active = False
        self.revenue.value = 700.0
        self.margin.value = 35.0
        self.assertShown(self.current, 700.0, 35.0)
        self.current.active = True
        self.assertShown(self.current, 700.0, 35.0)
        self.assertEqual(self.values(), {("revenue", 2025): 700.0, ("contribution_margin_rate", 2025): 35.0})

    def test_entered_in_an_archived_plan(self):
        self.current.active = False
        self.current.target_revenue = 800.0
        self.of_margin.target_value = 36.0
        self.current.active = True
        self.assertShown(self.current, 800.0, 36.0)
        self.assertEqual(self.values(), {("revenue", 2025): 800.0, ("contribution_margin_rate", 2025): 36.0})

    def test_two_plans_in_one_year(self):
        self.current.active = False
        again = self.plan()
        self.objective(again, "contribution_margin_rate")
        self.assertShown(again, 500.0, 30.0)
        for plan, amount in ((again, 600.0), (self.current, 650.0)):
            plan.target_revenue = amount
            plan.objective_ids.filtered(lambda each: each.kpi_id == self.margin.kpi_id).target_value = amount / 10
            for shown in (self.current, again):
                self.assertShown(shown, amount, amount / 10)
        (self.current | again).target_revenue = 10.0
        self.assertEqual(self.values()["revenue", 2025], 10.0)
        (self.current | again).target_revenue = 0.0
        self.assertNotIn(("revenue", 2025), self.values())
        (self.current | again).target_revenue = 20.0
        self.assertShown(self.current, 20.0)
        self.assertShown(again, 20.0)

    def test_objective_for_revenue(self):
        self.of_revenue.target_value = 900.0
        self.assertShown(self.current, 900.0)
        self.current.write({"target_revenue": 950.0})
        self.assertShown(self.current, 950.0)
        self.assertEqual(self.revenue.value, 950.0)

    def test_another_figure_of_an_objective(self):
        self.target("nps", 60.0)
        self.of_margin.kpi_id = self.env.ref("key_account_management.kpi_nps")
        self.assertEqual(self.of_margin.target_value, 60.0)
        self.assertEqual(self.values()["contribution_margin_rate", 2025], 30.0)

    def test_entered_on_the_screen(self):
        self.target("revenue", 700.0, year=2026)
        with Form(self.env["key.account.plan"]) as form:
            form.partner_id = self.account
            self.assertEqual(form.target_revenue, 500.0)
            form.date_from = date(2026, 1, 1)
            form.date_to = date(2026, 12, 31)
            self.assertEqual(form.target_revenue, 700.0)
            with form.objective_ids.new() as line:
                line.kpi_id = self.revenue.kpi_id
                self.assertEqual(line.target_value, 700.0)
            form.partner_id = self.foreign
            self.assertEqual(form.target_revenue, 0.0)
            form.target_revenue = 40.0
        self.assertEqual(self.values(self.foreign), {("revenue", 2026): 40.0})
        self.assertEqual(self.values()["revenue", 2026], 700.0)

    def test_searched_and_summed(self):
        plans, mine = self.env["key.account.plan"], [("partner_id", "=", self.account.id)]
        without = [*mine, ("target_revenue", "=", 0)]
        self.assertFalse(plans.search(without))
        self.revenue.value = 700.0
        self.assertEqual(plans._read_group(mine, [], ["target_revenue:sum"]), [(700.0,)])
        report = self.env["key.account.potential.report"]
        self.assertEqual(report._read_group(mine, [], ["target_revenue:sum", "gap:sum"]), [(700.0, 700.0)])
        self.revenue.unlink()
        self.assertEqual(plans.search(without), self.current)
        self.assertIn("target", self.current.missing)

    # === DELETED AND EMPTIED ===#

    def test_deleted_target(self):
        (self.revenue | self.margin).unlink()
        self.assertShown(self.current, 0.0, 0.0)
        self.assertEqual(self.current.gap, 0.0)
        self.target("revenue", 10.0)
        self.assertShown(self.current, 10.0, 0.0)

    def test_emptied_plan(self):
        self.current.target_revenue = 0.0
        self.assertShown(self.current, 0.0, 30.0)
        self.assertEqual(self.values(), {("contribution_margin_rate", 2025): 30.0})
        self.assertIsNone(self.figures(self.account, codes=["revenue"])["revenue"]["target"])

    def test_objective_of_zero(self):
        self.of_margin.target_value = 0.0
        self.assertEqual(self.margin.value, 0.0)

    def test_deleted_plan_and_objective(self):
        before = self.values()
        self.of_margin.unlink()
        self.current.unlink()
        self.assertEqual(self.values(), before)

    def test_new_plan_deletes_no_target(self):
        self.current.active = False
        self.assertShown(self.plan(target_revenue=0.0), 500.0)
        self.assertEqual(self.values()["revenue", 2025], 500.0)

    # === MOVED ===#

    def test_target_moves_to_another_year(self):
        following = self.plan(**NEXT_YEAR)
        self.objective(following, "contribution_margin_rate")
        (self.revenue | self.margin).year = 2026
        self.assertShown(self.current, 0.0, 0.0)
        self.assertShown(following, 500.0, 30.0)

    def test_target_moves_to_another_account_figure_and_company(self):
        beta = self.plan(self.foreign)
        self.revenue.partner_id = self.foreign
        self.assertShown(self.current, 0.0, 30.0)
        self.assertShown(beta, 500.0)
        self.margin.kpi_id = self.revenue.kpi_id
        self.assertShown(self.current, 30.0, 0.0)
        self.margin.company_id = self.make_company("Other Company", "base.EUR", chart=False)
        self.assertShown(self.current, 0.0, 0.0)

    def test_plan_moves_to_another_year(self):
        self.target("revenue", 700.0, year=2026)
        before = self.values()
        self.current.write(NEXT_YEAR)
        self.assertShown(self.current, 700.0, 0.0)
        self.assertEqual(self.values(), before)
        self.current.write({"date_from": date(2027, 1, 1), "date_to": date(2027, 12, 31)})
        self.assertShown(self.current, 0.0, 0.0)
        self.assertEqual(self.values(), before)
        self.current.write({"date_from": date(2025, 1, 1), "date_to": date(2025, 12, 31), "target_revenue": 510.0})
        self.assertShown(self.current, 510.0, 30.0)
        self.assertEqual(self.values(), {**before, ("revenue", 2025): 510.0})

    def test_plan_moves_to_another_account(self):
        self.target("revenue", 5.0, partner=self.foreign)
        self.current.partner_id = self.foreign
        self.assertShown(self.current, 5.0, 0.0)
        self.assertEqual(self.values()["revenue", 2025], 500.0)

    def test_account_that_was_two(self):
        twin = self.make_account("Alfa")
        self.target("revenue", 7.0, partner=twin)
        self.target("contribution_margin_rate", 9.0, year=2026, partner=twin)
        moved = self.plan(twin, **NEXT_YEAR, target_revenue=8.0)
        self.objective(moved, "contribution_margin_rate")
        away = self.plan(twin, active=False)
        self.env["base.partner.merge.automatic.wizard"]._merge((twin | self.account).ids, self.account)
        self.assertShown(self.current, 500.0, 30.0)
        self.assertShown(away, 500.0)
        self.assertShown(moved, 8.0, 9.0)

    # === OTHER PERIODS ===#

    def test_part_of_a_year_keeps_its_own(self):
        before = self.values()
        self.current.write(FIRST_HALF)
        self.assertShown(self.current, 500.0, 30.0)
        self.current.target_revenue = 200.0
        self.of_margin.target_value = 31.0
        self.revenue.value = 550.0
        self.assertShown(self.current, 200.0, 31.0)
        self.assertEqual(self.values(), {**before, ("revenue", 2025): 550.0})
        self.current.date_to = date(2025, 12, 31)
        self.assertShown(self.current, 550.0, 30.0)

    def test_fiscal_year_of_the_company_changes(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self.current.target_revenue = 200.0
        self.assertShown(self.current, 200.0, 30.0)
        self.assertEqual(self.values()["revenue", 2025], 500.0)
        self.company.write({"fiscalyear_last_month": "12", "fiscalyear_last_day": 31})
        self.assertShown(self.current, 500.0, 30.0)

    # === COMPANIES AND RIGHTS ===#

    def test_another_company(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        there = self.plan(company_id=other.id, target_revenue=5.0)
        objective = self.objective(there, "contribution_margin_rate", target_value=6.0)
        self.assertEqual(self.values(company=other), {("revenue", 2025): 5.0, ("contribution_margin_rate", 2025): 6.0})
        # People of one company change its number: that of the other, which they do not see, stays
        for head, plan, amount in (
            (self.head, self.current, 510.0),
            (self.make_user("other_head", HEAD, company=other), there, 15.0),
        ):
            mine = plan.with_user(head).with_context(allowed_company_ids=plan.company_id.ids)
            mine.target_revenue = amount
            mine.objective_ids.filtered(lambda each: each.kpi_id.code != "revenue").target_value = amount / 10
            self.env["key.account.target"].with_user(head).with_context(allowed_company_ids=plan.company_id.ids).create(
                {"partner_id": self.account.id, "kpi_id": self.env.ref("key_account_management.kpi_dso").id, "value": 1}
            )
        self.assertShown(self.current, 510.0, 51.0)
        self.assertShown(there, 15.0, 1.5)
        there.target_revenue = 0.0
        self.assertShown(self.current, 510.0, 51.0)
        self.assertEqual(self.values()["revenue", 2025], 510.0)
        self.assertEqual(objective.target_value, 1.5)

    def test_whoever_may_write_the_plan_may_write_the_target(self):
        self.current.with_user(self.manager).target_revenue = 510.0
        self.of_margin.with_user(self.manager).target_value = 31.0
        self.assertEqual((self.revenue.value, self.margin.value), (510.0, 31.0))
        self.current.with_user(self.manager).target_revenue = 0.0
        self.assertNotIn(("revenue", 2025), self.values())
        with self.assertRaises(AccessError):
            self.current.with_user(self.rep).target_revenue = 1.0
        with self.assertRaises(AccessError):
            self.of_revenue.with_user(self.rep).target_value = 1.0
        stranger = self.make_user("stranger", MANAGER)
        with self.assertRaises(AccessError):
            self.of_margin.with_user(stranger).target_value = 1.0
        with self.assertRaises(AccessError):
            self.current.with_user(self.manager).write({"partner_id": self.foreign.id, "target_revenue": 1.0})
        self.assertFalse(self.values(self.foreign))

    def test_tracked_in_the_plan(self):
        self.env.flush_all()
        # What is created in the same transaction is not tracked
        self.cr.precommit.run()
        revenue = self.revenue.with_context(tracking_disable=False)
        revenue.value = 700.0
        revenue.env.flush_all()
        self.cr.precommit.run()
        self.env.invalidate_all()
        tracking = self.current.sudo().message_ids.tracking_value_ids
        self.assertEqual((tracking.old_value_float, tracking.new_value_float), (500.0, 700.0))

    def test_queries(self):
        """As many for the targets of ten accounts as for those of two."""
        accounts = self.env["res.partner"].union(*(self.make_account(f"Many {number}") for number in range(10)))
        targets = self.env["key.account.target"].union(
            *(self.target("revenue", 1.0, partner=each) for each in accounts)
        )
        plans = self.env["key.account.plan"].union(*(self.plan(account) for account in accounts))
        for plan in plans:
            self.objective(plan, "revenue")
        counts = []
        for some, value in ((targets[:2], 2.0), (targets[:2], 3.0), (targets, 4.0)):
            self.env.flush_all()
            self.env.invalidate_all()
            self.cr.precommit.clear()
            before = self.cr.sql_log_count
            some.with_context(tracking_disable=True).value = value
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(set(plans.mapped("target_revenue")), {4.0})


@freeze_time(TODAY)
class TestTargetsOfTheVersionBefore(OneTargetCase):
    """Databases in which plans, objectives and targets each held a number."""

    def migrate(self):
        self.env.flush_all()
        path = Path(key_account_management.__file__).parent / "migrations/19.0.2.0.0/post-migration.py"
        with self.assertNoLogs(level="WARNING"):
            load_script(str(path), "post-migration").migrate(self.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def set_directly(self, records, **values):
        """As the version before left it: without the others."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = ANY(%s) RETURNING id",
                    SQL.identifier(records._table),
                    SQL.identifier(name),
                    value,
                    records.ids,
                )
            )
        self.env.invalidate_all()

    def notes(self, plan):
        return [str(message.body) for message in plan.message_ids if "had been entered" in message.body]

    def test_numbers_without_a_target_become_one(self):
        (self.revenue | self.margin).unlink()
        self.set_directly(self.current, target_revenue=500.0)
        self.set_directly(self.of_margin, target_value=30.0)
        self.migrate()
        self.assertEqual(self.values(), {("revenue", 2025): 500.0, ("contribution_margin_rate", 2025): 30.0})
        self.assertShown(self.current, 500.0, 30.0)
        self.assertFalse(self.notes(self.current))
        made = self.env["key.account.target"].search([("partner_id", "=", self.account.id)])
        self.assertEqual({each.kpi_id.code: each.audience for each in made}["contribution_margin_rate"], "internal")

    def test_the_plan_in_use_goes_before_the_archived_one(self):
        self.current.active = False
        again = self.plan()
        self.revenue.unlink()
        self.set_directly(self.current, target_revenue=1.0)
        self.set_directly(again, target_revenue=2.0)
        self.migrate()
        self.assertShown(self.current, 2.0)
        self.assertShown(again, 2.0)
        self.assertRegex(self.notes(self.current)[0], r"this plan: Revenue: 1\.00 EUR")
        self.assertFalse(self.notes(again))

    def test_the_target_stays_and_the_plan_says_what_it_held(self):
        self.current.active = False
        self.set_directly(self.current, target_revenue=450.0)
        self.set_directly(self.of_revenue, target_value=450.0)
        self.set_directly(self.of_margin, target_value=25.0)
        self.migrate()
        self.assertEqual(self.values(), {("revenue", 2025): 500.0, ("contribution_margin_rate", 2025): 30.0})
        self.assertShown(self.current, 500.0, 30.0)
        (note,) = self.notes(self.current)
        self.assertRegex(note, r"this plan: Revenue: 450\.00 EUR, .*: 25\.00 %")
        self.migrate()
        self.assertEqual(len(self.notes(self.current)), 1)

    def test_other_periods_keep_their_own(self):
        half = self.plan(self.foreign, **FIRST_HALF, target_revenue=200.0)
        self.objective(half, "contribution_margin_rate", target_value=31.0)
        without = self.plan(self.foreign, **NEXT_YEAR | {"date_to": date(2026, 6, 30)})
        self.set_directly(self.objective(without, "revenue"), target_value=210.0)
        self.migrate()
        self.assertShown(half, 200.0, 31.0)
        self.assertShown(without, 210.0)
        self.assertFalse(self.values(self.foreign))
        self.assertFalse(self.notes(half) + self.notes(without))
