from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from odoo import fields
from odoo.api import DomainType
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL, format_amount, format_date

from ..completeness import Comparison
from ..figure import AccountFigures, Column, Figure, Figures, Row, Table
from ..fiscal_months import FiscalMonths
from ..forecast import (
    YEAR,
    YEARS_READ,
    Base,
    forecast_base,
    forecast_range,
    replay,
    with_orders,
)
from ..percent import format_percent, round_halves
from ..period import Period
from ..request import Request
from ..source import Records, Source
from .forecast_basis import ForecastBasis, peer_groups, read_months
from .open_orders import order_book, owed_by

# What was not bought for so long is new business
NEW_AFTER_YEARS = 2

MONEY = (
    "forecast",
    "forecast_low",
    "forecast_high",
    "forecast_orders",
    "forecast_new_business",
    "forecast_target_to_date",
)

# First day, invoiced, on order, total that is expected, revenue of the year before
MonthOfYear = tuple[date, float | None, float | None, float, float]


@dataclass
class Expected:
    """One account's fiscal year: what was invoiced, and what is expected."""

    # Of whole years before, then of this one: the months that are over, and the one that has begun
    revenue: list[float]
    # Of the months that are not over
    orders: list[float]
    new_business: float | None
    base: Base
    rest: list[float] = field(default_factory=list)
    range: tuple[float, float] | None = None
    # Off by so much a year ago, and a copy of the year before
    error: float | None = None
    copy_error: float | None = None
    # Whether the forecast was kept then, or is calculated again today
    error_is_of_kept: bool = False
    # The end of the month up to which other customers are known, if it is not that of the last month that is over
    others_as_of: date | None = None

    @property
    def closed(self) -> list[float]:
        """Revenue of the months of this year that are over."""
        return self.revenue[-1 - self.base.closed : -1]

    @property
    def running(self) -> float:
        return self.revenue[-1]

    @property
    def last_year(self) -> list[float]:
        end = len(self.revenue) - 1 - self.base.closed
        return self.revenue[end - YEAR : end]

    @property
    def invoiced(self) -> float:
        return sum(self.closed) + self.running

    @property
    def on_order(self) -> float:
        return sum(self.orders)

    @property
    def value(self) -> float:
        return self.invoiced + sum(self.rest)

    @property
    def is_known(self) -> bool:
        return any(self.revenue) or any(self.orders)


