from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..roles import USER
from ..tools.languages import language_of
from ..tools.rights import check_filled_in
from ..tools.time_zones import appointment_texts, timezone_of_people, timezone_text
from .calendar_event import OCCASION

# Whose visit it is
FILLED_IN = ("key_account_customer_id",)
# In the context while invitations are written. No client can send this very object.
INVITING = object()
# When customers get our email about an annual review instead of one of Odoo's
OCCASIONS = {
    "calendar.calendar_template_meeting_invitation": "invited",
    "calendar.calendar_template_meeting_changedate": "moved",
    "calendar.calendar_template_meeting_reminder": "reminded",
}
OURS_FOR_REVIEWS = dict.fromkeys(
    (*OCCASIONS.values(), "cancelled"), "key_account_management.mail_template_review_meeting"
)
# Odoo's other emails about a visit are in the language of the customer
OURS_FOR_VISITS = {"invited": "key_account_management.mail_template_visit"}


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    # A contact who moves to another company takes the visits of before along as little as invoices
    key_account_customer_id = fields.Many2one(
        "res.partner",
        "Commercial Entity",
        compute="_compute_key_account_customer_id",
        store=True,
        index=True,
        groups=USER,
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id.commercial_partner_id")
    def _compute_key_account_customer_id(self):
        now = fields.Datetime.now()
        for attendee in self:
            # Who is visited in the future may move until then; whose a visit was that is over, remains
            if not attendee.key_account_customer_id or attendee.event_id.stop > now:
                attendee.key_account_customer_id = attendee.partner_id.commercial_partner_id

    # === ACCESS ===#

    def _has_field_access(self, field, operation):
        # Whoever knows the link answers in the attendee's name: with a customer's, the date of a review is given up
        if field.name == "access_token" and not self.env.su:
            return self.env.context.get("key_account_inviting") is INVITING
        return super()._has_field_access(field, operation)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and self.env.context.get("default_access_token"):
            raise AccessError(self.env._("The link by which someone answers an invitation cannot be chosen."))
        check_filled_in(self, FILLED_IN, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        check_filled_in(self, FILLED_IN, [vals])
        declining = self.browse()
        if vals.get("state") == "declined":
            declining = self.filtered(lambda attendee: attendee.state != "declined")
        result = super().write(vals)
        for meeting, attendees in declining.grouped("event_id").items():
            meeting._handle_key_account_decline(attendees.partner_id)
        return result

    # === BUSINESS METHODS ===#

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        # The email to an attendee holds the link, whoever sends it
        inviting = self.with_context(key_account_inviting=INVITING)
        if mail_template:
            mail_template = mail_template.with_context(key_account_inviting=INVITING)
        of_talks = inviting._filter_key_account_talks() if mail_template else self.browse()
        if not of_talks:
            return super(CalendarAttendee, inviting)._notify_attendees(mail_template, notify_author, force_send)
        templates = {self.env.ref(xmlid, raise_if_not_found=False): name for xmlid, name in OCCASIONS.items()}
        occasion = templates.get(mail_template)
        for attendee in of_talks:
            # In the language of each one
            template, context = attendee._get_key_account_email(mail_template, occasion)
            super(CalendarAttendee, attendee.with_context(**context))._notify_attendees(
                template.with_context(**context), notify_author, force_send
            )
        # Meetings of several records are written together at times
        return (self - of_talks)._notify_attendees(mail_template, notify_author, force_send)

    def _filter_key_account_talks(self):
        """:return: those who attend an annual review or a visit"""
        # Other meetings must not cost a query
        meetings = self.event_id._get_key_account_talks()
        meetings = meetings.filtered(lambda meeting: meeting.key_account_review_id or meeting.key_account_visit_id)
        return self.filtered(lambda attendee: attendee.event_id in meetings)

    def _get_key_account_talk(self):
        """:return: the annual review or the visit that is attended, as superuser; in a template's preview neither"""
        # As superuser: whoever plans in the calendar need not have the right to read it
        meeting = self.event_id.sudo()
        return meeting.key_account_review_id or meeting.key_account_visit_id

    def _get_key_account_language(self):
        """:return: for the email template as well: the language of the attendee, otherwise of the account"""
        talk = self._get_key_account_talk()
        return language_of(*filter(None, (self.partner_id, talk and talk.partner_id)))

    def _get_key_account_email(self, mail_template, occasion):
        """
        :param mail_template: one of Odoo's
        :param occasion: when it is sent, None if we have no email for it
        :return: the template for an attendee, ours if it is someone from the customer, and its context
        """
        self.ensure_one()
        talk, context = self._get_key_account_talk(), {"lang": self._get_key_account_language()}
        name = (OURS_FOR_VISITS if talk._name == "key.account.visit" else OURS_FOR_REVIEWS).get(occasion)
        ours = name and self.env.ref(name, raise_if_not_found=False)
        if not ours or not self.partner_id._is_below(talk.partner_id):
            return mail_template, context
        # As superuser: whoever plans in the calendar need not have the right to read templates
        return ours.sudo(), {**context, OCCASION: occasion, "key_account_inviting": INVITING}

    def _notify_key_account_cancelled(self):
        """The annual review does not take place at this time. Without the file of Odoo's other emails about meetings,
        which would put it into the calendars again.
        """
        # As superuser, as Odoo sends it for whoever deletes a meeting
        deleted = self.env.ref("calendar.calendar_template_delete_event", raise_if_not_found=False)
        deleted = (deleted or self.env["mail.template"]).sudo()
        for attendee in self.filtered("email"):
            template, context = attendee._get_key_account_email(deleted, "cancelled")
            if not template:
                continue
            template = template.with_context(**context)
            record = attendee.event_id if template == deleted else attendee
            subject, body = (template._render_field(name, record.ids)[record.id] for name in ("subject", "body_html"))
            meeting = attendee.event_id.with_context(**context)
            meeting.message_notify(
                subject=subject,
                body=body,
                partner_ids=attendee.partner_id.ids,
                author_id=meeting.user_id.partner_id.id,
                email_from=meeting.user_id.email_formatted,
                email_layout_xmlid="mail.mail_notification_light",
            )

    def _get_key_account_appointment(self):
        """Everything that our email about an annual review says, as texts in the environment's language."""
        self.ensure_one()
        meeting = self.event_id
        # As superuser: see above
        review = meeting.sudo().key_account_review_id.with_context(lang=self.env.lang)
        # In the preview of the template it may be any meeting
        timezone = (review and review._get_timezone_of(self.partner_id)) or self.partner_id.tz or "UTC"
        if meeting.allday:
            days = sorted({meeting.start_date, meeting.stop_date})
            times = {"day": " – ".join(format_date(self.env, day, date_format="full") for day in days)}
        else:
            times = appointment_texts(meeting, timezone) | {"timezone": timezone_text(self.env, timezone)}
        subjects = {
            "invited": self.env._("Invitation to our annual review %(year)s", year=review.year),
            "moved": self.env._("New date for our annual review %(year)s", year=review.year),
            "cancelled": self.env._("Canceled: our annual review on %(day)s", day=times["day"]),
            "reminded": self.env._("Reminder: our annual review on %(day)s", day=times["day"]),
        }
        return {
            **times,
            "subject": subjects[self.env.context.get(OCCASION, "invited")],
            "contact": self.partner_id.name or "",
            "year": review.year,
            "place": meeting.location or "",
            "videocall_url": meeting.videocall_location or "",
            "people": ", ".join(meeting.partner_ids.mapped("name")),
            "organiser": meeting.user_id.name or "",
            "company": review.company_id.name,
            "color": review.company_id.email_secondary_color or "#1F3A5F",
        }

    # Our invitation to a visit

    def _get_key_account_visit_sender(self):
        """:return: for the email template: who invites: the account manager, otherwise whoever is responsible"""
        self.ensure_one()
        talk = self._get_key_account_talk()
        manager = talk and talk.partner_id.key_account_manager_id
        return manager if manager and manager.active and manager.email else self.event_id.user_id or self.env.user

    def _get_key_account_visit_texts(self):
        """:return: for the email template: when the visit is, where the customer is"""
        self.ensure_one()
        talk = self._get_key_account_talk()
        account = talk.partner_id if talk else self.partner_id
        zone = timezone_of_people((self.partner_id, account), self.event_id.user_id.partner_id)
        event = self.event_id.with_context(lang=self._get_key_account_language())
        return appointment_texts(event, zone) | {"zone": timezone_text(event.env, zone)}
