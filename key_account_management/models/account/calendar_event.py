from odoo import api, fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    key_account_visit = fields.Boolean(
        "Customer Visit",
        help="Counts as a visit for the accounts whose people attend the meeting, once it is over.",
    )

    def _get_public_fields(self):
        # As much as start and end: a private meeting counts, too, without its subject
        return super()._get_public_fields() | {"key_account_visit"}

    # === ACTION METHODS ===#

    @api.readonly
    def action_add_key_account_measure(self):
        """Opens a new measure for the account of the opportunity or of the people in the meeting, the user's first."""
        self.ensure_one()
        accounts = (self.opportunity_id.partner_id | self.partner_ids).key_account_id
        return self.env["key.account.care.measure"]._get_add_action(
            self,
            accounts.sorted("is_my_key_account", reverse=True)[:1],
            event_id=self.id,
            opportunity_id=self.opportunity_id.id,
        )
