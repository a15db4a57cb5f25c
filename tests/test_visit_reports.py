"""Visits as work: planned, reported, followed by what was agreed. What was said is for the account's people only."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import YEAR, KeyAccountCase
from .documents import pages_of
from .race import RaceCase
from .visits import make_meeting

TOKEN = "0123456789abcdef"
START, STOP = datetime(2025, 7, 17, 9), datetime(2025, 7, 17, 11)


class ReportCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Frauke", "parent_id": cls.account.id, "email": "frauke@example.com"}
        )
        cls.account.key_account_tier_id = cls.env["key.account.tier"].create({"name": "Gold", "visit_target": 12})
        cls.visits = cls.env["key.account.visit"]

    @classmethod
    def plan(cls, start=None, account=None, user=None, **values):
        return cls.visits.with_context(dont_notify=True, no_mail_to_attendees=True).create(
            {
                "partner_id": (account or cls.account).id,
                "user_id": (user or cls.manager).id,
                "start": start,
                **values,
            }
        )

    @classmethod
    def meeting(cls, start, partners=None, **values):
        return make_meeting(cls.manager, start, partners or cls.contact, **values)

    def save(self, token=TOKEN, user=None, **report):
        """:return: (the visit, what the client gets)"""
        report = {"result": "They want fixed days.", "day": "2025-06-30", **report}
        answer = self.visits.with_user(user or self.manager).save_report(token, report)
        return self.visits.browse(answer["visit_id"]), answer


@freeze_time("2025-06-30 12:00:00")
class TestVisitReport(ReportCase):
    # === FROM WHAT ===#

    def test_of_a_planned_visit(self):
        visit = self.plan(datetime(2025, 6, 30, 9), contact_ids=[Command.set(self.contact.ids)])
        self.assertEqual(visit.event_id.partner_ids, self.manager.partner_id | self.contact)
        saved, _answer = self.save(visit_id=visit.id)
        self.assertEqual(saved, visit)
        self.assertEqual(
            (visit.state, visit.result, visit.reported_by_id), ("done", "They want fixed days.", self.manager)
        )
        self.assertEqual(visit.day, date(2025, 6, 30))

    def test_of_a_meeting_that_was_ticked(self):
        meeting = self.meeting(datetime(2025, 6, 27, 9))
        visit, _answer = self.save(event_id=meeting.id, day="2025-06-27")
        self.assertEqual((visit.partner_id, visit.event_id, visit.contact_ids), (self.account, meeting, self.contact))
        self.assertEqual((visit.start, visit.day), (meeting.start, date(2025, 6, 27)))
        self.assertEqual(self.visits.search_count([("partner_id", "=", self.account.id)]), 1)
        with self.assertRaisesRegex(UserError, "has already written the report"):
            self.save("another token", event_id=meeting.id)

    def test_without_anything_planned(self):
        """A visit is put into the calendar, where nobody is invited to what is over; a phone call is not."""
        visit, _answer = self.save(partner_id=self.account.id, people=self.contact.ids)
        self.assertEqual(visit.event_id.partner_ids, self.manager.partner_id | self.contact)
        self.assertEqual(visit.event_id.start, datetime(2025, 6, 30, 10))
        self.assertFalse(self.mails_to(self.contact))
        call, _answer = self.save("another token", partner_id=self.account.id, kind="phone")
        self.assertFalse(call.event_id)
        self.assertEqual(call.day, date(2025, 6, 30))

    def test_of_another_day_than_planned(self):
        visit = self.plan(datetime(2025, 6, 30, 9))
        self.save(visit_id=visit.id, day="2025-06-27")
        self.assertEqual((visit.start, visit.stop), (datetime(2025, 6, 27, 9), datetime(2025, 6, 27, 10)))
        self.assertEqual(visit.event_id.start, visit.start)

    def test_from_the_account(self):
        """The button finds what was planned or took place, so that nothing is counted twice."""
        account = self.account.with_user(self.manager)

        def source():
            params = account.action_write_key_account_report()["params"]
            return {name: value for name, value in params.items() if value}

        self.assertEqual(source(), {"partner_id": account.id})
        people = self.contact | self.manager.partner_id
        self.meeting(datetime(2025, 6, 20, 9), people)
        self.meeting(datetime(2025, 6, 29, 9), self.contact, user_id=self.head.id)
        self.meeting(datetime(2025, 7, 2, 9), people)
        self.assertEqual(source(), {"partner_id": account.id})
        meeting = self.meeting(datetime(2025, 6, 27, 9), people)
        self.assertEqual(source(), {"event_id": meeting.id, "partner_id": account.id})
        self.save(**source(), day="2025-06-27")
        self.assertEqual(source(), {"partner_id": account.id})
        self.plan(datetime(2025, 7, 15, 9))
        self.plan(datetime(2025, 6, 29, 9), user=self.rep)
        self.assertEqual(source(), {"partner_id": account.id})
        visit = self.plan(datetime(2025, 6, 28, 9))
        self.assertEqual(source(), {"visit_id": visit.id})
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.manager).action_write_key_account_report()

    def test_a_planned_call_that_became_a_visit(self):
        call = self.plan(kind="phone", day=date(2025, 6, 30))
        self.assertFalse(call.event_id)
        self.save(visit_id=call.id, kind="visit")
        self.assertTrue(call.event_id)

    # === WHAT FOLLOWS ===#

    def test_everything_at_once(self):
        late = self.env["key.account.care.measure"].create(
            {"name": "Weekly figures", "partner_id": self.account.id, "user_id": self.rep.id, "date_end": "2025-07-10"}
        )
        kept = late.copy({"name": "Audit"})
        review = self.env["key.account.review"].create({"partner_id": self.account.id, "year": 2025})
        issue = self.env["key.account.review.issue"].create({"name": "Late", "review_id": review.id})
        visit, answer = self.save(
            partner_id=self.account.id,
            people=self.contact.ids,
            settled=[{"model": late._name, "id": late.id}, {"model": issue._name, "id": issue.id}],
            new=[
                {"kind": "measure", "name": "Stock in the north", "day": "2025-08-01"},
                {"kind": "issue", "name": "Fixed delivery days", "day": None},
                {"kind": "risk", "name": "They test a second source", "day": None},
                {"kind": "opportunity", "name": "Forty more", "day": None},
                {"kind": "measure", "name": "  ", "day": None},
            ],
            mood=2,
            mood_contact_id=self.contact.id,
            next_day="2025-07-30",
        )
        self.assertEqual((late.state, kept.state, issue.state), ("done", "planned", "solved"))
        measure = visit.measure_ids
        self.assertEqual((measure.name, measure.date_end), ("Stock in the north", date(2025, 8, 1)))
        self.assertEqual((measure.user_id, measure.event_id), (self.manager, visit.event_id))
        self.assertEqual((visit.issue_ids.name, visit.issue_ids.review_id), ("Fixed delivery days", review))
        self.assertEqual((visit.risk_ids.name, visit.risk_ids.effect), ("They test a second source", "bad"))
        self.assertEqual((visit.opportunity_id.name, visit.opportunity_id.partner_id), ("Forty more", self.account))
        mood = visit.satisfaction_ids
        self.assertEqual(
            (mood.score, mood.contact_id, mood.source, mood.date), (2.5, self.contact, "manual", visit.day)
        )
        following = visit.next_visit_id
        self.assertEqual(
            (following.state, following.day, following.user_id), ("planned", date(2025, 7, 30), self.manager)
        )
        self.assertEqual(following.event_id.partner_ids, self.manager.partner_id)
        made = [(each["model"], each["id"]) for each in answer["made"]]
        records = (measure, visit.issue_ids, visit.risk_ids, mood, visit.opportunity_id, following)
        self.assertEqual(made, [(record._name, record.id) for record in records])

    def test_moods(self):
        """From 1 to 5 the whole way from 0 to 10, in equal steps."""
        for mood, score in ((1, 0.0), (2, 2.5), (3, 5.0), (4, 7.5), (5, 10.0)):
            visit, _answer = self.save(f"{TOKEN}{mood}", partner_id=self.account.id, kind="phone", mood=mood)
            self.assertEqual(visit.satisfaction_ids.score, score)

    def test_saved_once(self):
        report = {
            "partner_id": self.account.id,
            "new": [{"kind": "measure", "name": "Call", "day": None}],
            "mood": 4,
            "next_day": "2025-07-30",
        }
        visit, first = self.save(**report)
        again, second = self.save(**report)
        self.assertEqual((again, second), (visit, first))
        self.assertEqual(len(self.visits.search([("partner_id", "=", self.account.id)])), 2)
        self.assertEqual((len(visit.measure_ids), len(visit.satisfaction_ids)), (1, 1))

    def test_all_or_nothing(self):
        """What cannot be saved at the end leaves nothing of the beginning."""
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.save(
                partner_id=self.account.id,
                new=[{"kind": "measure", "name": "Call", "day": None}],
                next_day="2025-06-01",
            )
        self.assertFalse(self.visits.search([("partner_id", "=", self.account.id)]))
        self.assertFalse(self.env["key.account.care.measure"].search([("partner_id", "=", self.account.id)]))

    def test_two_people_settle_the_same(self):
        """What someone else has done in the meantime is done, and a recurring measure has one successor."""
        measure = self.env["key.account.care.measure"].create(
            {
                "name": "Call",
                "partner_id": self.account.id,
                "user_id": self.rep.id,
                "date_end": "2025-07-10",
                "rhythm_unit": "month",
            }
        )
        for token, user in ((TOKEN, self.manager), ("another token", self.rep)):
            self.save(token, user, partner_id=self.account.id, settled=[{"model": measure._name, "id": measure.id}])
        self.assertEqual(measure.state, "done")
        self.assertEqual(len(measure.successor_ids), 1)

    def test_issue_waits_for_the_next_review(self):
        visit, _answer = self.save(
            partner_id=self.account.id, new=[{"kind": "issue", "name": "Fixed days", "day": None}]
        )
        issue = visit.issue_ids
        self.assertEqual((issue.review_id.id, issue.partner_id, issue.company_id), (False, self.account, self.company))
        with self.assertRaisesRegex(UserError, "Fixed days"):
            visit.unlink()
        issue.write({"result": "A fixed day", "result_user_id": self.rep.id, "result_date": "2025-07-30"})
        issue.action_make_measure()
        self.assertEqual(issue.followup.partner_id, self.account)
        review = (
            self.env["key.account.review"].with_user(self.manager).create({"partner_id": self.account.id, "year": 2026})
        )
        self.assertEqual(review.issue_ids, issue)
        other = self.env["key.account.review"].create({"partner_id": self.foreign.id, "year": 2026})
        self.assertFalse(other.issue_ids)

    def test_issue_needs_a_review_or_a_visit(self):
        with self.assertRaises(ValidationError):
            self.env["key.account.review.issue"].with_user(self.manager).create({"name": "Lost"})

    # === WHAT IS REFUSED ===#

    def test_messages(self):
        stranger = self.env["res.partner"].create({"name": "Stranger", "parent_id": self.foreign.id})
        empty = self.meeting(datetime(2025, 6, 27, 9), self.manager.partner_id)
        of_account = {"partner_id": self.account.id}
        for report, message in (
            ({}, "Which account was visited"),
            ({"event_id": empty.id}, "None of the people in the meeting belongs to a key account"),
            ({**of_account, "result": ""}, "What was said"),
            ({**of_account, "day": "2025-07-05"}, "in the future"),
            ({**of_account, "day": "soon"}, "not a date"),
            ({**of_account, "day": ["2025-06-30"]}, "not a date"),
            ({**of_account, "kind": "letter"}, "letter"),
            ({**of_account, "mood": 6}, "from 1 to 5"),
            ({**of_account, "mood": "3"}, "from 1 to 5"),
            ({**of_account, "mood": 3, "kind": "nobody_met"}, "Nobody was met"),
            ({**of_account, "people": stranger.ids}, "Stranger"),
            ({**of_account, "people": ["x"]}, "no record"),
            ({**of_account, "people": 7}, "not possible"),
            ({**of_account, "mood": 3, "mood_contact_id": stranger.id}, "Stranger"),
            ({**of_account, "next_day": "2025-06-29"}, "past"),
            ({**of_account, "new": [{"kind": "res.users", "name": "x"}]}, "cannot be added"),
            ({**of_account, "new": "measure"}, "not possible"),
            ({**of_account, "settled": [{"model": "res.users", "id": 1}]}, "cannot be settled"),
            ({**of_account, "settled": [None]}, "cannot be settled"),
            ({**of_account, "result": "x" * 30_000}, "at most"),
            ({**of_account, "result": ["x"]}, "not a text"),
            ({"partner_id": "1"}, "no record"),
            ({"partner_id": -1}, "no record"),
            ({"partner_id": 2**31 - 1}, "deleted"),
            ({"partner_id": self.contact.id}, "not a key account"),
        ):
            with (
                self.subTest(report=str(report)[:80]),
                self.assertRaisesRegex(UserError, message),
                self.env.cr.savepoint(),
            ):
                self.save(**report)
        for token in (None, "", "short", "x" * 200, 5, ["0123456789"], "\0" * 16):
            with self.subTest(token=token), self.assertRaisesRegex(UserError, "token"):
                self.save(token, **of_account)
        for report in (None, [], "x"):
            with self.assertRaises(UserError):
                self.visits.with_user(self.manager).save_report(TOKEN, report)
        self.assertFalse(self.visits.search([("partner_id", "=", self.account.id)]))

    def test_what_settles_belongs_to_the_account(self):
        foreign = self.env["key.account.care.measure"].create(
            {"name": "Theirs", "partner_id": self.foreign.id, "user_id": self.head.id, "date_end": "2025-07-10"}
        )
        report = {"partner_id": self.account.id, "settled": [{"model": foreign._name, "id": foreign.id}]}
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.save(**report)
        self.save(user=self.head, **report)
        self.assertEqual(foreign.state, "planned")

    # === WHO ===#

    def test_representatives(self):
        """They report on their own accounts; what they hear becomes what they could not enter otherwise."""
        measure = self.env["key.account.care.measure"].create(
            {"name": "Call", "partner_id": self.account.id, "user_id": self.manager.id, "date_end": "2025-07-10"}
        )
        visit, _answer = self.save(
            user=self.rep,
            partner_id=self.account.id,
            people=self.contact.ids,
            mood=5,
            new=[{"kind": kind, "name": kind, "day": None} for kind in ("measure", "issue", "risk")],
        )
        self.assertEqual((visit.user_id, visit.measure_ids.user_id), (self.rep, self.rep))
        self.assertEqual(
            (visit.issue_ids.name, visit.risk_ids.name, visit.satisfaction_ids.score), ("issue", "risk", 10)
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.save(
                "another token",
                self.rep,
                partner_id=self.account.id,
                settled=[{"model": measure._name, "id": measure.id}],
            )
        with self.assertRaises(AccessError):
            self.save("third token", self.rep, partner_id=self.foreign.id)
        screen = self.visits.with_user(self.rep).get_report(partner_id=self.account.id)
        self.assertEqual([row["may_settle"] for row in screen["open"] if row["name"] == "Call"], [False])
        self.assertEqual([row["may_settle"] for row in screen["open"] if row["name"] == "measure"], [True])

    def test_somebody_elses_visit(self):
        visit = self.plan(datetime(2025, 6, 30, 9))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.save(user=self.rep, visit_id=visit.id)
        foreign = self.plan(datetime(2025, 6, 30, 9), self.foreign, self.head)
        for report in ({"visit_id": foreign.id}, {"event_id": foreign.event_id.id}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.save(**report)
            with self.assertRaises(AccessError):
                self.visits.with_user(self.manager).get_report(**report)
        for user in (self.outsider, self.manager):
            with self.assertRaises(AccessError):
                foreign.with_user(user).read(["result"])

    def test_meetings_of_others(self):
        """Whoever may see an account cannot take over a meeting that has nothing to do with it."""
        theirs = self.meeting(datetime(2025, 6, 27, 9), self.foreign | self.head.partner_id, user_id=self.head.id)
        with self.assertRaises(AccessError):
            self.save(event_id=theirs.id, partner_id=self.account.id)
        private = self.meeting(
            datetime(2025, 6, 27, 9), self.contact | self.head.partner_id, user_id=self.head.id, privacy="private"
        )
        with self.assertRaises(AccessError):
            self.save(event_id=private.id)

    def test_token_of_somebody_else(self):
        self.save(user=self.head, partner_id=self.foreign.id)
        with self.assertRaises(AccessError):
            self.save(partner_id=self.account.id)

    def test_what_only_the_report_writes(self):
        visit = self.plan(datetime(2025, 6, 30, 9), user=self.rep).with_user(self.rep)
        meeting = self.meeting(datetime(2025, 6, 27, 9))
        for values in ({"state": "done"}, {"event_id": meeting.id}, {"report_token": TOKEN}, {"reported_by_id": 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                visit.write(values)
        with self.assertRaises(AccessError):
            meeting.with_user(self.rep).write({"key_account_visit_id": visit.id})

    # === THE SCREEN ===#

    def test_screen(self):
        review = self.env["key.account.review"].create({"partner_id": self.account.id, "year": 2025})
        self.env["key.account.review.issue"].create({"name": "Fixed days", "review_id": review.id})
        self.env["key.account.care.measure"].create(
            {"name": "Weekly figures", "partner_id": self.account.id, "user_id": self.rep.id, "date_end": "2025-07-10"}
        )
        self.invoice(self.account, date(2025, 3, 1), (self.product, 10, 100.0))
        self.invoice(self.account, date(2024, 3, 1), (self.product, 30, 100.0))
        visit = self.plan(datetime(2025, 6, 30, 9), contact_ids=[Command.set(self.contact.ids)], purpose="Prices")
        screen = visit.with_user(self.manager).get_report(visit_id=visit.id)
        self.assertEqual(screen["account"], {"id": self.account.id, "name": "Alpha"})
        self.assertEqual((screen["day"], screen["kind"], screen["purpose"]), ("2025-06-30", "visit", "Prices"))
        self.assertEqual([person["name"] for person in screen["people"] if person["met"]], ["Frauke"])
        self.assertEqual([row["name"] for row in screen["open"]], ["Fixed days", "Weekly figures"])
        know = " | ".join(screen["know"]).replace("\N{NO-BREAK SPACE}", " ")
        # 1,000 after 3,000: of one category
        self.assertIn("(−66.7%)", know)
        self.assertIn("Chairs −2,000 €", know)
        self.assertIn("2 promises open: Fixed days, Weekly figures", know)
        # Twelve visits a year: one month after this one, a Wednesday
        self.assertEqual(screen["next"]["day"], "2025-07-30")
        self.assertEqual(screen["next"]["reason"], "Tier Gold: 12 visits a year")
        self.assertEqual([each["kind"] for each in screen["new"]], ["measure", "issue", "risk", "opportunity"])

    def test_screen_without_account(self):
        empty = self.meeting(datetime(2025, 6, 27, 9), self.manager.partner_id)
        screen = self.visits.with_user(self.manager).get_report(event_id=empty.id)
        self.assertIsNone(screen["account"])
        self.assertEqual(screen["accounts"], [{"id": self.account.id, "name": "Alpha"}])
        self.assertEqual(screen["day"], "2025-06-27")

    def test_screen_knows_what_is_planned(self):
        self.plan(datetime(2025, 7, 15, 9))
        screen = self.visits.with_user(self.manager).get_report(partner_id=self.account.id)
        self.assertEqual((screen["next"]["day"], screen["next"]["planned"]), ("", "Next visit planned: 07/15/2025"))

    def test_internal_figures_stay_internal(self):
        due = self.env.ref("account.account_payment_term_30days")
        self.invoice(self.account, date(2025, 3, 1), (self.product, 10, 100.0), invoice_payment_term_id=due.id)
        for user, shown in ((self.manager, True), (self.rep, False)):
            know = self.visits.with_user(user).get_report(partner_id=self.account.id)["know"]
            self.assertEqual("Overdue: 1,000\N{NO-BREAK SPACE}€" in know, shown, know)

    def mails_to(self, partner):
        return self.env["mail.message"].sudo().search([("notified_partner_ids", "in", partner.ids)])


@freeze_time("2025-06-30 12:00:00")
class TestVisitKinds(ReportCase):
    """What the kinds mean for the figures; every number is counted by hand."""

    def values(self, account=None, period=YEAR):
        codes = ["visits", "days_since_visit", "next_visit_days"]
        figures = self.figures(account or self.account, period, codes)
        return tuple(figures[code]["value"] for code in codes)

    def test_kinds(self):
        # Ten days ago
        self.meeting(datetime(2025, 6, 20, 9))
        self.assertEqual(self.values(), (1, 10, None))
        # Two days ago: only two of them start the interval again, and only one counts
        for kind, values in (
            ("visit", (2, 2, None)),
            ("nobody_met", (1, 10, None)),
            ("phone_instead", (1, 2, None)),
            ("phone", (1, 10, None)),
        ):
            with self.subTest(kind), self.env.cr.savepoint() as savepoint:
                self.save(partner_id=self.account.id, kind=kind, day="2025-06-28", people=self.contact.ids)
                self.assertEqual(self.values(), values)
                savepoint.rollback()
            with self.subTest(f"{kind} of a meeting"), self.env.cr.savepoint() as savepoint:
                meeting = self.meeting(datetime(2025, 6, 28, 9))
                self.assertEqual(self.values(), (2, 2, None))
                self.save(event_id=meeting.id, kind=kind, day="2025-06-28")
                self.assertEqual(self.values(), values)
                savepoint.rollback()

    def test_due_day_follows(self):
        """Twelve visits a year: due one month after the last one that counts for it."""
        self.meeting(datetime(2025, 6, 20, 9))
        self.save(partner_id=self.account.id, kind="phone", day="2025-06-28")
        self.env.invalidate_all()
        account = self.account.with_user(self.manager)
        self.assertEqual(
            (account.key_account_last_visit, account.key_account_visit_due), (date(2025, 6, 20), date(2025, 7, 20))
        )
        self.save("another token", partner_id=self.account.id, kind="phone_instead", day="2025-06-28")
        self.env.invalidate_all()
        self.assertEqual(
            (account.key_account_last_visit, account.key_account_visit_due), (date(2025, 6, 28), date(2025, 7, 28))
        )

    def test_of_its_account_whoever_attends(self):
        """Nobody was invited: the visit is to its account all the same."""
        visit = self.plan(datetime(2025, 7, 15, 9))
        self.assertEqual(self.values(), (0, None, 15))
        self.save(partner_id=self.account.id, day="2025-06-27", people=[])
        self.assertEqual(self.values(), (1, 3, 15))
        self.assertEqual(self.values(self.foreign), (0, None, None))
        visit.action_cancel()
        self.assertEqual(self.values(), (1, 3, None))
        self.assertFalse(visit.event_id.active)

    def test_guests_of_another_account(self):
        """A meeting with people of two accounts is a visit to both; nobody met is nobody met."""
        guest = self.env["res.partner"].create({"name": "Guest", "parent_id": self.foreign.id})
        meeting = self.meeting(datetime(2025, 6, 27, 9), self.contact | guest)
        self.assertEqual((self.values()[0], self.values(self.foreign)[0]), (1, 1))
        visit, _answer = self.save(event_id=meeting.id, partner_id=self.account.id, day="2025-06-27")
        self.assertEqual((self.values()[0], self.values(self.foreign)[0]), (1, 1))
        visit.kind = "nobody_met"
        self.assertEqual((self.values()[0], self.values(self.foreign)[0]), (0, 0))

    def test_counted_once(self):
        """Invited, met and the account of the visit: one visit."""
        visit = self.plan(datetime(2025, 6, 27, 9), contact_ids=[Command.set(self.contact.ids)])
        self.save(visit_id=visit.id, day="2025-06-27", people=self.contact.ids)
        self.assertEqual(self.values(), (1, 3, None))

    def test_reported_before_the_planned_end(self):
        """Back early: the report says that it is over."""
        visit = self.plan(datetime(2025, 6, 30, 13))
        self.assertEqual(self.values(), (0, None, 0))
        self.save(visit_id=visit.id)
        self.assertEqual(self.values(), (1, 0, None))

    def test_meeting_is_deleted(self):
        """A report says that a visit took place; one that was only planned goes with its meeting."""
        visit, _answer = self.save(partner_id=self.account.id, day="2025-06-27")
        planned = self.plan(datetime(2025, 7, 15, 9))
        (visit | planned).event_id.with_user(self.manager).unlink()
        self.assertEqual((visit.state, planned.state), ("done", "cancelled"))
        self.assertEqual(self.values(), (1, 3, None))
        figures = self.account._get_key_account_figure_records("visits", *YEAR)
        self.assertIn(visit, [self.env[model].search(domain) for model, domain in figures])

    def test_archived_meeting(self):
        visit, _answer = self.save(partner_id=self.account.id, day="2025-06-27")
        visit.event_id.with_user(self.manager).active = False
        self.assertEqual(self.values(), (1, 3, None))

    def test_periods_and_companies(self):
        self.save(partner_id=self.account.id, kind="phone_instead", day="2025-03-31")
        quarter, half = (date(2025, 1, 1), date(2025, 3, 31)), (date(2025, 4, 1), date(2025, 6, 30))
        self.assertEqual(self.values(period=quarter), (0, 0, None))
        self.assertEqual(self.values(period=half)[1], 91)
        other = self.make_company("Other Company", "base.EUR")
        figures = self.account.with_context(allowed_company_ids=other.ids).get_key_account_figures(
            *YEAR, codes=["days_since_visit"]
        )
        self.assertIsNone(figures[self.account.id]["days_since_visit"]["value"])

    def test_hours(self):
        """Two hours at the customer's cost something; a call that has no meeting has no hours."""
        self.company.key_account_hourly_cost = 50.0
        visit = self.plan(datetime(2025, 6, 27, 9), stop=datetime(2025, 6, 27, 11))
        self.save(visit_id=visit.id, day="2025-06-27")
        self.save("another token", partner_id=self.account.id, kind="phone_instead", day="2025-06-28")
        self.assertEqual(self.value(self.account, "indirect_costs"), 100.0)

    def test_records_of_the_last_visit(self):
        call, _answer = self.save(partner_id=self.account.id, kind="phone_instead", day="2025-06-28")
        figures = self.account._get_key_account_figure_records("days_since_visit", *YEAR)
        self.assertIn(call, [self.env[model].search(domain) for model, domain in figures])

    def test_queries(self):
        accounts = self.account | self.make_account("Gamma") | self.make_account("Delta")
        for number, account in enumerate(accounts):
            self.save(f"{TOKEN}{number}", self.head, partner_id=account.id, kind="phone_instead")
            self.plan(datetime(2025, 7, 1, 9), account)
        self.assertConstantQueries(accounts, ["visits", "days_since_visit", "next_visit_days"])


