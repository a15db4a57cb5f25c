from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from odoo.fields import Domain
from odoo.models import BaseModel

from ..figure import AccountFigures, Column, Figure, Figures, Row, Table
from ..period import DAY_PARTS, DayParts, Period
from ..price_volume import PARTS, Parts, Product, Sold, added, can_split_quantity, round_parts, round_rows, split
from ..request import Request
from ..source import Records, Source, united
from .sales_groups import PART, SalesGroups

GROUP_BY = ("customer_id", "product_id", "company_id", "currency_id", "move_type", "credit_kind", "adjustment")
AGGREGATES = ("quantity:sum", "price_subtotal:sum", "price_effective:sum", "price_subtotal_currency:sum")

# Reasons that customers see as one
OTHER_REASONS = ("adjustments", "currency")

# The key and the label of a row, see `Row`
RowName = tuple[int | str | None, str]
# A product (an empty record for lines without one), or the kind of an adjustment
Key: TypeAlias = BaseModel | str


class Line(NamedTuple):
    """Sales lines that have the first ones in common, and their sums. ``effective``: goods after discounts.

    Rate and discount may differ from document to document, so ``effective_document`` does not follow from the others.
    """

    customer: BaseModel
    product: BaseModel
    company: BaseModel
    currency: BaseModel
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
    def is_discounted_abroad(self) -> bool:
        """Whether discounts on documents in a foreign currency are in the prices."""
        # as floats: what is discounted by less than that is read in vain, and is right all the same
        return self.is_foreign and not self.adjustment and self.effective != self.amount

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
    # Products that were bought at any time before the period
    known: set[BaseModel] = field(default_factory=set)

    def add(self, other: "Basket") -> None:
        self.now += other.now
        self.before += other.before
        self.known |= other.known

    def in_document_currency(self) -> "Basket":
        now, before = ([line.in_document_currency() for line in lines] for lines in (self.now, self.before))
        return Basket(now, before, self.known)

    def currencies(self) -> set[BaseModel]:
        return {line.currency for line in (*self.now, *self.before)}


