from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .key_account_review import OPEN_STATES
from .key_account_review_invitation import slot_texts


class KeyAccountReview(models.Model):
    """Date and place: several are proposed, the customer chooses one, that makes the meeting."""

    _inherit = "key.account.review"  # pylint: disable=consider-merging-classes-inherited

    slot_ids = fields.One2many("key.account.review.slot", "review_id", "Proposed Dates")
    invitation_ids = fields.One2many("key.account.review.invitation", "review_id", "Invited Contacts")
    attendee_ids = fields.Many2many(
        "res.users",
        "key_account_review_attendee_rel",
        "review_id",
        "user_id",
        string="Our Participants",
        domain=[("share", "=", False)],
        copy=False,
        help="Who of us takes part, besides the responsible. They are invited to the meeting.",
    )
    meeting_id = fields.Many2one(
        "calendar.event", copy=False, readonly=True, ondelete="set null", index="btree_not_null"
    )

    # === CRUD METHODS ===#

    def write(self, vals):
        # Whoever takes the date back, over RPC, too, takes back the meeting
        if vals.get("state") in ("preparation", "proposed", "cancelled"):
            self.filtered(lambda review: review.state in OPEN_STATES)._cancel_meeting()
        return super().write(vals)

    # === ACTION METHODS ===#

    def action_suggest_slots(self):
        """Adds three dates in the coming weeks, when the responsible is not busy."""
        self.ensure_one()
        known = set(self.slot_ids.mapped("start"))
        starts = self.env["key.account.review.slot"]._suggest_starts(self._get_reviewer())
        self.slot_ids = [fields.Command.create({"start": start}) for start in starts if start not in known]

    def action_propose_dates(self):
        """Opens the proposal to the customer's contacts, to be read before it is sent.

        :raises UserError: nothing to propose, or nobody to propose it to
        """
        self.ensure_one()
        self._check_can_propose()
        if not self.invitation_ids:
            contacts = self.partner_id._get_key_account_contacts().filtered("email")
            self.invitation_ids = [fields.Command.create({"partner_id": contact.id}) for contact in contacts]
        if not self.invitation_ids.filtered("email"):
            names = self.invitation_ids.partner_id or self.partner_id._get_key_account_contacts()
            raise UserError(
                self.env._(
                    "Nobody can be asked by e-mail: enter an e-mail address on a contact of %(account)s. "
                    "Contacts without one: %(contacts)s.",
                    account=self.partner_id.display_name,
                    contacts=", ".join(names.mapped("name")) or "–",
                )
            )
        proposal = self.env["key.account.review.proposal"].create({"review_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose Dates"),
            "res_model": "key.account.review.proposal",
            "res_id": proposal.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_reschedule(self):
        """Gives up the agreed date: the meeting is cancelled, and dates can be proposed again."""
        for review in self:
            review._lock_dates()
            if review.state != "scheduled":
                raise UserError(self.env._("%(review)s has no date to be changed.", review=review.display_name))
            review._cancel_meeting()
            review.write({"state": "preparation", "planned_date": False})

    def action_view_meeting(self):
        self.ensure_one()
        return self.meeting_id.get_formview_action()

    # === BUSINESS METHODS ===#

    def _get_reviewer(self):
        """Who talks with the customer: the responsible, else the account manager, else who made the review."""
        self.ensure_one()
        return self.user_id or self.partner_id.key_account_manager_id or self.create_uid

    def _check_can_propose(self):
        if self.state not in ("preparation", "proposed"):
            raise UserError(
                self.env._(
                    "Dates are proposed while a review is in preparation. %(review)s is not any more.",
                    review=self.display_name,
                )
            )
        if not any(slot._is_open() for slot in self.slot_ids):
            raise UserError(
                self.env._("There is no open date in the future to propose: add some under Date and Place.")
            )

    def _lock_dates(self):
        """Two people who choose at once wait for each other; the second one then sees what the first one did."""
        self.ensure_one()
        self.env.flush_all()
        # Waits, unlike `lock_for_update`: once the first one is done, the request starts over and finds the date taken
        self.env.cr.execute(SQL("SELECT id FROM key_account_review WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset(["state", "meeting_id"])
        self.slot_ids.invalidate_recordset(["state"])
        self.invitation_ids.invalidate_recordset(["used_on", "answered_on", "asked_on"])

    def _take_slot(self, slot, invitation=None):
        """Agrees on a date: makes the meeting and withdraws the other dates.

        :param invitation: that of the contact who chose; None when we did by hand
        """
        self.ensure_one()
        self._lock_dates()
        if not slot._is_open() or self.state not in OPEN_STATES or "taken" in self.slot_ids.mapped("state"):
            raise UserError(
                self.env._("This date can't be chosen: it has passed, was withdrawn, or another one was agreed on.")
            )
        if not self.invitation_ids:
            raise UserError(
                self.env._(
                    "Who of the customer comes? Under Date and Place, add the contacts who are invited to the meeting."
                )
            )
        if invitation:
            self._track_set_author(invitation.partner_id)
        (self.slot_ids - slot).filtered(lambda other: other.state == "open").state = "withdrawn"
        slot.state = "taken"
        timezone = self._get_reviewer().tz or self.env.user.tz or "UTC"
        meeting = self._create_meeting(slot)
        self.with_context(tz=timezone)._set_scheduled(meeting)
        self._tell_date(slot, timezone, invitation)

    def _get_invited(self):
        """:return: the people of both sides"""
        self.ensure_one()
        return self._get_reviewer().partner_id | self.attendee_ids.partner_id | self.invitation_ids.partner_id

    def _create_meeting(self, slot):
        organiser = self._get_reviewer()
        # As superuser, but as the organiser's work: a customer without a login may have chosen
        meetings = self.env["calendar.event"].with_user(organiser).with_company(self.company_id).sudo()
        return meetings.with_context(lang=organiser.lang).create(
            {
                "name": self.env._("Annual Review %(review)s", review=self.name),
                "start": slot.start,
                "stop": slot.stop,
                "user_id": organiser.id,
                "partner_ids": [fields.Command.set(self._get_invited().ids)],
                "location": slot._get_place(),
                "videocall_location": slot.videocall_url,
                "key_account_visit": True,
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
            }
        )

    def _tell_date(self, slot, timezone, invitation):
        manager = self._get_reviewer()
        told = self.with_context(lang=manager.lang)
        texts = slot_texts(slot.with_context(lang=manager.lang), timezone)
        moment = f"{texts['day']}, {texts['begin']}"
        if not invitation:
            self.message_post(body=told.env._("Date agreed: %(moment)s.", moment=moment))
            return
        contact = invitation.partner_id
        self.message_post(
            body=told.env._("%(contact)s chose %(moment)s.", contact=contact.name, moment=moment),
            author_id=contact.id,
            email_from=contact.email_formatted,
            partner_ids=manager.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    def _cancel_meeting(self):
        """Takes back what was agreed or proposed: the meeting with its people, and the dates."""
        self.slot_ids.filtered(lambda slot: slot.state == "taken").state = "withdrawn"
        # As superuser: the meeting may be another's, and it is this review's
        meetings = self.meeting_id.sudo().filtered(
            lambda meeting: meeting.active and meeting.res_model == self._name and meeting.res_id in self.ids
        )
        self.filtered("meeting_id").meeting_id = False
        template = self.env.ref("calendar.calendar_template_delete_event", raise_if_not_found=False)
        for meeting in meetings.filtered(lambda meeting: meeting.start > fields.Datetime.now()):
            if template:
                template.sudo().send_mail(meeting.id, email_layout_xmlid="mail.mail_notification_light")
            meeting.activity_ids.unlink()
            meeting.with_context(dont_notify=True).active = False

    def _lose_meeting(self):
        """The meeting was deleted in the calendar: the review needs another date."""
        for review in self.filtered(lambda review: review.state == "scheduled"):
            review.slot_ids.filtered(lambda slot: slot.state == "taken").state = "withdrawn"
            review.meeting_id.activity_ids.unlink()
            review.write({"state": "preparation", "planned_date": False, "meeting_id": False})
            manager = review._get_reviewer()
            review.with_context(lang=manager.lang).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=manager.id,
                summary=review.with_context(lang=manager.lang).env._(
                    "The meeting was deleted in the calendar: agree on another date"
                ),
            )
