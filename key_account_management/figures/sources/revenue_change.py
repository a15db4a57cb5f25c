from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from ..figure import AccountFigures, Column, Figure, Figures, Row, Table
from ..period import DayParts, Period
from ..price_volume import PARTS, Parts, Product, Sold, added, can_split_quantity, round_parts, round_rows, split
from ..request import Request
from ..rounding import currency_rounder
from ..source import Records, Source, united
from .sales_groups import SalesGroups

GROUP_BY = ("customer_id", "product_id", "company_id", "currency_id", "move_type", "credit_kind", "adjustment")
AMOUNTS = ("quantity", "price_subtotal", "price_subtotal_currency")
# In the order of the fields of `Line`
SUMS = (
    SQL("quantity"),
    SQL("price_subtotal"),
    SQL("price_effective"),
    SQL("price_subtotal_currency"),
    SQL("price_subtotal_currency * price_effective / NULLIF(price_subtotal, 0)"),
)

# Reasons that customers see as one
OTHER_REASONS = ("adjustments", "currency")

# The key and the label of a row, see `Row`
RowName = tuple[int | str | None, str]
# The id of a product (None for lines without one), or the kind of an adjustment
Key: TypeAlias = int | str | None
Products = dict[Key, Product]


class Line(NamedTuple):
    """Sales lines that have the first ones (ids) in common, and their sums. ``effective``: goods after discounts.

    Rate and discount may differ from document to document, so ``effective_document`` does not follow from the others.
    """

    customer: int
    product: int | None
    company: int
    currency: int
    move_type: str
    credit_kind: str | None
    adjustment: str | None
    quantity: float
    amount: float
    effective: float
    document: float
    effective_document: float
    is_foreign: bool

    @property
    def is_credit(self) -> bool:
        """Corrections are none: they take back what should not have been invoiced."""
        return self.move_type == "out_refund" and self.credit_kind != "correction"

    def in_document_currency(self) -> "Line":
        """The same with the amounts of the documents, as if they were those of the company."""
        return self._replace(amount=self.document, effective=self.effective_document, is_foreign=False)


@dataclass
class Rate:
    """How much money of a foreign currency was booked as how much."""

    amount: float = 0.0
    document: float = 0.0

    def add(self, line: Line) -> None:
        self.amount += line.amount
        self.document += line.document

    @property
    def value(self) -> float | None:
        return self.amount / self.document if self.amount and self.document else None


@dataclass
class Basket:
    """What a customer or an account bought in both periods."""

    now: list[Line] = field(default_factory=list)
    before: list[Line] = field(default_factory=list)
    # Ids of products that were bought at any time before the period, as far as that is looked at
    known: set[int | None] = field(default_factory=set)
    products: Products = field(default_factory=dict)

    def add(self, other: "Basket") -> None:
        self.now += other.now
        self.before += other.before

    def in_document_currency(self) -> "Basket":
        now, before = ([line.in_document_currency() for line in lines] for lines in (self.now, self.before))
        return Basket(now, before, self.known)

    def is_in_document_currency(self) -> bool:
        """Whether the amounts are those of the documents."""
        lines = (*self.now, *self.before)
        # as floats: the same sums of the same digits
        return all(line.amount == line.document and line.effective == line.effective_document for line in lines)

    def currencies(self) -> set[int]:
        return {line.currency for line in (*self.now, *self.before)}


