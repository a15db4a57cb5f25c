"""Emails to customers are wholly in their language, whoever works and in which language.

Each is taken as it is sent, with what Odoo puts around it: header, buttons and footer.
"""

import re
from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import html2plaintext

from .dates import DatesCase

# Words that only one of the two languages has. None of them is in a name of these tests.
WORDS = {
    "en_US": """
        the and you your our with have has been this that from will not would please thank dear hello kind regards best
        invitation invited meeting event accept decline view attendees powered dates which suits choose times all
        annual review minutes attached survey questions answers reply email none your tuesday january march december
        monday wednesday thursday friday saturday sunday deleted canceled cancelled organized calendar document
        participate participation appreciated satisfaction satisfied
    """,
    "de_DE": """
        der das und sie ihr ihre ihnen unser unsere unserem unseres mit ist sind nicht wir uns haben von bitte danke
        guten tag hallo grüßen freundlichen beste einladung eingeladen termin ereignis zusagen absagen annehmen
        ablehnen ansehen teilnehmer bereitgestellt termine passt wählen zeiten alle jahresgespräch jahresgesprächs
        protokoll anbei umfrage fragen antworten keiner dienstag januar märz dezember montag mittwoch donnerstag
        freitag samstag sonntag gelöscht abgesagt kalender dokument teilnehmen zufriedenheit vielen
    """,
}
OTHER = {"en_US": "de_DE", "de_DE": "en_US"}