@freeze_time("2025-06-30 12:00:00")
class TestVisitMeeting(ReportCase):
    def test_only_planned_kinds(self):
        with self.assertRaises(ValidationError):
            self.plan(kind="nobody_met", day=date(2025, 7, 15))

    def test_meeting_says_nothing(self):
        visit = self.plan(datetime(2025, 7, 15, 9), purpose="They want to leave", preparation="Secret")
        visit.result = "Hidden"
        texts = str(visit.event_id.with_user(self.outsider).read())
        for secret in ("leave", "Secret", "Hidden"):
            self.assertNotIn(secret, texts)

    def test_in_step(self):
        """Who may change the visit moves it in the calendar; others are told of on the visit."""
        visit = self.plan(datetime(2025, 7, 15, 9), user=self.rep)
        times = {"start": START, "stop": STOP}
        visit.event_id.with_user(self.manager).write({**times})
        self.assertEqual((visit.start, visit.stop, visit.day), (START, STOP, date(2025, 7, 17)))
        visit.write({"start": datetime(2025, 7, 18, 9)})
        self.assertEqual(
            (visit.event_id.start, visit.event_id.stop), (datetime(2025, 7, 18, 9), datetime(2025, 7, 18, 11))
        )
        foreign = self.plan(datetime(2025, 7, 15, 9), self.foreign, self.head)
        foreign.event_id.with_user(self.manager).write({**times})
        self.assertEqual(foreign.start, datetime(2025, 7, 15, 9))
        self.assertIn(self.manager.name, foreign.activity_ids.summary)

    def test_form(self):
        form = Form(self.visits.with_user(self.rep))
        form.partner_id = self.account
        form.start = datetime(2025, 7, 15, 9)
        visit = form.save()
        self.assertEqual((visit.day, visit.user_id, visit.state), (date(2025, 7, 15), self.rep, "planned"))
        self.assertTrue(visit.event_id)

    def test_deleting(self):
        planned = self.plan(datetime(2025, 7, 15, 9))
        done, _answer = self.save(partner_id=self.account.id)
        meetings = planned.event_id, done.event_id
        (planned | done).with_user(self.manager).unlink()
        self.assertEqual([bool(meeting.exists()) for meeting in meetings], [False, True])

    def test_search(self):
        missed = self.plan(datetime(2025, 6, 27, 9))
        ahead = self.plan(datetime(2025, 7, 15, 9))
        visits = self.visits.with_user(self.manager)
        found = visits.search([("partner_id", "=", self.account.id), ("is_overdue", "=", True)])
        self.assertEqual(found, missed)
        found = visits.search([("partner_id", "=", self.account.id), ("is_overdue", "=", False)])
        self.assertEqual(found, ahead)
        self.assertEqual((missed.is_overdue, ahead.is_overdue), (True, False))


