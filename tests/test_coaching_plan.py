"""Coaching plans: who is informed, who confirms, who sees them, and what cannot be entered."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from .coaching import CoachingCase
from .common import HEAD


class TestCoachingPlan(CoachingCase):
    def states(self, plan):
        return plan.participant_ids.mapped("state")

    def briefings(self, plan):
        """:return: ``{partners: text}`` of the messages that were sent to participants"""
        domain = [("model", "=", plan._name), ("res_id", "=", plan.id), ("message_type", "=", "user_notification")]
        messages = self.env["mail.message"].search(domain)
        return {message.notified_partner_ids: message.body for message in messages}

    # === INFORM AND CONFIRM ===#

    def test_quick_entry(self):
        form = Form(self.env["key.account.coaching.plan"].with_user(self.manager))
        form.partner_id = self.account
        form.goal = "Sell whole lines"
        with form.guideline_ids.new() as guideline:
            guideline.text = "Visit the plant first"
        with form.participant_ids.new() as participant:
            participant.user_id = self.rep
        plan = form.save()
        self.assertEqual((plan.user_id, plan.company_id), (self.manager, self.company))
        self.assertEqual((plan.date_to - plan.date_from).days in (364, 365), True)
        self.assertEqual(self.states(plan), ["new"])

    def test_inform_then_confirm(self):
        plan = self.plan()
        plan.changed_on = "2025-02-01 09:00:00"
        with freeze_time("2025-02-01 10:00"):
            plan.with_user(self.manager).action_inform()
        ((partners, text),) = self.briefings(plan).items()
        self.assertEqual(partners, self.rep.partner_id)
        self.assertIn("No discount without a blanket order", text)
        self.assertIn(f"/odoo/key-account-coaching-plans/{plan.id}", text)
        self.assertEqual(self.states(plan), ["waiting"])
        self.assertEqual(plan.not_briefed_user_ids, self.rep)
        self.assertTrue(plan.with_user(self.rep).waits_for_me)
        with freeze_time("2025-02-02 10:00"):
            plan.with_user(self.rep).action_confirm_briefing()
        self.assertEqual(self.states(plan), ["briefed"])
        self.assertEqual(plan.participant_ids.confirmed_on, datetime(2025, 2, 2, 10))
        self.assertFalse(plan.not_briefed_user_ids)
        self.assertIn("Rep has been briefed.", "".join(plan.message_ids.mapped("body")))

    def test_in_the_language_of_each(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.rep.lang = "de_DE"
        plan = self.plan(users=self.rep | self.colleague)
        plan.with_user(self.manager).action_inform()
        texts = self.briefings(plan)
        self.assertIn("To Observe", texts[self.colleague.partner_id])
        self.assertIn("Zu beachten", texts[self.rep.partner_id])
        self.assertIn("bestätigen Sie", texts[self.rep.partner_id])

    def test_who_is_informed_again(self):
        plan = self.plan(users=self.rep | self.colleague)
        with freeze_time("2025-02-01 10:00"):
            plan.changed_on = "2025-02-01 09:00:00"
            plan.action_inform()
        with freeze_time("2025-02-02 10:00"):
            plan.with_user(self.rep).action_confirm_briefing()
        self.assertEqual(self.states(plan), ["briefed", "waiting"])
        with self.assertRaisesRegex(UserError, "everyone has already been informed"):
            plan.action_inform()
        for day, change in (
            (3, lambda: plan.guideline_ids.write({"text": "No discount at all"})),
            (4, lambda: plan.write({"guideline_ids": [Command.create({"text": "New"})]})),
            (5, lambda: plan.guideline_ids[-1:].unlink()),
        ):
            with self.subTest(day):
                with freeze_time(f"2025-02-{day:02} 10:00"):
                    change()
                self.assertEqual(self.states(plan), ["changed", "changed"])
                with freeze_time(f"2025-02-{day:02} 11:00"):
                    plan.action_inform()
                self.assertEqual(self.states(plan), ["waiting", "waiting"])
        with freeze_time("2025-03-01 10:00"):
            plan.guideline_ids.sequence = 3
        self.assertEqual(self.states(plan), ["waiting", "waiting"])

    def test_confirms_the_changed_plan_without_waiting_for_the_message(self):
        plan = self.plan()
        with freeze_time("2999-01-01 10:00"):
            plan.guideline_ids.text = "Else"
        with freeze_time("2999-01-02 10:00"):
            plan.with_user(self.rep).action_confirm_briefing()
        self.assertEqual(self.states(plan), ["briefed"])

    def test_no_guidelines_and_no_participants(self):
        with self.assertRaisesRegex(UserError, "write the guidelines"):
            self.plan(guideline_ids=[]).action_inform()
        with self.assertRaisesRegex(UserError, "add the sales representatives"):
            self.plan(users=self.env["res.users"], date_from="2026-01-01", date_to="2026-12-31").action_inform()

    def test_who_left_the_team_is_not_informed(self):
        plan = self.plan()
        self.account.key_account_team_ids -= self.rep
        with self.assertRaisesRegex(ValidationError, "Rep is not a member of the account team of Alpha.*Add Rep"):
            plan.action_inform()

    # === NOBODY CONFIRMS FOR SOMEBODY ELSE ===#

    def test_only_participants_confirm(self):
        plan = self.plan()
        for user in (self.manager, self.colleague, self.head):
            with self.subTest(user.name), self.assertRaisesRegex(UserError, "not a participant"):
                plan.with_user(user).action_confirm_briefing()
        self.assertEqual(self.states(plan), ["new"])
        for user in (self.stranger, self.outsider):
            with self.subTest(user.name), self.assertRaises(AccessError):
                plan.with_user(user).action_confirm_briefing()

    def test_dates_are_written_by_nobody(self):
        plan = self.plan()
        participant = plan.participant_ids
        for user in (self.rep, self.manager, self.head):
            for field in ("confirmed_on", "informed_on"):
                with self.subTest(user.name, field=field), self.assertRaises(AccessError):
                    participant.with_user(user).write({field: "2025-01-01 10:00:00"})
        with self.assertRaises(AccessError):
            plan.with_user(self.head).write(
                {
                    "participant_ids": [
                        Command.create({"user_id": self.colleague.id, "confirmed_on": "2025-01-01 10:00:00"})
                    ]
                }
            )

    def test_a_confirmation_is_of_one_person_and_one_plan(self):
        plan = self.plan()
        plan.with_user(self.rep).action_confirm_briefing()
        participant = plan.participant_ids.with_user(self.manager)
        participant.user_id = self.colleague
        self.assertFalse(participant.confirmed_on)
        self.assertFalse(plan.copy().participant_ids.confirmed_on)

    # === BAD INPUT ===#

    def test_bad_input(self):
        self.plan()
        other = self.make_company("Other Company", "base.EUR", chart=False)
        elsewhere = self.make_user("elsewhere", HEAD, company=other)
        next_year = {"date_from": "2026-01-01", "date_to": "2026-12-31"}
        for message, values in (
            ("cannot end before it starts", {"date_from": "2026-02-01", "date_to": "2026-01-31"}),
            ("only be added to a coaching plan once", {**next_year, "users": [self.rep, self.rep]}),
            (
                "already a coaching plan for these dates: Alpha 01/2025–12/2025",
                {"date_from": "2025-12-31", "date_to": "2026-12-31"},
            ),
            ("Walk-in is not a key account", {"partner": self.make_customer("Walk-in")}),
            ("Outsider has no role", {**next_year, "users": self.outsider}),
            ("Elsewhere does not have access to Test Company", {**next_year, "users": elsewhere}),
            ("Stranger is not a member of the account team of Alpha", {**next_year, "users": self.stranger}),
            ("Coach: Rep is not a key account manager", {**next_year, "user_id": self.rep.id}),
        ):
            with self.subTest(message), self.assertRefused(message):
                self.plan(**values)

    def test_team_of_the_account_above(self):
        subsidiary = self.make_account("Alpha South", parent_id=self.account.id, key_account_manager_id=self.head.id)
        self.assertEqual(self.plan(subsidiary).participant_ids.user_id, self.rep)

    def test_copy_is_the_next_period(self):
        copy = self.plan().copy()
        self.assertEqual((copy.date_from, copy.date_to), (date(2026, 1, 1), date(2026, 12, 31)))
        self.assertEqual((self.states(copy), len(copy.guideline_ids)), (["new"], 1))

    # === ACCESS ===#

    def test_who_sees_plans(self):
        plan, foreign = self.plan(), self.plan(self.foreign, self.head, user_id=self.head.id)
        without_rep = self.plan(users=self.colleague, date_from="2024-01-01", date_to="2024-12-31")
        domain = [("company_id", "=", self.company.id)]
        for user, plans in (
            (self.rep, plan),
            (self.stranger, plan.browse()),
            (self.manager, plan | without_rep),
            (self.colleague, plan | without_rep),
            (self.head, plan | without_rep | foreign),
        ):
            for model, field in (
                ("key.account.coaching.plan", "id"),
                ("key.account.coaching.guideline", "plan_id"),
                ("key.account.coaching.participant", "plan_id"),
            ):
                records = self.env[model].with_user(user)
                with self.subTest(user.name, model=model):
                    self.assertEqual(
                        set(records.search(domain).mapped(field + (".id" * (field != "id")))), set(plans.ids)
                    )
                    self.assertEqual(records._read_group(domain, [], ["__count"]), [(len(plans),)])
        self.assertFalse(self.env["key.account.coaching.plan"].with_user(self.rep).name_search("Beta"))
        self.env.ref("base.group_user").implied_ids |= self.env.ref("base.group_allow_export")
        for user in (self.rep, self.manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                foreign.with_user(user).export_data(["goal"])
        with self.assertRaises(AccessError):
            self.env["key.account.coaching.plan"].with_user(self.outsider).search_count([])

    def test_who_writes_plans(self):
        plan, foreign = self.plan(), self.plan(self.foreign, self.head, user_id=self.head.id)
        plan.with_user(self.manager).goal = "Else"
        foreign.with_user(self.head).goal = "Else"
        for write in (
            lambda: plan.with_user(self.rep).write({"goal": "Mine"}),
            lambda: plan.guideline_ids.with_user(self.rep).write({"text": "Mine"}),
            lambda: plan.participant_ids.with_user(self.rep).unlink(),
            lambda: plan.with_user(self.rep).action_inform(),
            lambda: foreign.with_user(self.manager).write({"goal": "Mine"}),
            lambda: foreign.guideline_ids.with_user(self.manager).unlink(),
            lambda: plan.with_user(self.manager).write({"partner_id": self.foreign.id}),
            lambda: (
                self.env["key.account.coaching.guideline"]
                .with_user(self.manager)
                .create({"plan_id": foreign.id, "text": "Mine"})
            ),
        ):
            with self.assertRaises(UserError):
                write()

    def test_other_companies(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        head = self.make_user("other_head", HEAD, company=other)
        plan = self.plan()
        plans = plan.with_user(head).with_context(allowed_company_ids=other.ids)
        self.assertNotIn(plan, plans.search([]))
        for records in (plans, plans.browse(plan.id)):
            with self.assertRaises(AccessError):
                records.read(["goal"])
        self.assertFalse(
            self.env["key.account.coaching.participant"].with_env(plans.env).search([("plan_id", "=", plan.id)])
        )

    # === FILTERS AND BUTTONS ===#

    def test_filters(self):
        plan = self.plan(users=self.rep | self.colleague)
        plan.with_user(self.rep).action_confirm_briefing()
        plans = self.env["key.account.coaching.plan"]
        for user, waiting in ((self.rep, plans), (self.colleague, plan)):
            mine = [("participant_ids", "any", [("user_id", "=", user.id), ("state", "!=", "briefed")])]
            self.assertEqual(plans.search(mine), waiting)
        self.assertIn(plan, plans.search([("participant_ids.state", "!=", "briefed")]))

    def test_smart_buttons(self):
        plan = self.plan()
        account = self.account.with_user(self.rep)
        self.assertEqual(account.key_account_coaching_plan_count, 1)
        self.assertEqual(self.env[plan._name].search(account.action_view_key_account_coaching_plans()["domain"]), plan)
        session = self.session(plan_id=plan.id)
        self.assertEqual(plan.with_user(self.rep).session_count, 1)
        self.assertEqual(plan.with_user(self.colleague).session_count, 0)
        action = plan.action_view_sessions()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), session)

    def test_an_ordinary_contact_costs_no_query(self):
        customer = self.make_customer("Plain").with_user(self.manager)
        counts = []
        without = ["name", "key_account_status"]
        ours = [*without, "key_account_coaching_plan_count"]
        for names in (ours, without, ours):
            self.env.flush_all()
            customer.env.invalidate_all()
            before = self.cr.sql_log_count
            customer.read(names)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