class TestMailLanguages(DatesCase):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("de_DE")
        self.create_mails = self.env["mail.mail"].search([], order="id desc", limit=1).id

    def speak(self, customer):
        """The customer and the colleagues speak different languages; what is done is done in the colleagues'."""
        user = OTHER[customer]
        self.anna.lang = self.bernd.lang = self.account.lang = customer
        self.manager.lang = user
        self.review = self.review.with_user(self.manager).with_context(lang=user)

    def sent(self, customers=None):
        """:return: the emails to customers that were created since the last time"""
        mails = self.env["mail.mail"].sudo().search([("id", ">", self.create_mails)])
        self.create_mails = max([self.create_mails, *mails.ids])
        people = customers or (self.anna | self.bernd)
        return mails.filtered(lambda mail: mail.recipient_ids & people)

    def check(self, language, count=2):
        """These emails, and nothing else, in the customer's language."""
        mails = self.sent()
        self.assertEqual(len(mails.recipient_ids), count, mails.mapped("subject"))
        for mail in mails:
            text = html2plaintext(mail.body_html)
            files = [name for name in mail.attachment_ids.mapped("name") if name != "invitation.ics"]
            for part in (mail.subject, text, *files):
                found = set(re.findall(r"[^\W\d_]+", re.sub(r"https?://\S+|\S+@\S+", "", part).lower()))
                foreign = found & set(WORDS[OTHER[language]].split())
                self.assertFalse(foreign, part)
                self.assertTrue(found & set(WORDS[language].split()), part)
            self.assertNotIn("odoo.com", mail.body_html)
            self.assertNotRegex(text, r"\bFalse\b|\bNone\b|object\.|t-out|\{\{")
        return mails

    @contextmanager
    def speaking(self, language):
        """What is done inside is undone afterwards."""
        with self.subTest(customer=language), self.env.cr.savepoint() as savepoint:
            self.speak(language)
            yield
            self.env.flush_all()
            savepoint.rollback()
            self.env.invalidate_all()

    def agree(self):
        self.review.invitation_ids = [Command.create({"partner_id": contact.id}) for contact in (self.anna, self.bernd)]
        self.review.slot_ids.sorted("start")[0].action_take()
        return self.review.meeting_id

    # === THE REVIEW ===#

    def test_proposal_of_dates(self):
        for language in OTHER:
            with self.speaking(language):
                self.open_proposal().action_send()
                self.check(language)

    def test_date_that_a_colleague_agreed_on(self):
        for language in OTHER:
            with self.speaking(language):
                meeting = self.agree()
                for mail in self.check(language):
                    text = html2plaintext(mail.body_html)
                    self.assertIn("/calendar/meeting/accept?token=", mail.body_html)
                    self.assertIn("/calendar/meeting/decline?token=", mail.body_html)
                    self.assertIn("Hamburg", text)
                    # As the contact's clock shows it, and not as the server's does
                    clock = {self.anna: "Asia/Tokyo", self.bernd: "Europe/"}[mail.recipient_ids]
                    self.assertIn(clock, text)
                    self.assertEqual(mail.attachment_ids.mapped("name"), ["invitation.ics"])
                    self.assertIn(self.manager.email, mail.email_from)
                title = {"en_US": "Annual Review", "de_DE": "Jahresgespräch"}[language]
                self.assertIn(title, meeting.name)

    def test_date_that_a_customer_chose(self):
        for language in OTHER:
            with self.speaking(language):
                self.open_proposal().action_send()
                token = self.token_of(self.sent()[:1])
                invitation = self.env["key.account.review.invitation"]._find_by_token(token)
                invitation.with_user(self.env.ref("base.public_user")).sudo()._choose(self.review.slot_ids[0].id)
                self.check(language)

    def test_date_that_is_moved(self):
        for language in OTHER:
            with self.speaking(language):
                meeting = self.agree()
                self.sent()
                meeting.with_user(self.manager).with_context(lang=self.manager.lang).write(
                    {"start": meeting.start + timedelta(days=1), "stop": meeting.stop + timedelta(days=1)}
                )
                self.check(language)

    def test_date_that_is_cancelled(self):
        for language in OTHER:
            with self.speaking(language):
                self.agree()
                self.sent()
                self.review.action_reschedule()
                for mail in self.check(language):
                    # What would put the meeting into the calendar again
                    self.assertFalse(mail.attachment_ids)
                    self.assertNotIn("/calendar/meeting/accept", mail.body_html)

    def test_meeting_for_a_whole_day(self):
        for language in OTHER:
            with self.speaking(language):
                meeting = self.agree()
                self.sent()
                day = fields.Date.to_date(meeting.start) + timedelta(days=2)
                meeting.with_user(self.manager).with_context(lang=self.manager.lang).write(
                    {"allday": True, "start_date": day, "stop_date": day, "start": day, "stop": day}
                )
                for mail in self.check(language):
                    self.assertNotIn("00:00", html2plaintext(mail.body_html))

    def test_reminder(self):
        for language in OTHER:
            with self.speaking(language):
                meeting = self.agree()
                self.sent()
                template = self.env.ref("calendar.calendar_template_meeting_reminder")
                attendees = meeting.with_context(lang=self.manager.lang).attendee_ids
                attendees._notify_attendees(template, notify_author=True)
                self.check(language)

    def test_contacts_who_speak_different_languages(self):
        self.speak("de_DE")
        self.anna.lang = "en_US"
        self.agree()
        for mail in self.sent():
            german = "Einladung" in mail.subject
            self.assertEqual(german, mail.recipient_ids == self.bernd)
            self.assertEqual("Zusagen" in html2plaintext(mail.body_html), german)
            self.assertEqual("Jahresgespräch" in html2plaintext(mail.body_html), german)

    def test_colleagues_read_their_own_language(self):
        colleague = self.make_user("colleague", "base.group_user")
        colleague.write({"lang": "en_US", "email": "colleague@example.com"})
        self.speak("de_DE")
        self.review.attendee_ids = colleague
        self.agree()
        mails = self.sent(colleague.partner_id)
        self.assertIn("Invitation to", mails.subject)
        self.assertNotIn("Bereitgestellt", html2plaintext(mails.body_html))

    def test_other_meetings_are_as_before(self):
        self.anna.lang = "de_DE"
        meetings = self.env["calendar.event"].with_user(self.manager).with_context(lang="en_US")
        meetings.create(
            {
                "name": "Lunch",
                "start": self.start,
                "stop": self.start + timedelta(hours=1),
                "partner_ids": [Command.set(self.anna.ids)],
            }
        )
        mail = self.sent()
        self.assertEqual(mail.subject, "Einladung zu Lunch")
        self.assertIn("Odoo", html2plaintext(mail.body_html))

    def test_minutes(self):
        for language in OTHER:
            with self.speaking(language):
                self.agree()
                review = self.review
                review.sudo().write({"year": fields.Date.today().year})
                review.sudo().meeting_id.write({"start": "2024-03-05 09:00", "stop": "2024-03-05 11:00"})
                review.action_hold()
                self.sent()
                action = review.action_send_minutes()
                composer = Form(
                    self.env["mail.compose.message"]
                    .with_user(self.manager)
                    .with_context(lang=self.manager.lang, **action["context"])
                ).save()
                composer.action_send_mail()
                self.check(language)

    # === THE SURVEY ===#

    def test_survey(self):
        for user in (self.manager, self.env.ref("base.user_admin")):
            for language in OTHER:
                with self.speaking(language):
                    user.lang = self.manager.lang
                    user.company_ids |= self.company
                    account = self.account.with_user(user).with_context(lang=user.lang)
                    action = account.action_send_key_account_survey()
                    form = Form(self.env["survey.invite"].with_user(user).with_context(**action["context"]))
                    form.save().with_context(lang=user.lang).action_invite()
                    for mail in self.check(language):
                        self.assertIn("?answer_token=", mail.body_html)
                        self.assertIn(mail.recipient_ids.name, html2plaintext(mail.body_html))

    def test_survey_for_contacts_who_speak_different_languages(self):
        self.speak("de_DE")
        self.anna.lang = "en_US"
        account = self.account.with_user(self.manager).with_context(lang="en_US")
        action = account.action_send_key_account_survey()
        form = Form(self.env["survey.invite"].with_user(self.manager).with_context(**action["context"]))
        form.save().with_context(lang="en_US").action_invite()
        for mail in self.sent():
            german = mail.recipient_ids == self.bernd
            text = mail.subject + html2plaintext(mail.body_html)
            self.assertEqual("Guten Tag" in text, german)
            self.assertEqual("Hello" in text, not german)

    def test_subject_of_the_survey_that_was_edited(self):
        self.speak("de_DE")
        account = self.account.with_user(self.manager).with_context(lang="en_US")
        action = account.action_send_key_account_survey()
        form = Form(self.env["survey.invite"].with_user(self.manager).with_context(**action["context"]))
        form.subject = "Eine Bitte"
        form.save().with_context(lang="en_US").action_invite()
        mails = self.sent()
        self.assertEqual(set(mails.mapped("subject")), {"Eine Bitte"})
        self.assertIn("Guten Tag", html2plaintext(mails[0].body_html))
