from collections import defaultdict
from collections.abc import Mapping

from odoo.fields import Domain
from odoo.models import BaseModel

from ..figure import Column, Figure, Figures, Table
from ..period import DAY_PARTS, DayParts, Period
from .market import AccountShares, Estimate, MarketFigures, Share
from .sales_groups import PART
from .sales_lines import with_parents

# A company of the account, and a category
Cell = tuple[BaseModel, BaseModel]
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
            sold = self._sold(self.period, self.period.previous)
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
            cells = (of.get(account, {}) for of in sold)
            figure.table = self._matrix(account, now[account].outermost, *cells)
            figures[account] = {"white_space": figure}
        return figures

    def _total(self, shares: AccountShares) -> float | None:
        if not shares.estimates:
            return None
        return self.currency.round(sum(_potential(share) for _demand, share in shares.outermost))

    # === READING ===#

    def _sold(self, period: Period, previous: Period) -> list[Sold]:
        """:return: of the period, of the previous one, and of all time up to the period's end: ``{account id:
        {(company, category): revenue}}``, each with everything below it
        """
        parts = DayParts([period, previous])
        ever = range(parts.of(period).stop)
        times: list[Sold] = [defaultdict(lambda: defaultdict(float)) for _time in range(3)]
        groups = (
            self.env["key.account.sales.report"]
            .with_context(**{DAY_PARTS: parts})
            ._read_group(
                Domain("invoice_date", "<=", period.date_to) & Domain("customer_id", "in", self.request.customer_ids),
                [PART, "customer_id", "product_categ_id", "adjustment"],
                ["price_subtotal:sum"],
            )
        )
        for part, customer, category, adjustment, revenue in groups:
            if adjustment or not category:
                continue
            in_times = [
                sold
                for sold, numbers in zip(times, (parts.of(period), parts.of(previous), ever), strict=True)
                if part in numbers
            ]
            for account in self.request.accounts_of[customer.id]:
                for company in _up_to(customer, account):
                    for above in with_parents(category):
                        for sold in in_times:
                            sold[account][company, above] += revenue
        return times

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
            cell = estimate.partner_id, estimate.categ_id
            demand[cell] += share.purchases
            potential[cell] += _potential(share)
        cells = ever.keys() | demand.keys()
        if not cells:
            return None
        companies = {company for company, _category in cells}
        categories = {category for _company, category in cells}
        rows = []
        for company in companies:
            for category in categories:
                cell = company, category
                rows.append(
                    [
                        company.display_name,
                        category.display_name,
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

    def _known(self, amounts: Mapping[Cell, float], cell: Cell) -> float | None:
        return self.currency.round(amounts[cell]) if cell in amounts else None

    def _status(self, revenue: float, ever: float) -> str:
        if self.currency.round(revenue) > 0:
            return self.env._("Bought")
        return self.env._("Lapsed") if self.currency.round(ever) > 0 else self.env._("Never")


def _potential(share: Share) -> float:
    """A customer that buys more from us than estimated buys nothing elsewhere."""
    return max(share.purchases - share.revenue, 0.0)


def _up_to(customer: BaseModel, account: int) -> list[BaseModel]:
    """The customer and all above it, up to the account (id)."""
    path = [customer]
    while path[-1].id != account:
        path.append(path[-1].parent_id)
    return path
