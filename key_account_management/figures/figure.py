from collections.abc import Sequence
from dataclasses import KW_ONLY, asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from odoo.models import BaseModel
from odoo.tools import float_compare, float_is_zero

# What the documents of a review show, and so what is frozen with it
BREAKDOWNS = ("month", "category", "product", "customer")
# Money without goods, see `key.account.sales.report`: keys of rows of their own by category and product
ADJUSTMENTS = ("discount", "charge", "down_payment")
UNKNOWN_COST = "unknown_cost"


def is_of_goods(key: str | int | None) -> bool:
    """Whether the row with this key is of goods, and not of what is booked beside them."""
    return key not in (*ADJUSTMENTS, UNKNOWN_COST)


# A value, and that of the previous year
Pair = tuple[float | None, float | None]


@dataclass
class Row:
    """One line of a breakdown.

    ``key``: ``YYYY-MM`` for a month, otherwise a record's id, None for lines without one; one of `ADJUSTMENTS` for what
    is no goods, `UNKNOWN_COST` for what a margin's other rows lack. ``depth``: how far below the top, in breakdowns
    that are trees.
    """

    key: str | int | None
    label: str
    value: float | None
    previous: float | None
    unit: str
    depth: int = 0
    # As of `Figure`
    compared: Pair | None = field(default=None, repr=False)

    @property
    def figure(self) -> "Figure":
        """The row alone, with its change."""
        return Figure(self.value, self.previous, unit=self.unit, compared=self.compared)

    @property
    def is_of_goods(self) -> bool:
        """Whether it is among the categories or products that are ranked and have a share."""
        return is_of_goods(self.key)


@dataclass
class Column:
    """A column of a table. ``kind``: unit of a ``key.account.kpi``, ``price`` (of one piece, to the cent or finer),
    ``text`` or ``date``; ``unit`` e.g. a currency.

    ``for_customers``: customers see the sum of all columns that have the same text here, under this text.
    """

    label: str
    kind: str = "text"
    unit: str = ""
    for_customers: str = ""


@dataclass
class Table:
    """What a figure is made of if one number per row is not enough: prices by product, for example.

    A row has a value for each column: text, number, date as ``YYYY-MM-DD``, or None. Whoever may see the
    figure may see its table; what needs another audience is a figure of its own.
    """

    columns: list[Column]
    rows: list[list[Any]] = field(default_factory=list)

    def for_customers(self) -> "Table":
        """The table as customers see it: columns that are one for them are added up, in the place of the first.

        >>> discount, currency = (Column(label, "money", "EUR", "Other") for label in ("Discounts", "Currency"))
        >>> Table([Column("Name"), discount, Column("New"), currency], [["Chair", 1.1, 5, 2.2]]).for_customers()
        Table(columns=[Column(label='Name', kind='text', unit='', for_customers=''), \
Column(label='Other', kind='money', unit='EUR', for_customers='Other'), \
Column(label='New', kind='text', unit='', for_customers='')], rows=[['Chair', 3.3, 5]])
        """
        merged: dict[str | int, list[int]] = {}
        for position, column in enumerate(self.columns):
            merged.setdefault(column.for_customers or position, []).append(position)
        return Table(
            [
                replace(column, label=column.for_customers or column.label)
                for column in (self.columns[positions[0]] for positions in merged.values())
            ],
            [
                [
                    row[positions[0]] if len(positions) == 1 else _added([row[each] for each in positions])
                    for positions in merged.values()
                ]
                for row in self.rows
            ],
        )


@dataclass
class Pending:
    """What would be in a figure's period, but is not booked yet: how many documents, and their amount together.

    ``complete_until``: the last day before the first of them that would change the figure noticeably; None: all days.
    """

    count: int
    amount: float
    complete_until: date | None = None


