"""What the tests of dates build on: a review with dates and contacts, the emails sent, the customer's page."""

import re
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase

from .common import KeyAccountCase

PAGE = "/key-account/dates/"


class DatesCase(HttpCase, KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.write({"tz": "Europe/Berlin", "email": "manager@example.com"})
        cls.anna, cls.bernd, cls.nomail = cls.env["res.partner"].create(
            [
                {"name": "Anna", "parent_id": cls.account.id, "email": "anna@example.com", "lang": "en_US"},
                {"name": "Bernd", "parent_id": cls.account.id, "email": "bernd@example.com", "lang": "de_DE"},
                {"name": "Nomail", "parent_id": cls.account.id},
            ]
        )
        cls.anna.tz = "Asia/Tokyo"
        cls.bernd.tz = False
        cls.start = fields.Datetime.now().replace(hour=9, minute=0, second=0) + timedelta(days=30)

    def setUp(self):
        super().setUp()
        self.review = self.make_review()
        self.mails = []
        mail_class = type(self.env["mail.mail"])
        self.patch(mail_class, "send_after_commit", lambda mails: self.mails.extend(mails))

    def make_review(self, days=(0, 7, 14), **values):
        return (
            self.env["key.account.review"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": self.account.id,
                    "place": "Hamburg",
                    "internal_note": "top secret",
                    "retrospective": "what only the documents say",
                    "slot_ids": [Command.create({"start": self.start + timedelta(days=day)}) for day in days],
                    **values,
                }
            )
        )

    def open_proposal(self, review=None):
        action = (review or self.review).action_propose_dates()
        return self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])

    def propose(self, review=None):
        """:return: ``{contact: token in the contact's email}``"""
        before = len(self.mails)
        self.open_proposal(review).action_send()
        return {mail.recipient_ids: self.token_of(mail) for mail in self.mails[before:]}

    def token_of(self, mail):
        return re.search(PAGE + r"([\w-]+)", mail.body_html)[1]

    def get(self, token, **options):
        return self.url_open(PAGE + token, **options)

    def post(self, token, action, csrf=None, **values):
        """Sends a form of the page as a browser does; without ``csrf`` the one of the page of this token."""
        if csrf is None:
            found = re.search(r'name="csrf_token" value="(\w+)"', self.get(token).text)
            csrf = found[1] if found else ""
        return self.url_open(f"{PAGE}{token}/{action}", data={"csrf_token": csrf, **values})

    def choose(self, token, slot, **options):
        return self.post(token, "choose", slot=slot.id, **options)
