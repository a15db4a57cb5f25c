from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.api import DomainType
from odoo.tools import SQL, Query, float_round

from ..figure import Column, Figure, Figures, Table, rounded
from ..period import Period
from ..request import Request
from ..source import Records, Source

# Products bought in this many months up to the end of the period have a price to discuss.
MONTHS = 24

# Ids of a product and of the company that sold it
Sold = tuple[int, int]


class PriceSource(Source):
    """Reads the prices that were invoiced.

    They are on lines of invoices and receipts with a product and a quantity above zero: what is returned,
    on a credit note or as a negative quantity, is not a price that anyone agreed.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.lines = self.env["key.account.sales.report"]
        self.price_digits = self.env["decimal.precision"].precision_get("Product Price")

    @property
    def _bought_from(self) -> date:
        return self.request.period.date_to - relativedelta(months=MONTHS) + relativedelta(days=1)

    def _priced_lines_domain(self, date_from: date, date_to: date) -> DomainType:
        return [
            ("customer_id", "in", self.request.customer_ids),
            ("invoice_date", ">=", date_from),
            ("invoice_date", "<=", date_to),
            ("move_type", "!=", "out_refund"),
            ("product_id", "!=", False),
            ("quantity", ">", 0),
        ]

    def _read_bought(self, group: str, *amounts: str) -> list[tuple[Any, ...]]:
        """What was bought lately.

        :param group: columns of the sales report, and ``amounts`` of each group, in SQL
        :return: rows of both
        """
        query = self.lines._search(self._priced_lines_domain(self._bought_from, self.request.period.date_to))
        if query.is_empty():
            return []
        query.groupby = SQL(group)
        return self.env.execute_query(query.select(query.groupby, *map(SQL, amounts)))

    def _price(self, price: float | None) -> float | None:
        return None if price is None else float_round(price, precision_digits=self.price_digits)

    def _product_names(self, product_ids: Iterable[int]) -> dict[int, str]:
        # Customers read the names, too, and our internal references mean nothing to them.
        products = self.env["product.product"].with_context(display_default_code=False).browse(product_ids)
        return {product.id: product.display_name for product in products}


@dataclass
class Bought:
    """What an account bought of one product from one company: prices in the product's own unit."""

    quantity: float = 0.0
    revenue: float = 0.0
    lowest: float | None = None
    last: float | None = None
    # Date and id
    last_line: tuple[date | int, ...] = ()

    @property
    def mean(self) -> float:
        return self.revenue / self.quantity

    def add(
        self, quantity: float, revenue: float, lowest: float, last: float, last_line: tuple[date | int, ...]
    ) -> None:
        self.quantity += quantity
        self.revenue += revenue
        self.lowest = lowest if self.lowest is None else min(lowest, self.lowest)
        if last_line > self.last_line:
            self.last, self.last_line = last, last_line


@dataclass
class Checked:
    """Lines that were compared with the floor price."""

    lines: int = 0
    below: int = 0
    revenue_below: float = 0.0


