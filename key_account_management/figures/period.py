from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar

import pytz
from dateutil.relativedelta import relativedelta

from odoo.models import BaseModel
from odoo.tools import SQL

# Days that calendars and fiscal years can still be computed around, and a time that can still be computed
FIRST_YEAR, LAST_YEAR = 1900, 2999
MOST_YEARS = 50
# In the context of a report: the `DayParts` by which it groups
DAY_PARTS: Final = "key_account_day_parts"

T = TypeVar("T")


def is_in_calendar(day: date) -> bool:
    """Whether days, weeks and time zones around a day can be computed."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


@dataclass(frozen=True)
class Period:
    """The days from ``date_from`` to ``date_to``, both included.

    >>> Period(date(2024, 2, 29), date(2024, 3, 31)).previous
    Period(date_from=datetime.date(2023, 2, 28), date_to=datetime.date(2023, 3, 31))
    >>> Period(date(2024, 3, 1), date(2025, 2, 28)).previous
    Period(date_from=datetime.date(2023, 3, 1), date_to=datetime.date(2024, 2, 29))
    >>> Period(date(2025, 1, 1), date(2025, 1, 31)).days
    31
    >>> Period(date(2025, 1, 15), date(2025, 3, 2)).months
    [datetime.date(2025, 1, 1), datetime.date(2025, 2, 1), datetime.date(2025, 3, 1)]
    """

    date_from: date
    date_to: date

    @classmethod
    def of_fiscal_year(cls, company: BaseModel, day: date) -> "Period":
        """:return: the company's fiscal year in which a day lies"""
        return cls(**company.compute_fiscalyear_dates(day))

    @classmethod
    def years_up_to(cls, day: date, years: int = 1) -> "Period":
        """The years that end with a day; those up to a month's last day begin with a month's first day.

        >>> Period.years_up_to(date(2025, 2, 28), 2)
        Period(date_from=datetime.date(2023, 3, 1), date_to=datetime.date(2025, 2, 28))
        >>> Period.years_up_to(date(2025, 2, 28))
        Period(date_from=datetime.date(2024, 3, 1), date_to=datetime.date(2025, 2, 28))
        """
        before = day
        for _year in range(years):
            before = _one_year_earlier(before)
        return cls(_day_after(before), day)

    @property
    def is_possible(self) -> bool:
        """Whether there can be figures: the years are years of a calendar, and there are not too many of them.

        >>> Period(date(1, 1, 1), date(1, 12, 31)).is_possible, Period(date(2000, 1, 1), date(2099, 1, 1)).is_possible
        (False, False)
        >>> Period(date(2000, 1, 1), date(2049, 12, 31)).is_possible
        True
        """
        return (
            self.date_from.year >= FIRST_YEAR
            and self.date_to.year <= LAST_YEAR
            and self.date_to < self.date_from + relativedelta(years=MOST_YEARS)
        )

    @property
    def year(self) -> int:
        """The number of a fiscal year: the year in which it ends."""
        return self.date_to.year

    def __contains__(self, day: date) -> bool:
        return self.date_from <= day <= self.date_to

    @property
    def days(self) -> int:
        return (self.date_to - self.date_from).days + 1

    @property
    def previous(self) -> "Period":
        """The same days one year earlier; the last day of a month becomes the last day of that month."""
        return Period(_one_year_earlier(self.date_from), _one_year_earlier(self.date_to))

    def to_date(self, day: date) -> "Period":
        """The part of the period that is over by that day; all of it if it has not begun."""
        return self.up_to(day) or self

    @property
    def months(self) -> list[date]:
        """The first days of the months that the period touches."""
        first, last = (12 * day.year + day.month - 1 for day in (self.date_from, self.date_to))
        return [date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)]

    @property
    def quarters(self) -> "list[Period]":
        """The four quarters of a year.

        >>> [str(each.date_to) for each in Period(date(2024, 3, 1), date(2025, 2, 28)).quarters]
        ['2024-05-31', '2024-08-31', '2024-11-30', '2025-02-28']
        """
        begins = [self.date_from + relativedelta(months=months) for months in (0, 3, 6, 9)]
        return [
            Period(begin, end)
            for begin, end in zip(
                begins, [*(each - timedelta(days=1) for each in begins[1:]), self.date_to], strict=True
            )
        ]

    def moments(self, timezone: pytz.BaseTzInfo) -> tuple[datetime, datetime]:
        """The first moment of the period and the first one after it, in UTC as they are stored.

        >>> Period(date(2025, 1, 1), date(2025, 1, 31)).moments(pytz.timezone("Europe/Berlin"))
        (datetime.datetime(2024, 12, 31, 23, 0), datetime.datetime(2025, 1, 31, 23, 0))
        """
        return tuple(
            timezone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)
            for day in (self.date_from, self.date_to + timedelta(days=1))
        )

    def up_to(self, day: date) -> "Period | None":
        """The part of the period that is over by that day, None if it has not begun.

        >>> Period(date(2025, 1, 1), date(2025, 12, 31)).up_to(date(2025, 1, 31)).days
        31
        """
        return Period(self.date_from, min(self.date_to, day)) if self.date_from <= day else None

    def within(self, other: "Period") -> "Period | None":
        """The days that both have, None if there are none.

        >>> Period(date(2024, 12, 16), date(2025, 1, 15)).within(Period(date(2025, 1, 1), date(2025, 12, 31))).days
        15
        """
        first, last = max(self.date_from, other.date_from), min(self.date_to, other.date_to)
        return Period(first, last) if first <= last else None

    def fiscal_years(self, company: BaseModel) -> "dict[int, tuple[Period, float]]":
        """:return: ``{fiscal year: (the part of the period in it, share of the year's days)}``"""
        years: dict[int, tuple[Period, float]] = {}
        start = self.date_from
        while start <= self.date_to:
            year = Period.of_fiscal_year(company, start)
            part = Period(start, min(year.date_to, self.date_to))
            years[year.year] = (part, part.days / year.days)
            start = year.date_to + relativedelta(days=1)
        return years