@freeze_time("2025-06-30 12:00:00")
class TestVisitSheet(ReportCase):
    def pages(self, user, visit):
        reports = self.env["ir.actions.report"].with_user(user)
        reports = reports.with_context(allowed_company_ids=self.company.ids, force_report_rendering=True)
        pdf, kind = reports._render_qweb_pdf("key_account_management.report_visit_sheet", visit.ids)
        self.assertEqual(kind, "pdf")
        return pages_of(pdf)

    def fill(self):
        """Something of everything, with the last visit four weeks ago."""
        self.save(partner_id=self.account.id, day="2025-06-02", result="They want fixed days.")
        account = {"partner_id": self.account.id}
        review = self.env["key.account.review"].create({**account, "year": 2024})
        topic = {"review_id": review.id, "name": "Delivery", "section": "status", "result": "Two days at most"}
        self.env["key.account.review.topic"].create(topic)
        review.action_hold()
        self.env["key.account.review.issue"].create({"name": "Spare parts", "review_id": review.id})
        measure = {**account, "user_id": self.rep.id}
        measures = self.env["key.account.care.measure"]
        measures.create({**measure, "name": "Weekly figures", "date_start": "2025-06-01", "date_end": "2025-06-20"})
        measures.create({**measure, "name": "Audit", "date_end": "2025-07-20", "state": "done"})
        self.env["key.account.event"].create({**account, "name": "Fire", "date": "2025-06-10"})
        order = self.env["sale.order"].create(
            {
                **account,
                "company_id": self.company.id,
                "user_id": self.manager.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_uom_qty": 3, "tax_ids": [Command.clear()]})
                ],
            }
        )
        self.invoice(self.account, date(2025, 3, 1), (self.product, 10, 100.0))
        self.invoice(self.account, date(2024, 3, 1), (self.product, 30, 100.0))
        self.invoice(self.account, date(2025, 6, 10), (self.product, 2, 100.0))
        self.invoice(self.account, date(2024, 6, 10), (self.product, 1, 100.0))
        return order

    def test_what_to_know(self):
        order = self.fill()
        visit = self.plan(datetime(2025, 7, 15, 9), contact_ids=[Command.set(self.contact.ids)])
        data = visit.with_user(self.manager).get_preparation()
        self.assertEqual(data["since"], "Jun 2, 2025")
        self.assertEqual(data["last_report"], "They want fixed days.")
        self.assertEqual(data["issues"], ["Spare parts (Customer)"])
        self.assertEqual(data["measures"], ["Weekly figures – Rep, overdue since Jun 20, 2025"])
        self.assertEqual(data["promises"], ["Delivery: Two days at most"])
        # Since then two, a year earlier one at 100: twice as much
        happened = [line.replace("\N{NO-BREAK SPACE}", " ") for line in data["happened"]]
        self.assertEqual(happened[0], "Revenue 200 € (+100.0% on the same days last year)")
        self.assertEqual(happened[1:], ["Chairs +100 €", "Done: Audit", "Jun 10, 2025: Fire"])
        self.assertEqual(data["people"], ["Frauke"])
        # Three at 100
        self.assertRegex(data["offers"][0], rf"^{order.name} · .*\b300\b.* · valid until Jul 30, 2025$")
        # 1,200 after 3,100
        self.assertIn("Chairs −1,900\N{NO-BREAK SPACE}€", data["moved"])

    def test_printed(self):
        self.fill()
        visit = self.plan(datetime(2025, 7, 15, 9), purpose="Prices", preparation="Take samples along")
        (page,) = self.pages(self.manager, visit)
        for expected in ("Alpha", "Prices", "Take samples along", "Spare parts", "Weekly figures", "Fire", "Internal"):
            self.assertIn(expected, page)

    def test_for_whom(self):
        foreign = self.plan(datetime(2025, 7, 15, 9), self.foreign, self.head)
        for user in (self.manager, self.outsider):
            with self.assertRaises(AccessError):
                self.pages(user, foreign)
            with self.assertRaises(AccessError):
                foreign.with_user(user).get_preparation()
        with self.assertRaisesRegex(UserError, "select what to print"):
            self.pages(self.manager, foreign.browse())


