import hashlib
import secrets
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import LazyTranslate, consteq, format_datetime, html2plaintext, plaintext2html

from ...tools.deletion import on_deletion
from ...tools.languages import language_of
from ...tools.rights import without_defaults
from ...tools.time_zones import appointment_texts, timezone_text

# In the context while emails are rendered: {invitation id: token}. Only the email ever holds a token.
TOKENS = "key_account_invitation_tokens"
TOKEN_BYTES = 32
# In the emails, so that it is known which invitation could not be sent without asking for every email of the database
HEADER = "X-Key-Account-Invitation"
MESSAGE_LENGTH = 2000

_lt = LazyTranslate(__name__)
# Why an email could not be sent, in words: the kinds of `mail.mail`, and emails that came back
FAILURES = {
    "mail_email_missing": _lt("There is no email address"),
    "mail_email_invalid": _lt("The email address is not valid"),
    "mail_from_missing": _lt("We have no sender address"),
    "mail_from_invalid": _lt("Our sender address is not valid"),
    "mail_smtp": _lt("Our mail server could not be reached"),
    "mail_spam": _lt("It was taken for spam"),
    "bounced": _lt("The email came back"),
}
OTHER_FAILURE = _lt("The mail server did not accept it")


class KeyAccountReviewInvitation(models.Model):
    """Who is asked for a date, and the right to answer once, through a link in the email."""

    _name = "key.account.review.invitation"
    _inherit = ["key.account.part.mixin"]
    _description = "Invitation to an Annual Review"
    _order = "id"
    _check_company_auto = True
    _rec_name = "partner_id"

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True, check_company=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="restrict", index=True, check_company=True
    )
    email = fields.Char(related="partner_id.email")
    function = fields.Char(related="partner_id.function")
    asked_on = fields.Datetime(readonly=True, copy=False)
    expires_on = fields.Datetime("Link Valid Until", readonly=True, copy=False)
    used_on = fields.Datetime("Chosen On", readonly=True, copy=False, help="When the contact chose a date.")
    answered_on = fields.Datetime(
        readonly=True, copy=False, help="When the contact replied that none of the dates suits them."
    )
    opened_on = fields.Datetime(
        readonly=True, copy=False, help="When the page behind the link was shown in a browser for the first time."
    )
    mail_id = fields.Many2one(
        "mail.mail", copy=False, readonly=True, groups=fields.NO_ACCESS, index="btree_not_null", ondelete="set null"
    )
    # Kept, because some emails that could not be sent are deleted, as are those that came back
    mail_message_ref = fields.Char(
        copy=False, readonly=True, groups=fields.NO_ACCESS, index="btree_not_null", help="By which a bounce is found."
    )
    failure = fields.Char(readonly=True, copy=False)
    failure_type = fields.Char(readonly=True, copy=False, help="The reason as Odoo names it.")
    delivery = fields.Selection(
        [
            ("sending", "Being Sent"),
            ("failed", "Not Sent"),
            ("sent", "Sent"),
            ("opened", "Link Opened"),
            ("answered", "No Date Suits"),
            ("chosen", "Date Chosen"),
        ],
        "Proposal",
        compute="_compute_delivery",
        help="How far the proposal of dates has come with this contact.",
    )
    delivery_note = fields.Char("Reason", compute="_compute_delivery", help="Why the email could not be sent.")
    progress = fields.Text("What Happened", compute="_compute_progress")
    # Only the recipient knows the link's secret: what is stored is only good for comparing.
    token_hash = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS, index="btree_not_null")

    _once_a_review = models.UniqueIndex("(review_id, partner_id)", "This contact has already been invited.")

    # === COMPUTE METHODS ===#

    @api.depends("asked_on", "failure", "opened_on", "answered_on", "used_on")
    def _compute_delivery(self):
        # As superuser: no one may read the emails, which hold the links
        for invitation in self.sudo():
            mail = invitation.mail_id
            failed = mail.state in ("exception", "cancel")
            reason = invitation.failure or (failed and (mail.failure_reason or self.env._("Unknown error")))
            answered = bool(invitation.used_on or invitation.answered_on)
            invitation.delivery_note = not answered and reason
            if not invitation.asked_on:
                invitation.delivery = False
            elif answered:
                # Whatever came back: the contact has the link
                invitation.delivery = "chosen" if invitation.used_on else "answered"
            elif reason:
                invitation.delivery = "failed"
            elif invitation.opened_on:
                invitation.delivery = "opened"
            else:
                invitation.delivery = "sending" if mail.state == "outgoing" else "sent"

    @api.depends("delivery", "delivery_note", "failure_type")
    @api.depends_context("lang", "tz")
    def _compute_progress(self):
        for invitation in self:
            invitation.progress = invitation._describe_progress()

    def _describe_progress(self):
        """:return: in one sentence, what became of the proposal; empty if nothing was sent"""
        self.ensure_one()
        if self.delivery == "failed":
            # As superuser: see above. An email that is still there knows the kind of its failure itself
            kind = self.failure_type or self.sudo().mail_id.failure_type
            words = self.env._(FAILURES.get(kind, OTHER_FAILURE))
            # "Unknown error" adds nothing to it
            is_known = self.delivery_note not in (words, self.env._("Unknown error"))
            return f"{words}: {self.delivery_note}" if is_known else words
        moments = {
            "sent": self.asked_on,
            "opened": self.opened_on,
            "answered": self.answered_on,
            "chosen": self.used_on,
        }
        if self.delivery not in moments:
            return ""
        moment = format_datetime(self.env, moments[self.delivery], dt_format="short")
        return {
            "sent": self.env._("Sent on %(moment)s, link not opened yet", moment=moment),
            "opened": self.env._("Link opened on %(moment)s, no answer yet", moment=moment),
            "answered": self.env._("Replied on %(moment)s that no date suits, see the messages", moment=moment),
            "chosen": self.env._("Chose a date on %(moment)s", moment=moment),
        }[self.delivery]

    # === CONSTRAINT METHODS ===#

    @api.constrains("partner_id", "review_id")
    def _check_partner(self):
        for invitation in self:
            if not invitation.partner_id._is_below(invitation.review_id.partner_id):
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to %(account)s. Add the contact to the account first.",
                        contact=invitation.partner_id.display_name,
                        account=invitation.review_id.partner_id.display_name,
                    )
                )

    # === CRUD METHODS ===#

    @on_deletion
    def _unlink_except_closed(self):
        # Of two contacts who are merged, one invitation remains
        if self.env.su:
            return None
        return super()._unlink_except_closed()

    def _check_review_open(self):
        self.review_id._check_not_held()

    # === ASKING ===#

    def _can_be_asked(self):
        """Whether there is an email address, and the contact has not left the customer."""
        self.ensure_one()
        return bool(self.email and self.partner_id.active)

    def _ask(self, note):
        """Sends each contact an email with their own link. Earlier links become invalid.

        :param note: personal message for the email, plain text
        """
        tokens = {invitation.id: secrets.token_urlsafe(TOKEN_BYTES) for invitation in self}
        now = fields.Datetime.now()
        for invitation in self:
            # As superuser: no one may read or write what tokens are compared with
            invitation.sudo().write(
                {
                    "token_hash": _hash(tokens[invitation.id]),
                    "asked_on": now,
                    "expires_on": invitation._get_expiry(now),
                    "used_on": False,
                    "answered_on": False,
                    "opened_on": False,
                    "failure": False,
                    "failure_type": False,
                }
            )
        bodies = self._render_proposal("body_html", note, tokens)
        subjects = self._render_proposal("subject", note, tokens)
        sender = self.env.user.email_formatted if self.env.user.email else self.company_id.email_formatted
        # Created by the system, without author and record: no one has the right to read the text and with it the link.
        mails = (
            without_defaults(self.env["mail.mail"])
            .with_user(SUPERUSER_ID)
            .create(
                [
                    {
                        "subject": subjects[invitation.id],
                        "body_html": bodies[invitation.id],
                        "email_from": sender,
                        "reply_to": sender,
                        "author_id": False,
                        "recipient_ids": [fields.Command.link(invitation.partner_id.id)],
                        "auto_delete": True,
                        "headers": repr({HEADER: str(invitation.id)}),
                    }
                    for invitation in self
                ]
            )
        )
        for invitation, mail in zip(self, mails, strict=True):
            # As superuser: see above
            invitation.sudo().write({"mail_id": mail.id, "mail_message_ref": mail.message_id})
        mails.send_after_commit()

    def _handle_sent(self):
        self.filtered("failure").write({"failure": False, "failure_type": False})

    def _handle_failed(self, reason, kind=None):
        """The email could not be sent or came back: the account manager is told.

        :param kind: one of `FAILURES`
        """
        for invitation in self.filtered(lambda invitation: not invitation.failure):
            review = invitation.review_id
            invitation.failure = reason or self.env._("Unknown error")
            invitation.failure_type = kind
            manager = review._get_manager()
            if manager and review._is_before_talk():
                translated = review.with_context(lang=manager.lang)
                translated.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=manager.id,
                    summary=translated.env._(
                        "The dates could not be sent to %(contact)s", contact=invitation.partner_id.name
                    ),
                    note=plaintext2html(invitation.with_context(lang=manager.lang).progress),
                )

    @api.model
    def _handle_bounce(self, message_ids, body):
        """An email came back.

        :param message_ids: those that it refers to
        """
        # As superuser: whoever fetches emails
        bounced = message_ids and self.sudo().search([("mail_message_ref", "in", message_ids)])
        if bounced:
            reason = html2plaintext(body or "").strip()[:MESSAGE_LENGTH]
            bounced._handle_failed(reason or self.env._("The email came back."), "bounced")

    def action_send_again(self):
        """Opens the proposal to these contacts, to be read before it is sent again."""
        action = self.review_id.action_propose_dates()
        self.env[action["res_model"]].browse(action["res_id"]).invitation_ids = self.filtered(
            lambda invitation: invitation._can_be_asked()
        )
        return action

    def _get_expiry(self, now):
        days = self.company_id.key_account_proposal_days
        last = max(slot.start for slot in self.review_id.slot_ids if slot._is_open())
        return min(now + timedelta(days=days), last)

    def _render_proposal(self, field, note, tokens=None):
        """:return: ``{invitation id: text}`` of the emails, each in the contact's language"""
        template = self.env.ref("key_account_management.mail_template_review_proposal")
        context = {TOKENS: tokens or {}, "key_account_note": plaintext2html(note) if note else ""}
        # As superuser: users who may ask customers need not have the right to read or write templates
        return template.sudo().with_context(**context)._render_field(field, self.ids, compute_lang=True)

    def _get_link(self):
        """For the email template. Outside of sending, it leads nowhere."""
        self.ensure_one()
        token = self.env.context.get(TOKENS, {}).get(self.id)
        return f"{self.review_id.get_base_url()}/key-account/dates/{token}" if token else "#"

    # === WHAT THE CUSTOMER READS ===#

    def _get_language(self):
        self.ensure_one()
        return language_of(self.partner_id, self.review_id.partner_id)

    def _get_timezone(self):
        self.ensure_one()
        return self.review_id._get_timezone_of(self.partner_id)

    def _get_proposal(self):
        """Everything that email and page say, as texts in the contact's language."""
        self.ensure_one()
        invitation = self.with_context(lang=self._get_language())
        review = invitation.review_id
        timezone = invitation._get_timezone()
        return {
            "title": invitation.env._("Annual Review %(year)s", year=review.year),
            "people": invitation._get_people(),
            "contact": invitation.partner_id.name or "",
            "company": review.company_id.name,
            "reviewer": review._get_reviewer().name,
            "reviewer_email": review._get_reviewer().email or "",
            "timezone": timezone_text(invitation.env, timezone),
            "slots": [invitation._get_slot_data(slot) for slot in review.slot_ids if slot._is_open()],
        }

    def _get_people(self):
        """:return: names of who takes part, of both sides: who was invited, once there is a date who was agreed"""
        review = self.review_id
        people = review.participant_ids if review.state == "scheduled" else review._get_invited()
        return [person.name for person in people if person.name]

    def _get_slot_data(self, slot):
        return {
            "id": slot.id,
            **appointment_texts(slot.with_context(lang=self._get_language()), self._get_timezone()),
            "place": slot._get_place(),
            "videocall_url": slot.videocall_url or "",
            "note": slot.note or "",
        }

    def _get_agreed_data(self):
        """:return: as `_get_slot_data`, what has been agreed, also with someone else; None if there is no date"""
        self.ensure_one()
        review = self.review_id
        if review.state != "scheduled" or not review.start:
            return None
        taken = review.slot_ids.filtered(lambda slot: slot.state == "taken")[:1]
        return {
            **appointment_texts(review.with_context(lang=self._get_language()), self._get_timezone()),
            "place": review.place or "",
            "videocall_url": taken.videocall_url or "",
            "note": taken.note or "",
        }

    # === ANSWERS ===#

    @api.model
    def _find_by_token(self, token):
        """:return: the invitation with this link, used or not; empty if there is none or it has expired"""
        if not token or len(token) > 4 * TOKEN_BYTES:
            return self.browse()
        # As superuser: someone who comes with a link has no login
        found = self.sudo().search([("token_hash", "=", _hash(token))], limit=1)
        valid = found and consteq(found.token_hash, _hash(token)) and found.expires_on > fields.Datetime.now()
        return found if valid else self.browse()

    def _get_answer_state(self):
        """What the contact can still do: ``open``, ``past`` (write only), ``used``, ``taken`` or ``closed``."""
        self.ensure_one()
        review = self.review_id
        if self.used_on:
            return "used"
        if review.state == "scheduled":
            return "taken"
        if review.state != "proposed" or not review.active:
            return "closed"
        return "open" if any(slot._is_open() for slot in review.slot_ids) else "past"

    def _mark_opened(self):
        """The page was shown in a browser: programs that check the links of emails load no pictures."""
        self.ensure_one()
        if not self.opened_on and self._get_answer_state() in ("open", "past"):
            self.opened_on = fields.Datetime.now()

    def _choose(self, slot_id):
        """The contact chooses a date.

        :return: the slot, or an empty one if it is no longer available
        """
        self.ensure_one()
        review = self.review_id
        review._lock_dates()
        slot = review.slot_ids.filtered(lambda slot: slot.id == slot_id and slot._is_open())
        if self._get_answer_state() != "open" or not slot:
            return slot.browse()
        self.used_on = fields.Datetime.now()
        review._agree_on_slot(slot, invitation=self)
        return slot

    def _write_message(self, text):
        """The contact cannot make any of the dates and writes why: once per email, as plain text.

        :return: whether the message was accepted
        """
        self.ensure_one()
        review = self.review_id
        review._lock_dates()
        text = (text or "").strip()[:MESSAGE_LENGTH]
        if not text or self.answered_on or self._get_answer_state() not in ("open", "past"):
            return False
        self.answered_on = fields.Datetime.now()
        manager = review._get_reviewer()
        review.message_post(
            body=plaintext2html(text),
            author_id=self.partner_id.id,
            email_from=self.partner_id.email_formatted,
            partner_ids=manager.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        review.with_context(lang=manager.lang).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=manager.id,
            summary=review.with_context(lang=manager.lang).env._(
                "None of the dates suits %(contact)s", contact=self.partner_id.name
            ),
            note=plaintext2html(text),
        )
        return True


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
