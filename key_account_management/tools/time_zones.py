"""Whose days and times count."""

import functools
from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

import babel.dates
import pytz
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools.misc import babel_locale_parse, get_lang

Day = TypeVar("Day", date, datetime)


def later(day: Day, by: relativedelta) -> Day:
    """A day or moment moved into the future: at most to the last one that there is.

    What lasts "forever" is often written as the year 9999, and anyone may enter such a date.

    >>> later(date(2025, 1, 31), relativedelta(months=1)), later(date(9999, 12, 1), relativedelta(years=1))
    (datetime.date(2025, 2, 28), datetime.date(9999, 12, 31))
    """
    try:
        return day + by
    except (OverflowError, ValueError):
        return type(day).max


def company_timezone(company: BaseModel) -> str:
    """The time zone whose days count in a company's documents, whoever prints them."""
    # As superuser: where a company is, is no secret
    partner = company.sudo().partner_id
    return partner.tz or timezone_of_country(partner.country_id.code) or "UTC"


def timezone_of_country(code: str | None) -> str | None:
    """:return: a time zone of the country if the whole country has the same time, otherwise None"""
    return _timezone_in(code or "", fields.Datetime.now().year)


@functools.cache
def _timezone_in(code: str, year: int) -> str | None:
    """As `timezone_of_country`; asked for each figure, and the times of a country stay what they are."""
    zones = pytz.country_timezones.get(code, [])
    times = {tuple(pytz.timezone(zone).utcoffset(datetime(year, month, 1)) for month in (1, 7)) for zone in zones}
    return zones[0] if len(times) == 1 else None


def timezone_of_people(people: Iterable[BaseModel], others: Iterable[BaseModel]) -> str:
    """
    :param people: partners whose time it is, the first ones first
    :param others: ours, if nothing is known of these
    :return: their time zone, otherwise that of their country, otherwise that of the others
    """
    people = list(people)
    known = [person.tz for person in people]
    known += [timezone_of_country(person.country_id.code) for person in people]
    known += [other.tz for other in others]
    return next(filter(None, known), "UTC")


def timezone_text(env: Environment, timezone: str) -> str:
    """:return: how the language of the environment calls a time zone, and its name"""
    if "/" not in timezone:
        return timezone
    name = babel.dates.get_timezone_name(pytz.timezone(timezone), locale=babel_locale_parse(get_lang(env).code))
    return f"{name} ({timezone.replace('_', ' ')})"


def company_day(company: BaseModel, moment: datetime | None = None) -> date:
    """
    :param moment: as it is stored; None: now
    :return: the day in the company's time zone
    """
    moment = moment or fields.Datetime.now()
    return pytz.utc.localize(moment).astimezone(pytz.timezone(company_timezone(company))).date()


def appointment_texts(appointment: BaseModel, timezone: str) -> dict[str, str]:
    """
    :param appointment: a record with ``start`` and ``stop``
    :param str timezone: that of whoever reads it
    :return: day, beginning and end as the language of the record's environment writes them
    """
    return moment_texts(appointment.env, appointment.start, appointment.stop, timezone)


def moment_texts(env: Environment, start: datetime, stop: datetime, timezone: str) -> dict[str, str]:
    """:return: as `appointment_texts`"""
    locale = babel_locale_parse(get_lang(env).code)
    zone = pytz.timezone(timezone)
    start, stop = (pytz.utc.localize(moment).astimezone(zone) for moment in (start, stop))
    day, last_day = (babel.dates.format_date(moment, "full", locale) for moment in (start, stop))
    begin, end = (babel.dates.format_time(moment, "short", locale=locale) for moment in (start, stop))
    return {"day": day, "begin": begin, "end": end if day == last_day else f"{last_day}, {end}"}
