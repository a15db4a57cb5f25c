from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..figures.period import Period
from ..roles import USER
from ..tools.rpc import check_records
from ..tools.time_zones import company_day

VISIT_REMINDER = "key_account_management.mail_activity_plan_visit"
VISIT_FIELDS = (
    "key_account_last_visit",
    "key_account_days_since_visit",
    "key_account_planned_visit",
    "key_account_visit_due",
    "key_account_visit_overdue",
)
WORKED_ON = ("active", "at_risk")
DAYS_A_MONTH = 365 / 12
# As long as this, a report is expected to be on a meeting that took place
DAYS_FOR_REPORT = 7


def visit_interval(visits_a_year):
    """The time from one visit to the next: whole months, the remainder in days.

    >>> visit_interval(4), visit_interval(5), visit_interval(24)
    (relativedelta(months=+3), relativedelta(months=+2, days=+12), relativedelta(days=+15))
    """
    months, rest = divmod(12, visits_a_year)
    return relativedelta(months=months, days=round(rest / visits_a_year * DAYS_A_MONTH))


class ResPartner(models.Model):
    """When an account was last visited and when the next visit is due.

    Computed on demand: both days come from meetings that change independently of the partner, and depend on time.
    """

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    key_account_last_visit = fields.Date("Last Visit", compute="_compute_key_account_visits", groups=USER)
    key_account_days_since_visit = fields.Integer(
        "Days since Last Visit", compute="_compute_key_account_visits", groups=USER
    )
    key_account_planned_visit = fields.Date("Planned Visit", compute="_compute_key_account_visits", groups=USER)
    key_account_visit_due = fields.Date(
        "Next Visit Due",
        compute="_compute_key_account_visits",
        groups=USER,
        help="12 months divided by the tier's visits per year, counted from the last visit; if there has been none, "
        "from the day the customer became a key account.",
    )
    key_account_visit_overdue = fields.Boolean(
        "Visit Overdue",
        compute="_compute_key_account_visits",
        search="_search_key_account_visit_overdue",
        groups=USER,
        help="The next visit was due before today and none is planned.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("key_account_status", "key_account_since", "key_account_tier_id.visit_target")
    @api.depends_context("uid", "allowed_company_ids", "tz")
    def _compute_key_account_visits(self):
        # An ordinary contact must not cost a query
        accounts = self._origin.filtered("key_account_status")
        accounts = accounts and accounts._filter_key_account_figures().with_env(self.env)
        visits, known = accounts._get_key_account_visits() if accounts else ({}, set())
        # Nor must its company
        company_today = company_day(self.env.company) if accounts else False
        today = fields.Date.context_today(self)
        for partner in self:
            last, planned = visits.get(partner._origin.id, (False, False))
            is_known = "days_since_visit" in known and partner._origin in accounts
            due = partner._origin._get_visit_due(last) if is_known else False
            partner.key_account_last_visit = last
            partner.key_account_days_since_visit = last and (company_today - last).days
            partner.key_account_planned_visit = planned
            partner.key_account_visit_due = due
            partner.key_account_visit_overdue = due and "next_visit_days" in known and not planned and due < today

    def _search_key_account_visit_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        # There are only a handful of key accounts, so all may be computed
        accounts = self.with_context(active_test=False).search(Domain("key_account_status", "in", WORKED_ON))
        return Domain("id", "in", accounts.filtered("key_account_visit_overdue").ids)

    # === ACTION METHODS ===#

    @api.readonly
    def action_view_key_account_visits(self):
        """Opens the visits to this account; what is planned there is a visit to it."""
        check_records(self, single=True)
        return self._get_key_account_records_action("key_account_visit_action")

    @api.readonly
    def action_plan_key_account_visit(self):
        """Opens a new visit on the due day. Only who is chosen there gets an invitation.

        :raises AccessError: someone else's account
        """
        check_records(self, single=True)
        self._check_key_account_figures_access()
        visits = self.env["key.account.visit"]
        visits.check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan Visit"),
            "res_model": visits._name,
            "views": [(self.env.ref("key_account_management.key_account_visit_view_form_plan").id, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.id,
                "default_start": fields.Datetime.to_string(visits._at(self._get_proposed_visit_day())),
            },
        }

    @api.readonly
    def action_write_key_account_report(self):
        """Opens the report on the user's last visit to this account that has none, or on one that nobody had planned.

        :raises AccessError: someone else's account
        """
        check_records(self, single=True)
        self._check_key_account_figures_access()
        visits = self.env["key.account.visit"]
        visits.check_access("create")
        waiting = visits.search(
            [
                ("partner_id", "=", self.id),
                ("state", "=", "planned"),
                ("day", "<=", fields.Date.context_today(self)),
                ("user_id", "=", self.env.uid),
            ],
            order="day desc, id desc",
            limit=1,
        )
        if waiting:
            return visits._get_report_action({"visit_id": waiting.id})
        meeting = self._get_meeting_without_report()
        return visits._get_report_action({"event_id": meeting.id, "partner_id": self.id})

    # === BUSINESS METHODS ===#

    def _get_meeting_without_report(self):
        """:return: the user's last meeting with this account that was ticked as a visit; empty if it is long ago"""
        now = fields.Datetime.now()
        # As superuser: nobody may read to which visit or review a meeting belongs. These are the user's own meetings
        meetings = self.env["calendar.event"].sudo()
        return meetings.search(
            [
                ("key_account_visit", "=", True),
                ("key_account_visit_id", "=", False),
                ("key_account_review_id", "=", False),
                ("partner_ids", "in", self.env.user.partner_id.ids),
                ("partner_ids", "child_of", self.id),
                ("start", "<=", now),
                ("start", ">=", now - timedelta(days=DAYS_FOR_REPORT)),
            ],
            order="start desc, id desc",
            limit=1,
        ).with_env(self.env)

    def _get_key_account_visits(self):
        """
        :return: ``{account id: (day of the last visit or False, day of the next planned one or False)}``, codes of the
            figures that the user may see; without these, the days are not known
        """
        today = company_day(self.env.company)
        engine = self.env["key.account.figures"]
        may_see = engine._may_see_code(engine._get_reader())
        known = {code for code in ("days_since_visit", "next_visit_days") if may_see(code)}
        figures = engine._compute_figures(self, Period(today, today), known) if known else {}

        def day(account, code, sign):
            days = figures[account][code].value if code in known else None
            return False if days is None else today + sign * timedelta(days=days)

        visits = {
            account: (day(account, "days_since_visit", -1), day(account, "next_visit_days", 1)) for account in self.ids
        }
        return visits, known

    def _get_visit_due(self, last):
        """:return: day on which the next visit is due, False if the account has no visit target"""
        target = self.key_account_tier_id.visit_target
        if not target or self.key_account_status not in WORKED_ON:
            return False
        return (last or self.key_account_since or self.create_date.date()) + visit_interval(target)

    def _get_proposed_visit_day(self):
        """:return: the working day on which the next visit is due; if already overdue, the next working day"""
        return self._get_working_visit_day(self.key_account_visit_due)

    def _get_next_visit_day(self, last):
        """:return: the working day on which the visit after one on a day is due, False if there is no visit target"""
        due = self._get_visit_due(last)
        return due and self._get_working_visit_day(due)

    def _get_working_visit_day(self, due):
        tomorrow = fields.Date.context_today(self) + timedelta(days=1)
        day = max(due or tomorrow, tomorrow)
        begin = self.env.tz.localize(datetime.combine(day, time.min))
        calendar = self.env.company.resource_calendar_id
        end = calendar and calendar.plan_days(1, begin, compute_leaves=True)
        return end.date() if end else day

    @api.model
    def _cron_remind_of_key_account_visits(self):
        self._run_key_account_reminders(VISIT_REMINDER, "_remind_of_key_account_visit")

    def _remind_of_key_account_visit(self):
        """Creates, updates or removes the account manager's reminder about this account."""
        due = self.key_account_visit_due
        self._set_key_account_reminder(
            VISIT_REMINDER,
            self.key_account_visit_overdue,
            due,
            self.env._("A visit was due on %(day)s", day=format_date(self.env, due)) if due else "",
        )

    def _drop_visit_reminders(self):
        """Removes reminders whose reason is gone; called when visits were planned."""
        for account in self._get_reminded_key_accounts(VISIT_REMINDER):
            account.invalidate_recordset(VISIT_FIELDS)
            account._remind_of_key_account_visit()
