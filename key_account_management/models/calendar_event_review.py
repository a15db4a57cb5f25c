from odoo import fields, models


class CalendarEvent(models.Model):
    # A file of its own: how meetings of annual reviews keep them up to date
    _inherit = "calendar.event"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if {"start", "start_date", "location"} & vals.keys():
            self._update_key_account_reviews(vals)
        return result

    def _update_key_account_reviews(self, vals):
        """A meeting that is moved in the calendar moves its review."""
        meetings = self.filtered(lambda meeting: meeting.res_model == "key.account.review" and meeting.res_id)
        if not meetings:
            return
        # As superuser: who may move the meeting need not have the right to write reviews
        reviews = self.env["key.account.review"].sudo().search([("meeting_id", "in", meetings.ids)])
        for review in reviews.filtered(lambda review: review.state == "scheduled"):
            meeting = review.meeting_id
            local = meeting.with_context(tz=review.user_id.tz or self.env.user.tz or "UTC")
            review.planned_date = (
                meeting.start_date if meeting.allday else fields.Datetime.context_timestamp(local, meeting.start).date()
            )
            if "location" in vals:
                review.place = meeting.location
