from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytz

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL, format_date

from ..figure import AccountFigures, Figure, Figures
from ..period import DayParts, Period
from ..request import Request
from ..source import Records, Source

# Of visits that are more than a meeting in the calendar: what counts as a visit, and what starts the time until the
# next one again
COUNTED = ("visit",)
SEEN = ("visit", "phone_instead")
# Answers of those who may not have been there
NOT_COMING = ("declined", "tentative")
A_DAY = timedelta(days=1)
# Where no calendar says how long people work
HOURS_PER_DAY = 8.0


# Ids of the meeting and of the visit, one of them 0: a visit may have lost its meeting, or never had one
Visited = tuple[int, int]


class VisitFigures(Source):
    """Customer visits: meetings that are marked as such and have an attendee from the account.

    Who plans a visit, or writes a report on one, says whose it is (``key.account.visit``), and whether anybody was met:
    such a meeting counts for that account as well, or not at all.
    """

    codes = ("visits", "visit_target", "days_since_visit", "next_visit_days")
    codes_over_time = ("visits",)
    codes_without_months = ("visit_target", "days_since_visit", "next_visit_days")
    codes_without_history = ("next_visit_days",)

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.now = fields.Datetime.now()
        self.today = fields.Date.context_today(self.env["res.partner"])

    def compute(self) -> Figures:
        period, previous = self.request.period, self.request.previous
        visits = [self._count(period), self._count(previous)]
        last = [self._last(period.date_to), self._last(previous.date_to)]
        planned = {} if self._is_over() else self._next()
        accounts = self.env["res.partner"].browse(self.request.account_ids)
        return {account.id: self._figures(account, visits, last, planned) for account in accounts}

    def records(self, code: str) -> Records:
        if code == "visit_target" or (code == "next_visit_days" and self._is_over()):
            return []
        if code == "next_visit_days":
            return self._visits_on(self._planned(), self._next())
        if code == "days_since_visit":
            last_day = self.request.period.date_to
            last = self._last(last_day)
            meetings = self._visits_on(self._over(SEEN) & self._starts(None, last_day), last)
            visits = sorted(
                visit for account, visit, day in self._without_meeting(SEEN, None, last_day) if day == last.get(account)
            )
            return [*meetings, ("key.account.visit", [("id", "in", visits)])] if visits else meetings
        period = self.request.period
        alone = sorted(
            {visit for _account, visit, _day in self._without_meeting(COUNTED, period.date_from, period.date_to)}
        )
        meetings = [("calendar.event", [("id", "in", self._ids(self._over_in(period)))])]
        return [*meetings, ("key.account.visit", [("id", "in", alone)])] if alone else meetings

    def _ids(self, domain: Domain) -> list[int]:
        """Ids instead of a domain: who opens the records may not read to which visit a meeting belongs."""
        events = self.env["calendar.event"].with_context(active_test=False)
        return events.search(domain & Domain("active", "=", True), order="id").ids

    def _visits_on(self, domain: Domain, day_of: Mapping[int, date]) -> Records:
        """The visits among those of the domain that took place, or will, on the day of their account."""
        visits = {
            visit.id
            for account, allday, events in self._grouped(domain, SQL("ARRAY_AGG(event.id)"))
            for visit in self.env["calendar.event"].browse(events)
            if self._day_of_visit(visit.start, allday) == day_of[account]
        }
        return [("calendar.event", [("id", "in", sorted(visits))])]

    def hours(self, period: Period) -> dict[int, float]:
        """:return: ``{account id: hours of the visits in a period}``"""
        visits = _meetings(self._count(period))
        # Of all periods together
        of_periods = [_meetings(self._count(each)).values() for each in self.request.periods]
        all_ids = tuple(set().union(*(ids for by_account in of_periods for ids in by_account)))
        events = self.env["calendar.event"].browse(set().union(*visits.values())).with_prefetch(all_ids)
        hours = {event.id: self._hours(event) for event in events}
        return {account: sum(hours[event] for event in of_account) for account, of_account in visits.items()}

    def _hours(self, event: BaseModel) -> float:
        """How long a visit takes: in whole days, and over more than one, the company works during the day only."""
        if not event.allday and event.stop - event.start <= A_DAY:
            return event.duration
        calendar = self.env.company.resource_calendar_id
        zone = pytz.timezone(calendar.tz) if calendar else self.env.tz
        if event.allday:
            first, last = event.start_date, event.stop_date
            begins, ends = (zone.localize(datetime.combine(day, time.min)) for day in (first, last + A_DAY))
        else:
            begins, ends = (pytz.utc.localize(moment).astimezone(zone) for moment in (event.start, event.stop))
            first, last = begins.date(), ends.date()
        worked = calendar.get_work_hours_count(begins, ends, compute_leaves=False) if calendar else 0.0
        # Whoever travels on a weekend works then
        return worked or (calendar.hours_per_day or HOURS_PER_DAY) * ((last - first).days + 1)

    # === READING ===#

    def _visits(self, kinds: Sequence[str]) -> Domain:
        """Meetings do not belong to a company: those to which people of the companies invite are counted."""
        return (
            Domain("key_account_visit", "=", True)
            & (
                Domain("attendee_ids", "any", self._coming())
                | Domain("key_account_visit_id.partner_id", "in", self.request.customer_ids)
            )
            & (Domain("key_account_visit_id", "=", False) | Domain("key_account_visit_id.kind", "in", kinds))
            & (Domain("user_id", "=", False) | Domain("user_id.company_ids", "in", self.env.companies.ids))
        )

    def _coming(self) -> Domain:
        """Attendees who were the customers' people when it took place, and neither declined nor said "Maybe"."""
        return Domain("key_account_customer_id", "in", self.request.customer_ids) & Domain(
            "state", "not in", NOT_COMING
        )

    def _over(self, kinds: Sequence[str]) -> Domain:
        timed, days = Domain("stop", "<=", self.now), Domain("stop_date", "<", self.today)
        over = (Domain("allday", "!=", True) & timed) | (Domain("allday", "=", True) & days)
        # Whoever has written the report is back, also before the time that was planned is over
        return self._visits(kinds) & (over | Domain("key_account_visit_id.state", "=", "done"))

    def _over_in(self, *periods: Period) -> Domain:
        return self._over(COUNTED) & Domain.OR(self._starts(period.date_from, period.date_to) for period in periods)

    def _planned(self) -> Domain:
        timed, days = Domain("start", ">", self.now), Domain("start_date", ">=", self.today)
        ahead = (Domain("allday", "!=", True) & timed) | (Domain("allday", "=", True) & days)
        return self._visits(SEEN) & ahead & ~Domain("key_account_visit_id.state", "=", "done")

    def _starts(self, first: date | None, last: date) -> Domain:
        """A meeting's first day is the one where the company is; all-day meetings have no hours and so no time zone."""
        timed = days = Domain.TRUE
        if first:
            timed &= Domain("start", ">=", self._midnight(first))
            days &= Domain("start_date", ">=", first)
        timed &= Domain("start", "<", self._midnight(last + timedelta(days=1)))
        days &= Domain("start_date", "<=", last)
        return (Domain("allday", "!=", True) & timed) | (Domain("allday", "=", True) & days)

    def _midnight(self, day: date) -> datetime:
        return Period(day, day).moments(self.env.tz)[0]

    def _grouped(self, domain: Domain, aggregates: SQL) -> list[tuple[Any, ...]]:
        """:return: ``[(account id, whether for whole days, *aggregates)]`` of attendees who count for an account, and
        of visits to it"""
        # Visits by people who have left since still count
        events = self.env["calendar.event"].with_context(active_test=False)
        query = events._search(domain & Domain("active", "=", True))
        self.env["calendar.attendee"].flush_model(["event_id", "key_account_customer_id", "state"])
        self.env["key.account.visit"].flush_model(["event_id", "partner_id"])
        # Not grouped by the meetings' attendees: one who declined is among them if someone else comes
        rows = self.env.execute_query(
            SQL(
                """
                WITH visited AS (%(events)s)
                SELECT whose.customer, event.allday IS TRUE, %(aggregates)s
                  FROM calendar_event event
                  JOIN (
                        SELECT attendee.event_id, attendee.key_account_customer_id AS customer
                          FROM calendar_attendee attendee
                         WHERE attendee.event_id IN (SELECT id FROM visited)
                           AND attendee.key_account_customer_id = ANY(%(customers)s)
                           AND (attendee.state IS NULL OR attendee.state NOT IN %(not_coming)s)
                         UNION
                        SELECT visit.event_id, visit.partner_id
                          FROM key_account_visit visit
                         WHERE visit.event_id IN (SELECT id FROM visited)
                           AND visit.partner_id = ANY(%(customers)s)
                       ) whose ON whose.event_id = event.id
              GROUP BY 1, 2
                """,
                aggregates=aggregates,
                events=query.select(SQL("calendar_event.id")),
                customers=self.request.customer_ids,
                not_coming=NOT_COMING,
            )
        )
        return [(account, *values) for customer, *values in rows for account in self.request.accounts_of[customer]]

    def _without_meeting(self, kinds: Sequence[str], first: date | None, last: date) -> list[tuple[int, int, date]]:
        """:return: ``[(account id, visit id, day)]`` of reports on visits of these kinds that have no meeting"""
        domain = (
            Domain("partner_id", "in", self.request.customer_ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("event_id", "=", False)
            & Domain("state", "=", "done")
            & Domain("kind", "in", kinds)
            & Domain("day", "<=", last)
        )
        if first:
            domain &= Domain("day", ">=", first)
        rows = self.env["key.account.visit"].search_read(domain, ["partner_id", "day"], load=None)
        return [
            (account, row["id"], row["day"]) for row in rows for account in self.request.accounts_of[row["partner_id"]]
        ]

    def _count(self, period: Period) -> defaultdict[int, set[Visited]]:
        """:return: ``{account id: {visit}}``, a meeting with several people of an account is one visit"""
        visits: defaultdict[int, set[Visited]] = defaultdict(set)
        if period.date_from <= self.today:
            for account, visited, _day in self._of_elapsed("visits", period, self._read):
                visits[account].add(visited)
        return visits

    def _read(self, periods: Sequence[Period]) -> dict[Period, list[tuple[int, Visited, date]]]:
        """:return: ``{period: [(account id, visit, first day)]}``"""
        grouped = self._grouped(
            self._over_in(*DayParts(periods).joined),
            SQL("ARRAY_AGG(event.id), ARRAY_AGG(event.start), ARRAY_AGG(event.start_date)"),
        )
        visits = [
            (account, (event, 0), start_date if allday else self._day(start))
            for account, allday, *events in grouped
            for event, start, start_date in zip(*events, strict=True)
        ]
        ends = [min(period.date_from for period in periods), max(period.date_to for period in periods)]
        visits += [(account, (0, visit), day) for account, visit, day in self._without_meeting(COUNTED, *ends)]
        return {period: [visit for visit in visits if visit[-1] in period] for period in periods}

    def _last(self, day: date) -> dict[int, date]:
        """:return: ``{account id: day of the last visit up to that day}``"""
        ends = [period.date_to for period in self.request.periods]
        return self.request.readings.each(("last_visits", *self.request.account_ids), day, ends, self._read_last)

    def _read_last(self, days: Sequence[date]) -> dict[date, dict[int, date]]:
        """:return: ``{day: {account id: day of the last visit up to it}}``"""
        up_to = SQL(", ").join(
            SQL(
                "MAX(event.start) FILTER (WHERE CASE WHEN event.allday THEN event.start_date <= %s"
                " ELSE event.start < %s END)",
                day,
                self._midnight(day + A_DAY),
            )
            for day in days
        )
        last: dict[date, dict[int, date]] = {day: {} for day in days}
        for account, allday, *starts in self._grouped(self._over(SEEN) & self._starts(None, max(days)), up_to):
            for day, start in zip(days, starts, strict=True):
                if start:
                    day_of_visit = self._day_of_visit(start, allday)
                    last[day][account] = max(day_of_visit, last[day].get(account, day_of_visit))
        for account, _visit, day_of_visit in self._without_meeting(SEEN, None, max(days)):
            for day in days:
                if day_of_visit <= day:
                    last[day][account] = max(day_of_visit, last[day].get(account, day_of_visit))
        return last

    def _next(self) -> dict[int, date]:
        """:return: ``{account id: day of the next visit from now}``"""
        return self.request.readings.once(("next_visits", *self.request.account_ids), self._read_next)

    def _read_next(self) -> dict[int, date]:
        planned: dict[int, date] = {}
        for account, allday, start in self._grouped(self._planned(), SQL("MIN(event.start)")):
            day = self._day_of_visit(start, allday)
            planned[account] = min(day, planned.get(account, day))
        return planned

    def _day_of_visit(self, moment: datetime, allday: bool) -> date:
        return moment.date() if allday else self._day(moment)

    # === FIGURES ===#

    def _is_over(self) -> bool:
        return self.request.period.date_to < self.today

    def _figures(
        self,
        account: BaseModel,
        visits: Sequence[Mapping[int, set[Visited]]],
        last: Sequence[Mapping[int, date]],
        planned: Mapping[int, date],
    ) -> AccountFigures:
        period, previous = self.request.period, self.request.previous
        target = account.key_account_tier_id.visit_target
        begun = period.date_from <= self.today
        days = self.env._("days")
        figures = {
            "visits": Figure(len(visits[0][account.id]) if begun else None, len(visits[1][account.id])),
            # What is intended for a whole year is no less a year before because this one is running
            "visit_target": Figure(*(self._target(target, of) for of in (period, period.previous))),
            "days_since_visit": Figure(
                self._since(last[0].get(account.id), period), self._since(last[1].get(account.id), previous), unit=days
            ),
            "next_visit_days": Figure(self._until(planned.get(account.id)), unit=days),
        }
        self._add_notes(figures, account, planned.get(account.id), begun)
        return figures

    def _target(self, target: int, period: Period) -> float | None:
        """Visits per year, in proportion to the days of each fiscal year."""
        if not target:
            return None
        return round(target * sum(share for _part, share in period.fiscal_years(self.env.company).values()), 1)

    def _since(self, day: date | None, period: Period) -> int | None:
        return (min(period.date_to, self.today) - day).days if day else None

    def _until(self, day: date | None) -> int | None:
        return (day - self.today).days if day else None

    def _add_notes(self, figures: AccountFigures, account: BaseModel, planned: date | None, begun: bool) -> None:
        if planned:
            day = format_date(self.env, planned, date_format="medium")
            figures["visits"].note = self.env._("Next visit: %(day)s.", day=day)
        elif self._is_over():
            figures["next_visit_days"].note = self.env._("The period is over.")
        else:
            figures["next_visit_days"].note = self.env._("No visit is planned.")
        if not begun:
            figures["visits"].note = self.env._("The period has not begun.")
        if figures["days_since_visit"].value is None:
            figures["days_since_visit"].note = self.env._("No visit is on record.")
        if figures["visit_target"].value is None:
            figures["visit_target"].note = (
                self.env._("The tier %(tier)s has no visit target.", tier=account.key_account_tier_id.name)
                if account.key_account_tier_id
                else self.env._("The account has no tier.")
            )


def _meetings(visits: Mapping[int, set[Visited]]) -> dict[int, set[int]]:
    """:return: ``{account id: {id of a meeting}}``: what has no meeting has no hours"""
    return {account: {event for event, _visit in of_account if event} for account, of_account in visits.items()}
