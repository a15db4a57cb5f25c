from collections import namedtuple

from ..source import Source

GROUPINGS = {
    "month": "invoice_date:month",
    "category": "product_categ_id",
    "product": "product_id",
    "customer": "customer_id",
}
# Each row includes those below it: they do not add up to the total
TREES = {"category_tree": "category"}

GROUP_BY = {
    "customer": "customer_id",
    "unit": "product_uom_id",
    "currency": "currency_id",
    "move_type": "move_type",
    "is_return": "is_return",
}
AGGREGATES = {
    "lines": "__count",
    "revenue": "price_subtotal:sum",
    "quantity": "quantity:sum",
    "document": "price_subtotal_currency:sum",
}
# Looking up what the lines cost takes as long as everything else
COST_AGGREGATES = {
    "lines_with_cost": "cost:count",
    "cost": "cost:sum",
    "revenue_with_cost": "revenue_with_cost:sum",
}
# Sales lines that have all of these in common; ``key``: month, category or product by which they were broken down.
# If the request does not need costs, no line has a known one.
SalesGroup = namedtuple(  # type: ignore[misc]
    "SalesGroup", (*GROUP_BY, "key", *AGGREGATES, *COST_AGGREGATES), defaults=(0, 0.0, 0.0)
)


class SalesGroups(Source):
    """The sales lines (``key.account.sales.report``), grouped: what all sources based on them add up.

    All breakdowns of a period come from one query: reading the lines takes longer than grouping them.
    """

    def compute(self):
        """:return: for the period and for the previous one ``{breakdown: [SalesGroup]}``; None: not broken down"""
        return [self._read(period) for period in (self.request.period, self.request.period.previous)]

    def lines_domain(self, period):
        return [
            ("customer_id", "in", self.request.customer_ids),
            ("invoice_date", ">=", period.date_from),
            ("invoice_date", "<=", period.date_to),
        ]

    def _read(self, period):
        names = [None, *dict.fromkeys(TREES.get(name, name) for name in self.request.breakdowns)]
        always = list(GROUP_BY.values())
        # Lines are grouped by the customer anyway
        aggregates = [*AGGREGATES.values(), *(COST_AGGREGATES.values() if self.request.with_cost else ())]
        groupings = [[*always, *({GROUPINGS[name]} - set(always) if name else ())] for name in names]
        read = self.env["key.account.sales.report"]._read_grouping_sets(
            self.lines_domain(period), groupings, aggregates
        )
        return {name: [_group(name, group) for group in groups] for name, groups in zip(names, read, strict=True)}


def _group(breakdown, values):
    size = len(GROUP_BY)
    # Customers are among what all groups have in common: their breakdown adds no value of its own
    own_key = breakdown and breakdown != "customer"
    key = values[size] if own_key else values[0] if breakdown else None
    return SalesGroup(*values[:size], key, *values[size + bool(own_key) :])
