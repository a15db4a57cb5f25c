from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
        accounts = (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search([("key_account_status", "in", ("candidate", "active", "at_risk"))], order="id")
        )
        self.ranked = Request(self.env, accounts.ids, self.request.period)
        # While the period is running, the 12 months end today: a year to come has no revenue
        now, before = map(self._places, self._revenues())
        running = set(accounts.ids)
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

    def _revenues(self) -> tuple[dict[int, float], dict[int, float]]:
        """:return: ``{customer id: revenue}`` of the key accounts' customers in the 12 months of both periods"""
        years = [Period.years_up_to(period.date_to) for period in (self.request.to_date, self.request.previous)]
        everybody = self.request.figures(AllCustomers)
        rows = self.env.execute_query(everybody.revenues(years, customer_ids=self.ranked.customer_ids))
        now, before = (
            {customer: float(both[period]) for customer, *both in rows if both[period] is not None} for period in (0, 1)
        )
        return now, before

    def _places(self, customers: Mapping[int, float]) -> dict[int, Place]:
        """
        :param customers: ``{customer id: revenue}``
        :return: ``{account id: Place}`` of all key accounts with revenue
        """
        customers_of = defaultdict(list)
        for customer in customers:
            for account in self.ranked.accounts_of[customer]:
                customers_of[account].append(customer)
        revenues = {
            account: self.currency.round(sum(customers[customer] for customer in own))
            for account, own in customers_of.items()
        }
        by_revenue = defaultdict(list)
        for account, revenue in revenues.items():
            if self.currency.compare_amounts(revenue, 0.0) > 0:
                by_revenue[revenue].append(account)
        total = sum(customers[customer] for customer in _union(customers_of, by_revenue.values()))

        places: dict[int, Place] = {}
        larger: set[int] = set()
        revenue_of_larger = 0.0
        for revenue in sorted(by_revenue, reverse=True):
            for account in by_revenue[revenue]:
                # A key account inside a larger one does not rank behind itself
                own = sum(customers[customer] for customer in larger.intersection(customers_of[account]))
                before = (revenue_of_larger - own) / total
                places[account] = Place(self._number(before), revenue, revenue / total, before)
            new = _union(customers_of, [by_revenue[revenue]]) - larger
            revenue_of_larger += sum(customers[customer] for customer in new)
            larger |= new
        return places

    def _number(self, share_before: float) -> int:
        company = self.env.company
        limits = (company.key_account_abc_a_limit, company.key_account_abc_b_limit)
        return 1 + sum(float_compare(share_before, limit, precision_digits=9) >= 0 for limit in limits)

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
