"""Settling and dismissing what needs attention: by whom, once, and until the situation changes."""

from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .attention import NOW, AttentionCase
from .common import USER
from .race import AccountRaceCase

CHECK = "Check the internal figures"


@freeze_time(NOW)
class TestDismissing(AttentionCase):
    def dismiss(self, code, user=None, reason="They pay tomorrow", until="2025-08-29"):
        return self.decisions(user).dismiss(self.item(code, user)["ref"], reason, until)

    def test_until_its_day(self):
        self.row(self.account, overdue_amount=100.0)
        self.assertEqual(self.dismiss("overdue"), "Dismissed until 08/29/2025.")
        self.assertEqual(self.items(), [])
        # For everybody
        self.assertEqual(self.items(self.head), [])
        with freeze_time("2025-08-29 12:00"):
            self.assertEqual(self.items(), [])
        with freeze_time("2025-08-30 12:00"):
            self.assertEqual(self.codes(), [("overdue", "Alpha")])

    def test_comes_back_when_the_amount_has_grown(self):
        self.row(self.account, overdue_amount=100.0)
        self.dismiss("overdue")
        for amount, expected in ((110.0, []), (110.01, [("overdue", "Alpha")]), (50.0, [])):
            self.row(self.account, overdue_amount=amount)
            self.assertEqual(self.codes(), expected, amount)

    def test_comes_back_with_a_new_record(self):
        drafts = [self.invoice(self.account, "2025-07-01", (self.product, 1, 9.0), post=False) for _number in range(2)]
        documents = [[draft.id, 9.0, "2025-07-01"] for draft in drafts]
        signal = {"code": "draft_invoice", "figures": ["revenue"]}
        self.row(self.account, signals=[{**signal, "documents": documents[:1]}])
        self.dismiss("draft_invoice")
        self.assertEqual(self.items(), [])
        self.row(self.account, signals=[{**signal, "documents": documents}])
        self.assertEqual(self.codes(), [("draft_invoice", "Alpha")])

    def test_comes_back_when_it_is_late_again(self):
        measure = self.measure(self.account)
        self.dismiss("measure")
        self.assertEqual(self.items(), [])
        measure.date_end = date(2025, 8, 12)
        self.assertEqual(self.codes(), [("measure", "Alpha")])

    def test_dismissed_again(self):
        self.row(self.account, overdue_amount=100.0)
        self.dismiss("overdue")
        self.row(self.account, overdue_amount=200.0)
        self.dismiss("overdue", self.head, "They pay next week", "2025-09-05")
        decision = self.env["key.account.attention.decision"].search([("partner_id", "=", self.account.id)])
        self.assertEqual(
            (decision.user_id, decision.reason, decision.amount, decision.until),
            (self.head, "They pay next week", 200.0, date(2025, 9, 5)),
        )

    def test_brought_back(self):
        self.row(self.account, overdue_amount=100.0)
        self.dismiss("overdue")
        decision = self.decisions().search([("partner_id", "=", self.account.id)])
        self.assertEqual(decision.name, "Invoices are overdue")
        decision.action_bring_back()
        self.assertEqual(self.codes(), [("overdue", "Alpha")])

    def test_who_comes_second_gets_a_sentence(self):
        self.row(self.account, overdue_amount=100.0)
        ref = self.item("overdue")["ref"]
        self.dismiss("overdue")
        with self.assertRaisesRegex(UserError, "Manager has dismissed this until 08/29/2025: They pay tomorrow"):
            self.decisions(self.head).dismiss(ref, "Mine", "2025-08-20")
        measure = self.measure(self.account)
        ref = self.item("measure")["ref"]
        self.decisions().settle(ref, "done")
        with self.assertRaisesRegex(UserError, "settled in the meantime"):
            self.decisions(self.head).settle(ref, "done")
        self.assertEqual(measure.state, "done")

    def test_what_is_missing_or_cannot_be(self):
        self.row(self.account, overdue_amount=100.0)
        ref = self.item("overdue")["ref"]
        for reason, until in (
            ("", "2025-08-29"),
            ("  ", "2025-08-29"),
            (None, "2025-08-29"),
            ("Paid", "2025-08-15"),
            ("Paid", "2026-08-17"),
            ("Paid", "tomorrow"),
            ("Paid", None),
            ("Paid", 5),
        ):
            with self.subTest(reason=reason, until=until), self.assertRaises(UserError):
                self.decisions().dismiss(ref, reason, until)
        for bad in (
            "",
            "overdue",
            "overdue:1:2",
            "overdue:x:1:0",
            "overdue:1:-1:0",
            f"{ref}:1",
            None,
            5,
            ["a"],
            "nothing:1:1:0",
        ):
            with self.subTest(ref=bad), self.assertRaises(UserError):
                self.decisions().dismiss(bad, "Paid", "2025-08-29")
        with self.assertRaisesRegex(UserError, "cannot be done here"):
            self.decisions().settle(ref, "unlink")
        self.assertEqual(self.codes(), [("overdue", "Alpha")])

    def test_only_what_one_may_see(self):
        self.row(self.account, overdue_amount=100.0, revenue_change=-50.0, revenue_change_rate=-0.3)
        self.row(self.foreign, overdue_amount=100.0)
        refs = {item["code"]: item["ref"] for item in self.items()}
        foreign = next(item for item in self.items(self.head) if item["account"]["name"] == "Beta")["ref"]
        for user, ref in ((self.rep, refs["overdue"]), (self.rep, foreign), (self.manager, foreign)):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.decisions(user).dismiss(ref, "Mine", "2025-08-29")
        with self.assertRaises(AccessError):
            self.decisions(self.outsider).dismiss(refs["revenue"], "Mine", "2025-08-29")
        self.decisions(self.rep).dismiss(refs["revenue"], "A holiday", "2025-08-29")
        self.decisions().dismiss(refs["overdue"], "They are broke", "2025-08-29")
        # A representative reads no reasons of what they may not see
        self.assertEqual(self.decisions(self.rep).search([]).mapped("code"), ["revenue"])
        self.assertEqual(set(self.decisions().search([]).mapped("code")), {"revenue", "overdue"})
        with self.assertRaises(AccessError):
            self.decisions(self.rep).create({"name": "x"})

    def test_coaching_stays_among_those_concerned(self):
        """Of a team, only those who take part may know of a colleague's coaching."""
        bystander = self.make_user("bystander", USER)
        self.account.key_account_team_ids = [Command.link(bystander.id)]
        self.env["key.account.coaching.plan"].create(
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
        self.dismiss("briefing")
        self.dismiss("briefing_mine", self.rep)
        self.assertEqual(self.decisions(bystander).search([]).mapped("name"), [])
        self.assertEqual(self.decisions(self.rep).search([]).mapped("code"), ["briefing_mine"])
        self.assertEqual(set(self.decisions().search([]).mapped("code")), {"briefing", "briefing_mine"})

    def test_of_a_figure_that_becomes_internal(self):
        self.row(self.account, revenue_change=-50.0, revenue_change_rate=-0.3)
        self.dismiss("revenue")
        decisions = self.decisions(self.rep)
        self.assertEqual(decisions.search([]).amount, 50.0)
        revenue = self.env.ref("key_account_management.kpi_revenue")
        revenue.audience = "internal"
        self.env.flush_all()
        self.assertFalse(decisions.search([]))
        self.assertEqual(self.decisions().search([]).amount, 50.0)
        revenue.audience = "customer"
        self.env.flush_all()
        self.assertEqual(decisions.search([]).amount, 50.0)

    def test_another_company(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        self.row(self.account, other, overdue_amount=100.0)
        with self.assertRaises(AccessError):
            self.decisions().dismiss(f"overdue:{other.id}:{self.account.id}:0", "Mine", "2025-08-29")


@freeze_time(NOW)
class TestSettling(AttentionCase):
    def settle(self, code, name, user=None, **values):
        return self.decisions(user).settle(self.item(code, user)["ref"], name, values)

    def test_measure(self):
        measure = self.measure(self.account)
        self.assertEqual(
            [each["name"] for each in self.item("measure")["actions"]], ["done", "postpone", "delegate", "open"]
        )
        result = self.settle("measure", "postpone", day="2025-08-20")
        self.assertEqual((result["message"], measure.date_end), ("Postponed to Aug 20, 2025.", date(2025, 8, 20)))
        measure.date_end = date(2025, 8, 10)
        self.settle("measure", "delegate", user_id=self.rep.id)
        self.assertEqual(measure.user_id, self.rep)
        result = self.settle("measure", "done")
        self.assertEqual((result["message"], measure.state), ("Done: Call", "done"))
        # What it achieved is asked at once
        self.assertEqual(result["action"]["target"], "new")
        self.settle("effect", "rate", effect="strong")
        self.assertEqual(measure.effect, "strong")
        self.assertEqual(self.items(), [])

    def test_who_may_not_is_not_offered_it(self):
        self.measure(self.account)
        self.assertEqual([each["name"] for each in self.item("measure", self.rep)["actions"]], ["open"])
        with self.assertRaises(AccessError):
            self.settle("measure", "done", self.rep)

    def test_values_that_cannot_be(self):
        self.measure(self.account)
        for name, values in (
            ("postpone", {}),
            ("postpone", {"day": "2025-08-15"}),
            ("delegate", {}),
            ("delegate", {"user_id": self.outsider.id}),
            ("delegate", {"user_id": "x"}),
        ):
            with self.subTest(name=name, values=values), self.assertRaises(UserError):
                self.settle("measure", name, **values)

    def test_delegated(self):
        self.row(self.account, revenue_change=-50.0, revenue_change_rate=-0.3, overdue_amount=10.0)
        self.account.key_account_team_ids = [Command.link(self.head.id)]
        choices = self.decisions().get_choices(self.item("revenue")["ref"])
        self.assertEqual({person["name"] for person in choices["people"]}, {"Rep", "Head"})
        # What is internal goes to those who may know it
        choices = self.decisions().get_choices(self.item("overdue")["ref"])
        self.assertEqual([person["name"] for person in choices["people"]], ["Head"])
        with self.assertRaises(UserError):
            self.settle("overdue", "hand_over", user_id=self.rep.id)
        self.settle("revenue", "hand_over", user_id=self.rep.id)
        measure = self.env["key.account.care.measure"].search([("partner_id", "=", self.account.id)])
        self.assertEqual(
            (measure.user_id, measure.name, measure.date_end),
            (self.rep, "Revenue −30.0% against last year", date(2025, 8, 22)),
        )
        self.assertEqual(self.codes(), [("overdue", "Alpha")])

    def test_measures_say_nothing_internal(self):
        """All who look after the account read them, not only whoever is to do it."""
        self.account.key_account_team_ids = [Command.link(self.head.id)]
        facts = [
            {"code": "revenue", "figures": ["revenue"], "rate": -0.3},
            {"code": "margin", "figures": ["contribution_margin"], "points": -0.0775},
        ]
        change = {"revenue_change": -50.0, "revenue_change_rate": -0.3}
        self.row(self.account, overdue_amount=10.0, facts=facts, **change)
        self.assertIn("margin −7.8 points", self.item("revenue")["sentence"].replace("-", "−"))
        self.assertEqual(self.settle("overdue", "add_measure")["action"]["context"]["default_name"], CHECK)
        self.settle("revenue", "hand_over", user_id=self.rep.id)
        self.settle("overdue", "hand_over", user_id=self.head.id)
        measures = self.env["key.account.care.measure"].with_user(self.rep)
        read = {measure.name: measure.description or "" for measure in measures.search([])}
        self.assertEqual(read.keys(), {"Revenue −30.0% against last year", CHECK})
        self.assertIn("30", read["Revenue −30.0% against last year"])
        self.assertNotIn("margin", read["Revenue −30.0% against last year"])
        self.assertEqual(read[CHECK], "")
        # Those who may know find what it is about
        self.assertIn("Invoices are overdue", self.decisions(self.head).search([]).mapped("name"))

    def test_held_is_asked_for_day_and_participants(self):
        review = self.env["key.account.review"].create(
            {"partner_id": self.account.id, "year": 2024, "planned_date": date(2025, 7, 1)}
        )
        # As if the customer had chosen the date
        self.env.cr.execute("UPDATE key_account_review SET state = 'scheduled' WHERE id = %s", [review.id])
        review.invalidate_recordset()
        action = self.settle("review_hold", "hold")["action"]
        self.assertEqual(
            (action["res_model"], action["context"]), ("key.account.review.hold", {"default_review_id": review.id})
        )
        self.assertEqual(review.state, "scheduled")

    def test_milestone(self):
        milestone = self.env["key.account.milestone"].create(
            {
                "name": "Pilot",
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "user_id": self.manager.id,
                "date_deadline": date(2025, 8, 1),
            }
        )
        self.settle("milestone", "postpone", day="2025-09-01")
        self.assertEqual(milestone.date_deadline, date(2025, 9, 1))
        milestone.date_deadline = date(2025, 8, 1)
        self.settle("milestone", "done")
        self.assertTrue(milestone.date_done)

    def test_visit(self):
        visit = self.env["key.account.visit"].create(
            {
                "partner_id": self.account.id,
                "company_id": self.company.id,
                "user_id": self.manager.id,
                "day": date(2025, 8, 1),
            }
        )
        self.settle("visit_report", "postpone", day="2025-08-20")
        self.assertEqual((visit.day, visit.state), (date(2025, 8, 20), "planned"))
        visit.day = date(2025, 8, 1)
        self.settle("visit_report", "cancel")
        self.assertEqual((visit.state, self.items()), ("cancelled", []))

    def test_evidence_and_what_opens(self):
        """Everything that is offered can be taken by whom it is offered to."""
        self.invoice(
            self.account,
            "2025-03-01",
            (self.product, 5, 50.0),
            invoice_date_due="2025-04-01",
            invoice_user_id=self.manager.id,
        )
        self.invoice(self.account, "2024-03-01", (self.product, 9, 100.0), invoice_user_id=self.manager.id)
        signals = [
            {"code": "price_floor", "figures": ["minimum_price"], "count": 1, "amount": 250.0},
            {
                "code": "price_ends",
                "figures": ["special_price"],
                "count": 1,
                "product": "Chair",
                "day": "2025-08-30",
                "rules": [],
                "amount": 9.0,
            },
        ]
        self.row(self.account, revenue_change=-650.0, revenue_change_rate=-0.72, overdue_amount=250.0, signals=signals)
        self.measure(self.account)
        opened = set()
        # A head without the right to all invoices of Odoo sees no invoices of others
        for user in (self.manager, self.rep):
            for item in self.items(user):
                names = [step["name"] for step in item["actions"] if not step["asks"] and step["name"] != "done"]
                for name in [*names, *(["evidence"] if item["evidence"] else [])]:
                    with self.subTest(user=user.login, code=item["code"], name=name), self.env.cr.savepoint():
                        result = self.decisions(user).settle(item["ref"], name)
                        self.assertTrue(result["action"]["res_model"])
                        opened.add((item["code"], name, result["action"]["res_model"]))
        self.assertIn(("revenue", "plan_visit", "key.account.visit"), opened)
        self.assertIn(("overdue", "evidence", "account.move.line"), opened)
        self.assertIn(("price_floor", "evidence", "key.account.sales.report"), opened)


class TestTwoAtOnce(AccountRaceCase):
    def prepare(self, env, **values):
        account = super().prepare(env, **values)
        measure = env["key.account.care.measure"].create(
            {
                "name": "Race",
                "partner_id": account.id,
                "company_id": env.company.id,
                "user_id": self.manager.id,
                "date_start": "2020-01-01",
                "date_end": "2020-02-01",
                "rhythm_unit": "month",
            }
        )
        self.measure_id = measure.id
        self.ref = f"measure:{env.company.id}:{account.id}:{measure.id}"

    def remove(self, env):
        env["key.account.care.measure"].search([("partner_id", "=", self.account_id)], order="id desc").unlink()
        super().remove(env)

    def decide(self, act):
        def do(env, number, wait):
            decisions = env(user=self.manager.id)["key.account.attention.decision"]
            decisions._find(self.ref)
            wait()
            return act(decisions, number)

        return list(self.at_once(2, do).values())

    def test_done(self):
        results = self.decide(lambda decisions, _number: decisions.settle(self.ref, "done"))
        refused = [result for result in results if isinstance(result, UserError)]
        self.assertEqual(len(refused), 1, results)
        self.assertIn("settled in the meantime", str(refused[0]))
        with self.database.cursor() as cr:
            measures = self.environment(cr)["key.account.care.measure"].search([("partner_id", "=", self.account_id)])
            self.assertEqual(sorted(measures.mapped("state")), ["done", "planned"], "The next one is planned once")

    def test_dismissed(self):
        day = date.fromordinal(date.today().toordinal() + 9).isoformat()
        results = self.decide(lambda decisions, number: decisions.dismiss(self.ref, f"Reason {number}", day))
        refused = [result for result in results if isinstance(result, UserError)]
        self.assertEqual(len(refused), 1, results)
        self.assertIn("has dismissed this until", str(refused[0]))
        with self.database.cursor() as cr:
            decisions = self.environment(cr)["key.account.attention.decision"]
            self.assertEqual(decisions.search_count([("partner_id", "=", self.account_id)]), 1)