class MinimumPriceFigures(PriceSource):
    """Floor prices, what was invoiced for these products, and the lines below the floor.

    Floor price = unit cost / (1 - minimum margin): the price with exactly the minimum margin.
    """

    codes = ("minimum_price", "revenue_below_floor")
    codes_without_months = codes

    def compute(self) -> Figures:
        bought, floors = self._bought(), self._floors()
        now, before = (self._checked(period, floors) for period in self._periods)
        names = self._product_names(list({product for products in bought.values() for product, _company in products}))
        figures = {}
        for account in self.request.account_ids:
            totals = [_total(checked[account]) for checked in (now, before)]
            note = self._note(totals[0], bought[account], floors)
            lines, revenue = (
                Figure(*(getattr(total, name) if total.lines else None for total in totals), note=note)
                for name in ("below", "revenue_below")
            )
            lines.table = self._table(bought[account], floors, now[account], names)
            revenue.unit = self.currency.name
            for name in ("value", "previous"):
                amount = getattr(revenue, name)
                setattr(revenue, name, rounded(self.currency, amount))
            figures[account] = {"minimum_price": lines, "revenue_below_floor": revenue}
        return figures

    def records(self, code: str) -> Records:
        query = self._search_lines(self.request.period, self._floors())
        below = []
        if query:
            query.add_where(self._is_below)
            below = [line for (line,) in self.env.execute_query(query.select())]
        return [("key.account.sales.report", [("id", "in", below)])]

    # === READING ===#

    @property
    def _periods(self) -> tuple[Period, Period]:
        return self.request.period, self.request.previous

    def _bought(self) -> defaultdict[int, defaultdict[Sold, Bought]]:
        """:return: ``{account id: {(product id, company id): Bought}}``, money in the active company's currency"""
        rows = self._read_bought(
            "customer_id, product_id, company_id",
            "SUM(quantity)::float",
            "SUM(price_subtotal)::float",
            "MIN(price_subtotal / quantity)::float",
            "((ARRAY_AGG(price_subtotal / quantity ORDER BY invoice_date DESC, id DESC))[1])::float",
            "MAX(invoice_date)",
            "(ARRAY_AGG(id ORDER BY invoice_date DESC, id DESC))[1]",
        )
        bought: defaultdict[int, defaultdict[Sold, Bought]] = defaultdict(lambda: defaultdict(Bought))
        for customer, product, company, quantity, revenue, lowest, last, last_date, last_id in rows:
            for account in self.request.accounts_of[customer]:
                bought[account][product, company].add(quantity, revenue, lowest, last, (last_date, last_id))
        return bought

    def _floors(self) -> dict[Sold, float]:
        """Today's floor price of everything that was bought, for one unit, in the active company's currency.

        :return: ``{(product id, company id): price}``; a cost of zero means that none was entered: no floor
        """
        period, previous = self._periods
        start = min(previous.date_from, self._bought_from)
        bought = self.lines._read_group(
            self._priced_lines_domain(start, period.date_to), ["company_id"], ["product_id:recordset"]
        )
        floors = {}
        for company, products in bought:
            rate = self.env["res.currency"]._get_conversion_rate(
                company.currency_id, self.currency, self.env.company, fields.Date.context_today(self.lines)
            )
            for product in products.with_context(allowed_company_ids=company.ids):
                margin = (
                    product.categ_id.key_account_effective_minimum_margin
                    if product.categ_id
                    else company.key_account_minimum_margin
                )
                if product.standard_price:
                    floors[product.id, company.id] = product.standard_price * rate / (1 - margin)
        return floors

    def _search_lines(self, period: Period, floors: dict[Sold, float]) -> Query | None:
        """:return: query of the lines in the period whose product has a floor price, or None"""
        if not floors or not self.request.customer_ids:
            return None
        query = self.lines._search(self._priced_lines_domain(period.date_from, period.date_to))
        query.add_join(
            "JOIN",
            "floor",
            SQL(
                "(SELECT UNNEST(%s) AS product_id, UNNEST(%s) AS company_id, UNNEST(%s) AS price)",
                [product for product, _company in floors],
                [company for _product, company in floors],
                list(floors.values()),
            ),
            SQL(
                "floor.product_id = %(line)s.product_id AND floor.company_id = %(line)s.company_id",
                line=SQL.identifier(query.table),
            ),
        )
        return query

    @property
    def _is_below(self) -> SQL:
        """Compares amounts as they are invoiced: a price may be rounded, as long as the amount is right."""
        return SQL(
            "ROUND(price_subtotal::numeric, %(digits)s) < ROUND((floor.price * quantity)::numeric, %(digits)s)",
            digits=self.currency.decimal_places,
        )

    def _checked(self, period: Period, floors: dict[Sold, float]) -> defaultdict[int, defaultdict[Sold, Checked]]:
        """:return: ``{account id: {(product id, company id): Checked}}``"""
        checked: defaultdict[int, defaultdict[Sold, Checked]] = defaultdict(lambda: defaultdict(Checked))
        query = self._search_lines(period, floors)
        if not query:
            return checked
        key = SQL("customer_id, floor.product_id, floor.company_id")
        query.groupby = key
        rows = self.env.execute_query(
            query.select(
                key,
                SQL("COUNT(*)"),
                SQL("COUNT(*) FILTER (WHERE %s)", self._is_below),
                SQL("COALESCE(SUM(price_subtotal) FILTER (WHERE %s), 0)::float", self._is_below),
            )
        )
        for customer, product, company, lines, below, revenue_below in rows:
            for account in self.request.accounts_of[customer]:
                total = checked[account][product, company]
                total.lines += lines
                total.below += below
                total.revenue_below += revenue_below
        return checked

    # === FIGURES ===#

    def _note(self, total: Checked, bought: Mapping[Sold, Bought], floors: Mapping[Sold, float]) -> str:
        if not total.lines:
            return self.env._("No invoices of products with a known cost in this period.")
        unknown = {product for product, company in bought if (product, company) not in floors}
        if unknown:
            return self.env._(
                "Products without a known cost and therefore without a floor price: %(count)d.", count=len(unknown)
            )
        return ""

    def _table(
        self,
        bought: Mapping[Sold, Bought],
        floors: Mapping[Sold, float],
        checked: Mapping[Sold, Checked],
        names: Mapping[int, str],
    ) -> Table | None:
        """A row for each product, with several companies for each product and company; None without any."""
        if not bought:
            return None
        money = [
            self.env._("Floor Price"),
            self.env._("Lowest Price"),
            self.env._("Average Price"),
            self.env._("Last Price"),
        ]
        companies = {company.id: company.name for company in self.env.companies}
        several = len(companies) > 1
        table = Table(
            [
                Column(self.env._("Product")),
                *([Column(self.env._("Company"))] if several else []),
                *(Column(label, "money", self.currency.name) for label in money),
                Column(self.env._("Lines below the Floor Price"), "count"),
            ]
        )
        for key, product in bought.items():
            floor = floors.get(key)
            prices = [self._price(price) for price in (floor, product.lowest, product.mean, product.last)]
            below = checked[key].below if floor is not None else None
            table.rows.append([names[key[0]], *([companies[key[1]]] if several else []), *prices, below])
        table.rows.sort(key=lambda row: (-(row[-1] or 0), *row[: 1 + several]))
        return table


def _total(checked: Mapping[Sold, Checked]) -> Checked:
    return Checked(
        sum(product.lines for product in checked.values()),
        sum(product.below for product in checked.values()),
        sum(product.revenue_below for product in checked.values()),
    )
