"""Date and place of reviews: agreeing on a date creates the meeting, and the two are kept in step."""

from datetime import datetime, time

from odoo import fields
from odoo.exceptions import UserError

from ...tools.languages import language_of
from ...tools.people import people_who_left
from ...tools.rights import may_edit, without_defaults
from ...tools.time_zones import appointment_texts

# The activity that tells the account manager what someone else changed in the calendar
MEETING_CHANGED = "key_account_management.activity_type_meeting_changed"


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
        # The customer's people read it in their calendars
        language = language_of(review.partner_id)
        return (
            without_defaults(meetings)
            .with_context(lang=language)
            .create(
                {
                    "name": self.get_meeting_name(language),
                    "start": slot.start,
                    "stop": slot.stop,
                    "user_id": organiser.id,
                    "partner_ids": [fields.Command.set(review._get_invited().ids)],
                    "location": slot._get_place(),
                    "videocall_location": slot.videocall_url,
                    "key_account_visit": True,
                    **self._prepare_link_values(review),
                }
            )
        )

    def get_meeting_name(self, language):
        review = self.reviews.with_context(lang=language)
        return review.env._("Annual Review %(review)s", review=review.name)

    def _prepare_link_values(self, review):
        return {
            "key_account_review_id": review.id,
            # For Odoo's own button that opens the document
            "res_model_id": self.env["ir.model"]._get_id(review._name),
            "res_id": review.id,
        }

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
            **_times_of(meeting, self.reviews),
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
            lambda meeting: meeting.active and meeting.key_account_review_id in reviews
        )
        reviews.filtered(lambda review: review.meeting_id or review.start)._store(
            {"meeting_id": False, "start": False, "stop": False}
        )
        for meeting in meetings.filtered(lambda meeting: meeting.start > fields.Datetime.now()):
            people = meeting.partner_ids - people_who_left(meeting.partner_ids)
            told = meeting.attendee_ids.filtered_domain([("partner_id", "in", people.ids)])
            told._notify_key_account_cancelled()
            meeting.activity_ids.unlink()
            meeting.with_context(dont_notify=True).active = False
        reviews.activity_unlink([MEETING_CHANGED])

    def lose_meeting(self):
        """The meeting was deleted: the review needs another date."""
        for review in self.reviews:
            review.meeting_id.activity_ids.unlink()
            self._agree_again(review, _deleted)

    def handle_declined(self, partners):
        """Someone declined the meeting. If they are from the customer, the date is to be agreed again, unless someone
        else from the customer has accepted it. The account manager is told.
        """
        for review in self.reviews:
            meeting = review.meeting_id
            user = self.env.user
            customers = partners.filtered(lambda partner, account=review.partner_id: partner._is_below(account))
            if not customers or meeting.start <= fields.Datetime.now():
                continue
            names = ", ".join(customers.mapped("name"))
            # Whoever comes with the link in the email has no login. Employees speak for customers only if they may
            # change the review.
            if not user.share and customers != user.partner_id and not may_edit(review):
                review._tell_of_meeting([lambda env, names=names: env._("%(names)s: set to declined", names=names)])
                continue
            accepted = meeting.attendee_ids.filtered(lambda attendee: attendee.state == "accepted").partner_id
            if any(partner._is_below(review.partner_id) for partner in accepted):
                self._remind_manager(
                    review,
                    lambda env, names=names: env._(
                        "%(names)s declined the meeting, others have accepted it", names=names
                    ),
                )
                continue
            if len(customers) == 1:
                review._track_set_author(customers)
            self._agree_again(
                review,
                lambda env, names=names: env._("%(names)s declined the date: agree on another one", names=names),
            )

    def _agree_again(self, review, summary):
        """Back to preparation, and the account manager is told why."""
        review.slot_ids.filtered(lambda slot: slot.state == "taken")._store({"state": "withdrawn"})
        # Which cancels the meeting
        review.write({"state": "preparation", "planned_date": False})
        self._remind_manager(review, summary)

    def _remind_manager(self, review, summary):
        """:param summary: function that gives the text in an environment's language"""
        manager = review._get_manager()
        if manager:
            translated = review.with_context(lang=manager.lang)
            translated.activity_schedule(
                "mail.mail_activity_data_todo", user_id=manager.id, summary=summary(translated.env)
            )

    # === THE MEETING IN THE CALENDAR ===#

    def prepare_meeting_changes(self, changed):
        """
        :param set changed: which of the facts of the meeting changed, see ``_get_key_account_facts``
        :return: what follows from them for the review
        """
        review = self.reviews
        meeting = review.meeting_id
        values = {}
        if "date" in changed:
            timezone = review.user_id.tz or self.env.user.tz or "UTC"
            values |= _times_of(meeting, review.with_context(tz=timezone))
        if "place" in changed:
            values["place"] = meeting.location or meeting.videocall_location or False
        if "people" in changed:
            values["participant_ids"] = [fields.Command.set(meeting.partner_ids.ids)]
        return values

    def differs(self):
        """Whether the meeting in the calendar is no longer what was agreed."""
        review = self.reviews
        if review.state != "scheduled" or not review.planned_date:
            return False
        # As superuser: colleagues may have made it private
        meeting = review.meeting_id.sudo()
        if not meeting or not meeting.active or meeting.key_account_review_id != review:
            # Agreed without a meeting
            return "taken" in review.slot_ids.mapped("state")
        times = (meeting.start_date, False) if meeting.allday else (meeting.start, meeting.stop)
        agreed = (review.start, review.stop) if review.start else (review.planned_date, False)
        place = meeting.location or meeting.videocall_location or False
        if times != agreed or place != (review.place or False) or meeting.partner_ids != review.participant_ids:
            return True
        # What the review does not hold itself: the account manager has been told. As superuser: it is their activity.
        return bool(review.sudo().activity_search([MEETING_CHANGED]))

    def take_over_meeting(self):
        """The review becomes what the meeting says."""
        review = self.reviews
        # As superuser: colleagues may have made it private
        meeting = review.meeting_id.sudo()
        if meeting.active and meeting.key_account_review_id == review:
            review._store(review.sudo()._prepare_meeting_changes({"date", "place", "people"}))
        else:
            self._agree_again(review, _deleted)
        review.activity_unlink([MEETING_CHANGED])

    def restore_meeting(self):
        """The meeting becomes what the review says; if it was deleted, there is a new one."""
        review = self.reviews
        day = review.planned_date
        language = language_of(review.partner_id)
        url = review.slot_ids.filtered(lambda slot: slot.state == "taken").videocall_url
        values = {
            "name": self.get_meeting_name(language),
            "active": True,
            "allday": not review.start,
            "start": review.start or datetime.combine(day, time(8)),
            "stop": review.stop or datetime.combine(day, time(18)),
            "location": review.place != url and review.place,
            "videocall_location": url,
            "partner_ids": [fields.Command.set(review.participant_ids.ids)],
            "key_account_visit": True,
            **self._prepare_link_values(review),
        }
        # As superuser: colleagues may have made it private
        meeting = review.meeting_id.sudo()
        if meeting.key_account_review_id == review:
            meeting.write(values)
        else:
            organiser = review._get_reviewer()
            # As above: it is the meeting of the one who holds the review
            meetings = without_defaults(self.env["calendar.event"].sudo()).with_company(review.company_id)
            meetings = meetings.with_context(lang=language)
            review._store({"meeting_id": meetings.create({**values, "user_id": organiser.id}).id})
        review.activity_unlink([MEETING_CHANGED])


def _deleted(env):
    return env._("The meeting was deleted in the calendar: agree on another date")


def _times_of(meeting, reader):
    """
    :param reader: a record whose environment determines the time zone
    :return: when a review takes place, as its meeting says
    """
    if meeting.allday:
        return {"planned_date": meeting.start_date, "start": False, "stop": False}
    day = fields.Datetime.context_timestamp(reader, meeting.start).date()
    return {"planned_date": day, "start": meeting.start, "stop": meeting.stop}
