from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
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
        also = self.request.readings.periods_of_sales
        return [
            self._of_period(key, period, self._read, also) for period in (self.request.period, self.request.previous)
        ]

    def lines_domain(self, *periods: Period) -> DomainType:
        """The lines of the customers in some periods."""
        return [("customer_id", "in", self.request.customer_ids), *days_domain("invoice_date", periods)]

    @property
    def _with_credits(self) -> bool:
        """Whether the kinds of credits are read as well."""
        return self.request.readings.with_credits

    def _grouping(self, breakdown: str | None) -> list[str]:
        # Lines are grouped by the customer anyway
        own = {GROUPINGS[breakdown]} - set(GROUP_BY) if breakdown else ()
        return [*GROUP_BY, *own, *(["credit_kind"] if self._with_credits else [])]

    def _aggregates(self) -> list[str]:
        return [*AGGREGATES, *(COST_AGGREGATES if self.request.with_cost else ())]

    def _read(self, periods: Sequence[Period]) -> dict[Period, GroupsByBreakdown]:
        names = [None, *dict.fromkeys(TREES.get(name, name) for name in self.request.breakdowns)]
        parts = DayParts(periods)
        domain, aggregates = self.lines_domain(*parts.joined), self._aggregates()
        sets = [[PART, *self._grouping(name)] for name in names]
        report = self.env["key.account.sales.report"].with_context(**{DAY_PARTS: parts})
        if len(sets) == 1:
            read = [self._with_records(report._read_ids_grouped(domain, *sets, aggregates))]
        else:
            report = report._reading(*chain(*sets), *aggregates, domain=domain)
            read = report._read_grouping_sets(domain, sets, aggregates)
        groups: dict[Period, GroupsByBreakdown] = {period: {} for period in periods}
        for name, of_name in zip(names, read, strict=True):
            by_part: dict[int, list[SalesGroup]] = defaultdict(list)
            for part, *values in of_name:
                by_part[part].append(self._group(name, values))
            for period, of_period in parts.sorted(by_part).items():
                groups[period][name] = of_period
        return groups

    def _with_records(self, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """
        :param rows: part, values of `GROUP_BY` as ids, and others
        :return: the same with one record for each id, however many rows have it
        """
        if not rows:
            return []
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for position, name in enumerate(GROUP_BY, 1):
            model = self.env["key.account.sales.report"]._fields[name].comodel_name
            if model:
                records = self.env[model]
                by_id = {
                    None: records,
                    **{record.id: record for record in records.browse(set(columns[position]) - {None})},
                }
                columns[position] = [by_id[id_] for id_ in columns[position]]
        # Sums of nothing
        aggregates = range(len(columns) - len(self._aggregates()), len(columns))
        for position in aggregates:
            columns[position] = [value or 0 for value in columns[position]]
        return list(zip(*columns, strict=True))

    def _group(self, breakdown: str | None, values: Sequence[Any]) -> SalesGroup:
        size = len(GROUP_BY)
        # Customers are among what all groups have in common: their breakdown adds no value of its own
        own_key = bool(breakdown and breakdown != "customer")
        key = values[size] if own_key else values[0] if breakdown else None
        after = size + own_key + self._with_credits
        kind = values[after - 1] if self._with_credits else None
        return SalesGroup(*(*values[:size], key, *values[after:]))._replace(credit_kind=kind)


class CreditGroups(SalesGroups):
    """The lines of credit notes only, also by the kind of credit: what it follows from takes longer to read."""

    _with_credits = True

    def compute(self) -> list[GroupsByBreakdown]:
        if not self.request.readings.with_credits:
            return super().compute()
        return [
            {name: [group for group in groups if group.credit_kind] for name, groups in of_period.items()}
            for of_period in self.request.figures(SalesGroups)
        ]

    def lines_domain(self, *periods: Period) -> DomainType:
        # Not "= out_refund": PostgreSQL would begin with the credit notes of all customers
        return [*super().lines_domain(*periods), ("move_type", "not in", ("out_invoice", "out_receipt"))]

    def _aggregates(self) -> list[str]:
        return list(AGGREGATES)
