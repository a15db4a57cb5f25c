from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date
from odoo.tools.misc import clean_context

from ...documents.data.visit_preparation import VisitPreparation
from ...screens.visit_report import VisitReportScreen
from ...tools.deletion import on_deletion
from ...tools.people import people_who_left
from ...tools.rpc import check_records, for_every_rpc
from ...tools.time_zones import company_day, company_timezone, later
from .visit_report import KINDS_WITH_MEETING, VisitReport

# What can be planned; the others only turn out when a report is written
PLANNED_KINDS = ("visit", "phone")
# What the meeting in the calendar says as well
OF_MEETING = {"partner_id", "user_id", "contact_ids", "kind", "state", "start", "stop", "location"}
# When a day is known, but no time
BEGIN = time(10)


class KeyAccountVisit(models.Model):
    """A visit to an account: what it is for, what was said, what follows from it.

    It owns its meeting in the calendar. Every employee can read that: what was said stands here only. A meeting that
    was only ticked as a customer visit gets a record of this kind once someone writes a report on it.
    """

    _name = "key.account.visit"
    _description = "Customer Visit"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.account.record.mixin", "key.account.talk.mixin"]
    _order = "day desc, id desc"
    _rec_names_search = ("partner_id", "purpose")
    _meeting_changed_type = "key_account_management.activity_type_visit_meeting_changed"

    partner_id = fields.Many2one(tracking=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        tracking=True,
    )
    kind = fields.Selection(
        [
            ("visit", "Visit"),
            ("nobody_met", "Nobody Met"),
            ("phone_instead", "Phone Instead"),
            ("phone", "Phone"),
        ],
        "Type",
        required=True,
        default="visit",
        tracking=True,
        help="Only a visit counts as one. It starts the time until the next visit again, and so does a phone call "
        "instead of a visit.",
    )
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Reported"), ("cancelled", "Cancelled")],
        "Status",
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    start = fields.Datetime("Start Date", copy=False, tracking=True, help="Visits are in the calendar at this time.")
    stop = fields.Datetime("End Date", compute="_compute_stop", store=True, readonly=False, precompute=True, copy=False)
    day = fields.Date(
        compute="_compute_day", store=True, readonly=False, precompute=True, required=True, index=True, copy=False
    )
    contact_ids = fields.Many2many(
        "res.partner",
        "key_account_visit_contact_rel",
        "visit_id",
        "partner_id",
        string="People",
        domain="[('id', 'child_of', partner_id), ('is_company', '=', False)]",
        ondelete="restrict",
        help="Of a planned visit, these people get an invitation by email; later, they are the people met.",
    )
    location = fields.Char(compute="_compute_location", store=True, readonly=False, precompute=True)
    purpose = fields.Char(tracking=True)
    preparation = fields.Text()
    result = fields.Text("What Was Said", copy=False)

    # What follows from it
    measure_ids = fields.One2many("key.account.care.measure", "visit_id")
    issue_ids = fields.One2many("key.account.review.issue", "visit_id")
    risk_ids = fields.One2many("key.account.event", "visit_id")
    satisfaction_ids = fields.One2many("key.account.satisfaction", "visit_id")
    opportunity_id = fields.Many2one(
        "crm.lead", check_company=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    next_visit_id = fields.Many2one(
        "key.account.visit", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    event_id = fields.Many2one(
        "calendar.event", "Meeting", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    reported_on = fields.Datetime(readonly=True, copy=False)
    reported_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    # By this, a report that is sent twice is saved once
    report_token = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    # Of its account, for lists
    account_visit_due = fields.Date(related="partner_id.key_account_visit_due")
    account_visit_overdue = fields.Boolean(related="partner_id.key_account_visit_overdue")
    is_overdue = fields.Boolean("Report Missing", compute="_compute_is_overdue", search="_search_is_overdue")
    invitation_note = fields.Text(compute="_compute_invitation_note")

    _times_in_order = models.Constraint("CHECK (start < stop)", "A visit must end after it starts.")
    _one_per_meeting = models.UniqueIndex(
        "(event_id) WHERE event_id IS NOT NULL", "A report on this meeting has already been written."
    )
    _one_per_report = models.UniqueIndex(
        "(report_token) WHERE report_token IS NOT NULL", "This report has already been saved."
    )

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "day", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for visit in self:
            day = format_date(self.env, visit.day) if visit.day else ""
            names = (visit.partner_id.display_name, day, visit.kind != "visit" and kinds.get(visit.kind))
            visit.display_name = " – ".join(filter(None, names))

    @api.depends("start")
    def _compute_stop(self):
        for visit in self:
            length = relativedelta(hours=1)
            if visit.start and visit._origin.start and visit._origin.stop and visit.stop == visit._origin.stop:
                # Who moves a visit moves its end
                length = visit._origin.stop - visit._origin.start
                visit.stop = later(visit.start, length)
            elif not visit.start or not visit.stop or visit.stop <= visit.start:
                visit.stop = visit.start and later(visit.start, length)

    @api.depends("start")
    def _compute_day(self):
        for visit in self:
            visit.day = company_day(visit.company_id or self.env.company, visit.start) if visit.start else visit.day

    @api.depends("partner_id")
    def _compute_location(self):
        for visit in self:
            # Whose address it is, is checked with the account
            address = visit.partner_id._filtered_access("read")._display_address(without_company=True)
            lines = (" ".join(line.split()) for line in (address or "").splitlines())
            visit.location = ", ".join(filter(None, lines)) if visit.partner_id else False

    @api.depends("state", "day")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for visit in self:
            visit.is_overdue = bool(visit.state == "planned" and visit.day and visit.day < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "planned") & Domain("day", "<", fields.Date.context_today(self))

    @api.depends("contact_ids", "kind", "state", "start")
    @api.depends_context("lang")
    def _compute_invitation_note(self):
        for visit in self:
            visit.invitation_note = visit._get_invitation_note()

    # === CONSTRAINT METHODS ===#

    @api.constrains("contact_ids", "partner_id")
    def _check_contact_ids(self):
        for visit in self:
            strangers = visit.contact_ids.filtered(lambda each, account=visit.partner_id: not each._is_below(account))
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(contacts)s: not a contact of %(account)s. Choose people of the account.",
                        contacts=", ".join(strangers.mapped("display_name")),
                        account=visit.partner_id.display_name,
                    )
                )

    @api.constrains("state", "kind")
    def _check_kind(self):
        for visit in self:
            if visit.state == "planned" and visit.kind not in PLANNED_KINDS:
                raise ValidationError(
                    self.env._(
                        "Whether nobody was met, or a phone call took the place of the visit, is only known "
                        "afterwards: plan a visit or a phone call, and choose this when you write the report."
                    )
                )

    @api.constrains("state", "day")
    def _check_day(self):
        for visit in self:
            today = max(fields.Date.context_today(visit), company_day(visit.company_id))
            if visit.state == "done" and visit.day > today:
                raise ValidationError(
                    self.env._(
                        "A report is written after the visit: %(day)s is in the future.",
                        day=format_date(self.env, visit.day),
                    )
                )

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._update_meetings()
        return visits

    def write(self, vals):
        self._check_values([vals])
        if vals.get("start") and "stop" not in vals and any(visit.stop for visit in self):
            # Who moves a visit moves its end
            start = fields.Datetime.to_datetime(vals["start"])
            for visit in self:
                length = visit.stop - visit.start if visit.stop and visit.start else timedelta(hours=1)
                visit.write({**vals, "stop": later(start, length)})
            return True
        result = super().write(vals)
        if OF_MEETING & vals.keys():
            self._update_meetings()
        return result

    @on_deletion
    def _unlink_planned_meetings(self):
        # As superuser: who may delete the visit need not be the organiser. What took place stays in the calendar
        for visit in self.sudo().filtered(lambda visit: visit.state == "planned"):
            visit._get_meeting().unlink()

    @on_deletion
    def _unlink_except_with_issues(self):
        waiting = self.issue_ids.filtered(lambda issue: not issue.review_id)
        if waiting:
            raise UserError(
                self.env._(
                    "These issues were raised in the visit and wait for the next annual review: %(issues)s. Delete "
                    "them first, or cancel the visit instead.",
                    issues=", ".join(waiting.mapped("name")),
                )
            )

    # === ACTION METHODS ===#

    def action_write_report(self):
        """Opens the report."""
        self.ensure_one()
        self.check_access("write")
        return self._get_report_action({"visit_id": self.id})

    def action_cancel(self):
        """Cancels visits that are planned; whoever was invited is told."""
        planned = self.filtered(lambda visit: visit.state == "planned")
        for visit in planned:
            visit._tell_of_cancellation()
        planned._store({"state": "cancelled"})

    def action_plan(self):
        """Plans visits again that were cancelled."""
        self.filtered(lambda visit: visit.state == "cancelled")._store({"state": "planned"})

    @api.readonly
    def action_view_meeting(self):
        self.ensure_one()
        return self.event_id._get_records_action()

    # === THE REPORT ===#

    @api.model
    @api.readonly
    @for_every_rpc
    def get_report(self, visit_id=None, event_id=None, partner_id=None):
        """What the screen of a report starts with: one of a visit, a meeting or an account is enough.

        :return: see `VisitReportScreen.content`
        :raises AccessError: someone else's account or meeting
        :raises UserError: there is no such record
        """
        self.check_access("create")
        return VisitReportScreen(self.env, *self._get_report_source(visit_id, event_id, partner_id)).content()

    @api.model
    @for_every_rpc
    def save_report(self, token, report):
        """Saves a report and what follows from it: all of it, or nothing.

        :param token: made by the client for this report; a report with a token that is known is not saved again
        :param report: see `VisitReport`
        :return: ``{"visit_id", "name", "made": [{"model", "id", "label", "name"}]}``
        :raises UserError: what is missing or cannot be
        :raises AccessError: someone else's account or meeting
        """
        self.check_access("create")
        writer = VisitReport(self.env, token, report)
        try:
            visit = writer.save()
        except UniqueViolation as error:
            # The same report is being saved at this moment: done again, it is found
            raise ConcurrencyError(str(error)) from error
        return {"visit_id": visit.id, "name": visit.display_name, "made": visit._get_made()}

    @api.readonly
    @for_every_rpc
    def get_preparation(self):
        """What to know before the visit.

        :return: see `VisitPreparation.data`
        """
        self.ensure_one()
        self.check_access("read")
        return VisitPreparation(self.partner_id, self.company_id, self).data()

    @api.model
    def _get_report_source(self, visit_id, event_id, partner_id):
        """:return: (visit, meeting, account) of these ids, some of them empty, as the user may read them"""
        sources = []
        for model, given in ((self._name, visit_id), ("calendar.event", event_id), ("res.partner", partner_id)):
            record = self.env[model].browse(given or ())
            check_records(record)
            if given and not record.exists():
                raise UserError(self.env._("It has been deleted in the meantime."))
            record.check_access("read")
            sources.append(record)
        visit, event, account = sources
        if event:
            event._check_key_account_may_link()
            # As superuser: everybody may know that there is a report, and opens it with their own rights
            known = event.sudo().key_account_visit_id.filtered(lambda known: known.event_id == event)
            visit = visit or known.with_env(self.env)
            visit.check_access("read")
        return visit, event or visit.event_id, visit.partner_id or account

    def _get_report_action(self, params):
        return {
            "type": "ir.actions.client",
            "tag": "key_account_management.visit_report",
            "name": self.env._("Visit Report"),
            "params": params,
        }

    def _get_made(self):
        """:return: list of what followed from a visit, for the screen"""
        self.ensure_one()
        made = []
        for name in ("measure_ids", "issue_ids", "risk_ids", "satisfaction_ids", "opportunity_id", "next_visit_id"):
            label = self._fields[name]._description_string(self.env)
            for record in self[name]._filtered_access("read"):
                made.append({"model": record._name, "id": record.id, "label": label, "name": record.display_name})
        return made

    # === BUSINESS METHODS ===#

    def _get_invitation_note(self):
        """:return: who gets an email when a visit is saved"""
        self.ensure_one()
        if self.kind != "visit" or self.state != "planned" or not self.start or self.start <= fields.Datetime.now():
            return False
        contacts = self.contact_ids._origin
        # In a form that is not saved stands what a client sent
        contacts = contacts._filtered_access("read")
        invited = contacts.filtered("email") - self._origin.event_id.partner_ids
        texts = []
        if invited:
            texts.append(self.env._("Get an invitation by email when you save: %(names)s.", names=self._names(invited)))
        if without := contacts.filtered(lambda contact: not contact.email):
            texts.append(self.env._("Without an email address: %(names)s.", names=self._names(without)))
        if not contacts:
            texts.append(self.env._("Nobody is invited by email unless you choose people."))
        return " ".join(texts)

    def _names(self, partners):
        return ", ".join(partner.name or partner.email or "" for partner in partners)

    def _at(self, day, moment=BEGIN):
        """:return: this time of a day where the user is, as it is stored"""
        return self.env.tz.localize(datetime.combine(day, moment)).astimezone(pytz.utc).replace(tzinfo=None)

    # Its meeting

    def _get_meeting(self):
        """:return: its meeting, as superuser; never one that was only linked to it"""
        self.ensure_one()
        # As superuser: no one may read the link
        return self.sudo().event_id.filtered(lambda meeting: meeting.key_account_visit_id == self)

    def _update_meetings(self):
        """Creates the meetings of visits, and keeps them in line with what was planned."""
        for visit in self:
            meeting = visit._get_meeting()
            if meeting and not meeting._is_key_account_watched():
                visit._write_meeting(meeting)
            elif not meeting and visit._needs_meeting():
                visit._make_meeting()
            visit.partner_id._drop_visit_reminders()

    def _needs_meeting(self):
        self.ensure_one()
        return bool(self.start) and self.state != "cancelled" and self.kind in KINDS_WITH_MEETING and not self.event_id

    def _make_meeting(self):
        self.ensure_one()
        # As superuser, but as the work of whoever is responsible: they invite, and the link is nobody's to write
        meetings = self.env["calendar.event"].with_user(self.user_id).with_company(self.company_id).sudo()
        context = clean_context(self.env.context)
        if self.state == "done":
            # Nobody is invited to what is over
            context |= {"dont_notify": True, "no_mail_to_attendees": True}
        meetings = meetings.with_context(  # pylint: disable=context-overridden
            {**context, "lang": self.user_id.lang, "skip_contact_description": True}
        )
        values = self._prepare_meeting_values()
        meeting = meetings.create(
            {
                **values,
                "name": meetings.env._("Visit to %(account)s", account=self.partner_id.name),
                "key_account_visit": True,
                "key_account_visit_id": self.id,
            }
        )
        # As superuser: whoever may plan a visit has been checked, the link is written by the add-on alone
        self.sudo().event_id = meeting

    def _write_meeting(self, meeting):
        """What was changed: a meeting that is as it should be invites nobody again."""
        self.ensure_one()
        values = self._prepare_meeting_values()
        people = values.pop("partner_ids")[0][2]
        changed = {
            name: value
            for name, value in values.items()
            if meeting._fields[name].convert_to_write(meeting[name], meeting) != (value or False)
        }
        if self.state == "planned" and set(people) != set(meeting.partner_ids.ids):
            kept = meeting.partner_ids - self.env["res.partner"].browse(people)
            # Colleagues who were added in the calendar stay
            kept = kept.filtered(lambda partner: not partner._is_below(self.partner_id))
            if set(people) | set(kept.ids) != set(meeting.partner_ids.ids):
                changed["partner_ids"] = [Command.set([*people, *kept.ids])]
        if changed:
            # As superuser, but as the work of whoever is responsible: see above
            meeting.with_user(self.user_id).sudo().write(changed)

    def _prepare_meeting_values(self):
        self.ensure_one()
        values = {
            "user_id": self.user_id.id,
            "partner_ids": [Command.set((self.user_id.partner_id | self.contact_ids).ids)],
            "location": self.location or False,
            "active": self.state != "cancelled",
        }
        if self.start:
            values |= {"start": self.start, "stop": self.stop}
        return values

    def _tell_of_cancellation(self):
        """Sends Odoo's email to the people who were invited, if the meeting is still ahead."""
        self.ensure_one()
        meeting = self._get_meeting()
        template = self.env.ref("calendar.calendar_template_delete_event", raise_if_not_found=False)
        if not template or not meeting or meeting.start <= fields.Datetime.now():
            return
        people = meeting.partner_ids - people_who_left(meeting.partner_ids) - self.env.user.partner_id
        if people:
            # As superuser, as Odoo sends it for whoever deletes a meeting
            template.sudo().send_mail(
                meeting.id,
                email_layout_xmlid="mail.mail_notification_light",
                email_values={"recipient_ids": [Command.set(people.ids)]},
            )

    def _get_person_in_charge(self):
        self.ensure_one()
        return self.user_id._get_key_account_stand_in(self.company_id)

    def _get_meeting_advice(self, env):
        return env._("The visit stays as planned. Save it with another date to move both, or cancel it.")

    def _prepare_meeting_changes(self, changed):
        self.ensure_one()
        values = {}
        if "date" in changed:
            values = {"start": self.event_id.start, "stop": self.event_id.stop}
            if self.event_id.allday:
                values["day"] = self.event_id.start_date
        if "place" in changed:
            values["location"] = self.event_id.location or self.event_id.videocall_location or False
        if "people" in changed and self.state == "planned":
            contacts = self.event_id.partner_ids.filtered(
                lambda partner: partner._is_below(self.partner_id) and not partner.is_company
            )
            values["contact_ids"] = [Command.set(contacts.ids)]
        return values

    def _lose_meeting(self):
        for visit in self:
            # A report says that it took place
            visit._store({"event_id": False} if visit.state == "done" else {"state": "cancelled"})

    @api.model
    def _get_start_of_report(self, day):
        """:return: when a visit of that day began that nobody has planned; it is over"""
        return min(self._at(day), fields.Datetime.now() - timedelta(hours=1))

    def _prepare_next_start(self, day):
        """:return: the time of day of this visit on another day"""
        self.ensure_one()
        begin = BEGIN
        if self.start:
            zone = pytz.timezone(self.env.user.tz or company_timezone(self.company_id))
            begin = pytz.utc.localize(self.start).astimezone(zone).time()
        return self._at(day, begin)

    def _move_to(self, day):
        """:return: values with which a visit takes place on another day, at the same time"""
        self.ensure_one()
        if not self.start:
            return {"day": day}
        shift = day - self.day
        return {"start": self.start + shift, "stop": (self.stop or self.start + timedelta(hours=1)) + shift}
