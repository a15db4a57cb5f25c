"""What is written down while presenting: who may, what is kept, and what the audience never sees."""

import json

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .race import AccountRaceCase
from .reviews import ReviewCase

SLIDE = {"slide": "agenda-1", "page": 2, "title": "What we will discuss"}


@freeze_time("2026-02-10 09:00")
class TestPresent(ReviewCase):
    def save(self, part, key, values, before=None, user=None):
        """As it comes over RPC."""
        reviews = self.env["key.account.review"].with_user(user or self.manager)
        before = dict.fromkeys(values, "") if before is None else before
        return call_kw(reviews, "save_talk", [self.review.ids, part, key, values, before], {})

    def talk(self, user=None):
        return call_kw(
            self.env["key.account.review"].with_user(user or self.manager), "get_talk", [self.review.ids], {}
        )

    def part(self, part, number=0):
        return self.talk()["parts"][part][number]

    # === WHAT IS SAVED ===#

    def test_result_of_a_topic(self):
        topic = self.make("topic", name="Pilot")
        values = {"result": "Start in May", "result_user_id": self.rep.id, "result_date": "2026-05-04", "is_done": True}
        before = {"result": "", "result_user_id": False, "result_date": "", "is_done": False}
        answer = self.save("topic", topic.id, values, before)
        self.assertTrue(answer["saved"])
        self.assertEqual(answer["part"]["values"], values)
        self.assertEqual((topic.result, topic.result_user_id, topic.is_done), ("Start in May", self.rep, True))
        self.assertEqual(str(topic.result_date), "2026-05-04")
        emptied = {"result": "", "result_user_id": False, "result_date": ""}
        self.save("topic", topic.id, emptied, {name: values[name] for name in emptied})
        self.assertFalse(topic.result or topic.result_user_id or topic.result_date)

    def test_issue_and_checklist(self):
        issue = self.make("issue", name="Late deliveries")
        self.save("issue", issue.id, {"state": "solved", "result": "By rail"}, {"state": "open", "result": ""})
        self.assertEqual((issue.state, issue.result), ("solved", "By rail"))
        entry = self.make("checklist", section="goals", name="What do they want?")
        self.save("checklist", entry.id, {"is_done": True, "note": "Less stock"}, {"is_done": False, "note": ""})
        self.assertEqual((entry.is_done, entry.note), (True, "Less stock"))

    def test_condition_as_proposed_and_otherwise(self):
        hotline = self.make("condition", kind="service", name="Hotline", text_proposed="Day and night")
        self.save("condition", hotline.id, {"outcome": "agreed"}, {"outcome": "open"})
        self.assertEqual((hotline.outcome, hotline.text_agreed), ("agreed", "Day and night"))
        product = self.env["product.product"].create({"name": "Sensor"})
        price = self.make("condition", product_id=product.id, value_proposed=90.0)
        values = {"outcome": "agreed", "value_agreed": 92.5}
        answer = self.save("condition", price.id, values, {"outcome": "open", "value_agreed": 0.0})
        self.assertEqual((price.outcome, price.value_agreed), ("agreed", 92.5))
        self.assertIn("92.50", answer["part"]["agreed"])
        self.save("condition", price.id, {"outcome": "refused"}, {"outcome": "agreed"})
        self.assertEqual(price.outcome, "refused")

    def test_condition_without_agreement(self):
        service = self.make("condition", kind="service", name="Hotline")
        with self.assertRaisesRegex(ValidationError, "Hotline: enter what was agreed"):
            self.save("condition", service.id, {"outcome": "agreed"}, {"outcome": "open"})

    def test_minutes_of_a_slide(self):
        self.assertEqual(self.talk()["parts"]["note"], [])
        self.save("note", SLIDE, {"text": "They like it"})
        self.save("note", {**SLIDE, "page": 3}, {"text": "They like it much"}, {"text": "They like it"})
        note = self.review.note_ids
        self.assertEqual((note.slide, note.page, note.text), ("agenda-1", 3, "They like it much"))
        self.assertEqual(self.part("note")["values"], {"text": "They like it much"})

    def test_minutes_of_slides_are_in_the_minutes_of_the_review(self):
        self.save("note", SLIDE, {"text": "They <like> it"})
        reports = self.env["ir.actions.report"].with_user(self.manager)

        def minutes():
            content, _kind = reports._render_qweb_html("key_account_management.report_review_minutes", self.review.ids)
            return html.fromstring(content.decode()).text_content()

        for text in ("What was discussed", "What we will discuss", "They <like> it"):
            self.assertIn(text, minutes())
        # Held, they can still be completed
        self.review.action_hold()
        self.save("note", SLIDE, {"text": "They <like> it much"}, {"text": "They <like> it"})
        self.assertIn("They <like> it much", minutes())

    # === NOTHING IS LOST ===#

    def test_a_request_that_arrives_twice(self):
        topic = self.make("topic", name="Pilot")
        for _time in range(2):
            answer = self.save("topic", topic.id, {"result": "Start in May"})
            self.assertEqual((answer["saved"], topic.result), (True, "Start in May"))

    def test_what_a_colleague_wrote_meanwhile_stays(self):
        topic = self.make("topic", name="Pilot", result="Start in June")
        values = {"result": "Start in May", "is_done": True}
        answer = self.save("topic", topic.id, values, {"result": "", "is_done": False})
        self.assertFalse(answer["saved"])
        self.assertEqual(answer["part"]["values"]["result"], "Start in June")
        self.assertEqual((topic.result, topic.is_done), ("Start in June", False))
        # Having read it, the person decides
        self.save("topic", topic.id, {"result": "Start in May"}, {"result": "Start in June"})
        self.assertEqual(topic.result, "Start in May")

    def test_a_part_that_was_deleted(self):
        topic = self.make("topic", name="Pilot")
        key = topic.id
        topic.unlink()
        with self.assertRaisesRegex(UserError, "no longer a part of this review"):
            self.save("topic", key, {"result": "Start in May"})

    # === WHO MAY ===#

    def test_only_who_may_edit_the_review_writes(self):
        topic = self.make("topic", name="Pilot")
        second = self.make_user("second", "key_account_management.group_key_account_manager")
        portal = self.make_user("portal", "base.group_portal")
        portal.partner_id.parent_id = self.account
        self.assertFalse(self.talk(self.rep)["may_write"])
        self.assertIn("account manager", self.talk(self.rep)["why_not"])
        for user in (self.rep, second, self.outsider, portal):
            for part, key, values in (("topic", topic.id, {"result": "x"}), ("note", SLIDE, {"text": "x"})):
                with self.subTest(user=user.login, part=part), self.assertRaises(AccessError):
                    self.save(part, key, values, user=user)
        for user in (second, self.outsider, portal):
            for method in ("get_talk", "get_speaker_notes"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    call_kw(self.env["key.account.review"].with_user(user), method, [self.review.ids], {})
        self.assertFalse(topic.result or self.review.note_ids)

    def test_parts_of_another_review(self):
        other = self.make("topic", self.last, name="Pilot")
        with self.assertRaisesRegex(UserError, "no longer a part"):
            self.save("topic", other.id, {"result": "x"})
        self.assertFalse(other.result)

    def test_minutes_are_final_once_closed(self):
        topic = self.make("topic", name="Pilot")
        self.review.action_hold()
        self.save("topic", topic.id, {"result": "Start in May"})
        self.review._close()
        for part, key, values, before in (
            ("topic", topic.id, {"result": "Never"}, {"result": "Start in May"}),
            ("note", SLIDE, {"text": "Never"}, {"text": ""}),
        ):
            with self.subTest(part), self.assertRaisesRegex(UserError, "minutes of these reviews are final"):
                self.save(part, key, values, before)
        self.assertEqual(topic.result, "Start in May")
        talk = self.talk()
        self.assertEqual((talk["may_write"], talk["why_not"][:21]), (False, "The minutes are final"))

    def test_odd_input(self):
        topic = self.make("topic", name="Pilot")
        for part, key, values, before in (
            ("slot", topic.id, {"state": "taken"}, {"state": "open"}),
            ("topic", topic.id, {"name": "x"}, {"name": ""}),
            ("topic", topic.id, {"internal_hint": "x"}, {"internal_hint": ""}),
            ("topic", topic.id, {"result": "x"}, {}),
            ("topic", topic.id, ["result"], {}),
            ("topic", [topic.id], {"result": "x"}, {"result": ""}),
            ("topic", True, {"result": "x"}, {"result": ""}),
            ("topic", 10**30, {"result": "x"}, {"result": ""}),
            ("topic", topic.id, {"result_date": "yesterday"}, {"result_date": ""}),
            ("topic", topic.id, {"result_user_id": 10**9}, {"result_user_id": False}),
            ("issue", topic.id, {"state": "gone"}, {"state": "open"}),
            ("note", "agenda-1", {"text": "x"}, {"text": ""}),
            ("note", {**SLIDE, "page": "2"}, {"text": "x"}, {"text": ""}),
            ("note", {**SLIDE, "title": ""}, {"text": "x"}, {"text": ""}),
            ("note", {**SLIDE, "slide": 7}, {"text": "x"}, {"text": ""}),
            ({}, topic.id, {"result": "x"}, {"result": ""}),
        ):
            with self.subTest(part=part, key=key, values=values), self.assertRaises(UserError):
                self.save(part, key, values, before)

    # === WHAT THE AUDIENCE SEES ===#

    def test_speaker_notes(self):
        self.make("topic", name="Pilot", section="future", description="On line 2", internal_hint="Not below 5 %")
        self.review.internal_note = "Be careful"
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.manager)
            ._render_qweb_html("key_account_management.action_report_presentation_review", self.review.ids)
        )
        slides = html.fromstring(content.decode()).xpath("//div[contains(concat(' ', @class, ' '), ' slide ')]")
        notes = self.review.with_user(self.manager).get_speaker_notes()
        self.assertEqual(len(notes), len(slides), "a list of notes for each slide that is shown")
        by_kind = {slide.get("data-kind"): texts for slide, texts in zip(slides, notes, strict=True)}
        self.assertEqual(by_kind["agenda"], ["Be careful"])
        self.assertEqual(by_kind["topics"], ["Pilot: Not below 5 %"])
        topics = [slide for slide in slides if slide.get("data-kind") == "topics"]
        self.assertIn("Pilot", [name for slide in topics for name in json.loads(slide.get("data-topics"))])
        self.assertTrue(all(slide.get("data-title") for slide in slides))
        for text in ("Not below 5", "Be careful"):
            self.assertNotIn(text, content.decode())
        with self.assertRaises(AccessError):
            self.review.with_user(self.rep).get_speaker_notes()

    def test_nothing_internal_in_the_panel(self):
        self.make("topic", name="Pilot", internal_hint="top secret")
        self.make("issue", name="Late", internal_note="top secret")
        self.review.write({"internal_note": "top secret", "sensitive_topics": "top secret"})
        for user in (self.manager, self.rep):
            self.assertNotIn("top secret", json.dumps(self.talk(user)))

    def test_clock_of_a_topic(self):
        topic = self.make("topic", name="Pilot", minutes=10, minutes_spent=1.5)
        topic.action_start()
        with freeze_time("2026-02-10 09:02"):
            found = next(each for each in self.talk()["parts"]["topic"] if each["id"] == topic.id)
        self.assertEqual((found["minutes"], found["spent"], found["is_running"]), (10, 90 + 120, True))


class TestTwoWrite(AccountRaceCase):
    """Two colleagues write minutes of the same slide for the first time, at the same moment."""

    def prepare(self, env):
        account = super().prepare(env)
        self.review_id = env["key.account.review"].create({"partner_id": account.id}).id

    def remove(self, env):
        env["key.account.review"].browse(self.review_id).unlink()
        super().remove(env)

    def write(self, env, number, wait):
        review = env["key.account.review"].browse(self.review_id)
        review.note_ids.mapped("text")
        wait()
        return review.save_talk("note", SLIDE, {"text": f"Text {number}"}, {"text": ""})

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_the_second_one_is_told(self):
        results = self.at_once(2, self.write)
        saved = [number for number, answer in results.items() if answer["saved"]]
        self.assertEqual(len(saved), 1, results)
        loser = results[1 - saved[0]]
        self.assertEqual(loser["part"]["values"]["text"], f"Text {saved[0]}")
