from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean, median

from odoo.api import DomainType
from odoo.models import BaseModel

from ..figure import AccountFigures, Figure, Figures, ratio
from ..period import FIRST_YEAR, LAST_YEAR, DayParts, Period
from ..source import Records, Source


@dataclass
class Orders:
    """One account's confirmed orders in a period."""

    amounts: list[float] = field(default_factory=list)
    document_by_currency: dict[BaseModel, list[float]] = field(default_factory=lambda: defaultdict(list))
    days: list[date] = field(default_factory=list)
    # Ids of the orders in companies with a minimum order value, and of those below it
    with_minimum: list[int] = field(default_factory=list)
    below_minimum: list[int] = field(default_factory=list)


# By company and account id
Minimums = dict[BaseModel, dict[int, float]]
Size = Callable[[list[float]], float]

SIZES: dict[str, Size] = {"smallest_order": min, "median_order": median, "mean_order": fmean}


class OrderFigures(Source):
    """Size and frequency of the confirmed orders, and the minimum order value with which they are compared."""

    codes = (
        "minimum_order",
        *SIZES,
        "orders_below_minimum",
        "orders_below_minimum_share",
        "order_count",
        "order_interval",
    )
    codes_over_time = ("order_count", "orders_below_minimum")
    codes_without_months = ("minimum_order",)
    codes_without_history = ("minimum_order",)

    def compute(self) -> Figures:
        minimums = self.request.readings.once(("minimum_orders", *self.request.account_ids), self._minimums)
        now, before = (self._orders(period, minimums) for period in (self.request.period, self.request.previous))
        have_ordered = self._have_ordered()
        return {
            account: self._figures(
                minimums[self.env.company][account], now[account], before[account], account in have_ordered
            )
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        if code == "minimum_order":
            # Without an agreement it is that of the settings
            accounts = self.env["res.partner"].browse(self.request.account_ids).filtered("key_account_minimum_order")
            return [("res.partner", [("id", "in", accounts.ids), ("active", "in", (True, False))])]
        if code in ("orders_below_minimum", "orders_below_minimum_share"):
            orders = self._orders(self.request.period, self._minimums()).values()
            counted = {
                order
                for account in orders
                for order in (account.below_minimum if code == "orders_below_minimum" else account.with_minimum)
            }
            return [("sale.order", [("id", "in", sorted(counted))])]
        return [("sale.order", self._domain(self.request.period))]

    # === READING ===#

    def _domain(self, *periods: Period) -> DomainType:
        # Who ordered, as booked: neither who pays nor who receives, and no matter where the person works today
        return [
            ("key_account_customer_id", "in", self.request.customer_ids),
            ("state", "=", "sale"),
            *self._moment_domain("date_order", *periods),
        ]

    def _have_ordered(self) -> set[int]:
        """:return: ids of the accounts that have confirmed orders up to the end of the period"""
        first = self.request.readings.once(("first_orders", *self.request.account_ids), self._read_first)
        return {
            account
            for customer, day in first
            if day <= self.request.period.date_to
            for account in self.request.accounts_of[customer]
        }

    def _read_first(self) -> list[tuple[int, date]]:
        """:return: ``[(customer id, day of the first order in a company)]``"""
        ever = Period(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
        groups = self.env["sale.order"]._read_group(
            self._domain(ever), ["key_account_customer_id", "company_id"], ["date_order:min"]
        )
        return [(customer.id, self._day(moment, company)) for customer, company, moment in groups]

    def _minimums(self) -> Minimums:
        """:return: ``{company: {account id: agreed minimum in the company's currency, 0 for none}}``"""
        accounts = self.env["res.partner"].browse(self.request.account_ids)
        return {
            company: {
                account.id: account._get_key_account_minimum_order() for account in accounts.with_company(company)
            }
            for company in self.env.companies
        }

    def _orders(self, period: Period, minimums: Minimums) -> defaultdict[int, Orders]:
        """:return: ``{account id: Orders}``"""
        orders: defaultdict[int, Orders] = defaultdict(Orders)
        for order, day in self._of_period("orders", period, self._read):
            company = order.company_id
            # At the rate of the order's day, as Odoo keeps it on the order
            amount = order.amount_untaxed / (order.currency_rate or 1.0)
            for account in self.request.accounts_of[order.key_account_customer_id.id]:
                total = orders[account]
                total.amounts.append(amount * self.rates[company])
                total.document_by_currency[order.currency_id].append(order.amount_untaxed)
                total.days.append(day)
                minimum = minimums[company][account]
                if minimum:
                    total.with_minimum.append(order.id)
                    if company.currency_id.compare_amounts(amount, minimum) < 0:
                        total.below_minimum.append(order.id)
        return orders

    def _read(self, periods: Sequence[Period]) -> dict[Period, list[tuple[BaseModel, date]]]:
        """:return: ``{period: [(order, its day)]}``"""
        orders = self.env["sale.order"].search_fetch(
            self._domain(*DayParts(periods).joined),
            ["key_account_customer_id", "company_id", "currency_id", "currency_rate", "date_order", "amount_untaxed"],
        )
        days = [(order, self._day(order.date_order, order.company_id)) for order in orders]
        return {period: [(order, day) for order, day in days if day in period] for period in periods}

    # === FIGURES ===#

    def _figures(self, minimum: float, now: Orders, before: Orders, known: bool) -> AccountFigures:
        """:param known: whether the account has ever ordered: then no orders mean a real zero, else there is no data"""
        both = (now, before)
        comparable = known and (minimum or any(orders.with_minimum for orders in both))
        figures = {
            # What was agreed a year ago is not known
            "minimum_order": Figure(minimum or None, unit=self.currency.name),
            "order_count": Figure(*(len(orders.amounts) if known else None for orders in both)),
            "orders_below_minimum": Figure(*(len(orders.below_minimum) if comparable else None for orders in both)),
            "orders_below_minimum_share": Figure(
                *(ratio(len(orders.below_minimum), len(orders.with_minimum)) for orders in both), unit="%"
            ),
            "order_interval": Figure(*(self._interval(orders.days) for orders in both), unit=self.env._("days")),
        }
        for code, size in SIZES.items():
            figures[code] = Figure(
                *(self.round_money(size(orders.amounts)) if orders.amounts else None for orders in both),
                unit=self.currency.name,
                document=self._in_document_currency(size, now, before),
            )
        self._add_notes(figures, minimum, now)
        return figures

    def _in_document_currency(self, size: Size, now: Orders, before: Orders) -> Figure | None:
        """The size of orders as ordered, if all of them are in one currency."""
        currencies = list(now.document_by_currency | before.document_by_currency)
        if len(currencies) != 1:
            return None
        currency = currencies[0]
        return Figure(
            *(
                currency.round(size(orders.document_by_currency[currency])) if orders.amounts else None
                for orders in (now, before)
            ),
            unit=currency.name,
        )

    def _interval(self, days: Sequence[date]) -> float | None:
        """Average number of days from each order to the next: from first to last, divided by the number of steps."""
        return ratio((max(days) - min(days)).days, len(days) - 1) if days else None

    def _add_notes(self, figures: AccountFigures, minimum: float, now: Orders) -> None:
        for code in ("minimum_order", "orders_below_minimum", "orders_below_minimum_share"):
            if figures[code].value is None and not minimum:
                figures[code].note = self.env._("No minimum order value has been agreed.")
        for code in (*SIZES, "order_count", "orders_below_minimum", "orders_below_minimum_share"):
            if figures[code].value is None and not now.amounts:
                figures[code].note = figures[code].note or self.env._("No confirmed orders in this period.")
        if figures["order_interval"].value is None:
            figures["order_interval"].note = self.env._("Fewer than two confirmed orders in this period.")