@dataclass
class Figure:
    """One figure of one account in a period and on the same days of the previous year.

    An undefined value is None, never 0; ``note`` then says why. Percentages are shares (0.25 for 25 %). ``warns``: the
    note says that the value is not the whole truth, as a margin without all costs.
    """

    value: float | None = None
    previous: float | None = None
    _: KW_ONLY
    unit: str = ""
    note: str = ""
    # It goes with the note: it makes no new version of a document
    warns: bool = field(default=False, repr=False)
    breakdowns: dict[str, list[Row]] = field(default_factory=dict)
    # The same in the one currency in which all of the account's documents are, or None
    document: "Figure | None" = None
    table: Table | None = None
    # Value and previous value over the months that both years have, if the previous year is incomplete: the change is
    # that between these two. None if it is complete. A note says it, so that it need make no new version of a document
    compared: Pair | None = field(default=None, repr=False)
    # As of when it is, if it is not of now because it looks at all customers. A document is not another one for that
    as_of: datetime | None = field(default=None, repr=False)
    # What the account should reach in the fiscal year, if a target was set
    target: float | None = None
    # Unless the customer agreed to it, the target is ours alone, whoever may see the figure. A document has the target
    # or not: this makes no new version of it
    target_is_agreed: bool = field(default=False, repr=False)
    # What of the target is due by the end of the period, and whether that is the end of the fiscal year
    target_to_date: float | None = field(default=None, repr=False)
    target_is_final: bool = field(default=False, repr=False)
    # Up or down if the figure of this account has its own direction, as a rating by its agency
    better: str | None = field(default=None, repr=False)
    # What is not booked yet, for our own eyes: it is neither frozen nor in a document
    pending: Pending | None = field(default=None, repr=False)

    @property
    def change(self) -> float | None:
        """Change from the previous period: relative (0.1 for 10 % more), for percentages the difference.

        >>> Figure(110.0, 100.0).change
        0.1
        >>> Figure(0.25, 0.20, unit="%").change
        0.05
        >>> Figure(110.0, 0.0).change is None
        True
        """
        value, previous = self.pair
        if value is None or previous is None:
            return None
        if self.unit == "%":
            return round(value - previous, 10)
        if not previous:
            return None
        return round((value - previous) / abs(previous), 10)

    @property
    def pair(self) -> Pair:
        """The two values that are compared.

        >>> Figure(110.0, 40.0, compared=(44.0, 40.0)).change
        0.1
        """
        return self.compared or (self.value, self.previous)

    @property
    def change_with_pending(self) -> float | None:
        """The change if all that is pending were booked, None if nothing is."""
        value, previous = self.pair
        if not self.pending or not self.pending.count or value is None:
            return None
        return Figure(value + self.pending.amount, previous, unit=self.unit).change

    @property
    def ahead_of_target(self) -> float | None:
        """The value divided by what of the target is due: 1.05 for 5 % more than that."""
        return ratio(self.value, self.target_to_date)

    def meets_target(self, better: str) -> bool | None:
        """Whether the target is met: only known at the end of its year.

        :param better: of the definition
        """
        return meets_target(self.value, self.target, self.better or better) if self.target_is_final else None

    def is_ahead(self, better: str) -> bool | None:
        """Whether the figure is where it should be by now; None at the end, where the target is met or not."""
        if self.target_is_final:
            return None
        return meets_target(self.value, self.target_to_date, self.better or better)

    def is_better(self, better: str) -> bool | None:
        """Whether the figure changed for the better; None if it did not change, or if neither is better.

        >>> Figure(2.0, 1.0).is_better("up"), Figure(2.0, 1.0).is_better("down"), Figure(2.0, 1.0).is_better("neutral")
        (True, False, None)
        """
        direction = self.better or better
        if not self.change or direction == "neutral":
            return None
        return (self.change > 0) == (direction == "up")

    def compare_like(self, other: "Figure | None") -> None:
        """Compares the figure, its rows and its amounts as invoiced over fewer months.

        :param other: the figure of these months; None: there is nothing to compare
        """
        self.compared = other.pair if other else (None, None)
        for name, rows in self.breakdowns.items():
            if name != "month":
                pairs = {row.key: row.figure.pair for row in (other.breakdowns.get(name, []) if other else [])}
                for row in rows:
                    row.compared = pairs.get(row.key, (None, None))
        if self.document:
            self.document.compare_like(other.document if other else None)

    def to_dict(self) -> dict[str, Any]:
        """:return: a copy ready for JSON; `from_dict` restores the figure"""
        return asdict(replace(self, pending=None, as_of=None))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Figure":
        """
        >>> figure = Figure(1.0, unit="USD", breakdowns={"month": [Row("2026-01", "Jan", 1.0, None, "USD")]})
        >>> Figure.from_dict(figure.to_dict()) == figure
        True
        """
        breakdowns = {
            name: [Row(**row | {"compared": _pair(row.get("compared"))}) for row in rows]
            for name, rows in data["breakdowns"].items()
        }
        document = data["document"] and cls.from_dict(data["document"])
        # Reviews frozen before tables existed have none
        table = data.get("table") and Table(
            [Column(**column) for column in data["table"]["columns"]], data["table"]["rows"]
        )
        # Customers were shown the targets of reviews frozen before targets could be internal: these stay as they were
        agreed = data.get("target_is_agreed", True)
        # Before there was a part of a target, every target was judged as a whole
        final = data.get("target_is_final", True)
        return cls(
            **data
            | {
                "breakdowns": breakdowns,
                "document": document,
                "table": table,
                "target_is_agreed": agreed,
                "target_is_final": final,
                "compared": _pair(data.get("compared")),
            }
        )


