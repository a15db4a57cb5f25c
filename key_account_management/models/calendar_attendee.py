from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..roles import USER
from ..tools.rights import check_filled_in

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
        if mail_template:
            mail_template = mail_template.with_context(key_account_inviting=INVITING)
        return super(CalendarAttendee, inviting)._notify_attendees(mail_template, notify_author, force_send)
