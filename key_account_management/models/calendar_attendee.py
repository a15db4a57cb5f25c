from odoo import api, fields, models

from ..roles import USER


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    # A contact who moves to another company takes the visits of before along as little as invoices
    key_account_customer_id = fields.Many2one(
        "res.partner",
        "Commercial Entity",
        compute="_compute_key_account_customer_id",
        store=True,
        precompute=True,
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

    # === CRUD METHODS ===#

    def write(self, vals):
        declining = self.browse()
        if vals.get("state") == "declined":
            declining = self.filtered(lambda attendee: attendee.state != "declined")
        result = super().write(vals)
        for meeting, attendees in declining.grouped("event_id").items():
            meeting._handle_key_account_decline(attendees.partner_id)
        return result
