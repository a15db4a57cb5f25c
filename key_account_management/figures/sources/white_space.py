from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from odoo.fields import Domain
from odoo.models import BaseModel

from ..figure import Column, Figure, Figures, Table
from ..period import DAY_PARTS, DayParts, Period
from .market import AccountShares, Estimate, MarketFigures, Share
from .sales_groups import PART

# A company of the account, and a category (ids)
Cell = tuple[int, int]
# {account id: {(company, category): revenue}}
Sold = dict[int, dict[Cell, float]]


class WhiteSpaceFigures(MarketFigures):
    """What an account's companies could buy from us but do not: estimated purchases that have not become revenue.

    The estimates and what they cover are those used for the share of wallet.
    """

    codes = ("white_space",)
    codes_over_time = ("white_space",)

    def compute(self) -> Figures:
        now, before = self._shares(self.period), self._shares(self.previous)
        # Nothing was ever sold up to the end of a period that has not begun
        sold: list[Sold] = [{}, {}, {}]
        if self.period and not self.request.only_values:
            sold = self.sold(self.period, self.period.previous)
        cells = {cell for of_account in sold[2].values() for cell in of_account}
        for shares in now.values():
            cells.update((demand.partner_id.id, demand.categ_id.id) for demand, _share in shares.estimates)
        self.prefetched = {
            "res.partner": [company for company, _category in cells],
            "product.category": [category for _company, category in cells],
        }
        figures = {}
        for account in self.request.account_ids:
            stale = self._stale(now[account])
            figure = Figure(
                self._total(now[account]),
                self._total(before[account]),
                unit=self.currency.name,
                note=stale or self._why_empty(now[account]),
                warns=bool(stale),
            )
            of_account = (of.get(account, {}) for of in sold)
            figure.table = self._matrix(account, now[account].outermost, *of_account)
            figures[account] = {"white_space": figure}
        return figures

    def _total(self, shares: AccountShares) -> float | None:
        if not shares.estimates:
            return None
        return self.round_money(sum(_potential(share) for _demand, share in shares.outermost))

    # === READING ===#

    def sold(self, period: Period, previous: Period, above: Mapping[int, Sequence[int]] | None = None) -> list[Sold]:
        """
        :param above: ``{category id: ids of those for which it counts}``; None: its own, and all above it
        :return: of the period, of the previous one, and of all time up to the period's end: ``{account id:
            {(company, category): revenue}}``, each with everything below it
        """
        parts = DayParts([period, previous])
        ever = range(parts.of(period).stop)
        times: list[Sold] = [defaultdict(lambda: defaultdict(float)) for _time in range(3)]
        report = self.env["key.account.sales.report"].with_context(**{DAY_PARTS: parts})
        groups = report._read_ids_grouped(
            Domain("invoice_date", "<=", period.date_to) & Domain("customer_id", "in", self.request.customer_ids),
            [PART, "customer_id", "product_categ_id", "adjustment"],
            ["price_subtotal:sum"],
        )
        in_times = {
            part: [
                sold
                for sold, numbers in zip(times, (parts.of(period), parts.of(previous), ever), strict=True)
                if part in numbers
            ]
            for part in ever
        }
        above = above or self._above({category for _part, _customer, category, *_rest in groups if category})
        companies = self._companies()
        for part, customer, category, adjustment, revenue in groups:
            if adjustment or not category:
                continue
            for account in self.request.accounts_of[customer]:
                for company in companies[customer, account]:
                    for each in above[category]:
                        for sold in in_times[part]:
                            sold[account][company, each] += revenue
        return times

    def _above(self, category_ids: Iterable[int]) -> dict[int, list[int]]:
        """:return: ``{category id: its own id and those of all above it}``"""
        categories = self.env["product.category"].browse(category_ids)
        return {
            category.id: [int(number) for number in category.parent_path.split("/")[:-1]] for category in categories
        }

    def _companies(self) -> dict[tuple[int, int], list[int]]:
        """:return: ``{(customer id, account id): ids of the customer and of all above it, up to the account}``"""
        customers = self.env["res.partner"].browse(self.request.customer_ids)
        return {
            (customer.id, account): _up_to(customer, account)
            for customer in customers
            for account in self.request.accounts_of[customer.id]
        }

    # === TABLE ===#

    def _matrix(
        self,
        account: int,
        estimates: list[Estimate],
        sold: dict[Cell, float],
        sold_before: dict[Cell, float],
        ever: dict[Cell, float],
    ) -> Table | None:
        demand: dict[Cell, float] = defaultdict(float)
        potential: dict[Cell, float] = defaultdict(float)
        for estimate, share in estimates:
            cell = estimate.partner_id.id, estimate.categ_id.id
            demand[cell] += share.purchases
            potential[cell] += _potential(share)
        cells = ever.keys() | demand.keys()
        if not cells:
            return None
        companies = self._names("res.partner", {company for company, _category in cells})
        categories = self._names("product.category", {category for _company, category in cells})
        rows: list[list[Any]] = []
        for company in companies:
            for category in categories:
                cell = company, category
                rows.append(
                    [
                        companies[company],
                        categories[category],
                        self._known(sold, cell),
                        self._known(sold_before, cell),
                        self._known(demand, cell),
                        self._status(sold.get(cell, 0.0), ever.get(cell, 0.0)),
                        self._known(potential, cell),
                    ]
                )
        rows.sort(key=lambda row: (-(row[-1] or 0.0), *row[:2]))
        money = self.currency.name
        return Table(
            [
                Column(self.env._("Company")),
                Column(self.env._("Product Category")),
                Column(self.env._("Revenue"), "money", money),
                Column(self.env._("Previous year"), "money", money),
                Column(self.env._("Estimated Purchases"), "money", money),
                Column(self.env._("Status")),
                Column(self.env._("Potential"), "money", money),
            ],
            rows,
        )

    def _names(self, model: str, ids: Iterable[int]) -> dict[int, str]:
        # Of all accounts together
        records = self.env[model].browse(ids)
        return {record.id: record.display_name for record in records.with_prefetch(self.prefetched[model])}

    def _known(self, amounts: Mapping[Cell, float], cell: Cell) -> float | None:
        return self.round_money(amounts[cell]) if cell in amounts else None

    def _status(self, revenue: float, ever: float) -> str:
        return {
            "bought": self.env._("Bought"),
            "lapsed": self.env._("Lapsed"),
            "never": self.env._("Never"),
        }[self.state_of(revenue, ever)]

    def state_of(self, revenue: float, ever: float) -> str:
        """
        :param revenue: in the period
        :param ever: up to the end of the period
        :return: ``bought`` in the period, ``lapsed`` if only before, or ``never``
        """
        if self.round_money(revenue) > 0:
            return "bought"
        return "lapsed" if self.round_money(ever) > 0 else "never"

    def potentials(self) -> dict[int, dict[BaseModel, float]]:
        """:return: ``{account id: {category: what is not bought from us}}``; together the account's white space"""
        potentials: dict[int, dict[BaseModel, float]] = {}
        for account, shares in self._shares(self.period).items():
            of_account = potentials.setdefault(account, {})
            for demand, share in shares.outermost:
                of_account[demand.categ_id] = of_account.get(demand.categ_id, 0.0) + _potential(share)
        return potentials


def _potential(share: Share) -> float:
    """A customer that buys more from us than estimated buys nothing elsewhere."""
    return max(share.purchases - share.revenue, 0.0)


def _up_to(customer: BaseModel, account: int) -> list[int]:
    """Ids of the customer and of all above it, up to the account (id)."""
    path = [customer.id]
    while path[-1] != account:
        customer = customer.parent_id
        path.append(customer.id)
    return path
