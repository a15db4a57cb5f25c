from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import fmean

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.addons.key_account_management.figures.figure import AccountFigures, Figure, Figures, ratio
from odoo.addons.key_account_management.figures.period import FIRST_YEAR, Period
from odoo.addons.key_account_management.figures.source import Records
from odoo.api import DomainType
from odoo.models import BaseModel

from .goods import CUSTOMER, TO_CUSTOMERS, Goods

# A company, and a product
Item = tuple[BaseModel, BaseModel]


class StockTurnover(Goods):
    """How often the stock of the products that an account buys is sold, to any customer.

    Deliveries and stock are valued at the same cost, the product's current one: Odoo could determine the value of
    each product on each day only one by one, and a change in cost in between would look like a turn.
    """

    codes = ("stock_turnover", "stock_days")

    def compute(self) -> Figures:
        period, previous = (self._until_today(p) for p in (self.request.period, self.request.previous))
        now, before = (self._turnovers(p) for p in (period, previous))
        return {
            account: self._figures((now.get(account), before.get(account)), (period, previous))
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        bought = {product.id for items in self._bought(self.request.period).values() for _company, product in items}
        return [("stock.move", [*self._from_stock(self.request.period), ("product_id", "in", sorted(bought))])]

    def _until_today(self, period: Period) -> Period:
        """Stock at the end of future months is not known."""
        today = fields.Date.context_today(self.env["res.partner"])
        return Period(period.date_from, max(period.date_from, min(period.date_to, today)))

    # === READING ===#

    def _from_stock(self, period: Period) -> DomainType:
        """Deliveries from our stock, to all customers."""
        return [*self._done_domain(period), ("is_out", "=", True), *TO_CUSTOMERS]

    def _bought(self, period: Period) -> dict[int, set[Item]]:
        """:return: ``{account id: {(company, product), ...}}``, what was delivered from stock to the account"""
        bought = defaultdict(set)
        groups = self.env["stock.move"]._read_group(
            self._from_stock(period) + self._of_accounts(), [CUSTOMER, "company_id", "product_id"]
        )
        for customer, company, product in groups:
            for account in self.request.accounts_of[customer.id]:
                bought[account].add((company, product))
        return bought

    def _turnovers(self, period: Period) -> dict[int, tuple[float, float]]:
        """:return: ``{account id: (cost of the goods delivered, average value of the stock)}``"""
        bought = self._bought(period)
        products = {product.id for items in bought.values() for _company, product in items}
        if not products:
            return {}
        delivered = self._delivered(period, products)
        stock = self._stock(period, products)
        cost = {
            (company, product): product.with_company(company).standard_price * self.rates[company]
            for company, product in delivered
        }
        return {
            account: (
                sum(cost[item] * delivered[item] for item in items),
                sum(cost[item] * fmean(stock[item]) for item in items),
            )
            for account, items in bought.items()
        }

    def _delivered(self, period: Period, products: Iterable[int]) -> dict[Item, float]:
        """:return: ``{(company, product): quantity}``"""
        quantities: dict[Item, float] = defaultdict(float)
        groups = self.env["stock.move"]._read_group(
            [*self._from_stock(period), ("product_id", "in", list(products))],
            ["company_id", "product_id", "product_uom"],
            ["quantity:sum"],
        )
        for company, product, unit, quantity in groups:
            quantities[company, product] += self._in_own_unit(product, unit, quantity)
        return quantities

    def _stock(self, period: Period, products: Iterable[int]) -> dict[Item, list[float]]:
        """The quantities at hand before the period and at the end of each month in it.

        :return: ``{(company, product): [quantity, ...]}``
        """
        earlier = Period(date(FIRST_YEAR, 1, 1), period.date_from - timedelta(days=1))
        ends = [month + relativedelta(months=1, days=-1) for month in period.months]
        months = [month for month, end in zip(period.months, ends, strict=True) if end <= period.date_to]
        before = self._changes(self._moment_domain("date", earlier), products)
        by_month = self._changes(self._moment_domain("date", period), products, ["date:month"])
        stock = {}
        for item in before.keys() | by_month.keys():
            quantities = [before[item].get(None, 0.0)]
            for month in months:
                quantities.append(quantities[-1] + by_month[item].get(month, 0.0))
            stock[item] = quantities
        return stock

    def _changes(
        self, domain: DomainType, products: Iterable[int], grouping: Sequence[str] = ()
    ) -> dict[Item, dict[date | None, float]]:
        """What came into our stock less what left it.

        :return: ``{(company, product): {month, or None: quantity}}``
        """
        changes: dict[Item, dict[date | None, float]] = defaultdict(lambda: defaultdict(float))
        groups = self.env["stock.move"]._read_group(
            [
                ("state", "=", "done"),
                ("product_id", "in", list(products)),
                "|",
                ("is_in", "=", True),
                ("is_out", "=", True),
                *domain,
            ],
            ["company_id", "product_id", "product_uom", "is_in", *grouping],
            ["quantity:sum"],
        )
        for company, product, unit, is_in, *month, quantity in groups:
            change = self._in_own_unit(product, unit, quantity)
            changes[company, product][month[0].date() if month else None] += change if is_in else -change
        return changes

    # === FIGURES ===#

    def _figures(self, turnovers: Sequence[tuple[float, float] | None], periods: Sequence[Period]) -> AccountFigures:
        turns = [
            ratio(*turnover) if turnover and self.currency.compare_amounts(turnover[1], 0.0) > 0 else None
            for turnover in turnovers
        ]
        figures = {
            "stock_turnover": Figure(*turns, unit=self.env._("turns")),
            "stock_days": Figure(
                *(ratio(period.days, turn) for period, turn in zip(periods, turns, strict=True)),
                unit=self.env._("days"),
            ),
        }
        for figure in figures.values():
            if figure.value is None:
                figure.note = (
                    self.env._("These products had no stock with a known cost.")
                    if turnovers[0]
                    else self.env._("Nothing was delivered from stock in this period.")
                )
        return figures
