from odoo import api, fields, models


class CalendarEvent(models.Model):
    # A file of its own: how meetings of annual reviews keep them up to date
    _inherit = "calendar.event"  # pylint: disable=consider-merging-classes-inherited

    # === CRUD METHODS ===#

    def write(self, vals):
        result = super().write(vals)
        if not vals.get("active", True):
            self._get_key_account_reviews()._lose_meeting()
        elif {"start", "start_date", "location", "partner_ids"} & vals.keys():
            self._update_key_account_reviews(vals)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_meetings_of_key_account_reviews(self):
        self._get_key_account_reviews()._lose_meeting()

    # === BUSINESS METHODS ===#

    def _get_key_account_reviews(self):
        """:return: the reviews that take place in these meetings and were not held yet, as superuser"""
        meetings = self.filtered(lambda meeting: meeting.res_model == "key.account.review" and meeting.res_id)
        # Who may move or delete the meeting need not have the right to write reviews; others must not cost a query
        reviews = self.env["key.account.review"].sudo()
        if not meetings:
            return reviews
        return reviews.search([("meeting_id", "in", meetings.ids), ("state", "=", "scheduled")])

    def _update_key_account_reviews(self, vals):
        """A meeting that is moved in the calendar moves its review, and its people are those of the review."""
        for review in self._get_key_account_reviews():
            meeting = review.meeting_id
            local = meeting.with_context(tz=review.user_id.tz or self.env.user.tz or "UTC")
            review.planned_date = (
                meeting.start_date if meeting.allday else fields.Datetime.context_timestamp(local, meeting.start).date()
            )
            if "location" in vals:
                review.place = meeting.location
            if "partner_ids" in vals:
                review.participant_ids = meeting.partner_ids
