from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from odoo.api import DomainType
from odoo.tools import SQL

from ..figure import Column, Figure, Figures, Table, rounded
from ..period import DayParts, Period
from ..request import Request
from ..rounding import digits_rounder
from ..source import Records, Source, days_domain

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


class PricedLine(NamedTuple):
    """A line with a price. ``effective``: after the discounts on its document; ``amount``: before them."""

    id: int
    customer: int
    product: int
    company: int
    day: date
    quantity: float
    amount: float
    effective: float


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
        self.round_price = digits_rounder(self.price_digits)

    def _lately(self, period: Period) -> Period:
        """The months up to the end of a period."""
        return Period.years_up_to(period.date_to, YEARS)

    def _documents_domain(self, *periods: Period) -> DomainType:
        """All lines of the documents that may have a price."""
        return [
            ("customer_id", "in", self.request.customer_ids),
            ("move_type", "!=", "out_refund"),
            *days_domain("invoice_date", periods),
        ]

    def _priced_lines(self) -> list[PricedLine]:
        """The lines of all periods of the request, and unless only values are looked at those bought lately."""
        periods = list(self.request.periods)
        if not self.request.only_values:
            periods.append(self._lately(self.request.to_date))
        days = DayParts(periods).joined
        key = ("priced_lines", *days, *self.request.account_ids)
        return self.request.readings.once(key, lambda: self._read_priced_lines(days))

    def _read_priced_lines(self, days: Sequence[Period]) -> list[PricedLine]:
        domain = self._documents_domain(*days)
        # A discount is on the whole document: this is read first, and then the goods on it are chosen
        documents = self.lines._reading(*COLUMNS, domain=domain)._search(domain)
        if documents.is_empty():
            return []
        columns = (SQL.identifier(documents.table, column) for column in COLUMNS)
        rows = self.env.execute_query(
            SQL(
                # Not "adjustment IS NULL": PostgreSQL expects hardly any such line, see `of_goods`
                """
                SELECT id, customer_id, product_id, company_id, invoice_date, quantity::float, price_subtotal::float,
                       price_effective::float
                  FROM (%s) AS line
                 WHERE adjustment IN ('discount', 'charge', 'down_payment') IS NOT TRUE
                   AND product_id IS NOT NULL
                   AND quantity > 0
              ORDER BY id
                """,
                self.lines._spread_discounts(documents.select(*columns)),
            )
        )
        return [PricedLine(*row) for row in rows]

    def _bought_lately(self) -> list[PricedLine]:
        lately = self._lately(self.request.to_date)
        return [line for line in self._priced_lines() if line.day in lately]

    def _price(self, price: float | None) -> float | None:
        return None if price is None else self.round_price(price)

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

    def add(self, line: PricedLine) -> None:
        price = line.effective / line.quantity
        self.quantity += line.quantity
        self.revenue += line.effective
        self.lowest = price if self.lowest is None else min(price, self.lowest)
        this_line = (line.day, line.id)
        if this_line > self.last_line:
            self.last, self.last_line = price, this_line


@dataclass
class Checked:
    """Lines that were compared with the floor price."""

    lines: int = 0
    below: int = 0
    revenue_below: float = 0.0

    def add(self, other: "Checked") -> None:
        self.lines += other.lines
        self.below += other.below
        self.revenue_below += other.revenue_below


class MinimumPriceFigures(PriceSource):
    """Floor prices, what was invoiced for these products, and the lines below the floor.

    Floor price = unit cost / (1 - minimum margin): the price with exactly the minimum margin.
    """

    codes = ("minimum_price", "revenue_below_floor")

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.round_amount = digits_rounder(self.currency.decimal_places)

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
        floors, period = self._floors(), self.request.period
        below = [line.id for line in self._priced_lines() if line.day in period and self._is_below(line, floors)]
        return [("key.account.sales.report", [("id", "in", below)])]

    # === READING ===#

    @property
    def _periods(self) -> tuple[Period, Period]:
        return self.request.period, self.request.previous

    def _bought(self) -> defaultdict[int, defaultdict[Sold, Bought]]:
        """:return: ``{account id: {(product id, company id): Bought}}``, money in the active company's currency"""
        bought: defaultdict[int, defaultdict[Sold, Bought]] = defaultdict(lambda: defaultdict(Bought))
        for line in self._bought_lately():
            for account in self.request.accounts_of[line.customer]:
                bought[account][line.product, line.company].add(line)
        return bought

    def _floors(self) -> dict[Sold, float]:
        """Today's floor price of everything that was bought, for one unit, in the active company's currency.

        :return: ``{(product id, company id): price}``; a cost of zero means that none was entered: no floor
        """
        sold: dict[int, set[int]] = defaultdict(set)
        for line in self._priced_lines():
            sold[line.company].add(line.product)
        key = ("floors", *((company, frozenset(products)) for company, products in sold.items()))
        return self.request.readings.once(key, lambda: self._read_floors(sold))

    def _read_floors(self, sold: Mapping[int, set[int]]) -> dict[Sold, float]:
        """:param sold: ``{company id: ids of products}``"""
        floors = {}
        for company in self.env.companies:
            rate = self.rates[company]
            products = self.env["product.product"].with_context(allowed_company_ids=company.ids)
            for product in products.browse(sold.get(company.id, ())):
                # Not over the product, for which Odoo copies it first
                category = product.product_tmpl_id.categ_id
                margin = (
                    category.key_account_effective_minimum_margin if category else company.key_account_minimum_margin
                )
                if product.standard_price:
                    floors[product.id, company.id] = product.standard_price * rate / (1 - margin)
        return floors

    def _is_below(self, line: PricedLine, floors: Mapping[Sold, float]) -> bool:
        """Compares amounts as they are invoiced: a price may be rounded, as long as the amount is right."""
        floor = floors.get((line.product, line.company))
        # as floats: rounded
        return floor is not None and self.round_amount(line.effective) < self.round_amount(floor * line.quantity)

    def _checked(self, period: Period, floors: dict[Sold, float]) -> defaultdict[int, defaultdict[Sold, Checked]]:
        """:return: ``{account id: {(product id, company id): Checked}}``"""
        checked: defaultdict[int, defaultdict[Sold, Checked]] = defaultdict(lambda: defaultdict(Checked))
        for (customer, *product), of_customer in self._of_period(
            "checked_prices", period, lambda periods: self._check(periods, floors)
        ):
            for account in self.request.accounts_of[customer]:
                checked[account][product[0], product[1]].add(of_customer)
        return checked

    def _check(
        self, periods: Sequence[Period], floors: dict[Sold, float]
    ) -> dict[Period, list[tuple[tuple[int, int, int], Checked]]]:
        """:return: ``{period: [((customer id, product id, company id), Checked)]}``"""
        parts = DayParts(periods)
        by_part: dict[int, dict[tuple[int, int, int], Checked]] = defaultdict(lambda: defaultdict(Checked))
        for line in self._priced_lines():
            if (line.product, line.company) not in floors:
                continue
            total = by_part[parts.number_of(line.day)][line.customer, line.product, line.company]
            total.lines += 1
            if self._is_below(line, floors):
                total.below += 1
                total.revenue_below += line.effective
        return parts.sorted({number: list(of_part.items()) for number, of_part in by_part.items()})

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
