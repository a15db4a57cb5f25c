"""Every figure of the interface against a second calculation from the raw rows: see ``tests/independent``.

One test for the values of a code, one for its change and one for its rows, so that each can be run by its name:
``-k test_value_revenue``. All differences are listed at once, with both values.
"""

import itertools
import random
from datetime import date, timedelta

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
LISTED = 60
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


class IndependentCase(KeyAccountCase):
    seeds = SEEDS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        companies = []
        for number, seed in enumerate(cls.seeds):
            currency, foreign = ("base.EUR", "base.USD") if number % 2 == 0 else ("base.USD", "base.CHF")
            regulars = 0 if number else REGULARS
            companies.append(LittleCompany(cls, seed, f"Little Company {seed}", currency, foreign, regulars))
        for company, other in itertools.pairwise(companies):
            other.sell_to(company.alpha)
        cls.comparisons = []
        for company, seed in zip(companies, cls.seeds, strict=True):
            books = Books(company.env, company.company, TODAY, company.booked)
            periods = random_periods(books.company, seed)
            cls.comparisons.append(Comparison(company, books, periods))

    def assertSame(self, differences):
        found = [each for comparison in self.comparisons for each in differences(comparison)]
        if found:
            more = [f"... and {len(found) - LISTED} more"] if len(found) > LISTED else []
            self.fail("\n".join([f"{len(found)} differences", *found[:LISTED], *more]))


def add_tests(case):
    """A test for each code and what of it is compared, named after them."""

    def add(name, differences):
        def test(self):
            self.assertSame(differences)

        test.__name__ = name
        setattr(case, name, test)

    for code in figures.VALUES:
        add(f"test_value_{code}", lambda comparison, code=code: comparison.value_differences(code))
        add(f"test_change_{code}", lambda comparison, code=code: comparison.change_differences(code))
    add("test_parts_of_revenue_change", lambda comparison: comparison.part_differences())
    add("test_targets_of_revenue", lambda comparison: comparison.target_differences())
    for code, (_work_out, breakdowns) in figures.ROWS.items():
        for breakdown in breakdowns:
            add(
                f"test_rows_{code}_by_{breakdown}",
                lambda comparison, code=code, breakdown=breakdown: comparison.row_differences(code, breakdown),
            )
    return case


@add_tests
@tagged("post_install", "-at_install")
class TestIndependent(IndependentCase):
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
