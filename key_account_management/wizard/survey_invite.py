from odoo import SUPERUSER_ID, fields, models

from ..models.survey_user_input import LINK_TOKENS


class SurveyInvite(models.TransientModel):
    _inherit = "survey.invite"

    def _send_mail(self, answer):
        if not self.survey_id.key_account_satisfaction:
            return super()._send_mail(answer)
        # As superuser: only the email holds the token. Whoever invites may not read it.
        tokens = {answer.id: answer.sudo().access_token}
        mail = super(SurveyInvite, self.with_context(**{LINK_TOKENS: tokens}))._send_mail(answer)
        # Created again by the system and without author: both may read what they send
        again = mail.with_user(SUPERUSER_ID).create(
            {
                **{name: mail[name] for name in ("subject", "body_html", "email_from", "email_to", "auto_delete")},
                "author_id": False,
                "attachment_ids": [fields.Command.set(mail.attachment_ids.ids)],
                "recipient_ids": [fields.Command.set(mail.recipient_ids.ids)],
            }
        )
        mail.unlink()
        return again
