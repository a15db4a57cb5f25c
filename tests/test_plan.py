"""Action plans: one a period, one target a figure, live values, inputs that become something, the next period."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from .common import KeyAccountCase

TODAY = "2025-06-15 12:00:00"


class PlanCase(KeyAccountCase):
    @classmethod
    def plan(cls, partner=None, **values):
        return cls.env["key.account.plan"].create(
            {
                "partner_id": (partner or cls.account).id,
                "date_from": date(2025, 1, 1),
                "date_to": date(2025, 12, 31),
                **values,
            }
        )

    @classmethod
    def milestone(cls, partner=None, **values):
        return cls.env["key.account.milestone"].create(
            {
                "name": "Prototype",
                "partner_id": (partner or cls.account).id,
                "date_deadline": date(2025, 8, 31),
                **values,
            }
        )

    @classmethod
    def lead(cls, partner=None, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Retrofit",
                "type": "opportunity",
                "partner_id": (partner or cls.account).id,
                "company_id": cls.company.id,
                "expected_revenue": 1000.0,
                "probability": 50.0,
                "date_deadline": date(2025, 9, 30),
                **values,
            }
        )

    @classmethod
    def objective(cls, plan, code, **values):
        kpi = cls.env.ref(f"key_account_management.kpi_{code}")
        return cls.env["key.account.plan.objective"].create({"plan_id": plan.id, "kpi_id": kpi.id, **values})

    @classmethod
    def target(cls, code, value, year=2025, partner=None):
        return cls.env["key.account.target"].create(
            {
                "partner_id": (partner or cls.account).id,
                "kpi_id": cls.env.ref(f"key_account_management.kpi_{code}").id,
                "year": year,
                "value": value,
            }
        )


@freeze_time(TODAY)
class TestPlan(PlanCase):
    # === PERIOD ===#

    def test_defaults(self):
        plan = self.env["key.account.plan"].with_user(self.manager).create({"partner_id": self.account.id})
        self.assertEqual((plan.date_from, plan.date_to), (date(2025, 1, 1), date(2025, 12, 31)))
        self.assertEqual((plan.user_id, plan.company_id, plan.name), (self.manager, self.company, "Alpha 2025"))
        half = self.plan(self.foreign, date_from=date(2025, 7, 1))
        self.assertEqual((half.name, half.user_id), ("Beta 07/2025–12/2025", self.head))

    def test_end_before_start(self):
        with self.assertRefused("cannot end before it starts"):
            self.plan(date_from=date(2026, 1, 1))

    def test_one_plan_a_period(self):
        plan = self.plan()
        for first, last in ((date(2025, 12, 31), date(2026, 5, 1)), (date(2024, 1, 1), date(2025, 1, 1))):
            with (
                self.subTest(first),
                self.assertRefused("Alpha already has a plan that overlaps this period: Alpha 2025"),
            ):
                self.plan(date_from=first, date_to=last)
        self.plan(date_from=date(2026, 1, 1), date_to=date(2026, 12, 31))
        self.plan(self.foreign)
        other = self.make_company("Other Company", "base.EUR", chart=False)
        self.plan(company_id=other.id)
        plan.active = False
        again = self.plan()
        with self.assertRefused("already has a plan that overlaps"):
            plan.active = True
        self.assertEqual(plan._get_plan(self.account, self.company, date(2025, 12, 31)), again)
        self.assertFalse(plan._get_plan(self.account, self.company, date(2024, 12, 31)))

    def test_bad_input(self):
        with self.assertRaisesRegex(ValidationError, "Walk-in is not a key account yet"):
            self.plan(self.make_customer("Walk-in"))
        with self.assertRefused("cannot be negative"):
            self.plan(target_revenue=-1.0)
        foreign = self.lead(self.foreign, name="Elsewhere")
        for make in (self.plan, self.milestone):
            with self.assertRefused("Elsewhere is not an opportunity of Alpha"):
                make(lead_ids=[Command.link(foreign.id)])
        south = self.make_customer("Alpha South", parent_id=self.account.id)
        self.assertTrue(self.plan(lead_ids=[Command.link(self.lead(south).id)]).lead_ids)

    # === OBJECTIVES ===#

    def test_actual_value_against_the_figures(self):
        self.invoice(self.account, date(2025, 3, 10), (self.product, 10, 100.0))
        self.invoice(self.account, date(2025, 7, 10), (self.product, 90, 100.0))
        self.invoice(self.account, date(2024, 12, 31), (self.product, 70, 100.0))
        plan = self.plan()
        revenue = self.objective(plan, "revenue", target_value=2000.0, start_value=7000.0)
        margin = self.objective(plan, "contribution_margin_rate", target_value=40.0)
        nps = self.objective(plan, "nps", target_value=50.0)
        self.assertEqual((revenue.actual_value, revenue.reached, revenue.result), (1000.0, 50.0, "ahead"))
        self.assertEqual((margin.actual_value, margin.reached, margin.result), (40.0, 100.0, "ahead"))
        self.assertEqual((margin.unit, margin.actual), ("%", "40.0%"))
        self.assertEqual((nps.has_actual, nps.actual, nps.result), (False, "", "unknown"))
        self.assertTrue(nps.note)
        # What comes later counts as soon as it is invoiced
        self.invoice(self.account, date(2025, 6, 15), (self.product, 10, 100.0))
        revenue.invalidate_recordset(["actual_value", "result"])
        self.assertEqual((revenue.actual_value, revenue.result), (2000.0, "ahead"))
        with self.assertRefused("already has an objective for this figure"):
            self.objective(plan, "revenue", target_value=1.0)

    def test_less_is_better(self):
        self.measure = self.env["key.account.care.measure"].create(
            {
                "name": "Fair",
                "partner_id": self.account.id,
                "date_start": date(2025, 3, 1),
                "date_end": date(2025, 3, 2),
                "state": "done",
                "cost_actual": 200.0,
            }
        )
        plan = self.plan(date_to=date(2025, 12, 1))
        # Costs are neither better high nor low: where the objective leads says it, and what adds up starts at zero
        objective = self.objective(plan, "direct_costs", target_value=100.0)
        self.assertEqual((objective.actual_value, objective.reached, objective.result), (200.0, 0.0, "unknown"))
        objective.start_value = 500.0
        due = (date(2025, 6, 15) - date(2024, 12, 31)).days / 335
        self.assertEqual(objective.result, "behind")
        self.assertAlmostEqual(objective.reached, 100 * (500 * due - 200) / (500 * due - 100))

    def test_progress_from_the_start(self):
        """From 6.5 to 8: 5.6 is further away than the start, and not 70 %."""
        objective = self.objective(self.plan(), "satisfaction", start_value=6.5, target_value=8.0)
        for score, reached, result in ((5.6, -60.0, "behind"), (7.1, 40.0, "behind"), (8.0, 100.0, "ahead")):
            with self.subTest(score=score):
                records = self.env["key.account.satisfaction"]
                records.search([("partner_id", "=", self.account.id)]).unlink()
                records.create({"partner_id": self.account.id, "score": score, "date": date(2025, 3, 3)})
                objective.invalidate_recordset(["reached", "result"])
                self.assertEqual((round(objective.reached, 6), objective.result), (reached, result))

    def test_what_adds_up_starts_anew(self):
        """Half of the plan is over: 600 is 100 more than half of last year's 1,000, of 1,500 to go."""
        plan = self.plan(date_from=date(2025, 4, 17), date_to=date(2025, 8, 14))
        self.assertEqual((plan.date_to - plan.date_from).days + 1, 120)
        objective = self.objective(plan, "revenue", start_value=1000.0, target_value=2000.0)
        self.invoice(self.account, date(2025, 5, 5), (self.product, 6, 100.0))
        self.assertEqual((round(objective.reached, 6), objective.result), (round(100 / 15, 6), "behind"))

    def test_not_met_only_when_the_period_is_over(self):
        revenue = self.objective(self.plan(), "revenue", target_value=2000.0)
        self.invoice(self.account, date(2025, 3, 10), (self.product, 10, 100.0))
        for day, result in (("2025-12-31 12:00", "behind"), ("2026-01-01 12:00", "not_met")):
            with freeze_time(day):
                revenue.invalidate_recordset(["result"])
                self.assertEqual(revenue.result, result, day)

    def test_plan_that_has_not_begun(self):
        plan = self.plan(date_from=date(2026, 1, 1), date_to=date(2026, 12, 31))
        objective = self.objective(plan, "revenue", target_value=10.0)
        self.assertEqual((objective.has_actual, objective.note), (False, "The period of the plan has not begun."))

    def test_queries_of_objectives(self):
        """As many for twelve plans of a period as for two."""
        accounts = self.env["res.partner"].union(*(self.make_account(f"Many {number}") for number in range(12)))
        objectives = self.env["key.account.plan.objective"]
        plans = self.env["key.account.plan"]
        for account in accounts:
            plans |= self.plan(account, target_revenue=10.0)
            objectives |= self.objective(plans[-1], "revenue") | self.objective(plans[-1], "nps", target_value=1.0)
        counts = []
        for some in (objectives[:4], objectives[:4], objectives):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("actual")
            some.plan_id.mapped("forecast")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    # === ONE TARGET ===#

    def test_plan_and_account_have_one_target(self):
        self.target("revenue", 500.0)
        plan = self.plan()
        objective = self.objective(plan, "revenue")
        target = self.env["key.account.target"].search([("partner_id", "=", self.account.id)])
        self.assertEqual((plan.target_revenue, objective.target_value, target.value), (500.0, 500.0, 500.0))
        for record, field in ((plan, "target_revenue"), (objective, "target_value"), (target, "value")):
            record[field] += 100.0
            with self.subTest(field):
                self.assertEqual({plan.target_revenue, objective.target_value, target.value}, {record[field]})
        margin = self.objective(plan, "contribution_margin_rate", target_value=30.0)
        self.assertEqual(
            self.figures(self.account, codes=["contribution_margin_rate"])["contribution_margin_rate"]["target"], 0.3
        )
        self.assertEqual(margin.target_value, 30.0)

    def test_plan_of_another_period_has_targets_of_its_own(self):
        self.target("revenue", 500.0)
        plan = self.plan(date_to=date(2025, 6, 30), target_revenue=200.0)
        objective = self.objective(plan, "revenue")
        self.assertEqual(objective.target_value, 200.0)
        objective.target_value = 250.0
        self.assertEqual(plan.target_revenue, 250.0)
        targets = self.env["key.account.target"].search([("partner_id", "=", self.account.id)])
        self.assertEqual(targets.mapped("value"), [500.0])

    # === INPUTS ===#

    def test_inputs_become_something_once(self):
        plan = self.plan().with_user(self.manager)
        inputs = plan.input_ids.create(
            [{"plan_id": plan.id, "name": name, "kind": "2_weakness"} for name in ("Slow answers", "One supplier")]
        )
        action = inputs[0].action_make_measure()
        self.assertEqual((action["res_model"], action["res_id"]), ("key.account.care.measure", inputs[0].measure_id.id))
        self.assertEqual((inputs[0].measure_id.name, inputs[0].measure_id.partner_id), ("Slow answers", self.account))
        self.assertFalse(inputs[0].measure_id.area_id, "only who knows the customer knows the care area")
        inputs[1].action_make_milestone()
        self.assertEqual(inputs[1].milestone_id, plan.milestone_ids)
        for made in inputs:
            for method in ("action_make_measure", "action_make_milestone"):
                with self.assertRaisesRegex(UserError, f"{made.name} has already been turned into {made.name}"):
                    getattr(made, method)()

    # === COMPLETENESS ===#

    def test_what_is_missing(self):
        plan = self.plan()
        self.assertEqual(plan.missing, "target,objective,milestone,analysis")
        self.assertEqual(plan.action_add_milestone()["context"]["default_partner_id"], self.account.id)
        self.assertEqual(plan.action_set_target()["res_id"], plan.id)
        plan.target_revenue = 10.0
        nps = self.objective(plan, "nps", target_value=50.0)
        far = self.milestone(date_deadline=date(2025, 9, 14))
        plan.input_ids.create({"plan_id": plan.id, "name": "Close to each other"})
        plan.invalidate_recordset()
        self.assertEqual(plan.missing, "actual,milestone")
        self.assertEqual(plan.action_view_objective()["res_id"], nps.id)
        far.date_deadline = date(2025, 9, 13)
        nps.unlink()
        self.objective(plan, "revenue")
        self.invoice(self.account, date(2025, 3, 10), (self.product, 10, 100.0))
        late = self.milestone(date_deadline=date(2025, 6, 14))
        plan.invalidate_recordset()
        self.assertEqual(plan.missing, "late")
        late.date_deadline = date(2025, 6, 15)
        plan.invalidate_recordset()
        self.assertFalse(plan.missing)

    # === NEXT PERIOD ===#

    def test_copy_into_the_next_period(self):
        self.invoice(self.account, date(2025, 3, 10), (self.product, 10, 100.0))
        won, opened = self.lead(name="Won"), self.lead(name="Open")
        plan = self.plan(target_revenue=2000.0, lead_ids=[Command.set((won | opened).ids)])
        won.action_set_won()
        self.objective(plan, "revenue")
        self.target("nps", 60.0, year=2026)
        self.objective(plan, "nps", target_value=50.0, start_value=20.0)
        reached = self.milestone(name="Reached")
        reached.stage_id = self.env.ref("key_account_management.milestone_stage_done")
        near, far = self.milestone(name="Near"), self.milestone(name="Far", date_deadline=date(2026, 2, 1))
        far.plan_id = plan
        used, unused = plan.input_ids.create([{"plan_id": plan.id, "name": name} for name in ("Used", "Unused")])
        used.action_make_measure()
        action = plan.with_user(self.manager).action_copy_into_next_period()
        following = self.env["key.account.plan"].browse(action["res_id"])
        self.assertEqual((following.date_from, following.date_to), (date(2026, 1, 1), date(2026, 12, 31)))
        self.assertEqual((following.source_id, following.user_id), (plan, self.manager))
        self.assertEqual((following.lead_ids, following.input_ids.mapped("name")), (opened, ["Unused"]))
        self.assertEqual(following.target_revenue, 2000.0)
        values = {each.kpi_id.code: (each.start_value, each.target_value) for each in following.objective_ids}
        self.assertEqual(values, {"revenue": (1000.0, 2000.0), "nps": (20.0, 60.0)})
        # Each milestone is there once: what is due this year can still be reached
        self.assertEqual((plan.milestone_ids, following.milestone_ids), (reached | near, far))
        self.assertEqual(far.date_deadline, date(2026, 2, 1))
        every = self.env["key.account.milestone"].search([("partner_id", "=", self.account.id)])
        self.assertEqual(every, reached | near | far)
        self.assertEqual((plan.lead_ids, plan.input_ids), (won | opened, used | unused))
        with self.assertRaisesRegex(UserError, "Alpha already has a plan for the next period: Alpha 2026"):
            plan.action_copy_into_next_period()

    def test_copy_when_the_period_is_over(self):
        plan = self.plan(date_from=date(2025, 4, 1), date_to=date(2025, 5, 31))
        stage = self.env.ref("key_account_management.milestone_stage_in_progress")
        unreached = self.milestone(name="Unreached", date_deadline=date(2025, 5, 20), plan_id=plan.id)
        unreached.write({"stage_id": stage.id, "probability": 30})
        following = self.env["key.account.plan"].browse(plan.action_copy_into_next_period()["res_id"])
        self.assertEqual((following.date_from, following.date_to), (date(2025, 6, 1), date(2025, 7, 31)))
        self.assertEqual(following.milestone_ids.date_deadline, date(2025, 7, 20))
        self.assertEqual((following.milestone_ids.stage_id, following.milestone_ids.probability), (stage, 30.0))
        # It is on the board once
        self.assertEqual(
            self.env["key.account.milestone"].search([("name", "=", "Unreached")]), following.milestone_ids
        )
        odd = self.plan(self.foreign, date_from=date(2025, 1, 10), date_to=date(2025, 1, 19))
        self.assertEqual(odd._get_next_period(), (date(2025, 1, 20), date(2025, 1, 29)))

    # === ACCESS ===#

    def test_who_reads_and_writes_plans(self):
        plan, foreign = self.plan(), self.plan(self.foreign)
        self.objective(plan, "revenue", target_value=10.0)
        self.objective(plan, "contribution_margin", target_value=10.0)
        self.objective(foreign, "revenue", target_value=10.0)
        (plan | foreign).input_ids.create([{"plan_id": each.id, "name": "Known"} for each in plan | foreign])
        self.milestone()
        self.milestone(self.foreign)
        company = [("company_id", "=", self.company.id)]
        for user, accounts, codes in (
            (self.rep, self.account, ["revenue"]),
            (self.manager, self.account, ["revenue", "contribution_margin"]),
            (self.head, self.account | self.foreign, ["revenue", "contribution_margin", "revenue"]),
        ):
            for suffix in ("plan", "plan.objective", "plan.input", "milestone", "potential.report"):
                records = self.env[f"key.account.{suffix}"].with_user(user)
                with self.subTest(user.name, model=suffix):
                    self.assertEqual(records.search(company).partner_id, accounts)
                    groups = records._read_group(company, ["partner_id"], ["__count"])
                    self.assertEqual({partner.id for partner, _count in groups}, set(accounts.ids))
            objectives = self.env["key.account.plan.objective"].with_user(user)
            self.assertEqual(sorted(each.kpi_id.code for each in objectives.search(company)), sorted(codes))
            # What another user read before does not bypass the rules
            self.env.invalidate_all()
            shown = plan.with_user(user).web_read({"objective_ids": {"fields": {"actual": {}}}})
            self.assertEqual(len(shown[0]["objective_ids"]), 1 if user == self.rep else 2)
        with self.assertRaises(AccessError):
            plan.with_user(self.rep).target_revenue = 1.0
        with self.assertRaises(AccessError):
            plan.with_user(self.rep).action_copy_into_next_period()
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).target_revenue = 1.0
        with self.assertRaises(AccessError):
            foreign.with_user(self.rep).read(["name"])
        with self.assertRaises(AccessError):
            plan.with_user(self.manager).partner_id = self.make_account("Gamma", key_account_manager_id=self.head.id)
        plan.with_user(self.manager).target_revenue = 5.0
        for model in ("key.account.plan", "key.account.milestone", "key.account.potential.report"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.outsider).search_count([])

    def test_exports_and_chatter(self):
        (self.rep | self.manager).write({"group_ids": [Command.link(self.env.ref("base.group_allow_export").id)]})
        records = {}
        for account in (self.account, self.foreign):
            for record in (self.plan(account), self.milestone(account, budget=1.0)):
                record.message_post(body="Talked about it", message_type="comment", subtype_xmlid="mail.mt_comment")
                records[account, record._name] = record
        for user in (self.rep, self.manager):
            for model in ("key.account.plan", "key.account.milestone"):
                own, foreign = (
                    records[account, model].with_user(user).with_context(allowed_company_ids=self.company.ids)
                    for account in (self.account, self.foreign)
                )
                # What another user read before does not bypass the rules
                self.env.invalidate_all()
                with self.subTest(user.name, model=model):
                    self.assertEqual(own.export_data(["partner_id"])["datas"], [["Alpha"]])
                    with self.assertRaises(AccessError):
                        foreign.export_data(["partner_id"])
                    messages = self.env["mail.message"].with_user(user)
                    found = messages.search([("model", "=", model), ("body", "ilike", "Talked about it")])
                    self.assertEqual(found.mapped("res_id"), own.ids)
                    with self.assertRaises(AccessError):
                        foreign.sudo().message_ids.with_user(user).read(["body"])
                    with self.assertRaises(AccessError):
                        foreign.message_post(body="X")
        milestone = records[self.account, "key.account.milestone"].with_user(self.rep)
        with self.assertRaises(AccessError):
            milestone.export_data(["budget"])

    def test_other_company(self):
        plan = self.plan()
        self.milestone()
        self.objective(plan, "revenue", target_value=1.0)
        other = self.make_company("Other Company", "base.EUR", chart=False)
        stranger = self.make_user("stranger", "key_account_management.group_key_account_head", other)
        for suffix in ("plan", "plan.objective", "milestone", "potential.report"):
            records = self.env[f"key.account.{suffix}"].with_user(stranger).with_context(allowed_company_ids=other.ids)
            with self.subTest(suffix):
                self.assertFalse(records.search([("company_id", "=", self.company.id)]))
        with self.assertRaises(AccessError):
            plan.with_user(stranger).with_context(allowed_company_ids=other.ids).read(["name"])

    # === PARTNER ===#

    def test_way_from_the_account(self):
        def way(user=self.manager):
            return self.account.with_user(user).action_view_key_account_plan()

        self.assertEqual(
            (way()["context"], way()["views"]), ({"default_partner_id": self.account.id}, [(False, "form")])
        )
        # Whoever can't write one sees that there is none
        self.assertEqual(way(self.rep)["views"][0][1], "list")
        plan = self.plan()
        self.assertEqual(way()["res_id"], plan.id)
        plan.write({"date_from": date(2020, 1, 1), "date_to": date(2020, 12, 31)})
        self.assertEqual(way()["views"][0][1], "list")

    def test_queries_of_the_way_from_the_account(self):
        """However many plans an account has had."""
        counts = []
        for years in ((2025,), (2024, 2023, 2022, 2021)):
            for year in years:
                self.milestone(plan_id=self.plan(date_from=date(year, 1, 1), date_to=date(year, 12, 31)).id)
            for _warm in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.account.with_user(self.manager).action_view_key_account_plan()
                count = self.env.cr.sql_log_count - before
            counts.append(count)
        self.assertEqual(counts[0], counts[1])
