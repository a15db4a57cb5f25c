"""Date and place of reviews: agreeing on a date creates the meeting, and the two are kept in step."""

from odoo import fields
from odoo.exceptions import UserError

from ...tools import appointment_texts


class ReviewDates:
    """The dates and meetings of reviews."""

    def __init__(self, reviews):
        self.reviews = reviews
        self.env = reviews.env

    # === PROPOSING DATES ===#

    def check_can_propose(self):
        """:raises UserError: the review is no longer in preparation, or there is nothing to propose"""
        review = self.reviews
        if review.state not in ("preparation", "proposed"):
            raise UserError(
                self.env._(
                    "You can only propose dates while a review is in preparation, and %(review)s no longer is.",
                    review=review.display_name,
                )
            )
        if not any(slot._is_open() for slot in review.slot_ids):
            raise UserError(self.env._("There is no open date in the future to propose: add some on the Dates tab."))

    def invite_contacts(self):
        """Invites the contacts of the account that have an email address, unless others were chosen.

        :raises UserError: no one can be asked by email
        """
        review = self.reviews
        contacts = review.partner_id._get_key_account_contacts()
        if not review.invitation_ids:
            review.invitation_ids = [
                fields.Command.create({"partner_id": contact.id}) for contact in contacts.filtered("email")
            ]
        if not review.invitation_ids.filtered("email"):
            names = review.invitation_ids.partner_id or contacts
            raise UserError(
                self.env._(
                    "No one can be asked by email: enter an email address for a contact of %(account)s. Contacts "
                    "without one: %(contacts)s.",
                    account=review.partner_id.display_name,
                    contacts=", ".join(names.mapped("name")) or "–",
                )
            )

    # === AGREEING ON A DATE ===#

    def take(self, slot, invitation=None):
        """Agrees on a date for one review: creates the meeting and withdraws the other dates.

        :param invitation: that of the contact who chose; None if it was done manually
        """
        review = self.reviews
        review._lock_dates()
        if not slot._is_open() or not review._is_before_talk() or "taken" in review.slot_ids.mapped("state"):
            raise UserError(
                self.env._(
                    "This date cannot be chosen: it has passed, has been withdrawn, or another one has been agreed."
                )
            )
        if not review.invitation_ids:
            raise UserError(
                self.env._(
                    "Who will attend from the customer? On the Dates tab, add the contacts to invite to the meeting."
                )
            )
        if invitation:
            review._track_set_author(invitation.partner_id)
        (review.slot_ids - slot).filtered(lambda other: other.state == "open")._store({"state": "withdrawn"})
        slot._store({"state": "taken"})
        timezone = review._get_reviewer().tz or self.env.user.tz or "UTC"
        meeting = self._create_meeting(review, slot)
        review.with_context(tz=timezone)._set_scheduled(meeting)
        self._announce(review, slot, timezone, invitation)

    def _create_meeting(self, review, slot):
        organiser = review._get_reviewer()
        # As superuser, but as the organiser's work: a customer without a login may have chosen
        meetings = self.env["calendar.event"].with_user(organiser).with_company(review.company_id).sudo()
        return meetings.with_context(lang=organiser.lang).create(
            {
                "name": self.env._("Annual Review %(review)s", review=review.name),
                "start": slot.start,
                "stop": slot.stop,
                "user_id": organiser.id,
                "partner_ids": [fields.Command.set(review._get_invited().ids)],
                "location": slot._get_place(),
                "videocall_location": slot.videocall_url,
                "key_account_visit": True,
                "res_model_id": self.env["ir.model"]._get_id(review._name),
                "res_id": review.id,
            }
        )

    def _announce(self, review, slot, timezone, invitation):
        """Posts the date on the review; the person responsible is notified if a contact chose it."""
        manager = review._get_reviewer()
        translated = review.with_context(lang=manager.lang)
        texts = appointment_texts(slot.with_context(lang=manager.lang), timezone)
        moment = f"{texts['day']}, {texts['begin']}"
        if not invitation:
            review.message_post(body=translated.env._("Date agreed: %(moment)s.", moment=moment))
            return
        contact = invitation.partner_id
        review.message_post(
            body=translated.env._("%(contact)s chose %(moment)s.", contact=contact.name, moment=moment),
            author_id=contact.id,
            email_from=contact.email_formatted,
            partner_ids=manager.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    def prepare_scheduled_values(self, meeting):
        """:return: what the meeting says about date, place and people of a review"""
        return {
            "meeting_id": meeting.id,
            "planned_date": _day_of(meeting, self.reviews),
            "place": meeting.location or meeting.videocall_location or self.reviews.place,
            "participant_ids": [fields.Command.set(meeting.partner_ids.ids)],
        }

    # === WITHOUT A DATE AGAIN ===#

    def cancel(self):
        """Withdraws what was agreed or proposed: the meeting with its participants, and the dates."""
        reviews = self.reviews
        reviews.slot_ids.filtered(lambda slot: slot.state == "taken")._store({"state": "withdrawn"})
        # As superuser: the meeting may belong to someone else, but it is this review's
        meetings = reviews.meeting_id.sudo().filtered(
            lambda meeting: meeting.active and meeting.res_model == reviews._name and meeting.res_id in reviews.ids
        )
        reviews.filtered("meeting_id")._store({"meeting_id": False})
        template = self.env.ref("calendar.calendar_template_delete_event", raise_if_not_found=False)
        for meeting in meetings.filtered(lambda meeting: meeting.start > fields.Datetime.now()):
            if template:
                template.sudo().send_mail(meeting.id, email_layout_xmlid="mail.mail_notification_light")
            meeting.activity_ids.unlink()
            meeting.with_context(dont_notify=True).active = False

    def handle_meeting_deleted(self):
        """The meeting was deleted in the calendar: the review needs another date."""
        for review in self.reviews.filtered(lambda review: review.state == "scheduled"):
            review.slot_ids.filtered(lambda slot: slot.state == "taken").state = "withdrawn"
            review.meeting_id.activity_ids.unlink()
            review.write({"state": "preparation", "planned_date": False, "meeting_id": False})
            manager = review._get_reviewer()
            translated = review.with_context(lang=manager.lang)
            translated.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=manager.id,
                summary=translated.env._("The meeting was deleted in the calendar: agree on another date"),
            )

    # === THE MEETING IN THE CALENDAR ===#

    def follow_meeting(self, changed):
        """A meeting moved in the calendar moves its review, and its participants are those of the review.

        :param changed: names of the fields of the meeting that were written
        """
        for review in self.reviews:
            meeting = review.meeting_id
            timezone = review.user_id.tz or self.env.user.tz or "UTC"
            review.planned_date = _day_of(meeting, review.with_context(tz=timezone))
            if "location" in changed:
                review.place = meeting.location
            if "partner_ids" in changed:
                review.participant_ids = meeting.partner_ids


def _day_of(meeting, reader):
    """
    :param reader: a record whose environment determines the time zone
    :return: the day on which a meeting begins
    """
    return meeting.start_date if meeting.allday else fields.Datetime.context_timestamp(reader, meeting.start).date()