def _one_year_earlier(day: date) -> date:
    """
    >>> _one_year_earlier(date(2025, 2, 28)), _one_year_earlier(date(2024, 2, 28)), _one_year_earlier(date(2024, 2, 29))
    (datetime.date(2024, 2, 29), datetime.date(2023, 2, 28), datetime.date(2023, 2, 28))
    """
    earlier = day - relativedelta(years=1)
    is_last = (day + timedelta(days=1)).day == 1
    return earlier + relativedelta(day=31) if is_last else earlier


class DayParts:
    """Periods, which may overlap, cut where one of them begins or ends: so one pass over some records can sort them by
    part, and each period is made of whole parts.

    >>> january, quarter = Period(date(2025, 1, 1), date(2025, 1, 31)), Period(date(2025, 1, 1), date(2025, 3, 31))
    >>> parts = DayParts([january, quarter, Period(date(2024, 1, 1), date(2024, 1, 31))])
    >>> [parts.number_of(day) for day in (date(2023, 1, 1), date(2024, 1, 31), date(2025, 1, 31), date(2025, 2, 1))]
    [0, 1, 3, 4]
    >>> parts.of(quarter), parts.of(january)
    (range(3, 5), range(3, 4))
    >>> [str(day) for period in parts.joined for day in (period.date_from, period.date_to)]
    ['2024-01-01', '2024-01-31', '2025-01-01', '2025-03-31']
    """

    def __init__(self, periods: Iterable[Period]) -> None:
        self.periods = list(periods)
        # The first day of each part
        self.bounds = sorted({day for each in self.periods for day in (each.date_from, _day_after(each.date_to))})

    def number_of(self, day: date) -> int:
        """:return: of the part in which a day lies"""
        return bisect_right(self.bounds, day)

    def to_sql(self, day: SQL) -> SQL:
        """:return: the same of a day in SQL"""
        return SQL("WIDTH_BUCKET(%s, ARRAY[%s]::date[])", day, SQL(", ").join(SQL("%s", each) for each in self.bounds))

    def of(self, period: Period) -> range:
        """:return: numbers of the parts of one of the periods"""
        return range(self.number_of(period.date_from), self.number_of(_day_after(period.date_to)))

    @property
    def joined(self) -> list[Period]:
        """The same days as periods that neither overlap nor follow each other directly."""
        joined: list[Period] = []
        for each in sorted(self.periods, key=lambda period: period.date_from):
            if joined and each.date_from <= _day_after(joined[-1].date_to):
                joined[-1] = Period(joined[-1].date_from, max(joined[-1].date_to, each.date_to))
            else:
                joined.append(each)
        return joined

    def sorted(self, by_part: Mapping[int, Sequence[T]]) -> dict[Period, list[T]]:
        """:return: ``{period: all that lies in it}``, of ``{number of the part: what lies in it}``"""
        return {
            period: [each for number in self.of(period) for each in by_part.get(number, ())] for period in self.periods
        }


def _day_after(day: date) -> date:
    return day + timedelta(days=1)
