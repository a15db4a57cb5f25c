"""Satisfaction: records, the figures over them, and the survey that creates them."""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import Form

from .checkout import ROOT
from .common import YEAR, KeyAccountCase

CODES = ["satisfaction", "satisfaction_answers", "nps"]


class SatisfactionCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Frauke", "email": "frauke@example.com", "parent_id": cls.account.id}
        )

    @classmethod
    def answer(cls, score, day=date(2025, 3, 1), **values):
        return cls.env["key.account.satisfaction"].create(
            {"partner_id": cls.account.id, "company_id": cls.company.id, "score": score, "date": day, **values}
        )

    def values(self, partner=None, period=YEAR):
        figures = self.figures(partner or self.account, period, CODES)
        return tuple(figures[code]["value"] for code in CODES)


class TestSatisfaction(SatisfactionCase):
    def test_mean_and_net_promoter_score(self):
        for score in (10, 9, 8, 7, 6, 0):
            self.answer(score)
        # 2 of 6 promote, 2 of 6 don't
        self.assertEqual(self.values(), (40 / 6, 6, 0.0))
        self.answer(9)
        self.assertAlmostEqual(self.values()[2], 100 / 7)

    def test_few_answers(self):
        for score in (10, 9, 8, 7):
            self.answer(score)
        self.assertEqual(self.values(), (8.5, 4, None))
        note = self.figures(self.account, codes=["nps"])["nps"]["note"]
        self.assertEqual(note, "Answers: 4. The Net Promoter Score requires at least 5.")

    def test_nobody_answered(self):
        self.assertEqual(self.values(), (None, 0, None))
        self.assertIn("no one answered", self.figures(self.account, codes=CODES)["satisfaction"]["note"])

    def test_zero_is_a_score(self):
        self.answer(0)
        self.assertEqual(self.values(), (0.0, 1, None))

    def test_period_and_year_before(self):
        for day, score in (
            (date(2023, 12, 31), 1),
            (date(2024, 1, 1), 5),
            (date(2024, 12, 31), 7),
            (date(2025, 1, 1), 8),
            (date(2025, 12, 31), 10),
            (date(2026, 1, 1), 1),
        ):
            self.answer(score, day)
        figure = self.figures(self.account, codes=["satisfaction"])["satisfaction"]
        self.assertEqual((figure["value"], figure["previous"]), (9.0, 6.0))
        action = self.account.action_view_key_account_figure("satisfaction", *YEAR)
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).mapped("score"), [10.0, 8.0])

    def test_subsidiaries_and_companies(self):
        subsidiary = self.make_customer("Alpha South", parent_id=self.account.id)
        other = self.make_company("Other Company", "base.EUR")
        self.answer(10)
        self.answer(4, partner_id=subsidiary.id)
        self.answer(1, company_id=other.id)
        self.assertEqual(self.values()[:2], (7.0, 2))
        self.assertEqual(self.values(subsidiary)[:2], (4.0, 1))
        self.assertEqual(self.values(self.account.with_context(allowed_company_ids=other.ids))[:2], (1.0, 1))

    def test_number_of_queries(self):
        accounts = self.account | self.foreign
        for number in range(10):
            accounts |= self.make_account(f"Account {number}")
        for account in accounts:
            self.answer(5, partner_id=account.id)
        self.assertConstantQueries(accounts, CODES)

    def test_bad_input(self):
        stranger = self.env["res.partner"].create({"name": "Stranger", "parent_id": self.foreign.id})
        for values, message in (
            ({"score": -1}, "Score"),
            ({"score": 10.1}, "Score"),
            ({"score": False}, "Score"),
            ({"score": 5, "contact_id": stranger.id}, "Stranger does not belong to Alpha"),
            ({"score": 5, "partner_id": self.contact.id}, "Frauke is a contact of Alpha"),
            ({"score": 5, "day": date.today() + relativedelta(days=2)}, "is in the future"),
        ):
            with self.subTest(values), self.assertRefused(message):
                self.answer(**values)
        with self.assertRefused("Score"):
            self.env["key.account.satisfaction"].create({"partner_id": self.account.id})

    def test_account_form(self):
        """Sales representatives see the answers, not what is internal."""
        self.answer(5)
        for user, internal in ((self.rep, False), (self.manager, True)):
            with self.subTest(user.name):
                form = Form(self.account.with_user(user))
                self.assertEqual(len(form.key_account_satisfaction_ids), 1)
                self.assertEqual("key_account_demand_ids" in form._view["fields"], internal)

    def test_access(self):
        mine, foreign = self.answer(5, contact_id=self.contact.id), self.answer(5, partner_id=self.foreign.id)
        records = self.env["key.account.satisfaction"]
        both = [("id", "in", (mine | foreign).ids)]
        for user, expected in ((self.rep, mine), (self.manager, mine), (self.head, mine | foreign)):
            with self.subTest(user.name):
                self.assertEqual(records.with_user(user).search(both), expected)
        with self.assertRaises(AccessError):
            records.with_user(self.outsider).search([])
        with self.assertRaises(AccessError):
            mine.with_user(self.rep).score = 10
        mine.with_user(self.manager).score = 6
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).score = 10


