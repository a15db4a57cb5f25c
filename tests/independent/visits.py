"""Visits: meetings that took place with somebody of the account.

Readings:
- Whoever declined was not there, and a tentative attendee is none either (the definitions say "did not decline", the
  issue names tentative ones: the issue is followed). An open invitation counts.
- A meeting belongs to the day on which it begins where the company is, an all-day one to its first day. It is over
  when its end is past.
- Meetings belong to no company: they count in each in which the one who invites works, without anybody in all.
- A visit that was planned or reported as one (key.account.visit) says whose it is, beside those who attend, and of
  which kind: a visit counts and starts the interval again, a phone call instead of one only starts it again, the others
  do neither. Without a meeting it counts on its day once there is a report. A report says that it is over.
- An all-day visit takes the working hours of its days by the company's calendar; if nobody works on any of them, a
  usual day's hours each.
- The target of a period is in proportion to its days in the fiscal year, those to come included, with one decimal: it
  is what is intended. The health compares the visits with that of the days gone.
"""

from datetime import timedelta

from .days import fiscal_year, number_of_days, overlap
from .numbers import ZERO, decimal, rounded

ABSENT = ("declined", "tentative")
STARTS_AGAIN = ("visit", "phone_instead")


def all_visits(look):
    """:return: all visits and what took their place, planned or held with somebody of the account, whenever"""
    books = look.books
    found = []
    attendees = {}
    records = books.rows("key_account_visit", "id, partner_id, company_id, event_id, kind, state, day")
    of_meeting = {record.event_id: record for record in records if record.event_id}
    for row in books.rows("calendar_attendee", "event_id, partner_id, state"):
        attendees.setdefault(row.event_id, []).append(row)
    colleagues = {row.user_id for row in books.rows("res_company_users_rel", "user_id", "cid = %s", books.company.id)}
    for event in books.rows(
        "calendar_event",
        "id, user_id, start, stop, allday, start_date, stop_date, duration",
        "active AND key_account_visit",
    ):
        if event.user_id and event.user_id not in colleagues:
            continue
        record = of_meeting.get(event.id)
        event.kind = record.kind if record else "visit"
        event.is_reported = bool(record) and record.state == "done"
        is_theirs = bool(record) and record.partner_id in look.tree
        if not is_theirs and not any(
            each.state not in ABSENT
            and books.commercial_partner("calendar_event", event.id, each.partner_id) in look.tree
            for each in attendees.get(event.id, ())
        ):
            continue
        event.day = event.start_date if event.allday else books.day(event.start)
        event.last_day = event.stop_date if event.allday else books.day(event.stop)
        found.append(event)
    for record in records:
        if record.event_id or record.state != "done" or record.company_id != books.company.id:
            continue
        if record.partner_id in look.tree:
            record.is_reported = True
            found.append(record)
    return found


def is_over(look, event):
    """By the clock; an all-day meeting when its last day is over; whatever was reported."""
    if event.is_reported:
        return True
    if event.allday:
        return event.last_day < look.today
    return event.stop <= look.books.now


def visits(look):
    return [
        event for event in all_visits(look) if event.kind == "visit" and look.covers(event.day) and is_over(look, event)
    ]


def visit_count(look):
    return decimal(len(visits(look)))


def yearly_target(look):
    tier = look.books.partners[look.account].key_account_tier_id
    if not tier:
        return None
    return decimal(look.books.rows("key_account_tier", "visit_target", "id = %s", tier)[0].visit_target) or None


def visit_target(look):
    yearly = yearly_target(look)
    if yearly is None:
        return None
    return _target_of(look, yearly, *look.whole)


def target_to_date(look):
    yearly = yearly_target(look)
    return None if yearly is None else _target_of(look, yearly, look.first, look.last)


def _target_of(look, yearly, first, last):
    total, day = ZERO, first
    while day <= last:
        start, end = fiscal_year(look.books.company, day)
        both = overlap(first, last, start, end)
        total += yearly * number_of_days(*both) / number_of_days(start, end)
        day = end + timedelta(days=1)
    return rounded(total, 1)


def days_since_visit(look):
    past = [event.day for event in _starting_again(look) if event.day <= look.last and is_over(look, event)]
    return decimal((look.last - max(past)).days) if past else None


def next_visit_days(look):
    if look.is_over:
        return None
    planned = [event.day for event in _starting_again(look) if not is_over(look, event) and event.day >= look.today]
    return decimal((min(planned) - look.today).days) if planned else None


def _starting_again(look):
    return [event for event in all_visits(look) if event.kind in STARTS_AGAIN]


# === HOURS ===#


def working_hours(books, day):
    """:return: hours of a day by the company's calendar"""
    total = ZERO
    for row in books.rows(
        "resource_calendar_attendance",
        "dayofweek, hour_from, hour_to, day_period",
        "calendar_id = %s",
        books.company.resource_calendar_id,
    ):
        if row.day_period != "lunch" and int(row.dayofweek) == day.weekday():
            total += decimal(row.hour_to) - decimal(row.hour_from)
    return total


def usual_hours(books):
    """:return: hours of a usual day by the company's calendar"""
    calendar = books.rows("resource_calendar", "hours_per_day", "id = %s", books.company.resource_calendar_id)
    return decimal(calendar[0].hours_per_day) if calendar else decimal(8)


def visit_hours(look):
    total = ZERO
    for event in visits(look):
        if not hasattr(event, "stop"):
            # Without a meeting there are no hours
            continue
        if event.allday:
            days = [event.day + timedelta(days=number) for number in range((event.last_day - event.day).days + 1)]
            total += sum((working_hours(look.books, day) for day in days), ZERO) or usual_hours(look.books) * len(days)
        else:
            total += decimal((event.stop - event.start).total_seconds()) / 3600
    return total
