"""What a forecast needs to know of all customers of a company. It is computed once a night and kept."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from statistics import median
from typing import Any

import pytz

from odoo.api import Environment
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from ..fiscal_months import FiscalMonths
from ..forecast import (
    YEAR,
    YEARS_READ,
    Activity,
    Ratios,
    complete_years,
    error_ratios,
    month_shares,
    replay,
    weighted_error,
    year_before,
)
from ..period import Period
from ..rounding import currency_rounder
from .peers import GROUPINGS

# Peer groups with fewer customers have the seasonality of all
FEWEST_IN_GROUP = 10
# Fewer months with invoices do not tell how early customers order
FEWEST_MONTHS = 3

# Revenue by month of a number of customers, by their ids: as long lists as ``read_months`` gives
MonthsOf = Mapping[int, list[float]]


@dataclass(frozen=True)
class ForecastBasis:
    """``shares``: of each month in the year of all customers, None without a year; ``of_groups`` of larger peer groups.
    ``known``: median share of a month's invoices that was ordered one month ahead, two months and so on, None if it is
    not known. ``error``: of the method a year earlier over all customers, ``copy_error`` that of a copy of last year.
    ``as_of``: the end of the month after which it was kept, None if it was read for this answer.
    """

    shares: list[float] | None
    of_groups: dict[str, list[float]]
    known: list[float | None]
    ratios: Ratios
    error: float | None
    copy_error: float | None
    # As they were known one year earlier
    shares_before: list[float] | None = None
    of_groups_before: dict[str, list[float]] = field(default_factory=dict)
    as_of: date | None = field(default=None, compare=False)

    @classmethod
    def unknown(cls) -> "ForecastBasis":
        """Nothing is known of other customers."""
        return cls(None, {}, [None] * YEAR, {}, None, None)

    def shares_of(self, group: str) -> list[float] | None:
        return self.of_groups.get(group, self.shares)

    def shares_of_before(self, group: str) -> list[float] | None:
        return self.of_groups_before.get(group, self.shares_before)

    def to_plain(self) -> dict[str, Any]:
        data = asdict(self) | {"ratios": {kind.value: list(ratios) for kind, ratios in self.ratios.items()}}
        del data["as_of"]
        return data

    @classmethod
    def from_plain(cls, data: Mapping[str, Any], as_of: date) -> "ForecastBasis":
        ratios = {Activity(kind): (low, high) for kind, (low, high) in data["ratios"].items()}
        return cls(**{**data, "ratios": ratios, "as_of": as_of})


class BasisReader:
    """Reads all customers of the active company once, for as many months' ends as are asked for."""

    def __init__(self, env: Environment, months: FiscalMonths, oldest: int) -> None:
        """:param oldest: number of the earliest month before which `basis` will be asked for what was known"""
        # Shares of other companies' customers tell nothing of this one's
        self.env = env(context={**env.context, "allowed_company_ids": env.company.ids})
        self.months = months
        years = YEARS_READ + -(oldest // YEAR)
        self.first = -years * YEAR
        self.revenue = read_months(self.env, months, years)
        self.groups = peer_groups(self.env, self.revenue)
        self.ordered = self._read_ordered(oldest - YEAR)

    def basis(self, number: int) -> ForecastBasis:
        """:param number: of the first month that was not over; below zero in years before"""
        closed = number % YEAR
        start = number - closed - YEARS_READ * YEAR - self.first
        known = {customer: months[start : number - self.first] for customer, months in self.revenue.items()}
        # Without those who bought nothing yet, or no longer
        known = {customer: months for customer, months in known.items() if any(months)}
        before = {customer: year_before(months, closed)[0] for customer, months in known.items()}
        shares, of_groups = self._shares(known, closed)
        shares_before, of_groups_before = self._shares(before, closed)
        replays = list(
            filter(
                None,
                (
                    replay(months, closed, of_groups_before.get(self.groups.get(customer, ""), shares_before))
                    for customer, months in known.items()
                ),
            )
        )
        actual = [each.actual for each in replays]
        return ForecastBasis(
            shares,
            of_groups,
            self._known(number),
            error_ratios(replays),
            weighted_error([each.to_date + each.expected_rest for each in replays], actual),
            weighted_error([each.to_date + each.copied_rest for each in replays], actual),
            shares_before,
            of_groups_before,
        )

    def _shares(self, known: MonthsOf, closed: int) -> tuple[list[float] | None, dict[str, list[float]]]:
        """:return: shares of all customers, and ``{peer group: shares}``"""
        members: defaultdict[str, list[list[float]]] = defaultdict(list)
        for customer, months in known.items():
            if any(months):
                members[self.groups.get(customer, "")].append(months)
        of_groups = {
            group: _shares_of(lists, closed)
            for group, lists in members.items()
            if group and len(lists) >= FEWEST_IN_GROUP
        }
        everyone = [months for lists in members.values() for months in lists]
        return _shares_of(everyone, closed), {group: shares for group, shares in of_groups.items() if shares}

    # === ORDERED AHEAD ===#

    def _known(self, number: int) -> list[float | None]:
        """The median over the last twelve months that were over."""
        ahead: list[list[float]] = [[] for _month in range(YEAR)]
        for month in range(number - YEAR, number):
            amounts = self.ordered.get(month, {})
            total = sum(amounts.values())
            if self.env.company.currency_id.compare_amounts(total, 0.0) <= 0:
                continue
            for position, shares in enumerate(ahead):
                early = sum(amount for ordered, amount in amounts.items() if ordered < month - position)
                shares.append(min(max(early / total, 0.0), 1.0))
        return [median(shares) if len(shares) >= FEWEST_MONTHS else None for shares in ahead]

    def _read_ordered(self, first: int) -> dict[int, dict[int, float]]:
        """:return: ``{month: {month in which it was ordered: amount invoiced}}``, what nobody ordered under the month
        after it
        """
        last = self.months.closed
        starts = self.months.starts(first, last)
        order_starts = [
            Period(day, day).moments(self.env.tz or pytz.utc)[0] for day in self.months.starts(first - YEAR, last)
        ]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                    SELECT WIDTH_BUCKET(move.invoice_date, %(starts)s::date[]),
                           WIDTH_BUCKET(ordered.moment, %(order_starts)s::timestamp[]),
                           SUM(-line.balance)
                      FROM account_move_line line
                      JOIN account_move move ON move.id = line.move_id
                      JOIN account_account account ON account.id = line.account_id
                 LEFT JOIN LATERAL (
                            SELECT MIN(sale.date_order) AS moment
                              FROM sale_order_line_invoice_rel rel
                              JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                              JOIN sale_order sale ON sale.id = sale_line.order_id
                             WHERE rel.invoice_line_id = line.id
                           ) AS ordered ON TRUE
                     WHERE line.display_type = 'product'
                       AND line.company_id = %(company)s
                       AND move.state = 'posted'
                       AND move.move_type IN ('out_invoice', 'out_receipt')
                       AND move.invoice_date >= %(first)s
                       AND move.invoice_date < %(after)s
                       AND account.account_type IN ('income', 'income_other')
                  GROUP BY 1, 2
                """,
                starts=starts,
                order_starts=order_starts,
                company=self.env.company.id,
                first=starts[0],
                after=starts[-1],
            )
        )
        amounts: dict[int, dict[int, float]] = defaultdict(dict)
        for month_bucket, order_bucket, amount in rows:
            month = first + month_bucket - 1
            # Orders older than all that are compared have the number below the first one
            ordered = month + 1 if order_bucket is None else first - YEAR + order_bucket - 1
            amounts[month][ordered] = amounts[month].get(ordered, 0.0) + float(amount)
        return amounts


def read_months(
    env: Environment, months: FiscalMonths, years: int, customer_ids: Collection[int] | None = None
) -> dict[int, list[float]]:
    """The revenue of customers by month of the fiscal year: of whole years, then of this one up to the day.

    :param customer_ids: of all customers if None
    :return: ``{customer id: revenue of the months of these years, of those of this year that are over, and of the
        running one}``
    """
    first = -years * YEAR
    starts_with_month = months.year.date_from.day == 1
    domain = Domain("invoice_date", ">=", months.start(first)) & Domain("invoice_date", "<=", months.day)
    if customer_ids is not None:
        domain &= Domain("customer_id", "in", list(customer_ids))
    groups = env["key.account.sales.report"]._read_ids_grouped(
        domain,
        ["customer_id", "invoice_date:month" if starts_with_month else "invoice_date:day"],
        ["price_subtotal:sum"],
    )
    numbers = {day: months.number_of(day) for day in {day for _customer, day, _revenue in groups}}
    revenue: dict[int, list[float]] = {}
    for customer, day, amount in groups:
        of_customer = revenue.setdefault(customer, [0.0] * (months.closed - first + 1))
        of_customer[numbers[day] - first] += amount
    rounded = currency_rounder(env.company.currency_id)
    return {customer: [rounded(amount) for amount in of_customer] for customer, of_customer in revenue.items()}


def peer_groups(env: Environment, partner_ids: Iterable[int]) -> dict[int, str]:
    """:return: ``{partner id: what it has in common with its peers}``, of those of which that is known"""
    names = GROUPINGS[env.company.key_account_peer_grouping]
    # Archived customers have made purchases, too
    partners = env["res.partner"].with_context(active_test=False)
    found = partners.search_fetch([("id", "in", list(partner_ids))], names, order="id")
    keys = {partner.id: _group_key([partner[name] for name in names]) for partner in found}
    return {partner: key for partner, key in keys.items() if key}


def _group_key(values: list[BaseModel]) -> str:
    return "-".join(str(value.id) for value in values) if all(values) else ""


def _shares_of(lists: Iterable[list[float]], closed: int) -> list[float] | None:
    total = [sum(of_month) for of_month in zip(*lists, strict=True)]
    return month_shares(complete_years(total, closed))
