from odoo import models


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    # === CRUD METHODS ===#

    def write(self, vals):
        declining = self.browse()
        if vals.get("state") == "declined":
            declining = self.filtered(lambda attendee: attendee.state != "declined")
        result = super().write(vals)
        for meeting, attendees in declining.grouped("event_id").items():
            meeting._handle_key_account_decline(attendees.partner_id)
        return result
