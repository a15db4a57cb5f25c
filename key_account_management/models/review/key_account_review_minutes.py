from odoo import models
from odoo.exceptions import UserError


class KeyAccountReview(models.Model):
    """The minutes go to the participants: what was settled, and nothing internal."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    def action_send_minutes(self):
        """Opens the e-mail with the minutes, so that it is read before it is sent."""
        self.ensure_one()
        self._check_state(("held", "closed"))
        recipients = self._get_minutes_recipients()
        if not recipients:
            raise UserError(
                self.env._(
                    "%(review)s: enter the participants first; the minutes go to those with an e-mail address.",
                    review=self.display_name,
                )
            )
        template = self.env.ref("key_account_management.mail_template_review_minutes", raise_if_not_found=False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Minutes"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id if template else False,
                "default_partner_ids": recipients.ids,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
            },
        }

    def _get_minutes_recipients(self):
        return self.participant_ids.filtered("email")
