"""Topics in the meeting, results and what becomes of them, retrospective, minutes and checklist, and who sees what."""

import base64
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import HEAD
from .documents import pages_of
from .reviews import ReviewCase


@freeze_time("2026-02-10 09:00")
class TestReviewTalk(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.rep | cls.manager).write({"group_ids": [Command.link(cls.env.ref("base.group_allow_export").id)]})
        cls.foreign_review = (
            cls.env["key.account.review"].with_user(cls.head).create({"partner_id": cls.foreign.id, "year": 2026})
        )

        cls.other_company = cls.make_company("Elsewhere", "base.EUR", chart=False)
        cls.elsewhere = cls.make_user("elsewhere", HEAD, company=cls.other_company)

    # === THE CLOCK ===#

    def test_minutes_of_a_topic(self):
        first, second = self.make("topic", name="First", minutes=10), self.make("topic", name="Second")
        first.action_start()
        with freeze_time("2026-02-10 09:05"):
            first.action_start()
        with freeze_time("2026-02-10 09:12"):
            second.action_start()
        self.assertEqual((first.minutes_spent, first.started_on), (12.0, False))
        with freeze_time("2026-02-10 09:13:30"):
            second.action_stop()
            second.action_stop()
        self.assertEqual((second.minutes_spent, self.review.minutes_spent), (1.5, 13.5))

    def test_closing_stops_the_clock(self):
        topic = self.make("topic", name="First")
        self.review.action_hold()
        topic.action_start()
        with freeze_time("2026-02-10 09:30"):
            self.review.action_close()
        self.assertEqual(topic.minutes_spent, 30.0)
        with self.assertRaisesRegex(UserError, "is over"):
            topic.action_start()

    def test_closing_over_rpc_stops_the_clock(self):
        """Whoever writes the status does what the button does."""
        topic = self.make("topic", name="First")
        self.review.action_hold()
        topic.action_start()
        with freeze_time("2026-02-10 09:30"):
            self.review.write({"state": "closed"})
        self.assertEqual((topic.minutes_spent, topic.started_on), (30.0, False))

    def test_negative_minutes(self):
        with self.assertRefused("cannot be negative"):
            self.make("topic", minutes=-1)

    def test_material_that_was_uploaded_before_the_topic_was_saved(self):
        material = (
            self.env["ir.attachment"]
            .with_user(self.manager)
            .create({"name": "plan.txt", "datas": base64.b64encode(b"x"), "res_model": "key.account.review.topic"})
        )
        topic = self.make("topic", name="First", material_ids=[Command.link(material.id)])
        self.assertEqual(material.res_id, topic.id)
        self.assertEqual(material.with_user(self.rep).name, "plan.txt")
        with self.assertRaises(AccessError):
            material.with_user(self.outsider).read(["name"])

    # === RESULTS ===#

    def test_result_becomes_a_measure(self):
        topic = self.make("topic", name="Pilot", result="Start in May")
        with self.assertRaisesRegex(UserError, "Pilot: enter the person responsible"):
            topic.action_make_measure()
        topic.write({"result_user_id": self.rep.id, "result_date": date(2026, 5, 1)})
        topic.action_make_measure()
        measure = topic.followup
        self.assertEqual(
            (measure._name, measure.name, measure.user_id), ("key.account.care.measure", "Pilot", self.rep)
        )
        self.assertEqual((measure.partner_id, measure.date_end), (self.account, date(2026, 5, 1)))
        self.assertEqual((measure.description, measure.company_id), ("Start in May", self.company))
        self.assertEqual(measure.review_id, self.review)
        with self.assertRaisesRegex(UserError, "Pilot: Pilot already exists"):
            topic.action_make_activity()
        self.assertEqual(topic.action_open_followup()["res_id"], measure.id)
        self.last.action_hold()
        measure.unlink()
        topic.web_read({"followup": {"fields": {"display_name": {}}}})
        self.assertIn("deleted", topic.action_open_followup()["params"]["message"])
        self.assertFalse(topic.followup)
        topic.action_make_activity()

    def test_result_becomes_a_milestone(self):
        plan = self.env["key.account.plan"].create(
            {"partner_id": self.account.id, "date_from": date(2026, 1, 1), "date_to": date(2026, 6, 30)}
        )
        made = {}
        for name, day in (("Pilot", date(2026, 6, 30)), ("Roll-out", date(2026, 7, 1))):
            topic = self.make(
                "topic", self.last, name=name, result="Go", result_user_id=self.rep.id, result_date=day
            ).with_user(self.manager)
            topic.action_make_milestone()
            made[name] = topic.followup
            with self.assertRaisesRegex(UserError, f"{name}: {name} already exists"):
                topic.action_make_measure()
        pilot, roll_out = made["Pilot"], made["Roll-out"]
        self.assertEqual((pilot._name, pilot.user_id), ("key.account.milestone", self.rep))
        self.assertEqual((pilot.partner_id, pilot.company_id), (self.account, self.company))
        self.assertEqual((pilot.date_deadline, pilot.description), (date(2026, 6, 30), "Go"))
        self.assertEqual((pilot.plan_id, roll_out.plan_id), (plan, plan.browse()))
        self.assertFalse(self.env["key.account.plan"].search([("partner_id", "=", self.account.id)]) - plan)
        self.last.action_hold()
        pilot.stage_id = self.env["key.account.milestone.stage"].search([("is_done", "=", True)], limit=1)
        rows = {row["what"]: row for row in self.review.get_preparation()["promises"]["rows"]}
        self.assertEqual((rows["Pilot"]["became"], rows["Pilot"]["good"]), ("Pilot: Reached", True))
        self.assertEqual((rows["Roll-out"]["became"], rows["Roll-out"]["good"]), ("Roll-out: On Track", None))

    def test_result_becomes_an_activity(self):
        issue = self.make(
            "issue", self.last, name="Late", result="Call", result_user_id=self.rep.id, result_date=date(2026, 3, 1)
        )
        issue.action_make_activity()
        activity = issue.followup
        self.assertEqual((activity._name, activity.summary, activity.user_id), ("mail.activity", "Late", self.rep))
        self.assertEqual((activity.res_id, activity.date_deadline), (self.last.id, date(2026, 3, 1)))
        topic = self.make(
            "topic", self.last, name="Visit", result="Go", result_user_id=self.rep.id, result_date=date(2026, 3, 1)
        )
        topic.action_make_activity()
        self.last.action_hold()
        rows = {row["what"]: row["became"] for row in self.review.get_preparation()["promises"]["rows"]}
        self.assertEqual(rows["Visit"], "Activity: to do")
        topic.followup.action_done()
        rows = {row["what"]: row for row in self.review.get_preparation()["promises"]["rows"]}
        self.assertEqual((rows["Visit"]["became"], rows["Visit"]["good"]), ("Done", True))

    def test_closing_asks_for_the_responsible(self):
        self.make("topic", name="Pilot", result="Start in May")
        self.make("topic", name="Clear", result="Done", result_user_id=self.rep.id)
        self.make("issue", name="Late", result="A stock")
        self.review.action_hold()
        action = self.review.action_close()
        self.assertEqual(self.review.state, "held")
        wizard = self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"]).create({})
        self.assertEqual(wizard.results, "Pilot: Start in May\nLate: A stock")
        wizard.action_close()
        self.assertEqual(self.review.state, "closed")

    # === LOOK BACK ===#

    def test_look_back(self):
        self.account.lang = "en_US"
        self.last.write({"opening_goal": "Grow together\nin detail"})
        self.last.action_hold()
        events = self.env["key.account.event"].with_user(self.manager)
        values = {"partner_id": self.account.id, "description": "Details\nmore"}
        events.create({**values, "name": "New line", "date": date(2025, 6, 1), "is_shared": True})
        events.create({**values, "name": "Quarrel", "date": date(2025, 7, 1), "effect": "bad"})
        events.create({**values, "name": "Long ago", "date": date(2024, 1, 1), "is_shared": True})
        measure = {"partner_id": self.account.id, "date_start": date(2025, 1, 1), "date_end": date(2025, 4, 1)}
        self.env["key.account.care.measure"].create([{**measure, "name": "Workshop", "state": "done"}])
        done = self.env["key.account.milestone.stage"].create({"name": "There", "is_done": True})
        planned = self.env.ref("key_account_management.milestone_stage_planned")
        milestone = {"partner_id": self.account.id, "is_shared": True, "stage_id": done.id}
        self.env["key.account.milestone"].create(
            [
                {**milestone, "name": "Prototype", "date_deadline": date(2025, 9, 1), "date_done": date(2025, 9, 5)},
                {**milestone, "name": "Own", "date_deadline": date(2025, 9, 1), "is_shared": False},
                {**milestone, "name": "Old", "date_deadline": date(2025, 9, 1), "date_done": date(2023, 9, 5)},
                {**milestone, "name": "Missed", "date_deadline": date(2025, 10, 1), "stage_id": planned.id},
                {**milestone, "name": "Ahead", "date_deadline": date(2026, 3, 1), "stage_id": planned.id},
                {**milestone, "partner_id": self.foreign.id, "name": "Foreign", "date_deadline": date(2025, 9, 1)},
            ]
        )
        credit_note = self.credit_note(self.account, date(2025, 8, 1), (self.product, 1, 100.0), ref="broken")
        # Only booked wrongly: nobody remembers it
        wrong = self.credit_note(self.account, date(2025, 8, 2), (self.product, 1, 200.0), ref="wrong")
        wrong.key_account_credit_kind = "correction"
        lead = self.env["crm.lead"].create(
            {"name": "Line 4", "type": "opportunity", "partner_id": self.account.id, "company_id": self.company.id}
        )
        lead.action_set_lost(lost_reason_id=self.env["crm.lost.reason"].create({"name": "Too dear"}).id)
        self.review.retrospective = "Typed by hand"
        self.review.action_fill_look_back()
        self.assertEqual(
            self.review.retrospective.splitlines(),
            [
                "Typed by hand",
                "",
                "Jun 1, 2025: New line: Details",
                "Sep 5, 2025: Milestone reached: Prototype",
                "Feb 10, 2026: Annual review 2025: Grow together",
            ],
        )
        self.assertEqual(
            self.review.sensitive_topics.splitlines(),
            [
                "Apr 1, 2025: Measure: Workshop (Done)",
                "Jul 1, 2025: Quarrel: Details",
                f"Aug 1, 2025: Credit note {credit_note.name}: 100\N{NO-BREAK SPACE}€ (broken)",
                "Oct 1, 2025: Milestone not reached: Missed",
                "Feb 10, 2026: Milestone reached: Own",
                "Feb 10, 2026: Lost opportunity: Line 4 (Too dear)",
            ],
        )
        before = self.review.retrospective, self.review.sensitive_topics
        self.review.action_fill_look_back()
        self.assertEqual((self.review.retrospective, self.review.sensitive_topics), before)

    def test_look_back_of_another_company_or_account(self):
        other = self.make_company("Other", "base.EUR", chart=False)
        self.env["key.account.event"].create(
            [
                {"partner_id": self.account.id, "company_id": other.id, "name": "Elsewhere", "is_shared": True},
                {"partner_id": self.foreign.id, "name": "Foreign", "is_shared": True},
            ]
        )
        self.review.action_fill_look_back()
        self.assertFalse(self.review.retrospective)
        with self.assertRaises(AccessError):
            self.review.with_user(self.rep).action_fill_look_back()

    # === PREPARATION ===#

    def test_what_moved_most(self):
        self.invoice(self.account, date(2024, 2, 1), (self.product, 10, 100.0))
        self.invoice(self.account, date(2025, 2, 1), (self.product, 10, 100.0))
        self.invoice(self.account, date(2026, 2, 1), (self.product, 15, 90.0))
        data = self.review.get_preparation()
        headline = {figure["code"]: figure for figure in data["headline"]}
        self.assertEqual(headline["revenue"]["change"], "+35.0%")
        for figures, good in ((data["better"], True), (data["worse"], False)):
            self.assertTrue(figures)
            self.assertLessEqual(len(figures), 3)
            self.assertEqual({figure["good"] for figure in figures}, {good})
            worth = [abs(figure["worth"] or 0.0) for figure in figures]
            self.assertEqual(worth, sorted(worth, reverse=True))
        # Volume rose by half, but more volume at a lower price is neither good nor bad
        self.assertEqual(data["better"][0]["code"], "revenue")

    def test_representatives_see_no_internal_figure(self):
        self.invoice(self.account, date(2025, 2, 1), (self.product, 10, 100.0))
        self.invoice(self.account, date(2026, 2, 1), (self.product, 15, 90.0))
        self.review.action_hold()
        for review in (self.review, self.last):
            data = review.with_user(self.rep).get_preparation()
            shown = [*data["headline"], *data["better"], *data["worse"]]
            self.assertEqual({figure["audience"] for figure in shown}, {"customer"})
        internal = {figure["audience"] for figure in self.review.get_preparation()["headline"]}
        self.assertIn("internal", internal)
        with self.assertRaises(AccessError):
            self.foreign_review.with_user(self.manager).get_preparation()

    def test_held_review_shows_its_frozen_figures(self):
        self.invoice(self.account, date(2026, 2, 1), (self.product, 1, 100.0))
        self.review.action_hold()
        self.invoice(self.account, date(2026, 2, 2), (self.product, 9, 100.0))
        data = self.review.get_preparation()
        self.assertTrue(data["is_frozen"])
        self.assertEqual(
            {figure["code"]: figure["value"] for figure in data["headline"]}["revenue"], "100\N{NO-BREAK SPACE}€"
        )

    def test_year_that_has_not_begun(self):
        data = self.make_review(2027).get_preparation()
        self.assertEqual((data["period"], data["headline"]), ("", []))

    # === MINUTES AND CHECKLIST ===#

    def pdf(self, report, review, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.manager)
        reports = reports.with_context(force_report_rendering=True, allowed_company_ids=self.company.ids)
        content, _type = reports._render_qweb_pdf(f"key_account_management.action_report_{report}", review.ids)
        return " ".join(pages_of(content))

    def provoke(self):
        """Internal texts wherever they can be entered, along with what the customer may read."""
        self.make("topic", name="Pilot", description="On line 1", internal_hint="SECRET", result="Start in May")
        self.make("issue", name="Late goods", is_shared=True, internal_note="SECRET", result="A stock")
        self.make("issue", name="SECRET issue", description="SECRET")
        self.make(
            "condition",
            kind="service",
            name="Stock",
            text_proposed="SECRET",
            text_agreed="In Hamburg",
            outcome="agreed",
        )
        self.make("condition", kind="service", name="SECRET service", text_proposed="SECRET")
        self.review.write({"internal_note": "SECRET", "sensitive_topics": "SECRET"})
        self.review.checklist_ids[0].write({"note": "SECRET", "is_done": True})

    def test_minutes_contain_nothing_internal(self):
        self.account.lang = "en_US"
        self.provoke()
        text = self.pdf("review_minutes", self.review)
        for expected in ("Minutes", "Pilot", "Start in May", "Late goods", "A stock", "Stock", "In Hamburg"):
            self.assertIn(expected, text)
        self.assertNotIn("SECRET", text)
        self.account.lang = "de_DE"
        german = self.pdf("review_minutes", self.review)
        self.assertNotIn("SECRET", german)
        self.assertIn("Protokoll", german)
        with self.assertRaises(AccessError):
            self.pdf("review_minutes", self.foreign_review, self.rep)

    def test_participants_of_both_sides_in_the_minutes(self):
        buyer = self.make_customer("Buyer", is_company=False, parent_id=self.account.id)
        freelance = self.make_customer("Freelance", is_company=False)
        self.review.participant_ids = self.manager.partner_id | buyer | freelance
        text = self.pdf("review_minutes", self.review)
        self.assertRegex(text, r"Manager Test Company\b")
        self.assertRegex(text, rf"Buyer {self.account.name}\b")
        self.assertRegex(text, r"Freelance (?!Test Company)")

    def test_long_minutes_are_not_torn(self):
        self.review.topic_ids.unlink()
        for number in range(30):
            self.make("topic", name=f"Topic {number:02}", section="status", description="Long talk. " * 12)
        text = self.pdf("review_minutes", self.review)
        for number in range(30):
            self.assertEqual(text.count(f"Topic {number:02}"), 1)
        self.assertEqual(text.count("Long talk."), 30 * 12)

    def test_minutes_by_mail(self):
        self.account.lang = "de_DE"
        with self.assertRaises(UserError):
            self.review.action_send_minutes()
        self.provoke()
        self.review.action_hold()
        # No one was invited: only we take part
        self.assertEqual(self.review.participant_ids, self.manager.partner_id)
        self.review.participant_ids = False
        with self.assertRaisesRegex(UserError, "participants first"):
            self.review.action_send_minutes()
        contact = self.make_customer("Buyer", is_company=False, parent_id=self.account.id, email="buyer@example.com")
        nobody = self.make_customer("No address", is_company=False, parent_id=self.account.id)
        self.review.participant_ids = contact | nobody
        action = self.review.action_send_minutes()
        composer = self.env["mail.compose.message"].with_user(self.manager).with_context(**action["context"]).create({})
        self.assertEqual(composer.partner_ids, contact)
        self.assertIn("Protokoll", composer.subject)
        self.assertNotIn("SECRET", composer.body)
        self.assertEqual(len(composer.attachment_ids), 1)

    def test_minutes_are_kept(self):
        topic = self.make("topic", name="<b>Pilot</b>", result="<script>alert(1)</script> by A & B")
        self.review.action_hold()
        report = self.env["ir.actions.report"].with_user(self.manager).with_context(force_report_rendering=True)
        name = "key_account_management.action_report_review_minutes"
        html = report._render_qweb_html(name, self.review.ids)[0].decode()
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt; by A &amp; B", html)
        self.assertNotIn("<script>alert", html)
        for result, versions in ((topic.result, [1]), (topic.result, [1]), ("Done", [1, 2])):
            topic.result = result
            pdf = report._render_qweb_pdf(name, self.review.ids)[0]
            documents = self.review.document_ids.sorted("version")
            self.assertEqual(documents.mapped("version"), versions)
            self.assertEqual(documents[-1].kind, "review_minutes")
            # Names of fonts in the file differ from print to print
            self.assertEqual(pages_of(documents[-1]._get_bytes()), pages_of(pdf))

    def test_checklist(self):
        self.review.checklist_ids[0].write({"note": "The customer wants to grow", "is_done": True})
        filled, empty = (self.pdf(f"review_checklist{kind}", self.review, self.rep) for kind in ("", "_empty"))
        question = self.review.checklist_ids[0].with_context(lang="en_US").name
        for text in (filled, empty):
            self.assertIn(question, text)
        self.assertIn("The customer wants to grow", filled)
        self.assertNotIn("The customer wants to grow", empty)

    # === ACCESS ===#

    def test_own_accounts_on_all_ways_in(self):
        for part, values in (
            ("issue", {"name": "X"}),
            ("checklist", {"name": "X"}),
            ("topic", {"name": "X"}),
            ("condition", {"kind": "service", "name": "X"}),
        ):
            own = self.make(part, **values)
            foreign = self.make(part, self.foreign_review, **values)
            self.check_ways_in(own, foreign, [("review_id", "in", (self.review | self.foreign_review).ids)])
            with self.subTest(part), self.assertRaises(AccessError):
                self.make(part, self.foreign_review.with_user(self.manager), **values)
            with self.subTest(part), self.assertRaises(AccessError):
                own.with_user(self.manager).review_id = self.foreign_review

    def test_events_on_all_ways_in(self):
        events = self.env["key.account.event"]
        own = events.create({"partner_id": self.account.id, "name": "X"})
        foreign = events.create({"partner_id": self.foreign.id, "name": "X"})
        self.check_ways_in(own, foreign, [("partner_id", "in", (self.account | self.foreign).ids)])
        action = self.account.with_user(self.rep).action_view_key_account_events()
        self.assertEqual(events.with_user(self.rep).search(action["domain"]), own)
        with self.assertRaises(AccessError):
            events.with_user(self.manager).create({"partner_id": self.foreign.id, "name": "X"})
        with self.assertRaises(AccessError):
            own.with_user(self.manager).partner_id = self.foreign
        with self.assertRefused("is not a key account"):
            events.create({"partner_id": self.make_customer("Walk-in").id, "name": "X"})

    def check_ways_in(self, own, foreign, domain):
        """Reading as representative and manager, writing as manager, nothing without a role or in another company."""
        model = self.env[own._name]
        field = "section" if "section" in model._fields else "name"
        for user in (self.rep, self.manager):
            with self.subTest(model=own._name, user=user.name):
                of_user = model.with_user(user)
                own_of_user = of_user.search(domain)
                self.assertIn(own.id, own_of_user.ids)
                self.assertNotIn(foreign.id, own_of_user.ids)
                self.assertEqual(own.with_user(user).read([field])[0]["id"], own.id)
                with self.assertRaises(AccessError):
                    foreign.with_user(user).read([field])
                with self.assertRaises(AccessError):
                    foreign.with_user(user).export_data([field])
                counted = sum(count for _key, count in of_user._read_group(domain, [field], ["__count"]))
                self.assertEqual(counted, len(own_of_user))
        with self.assertRaises(AccessError):
            own.with_user(self.rep).write({field: own[field]})
        with self.assertRaises(AccessError):
            own.with_user(self.rep).unlink()
        own.with_user(self.manager).write({field: own[field]})
        self.assertIn(foreign.id, model.with_user(self.head).search(domain).ids)
        with self.assertRaises(AccessError):
            model.with_user(self.outsider).search(domain)
        self.assertFalse(
            model.with_user(self.elsewhere).with_context(allowed_company_ids=self.other_company.ids).search(domain)
        )
        with self.assertRaises(AccessError):
            own.with_user(self.elsewhere).with_context(allowed_company_ids=self.other_company.ids).read([field])

    def test_internal_fields_by_role(self):
        self.provoke()
        for records, field in (
            (self.review.topic_ids, "internal_hint"),
            (self.review.issue_ids, "internal_note"),
            (self.review, "sensitive_topics"),
        ):
            with self.subTest(field):
                self.assertNotIn(field, records.with_user(self.rep).fields_get())
                with self.assertRaises(AccessError):
                    records.with_user(self.rep).read([field])
                with self.assertRaises(AccessError):
                    records.with_user(self.rep).search([(field, "ilike", "SECRET")])
                with self.assertRaises(AccessError):
                    records.with_user(self.rep)._read_group([], [field], ["__count"])
                self.assertTrue(records.with_user(self.manager).filtered(field))

    def test_catalogues_are_the_heads(self):
        for model in ("key.account.review.topic.template", "key.account.review.checklist.template"):
            templates = self.env[model]
            with self.subTest(model):
                self.assertTrue(templates.with_user(self.manager).search([]))
                with self.assertRaises(AccessError):
                    templates.with_user(self.manager).create({"name": "X"})
                with self.assertRaises(AccessError):
                    templates.with_user(self.rep).search([])
                templates.with_user(self.head).create({"name": "X"})