class RevenueChangeFigures(Source):
    """Why revenue changed from the previous period: see `price_volume.split`.

    Goods count at effective prices, so that discounts on a whole document are prices. What is left of adjustments, and
    what was credited, are parts of their own; corrections count as less goods.
    """

    codes = ("revenue_change",)

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        # Of products: the same for all accounts
        self._row_names: dict[Key, RowName] = {}
        self._category_names: dict[Key, RowName] = {}
        self._units: dict[Key, tuple[int, float] | None] = {}

    def compute(self) -> Figures:
        if self.request.only_values:
            return self._changes()
        of_customers = self._baskets()
        self.customers_of: dict[int, list[int]] = defaultdict(list)
        for customer, accounts in self.request.accounts_of.items():
            for account in accounts:
                self.customers_of[account].append(customer)
        of_accounts: dict[int, dict[int, Basket]] = defaultdict(dict)
        for customer, basket in of_customers.items():
            for account in self.request.accounts_of[customer]:
                of_accounts[account][customer] = basket
        totals = {account: self._together(account, by_customer) for account, by_customer in of_accounts.items()}
        self._prepare([*of_customers.values(), *totals.values()])
        self._set_known(of_customers, totals)
        return {
            account: self._figures(totals.get(account, Basket()), of_accounts[account])
            for account in self.request.account_ids
        }

    def records(self, code: str) -> Records:
        groups = SalesGroups(self.request)
        return united(
            [
                ("key.account.sales.report", groups.lines_domain(period))
                for period in (self.request.period, self.request.previous)
            ]
        )

    # === READING ===#

    def _baskets(self) -> dict[int, Basket]:
        """:return: ``{customer id: Basket}``"""
        baskets: dict[int, Basket] = defaultdict(Basket)
        for line in self._of_period("change_lines", self.request.period, self._read):
            baskets[line.customer].now.append(line)
        for line in self._of_period("change_lines", self.request.previous, self._read):
            baskets[line.customer].before.append(line)
        return baskets

    def _read(self, periods: Sequence[Period]) -> dict[Period, list[Line]]:
        parts = DayParts(periods)
        currencies = {company.id: company.currency_id.id for company in self.env.companies}
        by_part = defaultdict(list)
        for part, *group in self.env.execute_query(self._lines_query(parts)):
            by_part[part].append(_line(group, currencies))
        return parts.sorted(by_part)

    def _lines_query(self, parts: DayParts) -> SQL:
        domain = SalesGroups(self.request).lines_domain(*parts.joined)
        columns = ("id", "move_id", "invoice_date", *GROUP_BY, *AMOUNTS)
        report = self.env["key.account.sales.report"]._reading(*columns)
        lines = report._search(domain)
        fields = (
            SQL("%s AS %s", report._field_to_sql(lines.table, name, lines), SQL.identifier(name)) for name in columns
        )
        # All lines of the documents are among them
        effective = report._spread_discounts(lines.select(*fields))
        by = SQL(", ").join([parts.to_sql(SQL("invoice_date")), *map(SQL.identifier, GROUP_BY)])
        order = SQL(", ").join(SQL(str(number)) for number in range(1, len(GROUP_BY) + 2))
        sums = SQL(", ").join(SQL("SUM(%s)", amount) for amount in SUMS)
        return SQL("SELECT %s, %s FROM (%s) AS line GROUP BY %s ORDER BY %s", by, sums, effective, order, order)

    def _together(self, account: int, by_customer: Mapping[int, Basket]) -> Basket:
        """What the customers of an account bought; of an account with a single one it is the same basket."""
        if len(self.customers_of[account]) == 1:
            (basket,) = by_customer.values()
            return basket
        total = Basket()
        for basket in by_customer.values():
            total.add(basket)
        return total

    def _prepare(self, baskets: Iterable[Basket]) -> None:
        """Adds up the products, and reads what is the same for all accounts."""
        for basket in baskets:
            basket.products = basket.products or self._products(basket)
        ids = dict.fromkeys(key for basket in baskets for key in basket.products if isinstance(key, int))
        # Customers read the labels, too, and our internal references mean nothing to them
        for product in self.env["product.product"].with_context(display_default_code=False).browse(ids):
            self._row_names[product.id] = (product.id, product.display_name)
            # Not over the product, for which Odoo copies it first
            category = product.product_tmpl_id.categ_id
            name = (category.id, category.display_name) if category else self._row_names[product.id]
            self._category_names[product.id] = name
            self._units[product.id] = _unit(product.uom_id)
        self._row_names[None] = (None, self.env._("Without product"))
        labels = self.env["key.account.sales.report"]._fields["adjustment"]._description_selection(self.env)
        self._row_names.update((kind, (kind, label)) for kind, label in labels)
        for basket in baskets:
            self._set_units(basket.products)

    def _set_units(self, products: Products) -> None:
        for key, product in products.items():
            # Without a product there is no unit, and no quantity that could be compared
            product.unit = self._units.get(key)

    def _set_known(self, of_customers: Mapping[int, Basket], totals: Mapping[int, Basket]) -> None:
        """Whether what was not bought in the previous period was bought before it: of all else that does not matter."""
        new: dict[int, set[int | None]] = defaultdict(set)
        for customer, basket in of_customers.items():
            new[customer] |= _new_products(basket)
        for account, total in totals.items():
            for customer in self.customers_of[account]:
                new[customer] |= _new_products(total)
        bought: dict[int, set[int | None]] = defaultdict(set)
        for customer, product in self._bought_before(new):
            bought[customer].add(product)
        for customer, basket in of_customers.items():
            basket.known = bought[customer]
        for account, total in totals.items():
            total.known = set().union(*(bought[customer] for customer in self.customers_of[account]))
        for basket in (*of_customers.values(), *totals.values()):
            _set_known(basket)

    def _bought_before(self, new: Mapping[int, set[int | None]]) -> Iterator[tuple[int, int | None]]:
        """
        :param new: ``{customer id: ids of products}``
        :return: pairs of a customer and a product of these, which was bought at any time before the period
        """
        customers = [customer for customer, products in new.items() if products]
        products = [product or False for product in set().union(*new.values())]
        if not products:
            return
        domain = (
            Domain("customer_id", "in", customers)
            & Domain("invoice_date", "<", self.request.period.date_from)
            & Domain("product_id", "in", products)
        )
        bought: dict[tuple[int, int | None], Sold] = defaultdict(Sold)
        # PostgreSQL reads more than it needs if it has to choose by these: it cannot know how many lines are left
        for customer, product, adjustment, move_type, kind, quantity, amount in self.env[
            "key.account.sales.report"
        ]._read_ids_grouped(
            domain,
            ["customer_id", "product_id", "adjustment", "move_type", "credit_kind"],
            ["quantity:sum", "price_subtotal:sum"],
        ):
            if not adjustment and (move_type != "out_refund" or kind == "correction"):
                sold = bought[customer, product]
                sold.quantity += quantity or 0.0
                sold.amount += amount or 0.0
        yield from (key for key, sold in bought.items() if sold)

    # === FIGURES ===#

    def _changes(self) -> Figures:
        """What all parts are together, without them."""
        revenues: list[dict[int, list[float]]] = [defaultdict(list), defaultdict(list)]
        for revenue, groups in zip(revenues, self.request.figures(SalesGroups), strict=True):
            for group in groups[None]:
                for account in self.request.accounts_of[group.customer.id]:
                    revenue[account].append(group.revenue)
        figures = {}
        for account in self.request.account_ids:
            figure = Figure(unit=self.currency.name)
            if any(account in revenue for revenue in revenues):
                now, before = (self.round_money(sum(revenue[account])) for revenue in revenues)
                figure.value = self.round_money(now - before)
            figures[account] = {"revenue_change": figure}
        return figures

    def _figures(self, basket: Basket, by_customer: dict[int, Basket]) -> AccountFigures:
        if not basket.now and not basket.before:
            return {"revenue_change": Figure(unit=self.currency.name, note=self.env._("No invoices in either period."))}
        figure = self._figure(basket, by_customer, self.currency)
        currencies = basket.currencies()
        if len(currencies) == 1:
            currency = self.env["res.currency"].browse(currencies)
            if currency == self.currency and basket.is_in_document_currency():
                breakdowns = {name: [replace(row) for row in rows] for name, rows in figure.breakdowns.items()}
                figure.document = replace(figure, breakdowns=breakdowns)
            else:
                figure.document = self._figure(
                    self._in_document_currency(basket),
                    {
                        customer: self._in_document_currency(of_customer)
                        for customer, of_customer in by_customer.items()
                    },
                    currency,
                )
        return {"revenue_change": figure}

    def _in_document_currency(self, basket: Basket) -> Basket:
        converted = basket.in_document_currency()
        converted.products = self._products(converted)
        self._set_units(converted.products)
        _set_known(converted)
        return converted

    def _figure(self, basket: Basket, by_customer: Mapping[int, Basket], currency: BaseModel) -> Figure:
        total, by_product = self._split(basket, currency)
        breakdowns = {
            "category": self._by_category(by_product),
            "product": {self._row_names[key]: parts for key, parts in by_product.items()},
        }
        if len(by_customer) > 1:
            breakdowns["customer"] = {
                self._customer_name(customer): self._split(of_customer, currency)[0]
                for customer, of_customer in by_customer.items()
            }
        elif "customer" in self.request.breakdowns:
            breakdowns["customer"] = {self._customer_name(customer): total for customer in by_customer}
        rounded = currency_rounder(currency)
        figure = Figure(rounded(sum(total.values())), unit=currency.name)
        has_volume = can_split_quantity(basket.products.values())
        if not has_volume:
            figure.note = self.env._(
                "Volume and mix are one part, the quantity: the units of these products cannot be added up."
            )
        for name in [name for name in self.request.breakdowns if name in breakdowns]:
            figure.breakdowns[name] = [
                Row(key, label, rounded(sum(parts.values())), None, currency.name)
                for (key, label), parts in _largest_first(breakdowns[name])
            ]
        figure.table = self._table(total, breakdowns, currency, has_volume)
        return figure

    def _split(self, basket: Basket, currency: BaseModel) -> tuple[Parts, dict[Key, Parts]]:
        """:return: the parts of all, and those of each product: rounded, and together the parts of all"""
        exact = split(basket.products)
        now, before = (currency.round(sum(line.amount for line in lines)) for lines in (basket.now, basket.before))
        total = round_parts(added(exact.values()), now - before, currency.rounding)
        rows = round_rows(exact, total, currency.rounding)
        # Discounts that are all in the prices of goods leave nothing
        return total, {key: parts for key, parts in rows.items() if not isinstance(key, str) or any(parts.values())}

    # === PRODUCTS ===#

    def _products(self, basket: Basket) -> Products:
        """What was sold of each product, and the adjustments by kind.

        Discounts that are in the effective prices of goods are not in the rows of the adjustments any more.
        """
        products: Products = defaultdict(Product)
        for sign, lines in ((1, basket.now), (-1, basket.before)):
            for line in lines:
                _add_line(products, line, sign)
        self._add_former_rates(products, basket)
        return products

    def _add_former_rates(self, products: Products, basket: Basket) -> None:
        """What was sold in foreign currencies at the rates of the previous period.

        At the rate at which this product was booked then, else at that of the account's other documents, else at the
        one that Odoo has for the period's last day.
        """
        booked: dict[tuple[Any, ...], Rate] = defaultdict(Rate)
        for line in basket.before:
            if line.is_foreign:
                for key in ((line.product, line.currency, line.company), (line.currency, line.company)):
                    booked[key].add(line)
        for line in basket.now:
            if line.adjustment or line.is_credit:
                continue
            amount = line.effective
            if line.is_foreign:
                rate = (
                    booked[line.product, line.currency, line.company].value
                    or booked[line.currency, line.company].value
                    or self._former_rate(line)
                )
                amount = rate * line.effective_document
            products[line.product].at_former_rates += amount

    def _former_rate(self, line: Line) -> float:
        currency, company = self.env["res.currency"].browse(line.currency), self.env["res.company"].browse(line.company)
        to_company = currency._get_conversion_rate(
            currency, company.currency_id, company, self.request.previous.date_to
        )
        return to_company * self.rates[company]

    # === ROWS ===#

    def _by_category(self, by_product: Mapping[Key, Parts]) -> dict[RowName, Parts]:
        """The sums of the products of each category; adjustments are rows of their own."""
        rows: dict[RowName, list[Parts]] = defaultdict(list)
        for key, parts in by_product.items():
            rows[self._category_names.get(key) or self._row_names[key]].append(parts)
        return {name: added(of_category) for name, of_category in rows.items()}

    def _customer_name(self, customer: int) -> RowName:
        return customer, self.env["res.partner"].browse(customer).with_prefetch(self.request.customer_ids).display_name

    def _table(
        self, total: Parts, breakdowns: Mapping[str, dict[RowName, Parts]], currency: BaseModel, has_volume: bool
    ) -> Table:
        """The first row is the whole change; below it are the categories, products and customers, parts in columns."""
        columns = [Column(self.env._("By")), Column(self.env._("Name"))]
        columns += [
            Column(label, "money", currency.name, self.env._("Other reasons") if part in OTHER_REASONS else "")
            for part, label in self._part_labels().items()
        ]
        columns.append(Column(self.env._("Change"), "money", currency.name))
        titles = {"category": self.env._("Product Category"), "product": self.env._("Product")}
        if len(breakdowns.get("customer", ())) > 1:
            titles["customer"] = self.env._("Customer")
        rows = [(self.env._("In total"), "", total)]
        rows += [
            (title, label, parts)
            for name, title in titles.items()
            for (_key, label), parts in _largest_first(breakdowns[name])
        ]
        rounded = currency_rounder(currency)
        unknown = () if has_volume else ("volume", "mix")
        return Table(
            columns,
            [
                [
                    title,
                    label,
                    *(None if part in unknown else rounded(parts.get(part, 0.0)) for part in PARTS),
                    rounded(sum(parts.values())),
                ]
                for title, label, parts in rows
            ],
        )

    def _part_labels(self) -> dict[str, str]:
        return {
            "price": self.env._("Price"),
            "volume": self.env._("Volume"),
            "mix": self.env._("Mix"),
            "quantity": self.env._("Quantity"),
            "new": self.env._("New"),
            "resumed": self.env._("Resumed"),
            "lost": self.env._("Lost"),
            "credits": self.env._("Returns and credits"),
            "adjustments": self.env._("Discounts and charges"),
            "currency": self.env._("Currency"),
        }


