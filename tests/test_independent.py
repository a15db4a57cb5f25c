"""Every figure of the interface against a second calculation from the raw rows: see ``tests/independent``.

One test for the values of a code, one for its change and one for its rows, so that each can be run by its name:
``-k test_value_revenue``. All differences are listed at once, with both values.
"""

import itertools
import random
from datetime import date, timedelta

import pytest
from freezegun import freeze_time

from odoo.tests import tagged

from .common import KeyAccountCase
from .independent import figures
from .independent.books import Books
from .independent.company import NOW, TODAY, LittleCompany
from .independent.compare import Comparison, is_near, shown
from .independent.days import fiscal_year, last_of_month
from .independent.look import Look
from .independent.numbers import decimal, known

SEEDS = (1, 2)
LISTED = 200
# From ten customers on, it is known how far forecasts are off
REGULARS = 11


def random_periods(company, seed):
    """Whole years, year to date, odd days, month ends, before the first invoice: no two seeds alike."""
    chance = random.Random(seed)
    start, end = fiscal_year(company, date(2025, 3, 1))
    year_to_date = fiscal_year(company, TODAY)[0]
    odd = date(2024, 9, 1) + timedelta(days=chance.randint(0, 300))
    month = chance.randint(1, 12)
    periods = [
        (date(2025, 1, 1), date(2025, 12, 31)),
        (start, end),
        (year_to_date, fiscal_year(company, TODAY)[1]),
        (odd, odd + timedelta(days=chance.randint(20, 200))),
        (date(2025, month, 1), last_of_month(2025, month)),
        (date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 3, 1), date(2025, 2, 28)),
        (date(2023, 1, 1), date(2023, 6, 30)),
    ]
    return list(dict.fromkeys(periods))


# What can be added up over companies
ADDED = ("revenue", "cost_of_goods_sold", "contribution_margin", "credit_notes_value", "returns_value", "receivable")


def little_company(case, seed, number):
    """:param number: which currencies; the first company has enough customers to know how far forecasts are off"""
    currency, foreign = ("base.USD", "base.CHF") if number % 2 else ("base.EUR", "base.USD")
    regulars = 0 if number else REGULARS
    return LittleCompany(case, seed, f"Little Company {seed}", currency, foreign, regulars)


def comparison_of(company, seed):
    books = Books(company.env, company.company, TODAY, company.booked)
    return Comparison(company, books, random_periods(books.company, seed))


def each_comparison():
    """:return: (name, function that gives the differences of a comparison) of everything that is compared"""
    for code in figures.VALUES:
        yield f"value_{code}", lambda comparison, code=code: comparison.value_differences(code)
        yield f"change_{code}", lambda comparison, code=code: comparison.change_differences(code)
    yield "parts_of_revenue_change", lambda comparison: comparison.part_differences()
    yield "product_parts_of_revenue_change", lambda comparison: comparison.product_part_differences()
    yield "table_of_net_revenue", lambda comparison: comparison.net_revenue_differences()
    yield "accounts_alone", lambda comparison: comparison.alone_differences()
    yield "pending", lambda comparison: comparison.pending_differences()
    yield "targets_of_revenue", lambda comparison: comparison.target_differences()
    for code, (_work_out, breakdowns) in figures.ROWS.items():
        for breakdown in breakdowns:
            yield (
                f"rows_{code}_by_{breakdown}",
                lambda comparison, code=code, breakdown=breakdown: comparison.row_differences(code, breakdown),
            )


class IndependentCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))

    def assertNothing(self, found):
        if found:
            more = [f"... and {len(found) - LISTED} more"] if len(found) > LISTED else []
            self.fail("\n".join([f"{len(found)} differences", *found[:LISTED], *more]))


def with_test_of_each_comparison(case):
    def add(name, differences):
        def test(self):
            self.assertNothing([each for comparison in self.comparisons for each in differences(comparison)])

        test.__name__ = f"test_{name}"
        setattr(case, test.__name__, test)

    for name, differences in each_comparison():
        add(name, differences)
    return case


def with_test_of_each_seed(case):
    def add(seed):
        def test(self):
            comparison = comparison_of(little_company(self, seed, seed % 10), seed)
            self.assertNothing(
                [f"{name}: {each}" for name, differences in each_comparison() for each in differences(comparison)]
            )

        test.__name__ = f"test_seed_{seed}"
        setattr(case, test.__name__, test)

    for seed in case.seeds:
        add(seed)
    return case


@with_test_of_each_comparison
@tagged("post_install", "-at_install")
class TestIndependent(IndependentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = [little_company(cls, seed, number) for number, seed in enumerate(SEEDS)]
        for company, other in itertools.pairwise(companies):
            other.sell_to(company.alpha)
        cls.comparisons = [comparison_of(company, seed) for company, seed in zip(companies, SEEDS, strict=True)]

    def test_companies_together(self):
        """Amounts of a second company are added at today's rate of the active one."""
        first, second = self.comparisons
        found = []
        companies = first.books.company.id, second.books.company.id
        partner = first.company.alpha.with_context(allowed_company_ids=companies)
        for period in first.periods:
            answer = partner.get_key_account_figures(*period, codes=list(ADDED))[partner.id]
            for code in ADDED:
                own = figures.value(code, Look(first.books, partner.id, *period))
                more = figures.value(code, Look(second.books, partner.id, *period))
                if more is not None:
                    more = first.books.converted(more, second.books.company.currency_id, TODAY)
                total = known(own, more)
                if not is_near(answer[code]["value"], total, decimal("0.01")):
                    found.append(
                        f"{code}, {period[0]} to {period[1]}: {shown(answer[code]['value'])}, here {shown(total)}"
                    )
        if found:
            self.fail("\n".join(found))

    def test_every_code_is_worked_out(self):
        codes = {row.code for row in self.comparisons[0].books.rows("key_account_kpi", "code")}
        self.assertFalse(codes - figures.VALUES.keys(), "figures without an independent calculation")


@pytest.mark.long
@with_test_of_each_seed
@tagged("post_install", "-at_install")
class TestIndependentOften(IndependentCase):
    """More little companies, one at a time: ``-m long -k test_seed_12``."""

    seeds = (*range(10, 18), *range(20, 30))
