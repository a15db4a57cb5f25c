"""How good the forecast of the year's end is, on invented customers: it proves the formulas, not the world."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import pytest

from odoo.addons.key_account_management.figures.forecast import (
    complete_years,
    error_ratios,
    forecast_base,
    forecast_range,
    month_shares,
    replay,
    year_before,
)

from .forecast_customers import KINDS, MONTHS, invent

# Ten companies: one alone depends on its few largest customers
COMPANIES = range(10)
CLOSED = (3, 6, 9)


@dataclass
class Result:
    error: float = 0.0
    last_year_error: float = 0.0
    run_rate_error: float = 0.0
    expected: float = 0.0
    actual: float = 0.0
    customers: int = 0
    in_range: int = 0

    @property
    def skill(self):
        return 1 - self.error / min(self.last_year_error, self.run_rate_error)

    @property
    def bias(self):
        return self.expected / self.actual - 1

    @property
    def coverage(self):
        return self.in_range / self.customers

    def __str__(self):
        errors = [each / self.actual for each in (self.error, self.last_year_error, self.run_rate_error)]
        return "".join(f"{share:11.1%}" for share in (*errors, self.skill, self.bias, self.coverage))


@cache
def forecast_all(closed):
    """:return: ``{kind or "all": Result}`` of the last year of all customers, after a number of months"""
    results = defaultdict(Result)
    for company in COMPANIES:
        customers = invent(company)
        # As many years as are read from the books, and nothing of the rest of the last one
        known = [months[12 : MONTHS - 12 + closed] for _kind, months in customers]
        group, group_before = (_group(lists, closed) for lists in (known, [year_before(m, closed)[0] for m in known]))
        ratios = error_ratios(filter(None, (replay(months, closed, group_before) for months in known)))
        for (kind, months), seen in zip(customers, known, strict=True):
            base = forecast_base(seen, closed, group)
            to_date, actual = sum(seen[-closed:]), sum(months[-12:])
            expected = to_date + base.rest
            low, high = forecast_range(to_date, base, 0.0, expected, ratios)
            last_year = to_date + sum(months[MONTHS - 24 + closed : MONTHS - 12])
            for result in (results["all"], results[kind]):
                result.error += abs(expected - actual)
                result.last_year_error += abs(last_year - actual)
                result.run_rate_error += abs(to_date / closed * 12 - actual)
                result.expected += expected
                result.actual += actual
                result.customers += 1
                result.in_range += low <= actual <= high
    return results


def _group(lists, closed):
    return month_shares(complete_years([sum(months) for months in zip(*lists, strict=True)], closed))


@pytest.mark.parametrize("closed", CLOSED)
def test_better_than_naive_methods_unbiased_and_honest_about_it(closed):
    result = forecast_all(closed)["all"]
    assert result.skill >= 0.10
    assert abs(result.bias) <= 0.02
    assert 0.70 <= result.coverage <= 0.90


def test_table(capsys):
    """Prints what `docs/forecast.md` shows."""
    lines = ["closed  customers        method  last year   run rate      skill       bias   in range"]
    for closed in CLOSED:
        lines += [f"{closed:6}  {kind:12}{forecast_all(closed)[kind]}" for kind in ("all", *KINDS)]
    with capsys.disabled():
        print("", *lines, sep="\n")
    assert len(lines) == 1 + len(CLOSED) * (1 + len(KINDS))
