from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    key_account_visit = fields.Boolean(
        "Customer Visit",
        help="Counts as a visit for the accounts whose people attend the meeting, once it is over.",
    )

    def _get_public_fields(self):
        # As much as start and end: a private meeting counts, too, without its subject
        return super()._get_public_fields() | {"key_account_visit"}