class RevenueChangeFigures(Source):
    """Why revenue changed from the previous period: see `price_volume.split`.

    Goods count at effective prices, so that discounts on a whole document are prices. What is left of adjustments, and
    what was credited, are parts of their own; corrections count as less goods.
    """

    codes = ("revenue_change",)

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._row_names: dict[Key, RowName] = {}

    def compute(self) -> Figures:
        if self.request.only_values:
            return self._changes()
        baskets = self._baskets()
        of_accounts: dict[int, dict[BaseModel, Basket]] = defaultdict(dict)
        for customer, basket in baskets.items():
            for account in self.request.accounts_of[customer.id]:
                of_accounts[account][customer] = basket
        return {account: self._figures(of_accounts[account]) for account in self.request.account_ids}

    def records(self, code: str) -> Records:
        groups = SalesGroups(self.request)
        return united(
            [
                ("key.account.sales.report", groups.lines_domain(period))
                for period in (self.request.period, self.request.previous)
            ]
        )

    # === READING ===#

    def _baskets(self) -> dict[BaseModel, Basket]:
        """:return: ``{customer: Basket}``"""
        baskets: dict[BaseModel, Basket] = defaultdict(Basket)
        for line in self._of_period("change_lines", self.request.period, self._read):
            baskets[line.customer].now.append(line)
        for line in self._of_period("change_lines", self.request.previous, self._read):
            baskets[line.customer].before.append(line)
        products = {line.product for basket in baskets.values() for line in basket.now if not line.adjustment}
        for customer, product in self._bought_before(products):
            baskets[customer].known.add(product)
        return baskets

    def _read(self, periods: Sequence[Period]) -> dict[Period, list[Line]]:
        parts = DayParts(periods)
        report = self.env["key.account.sales.report"].with_context(**{DAY_PARTS: parts})
        domain, by = SalesGroups(self.request).lines_domain(*parts.joined), [PART, *GROUP_BY]
        groups = [(part, self._line(*group)) for part, *group in report._read_group(domain, by, AGGREGATES)]
        effective = {}
        # Few have such discounts, and to look them up twice would take time for everybody
        if any(line.is_discounted_abroad for _part, line in groups):
            amounts = report._read_group(domain, by, ["price_effective_currency:sum"])
            effective = {tuple(key): amount or 0.0 for *key, amount in amounts}
        by_part = defaultdict(list)
        for part, line in groups:
            if line.is_discounted_abroad:
                key = (part, *line[: len(GROUP_BY)])
                line = line._replace(effective_document=effective[key])
            by_part[part].append(line)
        return parts.sorted(by_part)

    def _line(self, *values: Any) -> Line:
        """:param values: those of `GROUP_BY` and `AGGREGATES`; adjustments have no effective amount"""
        size = len(GROUP_BY)
        _customer, _product, company, currency = values[:4]
        is_foreign = currency != company.currency_id
        quantity, amount, effective, document = (of_lines or 0.0 for of_lines in values[size:])
        in_document = document if is_foreign else effective / self.rates[company]
        columns = [*values[:size], quantity, amount, effective, document, in_document, is_foreign]
        return Line(*columns)

    def _bought_before(self, products: Iterable[BaseModel]) -> Iterator[tuple[BaseModel, BaseModel]]:
        """:return: pairs of a customer and a product of these, which was bought at any time before the period"""
        ids = [product.id for product in products]
        if not ids:
            return
        domain = (
            Domain("customer_id", "in", self.request.customer_ids)
            & Domain("invoice_date", "<", self.request.period.date_from)
            & Domain("product_id", "in", ids)
        )
        bought: dict[tuple[BaseModel, BaseModel], Sold] = defaultdict(Sold)
        # PostgreSQL reads more than it needs if it has to choose by these: it cannot know how many lines are left
        for customer, product, adjustment, move_type, kind, quantity, amount in self.env[
            "key.account.sales.report"
        ]._read_group(
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
                now, before = (self.currency.round(sum(revenue[account])) for revenue in revenues)
                figure.value = self.currency.round(now - before)
            figures[account] = {"revenue_change": figure}
        return figures

    def _figures(self, by_customer: dict[BaseModel, Basket]) -> AccountFigures:
        basket = Basket()
        for of_customer in by_customer.values():
            basket.add(of_customer)
        if not basket.now and not basket.before:
            return {"revenue_change": Figure(unit=self.currency.name, note=self.env._("No invoices in either period."))}
        figure = self._figure(basket, by_customer, self.currency)
        currencies = basket.currencies()
        if len(currencies) == 1:
            figure.document = self._figure(
                basket.in_document_currency(),
                {customer: of_customer.in_document_currency() for customer, of_customer in by_customer.items()},
                currencies.pop(),
            )
        return {"revenue_change": figure}

    def _figure(self, basket: Basket, by_customer: Mapping[BaseModel, Basket], currency: BaseModel) -> Figure:
        products = self._products(basket)
        total, by_product = self._split(products, basket, currency)
        breakdowns = {
            "category": self._by_category(by_product),
            "product": {self._row_name(key): parts for key, parts in by_product.items()},
            "customer": {
                (customer.id, customer.display_name): self._split(self._products(of_customer), of_customer, currency)[0]
                for customer, of_customer in by_customer.items()
            },
        }
        figure = Figure(_sum(total, currency), unit=currency.name)
        has_volume = can_split_quantity(products.values())
        if not has_volume:
            figure.note = self.env._(
                "Volume and mix are one part, the quantity: the units of these products cannot be added up."
            )
        for name in breakdowns.keys() & set(self.request.breakdowns):
            figure.breakdowns[name] = [
                Row(key, label, _sum(parts, currency), None, currency.name)
                for (key, label), parts in _largest_first(breakdowns[name])
            ]
        figure.table = self._table(total, breakdowns, currency, has_volume)
        return figure

    def _split(
        self, products: Mapping[Key, Product], basket: Basket, currency: BaseModel
    ) -> tuple[Parts, dict[Key, Parts]]:
        """:return: the parts of all, and those of each product: rounded, and together the parts of all"""
        exact = split(products)
        now, before = (currency.round(sum(line.amount for line in lines)) for lines in (basket.now, basket.before))
        total = round_parts(added(exact.values()), now - before, currency.rounding)
        rows = round_rows(exact, total, currency.rounding)
        # Discounts that are all in the prices of goods leave nothing
        return total, {key: parts for key, parts in rows.items() if isinstance(key, BaseModel) or any(parts.values())}

    # === PRODUCTS ===#

    def _products(self, basket: Basket) -> dict[Key, Product]:
        """What was sold of each product, and the adjustments by kind.

        Discounts that are in the effective prices of goods are not in the rows of the adjustments any more.
        """
        products: dict[Key, Product] = defaultdict(Product)
        for sign, lines in ((1, basket.now), (-1, basket.before)):
            for line in lines:
                self._add_line(products, line, sign)
        self._add_former_rates(products, basket)
        for key in list(products):
            if isinstance(key, BaseModel):
                products[key].was_known = key in basket.known
                # Without a product there is no unit, and no quantity that could be compared
                products[key].unit = _unit(key.uom_id) if key else None
        return products

    def _add_line(self, products: dict[Key, Product], line: Line, sign: int) -> None:
        key = line.adjustment or line.product
        # The discounts that became prices are taken from the discounts
        rests = {key: line.amount} if line.adjustment else {key: 0.0, "discount": line.amount - line.effective}
        if not line.adjustment:
            if line.is_credit:
                rests[key] = line.effective
            else:
                sold = products[key].now if sign > 0 else products[key].before
                sold.quantity += line.quantity
                sold.amount += line.effective
        for of, amount in rests.items():
            if not amount:
                continue
            if line.is_credit:
                products[of].credits += sign * amount
            else:
                products[of].adjustments += sign * amount

    def _add_former_rates(self, products: dict[Key, Product], basket: Basket) -> None:
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
        to_company = self.env["res.currency"]._get_conversion_rate(
            line.currency, line.company.currency_id, line.company, self.request.previous.date_to
        )
        return to_company * self.rates[line.company]

    # === ROWS ===#

    def _by_category(self, by_product: Mapping[Key, Parts]) -> dict[RowName, Parts]:
        """The sums of the products of each category; adjustments are rows of their own."""
        rows: dict[RowName, list[Parts]] = defaultdict(list)
        for key, parts in by_product.items():
            rows[self._row_name(key if isinstance(key, str) else key.categ_id or key)].append(parts)
        return {name: added(of_category) for name, of_category in rows.items()}

    def _row_name(self, key: Key) -> RowName:
        """The name of a product, a category or a kind of adjustments: the same for all accounts."""
        if key not in self._row_names:
            self._row_names[key] = self._read_row_name(key)
        return self._row_names[key]

    def _read_row_name(self, key: Key) -> RowName:
        if isinstance(key, str):
            adjustment = self.env["key.account.sales.report"]._fields["adjustment"]
            return key, dict(adjustment._description_selection(self.env))[key]
        if not key:
            return None, self.env._("Without product")
        # Customers read the labels, too, and our internal references mean nothing to them
        return key.id, key.with_context(display_default_code=False).display_name

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
        if len(breakdowns["customer"]) > 1:
            titles["customer"] = self.env._("Customer")
        rows = [(self.env._("In total"), "", total)]
        rows += [
            (title, label, parts)
            for name, title in titles.items()
            for (_key, label), parts in _largest_first(breakdowns[name])
        ]
        unknown = set() if has_volume else {"volume", "mix"}

        def of(parts: Parts) -> Iterator[tuple[str, float]]:
            return ((part, parts.get(part, 0.0)) for part in PARTS)

        return Table(
            columns,
            [
                [
                    title,
                    label,
                    # Most parts are nothing, and there are many rows
                    *(None if part in unknown else amount and currency.round(amount) for part, amount in of(parts)),
                    _sum(parts, currency),
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


def _unit(unit: BaseModel) -> tuple[int, float]:
    """The reference unit (id) of a unit, and how many of it one is."""
    return int(unit.parent_path.split("/")[0]), unit.factor


def _sum(parts: Parts, currency: BaseModel) -> float:
    return currency.round(sum(parts.values()))


def _largest_first(rows: Mapping[RowName, Parts]) -> list[tuple[RowName, Parts]]:
    """The rows by the size of their change, whether up or down."""
    return sorted(rows.items(), key=lambda row: (-abs(round(sum(row[1].values()), 6)), row[0][1]))
