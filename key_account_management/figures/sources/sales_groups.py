from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from odoo.api import DomainType, Environment
from odoo.fields import Domain
from odoo.models import BaseModel

from ..period import DAY_PARTS, DayParts, Period
from ..source import Reader, days_domain

GROUPINGS = {
    "month": "invoice_date:month",
    "category": "product_categ_id",
    "product": "product_id",
    "customer": "customer_id",
}
# Each row includes those below it: they do not add up to the total
TREES = {"category_tree": "category"}

# The part of `DayParts` in which a line lies
PART = "invoice_date:part"
# In the order of the fields of `SalesGroup`, which has its key between the two
GROUP_BY = ("customer_id", "product_uom_id", "currency_id", "move_type", "adjustment")
AGGREGATES = ("__count", "price_subtotal:sum", "quantity:sum", "price_subtotal_currency:sum")
# Looking up what the lines cost takes as long as everything else
COST_AGGREGATES = ("cost:count", "cost:sum", "goods_value:sum", "goods_value_with_cost:sum")


def of_goods(env: Environment) -> Domain:
    """The lines that are no adjustment. PostgreSQL expects hardly any line to have none, and all to be no such kind."""
    return Domain("adjustment", "not in", env["key.account.sales.report"]._fields["adjustment"].get_values(env))


class SalesGroup(NamedTuple):
    """Sales lines that have all of these in common, and their sums.

    ``key``: month, category or product by which they were broken down; of `CreditGroups`, with the kind of credit.
    ``adjustment``: its kind, empty for goods. ``goods_value``: of goods, without signs. If the request does not need
    costs, no line has a known one.
    """

    customer: BaseModel
    unit: BaseModel
    currency: BaseModel
    move_type: str
    adjustment: str | None
    key: Any
    lines: int
    revenue: float
    quantity: float
    document: float
    lines_with_cost: int = 0
    cost: float = 0.0
    goods_value: float = 0.0
    goods_value_with_cost: float = 0.0
    credit_kind: str | None = None


# None: not broken down
GroupsByBreakdown = dict[str | None, list[SalesGroup]]


class SalesGroups(Reader):
    """The sales lines (``key.account.sales.report``), grouped: what all sources based on them add up.

    All breakdowns of all periods come from one query: reading the lines takes longer than grouping them.
    """

    def compute(self) -> list[GroupsByBreakdown]:
        """:return: for the period and for the previous one ``{breakdown: [SalesGroup]}``; None: not broken down"""
        key = (type(self), self.request.breakdowns, self.request.with_cost)
        return [self._of_period(key, period, self._read) for period in (self.request.period, self.request.previous)]

    def lines_domain(self, *periods: Period) -> DomainType:
        """The lines of the customers in some periods."""
        return [("customer_id", "in", self.request.customer_ids), *days_domain("invoice_date", periods)]

    def _grouping(self, breakdown: str | None) -> list[str]:
        # Lines are grouped by the customer anyway
        return [*GROUP_BY, *({GROUPINGS[breakdown]} - set(GROUP_BY) if breakdown else ())]

    def _aggregates(self) -> list[str]:
        return [*AGGREGATES, *(COST_AGGREGATES if self.request.with_cost else ())]

    def _read(self, periods: Sequence[Period]) -> dict[Period, GroupsByBreakdown]:
        names = [None, *dict.fromkeys(TREES.get(name, name) for name in self.request.breakdowns)]
        parts = DayParts(periods)
        report = self.env["key.account.sales.report"].with_context(**{DAY_PARTS: parts})
        read = report._read_grouping_sets(
            self.lines_domain(*parts.joined),
            [[PART, *self._grouping(name)] for name in names],
            self._aggregates(),
        )
        groups: dict[Period, GroupsByBreakdown] = {period: {} for period in periods}
        for name, of_name in zip(names, read, strict=True):
            by_part: dict[int, list[SalesGroup]] = defaultdict(list)
            for part, *values in of_name:
                by_part[part].append(self._group(name, values))
            for period, of_period in parts.sorted(by_part).items():
                groups[period][name] = of_period
        return groups

    def _group(self, breakdown: str | None, values: Sequence[Any]) -> SalesGroup:
        size = len(GROUP_BY)
        # Customers are among what all groups have in common: their breakdown adds no value of its own
        own_key = breakdown and breakdown != "customer"
        key = values[size] if own_key else values[0] if breakdown else None
        return SalesGroup(*(*values[:size], key, *values[size + bool(own_key) :]))


class CreditGroups(SalesGroups):
    """The lines of credit notes only, also by the kind of credit: what it follows from takes longer to read."""

    def lines_domain(self, *periods: Period) -> DomainType:
        # Not "= out_refund": PostgreSQL would begin with the credit notes of all customers
        return [*super().lines_domain(*periods), ("move_type", "not in", ("out_invoice", "out_receipt"))]

    def _grouping(self, breakdown: str | None) -> list[str]:
        return [*super()._grouping(breakdown), "credit_kind"]

    def _aggregates(self) -> list[str]:
        return list(AGGREGATES)

    def _group(self, breakdown: str | None, values: Sequence[Any]) -> SalesGroup:
        after = len(values) - len(AGGREGATES)
        group = super()._group(breakdown, [*values[: after - 1], *values[after:]])
        return group._replace(credit_kind=values[after - 1])
