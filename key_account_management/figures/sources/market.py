from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from odoo import fields
from odoo.api import DomainType
from odoo.fields import Domain
from odoo.models import BaseModel

from ..figure import Column, Figure, Figures, Row, Table, ratio
from ..period import DAY_PARTS, DayParts, Period
from ..request import Request
from ..source import Records, Source, days_domain
from .sales_groups import PART, of_goods


@dataclass
class Share:
    """An account's revenue and estimated purchases, for some estimates together."""

    revenue: float = 0.0
    purchases: float = 0.0

    def add(self, other: "Share") -> None:
        self.revenue += other.revenue
        self.purchases += other.purchases

    @property
    def value(self) -> float | None:
        return ratio(self.revenue, self.purchases)


# By company id and fiscal year: the part of the period in that year, and its share of the year's days
Parts = dict[tuple[int, int], tuple[Period, float]]
# Customer, category, company (id), fiscal year, amount
Revenue = tuple[BaseModel, BaseModel, int, int, float]
Estimate = tuple[BaseModel, Share]


@dataclass
class AccountShares:
    """The share of wallet given by one account's estimates in a period."""

    total: Share = field(default_factory=Share)
    by_category: dict[BaseModel, Share] = field(default_factory=lambda: defaultdict(Share))
    # (estimate, its Share): the rows of the table
    estimates: list[Estimate] = field(default_factory=list)

    @property
    def outermost(self) -> list[Estimate]:
        """The estimates that are not inside another one: together they count nothing twice."""
        return [
            (demand, share)
            for demand, share in self.estimates
            if not any(_is_inside(demand, other) for other, _share in self.estimates)
        ]


