from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import float_compare

from ..figure import Column, Figure, Figures, Table
from ..source import Records
from .prices import MONTHS, YEARS, PriceSource

# By product id: the price, and the id of the rule that sets it
Answers = dict[int, tuple[float, int]]
# By rule id: text, first day, last day
Rules = dict[int, tuple[str, str | None, str | None]]


@dataclass
class Purchases:
    """What all companies together sold of one product to an account; quantities are in the product's own unit."""

    # How many lines have a quantity
    lines: Counter[float] = field(default_factory=Counter)
    revenue: float = 0.0

    @property
    def usual_quantity(self) -> float | None:
        return median(self.lines.elements()) if self.lines else None


@dataclass
class Price:
    """An account's price of a product today: in its price list's currency, and to compare in the company's."""

    product: int
    list_price: float
    today: float
    usual_quantity: float | None
    usual: float | None
    rule: int | None
    compared: float
    revenue: float

    @property
    def difference(self) -> float | None:
        return self.compared / self.list_price - 1 if self.list_price else None


@dataclass
class Ending:
    """A special price that ends: of which product, by which rule, on which last day, and the revenue of a year."""

    product: str
    rule: int
    day: date
    revenue: float


class SpecialPriceFigures(PriceSource):
    """What the account pays today, and how far it is from the list price.

    Each price comes from Odoo's price list engine, asked once for all products and accounts with the same
    price list and quantity.
    """

    codes = ("special_price", "special_price_difference")
    codes_without_months = codes
    codes_without_history = codes

    def compute(self) -> Figures:
        prices = self._prices()
        products = list({price.product for by_account in prices.values() for price in by_account})
        names = self._product_names(products)

        rules = self._rules(prices)
        figures = {}
        for account, by_product in prices.items():
            by_product.sort(key=lambda price: names[price.product])
            figures[account] = {
                "special_price": self._special(account, by_product, names, rules),
                "special_price_difference": self._difference(by_product, names, rules),
            }
        return figures

    def records(self, code: str) -> Records:
        """The products with a special price, and the price list's rules that make it."""
        prices = [price for by_account in self._prices().values() for price in by_account if self._is_special(price)]
        if not prices:
            return []
        products = sorted({price.product for price in prices})
        rules = sorted({price.rule for price in prices if price.rule})
        return [
            # Archived products that were bought have a price as well
            ("product.product", [("id", "in", products), ("active", "in", (True, False))]),
            ("product.pricelist.item", [("id", "in", rules)]),
        ]

    def ending(self, until: date) -> dict[int, list[Ending]]:
        """Special prices that are valid today and end by a day, of products that were bought lately.

        :return: ``{account id: [Ending]}``, only of accounts that have some; revenue is the mean of the years looked at
        """
        prices = self._prices()
        rules = self._rules(prices)
        names = self._product_names(list({price.product for by_account in prices.values() for price in by_account}))
        endings: defaultdict[int, list[Ending]] = defaultdict(list)
        for account, by_account in prices.items():
            for price in by_account:
                last = fields.Date.to_date(rules[price.rule][2]) if price.rule else None
                if price.rule and last and last <= until and self._is_bought(price) and self._is_special(price):
                    endings[account].append(Ending(names[price.product], price.rule, last, price.revenue / YEARS))
        return endings

    def _is_bought(self, price: Price) -> bool:
        return self.currency.compare_amounts(price.revenue, 0.0) > 0

    # === READING ===#

    def _prices(self) -> dict[int, list[Price]]:
        """:return: ``{account id: [Price]}``, a price for each product bought or named in the price list"""
        bought = self._purchases()
        self.price_lists = self.env["res.partner"].browse(self.request.account_ids)._get_key_account_price_lists()
        named = self._named_products()
        wanted = {
            account: {**dict.fromkeys(named[self.price_lists[account]], Purchases()), **bought[account]}
            for account in self.request.account_ids
        }
        list_prices, engine = self._ask_engine(wanted)
        prices: dict[int, list[Price]] = {}
        for account, by_product in wanted.items():
            price_list = self.price_lists[account]
            rate = self._rate(price_list)
            prices[account] = []
            for product, purchases in by_product.items():
                usual_quantity = purchases.usual_quantity
                today, _rule = engine[price_list, 1.0][product]
                own, rule = engine[price_list, usual_quantity or 1.0][product]
                prices[account].append(
                    Price(
                        product,
                        list_price=list_prices[product][0],
                        today=today,
                        usual_quantity=usual_quantity,
                        usual=own if usual_quantity else None,
                        rule=rule or None,
                        compared=own * rate,
                        revenue=purchases.revenue,
                    )
                )
        return prices

    def _purchases(self) -> defaultdict[int, defaultdict[int, Purchases]]:
        """:return: ``{account id: {product id: Purchases}}``, money in the active company's currency"""
        purchases: defaultdict[int, defaultdict[int, Purchases]] = defaultdict(lambda: defaultdict(Purchases))
        for line in self._bought_lately():
            for account in self.request.accounts_of[line.customer]:
                product = purchases[account][line.product]
                product.lines[line.quantity] += 1
                product.revenue += line.amount
        return purchases

    def _named_products(self) -> defaultdict[BaseModel, set[int]]:
        """:return: ``{price list: ids of the products that its rules name}``; expired rules do not count"""
        lists = self.env["product.pricelist"].union(*self.price_lists.values())
        rules = self.env["product.pricelist.item"].search(
            Domain("pricelist_id", "in", lists.ids)
            & Domain("applied_on", "in", ("0_product_variant", "1_product"))
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", fields.Datetime.now()))
        )
        named = defaultdict(set)
        for rule in rules:
            products = rule.product_id or rule.product_tmpl_id.product_variant_ids
            named[rule.pricelist_id].update(products.filtered("active").ids)
        return named

    def _ask_engine(
        self, wanted: dict[int, dict[int, Purchases]]
    ) -> tuple[Answers, dict[tuple[BaseModel, float], Answers]]:
        """:return: list prices by product, and for each price list and quantity the prices, as Odoo gives them"""
        questions: defaultdict[tuple[BaseModel, float], set[int]] = defaultdict(set)
        for account, by_product in wanted.items():
            price_list = self.price_lists[account]
            questions[price_list, 1.0].update(by_product)
            for product, purchases in by_product.items():
                if purchases.usual_quantity:
                    questions[price_list, purchases.usual_quantity].add(product)
        all_ids = list({product for products in questions.values() for product in products})
        now = fields.Datetime.now()
        price_lists = self.env["product.pricelist"].union(*self.price_lists.values())._with_key_account_rules(now)

        def ask(price_list: BaseModel, quantity: float, products: Iterable[int], **options: bool) -> Answers:
            records = self.env["product.product"].browse(products).with_prefetch(all_ids)
            return price_list.with_env(price_lists.env)._compute_price_rule(records, quantity, date=now, **options)

        list_prices = ask(self.env["product.pricelist"], 1.0, all_ids)
        engine = {}
        for (price_list, quantity), products in questions.items():
            ruled: Iterable[int] = products
            answers: Answers = {}
            if self._currency_of(price_list) == self.currency:
                # What no rule sets is the list price: it is not computed again for each price list and quantity
                rules = ask(price_list, quantity, products, compute_price=False)
                ruled = [product for product, (_price, rule) in rules.items() if rule]
                answers = {product: list_prices[product] for product, (_price, rule) in rules.items() if not rule}
            engine[price_list, quantity] = answers | ask(price_list, quantity, ruled)
        return list_prices, engine

    def _rate(self, price_list: BaseModel) -> float:
        """From the price list's currency into the company's, today."""
        return self.request.rates.into_company(self._currency_of(price_list), self.env.company)

    def _currency_of(self, price_list: BaseModel) -> BaseModel:
        return price_list.currency_id or self.currency

    def _rules(self, prices: dict[int, list[Price]]) -> Rules:
        """:return: ``{rule id: (text, first day, last day)}``"""
        ids = {price.rule for by_account in prices.values() for price in by_account if price.rule}
        return {
            rule.id: (f"{rule.name}: {rule.price}", self._day_text(rule.date_start), self._day_text(rule.date_end))
            for rule in self.env["product.pricelist.item"].browse(ids)
        }

    def _day_text(self, moment: datetime | None) -> str | None:
        return fields.Date.to_string(self._day(moment)) if moment else None

    # === FIGURES ===#

    def _is_special(self, price: Price) -> bool:
        return float_compare(price.compared, price.list_price, precision_digits=self.price_digits) != 0

    def _special(self, account: int, prices: list[Price], names: dict[int, str], rules: Rules) -> Figure:
        if not prices:
            return Figure(
                note=self.env._(
                    "No product was bought in the last %(months)d months, and the price list names none.",
                    months=MONTHS,
                )
            )
        currency = self._currency_of(self.price_lists[account]).name
        columns = [
            Column(self.env._("Product")),
            Column(self.env._("Price Today"), "price", currency),
            Column(self.env._("Usual Quantity"), "quantity"),
            Column(self.env._("Price at the Usual Quantity"), "price", currency),
            Column(self.env._("Valid from"), "date"),
            Column(self.env._("Valid to"), "date"),
        ]
        rows = [
            [
                names[price.product],
                self._price(price.today),
                price.usual_quantity,
                self._price(price.usual),
                *(rules[price.rule][1:] if price.rule else (None, None)),
            ]
            for price in prices
        ]
        return Figure(float(sum(map(self._is_special, prices))), table=Table(columns, rows))

    def _difference(self, prices: list[Price], names: dict[int, str], rules: Rules) -> Figure:
        columns = [
            Column(self.env._("Product")),
            Column(self.env._("List Price"), "price", self.currency.name),
            Column(self.env._("Price"), "price", self.currency.name),
            Column(self.env._("Difference"), "percent", "%"),
            Column(self.env._("Rule")),
        ]
        rows = [
            [
                names[price.product],
                self._price(price.list_price),
                self._price(price.compared),
                price.difference,
                rules[price.rule][0] if price.rule else None,
            ]
            for price in prices
        ]
        figure = Figure(unit="%", table=Table(columns, rows) if rows else None)
        weighed = [
            (difference, price.revenue)
            for price in prices
            if (difference := price.difference) is not None and self._is_bought(price)
        ]
        if weighed:
            revenue = sum(revenue for _difference, revenue in weighed)
            figure.value = sum(difference * revenue for difference, revenue in weighed) / revenue
        else:
            figure.note = self.env._(
                "No product with a list price was bought in the last %(months)d months.", months=MONTHS
            )
        return figure