def parts_by_category(figure: Figure) -> list[tuple[int | None, Parts]]:
    """
    :param figure: ``revenue_change``, computed with the breakdown ``category``
    :return: list of (category id or None, parts that are known), the largest change first
    """
    rows = figure.breakdowns.get("category", [])
    if not figure.table:
        return []
    # The first row of the table is the whole change, its first columns are names; see `_table`
    parts = [dict(zip(PARTS, row[2:-1], strict=True)) for row in figure.table.rows[1 : len(rows) + 1]]
    return [
        (row.key if isinstance(row.key, int) else None, {part: amount for part, amount in of_row.items() if amount})
        for row, of_row in zip(rows, parts, strict=True)
    ]


def _line(values: Sequence[Any], currencies: Mapping[int, int]) -> Line:
    """
    :param values: those of `GROUP_BY` and `SUMS`; adjustments have no effective amount
    :param currencies: ``{company id: currency id}``
    """
    size = len(GROUP_BY)
    company, currency = values[2:4]
    columns = [*values[:size], *(amount or 0.0 for amount in values[size:]), currency != currencies[company]]
    return Line(*columns)


def _add_line(products: Products, line: Line, sign: int) -> None:
    if line.adjustment:
        _add_rest(products, line.adjustment, line, sign * line.amount)
        return
    if line.is_credit:
        _add_rest(products, line.product, line, sign * line.effective)
    else:
        product = products[line.product]
        sold = product.now if sign > 0 else product.before
        sold.quantity += line.quantity
        sold.amount += line.effective
    # The discounts that became prices are taken from the discounts
    _add_rest(products, "discount", line, sign * (line.amount - line.effective))


def _add_rest(products: Products, key: Key, line: Line, amount: float) -> None:
    """Adds what is no price, if it is anything."""
    if not amount:
        return
    if line.is_credit:
        products[key].credits += amount
    else:
        products[key].adjustments += amount


def _new_products(basket: Basket) -> set[int | None]:
    """:return: ids of the products that were not bought in the previous period, None for lines without one"""
    return {key for key, of in basket.products.items() if not isinstance(key, str) and of.now and not of.before}


def _set_known(basket: Basket) -> None:
    for key, product in basket.products.items():
        product.was_known = key in basket.known


def _unit(unit: BaseModel) -> tuple[int, float]:
    """The reference unit (id) of a unit, and how many of it one is."""
    return int(unit.parent_path.split("/")[0]), unit.factor


def _largest_first(rows: Mapping[RowName, Parts]) -> list[tuple[RowName, Parts]]:
    """The rows by the size of their change, whether up or down."""
    return sorted(rows.items(), key=lambda row: (-abs(round(sum(row[1].values()), 6)), row[0][1]))