class TestSurvey(SatisfactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("key_account_management.survey_satisfaction")
        cls.score_question, cls.comment_question = cls.survey.question_ids.sorted("sequence")
        cls.author = cls.env["res.partner"].create({"name": "Author"})

    def start(self, partner=None, survey=None, **values):
        return (survey or self.survey)._create_answer(partner=partner or self.contact, check_attempts=False, **values)

    def finish(self, answer, score, comment=""):
        """As the participant's browser does, which sends text."""
        answer._mark_in_progress()
        answer._save_lines(self.score_question, score)
        answer._save_lines(self.comment_question, comment)
        answer._mark_done()
        return self.records(answer)

    def records(self, answer):
        return self.env["key.account.satisfaction"].search([("user_input_id", "=", answer.id)])

    def test_all_languages(self):
        """Customers answer in their own language, and no survey of ours keeps a language from being deactivated."""
        surveys = self.env["survey.survey"].search([("key_account_satisfaction", "=", True)])
        self.assertIn(self.survey, surveys)
        self.assertFalse(surveys.lang_ids)
        self.assertIn("de_DE", self.survey._get_supported_lang_codes())

    def test_update_of_a_survey_in_one_language(self):
        """What nobody chose becomes all languages; what somebody chose stays."""
        script = load_script(str(ROOT / "key_account_management/migrations/19.0.2.0.2/post-migration.py"), "migration")
        english = self.env["res.lang"]._lang_get("en_US")
        for person, languages in ((self.env.ref("base.user_root"), None), (self.head, english)):
            self.survey.with_user(person).sudo().lang_ids = english
            self.survey.flush_recordset()
            script.offer_all_languages(self.env)
            self.assertEqual(self.survey.lang_ids, languages or english.browse())

    def test_an_answer_becomes_a_record(self):
        record = self.finish(self.start(), "9", "Fine")
        self.assertEqual(
            (record.partner_id, record.contact_id, record.score, record.comment, record.source, record.company_id),
            (self.account, self.contact, 9.0, "Fine", "survey", self.company),
        )
        self.assertEqual(record.date, fields.Date.context_today(record))

    def test_zero(self):
        self.assertEqual(self.finish(self.start(), "0").score, 0.0)

    def test_done_twice(self):
        answer = self.start()
        record = self.finish(answer, "9")
        answer._mark_done()
        answer._make_key_account_satisfaction()
        self.assertEqual(self.records(answer), record)
        with self.assertRefused("already been counted"):
            self.answer(3, user_input_id=answer.id)
        # Another answer of the same person is another record
        self.assertTrue(self.finish(self.start(), "3"))

    def test_many_at_once(self):
        answers = self.start() | self.start(self.author)
        for answer in answers:
            answer._save_lines(self.score_question, "7")
        answers._mark_done()
        self.assertEqual(len(self.env["key.account.satisfaction"].search([("user_input_id", "in", answers.ids)])), 2)

    def test_no_record(self):
        """For a test, a skipped score, someone unknown, and before the end."""
        self.assertFalse(self.finish(self.start(test_entry=True, user=self.env.user), "9"))
        self.assertFalse(self.finish(self.start(), ""))
        anonymous = self.survey._create_answer(email="somebody@example.com", check_attempts=False)
        self.assertFalse(self.finish(anonymous, "9"))
        started = self.start()
        started._save_lines(self.score_question, "9")
        self.assertFalse(self.records(started))

    def test_other_surveys_do_not_count(self):
        survey = self.survey.copy()
        self.assertFalse(survey.key_account_satisfaction)
        answer = self.start(survey=survey)
        answer._save_lines(survey.question_ids.sorted("sequence")[0], "9")
        answer._mark_done()
        self.assertFalse(self.records(answer))

    def test_another_survey_with_a_number(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Ours",
                "key_account_satisfaction": True,
                "question_and_page_ids": [
                    Command.create({"title": "Where?", "question_type": "char_box", "sequence": 1}),
                    Command.create(
                        {"title": "Stars", "question_type": "scale", "scale_min": 1, "scale_max": 5, "sequence": 2}
                    ),
                    Command.create(
                        {
                            "title": "How was it?",
                            "question_type": "numerical_box",
                            "validation_required": True,
                            "validation_min_float_value": 0,
                            "validation_max_float_value": 10,
                            "sequence": 3,
                        }
                    ),
                ],
            }
        )
        answer = self.start(survey=survey)
        for question, value in zip(survey.question_ids.sorted("sequence"), ("Here", "2", "7.5"), strict=True):
            answer._save_lines(question, value)
        answer._mark_done()
        self.assertEqual(self.records(answer).score, 7.5)

    def test_who_answers_for_which_account(self):
        inner = self.make_account("Alpha South", parent_id=self.account.id)
        subsidiary = self.make_customer("Alpha North", parent_id=self.account.id)
        for company, account in ((inner, inner), (subsidiary, self.account)):
            contact = self.env["res.partner"].create({"name": "Someone", "parent_id": company.id})
            self.assertEqual(self.finish(self.start(contact), "8").partner_id, account)

    def test_participant_without_any_right(self):
        """The website's visitor runs in superuser mode, but as nobody."""
        public = self.env.ref("base.public_user")
        answer = self.start()
        record = self.finish(answer.with_user(public).sudo(), "8")
        self.assertEqual((record.partner_id, record.company_id), (self.account, self.company))

    def test_invitation(self):
        """The account manager, who may not edit surveys, invites the contacts of the account."""
        self.env["res.partner"].create({"name": "No Mail", "parent_id": self.account.id})
        account = self.account.with_user(self.manager)
        action = account.action_send_key_account_survey()
        self.assertEqual(action["res_model"], "survey.invite")
        self.assertEqual(action["context"]["default_partner_ids"], self.contact.ids)
        form = Form(self.env["survey.invite"].with_user(self.manager).with_context(**action["context"]))
        wizard = form.save()
        self.assertEqual(wizard.partner_ids, self.contact)
        wizard.action_invite()
        answer = self.survey.user_input_ids.filtered(lambda answer: answer.partner_id == self.contact)
        self.assertEqual(len(answer), 1)
        self.assertEqual(answer.key_account_company_id, self.company)
        mail = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.contact.ids)])
        self.assertIn(answer.access_token, mail.body_html)
        self.assertEqual(self.finish(answer, "10").score, 10.0)

    def test_managers_see_answers_of_their_accounts_only(self):
        mine = self.start()
        foreign = self.start(self.env["res.partner"].create({"name": "Theirs", "parent_id": self.foreign.id}))
        answers = self.env["survey.user_input"].with_user(self.manager)
        self.assertEqual(answers.search([("id", "in", (mine | foreign).ids)]), mine)
        self.assertFalse(
            self.env["survey.survey"].with_user(self.manager).search([("key_account_satisfaction", "=", False)])
        )
        with self.assertRaises(AccessError):
            self.env["survey.user_input"].with_user(self.rep).search([])

    def test_invitation_refused(self):
        with self.assertRaisesRegex(AccessError, "Beta"):
            self.foreign.with_user(self.manager).action_send_key_account_survey()
        with self.assertRaisesRegex(UserError, "Beta has no contact"):
            self.foreign.action_send_key_account_survey()
        self.score_question.scale_min = 1
        with self.assertRaisesRegex(UserError, "scale from 0 to 10"):
            self.account.action_send_key_account_survey()
        self.survey.key_account_satisfaction = False
        with self.assertRaisesRegex(UserError, "no satisfaction survey"):
            self.account.action_send_key_account_survey()
