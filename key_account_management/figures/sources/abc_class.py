from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from odoo.tools import float_compare

from ..figure import Column, Figure, Figures, Table
from ..period import Period
from ..request import Request
from ..source import Records, Source
from .all_customers import AllCustomers

ABC_CLASSES = [("a", "A"), ("b", "B"), ("c", "C")]


@dataclass
class Place:
    """An account among all key accounts: its class (1, 2, 3), and the revenue share of those ahead of it."""

    number: int
    revenue: float
    share: float
    share_before: float


class AbcFigures(Source):
    """ABC classes of the key accounts by their revenue of 12 months.

    An account is A until the accounts with more revenue have reached the limit of A: so the largest
    account is always A, and accounts with the same revenue are in the same class. What a key account inside
    another one bought counts for both, but only once in a sum.
    """

    codes = ("abc_class",)
    codes_without_months = codes

    def compute(self) -> Figures:
        readings = self.request.readings
        accounts = readings.once("classified", self._read_accounts)
        self.ranked = Request(self.env, accounts, self.request.period)
        company = self.env.company
        self.limits = (company.key_account_abc_a_limit, company.key_account_abc_b_limit)
        # While the period is running, the 12 months end today: a year to come has no revenue
        now, before = (
            readings.once(("abc_places", year, *self.request.account_ids), partial(self._places, year))
            for year in map(Period.years_up_to, (self.request.to_date.date_to, self.request.previous.date_to))
        )
        running = set(accounts)
        return {
            account: {"abc_class": self._figure(account in running, now.get(account), before.get(account))}
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        year = Period.years_up_to(self.request.to_date.date_to)
        return [
            (
                "key.account.sales.report",
                [
                    ("customer_id", "in", self.request.customer_ids),
                    ("invoice_date", ">=", year.date_from),
                    ("invoice_date", "<=", year.date_to),
                ],
            )
        ]

    # === READING ===#

    def _read_accounts(self) -> list[int]:
        accounts = self.env["res.partner"].with_context(active_test=False)
        return accounts.search([("key_account_status", "in", ("candidate", "active", "at_risk"))], order="id").ids

    def _read_revenues(self, years: Sequence[Period]) -> dict[Period, dict[int, float]]:
        """:return: ``{12 months: {customer id: revenue}}`` of the key accounts' customers"""
        everybody = self.request.figures(AllCustomers)
        rows = self.env.execute_query(everybody.revenues(years, customer_ids=self.ranked.customer_ids))
        return {
            year: {customer: float(revenues[number]) for customer, *revenues in rows if revenues[number] is not None}
            for number, year in enumerate(years)
        }

    def _places(self, year: Period) -> dict[int, Place]:
        """:return: ``{account id: Place}`` of those of the accounts that are key accounts with revenue in 12 months"""
        today = self.request.today
        expected = [Period.years_up_to(period.to_date(today).date_to) for period in self.request.periods]
        customers = self.request.readings.each("abc_revenues", year, expected, self._read_revenues)
        customers_of = defaultdict(list)
        for customer in customers:
            for account in self.ranked.accounts_of[customer]:
                customers_of[account].append(customer)
        by_revenue = defaultdict(list)
        for account, own in customers_of.items():
            revenue = self.round_money(sum(customers[customer] for customer in own))
            # as floats: rounded
            if revenue > 0:
                by_revenue[revenue].append(account)
        total = sum(customers[customer] for customer in _union(customers_of, by_revenue.values()))

        places: dict[int, Place] = {}
        asked = set(self.request.account_ids)
        larger: set[int] = set()
        revenue_of_larger = 0.0
        for revenue in sorted(by_revenue, reverse=True):
            for account in asked.intersection(by_revenue[revenue]):
                # A key account inside a larger one does not rank behind itself
                inside = sum(customers[customer] for customer in larger.intersection(customers_of[account]))
                before = (revenue_of_larger - inside) / total
                places[account] = Place(self._number(before), revenue, revenue / total, before)
            new = _union(customers_of, [by_revenue[revenue]]) - larger
            revenue_of_larger += sum(customers[customer] for customer in new)
            larger |= new
        return places

    def _number(self, share_before: float) -> int:
        return 1 + sum(float_compare(share_before, limit, precision_digits=9) >= 0 for limit in self.limits)

    # === FIGURES ===#

    def _figure(self, is_running: bool, now: Place | None, before: Place | None) -> Figure:
        figure = Figure(*(None if place is None else float(place.number) for place in (now, before)))
        figure.as_of = self.request.figures(AllCustomers).as_of
        if now:
            letter = ABC_CLASSES[now.number - 1][1]
            figure.note = self.env._("Class %(letter)s", letter=letter)
            figure.table = Table(
                [
                    Column(self.env._("Class")),
                    Column(self.env._("Revenue over 12 Months"), "money", self.currency.name),
                    Column(self.env._("Share of All Key Accounts"), "percent", "%"),
                    Column(self.env._("Share of Larger Accounts"), "percent", "%"),
                ],
                [[letter, now.revenue, now.share, now.share_before]],
            )
        elif not is_running:
            figure.note = self.env._("Only current key accounts are classified, not former ones.")
        else:
            figure.note = self.env._("No revenue in the last 12 months.")
        return figure


def _union(customers_of: Mapping[int, Iterable[int]], groups_of_accounts: Iterable[Iterable[int]]) -> set[int]:
    return {customer for accounts in groups_of_accounts for account in accounts for customer in customers_of[account]}
