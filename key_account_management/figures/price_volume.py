"""Why revenue changed: the change between two periods, split into price, volume, mix and the like.

Plain arithmetic on what was sold of each product; `sources/revenue_change.py` reads it from the books.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

# In the order in which they are shown. ``quantity``: volume and mix where they cannot be told apart
PARTS = (
    "price",
    "volume",
    "mix",
    "quantity",
    "new",
    "resumed",
    "lost",
    "credits",
    "adjustments",
    "currency",
)

K = TypeVar("K", bound=Hashable)

# ``{part: amount}``, and those of several rows
Parts = dict[str, float]


@dataclass
class Sold:
    """What was sold of a product in a period: its quantity, and the amount at effective prices.

    >>> bool(Sold()), bool(Sold(amount=5.0)), bool(Sold(3.0, 0.0))
    (False, True, True)
    """

    quantity: float = 0.0
    amount: float = 0.0

    def __bool__(self) -> bool:
        # Far below the rounding of any currency or unit: what was invoiced and taken back adds up to such rests
        return abs(self.quantity) > 1e-7 or abs(self.amount) > 1e-7


@dataclass
class Product:
    """A product in both periods.

    ``credits``, ``adjustments``: their changes, with sign. ``at_former_rates``: the amount of this period at the
    exchange rates of the previous one. ``unit``: the reference unit of the quantities, and how many of it one is; None
    without a unit. ``was_known``: whether it was bought at any time before this period.
    """

    now: Sold = field(default_factory=Sold)
    before: Sold = field(default_factory=Sold)
    at_former_rates: float = 0.0
    credits: float = 0.0
    adjustments: float = 0.0
    unit: tuple[int, float] | None = None
    was_known: bool = False

    @property
    def has_prices(self) -> bool:
        """Whether it has a price in both periods. What has no unit, or was on balance taken back, has none."""
        return self.unit is not None and self.now.quantity > 0 and self.before.quantity > 0

    @property
    def change(self) -> float:
        return self.now.amount - self.before.amount + self.credits + self.adjustments


def split(products: Mapping[K, Product]) -> dict[K, Parts]:
    """The change of each product, split into `PARTS`, not rounded; those that are not there are 0.

    With quantity q, amount n and price u = n / q, primes for the previous period, of products in both:

    - price: (u - u') q, at the exchange rates of the previous period; currency: the rest of (u - u') q
    - volume: (q - q') times the mean price of all these products in the previous period, Σn' / Σq'; for all products
      together that is (Σq - Σq') Σn' / Σq'
    - mix: the rest of (q - q') u', what it brings to have sold more of what is dearer than the mean
    - quantity: (q - q') u' as a whole, if the quantities of these products cannot be added up; and the whole change of
      a product that has no price in one of the periods

    Of the others: new is n of what was never bought before, resumed n of what was, but not in the previous period;
    lost is -n' of what is not bought any more.

    >>> chair = Product(Sold(12, 1320.0), Sold(10, 1000.0), 1320.0, unit=(1, 1.0))
    >>> desk = Product(Sold(5, 2000.0), Sold(10, 4000.0), 2000.0, unit=(1, 1.0))
    >>> parts = split({"chair": chair, "desk": desk, "lamp": Product(Sold(1, 70.0))})
    >>> parts["chair"]  # 2 more at a mean of 250, which are cheaper than the mean by 150 each; 12 dearer by 10 each
    {'price': 120.0, 'currency': 0.0, 'volume': 500.0, 'mix': -300.0}
    >>> parts["desk"]
    {'price': 0.0, 'currency': 0.0, 'volume': -1250.0, 'mix': -750.0}
    >>> parts["lamp"]
    {'new': 70.0}
    >>> desk.unit = (7, 1.0)
    >>> split({"chair": chair, "desk": desk})["chair"]
    {'price': 120.0, 'currency': 0.0, 'quantity': 200.0}
    """
    mean_price = _mean_price([product for product in products.values() if product.has_prices])
    parts = {}
    for key, product in products.items():
        of_product = _split_goods(product, mean_price)
        for name, amount in (("credits", product.credits), ("adjustments", product.adjustments)):
            if amount:
                of_product[name] = amount
        parts[key] = of_product
    return parts


def can_split_quantity(products: Iterable[Product]) -> bool:
    """Whether volume and mix can be told apart: the quantities of products in both periods share a reference unit."""
    return len({product.unit[0] for product in products if product.has_prices and product.unit}) <= 1


def _mean_price(products: list[Product]) -> float | None:
    """The price of one reference unit in the previous period, None if the quantities cannot be added up."""
    if not products or not can_split_quantity(products):
        return None
    quantity = sum(product.before.quantity * product.unit[1] for product in products if product.unit)
    return sum(product.before.amount for product in products) / quantity


def _split_goods(product: Product, mean_price: float | None) -> Parts:
    now, before = product.now, product.before
    if now and not before:
        return {"resumed" if product.was_known else "new": now.amount}
    if before and not now:
        return {"lost": -before.amount}
    if not now and not before:
        return {}
    if not product.has_prices:
        return {"quantity": now.amount - before.amount}
    former_price = before.amount / before.quantity
    parts = {
        "price": product.at_former_rates - former_price * now.quantity,
        "currency": now.amount - product.at_former_rates,
    }
    quantity = (now.quantity - before.quantity) * former_price
    if mean_price is None or product.unit is None:
        return parts | {"quantity": quantity}
    volume = (now.quantity - before.quantity) * product.unit[1] * mean_price
    return parts | {"volume": volume, "mix": quantity - volume}


def added(rows: Iterable[Parts]) -> Parts:
    """The sums of the parts."""
    total: Parts = defaultdict(float)
    for parts in rows:
        for name, amount in parts.items():
            total[name] += amount
    return dict(total)


# === ROUNDING ===#


def round_parts(parts: Parts, change: float, rounding: float) -> Parts:
    """The parts in a currency's rounding, so that they add up to the change, which is rounded as well.

    The difference goes to the largest part, where it matters least.

    >>> round_parts({"price": 0.004, "volume": -0.004, "mix": 10.014}, 10.01, 0.01)
    {'price': 0.0, 'volume': 0.0, 'mix': 10.01}
    >>> round_parts({"price": 33.335, "volume": 33.335, "mix": 33.335}, 100.0, 0.01)
    {'price': 33.32, 'volume': 33.34, 'mix': 33.34}
    """
    coins = _coins(parts, change, rounding)
    return {name: _amount(count, rounding) for name, count in coins.items()}


def round_rows(rows: Mapping[K, Parts], total: Parts, rounding: float) -> dict[K, Parts]:
    """The parts of many rows in a currency's rounding, so that all rows together give each part of the total.

    :param total: already rounded
    :return: the rows; each differs from its exact amounts by the rounding, and where differences of many rows add up
        they go to the rows with the largest amounts of this part

    >>> rows = {"a": {"price": 0.333, "mix": 5.333}, "b": {"price": 0.333, "mix": 1.0}, "c": {"price": 0.334}}
    >>> round_rows(rows, {"price": 1.0, "mix": 6.34}, 0.01)
    {'a': {'price': 0.33, 'mix': 5.34}, 'b': {'price': 0.33, 'mix': 1.0}, 'c': {'price': 0.34}}
    """
    coins = {key: _coins(parts, sum(parts.values()), rounding) for key, parts in rows.items()}
    missing = {name: round(amount / rounding) for name, amount in total.items()}
    for counts in coins.values():
        for name, count in counts.items():
            missing[name] = missing.get(name, 0) - count
    _move_within_rows(coins, missing)
    for name, count in missing.items():
        _hand_out(rows, coins, name, count)
    return {key: {name: _amount(count, rounding) for name, count in counts.items()} for key, counts in coins.items()}


def _coins(parts: Parts, change: float, rounding: float) -> dict[str, int]:
    """How many of the currency's smallest coins each part is."""
    coins = {name: round(amount / rounding) for name, amount in parts.items()}
    if parts:
        largest = max(parts, key=lambda name: abs(parts[name]))
        coins[largest] += round(change / rounding) - sum(coins.values())
    return coins


def _move_within_rows(coins: Mapping[K, dict[str, int]], missing: dict[str, int]) -> None:
    """Moves a coin from a part that has too many to one that has too few, in a row that has both: its sum stays."""
    for counts in coins.values():
        for to in counts:
            for source in counts:
                if missing[to] > 0 > missing[source] and counts[to] and counts[source]:
                    counts[to] += 1
                    counts[source] -= 1
                    missing[to] -= 1
                    missing[source] += 1


def _hand_out(rows: Mapping[K, Parts], coins: Mapping[K, dict[str, int]], name: str, count: int) -> None:
    """Adds the coins that a part lacks over all rows, or takes those that are too many, one by row."""
    by_size = sorted((key for key in rows if name in rows[key]), key=lambda key: -abs(rows[key][name]))
    step = 1 if count > 0 else -1
    for position in range(abs(count) if by_size else 0):
        coins[by_size[position % len(by_size)]][name] += step


def _amount(coins: int, rounding: float) -> float:
    # As many digits as money ever has: 33.34, not 33.340000000000003
    return round(coins * rounding, 10) + 0.0