class MarketFigures(Source):
    """Share of wallet: revenue against the estimated purchases (``key.account.demand``).

    Source: wirtschaftslexikon24.com, "Share of Wallet".
    """

    codes = ("share_of_wallet",)

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.today = fields.Date.context_today(self.env["res.partner"])
        # What the customer will buy by the end of the year cannot have been sold yet
        self.period = request.period.up_to(self.today)
        self.previous = self.period and self.period.previous

    def compute(self) -> Figures:
        now, before = self._shares(self.period), self._shares(self.previous)
        return {
            account: {"share_of_wallet": self._figure(now[account], before[account])}
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        """The estimates that count, and the sales lines that they cover."""
        period = self.period
        if not period:
            return []
        demands = self.env["key.account.demand"].union(
            *(demand for shares in self._shares(period).values() for demand, _share in shares.outermost)
        )
        lines = Domain.OR(self._covered_domain(period, demand) for demand in demands)
        return [
            ("key.account.demand", [("id", "in", demands.ids)]),
            ("key.account.sales.report", list(lines)),
        ]

    def _covered_domain(self, period: Period, demand: BaseModel) -> Domain:
        part, _share = period.fiscal_years(demand.company_id)[demand.year]
        return (
            Domain("customer_id", "in", self.request.customer_ids)
            & Domain("customer_id", "child_of", demand.partner_id.id)
            & Domain("company_id", "=", demand.company_id.id)
            & Domain("product_categ_id", "child_of", demand.categ_id.id)
            & of_goods(self.env)
            & Domain("invoice_date", ">=", part.date_from)
            & Domain("invoice_date", "<=", part.date_to)
        )

    # === READING ===#

    def _demand_domain(self, years: Iterable[int]) -> DomainType:
        return [
            ("partner_id", "in", self.request.customer_ids),
            ("company_id", "in", self.env.companies.ids),
            ("year", "in", sorted(years)),
        ]

    def _shares(self, period: Period | None) -> defaultdict[int, AccountShares]:
        """:return: ``{account id: AccountShares}``"""
        if not period:
            return defaultdict(AccountShares)
        return self._of_elapsed("shares", period, self._read_shares)

    def _read_shares(self, periods: Sequence[Period]) -> dict[Period, defaultdict[int, AccountShares]]:
        parts_of: dict[Period, Parts] = {
            period: {
                (company.id, year): part
                for company in self.env.companies
                for year, part in period.fiscal_years(company).items()
            }
            for period in periods
        }
        years = {year for parts in parts_of.values() for _company, year in parts}
        demands = self.env["key.account.demand"].search(self._demand_domain(years))
        revenue = self._revenue(parts_of, demands)
        shares: dict[Period, defaultdict[int, AccountShares]] = {}
        for period, parts in parts_of.items():
            shares[period] = defaultdict(AccountShares)
            by_account = defaultdict(list)
            for demand in demands:
                if (demand.company_id.id, demand.year) in parts:
                    for account in self.request.accounts_of[demand.partner_id.id]:
                        by_account[account].append(demand)
            for account, of_account in by_account.items():
                self._add_shares(shares[period][account], account, of_account, parts, revenue[period][account])
        return shares

    def _revenue(
        self, parts_of: Mapping[Period, Parts], demands: BaseModel
    ) -> dict[Period, defaultdict[int, list[Revenue]]]:
        """:return: for each period ``{account id: [(customer, category, company id, fiscal year, amount)]}``"""
        revenue: dict[Period, defaultdict[int, list[Revenue]]] = {period: defaultdict(list) for period in parts_of}
        if not demands:
            return revenue
        days = DayParts(part for parts in parts_of.values() for part, _share in parts.values())
        groups = (
            self.env["key.account.sales.report"]
            .with_context(**{DAY_PARTS: days})
            ._read_group(
                [
                    ("customer_id", "in", self.request.customer_ids),
                    ("company_id", "in", self.env.companies.ids),
                    ("product_categ_id", "child_of", demands.categ_id.ids),
                    *of_goods(self.env),
                    *days_domain("invoice_date", days.joined),
                ],
                [PART, "company_id", "customer_id", "product_categ_id"],
                ["price_subtotal:sum"],
            )
        )
        for period, parts in parts_of.items():
            for (company, year), (part, _share) in parts.items():
                numbers = days.of(part)
                for number, of_company, customer, category, amount in groups:
                    if number in numbers and of_company.id == company:
                        for account in self.request.accounts_of[customer.id]:
                            revenue[period][account].append((customer, category, company, year, amount))
        return revenue

    def _purchases(self, demand: BaseModel) -> float:
        """The estimate in the active currency; companies are added up at today's rates, like revenue."""
        return demand.company_amount * self.rates[demand.company_id]

    # === SHARES ===#

    def _add_shares(
        self, shares: AccountShares, account: int, demands: list[BaseModel], parts: Parts, revenue: list[Revenue]
    ) -> None:
        """An estimate covers the customers below its partner and the categories below its own, in its company and year.

        No revenue may count twice: the estimate for a group takes precedence over those for its companies, and in the
        total an estimate for a category over those for its subcategories.
        """
        for demand in demands:
            if any(self._is_preferred(other, demand, account) for other in demands):
                continue
            _part, share_of_year = parts[demand.company_id.id, demand.year]
            covered = (
                amount
                for customer, category, company, year, amount in revenue
                if (company, year) == (demand.company_id.id, demand.year)
                and _is_category_below(category, demand.categ_id)
                and _is_customer_below(customer, demand.partner_id, account)
            )
            share = Share(sum(covered), self._purchases(demand) * share_of_year)
            shares.estimates.append((demand, share))
            shares.by_category[demand.categ_id].add(share)
        for _demand, share in shares.outermost:
            shares.total.add(share)

    def _is_preferred(self, other: BaseModel, demand: BaseModel, account: int) -> bool:
        """Whether ``other`` is an estimate for a company above, in the same branch of categories."""
        return (
            other.partner_id != demand.partner_id
            and _is_same_scope(other, demand)
            and _is_customer_below(demand.partner_id, other.partner_id, account)
            and (
                _is_category_below(demand.categ_id, other.categ_id)
                or _is_category_below(other.categ_id, demand.categ_id)
            )
        )

    # === FIGURES ===#

    def _figure(self, now: AccountShares, before: AccountShares) -> Figure:
        stale = self._stale(now)
        note = stale or self._why_empty(now)
        figure = Figure(now.total.value, before.total.value, unit="%", note=note, warns=bool(stale))
        if "category" in self.request.breakdowns:
            figure.breakdowns["category"] = [
                Row(
                    category.id,
                    category.display_name,
                    now.by_category[category].value if category in now.by_category else None,
                    before.by_category[category].value if category in before.by_category else None,
                    "%",
                )
                for category in sorted(now.by_category | before.by_category, key=lambda c: c.complete_name)
            ]
        if now.estimates:
            figure.table = self._table(now.estimates)
        return figure

    def _why_empty(self, now: AccountShares) -> str:
        if not self.period:
            return self.env._("The period has not begun.")
        if not now.estimates:
            return self.env._("No one has entered what the account buys in this year.")
        return ""

    def _stale(self, now: AccountShares) -> str:
        """:return: which of the estimates are outdated, in words; empty if none is"""
        if not self.period:
            return ""
        stale = [demand for demand, _share in now.estimates if demand._is_stale_on(self.period.date_to)]
        if stale:
            names = sorted({demand.categ_id.display_name for demand in stale})
            return self.env._(
                "Outdated, more than %(months)d months old: %(categories)s.",
                months=self.env["key.account.demand"]._stale_months,
                categories=", ".join(names),
            )
        return ""

    def _table(self, estimates: list[Estimate]) -> Table:
        currency = self.currency.name
        table = Table(
            [
                Column(self.env._("Product Category")),
                Column(self.env._("Account")),
                Column(self.env._("Fiscal Year")),
                Column(self.env._("Revenue"), "money", currency),
                Column(self.env._("Estimated Purchases"), "money", currency),
                Column(self.env._("Share"), "percent", "%"),
                Column(self.env._("Source")),
                Column(self.env._("Estimated On"), "date"),
            ]
        )
        for demand, share in estimates:
            table.rows.append(
                [
                    demand.categ_id.display_name,
                    demand.partner_id.display_name,
                    str(demand.year),
                    self.round_money(share.revenue),
                    self.round_money(share.purchases),
                    share.value,
                    demand.source,
                    fields.Date.to_string(demand.date),
                ]
            )
        return table


def _is_category_below(category: BaseModel, other: BaseModel) -> bool:
    """Whether a category is the other one or a subcategory of it."""
    return bool(category) and category.parent_path.startswith(other.parent_path)


def _is_customer_below(customer: BaseModel, other: BaseModel, account: int) -> bool:
    """Whether a customer inside the account (id) is the other one or below it."""
    while customer and customer != other:
        customer = customer.parent_id if customer.id != account else customer.browse()
    return bool(customer)


def _is_same_scope(demand: BaseModel, other: BaseModel) -> bool:
    return (demand.company_id, demand.year) == (other.company_id, other.year)


def _is_inside(demand: BaseModel, other: BaseModel) -> bool:
    """Whether an estimate's category is below that of another one for the same partner."""
    return (
        demand.partner_id == other.partner_id
        and _is_same_scope(demand, other)
        and demand.categ_id != other.categ_id
        and _is_category_below(demand.categ_id, other.categ_id)
    )