def _pair(values: list[float | None] | None) -> Pair | None:
    """A pair from JSON, which has only lists."""
    return (values[0], values[1]) if values else None


# An account's figures by code, and those of several accounts by account id
AccountFigures = dict[str, Figure]
Figures = dict[int, AccountFigures]


def ratio(numerator: float | None, denominator: float | None) -> float | None:
    """The quotient, or None if it is undefined.

    Floats that were added up to nothing are seldom exactly 0:

    >>> ratio(5.0, 0.1 + 0.2 - 0.3) is None
    True
    """
    if numerator is None or denominator is None or float_is_zero(denominator, precision_digits=6):
        return None
    return numerator / denominator


def rounded(currency: BaseModel, amount: float | None) -> float | None:
    """The amount in the currency's rounding, None if it is not known."""
    return None if amount is None else currency.round(amount)


def known_sum(*amounts: float | None) -> float | None:
    """The sum of what is known, None if nothing is known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def added(rows: Sequence[Row]) -> Figure:
    """What some rows of a breakdown are together."""
    figure = Figure(
        known_sum(*(row.value for row in rows)), known_sum(*(row.previous for row in rows)), unit=rows[0].unit
    )
    if any(row.compared for row in rows):
        now, before = zip(*(row.figure.pair for row in rows), strict=True)
        figure.compared = known_sum(*now), known_sum(*before)
    return figure


def _added(amounts: list[float | None]) -> float | None:
    """The sum of amounts that are rounded, as exact as they are."""
    total = known_sum(*amounts)
    return None if total is None else round(total, 10)


def meets_target(value: float | None, target: float | None, better: str) -> bool | None:
    """Whether a value reaches its target: at least as much where ``up`` is better, at most as much where ``down`` is.

    :return: None without a value or without a target, and where neither is better

    >>> meets_target(110.0, 100.0, "up"), meets_target(110.0, 100.0, "down"), meets_target(None, 100.0, "up")
    (True, False, None)
    >>> meets_target(0.1 + 0.2, 0.3, "down")
    True
    """
    if value is None or target is None or better == "neutral":
        return None
    compared = float_compare(value, target, precision_digits=6)
    return compared >= 0 if better == "up" else compared <= 0
