from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ...roles import HEAD
from ...tools.deletion import on_deletion
from ...tools.time_zones import later

TIMES = ("start", "stop", "hours")


class KeyAccountCoachingSession(models.Model):
    """A coach and sales representatives prepare, attend and look back on meetings with a customer.

    Private to the coach, participants and the head of key accounts. What others could see of it outside its own
    records reveals nothing: the meeting in the calendar has no subject of its own.
    """

    _name = "key.account.coaching.session"
    _description = "Coaching Session"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.account.record.mixin", "key.account.talk.mixin"]
    _order = "start desc, id desc"
    # Participants read the session and discuss it
    _mail_post_access = "read"
    _meeting_changed_type = "key_account_management.activity_type_session_meeting_changed"

    name = fields.Char("Topic", required=True, tracking=True)
    active = fields.Boolean(default=True)
    plan_id = fields.Many2one(
        "key.account.coaching.plan", "Coaching Plan", index="btree_not_null", check_company=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        compute="_compute_partner_id", store=True, readonly=False, precompute=True, tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Coach",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        tracking=True,
    )
    participant_ids = fields.Many2many(
        "res.users",
        "key_account_coaching_session_user_rel",
        "session_id",
        "user_id",
        string="Participants",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    # Both follow the meeting when the coach moves it in the calendar
    start = fields.Datetime("Start Date", required=True, tracking=True)
    stop = fields.Datetime(
        "End Date", compute="_compute_stop", store=True, readonly=False, precompute=True, required=True
    )
    hours = fields.Float(
        compute="_compute_hours",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="Once the session has been held, these hours count as indirect customer costs, at the hourly cost in "
        "the settings. Include the time for preparation.",
    )
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
        "Status",
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    event_id = fields.Many2one(
        "calendar.event", "Meeting", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    talk_ids = fields.Many2many(
        "calendar.event",
        "key_account_coaching_session_talk_rel",
        "session_id",
        "event_id",
        string="Customer Meetings",
        help="The customer meetings that the session prepares.",
    )
    visit_id = fields.Many2one(
        "calendar.event",
        "Joint Visit",
        domain="[('key_account_visit', '=', True)]",
        index="btree_not_null",
        ondelete="set null",
    )
    materials = fields.Html(help="Links and reading material. Attach files below.")
    preparation = fields.Text()
    follow_up = fields.Text("Follow-Up")

    _times_in_order = models.Constraint("CHECK (start < stop)", "A session must end after it starts.")
    _hours_not_negative = models.Constraint("CHECK (hours >= 0)", "The hours of a session cannot be negative.")

    # === COMPUTE METHODS ===#

    @api.depends("plan_id")
    def _compute_partner_id(self):
        for session in self:
            session.partner_id = session.plan_id.partner_id or session.partner_id

    @api.depends("start")
    def _compute_stop(self):
        for session in self:
            session.stop = session.stop or (session.start and later(session.start, relativedelta(hours=1)))

    @api.depends("start", "stop")
    def _compute_hours(self):
        for session in self:
            length = session.stop - session.start if session.start and session.stop else timedelta()
            session.hours = max(length.total_seconds() / 3600, 0.0)

    # === CONSTRAINT METHODS ===#

    @api.constrains("partner_id", "company_id", "user_id", "participant_ids")
    def _check_people(self):
        for session in self:
            session.partner_id._check_key_account_coach(session.user_id, session.company_id)
            session.partner_id._check_key_account_users(session.participant_ids, session.company_id)

    @api.constrains("plan_id", "partner_id", "start")
    def _check_plan_id(self):
        for session in self.filtered("plan_id"):
            plan = session.plan_id
            day = fields.Datetime.context_timestamp(session, session.start).date()
            if plan.partner_id != session.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(session)s is for %(account)s, but the coaching plan %(plan)s is not.",
                        session=session.name,
                        account=session.partner_id.display_name,
                        plan=plan.display_name,
                    )
                )
            if not plan.date_from <= day <= plan.date_to:
                raise ValidationError(
                    self.env._(
                        "%(session)s is outside the period of the coaching plan %(plan)s. Choose another day or "
                        "another plan, or leave the plan empty.",
                        session=session.name,
                        plan=plan.display_name,
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        self._check_values(vals_list)
        for vals in vals_list:
            if vals.get("plan_id") and not vals.get("partner_id"):
                # Checked before the record rules, see the mixin
                vals["partner_id"] = self.env["key.account.coaching.plan"].browse(vals["plan_id"]).partner_id.id
            self._check_coach(vals.get("user_id", self.env.uid))
        # Users who plan a session for others, as the head may, do not follow it
        sessions = super(KeyAccountCoachingSession, self.with_context(mail_create_nosubscribe=True)).create(vals_list)
        sessions._update_followers()
        sessions._update_meetings()
        return sessions.with_env(self.env)

    def write(self, vals):
        if "user_id" in vals:
            self._check_coach(vals["user_id"])
        result = super().write(vals)
        if {"user_id", "participant_ids"} & vals.keys():
            self._update_followers()
        if {"user_id", "participant_ids", "state", "active", *TIMES} & vals.keys():
            self._update_meetings()
        return result

    @on_deletion
    def _unlink_meetings(self):
        # As superuser: the meetings are private, the head, who does not attend, could not delete them
        for session in self.sudo():
            session._get_meeting().unlink()

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        # Followers get what is written here
        self._check_insiders(self.env["res.partner"].browse(partner_ids or []))
        return super().message_subscribe(partner_ids, subtype_ids)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        # So do people who are mentioned
        self._check_insiders(message.sudo().partner_ids.with_env(self.env))
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    # === ACTION METHODS ===#

    def action_hold(self):
        """Marks sessions as held; their hours count from then on."""
        for session in self:
            if session.start > fields.Datetime.now():
                raise UserError(
                    self.env._("%(session)s has not started yet and cannot be marked as held.", session=session.name)
                )
        self._store({"state": "held"})

    def action_cancel(self):
        self._store({"state": "cancelled"})

    def action_plan(self):
        """Resumes sessions that were held or cancelled."""
        self._store({"state": "planned"})

    # === BUSINESS METHODS ===#

    @api.model
    def _check_coach(self, user_id):
        """:raises UserError: a manager would lose sight of a session with someone else as coach"""
        if user_id != self.env.uid and not self.env["res.partner"]._sees_all_key_accounts():
            raise UserError(
                self.env._(
                    "A coaching session is private to its coach and participants. You can only plan your own "
                    "sessions, with yourself as coach. The head of key accounts can plan sessions for others."
                )
            )

    def _check_insiders(self, partners):
        """:raises UserError: names the partners who may not read these sessions"""
        for session in self:
            strangers = partners - session._get_insiders(partners)
            if strangers:
                raise UserError(
                    self.env._(
                        "%(session)s is private to its coach and participants. Add these people as participants "
                        "first: %(names)s.",
                        session=session.name,
                        names=", ".join(strangers.mapped("name")),
                    )
                )

    def _get_insiders(self, partners):
        """:return: those of the partners who may read the session"""
        self.ensure_one()
        # Not everyone may read the roles of colleagues
        heads = partners.sudo().user_ids.filtered(lambda user: user.has_group(HEAD))
        return partners & (self.user_id | self.participant_ids | heads.with_env(self.env)).partner_id

    def _update_followers(self):
        for session in self:
            people = (session.user_id | session.participant_ids).filtered("active").partner_id
            gone = session.message_partner_ids - session._get_insiders(session.message_partner_ids)
            session.message_unsubscribe(gone.ids)
            session.message_subscribe((people - session.message_partner_ids).ids)

    def _update_meetings(self):
        """Creates the meeting in the calendars of coach and participants, and keeps it in line with the session.

        It is private, named like its people and says nothing else: in Odoo anyone can search private meetings by
        their subject and description. Whoever takes part finds the session in it (``key_account_coaching_id``).
        """
        # Defaults in the context are the session's, not the meeting's
        context = {key: value for key, value in self.env.context.items() if not key.startswith(("default_", "active_"))}
        # The head, who does not attend, could not write private meetings
        for session in self.sudo().with_context(context, skip_contact_description=True):
            values = session._prepare_meeting_values()
            meeting = session._get_meeting()
            if meeting:
                # What is changed in the calendar changes the session, and not the other way round
                if not meeting._is_key_account_watched():
                    meeting.write(values)
            else:
                session.event_id = meeting.create({**values, "key_account_session_id": session.id})

    def _get_meeting(self):
        """:return: the meeting that was created for the session; never one that was only linked to it"""
        self.ensure_one()
        return self.event_id.filtered(lambda meeting: meeting.key_account_session_id == self)

    def _get_person_in_charge(self):
        self.ensure_one()
        return self.user_id._get_key_account_stand_in(self.company_id)

    def _get_meeting_advice(self, env):
        return env._(
            "The session stays as planned. Save it with its dates to put the meeting back, or with other dates to "
            "move both."
        )

    def _prepare_meeting_changes(self, changed):
        self.ensure_one()
        if "date" not in changed:
            return {}
        times = {"start": self.event_id.start, "stop": self.event_id.stop}
        # Hours that were entered stay, unless the session was moved
        return {name: time for name, time in times.items() if self[name] != time}

    def _prepare_meeting_values(self):
        self.ensure_one()
        people = (self.user_id | self.participant_ids).filtered("active")
        return {
            "name": ", ".join(people.mapped("name")),
            "privacy": "private",
            "active": self.active and self.state != "cancelled",
            "user_id": self.user_id.id,
            "partner_ids": [Command.set(people.partner_id.ids)],
            "start": self.start,
            "stop": self.stop,
        }
