"""How far an account is on the way to its revenue target of the fiscal year.

Readings: what is due by the end of the period goes by the months of the year before if the account was a customer
through all of it, by the days otherwise, or if more was credited than invoiced in one of its months. The running month
counts by its days. When the year is over, all of it is due, and only then it is met or not.
"""

from .days import fiscal_year, months, number_of_days, year_before
from .numbers import ZERO, decimal, divided
from .sales import amount, revenue


def _year(look):
    """:return: the fiscal year that the period is, or is the beginning of; None if it is neither"""
    start, end = fiscal_year(look.books.company, look.first)
    return (start, end) if look.first == start and look.asked_last <= end and start <= look.today else None


def target(look):
    year = _year(look)
    rows = year and look.books.rows(
        "key_account_target t JOIN key_account_kpi k ON k.id = t.kpi_id",
        "t.value",
        "t.company_id = %s AND t.partner_id = %s AND t.year = %s AND k.code = 'revenue'",
        look.books.company.id,
        look.account,
        year[1].year,
    )
    return decimal(rows[0].value) if rows else None


def _is_final(look):
    year = _year(look)
    return bool(year) and look.asked_last == year[1] and year[1] < look.today


def _share_due(look):
    start, end = _year(look)
    if _is_final(look):
        return decimal(1)
    by_days = decimal(look.days) / number_of_days(start, end)
    if look.common() is not look:
        return by_days
    due, brought = ZERO, []
    for first, last in months(start, end):
        before = year_before(first), year_before(last)
        brought.append(
            sum((amount(line) for line in look.all_sales if before[0] <= line.move.invoice_date <= before[1]), ZERO)
        )
        if first <= look.last:
            gone = min(last, look.last)
            due += brought[-1] * number_of_days(first, gone) / number_of_days(first, last)
    return by_days if min(brought) < 0 or not sum(brought) else due / sum(brought)


def ahead_of_target(look):
    wanted, reached = target(look), revenue(look)
    if wanted is None or reached is None:
        return None
    return divided(reached, wanted * _share_due(look))


def met(look):
    wanted, reached = target(look), revenue(look)
    if wanted is None or reached is None or not _is_final(look):
        return None
    return reached >= wanted