class ForecastFigures(Source):
    """What an account will have bought by the end of the fiscal year, see `figures/forecast.py`.

    Of a fiscal year or its beginning: up to the end of the period, today at the latest. Orders and opportunities have
    no history: a forecast as of a day that has passed is made of invoices alone.
    """

    codes = (*MONEY, "forecast_error")
    codes_without_history = codes

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.today = fields.Date.context_today(self.env["res.partner"])
        year = Period.of_fiscal_year(self.env.company, request.period.date_from)
        self.is_year = request.period.date_from == year.date_from and request.period.date_to <= year.date_to
        self.months = FiscalMonths(year, min(request.period.date_to, self.today))
        # A month's end is looked at on the next day
        self.is_current = self.months.day >= self.today - timedelta(days=1) and self.months.day < year.date_to
        self.accounts = self.env["res.partner"].browse(request.account_ids)

    def compute(self) -> Figures:
        note = self._why_not()
        if note:
            return {account: self._empty(note) for account in self.request.account_ids}
        expected = self._expect()
        targets = self._targets()
        return {account: self._figures(expected[account], targets.get(account)) for account in self.request.account_ids}

    def _compare_months(  # pylint: disable=missing-return
        self, figure: Figure, other: Figure | None, comparison: Comparison
    ) -> None:
        """A whole year is compared with a whole year or not at all: its last months have no forecast of their own."""
        super()._compare_months(figure, None, comparison)

    def records(self, code: str) -> Records:
        if self._why_not() or code == "forecast_target_to_date":
            return []
        if code == "forecast_new_business":
            leads = {lead.id for lead, _account, amount in self._new_business() if not self.currency.is_zero(amount)}
            return [("crm.lead", [("id", "in", sorted(leads))])]
        orders: Records = [("sale.order", [("id", "in", sorted({order["id"] for order in self._open_orders()}))])]
        if code == "forecast_orders":
            return orders
        if code == "forecast_error":
            return [("key.account.sales.report", self._lines_domain(self.months.start(-YEAR), self.months.start(0)))]
        after = self.months.day + timedelta(days=1)
        return [("key.account.sales.report", self._lines_domain(self.months.start(0), after)), *orders]

    def _why_not(self) -> str:
        if not self.is_year:
            return self.env._("Only a fiscal year, or its beginning, has a forecast.")
        if self.request.period.date_from > self.today:
            return self.env._("The period has not begun.")
        return ""

    def _lines_domain(self, first: date, after: date) -> DomainType:
        return [
            ("customer_id", "in", self.request.customer_ids),
            ("invoice_date", ">=", first),
            ("invoice_date", "<", after),
        ]

    # === READING ===#

    def _expect(self) -> dict[int, Expected]:
        basis = self._basis()
        groups = peer_groups(self.env, self.request.account_ids)
        revenue = self._revenue()
        orders = self._orders()
        new_business = self._new_business_of_accounts()
        kept = self._kept_errors()
        expected = {}
        for account in self.request.account_ids:
            group = groups.get(account, "")
            months = revenue[account]
            base = forecast_base(months[:-1], self.months.closed, basis.shares_of(group))
            result = Expected(months, orders[account], new_business.get(account), base)
            self._add_rest(result, basis)
            self._add_error(result, basis.shares_of_before(group), kept.get(account))
            if basis.as_of and basis.as_of < self.months.up_to(self.months.closed).day:
                result.others_as_of = basis.as_of
            expected[account] = result
        return expected

    def _add_rest(self, result: Expected, basis: ForecastBasis) -> None:
        # Without orders there is nothing to wait for: all of the rest is still unknown
        known = basis.known if self.is_current else [0.0] * YEAR
        rest = with_orders(result.base.by_month, result.orders, known, self.months.begun, result.running)
        result.rest = [self.round_money(amount) for amount in rest]
        if self.months.closed < YEAR:
            result.range = forecast_range(
                sum(result.closed), result.base, result.running + result.on_order, result.value, basis.ratios
            )

    def _add_error(self, result: Expected, shares: list[float] | None, kept: tuple[float, float] | None) -> None:
        """:param shares: of the months, as they were known one year earlier"""
        actual = sum(result.last_year)
        if actual <= 0 or self.months.closed == YEAR:
            return
        if kept:
            result.error, result.copy_error = (abs(expected - actual) / actual for expected in kept)
            result.error_is_of_kept = True
        elif again := replay(result.revenue[:-1], self.months.closed, shares):
            result.error, result.copy_error = again.error / actual, again.copy_error / actual

    def _basis(self) -> ForecastBasis:
        if self.months.closed == YEAR:
            # Nothing is left to be expected
            return ForecastBasis.unknown()
        bases = self.env["key.account.forecast.basis"]
        key = ("forecast_basis", self.months.year, self.months.closed)
        return self.request.readings.once(key, lambda: bases._get_basis(self.months))

    def _revenue(self) -> dict[int, list[float]]:
        size = YEARS_READ * YEAR + self.months.closed + 1
        revenue: dict[int, list[float]] = defaultdict(lambda: [0.0] * size)
        for customer, months in read_months(self.env, self.months, YEARS_READ, self.request.customer_ids).items():
            for account in self.request.accounts_of[customer]:
                revenue[account] = [ours + more for ours, more in zip(revenue[account], months, strict=True)]
        return defaultdict(
            lambda: [0.0] * size,
            {account: [self.round_money(amount) for amount in months] for account, months in revenue.items()},
        )

    # === ORDERS ===#

    def _orders(self) -> dict[int, list[float]]:
        """:return: ``{account id: on order for each month that is not over}``; what is late comes first of all"""
        closed = self.months.closed
        orders: dict[int, list[float]] = defaultdict(lambda: [0.0] * (YEAR - closed))
        for order in self._open_orders():
            for account in self.request.accounts_of[order["debtor_id"]]:
                orders[account][order["month"]] += order["amount"]
        return orders

    def _open_orders(self) -> list[dict[str, Any]]:
        """:return: parts of orders as of `order_book`, in the currency of the figures, ``month`` counted from the first
        one that is not over
        """
        if not self.is_current or not self.request.customer_ids:
            return []
        self.env.flush_all()
        condition = SQL(
            "%s AND sale.company_id IN %s", owed_by(self.request.customer_ids), tuple(self.env.companies.ids)
        )
        companies = {company.id: company for company in self.env.companies}
        parts = self.env.execute_query_dict(order_book(self.env, condition))
        totals: defaultdict[int, float] = defaultdict(float)
        for part in parts:
            company = companies[part["company_id"]]
            currency = self.env["res.currency"].browse(part["currency_id"])
            rate = self.request.rates.into_company(currency, company) * self.rates[company]
            part["amount"] = float(part["amount"]) * rate
            part["month"] = max(self.months.number_of(self._day(part["promised"])) - self.months.closed, 0)
            totals[part["id"]] += part["amount"]
        return [
            part
            for part in parts
            if self.currency.compare_amounts(totals[part["id"]], 0) > 0
            and part["month"] < YEAR - self.months.closed
            and not self.currency.is_zero(part["amount"])
        ]

    # === NEW BUSINESS ===#

    def _new_business_of_accounts(self) -> dict[int, float]:
        """:return: ``{account id: weighted amount}`` of accounts with opportunities"""
        totals: defaultdict[int, float] = defaultdict(float)
        for _lead, account, amount in self._new_business():
            totals[account] += amount
        return totals

    def _new_business(self) -> list[tuple[BaseModel, int, float]]:
        """The part of open opportunities that quotes categories which their account has not bought for two years.

        An opportunity without a quotation says nothing about categories: it is new business for accounts that have
        bought nothing at all.

        What is new for an account inside another one may be known to the other.

        :return: list of (opportunity, account id, weighted amount)
        """
        if not self.is_current:
            return []
        leads = self.env["crm.lead"].search_fetch(
            Domain("partner_id", "in", self.request.customer_ids)
            & Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending")
            & Domain("company_id", "in", [False, *self.env.companies.ids])
            & (Domain("date_deadline", "=", False) | Domain("date_deadline", "<=", self.months.year.date_to)),
            ["partner_id", "company_id", "prorated_revenue"],
            order="id",
        )
        quoted = self._quoted_categories(leads)
        bought = self._bought_categories() if leads else {}
        rates = self.rates
        amounts = []
        for lead in leads:
            of_lead = quoted.get(lead.id, {})
            total = sum(of_lead.values())
            rate = rates[lead.company_id] if lead.company_id else 1.0
            for account in self.request.accounts_of[lead.partner_id.id]:
                ours = bought[account]
                if self.currency.compare_amounts(total, 0.0) > 0:
                    share = sum(amount for category, amount in of_lead.items() if category not in ours) / total
                else:
                    share = 0.0 if ours else 1.0
                amounts.append((lead, account, lead.prorated_revenue * rate * share))
        return amounts

    def _quoted_categories(self, leads: BaseModel) -> dict[int, dict[int, float]]:
        """:return: ``{opportunity id: {category id: amount of its quotations}}``"""
        groups = self.env["sale.order.line"]._read_group(
            Domain("order_id.opportunity_id", "in", leads.ids)
            & Domain("order_id.state", "in", ("draft", "sent"))
            & Domain("product_id", "!=", False)
            & Domain("price_subtotal", ">", 0),
            ["order_id", "product_id"],
            ["price_subtotal:sum"],
        )
        quoted: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for order, product, amount in groups:
            quoted[order.opportunity_id.id][product.categ_id.id] += amount
        return quoted

    def _bought_categories(self) -> dict[int, set[int]]:
        """:return: ``{account id: ids of the categories that it has bought lately}``"""
        first = self.months.start(self.months.closed - NEW_AFTER_YEARS * YEAR)
        groups = self.env["key.account.sales.report"]._read_group(
            # Nobody buys discounts or charges
            [*self._lines_domain(first, self.months.day + timedelta(days=1)), ("adjustment", "=", False)],
            ["customer_id", "product_categ_id"],
        )
        bought: dict[int, set[int]] = defaultdict(set)
        for customer, category in groups:
            for account in self.request.accounts_of[customer.id]:
                bought[account].add(category.id)
        return bought

    # === TARGETS AND EARLIER FORECASTS ===#

    def _targets(self) -> dict[int, float]:
        """:return: ``{account id: revenue target of the fiscal year}``; targets belong to one company"""
        if len(self.env.companies) > 1:
            return {}
        targets = self.env["key.account.target"]._get_targets(self.accounts, self.months.year.year)
        return {account: of_account["revenue"][0] for account, of_account in targets.items() if "revenue" in of_account}

    def _kept_errors(self) -> dict[int, tuple[float, float]]:
        """:return: ``{account id: (what was expected a year ago, what a copy of the year before would have been)}``"""
        if len(self.env.companies) > 1 or self.months.closed == YEAR:
            return {}
        return self.env["key.account.forecast"]._get_kept(self.accounts, self.months.up_to(self.months.closed - YEAR))

    # === FIGURES ===#

    def _empty(self, note: str) -> AccountFigures:
        return {
            **{code: Figure(unit=self.currency.name, note=note) for code in MONEY},
            "forecast_error": Figure(unit="%", note=note),
        }

    def _figures(self, expected: Expected, target: float | None) -> AccountFigures:
        if not expected.is_known:
            figures = self._empty(self.env._("No invoices and no orders."))
        else:
            figures = self._of_revenue(expected)
        figures["forecast_new_business"] = self._money(expected.new_business)
        if expected.new_business is None:
            figures["forecast_new_business"].note = self.env._("No open opportunities.")
        figures["forecast_target_to_date"] = self._target_to_date(expected, target)
        return figures

    def _of_revenue(self, expected: Expected) -> AccountFigures:
        low, high = expected.range or (None, None)
        forecast = self._money(expected.value, sum(expected.last_year) if any(expected.last_year) else None)
        forecast.note = self._sentence(expected)
        forecast.table = self._table(expected)
        if "month" in self.request.breakdowns:
            forecast.breakdowns["month"] = self._rows(expected)
        figures = {
            "forecast": forecast,
            "forecast_low": self._money(low),
            "forecast_high": self._money(high),
            "forecast_orders": self._money(expected.on_order if self.is_current else None),
            "forecast_error": Figure(expected.error, unit="%", note=self._error_note(expected)),
        }
        if not expected.range:
            for code in ("forecast_low", "forecast_high"):
                figures[code].note = self._why_no_range(expected)
        if not self.is_current:
            figures["forecast_orders"].note = self.env._("What was on order on a past day is not known.")
        return figures

    def _money(self, value: float | None, previous: float | None = None) -> Figure:
        return Figure(
            *(None if amount is None else self.round_money(amount) for amount in (value, previous)),
            unit=self.currency.name,
        )

    def _target_to_date(self, expected: Expected, target: float | None) -> Figure:
        figure = self._money(None)
        if target is None:
            figure.note = self.env._("No revenue target for the fiscal year.")
            return figure
        base, closed = expected.base, self.months.closed
        due = base.due + (base.season[closed] * self.months.begun if closed < YEAR else 0.0)
        return self._money(target * due)

    # === WORDS ===#

    def _sentence(self, expected: Expected) -> str:
        if self.months.closed == YEAR:
            return self.env._("The fiscal year is over.")
        parts = [self.env._("Invoiced %(amount)s.", amount=self._amount(expected.invoiced))]
        if expected.base.rest is None:
            parts.append(
                self.env._(
                    "The account has bought for less than %(months)d months: expected is what is invoiced and on "
                    "order.",
                    months=YEAR,
                )
            )
        elif self.months.closed:
            parts.append(
                self.env._(
                    "By the end of %(month)s, %(share)s of a usual year is invoiced.",
                    month=self._month_name(self.months.closed - 1),
                    share=format_percent(self.env, expected.base.due, 0),
                )
            )
        if not self.currency.is_zero(expected.on_order):
            parts.append(self.env._("On order %(amount)s.", amount=self._amount(expected.on_order)))
        if expected.range:
            parts.append(
                self.env._(
                    "Expected %(amount)s (%(low)s to %(high)s).",
                    amount=self._amount(expected.value),
                    low=self._amount(expected.range[0]),
                    high=self._amount(expected.range[1]),
                )
            )
        elif expected.base.rest is not None:
            parts.append(self.env._("Expected %(amount)s.", amount=self._amount(expected.value)))
        if expected.others_as_of:
            day = format_date(self.env, expected.others_as_of, date_format="medium")
            parts.append(self.env._("Comparable customers as of %(day)s.", day=day))
        return " ".join([*parts, self._error_note(expected)]).strip()

    def _error_note(self, expected: Expected) -> str:
        if expected.error is None or expected.copy_error is None:
            return "" if self.months.closed < YEAR else self.env._("The fiscal year is over.")
        error, copied = (format_percent(self.env, share, 0) for share in (expected.error, expected.copy_error))
        if expected.error_is_of_kept:
            return self.env._(
                "A year ago, the forecast was %(error)s off at this time, a copy of the year before %(copied)s.",
                error=error,
                copied=copied,
            )
        return self.env._(
            "A year ago, this method would have been %(error)s off at this time, a copy of the year before %(copied)s.",
            error=error,
            copied=copied,
        )

    def _why_no_range(self, expected: Expected) -> str:
        if self.months.closed == YEAR:
            return self.env._("The fiscal year is over.")
        if expected.base.rest is None:
            return self.env._("The account has bought for less than %(months)d months.", months=YEAR)
        return self.env._("Too few customers have bought for long enough to know how far forecasts are off.")

    def _amount(self, amount: float) -> str:
        return format_amount(self.env, round_halves(amount, 0), self.currency, trailing_zeroes=False)

    def _month_name(self, number: int) -> str:
        # A fiscal year's month has the name of that in which it ends
        return format_date(self.env, self.months.start(number + 1) - timedelta(days=1), date_format="LLLL")

    # === BY MONTH ===#

    def _by_month(self, expected: Expected) -> list[MonthOfYear]:
        closed = self.months.closed
        months: list[MonthOfYear] = []
        for number, before in enumerate(expected.last_year):
            start = self.months.start(number)
            if number < closed:
                months.append((start, expected.closed[number], None, expected.closed[number], before))
                continue
            invoiced = expected.running if number == closed and start <= self.months.day else None
            rest, on_order = (of_month[number - closed] for of_month in (expected.rest, expected.orders))
            months.append((start, invoiced, on_order if self.is_current else None, (invoiced or 0.0) + rest, before))
        return months

    def _rows(self, expected: Expected) -> list[Row]:
        return [
            Row(
                start.strftime("%Y-%m"),
                self._month_label(start),
                self.round_money(total),
                self.round_money(before),
                self.currency.name,
            )
            for start, _invoiced, _on_order, total, before in self._by_month(expected)
        ]

    def _table(self, expected: Expected) -> Table:
        unit = self.currency.name
        table = Table(
            [
                Column(self.env._("Month")),
                Column(self.env._("Invoiced"), "money", unit),
                Column(self.env._("On Order"), "money", unit),
                Column(self.env._("Expected"), "money", unit),
                Column(self.env._("Year Before"), "money", unit),
            ]
        )
        for start, *amounts in self._by_month(expected):
            table.rows.append(
                [
                    self._month_label(start),
                    *(None if amount is None else self.round_money(amount) for amount in amounts),
                ]
            )
        return table
