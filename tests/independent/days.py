"""Days and periods: both ends count."""

import calendar
from datetime import date, timedelta

ONE = timedelta(days=1)


def last_of_month(year, month):
    return date(year, month, calendar.monthrange(year, month)[1])


def year_before(day):
    """The same day one year earlier; a month's last day is the month's last day again.

    So 29 February becomes 28 February, and 28 February the 29th if there is one. Taken to hold for a period's first
    day as well as for its last.
    """
    if day == last_of_month(day.year, day.month):
        return last_of_month(day.year - 1, day.month)
    return day.replace(year=day.year - 1)


def number_of_days(first, last):
    return (last - first).days + 1


def months(first, last):
    """:return: (first day, last day) of each month of the period, within the period"""
    found = []
    while first <= last:
        end = min(last, last_of_month(first.year, first.month))
        found.append((first, end))
        first = end + ONE
    return found


def overlap(first, last, other_first, other_last):
    """:return: the days that both have, None if there are none"""
    start, end = max(first, other_first), min(last, other_last)
    return (start, end) if start <= end else None


def fiscal_year(company, day):
    """:return: first and last day of the company's fiscal year that the day is in"""
    month, number = company.fiscal_month, company.fiscal_day

    def end_in(year):
        last = last_of_month(year, month)
        # 28 February means the month's last day
        if number >= last.day or (month == 2 and number == 28):
            return last
        return date(year, month, number)

    end = end_in(day.year)
    if day > end:
        end = end_in(day.year + 1)
    return end_in(end.year - 1) + ONE, end
