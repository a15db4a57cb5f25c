from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..roles import USER
from ..tools.rights import check_filled_in
from ..tools.time_zones import moment_texts, timezone_of_country

# Whose visit it is
FILLED_IN = ("key_account_customer_id",)
# In the context while invitations are written. No client can send this very object.
INVITING = object()


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
        if not mail_template:
            return super(CalendarAttendee, inviting)._notify_attendees(mail_template, notify_author, force_send)
        for attendees, template in inviting._by_key_account_template(mail_template):
            template = template.with_context(key_account_inviting=INVITING)
            super(CalendarAttendee, attendees)._notify_attendees(template, notify_author, force_send)
        return None

    def _by_key_account_template(self, template):
        """:return: pairs of attendees and what they are sent: people of an account that is visited get ours"""
        ours = self.browse()
        if template == self.env.ref("calendar.calendar_template_meeting_invitation", raise_if_not_found=False):
            ours = self.filtered(lambda attendee: attendee._is_visited())
        invitation = ours and self.env.ref("key_account_management.mail_template_visit", raise_if_not_found=False)
        if not invitation:
            return [(self, template)]
        # As superuser: users who may invite customers need not have the right to read templates
        return [(ours, invitation.sudo()), (self - ours, template)] if self - ours else [(ours, invitation.sudo())]

    def _get_key_account_visit(self):
        """:return: the visit that is invited to, as superuser"""
        self.ensure_one()
        # As superuser: no one may read the link
        visit = self.event_id.sudo().key_account_visit_id
        # While its meeting is being created, the visit does not know it yet
        return visit.filtered(lambda visit: visit.event_id <= self.event_id)

    def _is_visited(self):
        """Whether it is somebody whose account is visited."""
        self.ensure_one()
        visit = self._get_key_account_visit()
        return bool(visit) and self.partner_id._is_below(visit.partner_id)

    def _get_key_account_visit_sender(self):
        """:return: for the email template: who invites: the account manager, otherwise whoever is responsible"""
        self.ensure_one()
        visit = self._get_key_account_visit()
        manager = visit.partner_id.key_account_manager_id
        return manager if manager.active and manager.email else self.event_id.user_id or self.env.user

    def _get_key_account_visit_language(self):
        """:return: for the email template: the customer's language"""
        self.ensure_one()
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        account = self._get_key_account_visit().partner_id
        return next(
            (code for code in (self.partner_id.lang, account.lang, self.env.lang) if code in installed), "en_US"
        )

    def _get_key_account_visit_texts(self):
        """:return: for the email template: when the visit is, where the customer is"""
        self.ensure_one()
        event = self.event_id
        account = self._get_key_account_visit().partner_id
        zone = (
            self.partner_id.tz
            or account.tz
            or timezone_of_country((self.partner_id.country_id or account.country_id).code)
            or event.user_id.tz
            or "UTC"
        )
        env = self.with_context(lang=self._get_key_account_visit_language()).env
        texts = moment_texts(env, event.start, event.stop, zone)
        return texts | {"zone": zone.replace("_", " ")}
