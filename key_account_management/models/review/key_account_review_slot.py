import re
from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.deletion import on_deletion
from ...tools.time_zones import later

# What is proposed by default: how far ahead, when it begins (local time), how long it takes
WEEKS_AHEAD = 3
FIRST_HOUR = time(10)
HOURS = 2.0


class KeyAccountReviewSlot(models.Model):
    _name = "key.account.review.slot"
    _inherit = ["key.account.part.mixin"]
    _description = "Proposed Date of an Annual Review"
    _order = "start, id"
    _check_company_auto = True
    _rec_name = "start"

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade", index=True, check_company=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    start = fields.Datetime("Start Date", required=True, default=lambda self: self._default_start())
    duration = fields.Float("Hours", required=True, default=HOURS)
    stop = fields.Datetime("End Date", compute="_compute_stop", store=True)
    place = fields.Char(help="If empty, the place of the review.")
    videocall_url = fields.Char("Video Link", help="Link to the online meeting, e.g. https://…")
    note = fields.Char(help="Shown to the customer next to the date, e.g. with a tour of the plant.")
    state = fields.Selection(
        [("open", "Open"), ("taken", "Agreed"), ("withdrawn", "Withdrawn")],
        "Status",
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )
    is_past = fields.Boolean(compute="_compute_is_past")

    _lasts = models.Constraint(
        "CHECK (duration > 0 AND duration <= 24)", "The duration of a date must be more than 0 and at most 24 hours."
    )
    # In addition to the lock on the review: whatever happens, a review takes place once.
    _one_taken = models.UniqueIndex(
        "(review_id) WHERE state = 'taken'", "A date has already been agreed for this review."
    )

    @api.model
    def _default_start(self):
        timezone = pytz.timezone(self.env.user.tz or "UTC")
        day = fields.Date.context_today(self) + timedelta(weeks=WEEKS_AHEAD)
        return self._get_start(_workday(day), timezone)

    # === COMPUTE METHODS ===#

    @api.depends("start", "duration")
    def _compute_stop(self):
        for slot in self:
            # Of any other duration there is no date, see below
            hours = slot.duration if 0 < slot.duration <= 24 else 0.0
            slot.stop = slot.start and later(slot.start, relativedelta(seconds=round(hours * 3600)))

    @api.depends("start")
    def _compute_is_past(self):
        now = fields.Datetime.now()
        for slot in self:
            slot.is_past = bool(slot.start) and slot.start <= now

    # === CONSTRAINT METHODS ===#

    @api.constrains("videocall_url")
    def _check_videocall_url(self):
        for slot in self:
            # It becomes a link on a page for the customer: only web addresses
            if slot.videocall_url and not re.fullmatch(r"https?://[^\s\"'<>]+", slot.videocall_url):
                raise ValidationError(
                    self.env._("“%(link)s” is not a valid link: it must begin with https://", link=slot.videocall_url)
                )

    # === CRUD METHODS ===#

    def write(self, vals):
        # What was agreed with the customer can only be changed in the meeting, or by rescheduling the review
        if {"start", "duration", "place", "videocall_url", "review_id"} & vals.keys() and "taken" in self.mapped(
            "state"
        ):
            raise UserError(
                self.env._(
                    "This date has been agreed with the customer. Click Reschedule on the review to find another one."
                )
            )
        return super().write(vals)

    @on_deletion
    def _unlink_except_taken(self):
        if "taken" in self.mapped("state"):
            raise UserError(
                self.env._("This date has been agreed with the customer. Reschedule or cancel the review first.")
            )

    # === ACTION METHODS ===#

    def action_take(self):
        """The manager agrees on a date on behalf of the customer, for example on the phone."""
        self.ensure_one()
        self.check_access("write")
        self.review_id._agree_on_slot(self)

    def action_withdraw(self):
        self.filtered(lambda slot: slot.state == "open")._store({"state": "withdrawn"})

    def action_reopen(self):
        self.filtered(lambda slot: slot.state == "withdrawn")._store({"state": "open"})

    # === BUSINESS METHODS ===#

    def _check_review_open(self):
        self.review_id._check_not_held()

    def _is_open(self):
        self.ensure_one()
        return self.state == "open" and not self.is_past

    def _get_place(self):
        self.ensure_one()
        return self.place or self.review_id.place or ""

    @api.model
    def _get_start(self, day, timezone):
        return timezone.localize(datetime.combine(day, FIRST_HOUR)).astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _suggest_starts(self, user, count=3):
        """:return: start times of dates, one per week from some weeks ahead, when the user is free"""
        timezone = pytz.timezone(user.tz or self.env.user.tz or "UTC")
        first = fields.Date.context_today(self) + timedelta(weeks=WEEKS_AHEAD)
        # As superuser: only whether someone is busy, also in private meetings
        meetings = (
            self.env["calendar.event"]
            .sudo()
            .search_fetch(
                [
                    ("partner_ids", "in", user.partner_id.ids),
                    ("show_as", "=", "busy"),
                    ("stop", ">", datetime.combine(first, time.min) - timedelta(days=1)),
                    ("start", "<", datetime.combine(first, time.min) + timedelta(weeks=count + 1)),
                ],
                ["start", "stop"],
            )
        )
        starts = []
        for week in range(count):
            day = _workday(first + timedelta(weeks=week, days=week))
            for _attempt in range(5):
                start = self._get_start(day, timezone)
                stop = start + timedelta(hours=HOURS)
                if not any(meeting.start < stop and meeting.stop > start for meeting in meetings):
                    break
                day = _workday(day + timedelta(days=1))
            starts.append(start)
        return starts


def _workday(day):
    """:return: the day, or the Monday after a weekend"""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
