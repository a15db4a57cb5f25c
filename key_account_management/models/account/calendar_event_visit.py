from odoo import api, models

# What makes a meeting a visit, and when it is
PLANNED_BY = {"key_account_visit", "partner_ids", "start", "stop", "start_date", "stop_date", "allday", "active"}


class CalendarEvent(models.Model):
    """Who plans a visit is not reminded of it any more."""

    _inherit = "calendar.event"  # pylint: disable=consider-merging-classes-inherited

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._drop_visit_reminders()
        return events

    def write(self, vals):
        result = super().write(vals)
        if PLANNED_BY & vals.keys():
            self._drop_visit_reminders()
        return result

    # === BUSINESS METHODS ===#

    def _drop_visit_reminders(self):
        # Other meetings must not cost a query
        self.filtered("key_account_visit").partner_ids._drop_visit_reminders()