@freeze_time("2025-06-30 12:00:00")
class TestVisitInvitation(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.account.lang = cls.contact.lang = "de_DE"
        cls.manager.email = "kim@example.com"
        cls.rep.email = "robin@example.com"

    def mails(self, partner):
        return self.env["mail.message"].sudo().search([("notified_partner_ids", "in", partner.ids)])

    def invite(self, **values):
        return self.visits.with_user(self.rep).create(
            {
                "partner_id": self.account.id,
                "start": datetime(2025, 7, 15, 8),
                "contact_ids": [Command.set(self.contact.ids)],
                **values,
            }
        )

    def test_only_those_chosen(self):
        colleague = self.contact.copy({"name": "Ole", "email": "ole@example.com"})
        self.invite()
        self.assertEqual(len(self.mails(self.contact)), 1)
        self.assertFalse(self.mails(colleague))
        self.assertFalse(self.mails(self.account))

    def test_it_is_ours(self):
        visit = self.invite()
        mail = self.mails(self.contact)
        self.assertIn("kim@example.com", mail.email_from)
        self.assertEqual(mail.attachment_ids.mapped("name"), ["invitation.ics"])
        self.assertIn("15. Juli 2025", mail.subject)
        token = visit.event_id.attendee_ids.filtered(lambda each: each.partner_id == self.contact).sudo().access_token
        self.assertIn(token, mail.body)
        self.assertNotIn("invited you for", mail.body)

    def test_whoever_is_added_later(self):
        visit = self.invite(contact_ids=[])
        self.assertFalse(self.mails(self.contact))
        visit.write({"contact_ids": [Command.set(self.contact.ids)]})
        self.assertIn("15. Juli 2025", self.mails(self.contact).subject)
        visit.write({"location": "Gate 4"})
        self.assertEqual(len(self.mails(self.contact)), 1)

    def test_cancelled(self):
        """Whoever was invited is told, once; what was cancelled can be planned again."""
        visit = self.invite()
        mails = self.env["mail.mail"].sudo()
        known = mails.search([])
        visit.action_cancel()
        visit.action_cancel()
        self.assertEqual((visit.state, visit.event_id.active), ("cancelled", False))
        self.assertEqual((mails.search([]) - known).recipient_ids, self.contact)
        self.assertEqual(len(mails.search([]) - known), 1)
        visit.action_plan()
        self.assertEqual((visit.state, visit.event_id.active), ("planned", True))

    def test_others_get_odoos(self):
        """Other meetings, and colleagues who come along, are invited as ever."""
        values = {"name": "Talk", "start": datetime(2025, 7, 15, 8), "stop": datetime(2025, 7, 15, 9)}
        meetings = self.env["calendar.event"].with_user(self.rep)
        meetings.create({**values, "key_account_visit": True, "partner_ids": [Command.set(self.contact.ids)]})
        self.assertIn("Talk", self.mails(self.contact).subject)
        visit = self.invite()
        self.head.email = "head@example.com"
        visit.event_id.with_user(self.rep).write({"partner_ids": [Command.link(self.head.partner_id.id)]})
        self.assertIn("Visit to Alpha", self.mails(self.head.partner_id).subject)

    def test_note(self):
        form = Form(self.visits.with_user(self.rep), view="key_account_management.key_account_visit_view_form_plan")
        form.partner_id = self.account
        form.start = datetime(2025, 7, 15, 8)
        self.assertIn("Nobody is invited", form.invitation_note)
        form.contact_ids.add(self.contact)
        self.assertIn("by email when you save: Frauke", form.invitation_note)


@tagged("post_install", "-at_install")
class TestReportRace(RaceCase):
    """The button pressed twice, or sent again because no answer came: one report."""

    def prepare(self, env):
        self.account = (
            env["res.partner"].create({"name": "Race", "is_company": True, "key_account_status": "active"}).id
        )
        env.flush_all()

    def remove(self, env):
        visits = env["key.account.visit"].search([("partner_id", "=", self.account)])
        env["key.account.care.measure"].search([("partner_id", "=", self.account)]).unlink()
        visits.event_id.with_context(dont_notify=True).unlink()
        visits.exists().unlink()
        env["res.partner"].browse(self.account).unlink()

    def test_twice_at_once(self):
        report = {
            "partner_id": self.account,
            "result": "Said",
            "new": [{"kind": "measure", "name": "Call", "day": None}],
        }

        def act(env, number, wait):
            env["res.partner"].browse(self.account).read(["name"])
            wait()
            return env["key.account.visit"].save_report("a token of a race", report)["visit_id"]

        results = self.at_once(2, act)
        self.assertEqual(len(set(results.values())), 1, results)
        with self.database.cursor() as cr:
            env = self.environment(cr)
            self.assertEqual(env["key.account.visit"].search_count([("partner_id", "=", self.account)]), 1)
            self.assertEqual(env["key.account.care.measure"].search_count([("partner_id", "=", self.account)]), 1)
