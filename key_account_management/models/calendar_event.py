from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..roles import EMPLOYEE, USER

# What makes a meeting a visit, and when it is
VISIT_FIELDS = {"key_account_visit", "partner_ids", "start", "stop", "start_date", "stop_date", "allday", "active"}
# What a review takes from its meeting
REVIEW_FIELDS = {"start", "start_date", "location", "partner_ids"}


class CalendarEvent(models.Model):
    """Meetings with customers: visits and annual reviews."""

    _inherit = "calendar.event"

    key_account_visit = fields.Boolean(
        "Customer Visit",
        groups=EMPLOYEE,
        help="Once it is over, the meeting counts as a visit to the accounts whose contacts attended it.",
    )

    key_account_coaching_id = fields.Many2one(
        "key.account.coaching.session",
        "Coaching Session",
        compute="_compute_key_account_coaching_id",
        groups=USER,
        help="Only its coach and participants see it.",
    )

    @api.depends_context("uid")
    def _compute_key_account_coaching_id(self):
        # Meetings of coaching sessions are private: others must not cost a query
        meetings = self._origin.filtered(lambda meeting: meeting.privacy == "private")
        sessions = self.env["key.account.coaching.session"].with_context(active_test=False)
        found = sessions.search([("event_id", "in", meetings.ids)]).grouped("event_id") if meetings else {}
        for meeting in self:
            meeting.key_account_coaching_id = found.get(meeting._origin)

    def _get_public_fields(self):
        # Like start and end: a private meeting counts as well, without its subject
        return super()._get_public_fields() | {"key_account_visit"}

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._drop_visit_reminders()
        return events

    def write(self, vals):
        result = super().write(vals)
        if VISIT_FIELDS & vals.keys():
            self._drop_visit_reminders()
        if not vals.get("active", True):
            self._get_key_account_reviews()._handle_meeting_deleted()
        elif REVIEW_FIELDS & vals.keys():
            self._get_key_account_reviews()._follow_meeting(vals.keys())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_meetings_of_key_account_reviews(self):
        self._get_key_account_reviews()._handle_meeting_deleted()

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

    # === BUSINESS METHODS ===#

    def _check_key_account_may_link(self):
        """:raises AccessError: for private meetings of others, which in Odoo can be read, but without their subject"""
        if any(meeting._check_private_event_conditions() for meeting in self):
            raise AccessError(
                self.env._("This is a private meeting of others. Choose a meeting that you may see or take part in.")
            )

    def _drop_visit_reminders(self):
        """Whoever plans a visit is no longer reminded of it."""
        # Other meetings must not cost a query
        self.filtered("key_account_visit").partner_ids._drop_visit_reminders()

    def _get_key_account_reviews(self):
        """:return: the reviews that take place in these meetings and have not been held yet, as superuser"""
        meetings = self.filtered(lambda meeting: meeting.res_model == "key.account.review" and meeting.res_id)
        # Users who may move or delete the meeting need not have write access to reviews; others must not cost a query
        reviews = self.env["key.account.review"].sudo()
        if not meetings:
            return reviews
        return reviews.search([("meeting_id", "in", meetings.ids), ("state", "=", "scheduled")])
