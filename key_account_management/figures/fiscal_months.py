from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from dateutil.relativedelta import relativedelta

from .period import Period

YEAR = 12


@dataclass(frozen=True)
class FiscalMonths:
    """The months of a fiscal year, as they are on a day in it. Number 0 is the first one, earlier ones are negative.

    >>> months = FiscalMonths(Period(date(2025, 7, 1), date(2026, 6, 30)), date(2025, 9, 10))
    >>> months.start(0), months.start(-12), months.closed
    (datetime.date(2025, 7, 1), datetime.date(2024, 7, 1), 2)
    >>> months.number_of(date(2025, 8, 31)), months.number_of(date(2025, 6, 30)), months.number_of(date(2026, 7, 1))
    (1, -1, 12)
    >>> round(months.begun, 3)
    0.333
    """

    year: Period
    day: date

    def start(self, number: int) -> date:
        """:return: the month's first day"""
        return self.year.date_from + relativedelta(months=number)

    @cached_property
    def closed(self) -> int:
        """How many are over."""
        return sum(self.start(number + 1) <= self.day + timedelta(days=1) for number in range(YEAR))

    @property
    def begun(self) -> float:
        """How much of the first month that is not over is over: a share of its days."""
        first, after = self.start(self.closed), self.start(self.closed + 1)
        return ((self.day - first).days + 1) / (after - first).days

    def starts(self, first: int, last: int) -> list[date]:
        return [self.start(number) for number in range(first, last + 1)]

    def number_of(self, day: date) -> int:
        """:return: the number of the month in which a day lies, from ten years before to the year after"""
        return bisect_right(self._ten_years, day) - 1 - 10 * YEAR

    @cached_property
    def _ten_years(self) -> list[date]:
        return self.starts(-10 * YEAR, YEAR)

    def up_to(self, number: int) -> "FiscalMonths":
        """:return: the months as they were when that many of this year were over, of a year before if below zero"""
        years = number // YEAR
        year = Period(self.start(years * YEAR), self.start((years + 1) * YEAR) - timedelta(days=1))
        return FiscalMonths(year, self.start(number) - timedelta(days=1))
