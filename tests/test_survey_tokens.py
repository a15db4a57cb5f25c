"""Satisfaction is the customer's word: no one answers for a customer, changes an answer or has it counted twice."""

from contextlib import suppress
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase

from .common import HEAD
from .test_satisfaction import SatisfactionCase


class TestCustomersWord(HttpCase, SatisfactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("key_account_management.survey_satisfaction")
        cls.score_question, cls.comment_question = cls.survey.question_ids.sorted("sequence")
        cls.survey.write({"is_attempts_limited": True, "attempts_limit": 1})
        cls.manager.email = "manager@example.com"

    def invite(self, user=None, **context):
        account = self.account.with_user(user or self.manager)
        action = account.action_send_key_account_survey()
        form = Form(self.env["survey.invite"].with_user(user or self.manager).with_context(**action["context"]))
        form.save().with_context(**context).action_invite()
        return self.survey.sudo().user_input_ids.filtered(lambda answer: answer.partner_id == self.contact)

    def answer_it(self, answer, score):
        answer = answer.sudo()
        answer._mark_in_progress()
        answer._save_lines(self.score_question, score)
        answer._save_lines(self.comment_question, "Fine")
        answer._mark_done()
        return self.env["key.account.satisfaction"].search([("partner_id", "=", self.account.id)])

    def test_source_is_set_by_the_survey_only(self):
        record = self.answer_it(self.invite(), "3")
        values = {"partner_id": self.account.id, "score": 10, "date": date(2025, 3, 1)}
        for user in (self.manager, self.head):
            records = self.env["key.account.satisfaction"].with_user(user)
            self.assertEqual(records.create(values).source, "manual")
            for forged in ({"source": "survey"}, {"user_input_id": record.user_input_id.id}):
                with self.subTest(forged, user=user.name):
                    with self.assertRaises(UserError):
                        records.create({**values, **forged})
                    defaults = {f"default_{name}": value for name, value in forged.items()}
                    with self.assertRaises(UserError):
                        records.with_context(**defaults).create(values)
                    with self.assertRaises(UserError):
                        records.create(values).write(forged)

    def test_what_was_answered_stays(self):
        record = self.answer_it(self.invite(), "3")
        self.assertEqual((record.score, record.source), (3.0, "survey"))
        for user in (self.manager, self.head):
            for values in (
                {"score": 10},
                {"comment": "Great"},
                {"date": date(2020, 1, 1)},
                {"source": "manual"},
                {"source": "manual", "user_input_id": False, "score": 10},
                {"contact_id": False},
                {"partner_id": self.foreign.id},
            ):
                with self.subTest(values, user=user.name), self.assertRaises(UserError), self.env.cr.savepoint():
                    record.with_user(user).write(values)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record.with_user(user).unlink()
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.account.with_user(user).write(
                    {"key_account_satisfaction_ids": [Command.update(record.id, {"score": 10})]}
                )

    def test_editors_of_surveys_do_not_change_what_was_answered(self):
        record = self.answer_it(self.invite(), "3")
        editor = self.make_user("editor", f"{HEAD},survey.group_survey_manager")
        answer = record.user_input_id.with_user(editor)
        line = answer.user_input_line_ids[0]
        for change in (
            lambda: line.write({"value_scale": 10}),
            lambda: line.unlink(),
            lambda: line.copy(),
            lambda: answer.write({"partner_id": self.foreign.id}),
            lambda: answer.write({"state": "new"}),
            lambda: answer.write({"user_input_line_ids": [Command.clear()]}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_editors_of_surveys_do_not_answer_for_customers(self):
        """They read no token with which they could, nor say who answered or what."""
        editor = self.make_user("editor", f"{HEAD},survey.group_survey_manager,base.group_allow_export")
        answer = self.invite()
        token = answer.access_token
        seen = answer.with_user(editor)
        self.env.invalidate_all()
        for name in ("access_token", "invite_token"):
            for look in (
                lambda name=name: seen.read([name]),
                lambda name=name: seen.search([(name, "=like", f"{token[:3]}%")]),
                lambda name=name: seen._read_group([], [name]),
                lambda name=name: seen.export_data([name]),
                lambda name=name: seen[name],
            ):
                with self.assertRaises(AccessError):
                    look()
        for look in (seen.get_start_url, seen.get_print_url, seen.action_print_answers):
            with self.assertRaises(AccessError):
                look()
        self.assertNotIn(token, str(Form(seen)._values))
        mine = self.survey._create_answer(partner=editor.partner_id).with_user(editor)
        lines = {"user_input_id": answer.id, "question_id": self.score_question.id, "answer_type": "scale"}
        for change in (
            lambda: seen.write({"access_token": "known"}),
            lambda: mine.write({"partner_id": self.contact.id}),
            lambda: seen.write({"state": "in_progress"}),
            lambda: seen.write({"user_input_line_ids": [Command.create({**lines, "value_scale": 10})]}),
            lambda: seen.user_input_line_ids.create({**lines, "value_scale": 10}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        # What was answered is theirs to read, and other surveys are as ever
        self.answer_it(answer, "3")
        self.assertIn(answer.access_token, seen.get_print_url())
        other = self.env["survey.survey"].with_user(editor).create({"title": "Lunch"})
        lunch = other._create_answer(partner=self.contact)
        self.assertIn(lunch.sudo().access_token, lunch.get_start_url())
        lunch.write({"partner_id": editor.partner_id.id})

    def test_an_invitation_counts_once(self):
        answer = self.invite()
        self.assertEqual(len(self.answer_it(answer, "3")), 1)
        with self.assertRaisesRegex(UserError, "No attempts left"):
            self.survey._create_answer(partner=self.contact, invite_token=answer.invite_token)
        # Also where the survey can be answered as often as one likes
        self.survey.is_attempts_limited = False
        again = self.survey._create_answer(partner=self.contact, invite_token=answer.invite_token)
        self.assertEqual(self.answer_it(again, "10").mapped("score"), [3.0])
        # Every invitation has one, and the retry of a participant keeps it
        another = self.survey._create_answer(partner=self.contact)
        self.assertTrue(another.invite_token)
        self.assertEqual(len(self.answer_it(another, "9")), 2)

    def test_tokens_are_nowhere(self):
        answer = self.invite()
        token = answer.access_token
        for user in (self.manager, self.head):
            with self.subTest(user.name):
                seen = answer.with_user(user)
                seen.invalidate_recordset()
                self.assertTrue(seen.partner_id)
                self.assertNotIn("access_token", seen.fields_get())
                for name in ("access_token", "invite_token"):
                    with self.assertRaises(AccessError):
                        seen.read([name])
                    with self.assertRaises(AccessError):
                        seen.search([(name, "=like", f"{token[:3]}%")])
                    with self.assertRaises(AccessError):
                        seen._read_group([], [name])
                for method in ("get_start_url", "get_print_url", "action_print_answers"):
                    with self.assertRaises(AccessError):
                        getattr(seen, method)()
                names = [name for name in seen.fields_get() if name != "user_input_line_ids"]
                self.assertNotIn(token, str(seen.read(names)))
                messages = self.env["mail.message"].with_user(user)
                self.assertFalse(messages.search([("body", "like", token)]))
                self.assertFalse(
                    messages.search([("subject", "like", self.survey.title)]).filtered(
                        lambda message: token in (message.body or "")
                    )
                )
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.contact.ids)])
        self.assertIn(token, mail.body_html)

    def test_tokens_are_not_chosen(self):
        """Neither by values nor by defaults: who knew one could answer in the customer's name."""
        answers = self.env["survey.user_input"].with_user(self.manager)
        values = {"survey_id": self.survey.id, "partner_id": self.contact.id}
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            answers.create({**values, "access_token": "known"})
        for forge in (
            lambda: answers.with_context(default_access_token="known").create(values),
            lambda: self.invite(default_access_token="known2"),
        ):
            with suppress(AccessError), self.env.cr.savepoint():
                forge()
        found = self.env["survey.user_input"].sudo().search([("access_token", "in", ("known", "known2"))])
        self.assertFalse(found)

    def test_nobody_else_gets_the_email(self):
        """Nor does the answer begin with what the context proposes."""
        answer = self.invite(
            default_email_cc="spy@example.com", default_reply_to="spy@example.com", default_state="done"
        )
        self.assertEqual(answer.state, "new")
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.contact.ids)])
        self.assertIn(answer.sudo().access_token, mail.body_html)
        self.assertNotIn("spy", f"{mail.email_cc} {mail.reply_to}")

    def test_answers_count_in_companies_that_one_works_for(self):
        other = self.make_company("Other Company", "base.EUR", chart=False)
        answers = self.env["survey.user_input"].with_user(self.manager)
        values = {"survey_id": self.survey.id, "partner_id": self.contact.id}
        with self.assertRaisesRegex(AccessError, "Other Company"):
            answers.create({**values, "key_account_company_id": other.id})
        with self.assertRaisesRegex(AccessError, "Other Company"):
            answers.with_context(default_key_account_company_id=other.id).create(values)

    def test_another_invitation_by_the_same_manager(self):
        """Sent again, the email holds the same link, and the customer can use it."""
        first = self.invite()
        token = first.access_token
        self.env.invalidate_all()
        self.assertEqual(self.invite(), first)
        self.assertEqual(first.access_token, token)
        url = f"/survey/start/{self.survey.access_token}?answer_token={token}"
        self.assertEqual(self.url_open(url).status_code, 200)
