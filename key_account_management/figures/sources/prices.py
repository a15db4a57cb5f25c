import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from odoo.api import DomainType
from odoo.models import BaseModel
from odoo.tools import SQL, float_round

from ..figure import Column, Figure, Figures, Table, rounded
from ..period import DayParts, Period
from ..request import Request
from ..source import Records, Source, days_domain
from .sales_groups import of_goods

# Products bought in this many months up to the end of the period, or to today, have a price to discuss.
YEARS = 2
MONTHS = 12 * YEARS

# What is read of the lines with a price
COLUMNS = (
    *("id", "move_id", "customer_id", "company_id", "product_id", "invoice_date"),
    *("quantity", "price_subtotal", "adjustment"),
)

# Ids of a product and of the company that sold it
Sold = tuple[int, int]


class BoughtLately(NamedTuple):
    """Lines of a product with the same quantity; ``lowest`` and ``last`` are prices of one unit."""

    customer: int
    product: int
    company: int
    quantity: float
    lines: int
    amount: float
    effective: float
    lowest: float
    last: float
    last_day: date
    last_line: int


class PriceSource(Source):
    """Reads the prices that were invoiced.

    They are on lines of invoices and receipts with a product and a quantity above zero: what is returned,
    on a credit note or as a negative quantity, is not a price that anyone agreed. Discounts and charges are no products
    with a price: discounts on the whole document lower the prices of its goods.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.lines = self.env["key.account.sales.report"]
        self.price_digits = self.env["decimal.precision"].precision_get("Product Price")

    def _lately(self, period: Period) -> Period:
        """The months up to the end of a period."""
        return Period.years_up_to(period.date_to, YEARS)

    def _priced_lines_domain(self, *periods: Period) -> DomainType:
        return [
            *self._documents_domain(*periods),
            ("product_id", "!=", False),
            ("quantity", ">", 0),
            *of_goods(self.env),
        ]

    def _documents_domain(self, *periods: Period) -> DomainType:
        """All lines of the documents that may have a price."""
        return [
            ("customer_id", "in", self.request.customer_ids),
            ("move_type", "!=", "out_refund"),
            *days_domain("invoice_date", periods),
        ]

    def _priced_lines(self, *periods: Period) -> SQL | None:
        """:return: query of these lines with their effective amounts, None if there are none"""
        # A discount is on the whole document: this is read first, and then the goods on it are chosen
        documents = self.lines._search(self._documents_domain(*periods))
        if documents.is_empty():
            return None
        return SQL(
            # Not "adjustment IS NULL": PostgreSQL expects hardly any such line, see `of_goods`
            """
            SELECT *
              FROM (%s) AS line
             WHERE adjustment IN ('discount', 'charge', 'down_payment') IS NOT TRUE
               AND product_id IS NOT NULL
               AND quantity > 0
            """,
            self.lines._spread_discounts(
                documents.select(*(SQL.identifier(documents.table, column) for column in COLUMNS))
            ),
        )

    def _bought_lately(self) -> list[BoughtLately]:
        key = ("bought_lately", self.request.to_date.date_to, *self.request.account_ids)
        return self.request.readings.once(key, self._read_bought)

    def _read_bought(self) -> list[BoughtLately]:
        lines = self._priced_lines(self._lately(self.request.to_date))
        if not lines:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT customer_id,
                       product_id,
                       company_id,
                       quantity::float,
                       COUNT(*),
                       SUM(price_subtotal)::float,
                       SUM(price_effective)::float,
                       MIN(price_effective / quantity)::float,
                       ((ARRAY_AGG(price_effective / quantity ORDER BY invoice_date DESC, id DESC))[1])::float,
                       MAX(invoice_date),
                       (ARRAY_AGG(id ORDER BY invoice_date DESC, id DESC))[1]
                  FROM (%s) AS priced
              GROUP BY customer_id, product_id, company_id, quantity
                """,
                lines,
            )
        )
        return [BoughtLately(*row) for row in rows]

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

    def add(self, lines: BoughtLately) -> None:
        self.quantity += lines.quantity * lines.lines
        self.revenue += lines.effective
        self.lowest = lines.lowest if self.lowest is None else min(lines.lowest, self.lowest)
        last_line = (lines.last_day, lines.last_line)
        if last_line > self.last_line:
            self.last, self.last_line = lines.last, last_line


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

    def compute(self) -> Figures:
        # What was bought lately is in the table
        bought = self._bought() if not self.request.only_values else defaultdict(lambda: defaultdict(Bought))
        floors = self._floors()
        now, before = (self._checked(period, floors) for period in self._periods)
        names = self._product_names(list({product for products in bought.values() for product, _company in products}))
        figures = {}
        for account in self.request.account_ids:
            totals = [_total(checked[account]) for checked in (now, before)]
            note = self._note(totals[0], bought[account], floors)
            # With a value, the note says for what there is none
            warns = bool(note and totals[0].lines)
            lines, revenue = (
                Figure(*(getattr(total, name) if total.lines else None for total in totals), note=note, warns=warns)
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
        lines = self._lines_with_floor([self.request.period], self._floors())
        below = []
        if lines:
            rows = self.env.execute_query(SQL("SELECT id FROM (%s) AS line WHERE is_below", lines))
            below = [line for (line,) in rows]
        return [("key.account.sales.report", [("id", "in", below)])]

    # === READING ===#

    @property
    def _periods(self) -> tuple[Period, Period]:
        return self.request.period, self.request.previous

    def _bought(self) -> defaultdict[int, defaultdict[Sold, Bought]]:
        """:return: ``{account id: {(product id, company id): Bought}}``, money in the active company's currency"""
        bought: defaultdict[int, defaultdict[Sold, Bought]] = defaultdict(lambda: defaultdict(Bought))
        for lines in self._bought_lately():
            for account in self.request.accounts_of[lines.customer]:
                bought[account][lines.product, lines.company].add(lines)
        return bought

    def _floors(self) -> dict[Sold, float]:
        """Today's floor price of everything that was bought, for one unit, in the active company's currency.

        :return: ``{(product id, company id): price}``; a cost of zero means that none was entered: no floor
        """
        key = ("floors", frozenset(self.request.periods), *self.request.account_ids)
        return self.request.readings.once(key, self._read_floors)

    def _read_floors(self) -> dict[Sold, float]:
        floors = {}
        for company, products in self._read_sold():
            rate = self.rates[company]
            for product in products.with_context(allowed_company_ids=company.ids):
                margin = (
                    product.categ_id.key_account_effective_minimum_margin
                    if product.categ_id
                    else company.key_account_minimum_margin
                )
                if product.standard_price:
                    floors[product.id, company.id] = product.standard_price * rate / (1 - margin)
        return floors

    def _read_sold(self) -> list[tuple[BaseModel, BaseModel]]:
        """:return: ``[(company, products)]`` of all lines with a price in the periods and lately"""
        lately = self._lately(self.request.to_date)
        if not self.request.only_values and all(period.within(lately) == period for period in self.request.periods):
            products: defaultdict[int, set[int]] = defaultdict(set)
            for lines in self._bought_lately():
                products[lines.company].add(lines.product)
            return [
                (company, self.env["product.product"].browse(products[company.id])) for company in self.env.companies
            ]
        days = DayParts([*self.request.periods, *map(self._lately, (self.request.to_date, *self.request.periods))])
        return self.lines._read_group(self._priced_lines_domain(*days.joined), ["company_id"], ["product_id:recordset"])

    def _lines_with_floor(self, periods: Sequence[Period], floors: dict[Sold, float]) -> SQL | None:
        """:return: query of the lines in the periods whose product has a floor price, with ``is_below``, or None"""
        lines = self._priced_lines(*periods) if floors else None
        if not lines:
            return None
        # Compares amounts as they are invoiced: a price may be rounded, as long as the amount is right
        return SQL(
            """
            SELECT line.*,
                   ROUND(line.price_effective::numeric, %(digits)s)
                       < ROUND((floor.price * line.quantity)::numeric, %(digits)s) AS is_below
              FROM (%(lines)s) AS line
                   -- looked up: to join them, PostgreSQL would go through all floors for each line
        CROSS JOIN LATERAL (
                       SELECT (%(floors)s::jsonb ->> CONCAT(line.product_id, '/', line.company_id))::float AS price
                   ) AS floor
             WHERE floor.price IS NOT NULL
            """,
            digits=self.currency.decimal_places,
            lines=lines,
            floors=json.dumps({f"{product}/{company}": price for (product, company), price in floors.items()}),
        )

    def _checked(self, period: Period, floors: dict[Sold, float]) -> defaultdict[int, defaultdict[Sold, Checked]]:
        """:return: ``{account id: {(product id, company id): Checked}}``"""
        checked: defaultdict[int, defaultdict[Sold, Checked]] = defaultdict(lambda: defaultdict(Checked))
        rows = self._of_period("checked_prices", period, lambda periods: self._read_checked(periods, floors))
        for customer, product, company, lines_checked, below, revenue_below in rows:
            for account in self.request.accounts_of[customer]:
                total = checked[account][product, company]
                total.lines += lines_checked
                total.below += below
                total.revenue_below += revenue_below
        return checked

    def _read_checked(
        self, periods: Sequence[Period], floors: dict[Sold, float]
    ) -> dict[Period, list[tuple[int, int, int, int, int, float]]]:
        """:return: ``{period: [(customer id, product id, company id, lines, lines below, their revenue)]}``"""
        parts = DayParts(periods)
        by_part = defaultdict(list)
        lines = self._lines_with_floor(parts.joined, floors)
        if lines:
            query = SQL(
                """
                SELECT %s, customer_id, product_id, company_id, COUNT(*), COUNT(*) FILTER (WHERE is_below),
                       COALESCE(SUM(price_effective) FILTER (WHERE is_below), 0)::float
                  FROM (%s) AS line
              GROUP BY 1, 2, 3, 4
                """,
                parts.to_sql(SQL("invoice_date")),
                lines,
            )
            for part, *row in self.env.execute_query(query):
                by_part[part].append(tuple(row))
        return parts.sorted(by_part)

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
        prices = [
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
                *(Column(label, "price", self.currency.name) for label in prices),
                Column(self.env._("Lines below the Floor Price"), "count"),
            ]
        )
        for key, product in bought.items():
            floor = floors.get(key)
            amounts = [self._price(price) for price in (floor, product.lowest, product.mean, product.last)]
            below = checked[key].below if floor is not None else None
            table.rows.append([names[key[0]], *([companies[key[1]]] if several else []), *amounts, below])
        table.rows.sort(key=lambda row: (-(row[-1] or 0), *row[: 1 + several]))
        return table


def _total(checked: Mapping[Sold, Checked]) -> Checked:
    return Checked(
        sum(product.lines for product in checked.values()),
        sum(product.below for product in checked.values()),
        sum(product.revenue_below for product in checked.values()),
    )
