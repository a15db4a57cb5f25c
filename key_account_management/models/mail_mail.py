from ast import literal_eval

from odoo import models

from .review.key_account_review_invitation import HEADER


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        # Before emails are deleted. Others must not cost a query: their headers were read when they were sent.
        invitations = self._get_key_account_invitations()
        if invitations and failure_type:
            invitations._handle_failed(failure_reason, failure_type)
        elif invitations:
            invitations._handle_sent()
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _get_key_account_invitations(self):
        """:return: the invitations to reviews that these emails are, as superuser"""
        # As superuser: emails are sent by whoever works when they are due
        invitations = self.env["key.account.review.invitation"].sudo()
        for mail in self:
            if HEADER in (mail.headers or ""):
                invitations |= invitations.browse(int(literal_eval(mail.headers)[HEADER]))
        return invitations.exists() if invitations else invitations
