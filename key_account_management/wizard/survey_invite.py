from odoo import SUPERUSER_ID, fields, models

from ..models.survey_user_input import LINK_TOKENS
from ..tools.rights import without_defaults


class SurveyInvite(models.TransientModel):
    _inherit = "survey.invite"

    def action_invite(self):
        wizards = without_defaults(self) if self.survey_id.key_account_satisfaction else self
        return super(SurveyInvite, wizards).action_invite()

    def _send_mail(self, answer):
        if not self.survey_id.key_account_satisfaction:
            return super()._send_mail(answer)
        # As superuser: only the email holds the token. Whoever invites may not read it.
        tokens = {answer.id: answer.sudo().access_token}
        language = answer._get_key_account_language()
        translated = self.with_context(**{LINK_TOKENS: tokens}, lang=language)
        translated._translate_from_template()
        mail = super(SurveyInvite, translated)._send_mail(answer)
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

    def _translate_from_template(self):
        """Texts of the template become those in the environment's language. What was edited stays."""
        template = self.template_id
        if not template:
            return
        versions = [template.with_context(lang=code) for code, _name in self.env["res.lang"].get_installed()]
        if self.subject in [version.subject for version in versions]:
            self.subject = template.subject
        if any(self.with_context(lang=version.env.lang).body_has_template_value for version in versions):
            self.body = template.body_html
